import { describe, expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";

import type { Outbox, Outgoing } from "../message-log/outbox.ts";
import type { Transaction } from "../storage/writer.ts";
import { createNotify } from "./notify.ts";
import type { Notice } from "./notify.ts";
import type { NotificationSetting } from "./settings.ts";

const now = 1_700_000_000_000;

/** Settings of a type whose notices are shown, and of one whose are not. */
const [shownType, hiddenType] = [1509, 1512];
const setting = (more: Partial<NotificationSetting>): NotificationSetting => ({
  isSendMsg: false,
  offlinePush: false,
  title: "",
  desc: "",
  ext: "",
  ...more,
});
const settings = new Map([
  [1204, setting({ isSendMsg: true, offlinePush: true })],
  [
    shownType,
    setting({ isSendMsg: true, offlinePush: true, title: "T", desc: "D" }),
  ],
  [hiddenType, setting({ offlinePush: true, ext: "E" })],
]);

/** Sends a notice, and returns what left by the outbox, in its order. */
async function sent(notice: Partial<Notice>) {
  const outgoing: Outgoing[] = [];
  const outbox = {
    async send(_tx: Transaction, message: Outgoing) {
      outgoing.push(message);
      return { sendTime: now };
    },
  } as unknown as Outbox;
  const notify = createNotify({ outbox, settings, now: () => now });
  await notify(
    {} as Transaction,
    { contentType: hiddenType, sendID: "ann", detail: "{}", ...notice },
    "op",
  );
  return outgoing.map((message) => ({
    ...message,
    data: MsgData.decode(message.unsealed),
  }));
}

describe("a notice that is not shown", () => {
  test("is one message of the n_ conversation, online only", async () => {
    const [only, ...others] = await sent({ recvID: "bob" });
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      conversationID: "n_ann_bob",
      ...{ sendID: "ann", recvID: "bob", groupID: "", sessionType: 1 },
      ...{ isStored: false, resendKey: 0, operationID: "op" },
      wantsSenderSync: true,
      // Nothing else gives a time to what is not stored.
      sendTime: now,
    });
    expect(only?.data).toMatchObject({
      ...{ contentType: hiddenType, msgFrom: 200, sendTime: now },
      createTime: now,
      options: { isNotNotification: false, history: false, unreadCount: false },
    });
  });

  test("gets its time from the log where it is stored", async () => {
    const [only] = await sent({ recvID: "bob", isStored: true });
    expect(only).toMatchObject({ isStored: true, sendTime: 0 });
    expect(only?.data).toMatchObject({
      sendTime: 0,
      options: { history: true, persistent: true },
    });
  });

  test("rings as its settings say, in their words", async () => {
    const [only] = await sent({ recvID: "bob" });
    expect(only?.data.options).toMatchObject({ offlinePush: true });
    expect(only?.data.offlinePushInfo).toMatchObject({ ex: "E" });
  });

  test("has no words for a push where the notice wants none", async () => {
    const [only] = await sent({ recvID: "bob", hasNoPushInfo: true });
    expect(only?.data.offlinePushInfo).toBeNull();
  });

  test("of a type without settings neither rings nor shows", async () => {
    const [only, ...others] = await sent({ recvID: "bob", contentType: 1 });
    expect(others).toEqual([]);
    expect(only?.data.options).toMatchObject({
      ...{ isSendMsg: false, offlinePush: false },
    });
  });

  test("of a group has the group as its receiver, and its own audience", async () => {
    const audience = ["bob", "cyd"];
    const [only] = await sent({ groupID: "tea", recvID: "bob", audience });
    expect(only).toMatchObject({
      ...{ conversationID: "n_tea", groupID: "tea", recvID: "tea" },
      ...{ sessionType: 3, audience },
    });
    expect(await sent({ groupID: "tea" })).not.toHaveProperty("0.audience");
  });
});

describe("a notice that is shown", () => {
  test("leaves a copy first, which is what is stored, counts and rings", async () => {
    const [copy, original, ...others] = await sent({
      ...{ contentType: 1204, recvID: "bob" },
    });
    expect(others).toEqual([]);
    expect(copy).toMatchObject({
      ...{ conversationID: "si_ann_bob", isStored: true, sendTime: 0 },
    });
    expect(copy?.data.options).toEqual({
      offlinePush: true,
      unreadCount: true,
    });
    expect(original).toMatchObject({
      ...{ conversationID: "n_ann_bob", isStored: false },
    });
    expect(original?.data.options).toMatchObject({
      ...{ isSendMsg: true, offlinePush: false, unreadCount: false },
    });
    // Clients know both as the same.
    expect(original?.data.clientMsgID).toBe(copy?.data.clientMsgID ?? "none");
  });

  test.each([1501, 1509, 1510])(
    "goes behind its original where the SDK's events need that: %d",
    async (contentType) => {
      const [first, second] = await sent({
        ...{ contentType, groupID: "tea", isSendMsg: true },
      });
      expect(first?.conversationID).toBe("n_tea");
      expect(second?.conversationID).toBe("sg_tea");
    },
  );

  test("is shown or not as the notice itself says, whatever the settings", async () => {
    const ids = async (contentType: number, isSendMsg: boolean) =>
      (await sent({ contentType, recvID: "bob", isSendMsg })).map(
        ({ conversationID }) => conversationID,
      );
    expect(await ids(shownType, false)).toEqual(["n_ann_bob"]);
    expect(await ids(hiddenType, true)).toEqual(["si_ann_bob", "n_ann_bob"]);
  });
});
