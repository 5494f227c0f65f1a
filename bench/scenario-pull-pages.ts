import { ReqIdentifier } from "@parley/protocol/envelope";
import { GetSeqMessageReq } from "@parley/protocol/generated/msg";
import { PullMessageBySeqsReq } from "@parley/protocol/generated/sdkws";
import {
  MarkConversationAsRead,
  PullMsgBySeq,
} from "@parley/protocol/methods/messages";

import type { Client } from "./client.ts";
import { ConversationCheck, VerificationError } from "./conversation-check.ts";
import { connectCrowd, registerPeople } from "./crowd.ts";
import type { CrowdOptions, Person } from "./crowd.ts";
import { atMost, figure, percentiles } from "./figures.ts";
import type { Figure } from "./figures.ts";
import { createFrameReader } from "./frame-reader.ts";
import { Latencies } from "./latency.ts";
import { newRunID } from "./message-id.ts";
import { messageTemplate } from "./message-template.ts";
import { signInToRest } from "./rest.ts";
import type { Rest } from "./rest.ts";
import type { Context, Scenario } from "./scenario.ts";
import type { ServerProcess } from "./server-process.ts";
import { Sender, Traffic } from "./traffic.ts";
import { wireOf } from "./wire.ts";

const defaultUsers = 20;
const messagesEach = 1_000;
const defaultPage = 100;
/** Messages written to each conversation in one go. */
const burst = 10;
/** Number of times that everything is pulled, after the JIT has compiled the code. */
const passes = 5;
/** Number of further messages after which the ones before are merged into the tables. */
const untilMerged = 5_000;
/** Less than the log keeps before it merges. */
const fresh = 2_000;
/** The CPU time of one cold pass is a few ticks of the clock. */
const coldStarts = 3;

/** Pages of messages, in every state in which a server may have them. */
export const pullPages: Scenario = {
  name: "pull-pages",
  question: "What does a page of messages cost: fresh, old, after a start?",
  encodings: ["gob+gzip", "json"],
  run,
};

/** Messages of begin..end of a reader's conversation. */
interface Page {
  readonly at: number;
  readonly begin: number;
  readonly end: number;
}

/** Pulls a page and returns the seqs in the order received. */
type Pull = (page: Page) => Promise<number[]>;

async function run({ options, encoding, ...context }: Context) {
  const wire = wireOf(encoding);
  const users = options.users ?? defaultUsers;
  const page = options.page ?? defaultPage;
  const runID = newRunID();
  await using server = await context.startServer();
  const rest = await signInToRest(server.api);
  const people = await registerPeople(rest, runID, 2 * users + 2, wire);
  const traffic = new Traffic(runID);
  const crowdOptions = {
    gateway: server.gateway,
    openSocket: context.openSocket,
    wire,
    runID,
    failed: (error: Error) => traffic.fail(error),
  };
  const readers = people.slice(0, users);
  const writers = people.slice(users);
  const idOf = (at: number): string =>
    `si_${[people[at]!.userID, people[users + at]!.userID].toSorted().join("_")}`;
  const times = new Latencies();

  /** Connects the readers, and says how to pull. */
  async function comeBack(to: ServerProcess) {
    const back = await connectCrowd(readers, {
      ...crowdOptions,
      gateway: to.gateway,
    });
    return {
      ...pullsOf(back.clients, createReader(), idOf),
      rest: restPull(await signInToRest(to.api), readers, idOf),
      close: () => back.close(),
    };
  }
  const createReader = () => createFrameReader({ wire, runID, remembered: 0 });

  const pages = pagesOf(users, 1, messagesEach, page);
  const write = createWriting(traffic, crowdOptions);
  await write(writers.slice(0, users), readers, messagesEach);

  const first = await comeBack(server);
  const figures: Figure[] = [];
  const add = (name: string, cost: number, most?: number) =>
    figures.push(
      figure(
        `${name}: CPU s per 1,000`,
        cost,
        "s",
        most === undefined ? undefined : atMost(most),
      ),
    );
  add("first", await costOf(server, first.byRange, pages), 0.005);
  const warm = Array.from({ length: passes }, () => pages).flat();
  add("again", await costOf(server, first.byRange, warm, times), 0.005);
  const some = Math.floor(fresh / users);
  await write(writers.slice(0, users), readers, some);
  add(
    "the newest",
    await costOf(
      server,
      first.byRange,
      Array.from({ length: passes }, () =>
        pagesOf(users, messagesEach + 1, messagesEach + some, page),
      ).flat(),
    ),
    0.005,
  );
  await write(writers.slice(-2, -1), writers.slice(-1), untilMerged);
  add("old", await costOf(server, first.byRange, warm), 0.005);
  add("by seqs", await costOf(server, first.bySeqs, warm), 0.005);
  add("by REST", await costOf(server, first.rest, warm));
  first.close();

  const cold: number[] = [];
  const begun: number[] = [];
  let latest = server;
  for (let i = 0; i < coldStarts; i++) {
    latest = await latest.restart();
    const again = await comeBack(latest);
    const asked = performance.now();
    await again.byRange(pages[0]!);
    begun.push(performance.now() - asked);
    cold.push(await costOf(latest, again.byRange, pages.slice(1)));
    again.close();
  }
  add("after a start", meanOf(cold), 0.005);
  figures.push(figure("first page after a start", meanOf(begun), "ms"));
  const admin = await signInToRest(latest.api);
  for (const [at, { userID }] of readers.entries())
    await admin.post(MarkConversationAsRead, {
      userID,
      conversationID: idOf(at),
      hasReadSeq: messagesEach,
      seqs: Array.from({ length: messagesEach }, (_, i) => i + 1),
    });
  const last = await comeBack(latest);
  await costOf(latest, last.byRange, pages);
  add("marked as read", await costOf(latest, last.byRange, warm), 0.005);
  last.close();
  await latest.stop();

  return {
    settings: { encoding, users, "messages each": messagesEach, page },
    figures: [...figures, ...percentiles("page", times)],
  };
}

