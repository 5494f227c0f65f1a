import { Database } from "bun:sqlite";

import { SetConversations } from "@parley/protocol/methods/conversations";
import { BatchSendMsg } from "@parley/protocol/methods/messages";
import { InitiateMultipartUpload } from "@parley/protocol/methods/objects";
import { Client } from "pg";

import { atMost, figure } from "./figures.ts";
import type { Figure } from "./figures.ts";
import { startRateLoad } from "./load.ts";
import { newRunID } from "./message-id.ts";
import { connectPairs } from "./pairs.ts";
import { signInToRest } from "./rest.ts";
import type { Rest } from "./rest.ts";
import { warmUpSeconds } from "./scenario.ts";
import type { Context, Scenario } from "./scenario.ts";
import { Traffic } from "./traffic.ts";
import { wireOf } from "./wire.ts";

const senders = 100;
const perSecond = 100;
const dayMs = 86_400_000;
/** Receivers of one call. */
const named = 1_000;

/** Names in the log of those that are measured. */
const measured = [
  "message retention",
  "message destruct",
  "abandoned uploads",
] as const;

export const jobs: Scenario = {
  name: "jobs",
  question:
    "How long do others wait while the nightly jobs remove what a year has left?",
  encodings: ["json"],
  run,
};

/** All jobs, one after another, while others send at a fixed rate. */
async function run({ options, encoding, openSocket, ...context }: Context) {
  const wire = wireOf(encoding);
  const conversations = options.users ?? 5_000;
  const messages = options.messages ?? 100_000;
  const rate = options.rate ?? perSecond;
  const runID = newRunID();
  const begun = await context.startServer();
  await prepare(await signInToRest(begun.api), runID, conversations, messages);
  await begun.stop();
  const uploads = "update object_uploads set create_time = 1";
  await change(options.database, begun.databaseFile, uploads);

  const minute = minuteFromNow();
  await using server = await begun.restart({
    PARLEY_LOG_LEVEL: "info",
    PARLEY_CRON_EXECUTE_TIME: `${minute} * * * *`,
  });
  const rest = await signInToRest(server.api);
  const traffic = new Traffic(runID, { mayRefuse: true });
  const crowd = await connectPairs(rest, traffic, senders, {
    gateway: server.gateway,
    openSocket,
    wire,
    runID,
  });
  const load = startRateLoad(traffic, rate);
  await Promise.race([Bun.sleep(warmUpSeconds * 1_000), traffic.failure]);
  const figures: Figure[] = [];
  const pause = (ms: number) => Promise.race([Bun.sleep(ms), traffic.failure]);
  while (new Date().getMinutes() !== minute) await pause(20);
  for (const name of measured) {
    traffic.ackTimes.clear();
    load.lateness.clear();
    const before = traffic.counts.refused;
    traffic.setMeasuring(true);
    let done = findDone(server.logs(), name);
    for (; !done; done = findDone(server.logs(), name)) await pause(20);
    traffic.setMeasuring(false);
    const { ackTimes } = traffic;
    figures.push(
      figure(`${name} of ${done.done}: takes`, done.ms, "ms"),
      figure("  others p50", ackTimes.percentile(0.5), "ms"),
      figure("  others p99", ackTimes.percentile(0.99), "ms", atMost(100)),
      figure("  others, longest", ackTimes.largestMs, "ms"),
      figure("  left late p99", load.lateness.percentile(0.99), "ms"),
      figure("  refused", traffic.counts.refused - before, ""),
    );
    for (const { name, value, unit } of figures.slice(-6))
      console.log(`${name} ${value.toFixed(1)} ${unit}`);
  }
  load.stop();
  await traffic.finish(60_000);
  crowd.close();
  await server.stop();
  return { settings: { encoding, conversations, messages, rate }, figures };
}

/** Log entry of a finished job. */
function findDone(
  logs: string,
  name: string,
): { done: number; ms: number } | undefined {
  const line = logs
    .split("\n")
    .find((each) => each.includes(`"job":${JSON.stringify(name)}`));
  if (line === undefined) return undefined;
  const entry = JSON.parse(line) as { done?: number; ms: number };
  if (entry.done === undefined) throw new Error(line);
  return { done: entry.done, ms: entry.ms };
}

/** The first minute that leaves time to start and to warm up. */
const minuteFromNow = (): number => new Date(Date.now() + 90_000).getMinutes();

/** Makes time pass: no route takes a time of an upload. */
async function change(
  database: string,
  file: string,
  statement: string,
): Promise<void> {
  if (database === "") {
    using sqlite = new Database(file);
    sqlite.run(statement);
    return;
  }
  const client = new Client({ connectionString: database });
  await client.connect();
  await client.query(statement);
  await client.end();
}

async function prepare(
  rest: Rest,
  runID: string,
  conversations: number,
  messages: number,
): Promise<void> {
  const ids = (letter: string, count: number) =>
    Array.from(
      { length: count },
      (_, i) => `${letter}${runID.slice(0, 6)}${String(i).padStart(5, "0")}`,
    );
  const [owner = ""] = ids("o", 1);
  const people = ids("p", conversations);
  await rest.registerUsers([owner, ...people]);
  const sayTo = async (count: number, daysAgo: number) => {
    for (let from = 0; from < count; from += named)
      await rest.post(BatchSendMsg, {
        sendID: owner,
        recvIDs: Array.from(
          { length: Math.min(named, count - from) },
          (_, i) => people[(from + i) % people.length],
        ),
        content: { content: "x".repeat(100) },
        contentType: 101,
        sessionType: 1,
        sendTime: Date.now() - daysAgo * dayMs,
      });
  };
  // Older than the log is kept, and then what only its owners want to lose.
  await sayTo(messages, 400);
  await sayTo(4 * conversations, 30);
  for (const userID of people)
    await rest.post(SetConversations, {
      userIDs: [userID],
      conversation: {
        conversationID: `si_${[owner, userID].sort().join("_")}`,
        conversationType: 1,
        userID: owner,
        isMsgDestruct: true,
        msgDestructTime: 86_400,
      },
    });
  for (const [i, userID] of people.entries())
    await rest.post(InitiateMultipartUpload, {
      hash: String(i).padStart(32, "0"),
      size: 1_000_000,
      partSize: 5_242_880,
      maxParts: 1,
      cause: "msg-file",
      name: `${userID}/left.txt`,
      contentType: "text/plain",
    });
}
