import { ReqIdentifier } from "@parley/protocol/envelope";
import { PullMessageBySeqsReq } from "@parley/protocol/generated/sdkws";

import { VerificationError } from "./conversation-check.ts";
import { connectCrowd, registerPeople } from "./crowd.ts";
import { atMost, figure, percentiles } from "./figures.ts";
import { createFrameReader } from "./frame-reader.ts";
import { Latencies } from "./latency.ts";
import { startWindowLoad } from "./load.ts";
import { newRunID } from "./message-id.ts";
import { messageTemplate } from "./message-template.ts";
import { addPair } from "./pairs.ts";
import { ownCPUSeconds } from "./process-usage.ts";
import { signInToRest } from "./rest.ts";
import { defaultSeconds } from "./scenario.ts";
import type { Context, Scenario } from "./scenario.ts";
import { Traffic } from "./traffic.ts";
import { wireOf } from "./wire.ts";

/** Users in pairs: half as many conversations. */
const defaultUsers = 2_000;
const defaultMessages = 1_000_000;
/** Messages that an app shows at once when somebody scrolls up. */
const pageSize = 20;
/** Users who scroll at the same time. */
const readers = 20;

/** Reading far back where much was said. */
export const history: Scenario = {
  name: "history",
  question: "A million messages are stored: what does a page of 20 cost?",
  encodings: ["gob+gzip"],
  run,
};

async function run({ options, encoding, ...context }: Context) {
  const wire = wireOf(encoding);
  const users = 2 * Math.ceil((options.users ?? defaultUsers) / 2);
  const wanted = options.messages ?? defaultMessages;
  const runID = newRunID();
  await using server = await context.startServer();
  const rest = await signInToRest(server.api);
  const people = await registerPeople(rest, runID, users, wire);
  const crowdOptions = {
    gateway: server.gateway,
    openSocket: context.openSocket,
    wire,
    runID,
  };

  const traffic = new Traffic(runID);
  const failed = (error: Error) => traffic.fail(error);
  const writing = await connectCrowd(people, { ...crowdOptions, failed });
  for (let i = 0; i < users; i += 2)
    addPair(traffic, writing.clients.slice(i, i + 2), (pair) =>
      messageTemplate({ wire, runID, groupID: "", ...pair }),
    );
  const load = startWindowLoad(traffic, 4);
  while (traffic.counts.acked < wanted)
    await Promise.race([Bun.sleep(100), traffic.failure]);
  load.stop();
  await traffic.finish();
  const stored = traffic.counts.acked;
  writing.close();

  // Nothing of it is in memory any more.
  await using again = await server.restart();
  const scrolling = await connectCrowd(people, {
    ...crowdOptions,
    gateway: again.gateway,
    failed,
  });
  const reader = createFrameReader({ wire, runID, remembered: 0 });
  const times = new Latencies();
  const seconds = options.seconds ?? defaultSeconds;
  const until = performance.now() + seconds * 1000;
  const cpuBefore = again.cpuSeconds();
  const ownBefore = ownCPUSeconds();
  const startedAt = performance.now();
  let pages = 0;
  let next = 0;

  /** One after the other scrolls from the newest message to the first. */
  async function scroll(): Promise<void> {
    while (performance.now() < until) {
      const at = next++ % people.length;
      const client = scrolling.clients[at]!;
      const pair = [people[at]!.userID, people[at ^ 1]!.userID];
      const conversationID = `si_${pair.toSorted().join("_")}`;
      const max = Math.floor((2 * stored) / users / 1.2);
      for (let end = max; end > 0 && performance.now() < until;) {
        const begin = Math.max(1, end - pageSize + 1);
        const seqRanges = [{ conversationID, begin, end, num: pageSize }];
        const askedAt = performance.now();
        const data = await client.request(
          ReqIdentifier.pullMsgByRange,
          PullMessageBySeqsReq.encode({
            userID: client.userID,
            seqRanges,
            order: 0,
          }),
        );
        times.record(performance.now() - askedAt);
        const seqs = reader.messages(data).map(({ seq }) => seq);
        if (seqs.length !== end - begin + 1 || seqs[0] !== begin)
          throw new VerificationError(
            `${conversationID}: ${seqs.length} messages of ${begin} to ${end}`,
          );
        pages++;
        end = begin - 1;
      }
    }
  }
  await Promise.all(Array.from({ length: readers }, scroll));
  const span = (performance.now() - startedAt) / 1000;
  const cpu = again.cpuSeconds() - cpuBefore;
  const own = ownCPUSeconds() - ownBefore;
  scrolling.close();

  return {
    settings: { encoding, users, seconds },
    figures: [
      figure("messages stored", stored, ""),
      figure("pages of 20", pages / span, "/s"),
      ...percentiles("page", times, { p99: atMost(20) }),
      figure(
        "CPU s per 1,000 messages",
        (1000 * cpu) / (pages * pageSize),
        "s",
      ),
      figure("server CPU", (100 * cpu) / span, "%"),
      figure("generator CPU", (100 * own) / span, "%"),
    ],
  };
}