/** CPU seconds of the server for 1,000 messages. */
async function costOf(
  server: ServerProcess,
  pull: Pull,
  pages: readonly Page[],
  times?: Latencies,
): Promise<number> {
  const before = server.cpuSeconds();
  let pulled = 0;
  for (const each of pages) {
    const { begin, end } = each;
    const askedAt = performance.now();
    const seqs = await pull(each);
    times?.record(performance.now() - askedAt);
    const isWhole = seqs.every((seq, i) => seq === begin + i);
    if (!isWhole || seqs.length !== end - begin + 1)
      throw new VerificationError(`not ${begin} to ${end}: ${seqs.join(" ")}`);
    pulled += seqs.length;
  }
  return (1000 * (server.cpuSeconds() - before)) / pulled;
}

/** All readers take turns, as they would when they come back together. */
function pagesOf(
  users: number,
  first: number,
  last: number,
  size: number,
): Page[] {
  const pages: Page[] = [];
  for (let begin = first; begin <= last; begin += size)
    for (let at = 0; at < users; at++)
      pages.push({ at, begin, end: Math.min(last, begin + size - 1) });
  return pages;
}

function pullsOf(
  clients: readonly Client[],
  reader: ReturnType<typeof createFrameReader>,
  idOf: (at: number) => string,
): { byRange: Pull; bySeqs: Pull } {
  const seqsIn = (data: Uint8Array): number[] =>
    reader.messages(data).map(({ seq }) => seq);
  return {
    async byRange({ at, begin, end }) {
      const { userID, request } = clients[at]!;
      const conversationID = idOf(at);
      const num = end - begin + 1;
      const seqRanges = [{ conversationID, begin, end, num }];
      return seqsIn(
        await request(
          ReqIdentifier.pullMsgByRange,
          PullMessageBySeqsReq.encode({ userID, seqRanges, order: 0 }),
        ),
      );
    },
    async bySeqs({ at, begin, end }) {
      const { userID, request } = clients[at]!;
      const seqs = Array.from({ length: end - begin + 1 }, (_, i) => begin + i);
      const conversations = [{ conversationID: idOf(at), seqs }];
      return seqsIn(
        await request(
          ReqIdentifier.pullMsgBySeqList,
          GetSeqMessageReq.encode({ userID, conversations, order: 0 }),
        ),
      );
    },
  };
}

const restPull =
  (
    rest: Rest,
    readers: readonly Person[],
    idOf: (at: number) => string,
  ): Pull =>
  async ({ at, begin, end }) => {
    const conversationID = idOf(at);
    const num = end - begin + 1;
    const { msgs } = await rest.post<{
      msgs: Record<string, { Msgs: { seq: number }[] }>;
    }>(PullMsgBySeq, {
      userID: readers[at]!.userID,
      seqRanges: [{ conversationID, begin, end, num }],
      order: 0,
    });
    return msgs[conversationID]!.Msgs.map(({ seq }) => seq);
  };

/** Each writes to one who is away, so that only the own copies come. */
function createWriting(
  traffic: Traffic,
  options: Omit<CrowdOptions, "concurrency">,
) {
  const senders = new Map<string, Sender>();
  const { wire, runID } = options;

  function senderOf(client: Client, recvID: string): Sender {
    const sendID = client.userID;
    const conversationID = `si_${[sendID, recvID].toSorted().join("_")}`;
    const room = {
      conversationID,
      check: new ConversationCheck(
        conversationID,
        { members: 1, senders: 1 },
        0,
      ),
      memberCount: 1,
      countsOwnCopies: true,
    };
    const sender = new Sender({
      client,
      room,
      member: 0,
      index: 0,
      template: messageTemplate({
        ...{ wire, runID, sender: traffic.nextSender, sendID, recvID },
        groupID: "",
      }),
    });
    traffic.join(client, room, 0);
    traffic.addSender(sender);
    return sender;
  }

  return async (
    writers: readonly Person[],
    receivers: readonly Person[],
    count: number,
  ): Promise<void> => {
    const missing = writers.filter(({ userID }) => !senders.has(userID));
    const { clients } = await connectCrowd(missing, options);
    for (const client of clients) {
      const at = writers.findIndex(({ userID }) => userID === client.userID);
      const { userID } = receivers[at % receivers.length]!;
      senders.set(client.userID, senderOf(client, userID));
    }
    for (let sent = 0; sent < count; sent += burst) {
      for (const { userID } of writers)
        for (let i = 0; i < Math.min(burst, count - sent); i++)
          traffic.send(senders.get(userID)!, performance.now());
      await traffic.finish();
    }
  };
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
