import { afterAll, describe, expect, spyOn, test } from "bun:test";

import { errors } from "@parley/protocol/errors";

import { openPeople } from "../../testing/accounts/people.ts";
import { openNodes } from "../../testing/nodes/open-nodes.ts";
import type { TestNode } from "../../testing/nodes/open-nodes.ts";
import { stopPostgres } from "../../testing/storage/engines.ts";
import { createSharedArrivals } from "./arrivals.ts";

afterAll(stopPostgres);

const open = ({ cluster, storage }: TestNode) =>
  openPeople(storage, {
    arrivals: createSharedArrivals(cluster.self, storage.transact),
  });

const ann = { email: "ann@example.com" };

/** One is just announcing Ann to its IM server, of which the other's knows nothing yet. */
async function openAmidArrival() {
  const nodes = await openNodes({ beatMs: 50 });
  const [one, other] = [await nodes.open(), await nodes.open()];
  const [here, there] = [open(one), open(other)];
  const announcing = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const { registerUsers } = here.im.server;
  spyOn(here.im.server, "registerUsers").mockImplementation(
    async (...asked) => {
      announcing.resolve();
      await answer.promise;
      return registerUsers(...asked);
    },
  );
  const registered = here.register(ann);
  await announcing.promise;
  const idsAt = async ({ storage: { db } }: TestNode) =>
    (await db.selectFrom("accounts").select("user_id").execute()).map(
      ({ user_id }) => user_id,
    );
  return {
    ...{ one, other, there, registered, answer, idsAt },
    [Symbol.asyncDispose]: () => nodes[Symbol.asyncDispose](),
  };
}

describe("an account that a node is announcing to the IM server", () => {
  test("was taken for abandoned by another node, and deleted", async () => {
    await using story = await openAmidArrival();
    const { other, there, registered, answer, idsAt } = story;
    const before = await idsAt(other);
    expect(before).toHaveLength(1);
    expect(
      await there.register(ann).catch((error: { code: number }) => error.code),
    ).toBe(errors.accountRegistered().code);
    expect(await idsAt(other)).toEqual(before);
    answer.resolve();
    expect([await registered]).toEqual(before);
    const { db } = other.storage;
    expect(
      await db.selectFrom("account_arrivals").selectAll().execute(),
    ).toEqual([]);
  });

  test("is abandoned once its node is gone, and can be registered again", async () => {
    await using story = await openAmidArrival();
    const { one, other, there, registered, idsAt } = story;
    registered.catch(() => undefined);
    const before = await idsAt(other);
    const left = new Promise((resolve) => other.cluster.onLeft(resolve));
    await one.cluster.close();
    await left;
    const userID = await there.register(ann);
    expect(before).not.toContain(userID);
    expect(await idsAt(other)).toEqual([userID]);
  });
});
