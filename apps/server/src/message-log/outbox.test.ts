import { expect, test } from "bun:test";

import { SessionType } from "@parley/protocol/content-types";
import { MsgData } from "@parley/protocol/generated/sdkws";
import { singleChatID } from "@parley/protocol/conversation-ids";

import { createCaches } from "../storage/caches.ts";
import { createConversationRows } from "../conversations/rows.ts";
import { createVersionedRows } from "../conversations/versioned-rows.ts";
import type { NewRow } from "../conversations/store.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { openMessageLog } from "./log.ts";
import { createOutbox } from "./outbox.ts";
import type { Outgoing } from "./outbox.ts";

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
