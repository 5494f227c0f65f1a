import { expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";

import {
  causeOf,
  chatsOver,
  codeOf,
  root,
} from "../../testing/messages/chats.ts";
import type { Chats } from "../../testing/messages/chats.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";

const chat = "si_ann_bob";
const groups = { tea: ["ann", "bob", "cat"] };

const revoke = (
  chats: Chats,
  userID: string,
  conversationID: string,
  seq = 1,
  as = userID,
) => chats.revoke(causeOf(as), { userID, conversationID, seq });

/** A message as this user pulls it. */
async function pulled(chats: Chats, userID: string, seq = 1, id = chat) {
  const wanted = [{ conversationID: id, seqs: [seq] }];
  const [found] = await chats.pulling.bySeqs(userID, wanted, 0, 1_000_000);
  const { content, ...message } = MsgData.decode(
    found?.messages[0]?.data ?? new Uint8Array(),
  );
  return { ...message, text: new TextDecoder().decode(content) };
}

forEachEngine("taking a message back", (open) => {
  test("shows it as revoked to both, who are told", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    const { clientMsgID } = await chats.say("ann", "bob", {
      clientMsgID: "c1",
    });
    chats.told();
    await revoke(chats, "ann", chat);
    expect(chats.told()).toEqual([[2101, "n_ann_bob", "bob", "ann"]]);
    for (const reader of ["ann", "bob"]) {
      const { contentType, text } = await pulled(chats, reader);
      expect(contentType).toBe(2101);
      expect(text).not.toContain("hello");
      expect(
        JSON.parse((JSON.parse(text) as { detail: string }).detail),
      ).toMatchObject({
        ...{ revokerID: "ann", clientMsgID, sourceMessageSendID: "ann" },
        ...{ revokerNickname: "nick-ann", seq: 1 },
      });
    }
  });

  test.each<[who: string, as: string, to: "bob" | "tea", code: number]>([
    ["ann", "ann", "bob", 0], // the sender
    ["bob", "bob", "bob", 1002], // the receiver
    ["bob", root, "bob", 0], // an administrator for somebody
    ["bob", "bob", "tea", 0], // the sender
    ["ann", "ann", "tea", 0], // who manages the group
    ["cat", "cat", "tea", 1002], // another member
    ["cat", root, "tea", 0],
  ])("by %s as %s, sent to %s, answers %d", async (who, as, to, code) => {
    await using storage = await open();
    const chats = await chatsOver(storage, { groups });
    const [id] = to === "bob" ? [chat] : ["sg_tea"];
    await (to === "bob"
      ? chats.say("ann", "bob")
      : chats.say("bob", { groupID: "tea" }));
    chats.told();
    expect(await codeOf(revoke(chats, who, id, 1, as))).toBe(code);
    expect(chats.told()).toHaveLength(code === 0 ? 1 : 0);
    const { contentType } = await pulled(chats, "bob", 1, id);
    expect(contentType).toBe(code === 0 ? 2101 : 101);
  });

  test("happens once", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    await chats.say("ann", "bob");
    chats.told();
    const codes = await Promise.all([
      codeOf(revoke(chats, "ann", chat)),
      codeOf(revoke(chats, "ann", chat)),
    ]);
    expect(codes.sort()).toEqual([0, 1404]);
    expect(chats.told()).toHaveLength(1);
  });

  test("finds no message that its reader cannot read", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, { groups });
    await chats.say("ann", "bob");
    await chats.say("ann", "bob");
    expect(await codeOf(revoke(chats, "ann", chat, 3))).toBe(1004);
    expect(await codeOf(revoke(chats, "ann", "si_ann_cat"))).toBe(1004);
    await chats.transact((tx) =>
      chats.userSeqs.raiseMins(tx, "ann", [
        { conversationID: chat, minSeq: 2 },
      ]),
    );
    expect(await codeOf(revoke(chats, "ann", chat, 1))).toBe(1004);
    expect(await codeOf(revoke(chats, "ann", chat, 2))).toBe(0);
    // Beyond what a former member reads.
    await chats.say("bob", { groupID: "tea" });
    await chats.leave("tea", "bob");
    await chats.say("ann", { groupID: "tea" });
    expect(await codeOf(revoke(chats, "bob", "sg_tea", 2))).toBe(1004);
  });

  test("goes on in a quote of it, which says so instead of its words", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    await chats.say("ann", "bob");
    const quoteMessage = { seq: 1, contentType: 101, content: "secret words" };
    const content = JSON.stringify({ text: "about that", quoteMessage });
    await chats.say("bob", "ann", {
      ...{ contentType: 114, content: new TextEncoder().encode(content) },
    });
    expect((await pulled(chats, "ann", 2)).text).toContain("secret words");
    await revoke(chats, "ann", chat);
    const { text } = await pulled(chats, "ann", 2);
    expect(text).toContain("about that");
    expect(text).not.toContain("secret words");
  });
});
