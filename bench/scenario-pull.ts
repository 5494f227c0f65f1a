import { ReqIdentifier } from "@parley/protocol/envelope";
import {
  GetConversationsHasReadAndMaxSeqReq,
  GetConversationsHasReadAndMaxSeqResp,
  GetLastMessageReq,
  GetLastMessageResp,
} from "@parley/protocol/generated/msg";
import {
  GetMaxSeqReq,
  GetMaxSeqResp,
  PullMessageBySeqsReq,
} from "@parley/protocol/generated/sdkws";

import type { Client } from "./client.ts";
import { ConversationCheck, VerificationError } from "./conversation-check.ts";
import { connectCrowd, registerPeople } from "./crowd.ts";
import type { Person } from "./crowd.ts";
import { atMost, figure } from "./figures.ts";
import { createFrameReader } from "./frame-reader.ts";
import type { FrameReader } from "./frame-reader.ts";
import { newRunID } from "./message-id.ts";
import { messageTemplate } from "./message-template.ts";
import { ownCPUSeconds } from "./process-usage.ts";
import { signInToRest } from "./rest.ts";
import { databaseFigures } from "./scenario.ts";
import type { Context, Scenario } from "./scenario.ts";
import { Sender, Traffic } from "./traffic.ts";
import type { Room } from "./traffic.ts";
import { wireOf } from "./wire.ts";

/** A user who was away, and the messages written meanwhile. */
interface Absence {
  name: string;
  question: string;
  /** Users who were away. */
  users: number;
  /** Number of users who wrote meanwhile. */
  friends: number;
  messagesPerFriend: number;
}

/** Conversations that one request asks for. */
const rangesPerRequest = 10;

/** Someone comes back and fetches what was said meanwhile. */
export const pull: Scenario = returning({
  name: "pull",
  question: "What does it cost a returning user to fetch many messages?",
  users: 20,
  friends: 50,
  messagesPerFriend: 50,
});

/** The same for one who has been away for very long. */
export const comeback: Scenario = returning({
  name: "comeback",
  question:
    "100,000 unread messages in 500 conversations: how soon is all there?",
  users: 1,
  friends: 500,
  messagesPerFriend: 200,
});

function returning(absence: Absence): Scenario {
  return {
    name: absence.name,
    question: absence.question,
    encodings: ["gob+gzip"],
    run: (context) => run(absence, context),
  };
}

async function run(
  absence: Absence,
  { options, encoding, ...context }: Context,
) {
  const { friends, messagesPerFriend } = absence;
  const wire = wireOf(encoding);
  const users = options.users ?? absence.users;
  const runID = newRunID();
  await using server = await context.startServer();
  const rest = await signInToRest(server.api);
  const people = await registerPeople(rest, runID, users + friends, wire);
  const returning = people.slice(0, users);
  const writers = people.slice(users);
  const crowdOptions = {
    gateway: server.gateway,
    openSocket: context.openSocket,
    wire,
    runID,
  };

  const traffic = new Traffic(runID);
  const failed = (error: Error) => traffic.fail(error);
  const writing = await connectCrowd(writers, { ...crowdOptions, failed });
  for (const client of writing.clients)
    await writeAll(traffic, client, returning, messagesPerFriend, (template) =>
      messageTemplate({ wire, runID, groupID: "", ...template }),
    );
  writing.close();

  const reader = createFrameReader({ wire, runID, remembered: 0 });
  const back = await connectCrowd(returning, { ...crowdOptions, failed });
  const startedAt = performance.now();
  const cpuBefore = server.cpuSeconds();
  const databaseBefore = server.databaseCPUSeconds();
  const ownBefore = ownCPUSeconds();
  let pulled = 0;
  let listedMs = 0;
  for (const client of back.clients) {
    const began = performance.now();
    const ends = await listAll(client, friends);
    listedMs += performance.now() - began;
    pulled += await pullAll(client, reader, ends, messagesPerFriend);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = server.cpuSeconds() - cpuBefore;
  const databaseCPU = server.databaseCPUSeconds() - databaseBefore;
  const load = ownCPUSeconds() - ownBefore;
  back.close();

  return {
    settings: {
      encoding,
      users,
      conversations: friends,
      "messages each": messagesPerFriend,
      "conversations a request": rangesPerRequest,
    },
    figures: [
      figure(
        "CPU s per 1,000 pulled",
        (1000 * cpu) / pulled,
        "s",
        atMost(0.01),
      ),
      figure("pulled", pulled / seconds, "/s"),
      figure("messages", pulled, ""),
      figure("first list of a user", listedMs / users, "ms"),
      figure("all of a user's messages", (1000 * seconds) / users, "ms"),
      figure("server CPU", (100 * cpu) / seconds, "%"),
      figure("generator CPU", (100 * load) / seconds, "%"),
      ...databaseFigures({ databaseCPU, delivered: pulled, seconds }),
    ],
  };
}

type Template = Pick<
  Parameters<typeof messageTemplate>[0],
  "sender" | "sendID" | "recvID"
>;

/** One writes to everybody who is away. */
async function writeAll(
  traffic: Traffic,
  client: Client,
  returning: readonly Person[],
  messagesPerFriend: number,
  template: (of: Template) => Sender["template"],
): Promise<void> {
  const sendID = client.userID;
  for (const { userID: recvID } of returning) {
    const conversationID = conversationOf(sendID, recvID);
    // The receiver is away: only the writer's own copy comes now.
    const room: Room = {
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
      template: template({ sender: traffic.nextSender, sendID, recvID }),
    });
    traffic.join(client, room, 0);
    traffic.addSender(sender);
    for (let i = 0; i < messagesPerFriend; i++)
      traffic.send(sender, performance.now());
    await traffic.finish();
  }
}

