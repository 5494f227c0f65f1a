import { randomUUID } from "node:crypto";

import { Admin, Client, RequestError, textOf } from "../client.ts";
import type { Encoding } from "../client.ts";
import type { Cluster, ClusterNode } from "./cluster.ts";

export interface RollingOptions {
  /** Number of connected people, an even one. */
  sockets: number;
  /** Messages a second, of all together. */
  perSecond: number;
  print?(text: string): void;
}

export interface RollingReport {
  sent: number;
  /** Connections that nodes closed with 1012. */
  moved: number;
  /** Most of them in one second. */
  mostMovedPerSecond: number;
  /** Errors that a rolling restart must not cause. */
  faults: string[];
}

const encodings: readonly Encoding[] = ["json", "gob+gzip"];
/** OpenIM's clients wait so long between two attempts to connect. */
const waitsMs = [0, 1_000, 2_000, 4_000, 8_000];
const connectedAtOnce = 50;
/** Servers wait for 5 seconds, and hear of clients somewhat later than these. */
const surelyInTimeMs = 2_500;

/**
 * Restarts all nodes, one after another, while pairs of people talk. Each person connects
 * again as OpenIM's clients do, to any node that says it is ready.
 */
export async function restartInTurn(
  cluster: Cluster,
  { sockets, perSecond, print = () => undefined }: RollingOptions,
): Promise<RollingReport> {
  const faults: string[] = [];
  const movedAt: number[] = [];
  const seenOffline: [userID: string, watcherID: string][] = [];
  const balancer = await startBalancing(cluster.nodes);
  const admin = await Admin.signIn(cluster.node(0).server.api);
  const names = Array.from({ length: sockets }, (_, i) => `r${i}x`);
  const userIDs: string[] = [];
  for (let at = 0; at < sockets; at += 500)
    userIDs.push(...(await admin.users(...names.slice(at, at + 500))));
  const watcherIDs = await admin.users("watcher0x", "watcher1x", "watcher2x");

  const report = {
    fault: (text: string) => void faults.push(text),
    moved: () => void movedAt.push(performance.now()),
    offline: (...who: [string, string]) => void seenOffline.push(who),
  };
  const live = async (userID: string, i: number, partner?: string) => {
    const person = new Person(userID, partner, {
      ...{ next: balancer.next, report },
      token: await admin.tokenOf(userID),
      encoding: encodings[i % encodings.length] as Encoding,
    });
    await person.begin();
    return person;
  };
  const people = await eachOf(userIDs, (userID, i) =>
    live(userID, i, userIDs[i ^ 1]),
  );
  const watchers = await eachOf(watcherIDs, (userID, i) => live(userID, i));
  for (const each of watchers) await each.watch(userIDs.slice(0, 1_000));
  print(`${sockets} people are connected`);

  let sent = 0;
  const underWay = new Set<Promise<void>>();
  const talking = setInterval(() => {
    for (let n = 0; n < Math.max(1, perSecond / 20); n++) {
      const person = people[Math.floor(Math.random() * people.length)];
      const said = person?.say();
      if (!said) continue;
      sent++;
      underWay.add(said);
      void said.then(() => underWay.delete(said));
    }
  }, 50);

  for (const node of cluster.nodes) {
    const began = performance.now();
    const code = await node.server.stop();
    if (code !== 0) report.fault(`${node.name} ended with ${code}`);
    const stopped = performance.now();
    await node.server.start();
    await node.ready();
    const seconds = (ms: number) => (ms / 1_000).toFixed(1);
    print(
      `${node.name} left in ${seconds(stopped - began)} s, was back after ${seconds(performance.now() - stopped)} s; ${movedAt.length} connections moved so far`,
    );
  }
  clearInterval(talking);
  await Promise.all(underWay);
  await eachOf(people, (person) => person.catchUp());
  for (const person of [...people, ...watchers]) person.check();
  // A busy machine keeps some away for longer than they count as online.
  const slow = new Set(
    people
      .filter(({ longestAwayMs }) => longestAwayMs > surelyInTimeMs)
      .map(({ userID }) => userID),
  );
  if (slow.size > 0)
    print(`${slow.size} people took too long to be judged for being offline`);
  for (const [userID, watcherID] of seenOffline)
    if (!slow.has(userID))
      report.fault(`${userID} was offline for ${watcherID}`);
  await eachOf([...people, ...watchers], (person) => person.end());
  await checkLogs(people, report.fault);
  balancer.stop();
  return {
    ...{ sent, faults, moved: movedAt.length },
    mostMovedPerSecond: mostWithin(movedAt, 1_000),
  };
}

