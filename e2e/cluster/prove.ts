// Replays every recording on a cluster, each request and connection on another
// node than the one before.
//   npm run prove:cluster -- [--only TEXT] [--order forward] [--nodes 3]
import { availableParallelism } from "node:os";

import { readArguments, refuseArguments } from "../../scripts/arguments.ts";

import { createOnClusters } from "../recorded/on-clusters.ts";
import type { Order } from "../recorded/replay.ts";
import { isInScope, loadScenarios, schedule } from "../recorded/schedule.ts";

const usage = `npm run prove:cluster -- [options]

Replays every recording on clusters, each request and each connection on another
node than the one before, and shows where answers differ.

  --only TEXT    only recordings with TEXT in their name or title
  --order ORDER  forward, backward or both (default both)
  --nodes N      nodes of each cluster (default 3)
  --jobs N       recordings at a time (default 8)
  -h, --help     this text
`;
const { values } = readArguments(usage, {
  options: {
    only: { type: "string", default: "" },
    order: { type: "string", default: "both" },
    nodes: { type: "string", default: "3" },
    jobs: { type: "string", default: "8" },
  },
});
for (const name of ["nodes", "jobs"] as const)
  if (!/^[1-9]\d*$/.test(values[name]))
    refuseArguments(`--${name} is a number, not ${values[name]}`, usage);
const orders = ["forward", "backward"].filter(
  (order) => values.order === "both" || values.order === order,
) as Order[];
if (orders.length === 0)
  refuseArguments(`--order is forward, backward or both`, usage);

const wanted = loadScenarios()
  .filter(isInScope)
  .filter(({ name, title }) => `${name}: ${title}`.includes(values.only));
const tasks = schedule(wanted).flatMap((scheduled) =>
  orders.map((order) => ({ scheduled, order })),
);
const clusters = createOnClusters({
  nodes: Number(values.nodes),
  most: Math.max(1, Math.floor(availableParallelism() / 2)),
});

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(
    signal,
    () => void clusters.close().then(() => process.exit(130)),
  );

let passed = 0;
const failed: string[] = [];
const left = [...tasks];
await Promise.all(
  Array.from({ length: Number(values.jobs) }, async () => {
    for (let task = left.shift(); task; task = left.shift()) {
      const { scenario } = task.scheduled;
      const failures = await clusters
        .failures(task.scheduled, task.order)
        .catch((error: unknown) => [`    ${String(error)}`]);
      if (failures.length === 0) passed++;
      else {
        failed.push(`${scenario.name}, ${task.order}`);
        console.log(`\n${task.order}: ${failures.join("\n")}`);
      }
      const done = passed + failed.length;
      if (done % 20 === 0) console.log(`${done} of ${tasks.length} …`);
    }
  }),
);
await clusters.close();
if (failed.length > 0) console.log(`\nFailed:\n  ${failed.join("\n  ")}`);
console.log(`\n${passed} passed, ${failed.length} failed`);
process.exit(failed.length > 0 ? 1 : 0);
