import { expect, test } from "bun:test";

import { SessionType } from "@parley/protocol/content-types";
import { MsgData } from "@parley/protocol/generated/sdkws";
import { singleChatID } from "@parley/protocol/conversation-ids";
import { maxMessageBytes } from "@parley/protocol/frame-size";

import type { Push } from "../delivery/delivery.ts";
import { createCaches } from "../storage/caches.ts";
import { createConversationRows } from "../conversations/rows.ts";
import { createVersionedRows } from "../conversations/versioned-rows.ts";
import type { NewRow } from "../conversations/store.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { openMessageLog } from "./log.ts";
import { createOutbox } from "./outbox.ts";
import type { Also, OutboxDeps, Outgoing } from "./outbox.ts";

const unexpected = () => {
  throw new Error("not needed here");
};

/**
 * Users without a row get one, except `unfit`, whose rows the database refuses.
 */
async function openOutbox({ engine, writer, db }: TestStorage, unfit = "") {
  const now = () => 1;
  const log = await openMessageLog({
    caches: createCaches(),
    ...{ engine, writer, now },
    raiseReadSeqs: () => Promise.resolve(),
  });
  const versioned = createVersionedRows({ db, caches: createCaches(), now });
  const rows = createConversationRows({
    glance: versioned.glance,
    ensure: (tx, wanted: readonly NewRow[]) =>
      wanted.some(({ ownerUserID }) => ownerUserID === unfit)
        ? Promise.reject(new Error("a fault of the database"))
        : versioned.ensure(tx, wanted),
    missingInGroup: unexpected,
    makeGroupRows: unexpected,
  });
  const delivered: string[] = [];
  const outbox = createOutbox({
    ...{ log, writer },
    ...rows,
    delivery: {
      deliver: ({ userIDs: [userID = ""] }) => void delivered.push(userID),
    },
    membersOf: unexpected,
    stored: () => undefined,
    failed: () => undefined,
  });
  return { outbox, log, delivered };
}

const firstTo = (recvID: string): Outgoing => ({
  conversationID: singleChatID("owner", recvID),
  sessionType: SessionType.single,
  contentType: 101,
  ...{ sendID: "owner", recvID, groupID: "", operationID: "o" },
  unsealed: MsgData.encode({ sendID: "owner", recvID }),
  ...{ sendTime: 0, resendKey: 0, isStored: true, wantsSenderSync: true },
});

const peers = Array.from({ length: 50 }, (_, i) => `u${i}`);

forEachEngine("first messages to many", (open) => {
  test("make all rows and a version for each of them in a few transactions", async () => {
    await using storage = await open();
    const { outbox, log, delivered } = await openOutbox(storage);
    const { engine, db } = storage;
    const savepoint = engine.savepoint.bind(engine);
    let changes = 0;
    engine.savepoint = () => {
      changes++;
      return savepoint();
    };
    // One of them twice: its rows are made once.
    await Promise.all(
      [...peers, "u7"].map(async (peer) => {
        const { durable } = await outbox.post(firstTo(peer));
        await durable;
      }),
    );
    engine.savepoint = savepoint;
    expect(changes).toBeLessThan(10);
    const rows = await db
      .selectFrom("conversations")
      .select(["owner_user_id", "conversation_id"])
      .where("conversation_type", "=", SessionType.single)
      .execute();
    const pairOf = (peer: string) => singleChatID("owner", peer);
    expect(
      rows
        .map((row) => `${row.owner_user_id} ${row.conversation_id}`)
        .toSorted(),
    ).toEqual(
      peers
        .flatMap((peer) => [`owner ${pairOf(peer)}`, `${peer} ${pairOf(peer)}`])
        .toSorted(),
    );
    const entries = await db
      .selectFrom("version_entries")
      .select(["owner_id", "entry_id", "version"])
      .where("kind", "=", "conversations")
      .orderBy("version")
      .execute();
    const own = entries.filter(({ owner_id }) => owner_id === "owner");
    expect(own.map(({ version }) => version)).toEqual(
      peers.map((_, i) => i + 1),
    );
    expect(entries.length).toBe(2 * peers.length);
    expect(delivered.toSorted()).toEqual([...peers, "u7"].toSorted());
    for (const peer of peers)
      expect((await log.find(pairOf(peer)))?.maxSeq).toBe(
        peer === "u7" ? 2 : 1,
      );
  });

  test("fail alone where the rows of one cannot be made", async () => {
    await using storage = await open();
    const { outbox, delivered } = await openOutbox(storage, "u3");
    const outcomes = await Promise.allSettled(
      peers.map(async (peer) => {
        const { durable } = await outbox.post(firstTo(peer));
        await durable;
      }),
    );
    expect(peers.filter((_, i) => outcomes[i]?.status === "rejected")).toEqual([
      "u3",
    ]);
    expect(delivered.toSorted()).toEqual(
      peers.filter((peer) => peer !== "u3").toSorted(),
    );
  });
});

/** An outbox without conversation rows, and what it tells others. */
async function plainOutbox(
  { engine, writer }: TestStorage,
  more: Partial<OutboxDeps> = {},
) {
  const log = await openMessageLog({
    caches: createCaches(),
    ...{ engine, writer, now: () => 1_000 },
    raiseReadSeqs: () => Promise.resolve(),
  });
  const delivered: Push[] = [];
  const failures: string[] = [];
  const outbox = createOutbox({
    ...{ log, writer },
    missingRows: () => [],
    makeRows: () => Promise.resolve(),
    membersOf: (groupID) => [`${groupID}1`, `${groupID}2`],
    delivery: { deliver: (push) => void delivered.push(push) },
    stored: () => undefined,
    failed: () => void failures.push("failed"),
    ...more,
  });
  const post = async (message: Partial<Outgoing>, also?: Also) => {
    const { durable } = await outbox.post(
      { ...firstTo("bob"), ...message },
      also,
    );
    return durable;
  };
  return { outbox, log, delivered, failures, post };
}

