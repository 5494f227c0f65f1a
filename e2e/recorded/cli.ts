// Replays recordings against a server that runs already.
import path from "node:path";
import { parseArgs } from "node:util";

import { startHookReceiver } from "./hooks.ts";
import { brief } from "./json.ts";
import { createReplayer } from "./replay.ts";
import type { Verdict } from "./replay.ts";
import { describeFailures, isPassed } from "./report.ts";
import { dataFolder, listFiles, loadScenario, needsHooks } from "./scenario.ts";
import { defaultTarget } from "./target.ts";

const usage = `Replays recorded conversations with OpenIM against a server, and shows where its
answers differ.

Usage: cli.ts [options] [FILE|FOLDER …]

Files and folders are those of data/ or elsewhere; default: all of data/rest and
data/gateway.

  --api URL         the REST API (${defaultTarget.api})
  --ws URL          the gateway (${defaultTarget.ws})
  --chat URL        the chat service (${defaultTarget.chat})
  --chat-admin URL  its administration (${defaultTarget.chatAdmin})
  --secret TEXT     for administrators' tokens (${defaultTarget.secret})
  --admin ID        the administrator (${defaultTarget.admin})
  --chat-admin-account NAME   that of chat (${defaultTarget.chatAdminAccount})
  --with NAME       also run files that need this configuration, e.g. policy-4
  --listen PORT     hear webhooks there; one file after another
  --only TEXT       only files with TEXT in their name or title
  --jobs N          N files at a time (default 1)
  --verbose         also tell of steps that pass and of keys beyond a recording
  --help            this text

Exit code: 0 if nothing differs.
`;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    api: { type: "string", default: defaultTarget.api },
    ws: { type: "string", default: defaultTarget.ws },
    chat: { type: "string", default: defaultTarget.chat },
    "chat-admin": { type: "string", default: defaultTarget.chatAdmin },
    secret: { type: "string", default: defaultTarget.secret },
    admin: { type: "string", default: defaultTarget.admin },
    "chat-admin-account": {
      type: "string",
      default: defaultTarget.chatAdminAccount,
    },
    with: { type: "string" },
    listen: { type: "string" },
    only: { type: "string", default: "" },
    jobs: { type: "string", default: "1" },
    verbose: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (flags.help) {
  console.log(usage);
  process.exit(0);
}

const hooks =
  flags.listen === undefined
    ? undefined
    : await startHookReceiver(Number(flags.listen));
const replay = createReplayer({
  api: flags.api,
  ws: flags.ws,
  chat: flags.chat,
  chatAdmin: flags["chat-admin"],
  secret: flags.secret,
  admin: flags.admin,
  chatAdminAccount: flags["chat-admin-account"],
  patienceSeconds: defaultTarget.patienceSeconds,
  hooks,
});

let passed = 0;
let failed = 0;
let extras = 0;

const queue = (positionals.length > 0 ? positionals : ["rest", "gateway"])
  .flatMap((place) => [place, path.join(dataFolder, place)].flatMap(listFiles))
  .filter((file, index, files) => files.indexOf(file) === index);
const jobs = hooks ? 1 : Number(flags.jobs);
await Promise.all(
  Array.from({ length: jobs }, async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift())
      await replayFile(file);
  }),
);
console.log(`${extras} keys beyond the recording`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

async function replayFile(file: string): Promise<void> {
  const scenario = loadScenario(file);
  if (!scenario) return;
  const title = `${scenario.name}: ${scenario.title}`;
  if (!title.includes(flags.only)) return;
  if (scenario.needs && scenario.needs !== flags.with)
    return console.log(`left out ${title} (needs ${scenario.needs})`);
  if (needsHooks(scenario) && !hooks)
    return console.log(`left out ${title} (needs --listen)`);
  report(await replay(scenario));
}

function report(verdict: Verdict): void {
  const { scenario, results, errors } = verdict;
  const title = `${scenario.name}: ${scenario.title}`;
  for (const result of results) {
    if (isPassed(result)) passed++;
    else failed++;
    extras += result.extras.length;
    if (!flags.verbose) continue;
    const step = `${title} #${result.step} ${result.what}`;
    for (const { at, got } of result.extras)
      console.log(`  extra ${step}: ${at} = ${brief(got)}`);
    if (isPassed(result)) console.log(`ok ${step}`);
  }
  failed += errors.length;
  for (const line of describeFailures(verdict)) console.log(line);
}
