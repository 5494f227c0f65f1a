import { atMost, figure } from "./figures.ts";
import type { Context, Scenario } from "./scenario.ts";
import type { ServerProcess } from "./server-process.ts";

const starts = 5;
/** Time for the garbage of the start to be collected, in ms. */
const settleMs = 3_000;

export const start: Scenario = {
  name: "start",
  question: "How soon is it ready, and what does it take when nobody is there?",
  encodings: ["gob+gzip"],
  run,
};

async function run(context: Context) {
  const fresh: ServerProcess[] = [];
  const again: ServerProcess[] = [];
  const resident: number[] = [];
  for (let i = 0; i < starts; i++) {
    await using server = await context.startServer();
    fresh.push(server);
    await using second = await server.restart();
    again.push(second);
    if (i > 0) continue;
    await Bun.sleep(settleMs);
    resident.push(second.residentBytes());
  }
  const ready = (servers: ServerProcess[]) =>
    median(servers.map(({ readyAfterMs }) => readyAfterMs)) / 1000;
  return {
    settings: { starts },
    figures: [
      figure("ready after, new data", ready(fresh), "s", atMost(0.5)),
      figure("ready after, data there", ready(again), "s", atMost(0.5)),
      figure("RSS idle", resident[0]! / 2 ** 20, "MB", atMost(80)),
    ],
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}
