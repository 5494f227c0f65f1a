import { startCompany } from "./company.ts";
import type { Company } from "./company.ts";
import { connectCrowd, registerPeople } from "./crowd.ts";
import { atLeast, atMost, figure, percentiles } from "./figures.ts";
import type { Figure, Target } from "./figures.ts";
import { startRateLoad, startWindowLoad } from "./load.ts";
import { measure } from "./measure.ts";
import { newRunID } from "./message-id.ts";
import { messageTemplate } from "./message-template.ts";
import { addPair } from "./pairs.ts";
import { signInToRest } from "./rest.ts";
import {
  bareRelay,
  defaultSeconds,
  usageFigures,
  warmUpSeconds,
} from "./scenario.ts";
import type { Context, Scenario } from "./scenario.ts";
import type { ServerProcess } from "./server-process.ts";
import { Traffic } from "./traffic.ts";
import { wireOf } from "./wire.ts";

/** Users who do everything else. */
const companions = 200;
/** A server is fresh for longer than its first messages. */
const freshSeconds = 2;

interface Pairs {
  name: string;
  question: string;
  users: number;
  /** Closed loop, or else open: messages a second. */
  window?: number;
  rate?: number;
  /** Default duration of the measurement. */
  seconds?: number;
  /** Includes the first messages of conversations in the measurement. */
  isFresh?: boolean;
  /** Memory is watched. */
  isSoak?: boolean;
  /** Others do everything else meanwhile. */
  hasCompany?: boolean;
  /** Runs instead of Parley. */
  script?: string;
  targets: {
    cpu?: Target;
    delivered?: Target;
    p50?: Target;
    p99?: Target;
    disk?: Target;
  };
}

export const oneToOneWindow = pairs({
  name: "one-to-one-window",
  question: "What do messages cost between few users who write all the time?",
  users: 200,
  window: 4,
  targets: {},
});

export const oneToOneCapacity = pairs({
  name: "one-to-one-capacity",
  question: "How many messages a second can one core take, and at what cost?",
  users: 2_000,
  window: 4,
  targets: {
    cpu: atMost(0.045),
    delivered: atLeast(11_000),
    disk: atMost(512),
  },
});

export const oneToOneCold = pairs({
  name: "one-to-one-cold",
  question: "What do messages cost when the server has just started?",
  users: 2_000,
  window: 4,
  seconds: 5,
  isFresh: true,
  targets: { cpu: atMost(0.07) },
});

export const oneToOneRate = pairs({
  name: "one-to-one-rate",
  question: "How long is a message on its way at a steady rate?",
  users: 2_000,
  rate: 3_000,
  targets: { cpu: atMost(0.08), p50: atMost(3), p99: atMost(12) },
});

/** Rates in messages a second, from what most servers see to what few do. */
export const otherRates: readonly Scenario[] = [100, 1_000, 10_000].map(
  (rate) =>
    pairs({
      name: `one-to-one-rate-${rate}`,
      question: `The same at ${rate} a second`,
      users: 2_000,
      rate,
      targets: rate === 1_000 ? { cpu: atMost(0.12), p99: atMost(8) } : {},
    }),
);

export const mixed = pairs({
  name: "mixed",
  question: "The same while others type, read, watch each other, come and go?",
  users: 2_000,
  rate: 1_500,
  hasCompany: true,
  targets: { p50: atMost(3), p99: atMost(20) },
});

export const soak = pairs({
  name: "soak",
  question: "Does memory stay as it is at half of what it can take?",
  users: 2_000,
  rate: 5_000,
  seconds: 300,
  isSoak: true,
  targets: {},
});

export const floorOneToOne = pairs({
  name: "floor-one-to-one",
  question: "The same with a bare relay: can the generator feed it?",
  users: 2_000,
  window: 4,
  script: bareRelay,
  targets: {},
});

function pairs(of: Pairs): Scenario {
  return {
    name: of.name,
    question: of.question,
    encodings: ["gob+gzip", "json"],
    run: (context) => run(of, context),
  };
}

