import { expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";

import { createCaches } from "./caches.ts";
import {
  deleteTokens,
  insertToken,
  listTokens,
  TokenState,
  updateTokens,
} from "../auth/token-store.ts";
import { deleteRows, insertRow } from "../conversations/store.ts";
import { pageRequests } from "../groups/request-store.ts";
import { openMessageLog } from "../message-log/log.ts";
import { insertRevocation, listRevocations } from "../messages/marks.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";

// A statement takes 32,766 parameters of SQLite and 65,535 of PostgreSQL, and
// a list of a request or of what is stored may be longer.

const many = 70_000;
const names = Array.from({ length: many }, (_, i) => `n${i}`);
const firstPage = { offset: 0, limit: 10 };

forEachEngine("a list of 70,000", (open) => {
  test("conversations, of which one is there, is deleted", async () => {
    const row = {
      ownerUserID: "ann",
      conversationID: "n69999",
      conversationType: 3,
      userID: "",
      groupID: "",
    };
    await using storage = await open();
    await storage.transact((tx) => insertRow(tx, row, { create_time: 1 }));
    const gone = await storage.transact((tx) => deleteRows(tx, "ann", names));
    expect(gone).toEqual(["n69999"]);
  });

  test("tokens is kicked, and deleted", async () => {
    await using storage = await open();
    await storage.transact(async (tx) => {
      await insertToken(tx, "ann", 5, "n69999");
      await updateTokens(tx, names, { state: TokenState.kicked });
      expect(await listTokens(tx, "ann")).toMatchObject([
        { token: "n69999", state: TokenState.kicked },
      ]);
      await deleteTokens(tx, names);
      expect(await listTokens(tx, "ann")).toEqual([]);
    });
  });

  test("groups or answers is a filter of group applications", async () => {
    await using storage = await open();
    const none = { total: 0, requests: [] };
    const handleResults = names.map((_, i) => i);
    for (const filter of [
      { groupIDs: names, handleResults: [] },
      { groupIDs: [], handleResults },
    ])
      expect(await pageRequests(storage.db, filter, firstPage)).toEqual(none);
  });

  test("messages is searched for those that were revoked", async () => {
    await using storage = await open();
    const revocation = {
      seq: many,
      userID: "a",
      role: 0,
      nickname: "",
      time: 1,
    };
    await storage.transact((tx) => insertRevocation(tx, 1, revocation));
    const seqs = names.map((_, i) => i + 1);
    const found = await listRevocations(storage.db, 1, seqs);
    expect([...found]).toEqual([[many, revocation]]);
  });
});

forEachEngine("12,000 conversations", (open) => {
  test("begin in one commit", async () => {
    await using storage = await open();
    const { engine, writer } = storage;
    const log = await openMessageLog({
      caches: createCaches(),
      engine,
      writer,
      now: () => 1,
      raiseReadSeqs: () => Promise.resolve(),
    });
    const ids = names.slice(0, 12_000).map((name) => `si_a_${name}`);
    const heads = await Promise.all(ids.map((id) => log.open(id)));
    const message = {
      unsealed: MsgData.encode({ sendID: "a", sendTime: 1 }),
      sendID: "a",
      contentType: 101,
      sendTime: 1,
      resendKey: 0,
    };
    await new Promise<void>((resolve, reject) =>
      writer.enqueue({
        run(tx) {
          for (const head of heads) log.append(tx, head, message);
          tx.afterDurable(resolve);
        },
        failed: reject,
      }),
    );
    const { count } = await storage.db
      .selectFrom("message_heads")
      .select((e) => e.fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(ids.length);
  });
});