/**
 * Fetches a list of conversations: newest seqs, read positions, last messages.
 */
async function listAll(
  client: Client,
  friends: number,
): Promise<[conversationID: string, maxSeq: number][]> {
  const { userID } = client;
  const newest = await client.request(
    ReqIdentifier.getNewestSeq,
    GetMaxSeqReq.encode({ userID }),
  );
  const ends = Object.entries(GetMaxSeqResp.decode(newest).maxSeqs);
  if (ends.length !== friends)
    throw new VerificationError(`${ends.length} conversations to pull`);
  const conversationIDs = ends.map(([id]) => id);
  const states = await client.request(
    ReqIdentifier.getConvMaxReadSeq,
    GetConversationsHasReadAndMaxSeqReq.encode({ userID, conversationIDs }),
  );
  const { seqs } = GetConversationsHasReadAndMaxSeqResp.decode(states);
  const last = await client.request(
    ReqIdentifier.pullConvLastMessage,
    GetLastMessageReq.encode({ userID, conversationIDs }),
  );
  const { msgs } = GetLastMessageResp.decode(last);
  for (const [id, maxSeq] of ends)
    if (seqs[id]?.maxSeq !== maxSeq || msgs[id]?.seq !== maxSeq)
      throw new VerificationError(`${id} does not end at ${maxSeq} everywhere`);
  return ends;
}

/** Pulls everything, checks for gaps, duplicates and order, and returns the number of messages. */
async function pullAll(
  client: Client,
  reader: FrameReader,
  ends: readonly [conversationID: string, maxSeq: number][],
  messagesPerFriend: number,
): Promise<number> {
  const { userID } = client;
  const ranges = ends.map(([conversationID, end]) => ({
    ...{ conversationID, begin: 1, end, num: end },
  }));
  let pulled = 0;
  for (let at = 0; at < ranges.length; at += rangesPerRequest) {
    const seqRanges = ranges.slice(at, at + rangesPerRequest);
    const data = await client.request(
      ReqIdentifier.pullMsgByRange,
      PullMessageBySeqsReq.encode({ userID, seqRanges, order: 0 }),
    );
    const checks = new Map(
      seqRanges.map(({ conversationID }) => [conversationID, 0]),
    );
    for (const { conversationID, seq, counter } of reader.messages(data)) {
      const before = checks.get(conversationID);
      if (before === undefined || seq !== before + 1 || counter !== before)
        throw new VerificationError(
          `${conversationID}: seq ${seq} with message ${counter} after ${before}`,
        );
      checks.set(conversationID, seq);
    }
    for (const [conversationID, count] of checks) {
      if (count !== messagesPerFriend)
        throw new VerificationError(`${conversationID}: ${count} messages`);
      pulled += count;
    }
  }
  return pulled;
}

const conversationOf = (a: string, b: string): string =>
  `si_${[a, b].toSorted().join("_")}`;
