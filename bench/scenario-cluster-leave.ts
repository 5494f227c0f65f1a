import { ReqIdentifier } from "@parley/protocol/envelope";
import type { ResponseEnvelope } from "@parley/protocol/envelope";
import {
  GetMaxSeqReq,
  GetMaxSeqResp,
  PullMessageBySeqsReq,
} from "@parley/protocol/generated/sdkws";

import { connectClient } from "./client.ts";
import type { Client } from "./client.ts";
import { startBacking } from "./cluster.ts";
import { VerificationError } from "./conversation-check.ts";
import { registerPeople } from "./crowd.ts";
import type { Person } from "./crowd.ts";
import { atMost, figure } from "./figures.ts";
import type { Target } from "./figures.ts";
import { createFrameReader } from "./frame-reader.ts";
import type { Incoming } from "./frame-reader.ts";
import { Latencies } from "./latency.ts";
import { counterOf, newRunID } from "./message-id.ts";
import { messageTemplate } from "./message-template.ts";
import type { MessageTemplate } from "./message-template.ts";
import { mapConcurrently, signInToRest } from "./rest.ts";
import { warmUpSeconds } from "./scenario.ts";
import type { Context, Scenario } from "./scenario.ts";
import type { ServerProcess } from "./server-process.ts";
import { wireOf } from "./wire.ts";

/** An SDK connects at once when its connection ends, and then after these. */
const retrySeconds = [1, 2, 4, 8, 16];
const nodeCount = 3;

export const clusterKill = leaving({
  name: "cluster-kill",
  question:
    "A node is killed: how soon are its clients elsewhere, with all messages?",
  leave: (node) => node.kill(),
  targets: { allBack: atMost(10) },
});

export const clusterDrain = leaving({
  name: "cluster-drain",
  question: "A node is stopped: how many of its clients come back in a second?",
  leave: (node) => node.stop(90_000),
  targets: { reconnects: atMost(250) },
});

interface Leaving {
  name: string;
  question: string;
  leave(node: ServerProcess): Promise<void>;
  targets: { allBack?: Target; reconnects?: Target };
}

function leaving(of: Leaving): Scenario {
  const { name, question } = of;
  return {
    ...{ name, question, encodings: ["json"] },
    run: (context) => run(of, context),
  };
}

async function run({ leave, targets }: Leaving, context: Context) {
  const { options, encoding } = context;
  const users = 2 * Math.ceil((options.users ?? 3_000) / 2);
  const rate = options.rate ?? 500;
  const seconds = options.seconds ?? 8;
  await using backing = await startBacking(context);
  await using cluster = await backing.start(nodeCount);
  const leaver = cluster.nodes[nodeCount - 1]!;
  const wire = wireOf(encoding);
  const runID = newRunID();
  const rest = await signInToRest(cluster.nodes[0]!.api);
  const people = await registerPeople(rest, runID, users, wire);
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined); // whoever waits hears of it

  let isOver = false;
  let next = 0;
  /** As a balancer: the next node, or the one after if that does not accept. */
  async function connect(person: Speaker): Promise<void> {
    for (let tries = 0; !isOver; tries++) {
      if (tries > 0 && tries % nodeCount === 0) {
        const round = tries / nodeCount - 1;
        await Bun.sleep(1000 * retrySeconds[round % retrySeconds.length]!);
      }
      const node = cluster.nodes[next++ % nodeCount]!;
      const client = await connectClient({
        ...{ address: node.gateway, openSocket: context.openSocket },
        ...{ wire, reader, ...person.person },
        failed: () => person.lost(),
      }).catch(() => undefined);
      if (client) return person.arrived(client, node);
    }
  }

  const reader = createFrameReader({ wire, runID, remembered: 0 });
  const back = new Latencies();
  const connectedAt: number[] = [];
  let away = 0;
  const allBack = Promise.withResolvers<void>();
  const speakers = people.map(
    (person, i) =>
      new Speaker({
        person,
        partner: people[i ^ 1]!,
        template: messageTemplate({
          ...{ wire, runID, sender: i, sendID: person.userID },
          ...{ recvID: people[i ^ 1]!.userID, groupID: "" },
        }),
        read: (data) => reader.messages(data),
        failed: failure.reject,
        wentAway(speaker) {
          if (isOver) return;
          const lostAt = performance.now();
          if (speaker.node !== leaver)
            failure.reject(
              new VerificationError("a node that lives cut a connection"),
            );
          connect(speaker)
            .then(() => connectedAt.push(performance.now()))
            .then(() => speaker.catchUp())
            .then(() => {
              back.record(performance.now() - lostAt);
              if (--away === 0) allBack.resolve();
            })
            .catch(failure.reject);
        },
      }),
  );
  await mapConcurrently(speakers, 100, connect);

  // First messages are changes, which wait until a killed node is taken for dead.
  for (const each of speakers) each.say();
  const allAcked = () => Promise.all(speakers.map((each) => each.allAcked()));
  await Promise.race([allAcked(), failure.promise]);

  let due = performance.now();
  let turn = 0;
  const load = setInterval(() => {
    for (const now = performance.now(); due <= now; due += 1000 / rate)
      speakers[turn++ % users]!.say();
  }, 1);
  await Promise.race([Bun.sleep(warmUpSeconds * 1000), failure.promise]);
  const theirs = speakers.filter(({ node }) => node === leaver);
  away = theirs.length;
  const leftAt = performance.now();
  const left = leave(leaver);
  left.catch(failure.reject);
  await Promise.race([allBack.promise, failure.promise]);
  const allBackAt = performance.now();
  await Promise.race([left, failure.promise]);
  await Promise.race([Bun.sleep(seconds * 1000), failure.promise]);
  clearInterval(load);
  await Promise.race([allAcked(), failure.promise]);
  // Pushes that are on their way come before the answer.
  const pulled = await mapConcurrently(speakers, 50, (each) => each.catchUp());
  isOver = true;
  for (let i = 0; i < users; i += 2)
    requireSame(speakers[i]!, speakers[i + 1]!);
  for (const each of speakers) each.close();
  const sent = speakers.reduce((sum, each) => sum + each.sent, 0);
  return {
    settings: { encoding, users, nodes: nodeCount, rate },
    figures: [
      figure(
        "all back and caught up after",
        (allBackAt - leftAt) / 1000,
        "s",
        targets.allBack,
      ),
      figure("one is away at most", back.largestMs / 1000, "s"),
      figure("99 % of them at most", back.percentile(0.99) / 1000, "s"),
      figure("half of them at most", back.percentile(0.5) / 1000, "s"),
      figure(
        "come back in the busiest second",
        mostInASecond(connectedAt),
        "",
        targets.reconnects,
      ),
      figure("clients of the node that left", theirs.length, ""),
      figure("messages, each stored once", sent, ""),
      figure(
        "of these not pushed, found when asked",
        pulled.reduce((sum, each) => sum + each, 0),
        "",
      ),
    ],
  };
}

