import { expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";

import { createMemoryNetwork } from "../../testing/bus/memory-bus.ts";
import { createBetweenNodes } from "./between-nodes.ts";

function openNetwork() {
  const network = createMemoryNetwork();
  const open = (self: string, members: readonly string[] = []) => {
    const delivered: string[] = [];
    const listeners: ((userID: string, platformIDs: number[]) => void)[] = [];
    const heard = { of: () => Promise.resolve() };
    const between = createBetweenNodes({
      cluster: {
        ...{ self, bus: network.open(), lastChange: () => 3 },
        heardOf: () => heard.of(),
      },
      sessions: { onChange: (listener) => void listeners.push(listener) },
      local: {
        deliver: ({ data, userIDs }) =>
          void delivered.push(`${readMsgData(data).seq} to ${userIDs.join()}`),
      },
      membersOf: () => members,
      groupsOf: (userIDs) =>
        Promise.resolve(userIDs.map((userID) => ({ userID, groupID: "g" }))),
      isMember: () => true,
      onMemberChange: () => undefined,
      read: () => Promise.resolve([]),
      failed(error) {
        throw error;
      },
      elapsed: () => 0,
    });
    return {
      ...{ between, delivered, heard },
      connect: (userID: string, ...platformIDs: number[]) => {
        for (const listener of listeners) listener(userID, platformIDs);
      },
    };
  };
  return { network, open };
}

const push = (seq: number, userIDs: readonly string[], groupID?: string) => ({
  ...{ conversationID: "si_ann_bob", operationID: "op", userIDs, groupID },
  data: MsgData.encode({ seq }),
});

test("a message reaches each receiver at the node of each, and here at once", async () => {
  const { network, open } = openNetwork();
  const [one, other] = [open("one"), open("other")];
  other.connect("bob ü.>", 1);
  one.between.deliver(push(1, ["bob ü.>", "ann"]));
  expect(one.delivered).toEqual(["1 to bob ü.>,ann"]);
  await network.settled();
  while (other.delivered.length === 0) await Promise.resolve();
  expect(other.delivered).toEqual(["1 to bob ü.>,ann"]);
  other.connect("bob ü.>");
  one.between.deliver(push(2, ["bob ü.>"]));
  await network.settled();
  expect(other.delivered.length).toBe(1);
});

test("a node that hears a message for two of its users shows it once", async () => {
  const { network, open } = openNetwork();
  const [one, other] = [open("one"), open("other")];
  other.connect("ann", 1);
  other.connect("bob", 1);
  for (const seq of [1, 2]) one.between.deliver(push(seq, ["ann", "bob"]));
  await network.settled();
  expect(other.delivered).toEqual(["1 to ann,bob", "2 to ann,bob"]);
});

test("the first message of one node overtook that of another", async () => {
  const { network, open } = openNetwork();
  const [one, other, third] = [open("one"), open("other"), open("third")];
  other.connect("bob", 1);
  third.connect("bob", 2);
  other.between.deliver({ ...push(2, ["bob"]), isClose: true });
  one.between.deliver(push(1, ["bob"]));
  await network.settled();
  for (const { delivered } of [other, third]) {
    while (delivered.length < 2) await Promise.resolve();
    expect(delivered).toEqual(["1 to bob", "2 to bob"]);
  }
});

test("a group's message travels once, and each node knows its members", async () => {
  const { network, open } = openNetwork();
  const one = open("one");
  const other = open("other", ["carl", "dora"]);
  other.connect("carl", 1);
  await other.between.ready("carl");
  one.between.deliver(push(1, ["carl", "dora"], "g"));
  await network.settled();
  while (other.delivered.length === 0) await Promise.resolve();
  expect(other.delivered).toEqual(["1 to carl,dora"]);
});

test("nobody is shown a message before the node has heard of the changes before it", async () => {
  const { network, open } = openNetwork();
  const [one, other] = [open("one"), open("other")];
  const heard = Promise.withResolvers<void>();
  other.heard.of = () => heard.promise;
  other.connect("bob", 1);
  one.between.deliver(push(1, ["bob"]));
  await network.settled();
  expect(other.delivered).toEqual([]);
  heard.resolve();
  while (other.delivered.length === 0) await Promise.resolve();
  expect(other.delivered).toEqual(["1 to bob"]);
});

test("who gets no push of a message, as a webhook said, is not given it with the next one", async () => {
  const { network, open } = openNetwork();
  const [one, other] = [open("one"), open("other")];
  other.connect("bob", 1);
  const both = ["ann", "bob"];
  one.between.deliver(push(1, both));
  one.between.deliver({ ...push(2, ["ann"]), isChosen: true });
  one.between.skip?.(push(3, both));
  one.between.deliver(push(4, both));
  // Nothing waits, neither here nor there: all is known of what is missing.
  expect(one.delivered).toEqual(["1 to ann,bob", "2 to ann", "4 to ann,bob"]);
  await network.settled();
  while (other.delivered.length < 3) await Promise.resolve();
  expect(other.delivered).toEqual(one.delivered);
});
