// Replays what was recorded of OpenIM against Parley: one test for each file.
// PARLEY_TEST_DATABASE=sqlite or =postgres takes that database alone; without
// it, SQLite gets all files and PostgreSQL those of the default configuration.
import { afterAll, describe, expect, test } from "bun:test";
import { availableParallelism } from "node:os";

import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";

import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { settingsOf, tellsHooks } from "./configurations.ts";
import { readDisputes, settle } from "./expectations.ts";
import { startHookReceiver } from "./hooks.ts";
import type { HookReceiver } from "./hooks.ts";
import { createReplayer } from "./replay.ts";
import type { Replayer } from "./replay.ts";
import { describeFailures } from "./report.ts";
import { needsHooks } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";
import {
  configurationOf,
  isInScope,
  loadScenarios,
  oneByOne,
  schedule,
} from "./schedule.ts";
import { changeAll, covers, leftOut } from "./scope.ts";
import { createServers } from "./servers.ts";
import { defaultTarget } from "./target.ts";

type Database = "sqlite" | "postgres";

const only = process.env["PARLEY_TEST_DATABASE"] as Database | undefined;

const disputes = readDisputes();
const scenarios = loadScenarios();
const inScope = scenarios.filter(isInScope);

describe.concurrent("recorded, sqlite", () => {
  if (only !== "postgres") replayAll("sqlite", inScope);
});

describe.concurrent("recorded, postgres", () => {
  const isDefault = ({ needs }: Scenario) => needs === undefined;
  if (only === undefined) replayAll("postgres", inScope.filter(isDefault));
  if (only === "postgres") replayAll("postgres", inScope);
});

describe("the lists", () => {
  test("leave out every recording that no server of ours can replay", () => {
    const impossible = inScope.filter(
      (each) =>
        !settingsOf(configurationOf(each)) ||
        (needsHooks(each) && !tellsHooks(configurationOf(each))),
    );
    expect(impossible.map(({ name }) => name)).toEqual([]);
  });

  test("name recordings that there are", () => {
    const nothing = leftOut
      .flatMap(({ files }) => files)
      .concat([...changeAll])
      .filter((file) => !scenarios.some(({ name }) => covers(file, name)));
    expect(nothing).toEqual([]);
  });

  test("name disputed steps that there are and that are not left out", () => {
    for (const { file, step, reason } of disputes) {
      const scenario = scenarios.find(({ name }) => name === file);
      expect(scenario?.steps[step], `${file} #${step}`).toBeDefined();
      expect(scenario?.steps[step]?.skip).toBeUndefined();
      expect(reason).not.toBeEmpty();
    }
  });
});

function replayAll(database: Database, scenarios: readonly Scenario[]): void {
  for (const { scenario, server } of schedule(scenarios))
    test(`${scenario.name}: ${scenario.title}`, async () => {
      const { running, release } = await servers.take(`${database} ${server}`);
      try {
        const verdict = settle(await running.replay(scenario), disputes);
        const failures = describeFailures(verdict);
        if (failures.length === 0) return;
        throw new Error([...failures, ...whyGone(running.server)].join("\n"));
      } finally {
        release();
      }
    });
}

interface Running {
  readonly server: RunningServer;
  readonly replay: Replayer;
  readonly hooks: HookReceiver | undefined;
}

let postgres: Promise<EmbeddedPostgres> | undefined;

const servers = createServers<Running>({
  most: availableParallelism(),
  start(name) {
    const [database = "", configuration = ""] = name.split(" ");
    return start(database as Database, configuration);
  },
  async stop({ server, hooks }) {
    await server[Symbol.asyncDispose]();
    await hooks?.[Symbol.asyncDispose]();
  },
});

async function start(
  database: Database,
  configuration: string,
): Promise<Running> {
  const hooks = tellsHooks(configuration)
    ? await startHookReceiver()
    : undefined;
  const settings = settingsOf(configuration, hooks?.port);
  if (!settings) throw new Error(`no server can be ${configuration}`);
  const environment = {
    PARLEY_LOG_LEVEL: "warn",
    PARLEY_DATABASE_URL: database === "postgres" ? await createDatabase() : "",
    ...settings,
  };
  const server = await startServer({ environment });
  const { api, ws, chat, chatAdmin } = server;
  const replay = createReplayer({
    ...defaultTarget,
    api,
    ws,
    chat,
    chatAdmin,
    hooks,
  });
  return { server, replay: hooks ? oneByOne(replay) : replay, hooks };
}

/** Describes how a server ended and its last words. */
function whyGone({ process, logs }: RunningServer): string[] {
  const { exitCode, signalCode } = process;
  if (exitCode === null && signalCode === null) return [];
  return [
    `the server is gone: ${signalCode ?? `exit code ${exitCode}`}`,
    ...logs().split("\n").slice(-30),
  ];
}

async function createDatabase(): Promise<string> {
  return (await (postgres ??= startPostgres())).createDatabase();
}

afterAll(async () => {
  await servers.close();
  await (await postgres)?.stop();
  const left = scenarios.length - inScope.length;
  console.log(`${inScope.length} recordings in scope, ${left} left out`);
});
