import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";

import { ConfigSchema, environmentNames } from "./schema.ts";
import type { Config } from "./schema.ts";

/** A setting is wrong. The message names it and says what to do. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** One setting, found by walking the schema. */
export interface Setting {
  /** Its place in the file, like `multiLogin.policy`. */
  path: string;
  /** PARLEY_MULTI_LOGIN_POLICY. */
  variable: string;
  default: unknown;
  description: string;
  schema: SchemaNode;
}

interface SchemaNode {
  type?: string;
  properties?: Record<string, SchemaNode>;
  default?: unknown;
  description?: string;
  anyOf?: { const: unknown }[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  pattern?: string;
  items?: SchemaNode;
  /** Of a map: which names there may be, and what each holds. */
  propertyNames?: { enum: string[] };
  additionalProperties?: SchemaNode;
}

/** Every setting, in the order of the schema. */
export function listSettings(): Setting[] {
  const walk = (node: SchemaNode, path: string): Setting[] =>
    Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
      const at = path === "" ? key : `${path}.${key}`;
      return child.properties
        ? walk(child, at)
        : [
            {
              path: at,
              variable: environmentNames[at] ?? variableOf(at),
              default: child.default,
              description: child.description ?? "",
              schema: child,
            },
          ];
    });
  // TypeBox's type says nothing of a map's own schema.
  return walk(ConfigSchema as unknown as SchemaNode, "");
}

/** All of them as a table in Markdown: what --settings and README show. */
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

const variableOf = (path: string): string =>
  `PARLEY_${path
    .replaceAll(".", "_")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toUpperCase()}`;

export interface Sources {
  /** Path of a YAML file; it must exist. */
  file?: string | undefined;
  environment: Readonly<Record<string, string | undefined>>;
}

/** Looked for in the current folder when no file is named. */
const usualFile = "parley.yml";

/** Environment beats file beats default. Throws ConfigError. */
export async function loadConfig({
  file,
  environment,
}: Sources): Promise<Config> {
  const settings = listSettings();
  const found = file ?? (existsSync(usualFile) ? usualFile : undefined);
  const fromFile = found === undefined ? {} : await readFile(found, settings);
  const config: Record<string, unknown> = {};
  for (const { path, variable, schema, ...setting } of settings) {
    const text = environment[variable];
    const value =
      text !== undefined && text !== ""
        ? check(schema, parseText(schema, text), variable)
        : path in fromFile
          ? check(schema, fromFile[path], `${path} in ${found}`)
          : setting.default;
    place(config, path.split("."), value);
  }
  const loaded = config as unknown as Config;
  requireOwnSecret(loaded);
  requireS3(loaded);
  return loaded;
}

/** The values of a file by the paths of their settings. */
async function readFile(
  file: string,
  settings: readonly Setting[],
): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError(`cannot read ${file}: ${String(cause)}`);
  }
  // Only who has a file pays for the parser at start.
  const { isMap, isScalar, LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error) throw new ConfigError(`${file} is not YAML: ${error.message}`);
  const known = settings.map(({ path }) => path);
  const values: Record<string, unknown> = {};

  const walk = (node: unknown, path: string): void => {
    if (!isMap(node) || known.includes(path)) {
      values[path] = document.getIn(path.split("."), false);
      const value = values[path];
      if (value && typeof value === "object" && "toJSON" in value)
        values[path] = (value as { toJSON(): unknown }).toJSON();
      return;
    }
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : String(key);
      const at = path === "" ? name : `${path}.${name}`;
      if (!known.some((each) => each === at || each.startsWith(`${at}.`))) {
        const range = isScalar(key) ? key.range : undefined;
        const line = lines.linePos(range?.[0] ?? 0).line;
        throw new ConfigError(
          `${file} line ${line}: there is no setting '${at}', did you mean '${nearest(at, known)}'?`,
        );
      }
      walk(value, at);
    }
  };
  if (document.contents !== null) {
    if (!isMap(document.contents))
      throw new ConfigError(`${file} must hold settings, one per line`);
    walk(document.contents, "");
  }
  return values;
}

/** A variable's text as the value it stands for. */
function parseText(schema: SchemaNode, text: string): unknown {
  if (schema.type === "array")
    return text.split(",").map((each) => each.trim());
  if (schema.type === "object") return parseMap(text);
  if (schema.type === "boolean")
    return text === "true" ? true : text === "false" ? false : text;
  const isNumber =
    schema.type === "integer" ||
    schema.anyOf?.some((each) => typeof each.const === "number");
  return isNumber && /^-?\d+$/.test(text) ? Number(text) : text;
}

