import { expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";

import { createCaches } from "../storage/caches.ts";
import { createUserSeqs } from "../conversations/user-seqs.ts";
import { openMessageLog } from "../message-log/log.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { insertRevocation } from "./marks.ts";
import { removeOldMessages, removeOldMessagesOf } from "./retention.ts";
import { createSearchIndex } from "./search-index.ts";
import type { SearchQuery } from "./search-index.ts";
import { createSearch, toDay } from "./search.ts";

const never = new AbortController().signal;
const day = 86_400_000;

interface Said {
  sendID: string;
  recvID?: string;
  groupID?: string;
  contentType?: number;
  sendTime: number;
}

async function openWith({ engine, writer, transact, db }: TestStorage) {
  const log = await openMessageLog({
    caches: createCaches(),
    engine,
    writer,
    now: () => 0,
    raiseReadSeqs: createUserSeqs(db, createCaches()).raiseRead,
  });
  const search = createSearch({
    db,
    index: createSearchIndex({ engine, transact, settled: log.settled }),
    listUsers: () => Promise.resolve([]),
    listGroups: () => Promise.resolve([]),
  });
  return {
    log,
    async say(conversationID: string, ...said: Said[]): Promise<void> {
      const head = await log.open(conversationID);
      await transact(async (tx) => {
        for (const message of said) {
          const { sendID, sendTime, contentType = 101 } = message;
          const sessionType = message.groupID ? 3 : 1;
          const values = { contentType, sessionType, ...message };
          log.append(tx, head, {
            unsealed: MsgData.encode(values),
            sendID,
            sendTime,
            contentType,
            resendKey: 0,
          });
        }
      });
    },
    /** Returns the matches as sender, seq and total. */
    async find(query: SearchQuery, offset = 0, limit = 10) {
      const { chatLogs, chatLogsNum } = await search(query, { offset, limit });
      const found = chatLogs.map(({ chatLog, isRevoked }) => {
        const { sendID = "", seq = 0 } = chatLog ?? {};
        return `${sendID} ${seq}${isRevoked ? " revoked" : ""}`;
      });
      return { found, total: chatLogsNum };
    },
  };
}

forEachEngine("search among messages", (open) => {
  test("by sender, receiver, group, type and day, and by more than one of them", async () => {
    await using storage = await open();
    const { say, find } = await openWith(storage);
    await say(
      "si_ann_bob",
      { sendID: "ann", recvID: "bob", sendTime: 1 },
      { sendID: "bob", recvID: "ann", sendTime: 2, contentType: 102 },
      { sendID: "ann", recvID: "bob", sendTime: day, contentType: 102 },
    );
    await say("sg_bob", { sendID: "cat", groupID: "bob", sendTime: 5 });
    await say("n_ann_bob", { sendID: "ann", recvID: "bob", sendTime: 3 });
    expect(await find({ sendID: "ann" })).toEqual({
      found: ["ann 1", "ann 3"],
      total: 2,
    });
    expect((await find({ recvID: "bob" })).found).toEqual([
      "ann 1",
      "ann 3",
      "cat 1",
    ]);
    expect((await find({ recvID: "bob", sessionType: 3 })).found).toEqual([
      "cat 1",
    ]);
    expect((await find({ contentType: 102 })).found).toEqual([
      "bob 2",
      "ann 3",
    ]);
    expect((await find({ sendID: "ann", contentType: 102 })).found).toEqual([
      "ann 3",
    ]);
    const first = { sent: { from: 0, to: day } };
    expect((await find(first)).found).toEqual(["ann 1", "bob 2", "cat 1"]);
    expect((await find({ ...first, sendID: "ann" })).found).toEqual(["ann 1"]);
    expect(await find({ sent: { from: 2 * day, to: 3 * day } })).toEqual({
      found: [],
      total: 0,
    });
    expect((await find({})).total).toBe(4);
  });

  test("finds what was said since the last search", async () => {
    await using storage = await open();
    const { say, find } = await openWith(storage);
    await say("si_a_b", { sendID: "a", recvID: "b", sendTime: 1 });
    expect((await find({ sendID: "a" })).total).toBe(1);
    await say("si_a_b", { sendID: "a", recvID: "b", sendTime: 2 });
    const both = [find({ sendID: "a" }), find({ recvID: "b" })];
    for (const { total } of await Promise.all(both)) expect(total).toBe(2);
  });

  test("pages follow one another through more than one reading of the log", async () => {
    await using storage = await open();
    const { say, find } = await openWith(storage);
    const said = Array.from({ length: 700 }, (_, i) => ({
      sendID: i % 2 === 0 ? "a" : "b",
      recvID: i % 2 === 0 ? "b" : "a",
      sendTime: i + 1,
    }));
    await say("si_a_b", ...said);
    const last = await find({ sendID: "b" }, 345, 10);
    expect(last).toEqual({
      found: ["b 692", "b 694", "b 696", "b 698", "b 700"],
      total: 350,
    });
    expect((await find({ sendID: "b" }, 350, 10)).found).toEqual([]);
    expect((await find({}, 298, 2)).found).toEqual(["a 299", "b 300"]);
  });

  test("what was removed is found no more, what was revoked says so", async () => {
    await using storage = await open();
    const { say, find, log } = await openWith(storage);
    const { db, transact } = storage;
    const said = (sendTime: number) => ({ sendID: "a", recvID: "b", sendTime });
    await say("si_a_b", said(1), said(2), said(3), said(4));
    expect((await find({ sendID: "a" })).total).toBe(4);
    const head = await log.open("si_a_b");
    await transact((tx) => log.remove(tx, head, [2]));
    await transact((tx) =>
      insertRevocation(tx, head.id, {
        seq: 3,
        userID: "a",
        role: 0,
        nickname: "",
        time: 9,
      }),
    );
    expect((await find({ sendID: "a" })).found).toEqual([
      "a 1",
      "a 3 revoked",
      "a 4",
    ]);
    await removeOldMessages({ db, log, transact }, 4, never);
    expect((await find({ sendID: "a" })).found).toEqual(["a 4"]);
  });

  test("the removal of one conversation's past leaves the others alone", async () => {
    await using storage = await open();
    const { say, find, log } = await openWith(storage);
    const { db, transact } = storage;
    const said = (sendTime: number) => ({ sendID: "a", recvID: "b", sendTime });
    const many = Array.from({ length: 1_100 }, (_, i) => said(i + 1));
    await say("si_a_c", { sendID: "a", recvID: "c", sendTime: 1 });
    await say("si_a_b", ...many);
    await removeOldMessagesOf({ db, log, transact }, "si_a_b", 1_099);
    await removeOldMessagesOf({ db, log, transact }, "si_unknown", 1_099);
    expect((await find({ sendID: "a" })).found).toEqual([
      "a 1",
      "a 1099",
      "a 1100",
    ]);
    const head = await log.open("si_a_b");
    expect(head).toMatchObject({ minSeq: 1_099, maxSeq: 1_100 });
    await removeOldMessagesOf({ db, log, transact }, "si_a_b", 9_999);
    await say("si_a_b", said(2_000));
    expect(head).toMatchObject({ minSeq: 1_101, maxSeq: 1_101 });
  });
});

test("a day is a UTC date", () => {
  expect(toDay("")).toBeUndefined();
  expect(toDay("1970-01-02")).toEqual({ from: day, to: 2 * day });
  for (const date of ["yesterday", "2026-02-30", "2026-1-1", "20260101"])
    expect(() => toDay(date)).toThrow("is not a date");
});