/** Says which nodes take clients, as a balancer that looks at /readyz. */
async function startBalancing(nodes: readonly ClusterNode[]) {
  let ready = [...nodes];
  let turn = 0;
  async function look(): Promise<void> {
    const reasons = await Promise.all(
      nodes.map((node) => node.whyNotReady().catch(String)),
    );
    ready = nodes.filter((_, i) => reasons[i] === "");
  }
  await look();
  const timer = setInterval(() => void look(), 250);
  return {
    next: (): string | undefined => ready[turn++ % ready.length]?.server.ws,
    stop: () => clearInterval(timer),
  };
}

interface PersonDeps {
  token: string;
  encoding: Encoding;
  /** Address of the next node. */
  next(): string | undefined;
  report: {
    fault(text: string): void;
    moved(): void;
    offline(userID: string, watcherID: string): void;
  };
}

/** Somebody with a client that connects again by itself. */
class Person {
  readonly userID: string;
  readonly said: string[] = [];
  longestAwayMs = 0;
  readonly conversationID: string;
  readonly #partner: string | undefined;
  readonly #deps: PersonDeps;
  /** Seqs that were pushed or pulled. */
  readonly #seen = new Set<number>();
  readonly #watched: string[] = [];
  #client: Client | undefined;
  #isBusy = false;
  #isEnding = false;
  #living: Promise<void> | undefined;

  constructor(userID: string, partner: string | undefined, deps: PersonDeps) {
    this.userID = userID;
    this.#partner = partner;
    this.#deps = deps;
    this.conversationID = `si_${[userID, partner ?? ""].sort().join("_")}`;
  }

  async begin(): Promise<void> {
    await this.#connect();
    this.#living = this.#live();
  }

  async #live(): Promise<void> {
    while (!this.#isEnding) {
      const client = this.#client;
      const code = await client?.closed();
      this.check();
      this.#keep();
      this.#client = undefined;
      if (this.#isEnding) return;
      if (code === 1012) this.#deps.report.moved();
      else this.#deps.report.fault(`${this.userID} was closed with ${code}`);
      const since = performance.now();
      await this.#connect();
      const awayMs = performance.now() - since;
      this.longestAwayMs = Math.max(this.longestAwayMs, awayMs);
    }
  }

