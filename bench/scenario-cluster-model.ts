import { startBacking } from "./cluster.ts";
import { figure } from "./figures.ts";
import { coresOf, fitCores } from "./scaling/model.ts";
import type { Cores, PairLoad } from "./scaling/model.ts";
import type { Scenario } from "./scenario.ts";
import { runPairs } from "./scenario-cluster.ts";
import type { Place } from "./scenario-cluster.ts";

type Load = PairLoad & { place: Place };

const loads = {
  slow: { nodes: 1, rate: 2_000, remote: 0, place: "anywhere" },
  fast: { nodes: 1, rate: 8_000, remote: 0, place: "anywhere" },
  together: { nodes: 2, rate: 5_000, remote: 0, place: "together" },
  across: { nodes: 2, rate: 5_000, remote: 1, place: "across" },
  between: { nodes: 1, rate: 5_000, remote: 0, place: "anywhere" },
  "three nodes": { nodes: 3, rate: 4_500, remote: 2 / 3, place: "anywhere" },
} as const satisfies Record<string, Load>;

/** Constants of docs/scaling.md, and what they predict of other loads. */
export const clusterModel: Scenario = {
  name: "cluster-model",
  question: "What does docs/scaling.md compute with, and how wrong is it?",
  encodings: ["json"],
  async run(context) {
    const { options, encoding } = context;
    const users = options.users ?? 2_000;
    const seconds = options.seconds ?? 5;
    await using backing = await startBacking(context);
    const measureLoad = async (name: keyof typeof loads) => {
      const { nodes, rate, remote, place } = loads[name];
      await using cluster = await backing.start(nodes);
      const stage = await runPairs(context, cluster, {
        ...{ name, users, rate, seconds, place },
      });
      const { took } = stage;
      const total = took.nodes.reduce((sum, each) => sum + each, 0);
      const cores: Cores = {
        node: total / nodes / stage.seconds,
        database: took.database / stage.seconds,
        bus: took.bus / stage.seconds,
      };
      return { nodes, rate, remote, cores };
    };
    const fitted = fitCores(
      await measureLoad("slow"),
      await measureLoad("fast"),
      await measureLoad("together"),
      await measureLoad("across"),
    );
    const checks = [];
    for (const name of ["between", "three nodes"] as const) {
      const { cores, ...load } = await measureLoad(name);
      const predicted = coresOf(fitted, load);
      for (const of of ["node", "database", "bus"] as const)
        checks.push(
          figure(`${name}: cores, ${of}`, cores[of], ""),
          figure(
            `${name}: predicted / measured, ${of}`,
            predicted[of] / cores[of],
            "",
          ),
        );
    }
    return {
      settings: { encoding, users, seconds },
      figures: [
        ...Object.entries(fitted).map(([name, value]) =>
          figure(name, value, name.endsWith("Micros") ? "µs" : "cores"),
        ),
        ...checks,
      ],
    };
  },
};