async function run(of: Pairs, context: Context) {
  const { options, encoding } = context;
  const wire = wireOf(encoding);
  const users = 2 * Math.ceil((options.users ?? of.users) / 2);
  const runID = newRunID();
  await using first = await context.startServer(
    of.script === undefined ? {} : { script: of.script },
  );
  const rest = await signInToRest(first.api);
  const people = await registerPeople(rest, runID, users, wire);
  // The registration's disk space stays here and is not counted below.
  await using server = await first.restart();
  const bytesBefore = server.dataBytes();
  // In an hour, others on the machine may well hold the server up for a second.
  const mayRefuse = of.isSoak === true;
  const traffic = new Traffic(runID, { mayRefuse });
  const crowd = await connectCrowd(people, {
    gateway: server.gateway,
    openSocket: context.openSocket,
    wire,
    runID,
    failed: (error) => traffic.fail(error),
  });
  for (let i = 0; i < users; i += 2)
    addPair(
      traffic,
      crowd.clients.slice(i, i + 2),
      (pair) => messageTemplate({ wire, runID, groupID: "", ...pair }),
      { mayRefuse },
    );

  const company = of.hasCompany ? await addCompany(context, server) : undefined;

  const rate = options.rate ?? of.rate;
  const window = options.window ?? of.window ?? 1;
  // At a low rate, first messages of conversations would be all there is.
  if (rate !== undefined) await sendOneEach(traffic);
  const cpuBefore = server.cpuSeconds();
  const load =
    rate === undefined
      ? startWindowLoad(traffic, window)
      : startRateLoad(traffic, rate);
  const warmUp = of.isFresh ? freshSeconds : warmUpSeconds;
  await Promise.race([Bun.sleep(warmUp * 1000), traffic.failure]);
  const warmingCPU = server.cpuSeconds() - cpuBefore;
  const warming = (1000 * warmingCPU) / traffic.counts.delivered;
  const seconds = options.seconds ?? of.seconds ?? defaultSeconds;
  const memory = of.isSoak ? watchMemory(server) : undefined;
  const span = await measure(server, traffic, seconds);
  load.stop();
  const others = company?.figures() ?? [];
  await company?.stop();
  await traffic.finish();
  crowd.close();
  await server.stop();
  const bytes = server.dataBytes() - bytesBefore;
  const isEmbedded =
    options.database === "" && of.script === undefined && !company;

  const { targets } = of;
  const perThousand = (1000 * span.serverCPU) / span.delivered;
  return {
    settings: {
      encoding,
      users,
      ...(rate === undefined ? { window } : { rate }),
      seconds,
    },
    figures: [
      figure("CPU s per 1,000 delivered", perThousand, "s", targets.cpu),
      ...(of.isFresh
        ? [figure(`the same, the ${freshSeconds} s before`, warming, "s")]
        : []),
      figure(
        "delivered",
        span.delivered / span.seconds,
        "/s",
        targets.delivered,
      ),
      figure("acked", span.acked / span.seconds, "/s"),
      ...(mayRefuse ? [figure("refused", traffic.counts.refused, "")] : []),
      ...percentiles("send → delivered", traffic.deliveryTimes, targets),
      ...percentiles("send → ack", traffic.ackTimes),
      ...others,
      ...(memory?.stop() ?? []),
      ...usageFigures(span),
      ...(isEmbedded
        ? [
            figure(
              "disk per message",
              bytes / traffic.counts.acked,
              "bytes",
              targets.disk,
            ),
          ]
        : []),
    ],
  };
}

/** The first message of everyone, and returns when all have them. */
async function sendOneEach(traffic: Traffic): Promise<void> {
  for (const sender of traffic.senders) traffic.send(sender, performance.now());
  await traffic.finish();
}

/** Pairs of others, who have a conversation each. */
async function addCompany(
  { openSocket, encoding }: Context,
  server: ServerProcess,
): Promise<Company> {
  const wire = wireOf(encoding);
  const runID = newRunID();
  const rest = await signInToRest(server.api);
  const people = await registerPeople(rest, runID, companions, wire);
  const traffic = new Traffic(runID);
  const options = {
    gateway: server.gateway,
    openSocket,
    wire,
    runID,
    failed: (error: Error) => {
      throw error;
    },
  };
  const crowd = await connectCrowd(people, options);
  for (let i = 0; i < companions; i += 2)
    addPair(traffic, crowd.clients.slice(i, i + 2), (pair) =>
      messageTemplate({ wire, runID, groupID: "", ...pair }),
    );
  await sendOneEach(traffic);
  crowd.close();
  return startCompany(people, { ...options, api: server.api });
}

const mega = 2 ** 20;

/**
 * Looks at it every second. What it is like once everything was touched for
 * the first time, in the second quarter, is held against the last quarter.
 */
function watchMemory(server: ServerProcess): { stop(): Figure[] } {
  const samples: number[] = [];
  const timer = setInterval(
    () => samples.push(server.residentBytes() / mega),
    1_000,
  );
  return {
    stop() {
      clearInterval(timer);
      const quarter = Math.floor(samples.length / 4);
      const mean = (from: number) => {
        const part = samples.slice(from * quarter, (from + 1) * quarter);
        return part.reduce((sum, each) => sum + each, 0) / part.length;
      };
      return [
        figure("RSS, second quarter", mean(1), "MB"),
        figure("RSS, last quarter", mean(3), "MB"),
        figure("RSS at most", Math.max(...samples), "MB"),
        figure(
          "growth",
          (100 * (mean(3) - mean(1))) / mean(1),
          "%",
          atMost(10),
        ),
      ];
    },
  };
}
