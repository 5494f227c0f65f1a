// Asks every route that lists, on a server with very much in it:
//   npm run bench:routes -- [--folder F] [--database URL] [--only text]
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  GetGroupMembersInfo,
  KickGroup,
} from "@parley/protocol/methods/groups";

import { readArguments, refuseArguments } from "../../scripts/arguments.ts";
import { pinLoad } from "../cores.ts";
import { onInterruption } from "../interruption.ts";
import { describeMachine, machineLine } from "../machine.ts";
import { ownCheckout, startServer } from "../server-process.ts";
import { alignColumns } from "../table.ts";
import { createCaller } from "./caller.ts";
import { ensureDataSet, size } from "./data-set.ts";
import { firstSync } from "./first-sync.ts";
import { cases, changes, guestIDs } from "./requests.ts";
import type { Case } from "./requests.ts";

const usage = `npm run bench:routes -- [options]

  --folder F      where the data set is, or is made (default: a folder of the
                  system's for what is temporary, used again by the next run)
  --database URL  PostgreSQL, postgres://user:password@host:5432/name: empty,
                  or with the data set of an earlier run
  --only TEXT     the cases whose name or path has it
  --times N       requests of each case (default 200)
`;

const { values } = readArguments(usage, {
  options: {
    folder: { type: "string", default: join(tmpdir(), "parley-bench-routes") },
    database: { type: "string", default: "" },
    only: { type: "string", default: "" },
    times: { type: "string", default: "200" },
  },
});
if (!(Number(values.times) > 0))
  refuseArguments(`--times is a number above 0, not ${values.times}`, usage);

onInterruption((code) => process.exit(code));
const { folder, database } = values;
console.log(
  `${size.users.toLocaleString("en")} users, ${size.groups.toLocaleString("en")} groups, one of ${size.largeGroup.toLocaleString("en")}; u0 has ${size.conversations.toLocaleString("en")} conversations`,
);
await ensureDataSet(folder, database, console.log);

const cores = pinLoad();
const countPort = 20_000 + (process.pid % 20_000);
await using server = await startServer({
  core: cores.server,
  database,
  profile: undefined,
  folder,
  preload: [join(import.meta.dir, "count-statements.ts")],
  environment: { PARLEY_BENCH_COUNT_PORT: String(countPort) },
});
const statements = async () =>
  Number(await (await fetch(`http://127.0.0.1:${countPort}/`)).text());
const caller = await createCaller(server);

const syncTarget = 20;
const rows: string[][] = [];
let missed = 0;

const figure = (value: number) => value.toFixed(value < 10 ? 1 : 0);

async function measure(each: Case): Promise<void> {
  const times = each.times ?? Number(values.times);
  const warm = Math.min(5, times);
  for (let n = 0; n < warm; n++) await ask(each, -1 - n);
  const took: number[] = [];
  const before = await statements();
  let bytes = 0;
  for (let n = 0; n < times; n++) {
    const started = performance.now();
    bytes = await ask(each, n);
    took.push(performance.now() - started);
  }
  const perRequest = ((await statements()) - before) / times;
  took.sort((a, b) => a - b);
  const at = (part: number) => took[Math.ceil(part * times) - 1] ?? NaN;
  const isMissed = each.isSync && at(0.99) > syncTarget;
  if (isMissed) missed++;
  rows.push([
    each.name,
    each.path,
    figure(at(0.5)),
    figure(at(0.99)),
    figure(perRequest),
    (bytes / 1_024).toFixed(1),
    each.isSync ? (isMissed ? "not reached" : "ok") : "",
  ]);
  console.log(rows.at(-1)?.join("  "));
}

/** Removes guests that an earlier run left in the large group. */
async function sendGuestsAway(): Promise<void> {
  const { members } = await caller.ask<{
    members: { userID: string }[] | null;
  }>(GetGroupMembersInfo, { groupID: "g0", userIDs: guestIDs }, "admin");
  if (members)
    await caller.call(
      KickGroup,
      { groupID: "g0", kickedUserIDs: members.map(({ userID }) => userID) },
      "admin",
    );
}

/** Ids count from 0, those of the warm-up come behind the others. */
const ask = (each: Case, n: number) =>
  caller.call(each, each.body(n < 0 ? changes - 1 - n : n), each.as);

const chosen = cases.filter(({ name, path }) =>
  `${name} ${path}`.includes(values.only),
);
await sendGuestsAway();
const cold = (await firstSync(caller)) / 1_000;
await using crowd = await caller.connectMembers(50);
for (const each of chosen) await measure(each);
const again = (await firstSync(caller)) / 1_000;
const syncMisses = Math.max(cold, again) > 2;
if (syncMisses) missed++;

console.log(`\n${machineLine(describeMachine(ownCheckout))}`);
console.log(
  `${database === "" ? "SQLite" : "PostgreSQL"}; ${crowd.size} members of the large group online\n`,
);
console.log(
  alignColumns([
    ["what", "route", "p50 ms", "p99 ms", "statements", "KB", "≤ 20 ms"],
    ...rows,
  ]),
);
console.log(
  `\nlogin and first sync of u0: ${cold.toFixed(2)} s by a server that was just started, ${again.toFixed(2)} s later (target 2 s: ${syncMisses ? "not reached" : "ok"})`,
);
process.exitCode = missed === 0 ? 0 : 1;
