import { expect, test } from "bun:test";

import { SessionType } from "./content-types.ts";
import {
  compareBytewise,
  conversationIDOf,
  groupChatID,
  isNotificationID,
  notificationChatID,
  notificationTwin,
  ownNotificationID,
  singleChatID,
} from "./conversation-ids.ts";

const parties = { sendID: "u2", recvID: "u1", groupID: "" };

test.each([
  [SessionType.single, false, "si_u1_u2"],
  [SessionType.notification, false, "sn_u1_u2"],
  [SessionType.single, true, "n_u1_u2"],
  [SessionType.notification, true, "n_u1_u2"],
])("session type %d, notification %p lies in %s", (sessionType, is, id) => {
  const asked = { ...parties, sessionType, isNotification: is };
  expect(conversationIDOf(asked)).toBe(id);
});

test("a group's messages and notifications have an id each", () => {
  const group = {
    sessionType: SessionType.group,
    sendID: "u1",
    recvID: "1234",
    groupID: "1234",
  };
  expect(conversationIDOf({ ...group, isNotification: false })).toBe("sg_1234");
  expect(conversationIDOf({ ...group, isNotification: true })).toBe("n_1234");
  expect(groupChatID("1234")).toBe("sg_1234");
});

test("session type 2 is refused", () => {
  const asked = { ...parties, sessionType: 2, isNotification: false };
  expect(() => conversationIDOf(asked)).toThrow("ArgsError");
});

test.each([
  ["si_a_b", "n_a_b"],
  ["sg_g1", "n_g1"],
  ["sn_sys_u1", "n_sys_u1"],
])("the twin of %s is %s", (id, twin) => {
  expect(notificationTwin(id)).toBe(twin);
  expect(isNotificationID(twin)).toBe(true);
  expect(isNotificationID(id)).toBe(false);
});

test("a user's notifications to itself repeat its id", () => {
  expect(ownNotificationID("u1")).toBe("n_u1_u1");
});

test("a pair has one id whoever asks, prefixes first", () => {
  expect(singleChatID("ab", "a")).toBe("si_a_ab");
  expect(singleChatID("a", "ab")).toBe("si_a_ab");
  expect(singleChatID("a", "B")).toBe("si_B_a");
  expect(notificationChatID("u1", "sys")).toBe("sn_sys_u1");
});

test("ids are ordered by their UTF-8 bytes, not by UTF-16 units", () => {
  const ids = [
    "",
    "a",
    "é",
    "中",
    "\u{ffff}",
    "\ue000",
    "😀",
    "😁",
    "a😀",
    "a\uffff",
  ];
  const byBytes = [...ids].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  expect([...ids].sort(compareBytewise)).toEqual(byBytes);
  expect(singleChatID("\uffff", "😀")).toBe("si_\uffff_😀");
});
