import { expect, test } from "bun:test";

import { ContentType } from "@parley/protocol/content-types";
import { maxSentBytes } from "@parley/protocol/frame-size";
import { MsgData } from "@parley/protocol/generated/sdkws";
import { readSentMsgData } from "@parley/protocol/msg-data";

import { overridesFor, requireForm } from "./form.ts";

const content = Buffer.from("{}");

/** The code with which such a message is refused; 0: it is well formed. */
function codeOf(more: Partial<MsgData>): number {
  const single = { sendID: "ann", recvID: "bob", sessionType: 1 };
  const data = MsgData.encode({
    ...single,
    contentType: 101,
    content,
    ...more,
  });
  try {
    requireForm(readSentMsgData(data));
    return 0;
  } catch (error) {
    return (error as { code: number }).code;
  }
}

test.each<[what: string, more: Partial<MsgData>, code: number]>([
  ["to a user", {}, 0],
  ["without a sender", { sendID: "" }, 1001],
  ["without content", { content: Buffer.of() }, 1001],
  ["to no user", { recvID: "" }, 1001],
  ["to no user, with a group", { recvID: "", groupID: "tea" }, 1001],
  ["to a group", { sessionType: 3, groupID: "tea", recvID: "" }, 0],
  ["to no group, with a user", { sessionType: 3 }, 1001],
  ["of an official account", { sessionType: 4, contentType: 1400 }, 0],
  [
    "of an official account to nobody",
    { sessionType: 4, contentType: 1400, recvID: "" },
    1001,
  ],
  ["of its session type alone", { sessionType: 4 }, 1001],
  ["of its content type alone", { contentType: 1400 }, 1001],
  ["of no session type", { sessionType: 0 }, 1001],
  ["of the old groups", { sessionType: 2, groupID: "tea" }, 1001],
  ["with NUL in the content", { content: Buffer.of(0) }, 0],
  ["with NUL in an id", { recvID: "b\0b" }, 1001],
  ["of all the bytes it may have", { content: Buffer.alloc(1_000, 32) }, 0],
  ["of more", { content: Buffer.alloc(maxSentBytes, 32) }, 1001],
])("a message %s", (_what, more, code) => {
  expect(codeOf(more)).toBe(code);
});

test("what passes by is neither kept nor counted, nor shown to its sender", () => {
  expect(overridesFor(ContentType.Typing)).toEqual(
    new Map(
      [
        ...["history", "persistent", "senderSync", "conversationUpdate"],
        ...["senderConversationUpdate", "unreadCount", "offlinePush"],
      ].map((option) => [option, false]),
    ),
  );
});

test("receipts and revocations are kept, but neither count nor ring", () => {
  expect(
    [...(overridesFor(ContentType.HasReadReceipt)?.keys() ?? [])].toSorted(),
  ).toEqual([
    ...["conversationUpdate", "offlinePush"],
    ...["senderConversationUpdate", "unreadCount"],
  ]);
  expect(
    [...(overridesFor(ContentType.Revoke)?.keys() ?? [])].toSorted(),
  ).toEqual([...["offlinePush", "unreadCount"]]);
});

test("other types keep the options of their sender", () => {
  expect(overridesFor(ContentType.Text)).toBeNull();
});
