import { constants, hostname } from "node:os";

import { isHangupIgnored, watchParents } from "../../../scripts/parents.mjs";
import { createPasswords } from "./accounts/passwords.ts";
import { findAccount } from "./accounts/store.ts";
import { runAdministratorCommand } from "./administration/commands.ts";
import { runCommand } from "./backup/commands.ts";
import { runMove } from "./backup/move-command.ts";
import {
  readCommandLine,
  UsageError,
  usageOf,
} from "./command-line/commands.ts";
import type { Command, CommandLine } from "./command-line/commands.ts";
import { exitCodes } from "./command-line/exit-codes.ts";
import { startAccountsServer } from "./composition/accounts-server.ts";
import type { AccountsServer } from "./composition/accounts-server.ts";
import { addressesOf, banner } from "./composition/ready.ts";
import { migrations } from "./composition/migrations.ts";
import { startServer } from "./composition/server.ts";
import type { ParleyServer } from "./composition/server.ts";
import { ConfigError } from "./config/check.ts";
import { loadConfig, renderSettings, requireSense } from "./config/load.ts";
import type { Sources } from "./config/load.ts";
import type { Config } from "./config/schema.ts";
import { contentFile } from "./objects/disk-store.ts";
import { listNodes, renderNodes } from "./nodes/commands.ts";
import { drainNode, undrainNode } from "./nodes/drain-commands.ts";
import { openBeside } from "./storage/beside.ts";
import { DamagedDatabase } from "./storage/damage.ts";
import { commit, version } from "./version.ts";
import { announce, createLogger } from "./watching/logger.ts";

const print = (text: string): void => console.log(text);

function fail(code: number, message: string): never {
  console.error(message);
  process.exit(code);
}

async function administrate(
  { places: [action = "", account], isPasswordGiven }: CommandLine,
  config: Config,
): Promise<void> {
  const { data: dataFolder, databaseURL, adminUserIDs } = config;
  const [password] = isPasswordGiven
    ? (await Bun.stdin.text()).split(/\r?\n/)
    : [];
  const { db, change, close } = await openBeside({ dataFolder, databaseURL });
  try {
    await runAdministratorCommand(action, account, {
      db,
      change,
      passwords: createPasswords(),
      isUser: async (db, userID) =>
        (await findAccount(db, userID)) !== undefined,
      adminUserID: adminUserIDs[0] ?? "",
      password,
      print,
      now: Date.now,
    });
  } finally {
    await close();
  }
}

async function drainOrNot(
  command: "drain" | "undrain",
  { places: [which], share = 1, rate }: CommandLine,
  { data: dataFolder, databaseURL }: Config,
): Promise<void> {
  if (databaseURL === "")
    throw new Error(
      "an embedded database has no nodes, and its server has nowhere to send clients: stop it with SIGTERM; for a cluster name its database with PARLEY_DATABASE_URL",
    );
  const { close, ...beside } = await openBeside({ dataFolder, databaseURL });
  const deps = { ...beside, host: hostname(), print };
  try {
    if (command === "undrain") return await undrainNode(which, deps);
    const wish = { share, ...(rate !== undefined && { perSecond: rate }) };
    await drainNode(which, wish, deps);
  } finally {
    await close();
  }
}

async function showNodes(
  { isJSON }: CommandLine,
  { data: dataFolder, databaseURL }: Config,
): Promise<void> {
  if (databaseURL === "")
    throw new Error(
      "an embedded database has no nodes: name that of the cluster with PARLEY_DATABASE_URL",
    );
  const { db, close } = await openBeside({ dataFolder, databaseURL });
  try {
    const nodes = await listNodes(db);
    print(isJSON ? JSON.stringify(nodes, null, 2) : renderNodes(nodes));
  } finally {
    await close();
  }
}

/** Runs a command other than the server, such as backup. */
async function runBeside(
  command: Exclude<Command, "accounts" | "settings" | "version" | "help">,
  commandLine: CommandLine,
  config: Config,
): Promise<void> {
  const { places } = commandLine;
  try {
    if (command === "administrators")
      return await administrate(commandLine, config);
    if (command === "drain" || command === "undrain")
      return await drainOrNot(command, commandLine, config);
    if (command === "nodes") return await showNodes(commandLine, config);
    if (command === "migrate")
      return await runMove(commandLine, config, { print, migrations });
    process.exitCode = await runCommand(command, places, config, {
      print,
      fileOf: contentFile,
      migrations,
    });
  } catch (error) {
    const reason =
      error instanceof DamagedDatabase
        ? error.advice
        : error instanceof Error
          ? error.message
          : String(error);
    fail(exitCodes.startFailed, `parley ${command}: ${reason}`);
  }
}