  async #connect(): Promise<void> {
    const { token, encoding, next, report } = this.#deps;
    for (let tries = 0; ; tries++) {
      await Bun.sleep(waitsMs[tries % waitsMs.length] ?? 0);
      const address = next();
      if (address === undefined) continue;
      try {
        this.#client = await Client.connect(address, this.userID, token, {
          encoding,
        });
        if (this.#watched.length > 0)
          await this.#client.watch(...this.#watched);
        await this.catchUp();
        return;
      } catch (error) {
        // OpenIM's clients give up for good after an error of the token.
        if (error instanceof RequestError && error.code !== 500)
          report.fault(`${this.userID} was refused: ${error.message}`);
      }
    }
  }

  async watch(userIDs: readonly string[]): Promise<void> {
    this.#watched.push(...userIDs);
    await this.#client?.watch(...userIDs);
  }

  /** Pulls what it has not seen. */
  async catchUp(): Promise<void> {
    const client = this.#client;
    if (!client || this.#partner === undefined) return;
    const { [this.conversationID]: newest = 0 } = await client.newestSeqs();
    this.#keep();
    let first = 1;
    while (this.#seen.has(first)) first++;
    if (first > newest) return;
    for (const { seq } of await client.pull(this.conversationID, first, newest))
      this.#seen.add(seq);
  }

  /** Says the next thing until it is stored; undefined while it is at that. */
  say(): Promise<void> | undefined {
    if (this.#isBusy || this.#partner === undefined) return undefined;
    this.#isBusy = true;
    return this.#say(this.#partner, randomUUID()).finally(
      () => (this.#isBusy = false),
    );
  }

  async #say(partner: string, clientMsgID: string): Promise<void> {
    for (;;) {
      try {
        if (!this.#client) throw new Error("not connected");
        const text = String(this.said.length);
        await this.#client.say(partner, text, { clientMsgID });
        this.said.push(clientMsgID);
        return;
      } catch {
        await Bun.sleep(50);
      }
    }
  }

  #keep(): void {
    for (const { conversationID, message } of this.#client?.pushed ?? [])
      if (conversationID === this.conversationID) this.#seen.add(message.seq);
  }

  /** Looks at all that this connection heard. */
  check(): void {
    const { fault, offline } = this.#deps.report;
    let last = 0;
    for (const { conversationID, message } of this.#client?.pushed ?? []) {
      if (conversationID !== this.conversationID) continue;
      if (message.seq <= last)
        fault(`${this.userID} was pushed ${message.seq} after ${last}`);
      last = message.seq;
    }
    for (const { userID, onlinePlatformIDs } of this.#client?.presence ?? [])
      if (onlinePlatformIDs.length === 0) offline(userID, this.userID);
    if (this.#client) this.#client.presence.length = 0;
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#client?.[Symbol.asyncDispose]();
    await this.#living;
  }

  /** Reads the log of the conversation, and says what this person missed. */
  async read(): Promise<
    { clientMsgID: string; sendID: string; text: string }[]
  > {
    const { token, next, encoding } = this.#deps;
    await using client = await Client.connect(
      next() ?? "",
      this.userID,
      token,
      {
        encoding,
      },
    );
    const { [this.conversationID]: newest = 0 } = await client.newestSeqs();
    const stored =
      newest > 0 ? await client.pull(this.conversationID, 1, newest) : [];
    const { fault } = this.#deps.report;
    stored.forEach(({ seq }, i) => {
      if (seq !== i + 1)
        fault(`${this.conversationID} has ${seq} at place ${i + 1}`);
      if (!this.#seen.has(seq)) fault(`${this.userID} never saw ${seq}`);
    });
    return stored.map((each) => ({ ...each, text: textOf(each) }));
  }
}

/** Each was stored once, in the order in which it was said. */
async function checkLogs(
  people: readonly Person[],
  fault: (text: string) => void,
): Promise<void> {
  await eachOf(people, async (person) => {
    const stored = await person.read();
    const own = stored.filter(({ sendID }) => sendID === person.userID);
    const ids = own.map(({ clientMsgID }) => clientMsgID);
    if (ids.join() !== person.said.join())
      fault(
        `${person.userID} said ${person.said.length}, and ${ids.length} are stored, or in another order`,
      );
  });
}

/** Some at a time. */
async function eachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += connectedAtOnce)
    results.push(
      ...(await Promise.all(
        items
          .slice(at, at + connectedAtOnce)
          .map((item, i) => work(item, at + i)),
      )),
    );
  return results;
}

function mostWithin(times: readonly number[], ms: number): number {
  let most = 0;
  let first = 0;
  times.forEach((time, i) => {
    while (time - (times[first] ?? 0) >= ms) first++;
    most = Math.max(most, i - first + 1);
  });
  return most;
}
