import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createLogger } from "../watching/logger.ts";
import { createExplain } from "./explain.ts";
import { createPushTokens } from "./tokens.ts";
import { createUnsentLog, maxNamedUsers, maxWaiting } from "./unsent.ts";
import type { UnsentRecord } from "./unsent.ts";

const logger = createLogger("silent");
const never = new AbortController().signal;

const record = (more: Partial<UnsentRecord> = {}): UnsentRecord => ({
  serverMsgID: "s1",
  clientMsgID: "c1",
  conversationID: "si_ann_bob",
  reason: "providerError",
  provider: "fcm",
  detail: "HTTP 500",
  userIDs: ["bob"],
  userCount: 1,
  time: 1_000,
  ...more,
});
const unsentOver = ({ db, transact }: TestStorage) =>
  createUnsentLog({ db, transact, logger });
const none = { serverMsgID: "", clientMsgID: "" };

forEachEngine("why a push was not sent", (open) => {
  test("is found by either id of the message at once", async () => {
    await using storage = await open();
    const unsent = unsentOver(storage);
    unsent.add(record());
    unsent.add(
      record({ reason: "recvMsgOpt", provider: "", userIDs: ["cid"] }),
    );
    unsent.add(record({ serverMsgID: "s2", clientMsgID: "c2" }));

    const found = await unsent.find({ ...none, serverMsgID: "s1" });
    expect(found).toEqual([
      record(),
      record({ reason: "recvMsgOpt", provider: "", userIDs: ["cid"] }),
    ]);
    expect(await unsent.find({ ...none, clientMsgID: "c1" })).toEqual(found);
    expect(await unsent.find({ serverMsgID: "s1", clientMsgID: "c2" })).toEqual(
      [],
    );
  });

  test("names the first of many users and counts them all", async () => {
    await using storage = await open();
    const unsent = unsentOver(storage);
    const userIDs = Array.from({ length: 3_000 }, (_, i) => `u${i}`);
    unsent.add(record({ userIDs, userCount: userIDs.length }));
    const [found] = await unsent.find({ ...none, serverMsgID: "s1" });
    expect(found!.userIDs).toEqual(userIDs.slice(0, maxNamedUsers));
    expect(found!.userCount).toBe(3_000);

    const { db, transact } = storage;
    const explain = createExplain({
      providers: [],
      tokens: createPushTokens({ db, transact, now: () => 0 }),
      unsent,
      listReached: () => [],
      hasMuted: () => Promise.resolve(false),
    });
    // Who is not named may still be meant.
    const { unsent: of } = await explain({ ...none, serverMsgID: "s1" }, "x");
    expect(of).toHaveLength(1);
  });

  test("is kept when the server stops, and goes when it is old", async () => {
    await using storage = await open();
    const first = unsentOver(storage);
    for (let i = 0; i < 1_200; i++) first.add(record({ time: i }));
    await first.close();

    const unsent = unsentOver(storage);
    expect(await unsent.removeBefore(1_199, never)).toBe(1_199);
    const left = await unsent.find({ ...none, serverMsgID: "s1" });
    expect(left.map(({ time }) => time)).toEqual([1_199]);
    expect(await unsent.removeBefore(1_199, never)).toBe(0);
  });

  test("a flood of reasons is cut, not kept in memory", async () => {
    await using storage = await open();
    const unsent = unsentOver(storage);
    for (let i = 0; i < 20_000; i++)
      unsent.add(record({ serverMsgID: `s${i}` }));
    await unsent.close();
    const { count } = await storage.db
      .selectFrom("push_unsent")
      .select(({ fn }) => fn.countAll().as("count"))
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(5_000);
  });
});

test("reasons that a flood drops are counted in the log, once", async () => {
  const warned: unknown[] = [];
  const unsent = createUnsentLog({
    db: undefined as never, // the rows end at transact
    transact: () => Promise.resolve() as never,
    logger: Object.assign(createLogger("silent"), {
      warn: (about: unknown) => void warned.push(about),
    }),
  });
  for (let i = 0; i < maxWaiting + 3; i++) unsent.add(record());
  await unsent.close();
  await unsent.close();
  expect(warned).toEqual([{ dropped: 3 }]);
});
