import { expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";
import type { OfflinePushInfo } from "@parley/protocol/generated/sdkws";

import type { Push } from "../delivery/delivery.ts";
import type { Session } from "../gateway/sessions.ts";
import { createOfflinePush } from "./offline.ts";
import type { OfflinePushDeps } from "./offline.ts";
import type { PushText } from "./providers/provider.ts";
import type { UnsentRecord } from "./unsent.ts";

interface Carried {
  text: PushText;
  userIDs: readonly string[];
}

/** Connections by user: a platform, or one in the background. */
type Online = Record<string, (number | "background iOS")[]>;

function pushWith({
  online = {},
  ...more
}: { online?: Online } & Partial<OfflinePushDeps> = {}) {
  const carried: Carried[] = [];
  const unsent: UnsentRecord[] = [];
  const offline = createOfflinePush({
    sessions: {
      of: (userID) =>
        (online[userID] ?? []).map(
          (at) =>
            ({
              platformID: at === "background iOS" ? 1 : at,
              isBackground: at === "background iOS",
            }) as Session,
        ),
    },
    ask: undefined,
    carry(text, userIDs) {
      carried.push({ text, userIDs });
      return Promise.resolve([]);
    },
    listMuting: () => Promise.resolve([]),
    hasMuted: () => Promise.resolve(false),
    unsent: { add: (record) => unsent.push(record) },
    missed: () => undefined,
    failed: (error) => {
      throw error;
    },
    done: () => undefined,
    tryLater: () => false,
    sleep: () => new Promise(() => undefined),
    now: () => 5,
    ...more,
  });
  return {
    offline,
    unsent,
    /** Returns the outcome of these pushes after all are done. */
    async told(...pushes: Push[]): Promise<Carried[]> {
      for (const push of pushes) offline.consider(push);
      while (offline.waiting() > 0) await Bun.sleep(0);
      await offline.close(0);
      return carried;
    },
    reasons: () => unsent.map(({ reason, userIDs }) => [reason, userIDs]),
  };
}

const info: OfflinePushInfo = {
  title: "",
  desc: "",
  ex: "",
  iOSPushSound: "",
  iOSBadgeCount: false,
  signalInfo: "",
};

function single(more: Partial<MsgData> = {}): Push {
  return {
    conversationID: "si_ann_bob",
    operationID: "op",
    userIDs: ["bob", "ann"],
    data: MsgData.encode({
      sendID: "ann",
      recvID: "bob",
      clientMsgID: "c1",
      serverMsgID: "s1",
      sessionType: 1,
      contentType: 101,
      ...more,
    }),
  };
}

function toGroup(userIDs: string[], more: Partial<MsgData> = {}): Push {
  return {
    ...single({ sessionType: 3, recvID: "", groupID: "g", ...more }),
    conversationID: "sg_g",
    userIDs,
  };
}

test.each<[string, Online, boolean]>([
  ["nowhere", {}, true],
  ["on an iPhone", { bob: [1] }, false],
  ["on an Android", { bob: [2] }, false],
  ["on an iPhone in the background", { bob: ["background iOS"] }, true],
  ["on a PC and in a browser", { bob: [3, 5] }, true],
  ["in a browser and on an Android", { bob: [5, 2] }, false],
  ["on an iPad", { bob: [9] }, true],
])("the receiver is %s", async (_, online, isTold) => {
  const { told } = pushWith({ online: { ...online, ann: [2] } });
  const carried = await told(single());
  expect(carried.map(({ userIDs }) => userIDs)).toEqual(
    isTold ? [["bob"]] : [],
  );
});

test("the sender is never told, not even of a word to oneself", async () => {
  const { told } = pushWith();
  const oneself = single({ recvID: "ann" });
  expect(await told({ ...oneself, userIDs: ["ann"] })).toEqual([]);
});

test("a group's members are told who are away and did not mute it", async () => {
  const asked: string[] = [];
  const { told, reasons } = pushWith({
    online: { cid: [2], dan: [5] },
    listMuting(conversationID) {
      asked.push(conversationID);
      return Promise.resolve(["eve", "somebody who left"]);
    },
  });
  const members = ["ann", "bob", "cid", "dan", "eve"];
  const [only] = await told(toGroup(members));
  expect(only!.userIDs).toEqual(["bob", "dan"]);
  expect(asked).toEqual(["sg_g"]);
  expect(reasons()).toEqual([["recvMsgOpt", ["eve"]]]);
});

test("thousands of members are looked at in parts", async () => {
  const members = Array.from({ length: 5_000 }, (_, i) => `u${i}`);
  const { told } = pushWith({ online: { u7: [1] } });
  const [only] = await told(toGroup(members));
  expect(only!.userIDs).toHaveLength(4_999);
});

test("what the option forbids is not told, and said only of what people say", async () => {
  const options = { offlinePush: false };
  const { told, reasons } = pushWith();
  const notice = single({ contentType: 1201, options });
  const typing = single({ contentType: 113, options });
  const receipt = single({ contentType: 2200, options });
  expect(await told(single({ options }), notice, typing, receipt)).toEqual([]);
  expect(reasons()).toEqual([["optionOff", ["bob"]]]);
});

test("a chat that its receiver muted says so", async () => {
  const { told, reasons } = pushWith({
    hasMuted: (userID, conversationID) =>
      Promise.resolve(userID === "bob" && conversationID === "si_ann_bob"),
  });
  expect(await told(single({ options: { offlinePush: false } }))).toEqual([]);
  expect(reasons()).toEqual([["recvMsgOpt", ["bob"]]]);
});

test("who joins or leaves a call is never told, who is called is", async () => {
  const { told } = pushWith();
  const carried = await told(
    single({ contentType: 1601 }),
    single({ contentType: 1602 }),
    single({ contentType: 1603 }),
  );
  expect(carried.map(({ text }) => text.title)).toEqual(["[SIGNALINVITE]"]);
});

test.each([
  [101, "[TEXT]"],
  [102, "[PICTURE]"],
  [103, "[VOICE]"],
  [104, "[VIDEO]"],
  [105, "[File]"],
  [106, ""],
  [110, "[NEWMSG]"],
])("content type %p is announced as %p", async (contentType, title) => {
  const { told } = pushWith();
  const [only] = await told(single({ contentType }));
  expect(only!.text).toMatchObject({ title, body: title });
});

test("the sender's words are shown, and cut where they are too long", async () => {
  const { told } = pushWith();
  const carried = await told(
    single({ offlinePushInfo: { ...info, desc: "D" } }),
    single({ offlinePushInfo: { ...info, title: "T" } }),
    single({
      offlinePushInfo: { ...info, title: "T", desc: "😀".repeat(900) },
    }),
    single({ offlinePushInfo: { ...info, ex: "字".repeat(600) } }),
  );
  expect(carried.map(({ text }) => [text.title, text.body.length])).toEqual([
    ["[TEXT]", 1],
    ["T", 1],
    ["T", 401],
    ["[TEXT]", 6],
  ]);
  expect(carried[2]!.text.body.isWellFormed()).toBe(true);
  expect(carried[3]!.text.ex).toBe("");
});

test("a webhook is asked with who is left, and decides", async () => {
  const asked: unknown[] = [];
  const answers = [
    { userIDs: ["zoe"], info: { ...info, title: "HT", iOSBadgeCount: true } },
    null,
  ];
  const { told, reasons } = pushWith({
    ask(operationID, _, offered) {
      asked.push([operationID, offered.userIDs, offered.info]);
      return Promise.resolve(answers.shift()!);
    },
  });
  const carried = await told(single(), single({ clientMsgID: "c2" }));
  expect(asked).toEqual([
    ["op", ["bob"], null],
    ["op", ["bob"], null],
  ]);
  expect(carried).toMatchObject([
    { userIDs: ["zoe"], text: { title: "HT", raisesBadge: true } },
  ]);
  expect(reasons()).toEqual([["refusedByWebhook", ["bob"]]]);
});

test("more than there is room for is dropped, and says so", async () => {
  const { promise: gate, resolve } = Promise.withResolvers<[]>();
  const { offline, reasons } = pushWith({
    limits: { messages: 2, workers: 1 },
    carry: () => gate,
  });
  for (let i = 0; i < 6; i++) offline.consider(single());
  expect(offline.waiting()).toBe(2);
  expect(reasons()).toEqual(
    Array.from({ length: 3 }, () => ["overload", ["bob"]]),
  );
  resolve([]);
  await offline.close(0);
});

test("one that fails says so, and the next ones are told", async () => {
  const errors: unknown[] = [];
  const texts: PushText[] = [];
  const { offline, reasons } = pushWith({
    carry(text) {
      if (texts.push(text) === 1) throw new Error("a bug");
      return Promise.resolve([]);
    },
    failed: (error) => errors.push(error),
  });
  offline.consider(single());
  offline.consider(single());
  while (texts.length < 2) await Bun.sleep(0);
  await offline.close(0);
  expect(errors).toMatchObject([{ message: "a bug" }]);
  expect(reasons()).toEqual([["failed", ["bob"]]]);
});

test("the newest messages that reached everybody are remembered", async () => {
  const { offline, told, unsent } = pushWith({
    online: { ann: [2], bob: [1] },
  });
  const pushes = Array.from({ length: 2_000 }, (_, i) =>
    single({ clientMsgID: `c${i}`, serverMsgID: `s${i}`, sendTime: i }),
  );
  expect(await told(...pushes)).toEqual([]);
  expect(unsent).toEqual([]);
  const find = (clientMsgID: string) =>
    offline.listReached({ clientMsgID, serverMsgID: "" });
  expect(find("c1999")).toMatchObject([
    { reason: "online", userIDs: ["bob"], serverMsgID: "s1999", time: 1_999 },
  ]);
  expect(find("c5")).toEqual([]);
});