/** Returns the largest number of these times within one second. */
function mostInASecond(times: readonly number[]): number {
  let [first, most] = [0, 0];
  for (const [i, time] of times.entries()) {
    while (times[first]! < time - 1_000) first++;
    most = Math.max(most, i - first + 1);
  }
  return most;
}

interface SpeakerOf {
  person: Person;
  partner: Person;
  template: MessageTemplate;
  read(data: Uint8Array): Incoming[];
  failed(error: unknown): void;
  wentAway(speaker: Speaker): void;
}

/** One of two who write to each other; keeps what it said until that is acked. */
class Speaker {
  readonly person: Person;
  /** By seq: the message. */
  readonly got = new Map<number, string>();
  node: ServerProcess | undefined;
  sent = 0;
  readonly #of: SpeakerOf;
  readonly #conversationID: string;
  readonly #unacked = new Set<number>();
  #client: Client | undefined;
  #acked = Promise.withResolvers<void>();

  constructor(of: SpeakerOf) {
    this.#of = of;
    this.person = of.person;
    const ids = [of.person.userID, of.partner.userID].toSorted();
    this.#conversationID = `si_${ids.join("_")}`;
  }

  arrived(client: Client, node: ServerProcess): void {
    this.#client = client;
    this.node = node;
    client.listen({
      acked: (answer) => this.#hearAck(answer),
      pushed: (messages) => this.#take(messages),
    });
    for (const counter of this.#unacked)
      client.post(this.#of.template(counter));
  }

  lost(): void {
    if (!this.#client) return;
    this.#client = undefined;
    this.#of.wentAway(this);
  }

  say(): void {
    const counter = this.sent++;
    this.#unacked.add(counter);
    this.#client?.post(this.#of.template(counter));
  }

  async allAcked(): Promise<void> {
    while (this.#unacked.size > 0) await this.#acked.promise;
  }

  /** Pulls what it has not; returns how many that were. */
  async catchUp(): Promise<number> {
    const { userID } = this.person;
    const client = this.#client!;
    const newest = await client.request(
      ReqIdentifier.getNewestSeq,
      GetMaxSeqReq.encode({ userID }),
    );
    const conversationID = this.#conversationID;
    const maxSeq = GetMaxSeqResp.decode(newest).maxSeqs[conversationID] ?? 0;
    const missing = Array.from({ length: maxSeq }, (_, i) => i + 1).filter(
      (seq) => !this.got.has(seq),
    );
    const [begin] = missing;
    if (begin === undefined) return 0;
    const range = { conversationID, begin, end: maxSeq, num: maxSeq };
    const data = await client.request(
      ReqIdentifier.pullMsgByRange,
      PullMessageBySeqsReq.encode({ userID, seqRanges: [range], order: 0 }),
    );
    this.#take(this.#of.read(data));
    for (const seq of missing)
      if (!this.got.has(seq))
        throw new VerificationError(
          `seq ${seq} of ${conversationID} is missing`,
        );
    return missing.length;
  }

  close(): void {
    this.#client?.close();
  }

  #hearAck({ errCode, errMsg, msgIncr }: ResponseEnvelope): void {
    const counter = counterOf(msgIncr);
    if (errCode !== 0)
      return this.#of.failed(
        new VerificationError(`a message was refused: ${errCode} ${errMsg}`),
      );
    this.#unacked.delete(counter);
    if (this.#unacked.size > 0) return;
    this.#acked.resolve();
    this.#acked = Promise.withResolvers();
  }

  #take(messages: readonly Incoming[]): void {
    for (const { conversationID, seq, sender, counter } of messages) {
      if (conversationID !== this.#conversationID) continue;
      const id = `${sender} ${counter}`;
      const known = this.got.get(seq) ?? id;
      if (known !== id)
        this.#of.failed(
          new VerificationError(
            `seq ${seq} of ${conversationID} is ${known} and ${id}`,
          ),
        );
      this.got.set(seq, id);
    }
  }
}

/** Every message of both is at one seq, and nothing else is. */
function requireSame(one: Speaker, other: Speaker): void {
  const all = new Set(one.got.values());
  const said = one.sent + other.sent;
  if (one.got.size !== said || all.size !== said)
    throw new VerificationError(
      `${one.person.userID} has ${one.got.size} messages, ${all.size} of them different, of ${said}`,
    );
  for (const [seq, id] of one.got)
    if (other.got.get(seq) !== id)
      throw new VerificationError(
        `${one.person.userID} and ${other.person.userID} disagree about seq ${seq}`,
      );
}