function parseMap(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // what is wrong with it is said later
  }
}

function check(schema: SchemaNode, value: unknown, where: string): unknown {
  const problem = problemOf(schema, value);
  if (problem === undefined) return value;
  // Secrets stay out of messages.
  const shown = /secret|url/i.test(where) ? "" : ` ${JSON.stringify(value)}`;
  throw new ConfigError(`${where}:${shown} ${problem}`);
}

function problemOf(schema: SchemaNode, value: unknown): string | undefined {
  if (schema.anyOf) {
    const allowed = schema.anyOf.map((each) => each.const);
    return allowed.includes(value)
      ? undefined
      : `is none of ${allowed.join(", ")}`;
  }
  const { minimum = -Infinity, maximum = Infinity, minLength = 0 } = schema;
  switch (schema.type) {
    case "string":
      if (typeof value !== "string") return "is not text";
      if (value.length < minLength) return "must not be empty";
      return schema.pattern && !new RegExp(schema.pattern).test(value)
        ? "has not the form it must have"
        : undefined;
    case "integer":
      return Number.isInteger(value) &&
        (value as number) >= minimum &&
        (value as number) <= maximum
        ? undefined
        : `is not a whole number${Number.isFinite(maximum) ? ` from ${minimum} to ${maximum}` : ` of ${minimum} or more`}`;
    case "boolean":
      return typeof value === "boolean" ? undefined : "is not true or false";
    case "array": {
      if (!Array.isArray(value)) return "is not a list";
      const item = schema.items ?? {};
      return value
        .map((each) => problemOf(item, each))
        .find((problem) => problem !== undefined);
    }
    case "object":
      return problemOfMap(schema, value);
    default:
      return undefined;
  }
}

/** Of a map with known names, or of one of its entries. */
function problemOfMap(schema: SchemaNode, value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return "is not a map";
  const { propertyNames, additionalProperties, properties = {} } = schema;
  const known = propertyNames?.enum ?? Object.keys(properties);
  for (const [name, entry] of Object.entries(value)) {
    if (!known.includes(name))
      return `has '${name}', did you mean '${nearest(name, known)}'?`;
    const problem = problemOf(
      properties[name] ?? additionalProperties ?? {},
      entry,
    );
    if (problem !== undefined) return `has '${name}', which ${problem}`;
  }
  return undefined;
}

function place(
  target: Record<string, unknown>,
  [key = "", ...rest]: string[],
  value: unknown,
): void {
  if (rest.length === 0) target[key] = value;
  else place((target[key] ??= {}) as Record<string, unknown>, rest, value);
}

/** Everyone knows the default secret, so it must not be reachable. */
function requireOwnSecret({ secret, listen }: Config): void {
  const isLoopback =
    listen === "localhost" ||
    listen === "::1" ||
    (isIP(listen) === 4 && listen.startsWith("127."));
  if (secret !== "openIM123" || isLoopback) return;
  throw new ConfigError(
    `the default secret works on loopback only, and listen is ${listen}: set PARLEY_SECRET to a long random text, for instance the output of: openssl rand -hex 32`,
  );
}

function requireS3({ objects: { store, s3 } }: Config): void {
  const needed = ["endpoint", "accessKeyID", "secretAccessKey"] as const;
  const missing = needed.filter((name) => s3[name] === "");
  if (store === "disk" || missing.length === 0) return;
  throw new ConfigError(
    `objects.store is s3, so these must be set: ${missing.map((name) => `objects.s3.${name}`).join(", ")}`,
  );
}

/** The known name with the fewest letters to change. */
function nearest(name: string, known: readonly string[]): string {
  const scored = known.map((each) => ({ each, cost: distance(name, each) }));
  return scored.reduce((a, b) => (b.cost < a.cost ? b : a)).each;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, x] of [...a].entries())
    row = [...b].reduce(
      (next, y, j) => [
        ...next,
        Math.min(
          (row[j + 1] ?? 0) + 1,
          (next[j] ?? 0) + 1,
          (row[j] ?? 0) + (x.toLowerCase() === y.toLowerCase() ? 0 : 1),
        ),
      ],
      [i + 1],
    );
  return row.at(-1) ?? 0;
}
