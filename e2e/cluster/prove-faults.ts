// Does harm to a cluster, again and again, while people on all nodes talk.
//   npm run prove:faults -- [--fault NAME] [--times N] [--seed S]
import { readArguments, refuseArguments } from "../../scripts/arguments.ts";

import { randomFrom } from "../random.ts";
import { startCluster } from "./cluster.ts";
import { faults, suffer } from "./faults.ts";
import { startTalk } from "./talking.ts";

const names = Object.keys(faults);
const usage = `npm run prove:faults -- [options]

Three nodes over PostgreSQL and NATS, people on all of them who talk, and faults.
After each one: is every message that was acknowledged there once, in order and
without a gap, and did everybody see it?

  --fault NAME  only this one, or several separated by commas:
                ${names
                  .join(", ")
                  .replace(/(.{1,60})(, |$)/g, "$1$2\n                ")
                  .trim()}
  --times N     how often each (default: 50 kills of a node, 2 of all others)
  --seconds N   how long what is away stays away (default 20)
  --people N    of each node (default 3)
  --seed S      the same one, the same nodes in the same order
  -h, --help    this text
`;
const { values } = readArguments(usage, {
  options: {
    fault: { type: "string", default: names.join(",") },
    times: { type: "string" },
    seconds: { type: "string", default: "20" },
    people: { type: "string", default: "3" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
for (const name of ["times", "seconds", "people", "seed"] as const)
  if (!/^\d+$/.test(values[name] ?? "0"))
    refuseArguments(`--${name} is a whole number, not ${values[name]}`, usage);
const wanted = values.fault.split(",");
for (const name of wanted)
  if (!names.includes(name))
    refuseArguments(`there is no fault ${name}`, usage);

const random = randomFrom(Number(values.seed));
const figures = new Map<string, number[]>();
await using cluster = await startCluster();
await using talk = await startTalk(cluster, {
  peoplePerNode: Number(values.people),
});
let isOver = false;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    if (isOver) process.exit(130);
    isOver = true;
    console.log("ends after this one …");
  });

try {
  for (const name of wanted) {
    const times = Number(values.times ?? (name === "kill" ? 50 : 2));
    for (let i = 0; i < times && !isOver; i++) {
      const node = Math.floor(random() * cluster.nodes.length);
      const said: string[] = [];
      await suffer(name, {
        ...{ cluster, talk, node, random },
        seconds: Number(values.seconds),
        measured(figure, ms) {
          said.push(`${figure} ${(ms / 1_000).toFixed(1)} s`);
          const key = `${name}: ${figure}`;
          figures.set(key, [...(figures.get(key) ?? []), ms]);
        },
      });
      console.log(
        `${name} ${i + 1} of ${times}, node ${node}: ${said.join(", ")}; ${talk.acknowledged()} acknowledged`,
      );
    }
  }
  console.log("\nmedian and worst, s:");
  for (const [figure, all] of figures) {
    const sorted = all.toSorted((a, b) => a - b);
    const inSeconds = (at: number) =>
      ((sorted[Math.floor(at)] ?? 0) / 1_000).toFixed(1);
    console.log(
      `  ${figure}: ${inSeconds(sorted.length / 2)}, ${inSeconds(sorted.length - 1)}`,
    );
  }
  console.log(
    `\nAll ${talk.acknowledged()} messages that were acknowledged are there once, in order, without a gap, and everybody saw them (seed ${values.seed}).`,
  );
} catch (error) {
  console.error(`with seed ${values.seed}:`, error);
  for (const { name, server } of cluster.nodes)
    console.error(`${name}, its last words:\n${server.logs().slice(-3_000)}`);
  process.exitCode = 1;
} finally {
  console.log("refused, and tried again:", Object.fromEntries(talk.refused));
}
