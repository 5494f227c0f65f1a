import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { Cron } from "croner";

import { codeProblem } from "./accounts-settings.ts";
import { blockListOf } from "./address-ranges.ts";
import { check, ConfigError, requireNotMeant } from "./check.ts";
import { openAddressOf } from "./listening.ts";
import { readOpenIMFolders } from "./openim-folder.ts";
import type { FromOpenIM } from "./openim-folder.ts";
import { readBusURL } from "./bus-url.ts";
import { place } from "./paths.ts";
import { readSettingsFile } from "./settings-file.ts";
import { pushProblem } from "./push-settings.ts";
import { defaultSecret } from "./schema.ts";
import type { Config } from "./schema.ts";
import { listSettings } from "./settings.ts";
import type { SchemaNode } from "./setting-types.ts";
import type { Setting } from "./settings.ts";

/** All of them as a table in Markdown: what --settings and docs/configuration.md show. */
export function renderSettings(): string {
  const rows = listSettings().map(
    ({ path, variable, default: value, description }) =>
      `| \`${path}\` | \`${variable}\` | \`${JSON.stringify(value)}\` | ${description} |`,
  );
  return [
    "| setting | variable | default | meaning |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

export interface Sources {
  /** Path of a YAML file; it must exist. */
  file?: string | undefined;
  /** Folders of OpenIM's own configuration files, and of its chat service's. */
  openIMFolders?: readonly string[] | undefined;
  environment: Readonly<Record<string, string | undefined>>;
  /** Called with the keys in OpenIM's folder that have no effect. */
  passOver?: (file: string, keys: readonly string[]) => void;
}

/** Looked for in the current folder when no file is named. */
const usualFile = "parley.yml";

/**
 * Environment beats file beats OpenIM's folder beats default. Throws
 * ConfigError.
 */
export async function loadConfig({
  file,
  openIMFolders,
  environment,
  passOver,
}: Sources): Promise<Config> {
  const settings = listSettings();
  requireNoTypo(environment, settings);
  const found = file ?? (existsSync(usualFile) ? usualFile : undefined);
  const fromFile =
    found === undefined ? {} : await readSettingsFile(found, settings);
  const fromOpenIM = openIMFolders?.length
    ? await readOpenIMFolders(openIMFolders, environment, passOver)
    : new Map<string, FromOpenIM>();
  const config: Record<string, unknown> = {};
  for (const { path, variable, schema, ...setting } of settings) {
    const text = environment[variable];
    const openIM = fromOpenIM.get(path);
    const value =
      text !== undefined && text !== ""
        ? check(schema, parseText(schema, text, variable), variable)
        : path in fromFile
          ? check(schema, fromFile[path], `${path} in ${found}`)
          : openIM
            ? check(schema, openIM.value, `${openIM.where} (our ${path})`)
            : setting.default;
    place(config, path.split("."), value);
  }
  const loaded = config as unknown as Config;
  findKeys(loaded, found === undefined ? "." : dirname(found));
  return requireSense(loaded);
}

/** Files of keys lie where the settings do. */
function findKeys({ push: { fcm, apns } }: Config, folder: string): void {
  if (fcm.filePath !== "") fcm.filePath = resolve(folder, fcm.filePath);
  if (apns.keyPath !== "") apns.keyPath = resolve(folder, apns.keyPath);
}

/** Some settings need others. Throws ConfigError. */
export function requireSense(config: Config): Config {
  requireOwnSecret(config);
  requireOwnPorts(config);
  requireS3(config);
  requireCluster(config);
  requireSchedule(config);
  requireRanges(config);
  const problem =
    pushProblem(config.push) ??
    codeProblem(config.accounts, openAddressOf(config) === undefined);
  if (problem !== undefined) throw new ConfigError(problem);
  return config;
}

/** A variable's text as the value it stands for. */
function parseText(
  schema: SchemaNode,
  text: string,
  variable: string,
): unknown {
  if (schema.type === "array")
    return text.split(",").map((each) => each.trim());
  if (schema.type === "object") return parseMap(text, variable);
  if (schema.type === "boolean")
    return text === "true" ? true : text === "false" ? false : text;
  const isNumber =
    schema.type === "integer" ||
    schema.anyOf?.some((each) => typeof each.const === "number");
  return isNumber && /^-?\d+$/.test(text) ? Number(text) : text;
}

function parseMap(text: string, variable: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ConfigError(
      `${variable} is not JSON, like {"name": {"enable": true}}`,
    );
  }
}

/** Shorter ones are guessed, or found from a token by trying. */
const shortestSecret = 16;

/**
 * Refuses a secret that everybody knows or can guess on an address that others
 * reach.
 */
function requireOwnSecret(config: Config): void {
  const { secret, accounts } = config;
  const open = openAddressOf(config);
  if (open === undefined) return;
  if (accounts.secret === "chat123")
    throw new ConfigError(
      `accounts.secret is the publicly known default of OpenIM's chat service, and ${open}: set PARLEY_ACCOUNTS_SECRET to a long random text`,
    );
  if (secret === defaultSecret)
    throw new ConfigError(
      `the default secret works on loopback only, and ${open}: set PARLEY_SECRET to a long random text, for instance the output of: openssl rand -hex 32`,
    );
  for (const [name, value] of [
    ["secret", secret],
    ["accounts.secret", accounts.secret],
  ] as const)
    if (value !== "" && value.length < shortestSecret)
      throw new ConfigError(
        `${name} has ${value.length} characters, and ${open}: it needs ${shortestSecret} at least, for instance the output of: openssl rand -hex 32`,
      );
}

function requireOwnPorts({ apiPort, wsPort, accounts, agents }: Config): void {
  const ports = Object.entries({
    apiPort,
    wsPort,
    ...(accounts.enable && {
      "accounts.port": accounts.port,
      "accounts.adminPort": accounts.adminPort,
      ...(agents.enable && { "agents.port": agents.port }),
    }),
  });
  for (const [i, [name, port]] of ports.entries()) {
    const other = ports.slice(0, i).find(([, each]) => each === port);
    if (port !== 0 && other)
      throw new ConfigError(
        `${other[0]} and ${name} are both ${port}: each needs a port of its own`,
      );
  }
}

/** Variables that are no settings. */
const otherVariables = ["PARLEY_CONFIG", "PARLEY_OPENIM_CONFIG"];

/** Variables that Kubernetes sets for a service of that name are not typos. */
function requireNoTypo(
  environment: Sources["environment"],
  settings: readonly Setting[],
): void {
  const known = [
    ...settings.map(({ variable }) => variable),
    ...otherVariables,
  ];
  for (const [name, value] of Object.entries(environment)) {
    if (!/^parley_/i.test(name) || !value || known.includes(name)) continue;
    if (clusterNames.test(name)) continue;
    requireNotMeant(name, known);
  }
}

/** Kubernetes names them for the service. */
const clusterNames = /_SERVICE_(HOST|PORT)|_PORT_\d+_|^PARLEY_PORT$/;

function requireS3({ objects: { store, s3 } }: Config): void {
  const needed = ["endpoint", "accessKeyID", "secretAccessKey"] as const;
  const missing = needed.filter((name) => s3[name] === "");
  if (store === "disk" || missing.length === 0) return;
  throw new ConfigError(
    `objects.store is s3, so these must be set: ${missing.map((name) => `objects.s3.${name}`).join(", ")}`,
  );
}

/** Whatever nodes share must lie where all of them reach it. */
function requireCluster({ busURL, databaseURL, objects }: Config): void {
  if (busURL === "") return;
  try {
    readBusURL(busURL);
  } catch (error) {
    throw new ConfigError(`busURL ${(error as Error).message}`);
  }
  if (databaseURL === "")
    throw new ConfigError(
      "busURL makes this a node of a cluster, and the data of a cluster is in PostgreSQL: set PARLEY_DATABASE_URL, or take PARLEY_BUS_URL away",
    );
  if (objects.store !== "s3")
    throw new ConfigError(
      "busURL makes this a node of a cluster, and files in a node's data folder would be out of reach of the others: set objects.store to s3, with objects.s3.endpoint, accessKeyID and secretAccessKey",
    );
}

function requireSchedule({ cron: { executeTime } }: Config): void {
  if (executeTime === "") return;
  try {
    new Cron(executeTime, { mode: "5-part", paused: true });
  } catch {
    throw new ConfigError(
      `cron.executeTime '${executeTime}' is not a schedule: it needs minute, hour, day, month and weekday, like '0 2 * * *'`,
    );
  }
}

function requireRanges({ rateLimiter: { trustedProxies } }: Config): void {
  try {
    blockListOf(trustedProxies);
  } catch (error) {
    throw new ConfigError(
      `rateLimiter.trustedProxies: ${(error as Error).message}`,
    );
  }
}
