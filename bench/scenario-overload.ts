import { atLeast, atMost, figure, percentiles } from "./figures.ts";
import type { Latencies } from "./latency.ts";
import { startRateLoad, startWindowLoad } from "./load.ts";
import { measure } from "./measure.ts";
import { newRunID } from "./message-id.ts";
import { connectPairs } from "./pairs.ts";
import { signInToRest } from "./rest.ts";
import { defaultSeconds, usageFigures, warmUpSeconds } from "./scenario.ts";
import type { Context, Scenario } from "./scenario.ts";
import { Traffic } from "./traffic.ts";
import { wireOf } from "./wire.ts";

const users = 2_000;
/** Offered load as a multiple of the capacity. */
const excess = 1.6;
/** Offered load after the overload, as a share of the capacity. */
const calmShare = 0.3;
/** A tenth of a second in which nobody waited longer is like any other. */
const calmMs = 50;
const longestRecoveryMs = 20_000;

export const overload: Scenario = {
  name: "overload",
  question: "More is asked than it can do: how much does it do, how quickly?",
  encodings: ["json"],
  run,
};

/** Measures the capacity in a closed loop, then overloads, then calms down. */
async function run({ options, encoding, openSocket, ...context }: Context) {
  const wire = wireOf(encoding);
  const count = options.users ?? users;
  const runID = newRunID();
  await using server = await context.startServer();
  const rest = await signInToRest(server.api);
  const traffic = new Traffic(runID, { mayRefuse: true });
  const crowd = await connectPairs(rest, traffic, count, {
    gateway: server.gateway,
    openSocket,
    wire,
    runID,
  });

  const closed = startWindowLoad(traffic, 4);
  await Promise.race([Bun.sleep(warmUpSeconds * 1_000), traffic.failure]);
  const able = await measure(server, traffic, 3);
  closed.stop();
  await drain(traffic);
  const capacity = able.delivered / able.seconds;

  const rate = options.rate ?? Math.round(capacity * excess);
  const seconds = options.seconds ?? defaultSeconds * 2;
  const open = startRateLoad(traffic, rate);
  // Queues fill first: what it is like after that is what lasts.
  await Promise.race([Bun.sleep(seconds * 500), traffic.failure]);
  traffic.ackTimes.clear();
  traffic.deliveryTimes.clear();
  open.lateness.clear();
  const span = await measure(server, traffic, seconds / 2);
  open.stop();
  const accepted = percentiles(
    "accepted: send → delivered",
    traffic.deliveryTimes,
  );

  const endedAt = performance.now();
  const calm = startRateLoad(traffic, capacity * calmShare);
  const recovery = await untilCalm(traffic, endedAt);
  calm.stop();
  await traffic.finish(60_000);
  crowd.close();
  await server.stop();
  const goodput = span.delivered / span.seconds;
  return {
    settings: { encoding, users: count, rate, seconds },
    figures: [
      figure("capacity, closed loop", capacity, "/s"),
      figure("asked", rate, "/s"),
      figure("delivered", goodput, "/s"),
      figure(
        "delivered, of what it can",
        (100 * goodput) / capacity,
        "%",
        atLeast(60),
      ),
      figure("refused", span.refused / span.seconds, "/s"),
      ...accepted,
      // The generator's own share of these times.
      figure("left late p99", open.lateness.percentile(0.99), "ms"),
      figure("quick again after", recovery / 1_000, "s", atMost(10)),
      ...usageFigures(span),
    ],
  };
}

/** Waits until no message is in flight. */
async function drain(traffic: Traffic): Promise<void> {
  while (traffic.onTheWay > 0)
    await Promise.race([Bun.sleep(2), traffic.failure]);
}

/** Returns the time in ms until acknowledgements are as quick as before. */
async function untilCalm(traffic: Traffic, since: number): Promise<number> {
  const times: Latencies = traffic.ackTimes;
  traffic.setMeasuring(true);
  let refused = traffic.counts.refused;
  for (;;) {
    times.clear();
    const began = performance.now();
    await Promise.race([Bun.sleep(100), traffic.failure]);
    const isCalm =
      times.count > 0 &&
      times.largestMs <= calmMs &&
      traffic.counts.refused === refused;
    refused = traffic.counts.refused;
    if (isCalm || began - since > longestRecoveryMs) {
      traffic.setMeasuring(false);
      return began - since;
    }
  }
}
