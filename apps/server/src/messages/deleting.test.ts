import { expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";

import { createCaches } from "../storage/caches.ts";
import { createConversations } from "../conversations/conversations.ts";
import { createUserSeqs } from "../conversations/user-seqs.ts";
import { createVersionedRows } from "../conversations/versioned-rows.ts";
import { openMessageLog } from "../message-log/log.ts";
import { createLargeChanges } from "../storage/large-changes.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createDeleting } from "./deleting.ts";

const userID = "a";
/** More than one part of a clear. */
const conversationIDs = Array.from({ length: 60 }, (_, i) => `si_a_b${i}`);
const [last = ""] = conversationIDs.slice(-1);

const actor = { userID, platformID: 5, isAdmin: false };
const own = { isSyncSelf: true, isSyncOther: false };

const message = (recvID: string) => ({
  ...{ sendID: "b", contentType: 101, sendTime: 5_000, resendKey: 0 },
  unsealed: MsgData.encode({ sendID: "b", recvID }),
});

/** A user whose clear of all that they have is held after its first part. */
async function clearingIn({ engine, db, transact, writer }: TestStorage) {
  const registered = new Set([userID]);
  const arrived = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const notices: unknown[] = [];
  const notify = async (_tx: unknown, notice: unknown) =>
    void notices.push(notice);
  const failed = (error: unknown) => {
    throw error;
  };
  const changes = createLargeChanges({
    db,
    async transact(work) {
      arrived.resolve();
      await goOn.promise;
      return transact(work);
    },
    troubles: { failed, recovered: failed, setAside: failed },
  });
  const userSeqs = createUserSeqs(db, createCaches());
  const log = await openMessageLog({
    caches: createCaches(),
    engine,
    writer,
    now: () => 5_000,
    raiseReadSeqs: userSeqs.raiseRead,
  });
  const conversations = createConversations({
    ...{ db, transact, notify, changes },
    rows: createVersionedRows({ db, caches: createCaches(), now: () => 5_000 }),
    rowsDeleted: () => undefined,
    concerns: async () => true,
    now: () => 5_000,
  });
  const deleting = createDeleting({
    ...{ log, userSeqs, transact, notify, changes },
    listConversations: conversations.list,
    mirrorMinSeqs: conversations.mirrorMinSeqs,
    requireGroupManager: () => Promise.resolve(),
    listUsers: async (userIDs) =>
      userIDs
        .filter((each) => registered.has(each))
        .map((each) => ({
          ...{ userID: each, nickname: "", faceURL: "", ex: "" },
          ...{ createTime: 0, appMangerLevel: 0, globalRecvMsgOpt: 0 },
        })),
  });

  async function say(conversationID: string): Promise<void> {
    const head = await log.open(conversationID);
    await transact(async (tx) => {
      await conversations.ensure(tx, [
        {
          ...{ ownerUserID: userID, conversationID, conversationType: 1 },
          ...{ userID: conversationID.slice(5), groupID: "" },
        },
      ]);
      log.append(tx, head, message(userID));
    });
  }

  for (const id of conversationIDs) await say(id);
  const before = await conversations.fullIDs(userID, 0n);
  const cleared = deleting.clear(
    { actor, operationID: "op" },
    userID,
    undefined,
    own,
  );
  await arrived.promise;
  return {
    ...{ registered, userSeqs, conversations, deleting, say, before },
    async finish(): Promise<void> {
      goOn.resolve();
      await cleared;
      await changes.settled();
    },
  };
}

forEachEngine("a clear of many conversations", (open) => {
  test("brought back what was cleared while it was going on", async () => {
    await using storage = await open();
    const { say, deleting, finish, userSeqs, conversations } =
      await clearingIn(storage);
    await say(last);
    await deleting.clear({ actor, operationID: "op" }, userID, [last], own);
    await finish();
    expect(await userSeqs.get(userID, last)).toMatchObject({ minSeq: 3 });
    expect(await conversations.get(userID, last)).toMatchObject({ minSeq: 3 });
  });

  test("took the deletion of a conversation out of its owner's log", async () => {
    await using storage = await open();
    const { conversations, finish, before } = await clearingIn(storage);
    await conversations.delete(userID, [last]);
    await finish();
    const { changes } = await conversations.incremental(userID, before);
    expect(changes).toMatchObject({ full: false, delete: [last] });
  });

  test("left read positions behind of who was deleted while it was going on", async () => {
    await using storage = await open();
    const { db, transact } = storage;
    const { registered, conversations, userSeqs, finish } =
      await clearingIn(storage);
    registered.delete(userID);
    await conversations.delete(userID, conversationIDs);
    await transact((tx) => userSeqs.forget(tx, userID, conversationIDs));
    await finish();
    expect(
      await db.selectFrom("user_seqs").select("user_id").execute(),
    ).toEqual([]);
  });
});

forEachEngine("what is cleared for everyone", (open) => {
  test("was there again after a clear that began before", async () => {
    await using storage = await open();
    const { engine, writer, transact } = storage;
    const log = await openMessageLog({
      caches: createCaches(),
      ...{ engine, writer },
      now: () => 5_000,
      raiseReadSeqs: async () => undefined,
    });
    const head = await log.open("sg_g");
    await transact(async (tx) => {
      log.append(tx, head, message("b"));
    });
    await transact((tx) => log.raiseMinSeq(tx, head, 7));
    await transact((tx) => log.raiseMinSeq(tx, head, 4));
    expect((await log.find("sg_g"))?.minSeq).toBe(7);
    const rows = engine.read.selectFrom("message_heads").select("min_seq");
    expect(await rows.execute()).toEqual([{ min_seq: 7 }]);
  });
});
