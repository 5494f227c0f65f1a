import { expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";

import { createCaches } from "../storage/caches.ts";
import { destructMessages } from "../conversations/destruct.ts";
import { insertRow, findRow } from "../conversations/store.ts";
import { createUserSeqs } from "../conversations/user-seqs.ts";
import { openMessageLog } from "../message-log/log.ts";
import type { Notice } from "../notifications/notify.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { removeOldMessages } from "./retention.ts";

const never = new AbortController().signal;
const day = 86_400_000;

async function openWith(
  { engine, writer, transact }: TestStorage,
  conversations: readonly string[],
  days: number,
) {
  const userSeqs = createUserSeqs(engine.read, createCaches());
  const log = await openMessageLog({
    caches: createCaches(),
    engine,
    writer,
    now: () => 0,
    raiseReadSeqs: userSeqs.raiseRead,
  });
  for (let i = 1; i <= days; i++)
    for (const id of conversations) {
      const head = await log.open(id);
      const sendTime = i * day;
      const unsealed = MsgData.encode({ sendID: "a", sendTime });
      await transact(async (tx) =>
        log.append(tx, head, {
          unsealed,
          sendID: "a",
          sendTime,
          contentType: 101,
          resendKey: i,
        }),
      );
    }
  return { log, userSeqs };
}

forEachEngine("message retention", (open) => {
  test("what is older goes, what is younger stays, and pulls begin behind it", async () => {
    await using storage = await open();
    const ids = ["si_a_b", "si_a_c"];
    const { log } = await openWith(storage, ids, 300);
    const { db, transact } = storage;
    const removed = await removeOldMessages(
      { db, log, transact },
      281 * day,
      never,
    );
    expect(removed).toBe(560);
    for (const id of ids) {
      const head = await log.open(id);
      expect([head.minSeq, head.maxSeq]).toEqual([281, 300]);
      const left = await log.read(head, 1, 300);
      expect(left.map(({ seq }) => seq)).toEqual(
        Array.from({ length: 20 }, (_, i) => 281 + i),
      );
      expect(readMsgData(left[0]?.data ?? new Uint8Array()).seq).toBe(281);
    }
    const again = removeOldMessages({ db, log, transact }, 281 * day, never);
    expect(await again).toBe(0);
  });

  test("old messages of hundreds of conversations went in one commit, which all waited for", async () => {
    await using storage = await open();
    const ids = Array.from({ length: 100 }, (_, i) => `si_a_${i}`);
    const { log } = await openWith(storage, ids, 1);
    const { db, transact } = storage;
    let commits = 0;
    const removed = await removeOldMessages(
      {
        db,
        log,
        transact(work) {
          commits++;
          return transact(work);
        },
      },
      99 * day,
      never,
    );
    expect(removed).toBe(100);
    expect(commits).toBeGreaterThanOrEqual(4);
    for (const id of ids) expect((await log.open(id)).minSeq).toBe(2);
  });

  test("statistics end where the messages do", async () => {
    await using storage = await open();
    const { log } = await openWith(storage, ["si_a_b", "sg_g"], 9);
    const { db, transact } = storage;
    await log.merge();
    await removeOldMessages({ db, log, transact }, 8 * day, never);
    const left = await db
      .selectFrom("message_counts")
      .select(["kind", "hour"])
      .orderBy("kind")
      .orderBy("hour")
      .execute();
    expect(left.map(({ kind, hour }) => [kind, hour / 24])).toEqual(
      [1, 2, 3].flatMap((kind) => [
        [kind, 8],
        [kind, 9],
      ]),
    );
  });

  test("a log of old messages only becomes empty, and goes on counting", async () => {
    await using storage = await open();
    const { log } = await openWith(storage, ["si_a_b"], 3);
    const { db, transact } = storage;
    await removeOldMessages({ db, log, transact }, 99 * day, never);
    const head = await log.open("si_a_b");
    expect(await log.read(head, 1, 9)).toEqual([]);
    await transact(async (tx) =>
      log.append(tx, head, {
        unsealed: MsgData.encode({ sendID: "a" }),
        sendID: "a",
        contentType: 101,
        sendTime: 0,
        resendKey: 0,
      }),
    );
    expect((await log.find("si_a_b"))?.maxSeq).toBe(4);
  });
});

forEachEngine("message destruct", (open) => {
  test("hides from its owner what is older than the owner wants, once it is due", async () => {
    await using storage = await open();
    const { log, userSeqs } = await openWith(storage, ["si_a_b"], 10);
    const { db, transact } = storage;
    const row = {
      ownerUserID: "a",
      conversationID: "si_a_b",
      conversationType: 1,
      userID: "b",
      groupID: "",
    };
    await transact((tx) =>
      insertRow(tx, row, {
        create_time: 0,
        is_msg_destruct: 1,
        msg_destruct_time: (3 * day) / 1_000,
      }),
    );
    const notices: Notice[] = [];
    let at = 10.5 * day;
    const run = () =>
      destructMessages(
        {
          db,
          log,
          transact,
          userSeqs,
          notify: (_tx, notice) => {
            notices.push(notice);
            return Promise.resolve();
          },
          now: () => at,
        },
        "op",
        never,
      );
    expect(await run()).toBe(1);
    expect((await userSeqs.get("a", "si_a_b")).minSeq).toBe(8);
    expect(await findRow(db, "a", "si_a_b")).toMatchObject({
      min_seq: 8,
      latest_msg_destruct_time: at,
    });
    expect(notices.map(({ contentType }) => contentType)).toEqual([1300]);
    // Not due again until its time has passed once more.
    at += day;
    expect(await run()).toBe(0);
  });
});
