// Kills a server again and again while people speak, at random points and amid
// what takes time, and checks what was acknowledged after each start.
//   npm run prove:durability -- [--kills 100] [--pairs 12] [--seed 1]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { readArguments, refuseArguments } from "../scripts/arguments.ts";

import { randomFrom } from "./random.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import {
  countdown,
  createPairs,
  sayAllAgain,
  speak,
  verifyPair,
} from "./speaking.ts";
import type { Pair } from "./speaking.ts";

const usage = `npm run prove:durability -- [options]

Kills a server again and again while people speak, and looks for what was
acknowledged after each start.

  --kills N   how often (default 100)
  --pairs N   of people who speak (default 12)
  --seed N    the same one, the same kills
  -h, --help  this text
`;
const { values } = readArguments(usage, {
  options: {
    kills: { type: "string", default: "100" },
    pairs: { type: "string", default: "12" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});

for (const [name, text] of Object.entries(values))
  if (!/^\d+$/.test(text))
    refuseArguments(`--${name} is a whole number, not ${text}`, usage);

const main = path.join(import.meta.dirname, "../apps/server/src/main.ts");
const random = randomFrom(Number(values.seed));
const below = (limit: number): number => Math.floor(random() * limit);
const places = mkdtempSync(path.join(tmpdir(), "parley-prove-"));

/** Rounds share a data folder until there is much to read again. */
const roundsPerFolder = 10;

interface Round {
  server: RunningServer;
  pairs: readonly Pair[];
  number: number;
}

/** Ends when the server should be killed, or has been. */
type Moment = (round: Round) => Promise<void>;

const moments: Record<string, Moment> = {
  async "amid messages"({ server, pairs }) {
    await spokenTo(server, pairs, 1 + below(1_500));
    await Bun.sleep(below(20));
  },
  async "amid a checkpoint"({ server, pairs }) {
    const speaking = speakAll(server, pairs);
    // Only a checkpoint writes to this file.
    await changed(path.join(server.dataFolder, "parley.db"));
    await Bun.sleep(below(4));
    void speaking;
  },
  async "amid a merge"({ server, pairs }) {
    const speaking = speakAll(server, pairs);
    let before = 0;
    for (;;) {
      const unmerged = await readUnmerged(server);
      // It goes down by parts.
      if (unmerged < before) break;
      before = unmerged;
    }
    await Bun.sleep(below(10));
    void speaking;
  },
  async "amid a backup"({ server, pairs, number }) {
    const speaking = speakAll(server, pairs);
    await Bun.sleep(below(200));
    const target = path.join(places, `backup-${number}`);
    const ended = parley(server.dataFolder, "backup", target);
    await Bun.sleep(150 + below(350));
    await server.kill();
    // It goes on without the server, and what has its name is whole.
    await ended;
    if (existsSync(target)) await requireVerified(target);
    rmSync(target, { recursive: true, force: true });
    void speaking;
  },
  async "amid a start"({ server, pairs }) {
    await spokenTo(server, pairs, 200 + below(1_500));
    await server.kill();
    await killWhileStarting(server, below(500));
  },
  async "amid the first start, which makes the tables"() {
    const dataFolder = mkdtempSync(path.join(places, "first-"));
    const server = await startServer({ dataFolder });
    await server.kill();
    rmSync(dataFolder, { recursive: true });
    const started = killWhileStarting(server, 100 + below(300));
    await started;
    await server.start();
    const pairs = await createPairs(server, 1);
    await spokenTo(server, pairs, 20);
    await server.stop();
    await requireVerified(dataFolder);
    rmSync(dataFolder, { recursive: true });
  },
};

/** Nobody waits for its end: that is the kill. */
function speakAll(
  server: RunningServer,
  pairs: readonly Pair[],
  acknowledged?: () => void,
): Promise<unknown> {
  return Promise.allSettled(
    pairs.map((pair) =>
      speak(server, pair, {
        window: 8,
        ...(acknowledged && { acknowledged }),
      }),
    ),
  );
}

async function spokenTo(
  server: RunningServer,
  pairs: readonly Pair[],
  count: number,
): Promise<void> {
  const enough = countdown(count);
  void speakAll(server, pairs, enough.step);
  await enough.reached;
}

async function changed(file: string): Promise<void> {
  const watcher = watch(file);
  await once(watcher, "change");
  watcher.close();
}

async function readUnmerged({ api }: RunningServer): Promise<number> {
  const text = await (await fetch(`${api}/metrics`)).text();
  return Number(/^parley_log_unmerged (\d+)/m.exec(text)?.[1] ?? 0);
}

async function killWhileStarting(
  server: RunningServer,
  afterMs: number,
): Promise<void> {
  const starting = server.start().catch(() => undefined);
  await Bun.sleep(afterMs);
  await server.kill();
  await starting;
}

async function parley(dataFolder: string, ...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env["PATH"], PARLEY_DATA: dataFolder },
  });
  let said = "";
  const keep = (chunk: Buffer) => (said += chunk.toString());
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, said };
}

async function requireVerified(dataFolder: string): Promise<void> {
  const { code, said } = await parley(dataFolder, "verify");
  if (code !== 0) throw new Error(`parley verify ends with ${code}:\n${said}`);
}

async function prove(kills: number): Promise<void> {
  const names = Object.keys(moments);
  const killed = new Map<string, number>();
  let [done, acked, unanswered] = [0, 0, 0];
  while (done < kills) {
    await using server = await startServer();
    const pairs = await createPairs(server, Number(values.pairs));
    for (let i = 0; i < roundsPerFolder && done < kills; i++, done++) {
      const name = names[done % names.length] ?? "";
      await moments[name]?.({ server, pairs, number: done });
      await server.kill();
      await server.start();
      for (const pair of pairs) await verifyPair(server, pair);
      killed.set(name, (killed.get(name) ?? 0) + 1);
    }
    for (const pair of pairs) {
      acked += pair.acked.size;
      unanswered += pair.said - pair.acked.size;
      await sayAllAgain(server, pair);
    }
    await server.stop();
    await requireVerified(server.dataFolder);
    console.log(`${done} kills, ${acked} messages acknowledged`);
  }
  for (const [name, count] of killed) console.log(`  ${count} ${name}`);
  console.log(
    `Nothing that was acknowledged was lost, doubled or reordered; ${unanswered} messages without an answer were sent again, and are there once (seed ${values.seed}).`,
  );
}

try {
  await prove(Number(values.kills));
} catch (error) {
  console.error(`with seed ${values.seed}:`, error);
  process.exitCode = 1;
} finally {
  rmSync(places, { recursive: true, force: true });
}
