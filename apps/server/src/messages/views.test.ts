import { expect, test } from "bun:test";

import { ContentType } from "@parley/protocol/content-types";
import { MsgData } from "@parley/protocol/generated/sdkws";

import { createUserSeqs } from "../conversations/user-seqs.ts";
import { markBits } from "../message-log/mark-bits.ts";
import { openMessageLog } from "../message-log/log.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { insertRevocation } from "./marks.ts";
import { createViews } from "./views.ts";

/** The contents that bob sees of ann's, of which the first is revoked. */
async function contentsFor(storage: TestStorage, quotes: readonly string[]) {
  const { engine, writer, db, transact, caches } = storage;
  const log = await openMessageLog({
    ...{ caches, engine, writer, now: Date.now },
    raiseReadSeqs: createUserSeqs(db, caches).raiseRead,
  });
  const head = await log.open("si_ann_bob");
  const send = (contentType: number, content: string) =>
    transact(async (tx) =>
      log.append(tx, head, {
        ...{ sendID: "ann", contentType, sendTime: 1, resendKey: 0 },
        unsealed: MsgData.encode({
          ...{ sendID: "ann", recvID: "bob", sessionType: 1, contentType },
          content: Buffer.from(content),
        }),
      }),
    );
  await send(ContentType.Text, '{"content":"revoked"}');
  for (const quote of quotes) await send(ContentType.Quote, quote);
  await transact(async (tx) => {
    await insertRevocation(tx, head.id, {
      ...{ seq: 1, userID: "ann", role: 20, nickname: "Ann", time: 2 },
    });
    await log.mark(tx, head, markBits.goneOrRevoked);
  });

  const { messages } = await createViews({ engine, log }).range(
    { userID: "bob", readsGroup: false },
    head,
    1,
    1 + quotes.length,
  );
  return messages.map(({ data }) =>
    Buffer.from(MsgData.decode(data).content).toString(),
  );
}

forEachEngine("messages as a user sees them", (open) => {
  test("could not be read after one quoted a number that is no seq", async () => {
    await using storage = await open();
    const quotes = ["1.5", "1e300", "9223372036854775808", "1"].map(
      (seq) => `{"text":"so","quoteMessage":{"seq":${seq}}}`,
    );
    const contents = await contentsFor(storage, quotes);
    expect(contents.slice(1, 4)).toEqual(quotes.slice(0, 3));
    expect(contents[4]).toContain("revokerNickname");
  });

  test("say that a quoted message was revoked, also where the quote is written with escapes", async () => {
    await using storage = await open();
    const [, content] = await contentsFor(storage, [
      String.raw`{"text":"so","quote\u004dessage":{"seq":1}}`,
    ]);
    expect(content).toContain("revokerNickname");
  });
});
