import { expect, test } from "bun:test";

import { MsgData, PushMessages } from "@parley/protocol/generated/sdkws";
import { jsonCodec } from "@parley/protocol/json-envelope";
import { readMsgData } from "@parley/protocol/msg-data";

import { createSessions } from "../gateway/sessions.ts";
import type { Session } from "../gateway/sessions.ts";
import { wireFormat } from "../gateway/wire-format.ts";
import { nextTurn } from "../pace/turns.ts";
import { createDelivery, takesPushes } from "./delivery.ts";
import type { Push } from "./delivery.ts";

const ios = 1;
const web = 5;

interface Connected {
  userID: string;
  platformID?: number;
  isBackground?: boolean;
  sdkType?: string;
}

/** Delivery to these connections, in the order in which frames are handed over. */
function deliveryTo(...connected: Connected[]) {
  const sessions = createSessions();
  const sent: { to: string; frame: Uint8Array; operationID: string }[] = [];
  const counts: number[] = [];
  const queued: Push[] = [];
  const all = connected.map(
    ({ userID, platformID = web, isBackground = false, sdkType = "js" }) => {
      const session: Session = {
        ...{ id: `${userID} ${platformID} ${sdkType}`, token: "" },
        ...{ userID, platformID, isBackground },
        wire: wireFormat(sdkType, false),
        send: () => undefined,
        close: () => undefined,
      };
      sessions.add(session);
      return session;
    },
  );
  const delivery = createDelivery({
    sessions,
    answerFirst: {
      send: ({ id }, frame, operationID) =>
        void sent.push({ to: id, frame, operationID }),
    },
    delivered: (count) => void counts.push(count),
    queued: (push) => void queued.push(push),
  });
  return {
    sessions: all,
    sent,
    counts,
    queued,
    /** Hands them over, and waits until all frames are. */
    async deliver(...pushes: (Partial<Push> & { text?: string })[]) {
      const all = queued.length + pushes.length;
      for (const { text = "", ...push } of pushes)
        delivery.deliver({
          ...{ conversationID: "si_ann_bob", operationID: "op" },
          userIDs: ["ann", "bob"],
          data: MsgData.encode({
            ...{ sendID: "ann", seq: 1 },
            content: new TextEncoder().encode(text),
          }),
          ...push,
        });
      while (queued.length < all) await nextTurn();
    },
    /** Returns the receivers since the last call. */
    receivers: () =>
      sent
        .splice(0)
        .map(({ to }) => to.split(" ")[0])
        .sort(),
  };
}

/** Reads a frame as a JSON client does. */
const read = (frame: Uint8Array) =>
  PushMessages.decode(jsonCodec.decodeResponse(frame).data);

test("a message goes to every connection of its receivers, and to nobody else's", async () => {
  const people = deliveryTo(
    { userID: "ann" },
    { userID: "bob" },
    { userID: "bob", platformID: ios },
    { userID: "cat" },
  );
  await people.deliver({});
  expect(people.receivers()).toEqual(["ann", "bob", "bob"]);
  // Without a copy for the sender's own devices.
  await people.deliver({ userIDs: ["bob"] });
  expect(people.receivers()).toEqual(["bob", "bob"]);
  await people.deliver({ userIDs: ["nobody"] });
  expect(people.receivers()).toEqual([]);
  expect(people.counts).toEqual([3, 2, 0]);
});

test.each([
  [999, 1],
  [1_000, 1],
  [5_000, 3],
  [5_000, 1_300],
])(
  "of %d receivers those of %d users get it who are online",
  async (count, online) => {
    const members = Array.from({ length: count }, (_, i) => `m${i}`);
    const connected = members
      .slice(-online)
      .flatMap((userID) => [
        { userID },
        { userID, platformID: ios },
        { userID: `stranger of ${userID}` },
      ]);
    const people = deliveryTo(...connected);
    const userIDs = members;
    // A second time the audience is the very same list.
    await people.deliver({ userIDs }, { userIDs });
    expect(people.counts).toEqual([2 * online, 2 * online]);
    expect(people.receivers().some((each) => each === "stranger")).toBe(false);
  },
);

test.each([
  [ios, false, true],
  [ios, true, false],
  [2, true, true], // Android
  [web, true, true],
])(
  "a connection of platform %d, in the background: %p, takes messages: %p",
  async (platformID, isBackground, takes) => {
    const people = deliveryTo({ userID: "bob", platformID, isBackground });
    const [session] = people.sessions;
    if (!session) throw new Error("nobody is connected");
    expect(takesPushes(session)).toBe(takes);
    await people.deliver({});
    expect(people.counts).toEqual([takes ? 1 : 0]);
    // Whether the push is for a phone that sleeps is decided afterwards.
    expect(people.queued).toHaveLength(1);
    session.isBackground = false;
    await people.deliver({});
    expect(people.counts.at(-1)).toBe(1);
  },
);

test("an app in the background costs none of the user's other devices a message", async () => {
  const people = deliveryTo(
    { userID: "bob", platformID: ios, isBackground: true },
    { userID: "bob", platformID: web },
  );
  await people.deliver({});
  expect(people.sent.map(({ to }) => to)).toEqual([`bob ${web} js`]);
});

test("each connection gets messages in their order, also more than one turn takes", async () => {
  const people = deliveryTo({ userID: "ann" }, { userID: "bob" });
  const texts = Array.from({ length: 3_000 }, (_, i) => `${i}`);
  await people.deliver(
    ...texts.map((text, i) => ({ text, conversationID: `sg_${i % 3}` })),
  );
  for (const userID of ["ann", "bob"])
    expect(
      people.sent
        .filter(({ to }) => to.startsWith(userID))
        .map(({ frame }) => {
          const [list] = Object.values(read(frame).msgs);
          return new TextDecoder().decode(list?.Msgs[0]?.content);
        }),
    ).toEqual(texts);
});

test("is encoded once for all who speak the same, and once more for others", async () => {
  const people = deliveryTo(
    { userID: "ann" },
    { userID: "bob" },
    { userID: "bob", platformID: 2, sdkType: "" },
  );
  await people.deliver({});
  expect(new Set(people.sent.map(({ frame }) => frame)).size).toBe(2);
  const [ann, bob] = people.sent;
  expect(ann?.frame).toBe(bob?.frame);
});

test.each([
  ["si_ann_bob", "msgs"],
  ["sg_tea", "msgs"],
  ["n_ann_bob", "notificationMsgs"],
] as const)("what comes in %s is among %s", async (conversationID, kind) => {
  const people = deliveryTo({ userID: "bob" });
  await people.deliver({ conversationID, operationID: "of the caller" });
  const [frame] = people.sent;
  expect(frame?.operationID).toBe("of the caller");
  const pushed = read(frame?.frame ?? new Uint8Array());
  const other = kind === "msgs" ? "notificationMsgs" : "msgs";
  expect(Object.keys(pushed[kind])).toEqual([conversationID]);
  expect(Object.keys(pushed[other])).toEqual([]);
});

test("what hangs behind a delivery hears of it after its frames are handed over", async () => {
  const people = deliveryTo({ userID: "bob" });
  await people.deliver({ text: "one" }, { text: "two" });
  expect(people.sent).toHaveLength(2);
  expect(
    people.queued.map(({ data }) =>
      new TextDecoder().decode(readMsgData(data).content),
    ),
  ).toEqual(["one", "two"]);
});
