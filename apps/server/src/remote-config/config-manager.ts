import { isDeepStrictEqual } from "node:util";

import { errors } from "@parley/protocol/errors";
import { imSettings } from "@parley/protocol/methods/settings";
import type { Kysely } from "kysely";

import { check, ConfigError, unlike } from "../config/check.ts";
import { requireSense } from "../config/load.ts";
import {
  isSecret,
  readConfigFile,
  renderConfigFile,
  withoutSecrets,
} from "../config/openim-files.ts";
import type { OpenIMService } from "../config/openim-files.ts";
import { place, valueAt } from "../config/paths.ts";
import type { Config } from "../config/schema.ts";
import { listSettings } from "../config/settings.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";

/** A file's name, and its text as JSON. */
export interface ConfigFile {
  name: string;
  text: string;
}

/** Settings that administrators set over REST, as they are stored. */
interface Stored {
  /** Off: what was set waits. */
  enable: boolean;
  /** Values by path of the setting. */
  values: Record<string, unknown>;
}

/**
 * Settings that administrators change over REST. They beat variables and file
 * from the next start on, so a change restarts the server, as it does with
 * OpenIM's configuration centre (docs/from-openim.md).
 */
export interface ConfigManager {
  isEnabled(): Promise<boolean>;
  enable(on: boolean): Promise<void>;
  /**
   * Takes the text of a file as get_config answers it, or a part of one. What
   * is masked there stays as it is. Throws 1001, which names the setting.
   */
  set(fileName: string, text: string): Promise<void>;
  /** The same for several files of one of OpenIM's services: all or none. */
  setAll(files: readonly ConfigFile[], service: OpenIMService): Promise<void>;
  /** Back to what variables and file say. */
  reset(): Promise<void>;
  /**
   * Restarts the server with the file as it is now. Throws 500 if it could not
   * start with it.
   */
  restart(): Promise<void>;
}

export interface ConfigManagerDeps {
  db: Kysely<Schema>;
  transact: Transact;
  /** The settings in effect. */
  config: Config;
  /**
   * Soon, so that whoever asked still gets the answer. Throws ConfigError if
   * it could not start again.
   */
  restart(): Promise<void>;
}

const key = "config_manager";

/** Addresses, secrets and places of data belong to who starts the process. */
const startOnly = new Set([
  "data",
  "databaseURL",
  "databaseWaitSeconds",
  "busURL",
  "listen",
  "apiPort",
  "wsPort",
  "configManager",
  // Also who may do everything, and what a code is that is right for all.
  "adminUserIDs",
  "adminNicknames",
  "accounts.enable",
  "accounts.port",
  "accounts.adminPort",
  "accounts.imAddress",
  "accounts.chatAdmin",
  "agents.enable",
  "agents.port",
  "agents.callbackAddresses",
  // Push providers prove the server's identity and read key files.
  "push.enable",
  "push.getui.pushUrl",
  "push.fcm.filePath",
  "push.fcm.authURL",
  "push.fcm.url",
  "push.jpush.pushURL",
  "push.apns.keyPath",
  "push.apns.url",
  "push.webPush.hosts",
  // Another place would have none of the files that there are.
  "objects.store",
]);
/**
 * Everything below them: which hosts we call with what proves who we are, where
 * codes go, and with what they are sent.
 */
const startOnlyBelow = [
  "objects.s3.",
  "accounts.verifyCode.phone.",
  "accounts.verifyCode.mail.",
];

const isStartOnly = (path: string): boolean =>
  startOnly.has(path) ||
  startOnlyBelow.some((begin) => path.startsWith(begin)) ||
  isSecret(path);

