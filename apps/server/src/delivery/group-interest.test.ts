import { expect, test } from "bun:test";

import { createMemoryNetwork } from "../../testing/bus/memory-bus.ts";
import { createGroupInterest, everyNode } from "./group-interest.ts";

type Member = { groupID: string; userID: string };

/** Two nodes; the second one's interest, as the first one's messages show it. */
function openNodes({ mostGroups = 10 } = {}) {
  const network = createMemoryNetwork();
  const clock = { ms: 0 };
  const members = new Set<string>();
  const keyOf = ({ groupID, userID }: Member) => `${groupID} ${userID}`;
  const asked: string[] = [];
  let failure: Error | undefined;

  const open = () => {
    const heard: string[] = [];
    const changed: ((member?: Member) => void)[] = [];
    const connected: ((userID: string, platformIDs: number[]) => void)[] = [];
    const failures: unknown[] = [];
    const bus = network.open();
    bus.subscribe(everyNode, (_, subject) => void heard.push(subject));
    const interest = createGroupInterest({
      ...{ bus, mostGroups, retryMs: 0, elapsed: () => clock.ms },
      hear: (data) => void heard.push(new TextDecoder().decode(data)),
      sessions: { onChange: (listener) => void connected.push(listener) },
      groupsOf(userIDs) {
        asked.push(userIDs.join());
        const error = failure;
        failure = undefined;
        if (error) return Promise.reject(error);
        return Promise.resolve(
          [...members].flatMap((key) => {
            const [groupID = "", userID = ""] = key.split(" ");
            return userIDs.includes(userID) ? [{ groupID, userID }] : [];
          }),
        );
      },
      isMember: (groupID, userID) =>
        Promise.resolve(members.has(keyOf({ groupID, userID }))),
      onMemberChange: (listener) => void changed.push(listener),
      failed: (error) => void failures.push(error),
    });
    return {
      ...{ interest, heard, failures },
      say: (groupID: string) =>
        bus.publish(
          interest.subjectOf(groupID),
          new TextEncoder().encode(groupID),
        ),
      connect: (userID: string, ...platformIDs: number[]) =>
        connected.forEach((tell) => tell(userID, platformIDs)),
      change: (member?: Member) => changed.forEach((tell) => tell(member)),
    };
  };
  const [here, there] = [open(), open()];
  /** Returns the groups of which the second node hears messages of the first. */
  async function heardOf(...groupIDs: string[]): Promise<string[]> {
    there.heard.length = 0;
    for (const groupID of groupIDs) here.say(groupID);
    await network.settled();
    return [...new Set(there.heard)].toSorted();
  }
  return {
    ...{ here, there, heardOf, clock, asked, network },
    join: (groupID: string, userID: string) =>
      void members.add(keyOf({ groupID, userID })),
    leave: (groupID: string, userID: string) =>
      void members.delete(keyOf({ groupID, userID })),
    failNext: (error: Error) => void (failure = error),
  };
}

test("every node heard the messages of all groups", async () => {
  const { there, heardOf, join, asked } = openNodes();
  join("a ü.>".replace(" ", ""), "ann");
  join("b", "bob");
  join("c", "ann");
  join("c", "bob");
  expect(await heardOf("aü.>", "b", "c")).toEqual([]);
  there.connect("ann", 1);
  there.connect("bob", 1);
  there.connect("bob", 1, 2);
  await Promise.all([there.interest.ready("ann"), there.interest.ready("bob")]);
  // Both were asked for together.
  expect(asked).toEqual(["ann,bob"]);
  expect(await heardOf("aü.>", "b", "c", "d")).toEqual(["aü.>", "b", "c"]);
  there.connect("ann");
  expect(await heardOf("aü.>", "b", "c")).toEqual(["b", "c"]);
  there.connect("bob");
  expect(await heardOf("aü.>", "b", "c")).toEqual([]);
});

test("whoever joins or leaves while connected changes what is heard", async () => {
  const { here, there, heardOf, join, leave, clock } = openNodes();
  there.connect("ann", 1);
  await there.interest.ready("ann");
  const member = { groupID: "a", userID: "ann" };
  join("a", "ann");
  // The node of the new member has not heard of that yet: all are told.
  here.change(member);
  expect(await heardOf("a", "b")).toEqual([everyNode]);
  there.change(member);
  await there.interest.ready("ann");
  clock.ms = 5_000;
  expect(await heardOf("a", "b")).toEqual(["a"]);
  leave("a", "ann");
  there.change(member);
  await there.interest.ready("ann");
  expect(await heardOf("a")).toEqual([]);
  // Somebody who is not connected there is nobody's concern.
  there.change({ groupID: "b", userID: "bob" });
  expect(await heardOf("b")).toEqual([]);
});

test("a node that does not know for certain hears all groups until it does", async () => {
  const { there, heardOf, join, leave, failNext, network } = openNodes();
  join("a", "ann");
  failNext(new Error("the database is away"));
  there.connect("ann", 1);
  while (there.failures.length === 0) await Promise.resolve();
  expect(await heardOf("a", "b")).toEqual(["a", "b"]);
  await there.interest.ready("ann");
  expect(await heardOf("a", "b")).toEqual(["a"]);
  // Notices of changes were lost.
  leave("a", "ann");
  join("b", "ann");
  const held = network.hold();
  there.change();
  held.release();
  await there.interest.ready("ann");
  expect(await heardOf("a", "b")).toEqual(["b"]);
});

test("a node with very many groups hears all of them with one subscription", async () => {
  const { there, heardOf, join } = openNodes({ mostGroups: 4 });
  for (const groupID of ["a", "b", "c"]) join(groupID, "ann");
  for (const groupID of ["d", "e", "f"]) join(groupID, "bob");
  there.connect("ann", 1);
  await there.interest.ready("ann");
  expect(await heardOf("c", "d")).toEqual(["c"]);
  there.connect("bob", 1);
  await there.interest.ready("bob");
  expect(await heardOf("c", "d", "f", "g")).toEqual(["c", "d", "f", "g"]);
  there.connect("ann");
  expect(await heardOf("d", "g")).toEqual(["d", "g"]);
  join("h", "carl");
  there.connect("carl", 1);
  there.connect("bob");
  await there.interest.ready("carl");
  expect(await heardOf("d", "f", "h")).toEqual(["h"]);
});
