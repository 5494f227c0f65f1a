import type { RegisterUserInfo } from "@parley/protocol/chat/shared";
import type { UserDeletion } from "@parley/protocol/deletion";
import { afterAll, describe, expect, test } from "bun:test";

import { newcomer } from "../../testing/accounts/people.ts";
import { openNodes } from "../../testing/nodes/open-nodes.ts";
import type { TestNode } from "../../testing/nodes/open-nodes.ts";
import { stopPostgres } from "../../testing/storage/engines.ts";
import { createImports } from "./imports.ts";
import { createPersonDeletion } from "./user-deletion.ts";

afterAll(stopPostgres);

async function openTwo() {
  const nodes = await openNodes({ beatMs: 50 });
  return {
    ...{ one: await nodes.open(), other: await nodes.open() },
    [Symbol.asyncDispose]: () => nodes[Symbol.asyncDispose](),
  };
}

test("imports at two nodes ran at once, and each undid itself for the other's rows", async () => {
  await using nodes = await openTwo();
  let atOnce = 0;
  const seen: number[] = [];
  const { promise: turn, resolve } = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const imports = [nodes.one, nodes.other].map(({ cluster }) =>
    createImports({
      inTurn: cluster.inTurn,
      registration: {
        check: (_, users) => Promise.resolve(users.map(() => undefined)),
        async add() {
          seen.push(++atOnce);
          begun.resolve();
          await turn;
          atOnce--;
          return [];
        },
      },
      now: () => 0,
    }),
  );
  const users: RegisterUserInfo[] = [newcomer({ account: "al" })];
  const by = { operationID: "op", address: "" };
  const all = Promise.all(imports.map((each) => each.importUsers(by, users)));
  await begun.promise;
  // The other one asks for its turn, and has none.
  await nodes.other.cluster.inTurn("another", () => Promise.resolve());
  resolve();
  await all;
  expect(seen).toEqual([1, 1]);
});

describe("the deletion of a person", () => {
  /** At a node whose IM server answers when it is told to. */
  function open({ cluster, storage }: TestNode) {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    let count = 0;
    const failures: unknown[] = [];
    const { db, transact } = storage;
    const deletion = createPersonDeletion({
      ...{ db, transact, inTurn: cluster.inTurn, now: () => 1 },
      tokens: { revoke: () => Promise.resolve() },
      im: {
        adminUserID: "boss",
        async deleteUser(_operationID, userID) {
          count++;
          asked.resolve();
          await answer.promise;
          return { userID, state: "done" } as UserDeletion;
        },
        getUserDeletion: () => Promise.reject(new Error("nobody asks")),
      },
      departing: () => Promise.resolve(),
      failed: (error) => void failures.push(error),
    });
    return { deletion, asked, answer, failures, count: () => count };
  }

  async function openAmid() {
    const nodes = await openTwo();
    const { db } = nodes.one.storage;
    await db
      .insertInto("account_deletions")
      .values({
        user_id: "ann",
        with_messages: 0,
        operator_user_id: "boss",
        operation_id: "op",
        removed: '{"loginRecords":0}',
        start_time: 1,
        end_time: 0,
      })
      .execute();
    const [here, there] = [open(nodes.one), open(nodes.other)];
    const first = here.deletion.resume();
    await here.asked.promise;
    const endOf = async () =>
      (await db.selectFrom("account_deletions").select("end_time").execute())[0]
        ?.end_time;
    return {
      ...{ ...nodes, here, there, first, endOf },
      [Symbol.asyncDispose]: () => nodes[Symbol.asyncDispose](),
    };
  }

  test("was made by every node that looked for unfinished ones", async () => {
    await using story = await openAmid();
    const { here, there, first, endOf } = story;
    const second = there.deletion.resume();
    here.answer.resolve();
    there.answer.resolve();
    await Promise.all([first, second]);
    expect([here.count(), there.count()]).toEqual([1, 0]);
    expect(await endOf()).toBe(1);
  });

  test("goes on at another node when its own dies", async () => {
    await using story = await openAmid();
    const { one, here, there, first, endOf } = story;
    const second = there.deletion.resume();
    await one.cluster.close();
    await there.asked.promise;
    there.answer.resolve();
    await second;
    expect(await endOf()).toBe(1);
    here.answer.resolve();
    await first;
    expect(there.failures).toEqual([]);
  });
});