async function main(): Promise<void> {
  // Files of the server are for its own user only.
  process.umask(0o077);
  const { PARLEY_LAUNCHER_PID: launcher } = process.env;
  const commandLine = readCommandLine(process.argv.slice(2));
  const { command, places } = commandLine;
  if (command === "help")
    return print(usageOf(places[0] as Command | undefined).trimEnd());
  if (command === "version") return print(`parley ${version} (${commit})`);
  if (command === "settings") return print(renderSettings());

  const sources = {
    file: commandLine.config ?? process.env["PARLEY_CONFIG"],
    openIMFolders:
      commandLine.openIMFolders ??
      process.env["PARLEY_OPENIM_CONFIG"]?.split(",").filter(Boolean),
    environment: process.env,
  };
  const passedOver: Record<string, readonly string[] | "all of it"> = {};
  const isAccounts = command === "accounts";
  /** Both processes may share one file; this one wants the accounts. */
  const load = async (given: Sources): Promise<Config> => {
    const config = await loadConfig(given);
    if (!isAccounts) return config;
    const accounts = { ...config.accounts, enable: true };
    return requireSense({ ...config, accounts });
  };
  const config = await load({
    ...sources,
    passOver: (name, keys) =>
      (passedOver[name] = keys.length > 0 ? keys : "all of it"),
  });
  if (command !== undefined && !isAccounts)
    return runBeside(command, commandLine, config);
  const logger = createLogger(config.log.level);
  /** Handles a signal; exits at once while there is no server to stop. */
  let leave = (): void => process.exit(exitCodes.stopped);
  const watchesParents = watchParents(
    () => leave(),
    launcher === undefined ? undefined : Number(launcher),
  );
  if (Object.keys(passedOver).length > 0)
    logger.info(
      { passedOver },
      "these keys of OpenIM's files have no effect; see docs/from-openim.md",
    );
  // A promise that nobody waits for must not end everybody's connections.
  process.on("unhandledRejection", (error) =>
    logger.error({ err: error }, "unhandled promise rejection"),
  );
  process.on("uncaughtException", (error) => {
    logger.fatal(
      { err: error },
      "stopping: uncaught exception, the state in memory may be wrong",
    );
    process.exit(exitCodes.internalError);
  });

  const start = (given: Config): Promise<ParleyServer | AccountsServer> =>
    isAccounts
      ? startAccountsServer(given, logger, restart)
      : startServer(given, logger, restart);
  let server = await start(config);

  /** The running restart or stop; the next one waits for it. */
  let change: Promise<void> | undefined;
  let isStopping = false;

  /** Throws ConfigError, and then the server goes on as it is. */
  async function restart(): Promise<void> {
    const next = await load(sources);
    change ??= replace(next).finally(() => (change = undefined));
  }

  async function replace(next: Config): Promise<void> {
    // The caller of the restart gets the answer first.
    await Bun.sleep(200);
    if (isStopping) return;
    logger.info("restarting");
    try {
      await server.close();
      server = await start(next);
      logger.info("restarted");
    } catch (error) {
      logger.fatal({ err: error }, "the restart failed");
      process.exit(exitCodes.startFailed);
    }
  }

  const leaving = new AbortController();
  let isLeaving = false;
  const stop = async (signal: string): Promise<void> => {
    const since = performance.now();
    logger.info({ signal }, "stopping");
    await change;
    if ("leave" in server) {
      isLeaving = true;
      await server.leave(leaving.signal);
      isLeaving = false;
    }
    await server.close();
    const tookMs = Math.round(performance.now() - since);
    announce(logger, { signal, tookMs }, "stopped");
  };
  /** The time of the first signal. */
  let stoppingSince: number | undefined;
  const askedToStop = (reason: string, exitCode: number): void => {
    if (stoppingSince !== undefined) {
      // A terminal's Ctrl-C comes twice through npm, which is one wish.
      if (performance.now() - stoppingSince < sameWishMs) return;
      if (isLeaving) {
        logger.warn(
          { signal: reason },
          "asked to stop again: draining no more",
        );
        isLeaving = false;
        stoppingSince = performance.now();
        return leaving.abort();
      }
      logger.warn({ signal: reason }, "asked to stop again: stopping at once");
      process.exit(exitCode);
    }
    stoppingSince = performance.now();
    isStopping = true;
    stop(reason).then(
      () => process.exit(exitCodes.stopped),
      (error: unknown) => {
        logger.error({ err: error }, "stopping failed");
        process.exit(exitCodes.startFailed);
      },
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    // nohup: the end of a terminal is not to be the server's.
    if (signal === "SIGHUP" && isHangupIgnored()) continue;
    process.on(signal, () =>
      askedToStop(signal, 128 + constants.signals[signal]),
    );
  }
  leave = () => askedToStop("end of its parent", exitCodes.stopped);
  // Whoever starts a server and then ends, once it is ready, takes it along.
  await watchesParents;
  const title = `Parley ${version}${isAccounts ? ", accounts alone," : ""} is ready.`;
  const addresses = addressesOf(config, server);
  // Without a terminal the log has JSON lines only.
  if (process.stdout.isTTY) print(banner(title, config, addresses));
  else announce(logger, { pid: process.pid, ...addresses }, title);
}

/** Two signals within it are one wish to stop. */
const sameWishMs = 300;

main().catch((error: unknown) => {
  if (error instanceof UsageError) fail(exitCodes.badSetting, error.message);
  if (error instanceof ConfigError)
    fail(exitCodes.badSetting, `parley: ${error.message}`);
  const message = error instanceof Error ? error.message : String(error);
  fail(exitCodes.startFailed, `parley: cannot start: ${message}`);
});
