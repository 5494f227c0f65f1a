// Some recordings on a cluster; `npm run prove:cluster` replays all of them.
import { afterAll, describe, test } from "bun:test";

import { createOnClusters } from "./on-clusters.ts";
import { isInScope, loadScenarios, schedule } from "./schedule.ts";

/** One recording of so many, which meets every kind of step. */
const oneOf = 9;

const clusters = createOnClusters({ nodes: 3, most: 1 });
afterAll(() => clusters.close());

describe.concurrent("recorded, each step on another node", () => {
  const some = schedule(loadScenarios().filter(isInScope)).filter(
    ({ server }, i) =>
      i % oneOf === 0 && /^(default|hooks lane0)$/.test(server),
  );
  for (const [i, scheduled] of some.entries())
    test(`${scheduled.scenario.name}: ${scheduled.scenario.title}`, async () => {
      const order = i % 2 === 0 ? "forward" : "backward";
      const failures = await clusters.failures(scheduled, order);
      if (failures.length > 0) throw new Error(failures.join("\n"));
    });
});
