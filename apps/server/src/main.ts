import { parseArgs } from "node:util";

import { startAccountsServer } from "./accounts-server.ts";
import type { AccountsServer } from "./accounts-server.ts";
import { commands, commandUsage, runCommand } from "./backup/commands.ts";
import { ConfigError } from "./config/check.ts";
import { loadConfig, renderSettings, requireSense } from "./config/load.ts";
import type { Sources } from "./config/load.ts";
import type { Config } from "./config/schema.ts";
import { createLog } from "./log.ts";
import { contentFile } from "./objects/disk-store.ts";
import { startServer } from "./server.ts";
import type { ParleyServer } from "./server.ts";
import { commit, version } from "./version.ts";

/** Documented in README: what a supervisor can tell from the exit code. */
const exitCodes = {
  ok: 0,
  startFailed: 1,
  broken: 70,
  badConfiguration: 78,
} as const;

const usage = `Parley ${version}: an instant-messaging server for OpenIM clients.

Usage: parley [COMMAND] [--config FILE]
${commandUsage}
  parley accounts          runs accounts, their administration and bots alone,
                           for the IM server at accounts.imAddress

Without a command it runs the server.

  --config FILE   settings in YAML (default: parley.yml here, if there is one;
                  PARLEY_CONFIG says the same)
  --openim-config FOLDER
                  settings from OpenIM's own files, where nothing else says
                  them; once more for those of its chat service
                  (PARLEY_OPENIM_CONFIG=FOLDER,FOLDER says the same)
  --settings      every setting, with its variable, default and meaning
  --version       the version
  --help          this text
`;

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        config: { type: "string" },
        "openim-config": { type: "string", multiple: true },
        settings: { type: "boolean" },
        version: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    const [reason] = (error as Error).message.split(". ");
    fail(exitCodes.badConfiguration, `parley: ${reason} (see parley --help)`);
  }
}

function fail(code: number, message: string): never {
  console.error(message);
  process.exit(code);
}

function banner(config: Config, server: ParleyServer | AccountsServer): string {
  const host = config.listen.includes(":")
    ? `[${config.listen}]`
    : config.listen;
  const shown = host === "0.0.0.0" || host === "[::]" ? "localhost" : host;
  const secret = config.secret === "openIM123" ? "openIM123" : "<your secret>";
  const chat = server.chat
    ? `
  Accounts   http://${shown}:${server.chat.port}
  Admin API  http://${shown}:${server.chat.adminPort}`
    : "";
  const bots = server.chat?.agents
    ? `
  Bots       http://${shown}:${server.chat.agents.port}`
    : "";
  if (!("apiPort" in server))
    return `
Parley ${version}, accounts alone, is ready.
${chat}${bots}
  IM server  ${config.accounts.imAddress}
  Data       ${server.storage}

  Ctrl-C stops it.
`;
  return `
Parley ${version} is ready.

  REST API   http://${shown}:${server.apiPort}
  WebSocket  ws://${shown}:${server.wsPort}${chat}${bots}
  Data       ${server.storage}

  An administrator's token:
    curl -s http://${shown}:${server.apiPort}/auth/get_admin_token -H 'operationID: 1' \\
      -d '{"secret":"${secret}","userID":"${config.adminUserIDs[0] ?? "imAdmin"}"}'

  Ctrl-C stops it.
`;
}

/** Not the server, but something about its data. */
async function runBeside(
  name: string,
  places: readonly string[],
  config: Config,
): Promise<void> {
  const command = commands.find((each) => each === name);
  if (!command)
    fail(
      exitCodes.badConfiguration,
      `parley: there is no command '${name}', only accounts, ${commands.join(", ")} (see parley --help)`,
    );
  try {
    process.exitCode = await runCommand(command, places, config, {
      print: (line) => console.log(line),
      fileOf: contentFile,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    fail(exitCodes.startFailed, `parley ${command}: ${reason}`);
  }
}

async function main(): Promise<void> {
  // What people write to each other is nobody's on this machine but ours.
  process.umask(0o077);
  const {
    values: options,
    positionals: [command, ...places],
  } = readArguments();
  if (options.help) return console.log(usage);
  if (options.version) return console.log(`parley ${version} (${commit})`);
  if (options.settings) return console.log(renderSettings());

  const sources = {
    file: options.config ?? process.env["PARLEY_CONFIG"],
    openIMFolders:
      options["openim-config"] ??
      process.env["PARLEY_OPENIM_CONFIG"]?.split(",").filter(Boolean),
    environment: process.env,
  };
  const passedOver: Record<string, readonly string[] | "all of it"> = {};
  const isAccounts = command === "accounts" && places.length === 0;
  /** Of one file that both processes share, this one wants the accounts. */
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
    return runBeside(command, places, config);
  const log = createLog(config.log.level);
  if (Object.keys(passedOver).length > 0)
    log.info(
      { passedOver },
      "what OpenIM's files say that has no effect here; docs/from-openim.md says why",
    );
  // A promise that nobody waits for must not end everybody's connections.
  process.on("unhandledRejection", (error) =>
    log.error({ err: error }, "an error that nobody handled"),
  );
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "stopping: what is in memory may be wrong");
    process.exit(exitCodes.broken);
  });

  const start = (given: Config): Promise<ParleyServer | AccountsServer> =>
    isAccounts
      ? startAccountsServer(given, log, restart)
      : startServer(given, log, restart);
  let server = await start(config);
  console.log(banner(config, server));

  /** What is being done to the server; then it may be restarted or stopped. */
  let change: Promise<void> | undefined;
  let isStopping = false;

  /** Throws ConfigError, and then the server goes on as it is. */
  async function restart(): Promise<void> {
    const next = await load(sources);
    change ??= replace(next).finally(() => (change = undefined));
  }

  async function replace(next: Config): Promise<void> {
    // Whoever asked for it gets an answer first.
    await Bun.sleep(200);
    if (isStopping) return;
    log.info("restarting");
    try {
      await server.close();
      server = await start(next);
      log.info("restarted");
    } catch (error) {
      log.fatal({ err: error }, "the restart failed");
      process.exit(exitCodes.startFailed);
    }
  }

  const stop = async (signal: string): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, "stopping");
    await change;
    await server.close();
  };
  for (const signal of ["SIGINT", "SIGTERM"])
    process.on(signal, () => {
      stop(signal).then(
        () => process.exit(exitCodes.ok),
        (error: unknown) => {
          log.error({ err: error }, "stopping failed");
          process.exit(exitCodes.startFailed);
        },
      );
    });
}

/** What to do about an error of the system, which does not say it. */
function hintFor(message: string): string {
  if (/EADDRINUSE|in use\?/i.test(message))
    return " (is another server on that port? set PARLEY_API_PORT, PARLEY_WS_PORT, PARLEY_ACCOUNTS_PORT, PARLEY_ACCOUNTS_ADMIN_PORT or PARLEY_AGENTS_PORT)";
  if (/, listen$|^getaddrinfo/.test(message))
    return " (PARLEY_LISTEN must be an address of this machine, or 0.0.0.0 for all)";
  if (/^permission denied .*:\d+$/.test(message))
    return " (ports below 1024 need a right of their own: set PARLEY_API_PORT or PARLEY_WS_PORT)";
  return "";
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError)
    fail(exitCodes.badConfiguration, `parley: ${error.message}`);
  const message = error instanceof Error ? error.message : String(error);
  fail(
    exitCodes.startFailed,
    `parley: cannot start: ${message}${hintFor(message)}`,
  );
});
