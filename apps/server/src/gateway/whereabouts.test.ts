import { afterEach, expect, test } from "bun:test";

import { createMemoryNetwork } from "../../testing/bus/memory-bus.ts";
import type { MemoryNetwork } from "../../testing/bus/memory-bus.ts";
import { createSessions } from "./sessions.ts";
import type { Session } from "./sessions.ts";
import { createWhereabouts } from "./whereabouts.ts";

type Whereabouts = ReturnType<typeof createWhereabouts>;

let opened: Whereabouts[] = [];
afterEach(() => {
  for (const each of opened) each.close();
  opened = [];
});

/** Nodes of one network, each of which knows which others are alive. */
function openCluster(network: MemoryNetwork = createMemoryNetwork()) {
  const alive: string[] = [];
  const joined: ((node: string) => void)[] = [];
  const left: ((node: string) => void)[] = [];
  return {
    network,
    die(node: string) {
      alive.splice(alive.indexOf(node), 1);
      for (const tell of left) tell(node);
    },
    open(self: string, beatMs = 60_000) {
      const bus = network.open();
      const sessions = createSessions();
      const kicked: string[] = [];
      alive.push(self);
      const whereabouts = createWhereabouts({
        cluster: {
          ...{ bus, self },
          live: () =>
            alive.map((id) => ({
              ...{ id, name: "", version: "", addresses: "", state: "" },
              ...{ sockets: 0, since: 0, heard: {} },
            })),
          onJoined: (listener) => void joined.push(listener),
          onLeft: (listener) => void left.push(listener),
        },
        sessions,
        kick: ({ id }) => void kicked.push(id),
        failed(error) {
          throw error;
        },
        beatMs,
      });
      opened.push(whereabouts);
      for (const tell of joined.slice(0, -1)) tell(self);
      const changes: string[] = [];
      whereabouts.onChange((userID, platformIDs) =>
        changes.push(`${userID} ${platformIDs.join()}`),
      );
      let count = 0;
      return {
        ...{ bus, sessions, whereabouts, kicked, changes },
        connect(userID: string, platformID = 1): Session {
          const id = `${self}-${++count}`;
          const session = {
            ...{ id, userID, platformID, token: `token ${id}` },
            isBackground: false,
          } as Session;
          sessions.add(session);
          return session;
        },
        seen: (userID: string) => whereabouts.of(userID).map(({ id }) => id),
      };
    },
  };
}

test("who connects at one node is online at all, until the connection ends", async () => {
  const cluster = openCluster();
  const [one, other] = [cluster.open("one"), cluster.open("other")];
  await cluster.network.settled();
  const session = one.connect("ann", 5);
  await other.whereabouts.catchUp?.();
  expect(other.seen("ann")).toEqual(["one-1"]);
  expect(other.whereabouts.platformsOf("ann")).toEqual([5]);
  const here = other.connect("ann", 5);
  other.connect("ann", 1);
  expect(other.whereabouts.platformsOf("ann")).toEqual([1, 5]);
  one.sessions.remove(session);
  await other.whereabouts.catchUp?.();
  expect(other.seen("ann")).toEqual(["other-1", "other-2"]);
  other.sessions.remove(here);
  // Being on one platform twice is no change of it.
  expect(other.changes).toEqual(["ann 5", "ann 1,5", "ann 1"]);
});

test("a node that joins learns of all that are there", async () => {
  const cluster = openCluster();
  const one = cluster.open("one");
  for (let i = 0; i < 4_500; i++) one.connect(`user ${i}`);
  const other = cluster.open("other");
  while (other.seen("user 4499").length === 0) await Bun.sleep(1);
  expect(other.seen("user 0")).toEqual(["one-1"]);
});

test("lost, doubled and late words are made up for", async () => {
  const cluster = openCluster();
  const [one, other] = [cluster.open("one", 5), cluster.open("other")];
  await cluster.network.settled();
  cluster.network.loseWhere((subject) => subject === "whereabouts");
  const gone = one.connect("ann");
  one.connect("bob");
  await cluster.network.settled();
  one.sessions.remove(gone);
  expect(other.seen("bob")).toEqual([]);
  cluster.network.loseWhere(() => false);
  cluster.network.doubleWhere(() => true);
  while (other.seen("bob").length === 0) await Bun.sleep(1);
  expect(other.seen("ann")).toEqual([]);
  expect(other.seen("bob")).toEqual(["one-2"]);
});

test("a node that dies takes its sessions with it", async () => {
  const cluster = openCluster();
  const [one, other] = [cluster.open("one"), cluster.open("other")];
  await cluster.network.settled();
  one.connect("ann");
  await other.whereabouts.catchUp?.();
  cluster.die("one");
  expect(other.seen("ann")).toEqual([]);
  expect(other.changes).toEqual(["ann 1", "ann "]);
});

test("a session is kicked where it is, and only if it still is that one", async () => {
  const cluster = openCluster();
  const [one, other] = [cluster.open("one"), cluster.open("other")];
  await cluster.network.settled();
  const session = one.connect("ann");
  await other.whereabouts.catchUp?.();
  const [there] = other.whereabouts.of("ann");
  there?.kick?.();
  await cluster.network.settled();
  expect(one.kicked).toEqual(["one-1"]);
  one.sessions.remove(session);
  there?.kick?.();
  await cluster.network.settled();
  expect(one.kicked).toEqual(["one-1"]);
});

test("an app in the background is known to be so elsewhere", async () => {
  const cluster = openCluster();
  const [one, other] = [cluster.open("one"), cluster.open("other")];
  await cluster.network.settled();
  const session = one.connect("ann");
  session.isBackground = true;
  one.whereabouts.backgroundChanged(session);
  await other.whereabouts.catchUp?.();
  expect(other.whereabouts.of("ann").map((each) => each.isBackground)).toEqual([
    true,
  ]);
});