export function createConfigManager(deps: ConfigManagerDeps): ConfigManager {
  const { db, transact, config } = deps;

  async function restart(): Promise<void> {
    try {
      await deps.restart();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw errors.internal(`not restarted: ${error.message}`);
    }
  }

  async function change(to: (stored: Stored) => Stored): Promise<void> {
    const isChange = await transact(async ({ db }) => {
      const before = await readStored(db);
      const after = to(before);
      if (isDeepStrictEqual(before, after)) return false;
      const value = JSON.stringify(after);
      await db
        .insertInto("meta")
        .values({ key, value })
        .onConflict((row) => row.column("key").doUpdateSet({ value }))
        .execute();
      return before.enable || after.enable;
    });
    if (isChange) await restart();
  }

  async function setAll(
    files: readonly ConfigFile[],
    service: OpenIMService,
  ): Promise<void> {
    const changes = readChanges(config, files, service);
    if (changes.size === 0) return;
    await change(({ enable, values }) => ({
      enable,
      values: { ...values, ...Object.fromEntries(changes) },
    }));
  }

  return {
    isEnabled: async () => (await readStored(db)).enable,
    enable: (on) => change(({ values }) => ({ enable: on, values })),
    set: (name, text) => setAll([{ name, text }], "server"),
    setAll,
    reset: () => change(({ enable }) => ({ enable, values: {} })),
    restart,
  };
}

/**
 * The configuration with what administrators set; `warn` hears of a setting
 * that is none any more, or not what it must be, which is left out.
 */
export async function withStoredSettings(
  config: Config,
  db: Kysely<Schema>,
  warn: (message: string) => void,
): Promise<Config> {
  const { enable, values } = await readStored(db);
  if (!config.configManager || !enable) return config;
  let result = config;
  for (const [path, value] of Object.entries(values))
    try {
      requireKnown(path, value);
      result = requireSense(withSettings(result, [[path, value]]));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      warn(
        `a setting made over REST is left out: ${error.message}; ${imSettings.ResetConfig.path} removes all of them`,
      );
    }
  return result;
}

async function readStored(db: Kysely<Schema>): Promise<Stored> {
  const row = await db
    .selectFrom("meta")
    .select("value")
    .where("key", "=", key)
    .executeTakeFirst();
  return row
    ? (JSON.parse(row.value) as Stored)
    : { enable: false, values: {} };
}

/** Returns the settings that differ from now, by path. Throws 1001. */
function readChanges(
  config: Config,
  files: readonly ConfigFile[],
  service: OpenIMService,
): Map<string, unknown> {
  const changes = new Map<string, unknown>();
  try {
    for (const file of files)
      for (const [path, value] of readFile(config, file, service))
        changes.set(path, value);
    requireSense(withSettings(config, changes));
  } catch (error) {
    if (error instanceof ConfigError) throw errors.args(error.message);
    throw error;
  }
  return changes;
}

/** Throws 1001 for a file that there is not, and ConfigError. */
function readFile(
  config: Config,
  file: ConfigFile,
  service: OpenIMService,
): Map<string, unknown> {
  const changes = new Map<string, unknown>();
  for (const [path, value] of parseFile(file, service)) {
    const shown = withoutSecrets(valueAt(config, path), path);
    if (isDeepStrictEqual(shown, value)) continue;
    requireKnown(path, value);
    if (isStartOnly(path))
      throw new ConfigError(
        `${path} can only be set in the environment or the settings file of the process`,
      );
    changes.set(path, value);
  }
  // Two spellings of one value are no change.
  const render = (settings: Config) =>
    renderConfigFile(settings, file.name, service);
  return render(withSettings(config, changes)) === render(config)
    ? new Map<string, unknown>()
    : changes;
}

/** The settings that a file names, by path. Throws 1001. */
export function parseFile(
  { name, text }: ConfigFile,
  service: OpenIMService,
): Map<string, unknown> {
  const settings = readConfigFile(name, parse(text), service);
  if (!settings) throw errors.args(`there is no file '${name}'`);
  return settings;
}

function parse(text: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw errors.args(`data is not JSON: ${(error as Error).message}`);
  }
  if (content === null || typeof content !== "object" || Array.isArray(content))
    throw errors.args("data is not a JSON object");
  return content as Record<string, unknown>;
}

/** Throws ConfigError. */
function requireKnown(path: string, value: unknown): void {
  const settings = listSettings();
  const setting = settings.find((each) => each.path === path);
  if (!setting) {
    const known = settings.map((each) => each.path);
    throw new ConfigError(
      `there is no setting '${path}', ${unlike(path, known)}`,
    );
  }
  check(setting.schema, value, path);
}

function withSettings(
  config: Config,
  settings: Iterable<readonly [path: string, value: unknown]>,
): Config {
  const copy = structuredClone(config);
  for (const [path, value] of settings) place(copy, path.split("."), value);
  return copy;
}
