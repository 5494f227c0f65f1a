// Restarts all nodes of a cluster, one after another, amid messages.
//   npm run prove:rolling -- [--sockets 300] [--rate 100] [--nodes 3]
import { readArguments, refuseArguments } from "../../scripts/arguments.ts";

import { startCluster } from "./cluster.ts";
import { restartInTurn } from "./rolling.ts";

const usage = `npm run prove:rolling -- [options]

Restarts all nodes of a cluster, one after another, while people talk, and checks that
nothing was lost, doubled or reordered and that nobody seemed offline.

  --sockets N  connected people, half of them with each encoding (default 300; 5000
               needs 4 GB of memory and 15,000 open files)
  --rate N     messages a second, of all together (default 100)
  --nodes N    nodes of the cluster, 2 at least (default 3)
  -h, --help   this text
`;
const { values } = readArguments(usage, {
  options: {
    sockets: { type: "string", default: "300" },
    rate: { type: "string", default: "100" },
    nodes: { type: "string", default: "3" },
  },
});
for (const name of ["sockets", "rate", "nodes"] as const)
  if (!/^[1-9]\d*$/.test(values[name]))
    refuseArguments(`--${name} is a number, not ${values[name]}`, usage);
if (Number(values.nodes) < 2)
  refuseArguments("--nodes is 2 or more: one alone has no other", usage);

const cluster = await startCluster({
  nodes: Number(values.nodes),
  environment: { PARLEY_LIMITS_CONNECTIONS_PER_ADDRESS: "0" },
});
let exitCode: number;
try {
  const { faults, sent, moved, mostMovedPerSecond } = await restartInTurn(
    cluster,
    {
      // People talk in pairs.
      sockets: Math.ceil(Number(values.sockets) / 2) * 2,
      perSecond: Number(values.rate),
      print: (text) => console.log(text),
    },
  );
  for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
  console.log(
    `${sent} messages, ${moved} connections moved, ${mostMovedPerSecond} a second at most, ${faults.length} faults`,
  );
  exitCode = faults.length > 0 ? 1 : 0;
} finally {
  await cluster[Symbol.asyncDispose]();
}
process.exit(exitCode);