const toGroup = {
  ...{ conversationID: "sg_tea", sessionType: SessionType.group },
  ...{ groupID: "tea", recvID: "" },
};

forEachEngine("a message leaves", (open) => {
  test.each<[to: string, message: Partial<Outgoing>, userIDs: string[]]>([
    ["to its receiver and its sender's devices", {}, ["bob", "owner"]],
    ["to its receiver alone", { wantsSenderSync: false }, ["bob"]],
    ["to oneself once", { recvID: "owner" }, ["owner"]],
    ["to the members of a group", toGroup, ["tea1", "tea2"]],
    ["to an audience", { ...toGroup, audience: ["tea2"] }, ["tea2"]],
  ])("%s", async (_to, message, userIDs) => {
    await using storage = await open();
    const { post, delivered } = await plainOutbox(storage);
    await post(message);
    expect(delivered.map((push) => push.userIDs)).toEqual([userIDs]);
    // A topic reaches all members, so it is for nobody less.
    const isToAll = message === toGroup;
    expect(delivered[0]?.groupID).toBe(isToAll ? "tea" : undefined);
  });

  test("in no form that clients could not take", async () => {
    await using storage = await open();
    const { outbox, delivered, post } = await plainOutbox(storage);
    const unsealed = new Uint8Array(maxMessageBytes + 1);
    for (const isStored of [true, false])
      await expect(post({ unsealed, isStored })).rejects.toMatchObject({
        code: 1001,
      });
    const send = storage.transact((tx) =>
      outbox.send(tx, { ...firstTo("bob"), unsealed }),
    );
    await expect(send).rejects.toMatchObject({ code: 1001 });
    await storage.transact(() => Promise.resolve());
    expect(delivered).toEqual([]);
  });

  test("at once and with seq 0 where it is not stored", async () => {
    await using storage = await open();
    const { log, post, delivered } = await plainOutbox(storage);
    expect(await post({ isStored: false, sendTime: 7 })).toBe(7);
    expect(delivered).toHaveLength(1);
    expect(await log.find(singleChatID("owner", "bob"))).toBeNull();
  });

  test("with all that is written with it, or not at all", async () => {
    await using storage = await open();
    const { log, post, delivered, failures } = await plainOutbox(storage);
    const note =
      (value: string): Also =>
      async ({ db }) => {
        await db.insertInto("meta").values({ key: "note", value }).execute();
      };
    await post({}, note("first"));
    // The key is taken: the second message goes back with its note.
    await expect(post({}, note("second"))).rejects.toThrow();
    expect(failures).toEqual(["failed"]);
    expect(delivered).toHaveLength(1);
    expect((await log.find(singleChatID("owner", "bob")))?.maxSeq).toBe(1);
    await post({ isStored: false, sendTime: 7 }, async ({ db }) => {
      await db
        .updateTable("meta")
        .set({ value: "third" })
        .where("key", "=", "note")
        .execute();
    });
    const row = await storage.db
      .selectFrom("meta")
      .select("value")
      .where("key", "=", "note")
      .executeTakeFirst();
    expect(row?.value).toBe("third");
  });

  test("with its follow-ups in the same transaction, each told once", async () => {
    await using storage = await open();
    const told: string[] = [];
    const { post, delivered } = await plainOutbox(storage, {
      saved: (_tx, { recvID }, data) =>
        void told.push(`saved ${recvID} ${MsgData.decode(data).seq}`),
      noteOffline(_tx, { recvID }, seq, userIDs) {
        told.push(`offline ${recvID} ${seq} ${userIDs.join()}`);
        return undefined;
      },
      stored: (count, sendTime) => void told.push(`${count} ${sendTime}`),
    });
    const also = (_tx: unknown, sendTime: number) =>
      void told.push(`also ${sendTime}`);
    await post({ also });
    expect(told).toEqual([
      ...["also 1000", "saved bob 1", "offline bob 1 bob,owner", "1 1000"],
    ]);
    told.length = 0;
    // What is not stored has no follow-ups but those of its sender.
    await post({ also, isStored: false, sendTime: 7 });
    expect(told).toEqual(["also 7"]);
    expect(delivered).toHaveLength(2);
  });

  test("in the order of a transaction's notices, and after its commit", async () => {
    await using storage = await open();
    const { outbox, delivered } = await plainOutbox(storage);
    const to = (recvID: string, isStored: boolean): Outgoing => ({
      ...{ ...firstTo(recvID), isStored },
      conversationID: `n_owner_${recvID}`,
    });
    await storage.transact(async (tx) => {
      await outbox.send(tx, to("bob", true));
      await outbox.send(tx, to("cyd", false));
      await outbox.send(tx, to("dan", true));
      expect(delivered).toEqual([]);
    });
    expect(delivered.map(({ userIDs: [userID] }) => userID)).toEqual([
      ...["bob", "cyd", "dan"],
    ]);
  });

  test("nowhere if its transaction is undone", async () => {
    await using storage = await open();
    const { outbox, log, delivered } = await plainOutbox(storage);
    const undone = storage.transact(async (tx) => {
      await outbox.send(tx, firstTo("bob"));
      await outbox.send(tx, { ...firstTo("bob"), isStored: false });
      throw new Error("no");
    });
    await expect(undone).rejects.toThrow("no");
    expect(delivered).toEqual([]);
    expect((await log.find(singleChatID("owner", "bob")))?.maxSeq ?? 0).toBe(0);
  });
});
