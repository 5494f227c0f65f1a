import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { ConfigError, requireNotMeant } from "./check.ts";
import { fieldsOf, listOpenIMFiles, readConfigFile } from "./openim-files.ts";
import type { OpenIMService } from "./openim-files.ts";
import { keyAsWritten, keysWithoutEffect } from "./openim-keys.ts";
import { valueAt } from "./paths.ts";

/** One setting that OpenIM's configuration says, and where. */
export interface FromOpenIM {
  value: unknown;
  /** The key there and its file, for whoever has to mend it. */
  where: string;
}

/** Prefixes of environment variables. */
const variablePrefixes = { server: "IMENV", chat: "CHATENV" } as const;

/**
 * The IM administrator that the chat service acts as; the IM server may have
 * several.
 */
const adminField = "OpenIM.AdminUserID";

/** OpenIM reads it, and goes by a number of its own. */
const ignored = new Set(["limits.frameBytes"]);

/**
 * The settings that OpenIM's own configuration folder says, or that of its chat
 * service, by our paths, with its variables, IMENV_ or CHATENV_ (docs/from-openim.md).
 * Files that are missing are passed
 * over, and so is what means nothing here: `passOver` hears of it, file by
 * file; without keys the whole file is meant. Throws ConfigError.
 */
export async function readOpenIMFolder(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
  passOver: (file: string, keys: readonly string[]) => void = () => undefined,
): Promise<Map<string, FromOpenIM>> {
  const found = existsSync(folder) ? readdirSync(folder) : [];
  if (!found.includes("share.yml"))
    throw new ConfigError(
      `${folder} is not a configuration folder of OpenIM: it has no share.yml`,
    );
  const isChat = found.some((name) => /^chat-(api|rpc)-/.test(name));
  const service: OpenIMService = isChat ? "chat" : "server";
  const { parse } = await import("yaml");
  const settings = new Map<string, FromOpenIM>();
  const variableOf = (name: string, key = ""): string =>
    `${variablePrefixes[service]}_${name.replace(/\.yml$/, "").replaceAll("-", "_")}_${key.replaceAll(".", "_")}`.toUpperCase();
  /** Begin the names of variables of files that are not read. */
  const unread = found
    .filter((name) => !listOpenIMFiles(service).includes(name))
    .map((name) => variableOf(name));
  const replaceable: string[] = [];
  const effective: string[] = [];
  for (const name of listOpenIMFiles(service)) {
    const file = path.join(folder, name);
    if (!existsSync(file)) continue;
    let content: unknown;
    try {
      content = parse(readFileSync(file, "utf8"));
    } catch (error) {
      throw new ConfigError(
        `${file} is not YAML: ${(error as Error).message.split("\n")[0]}`,
      );
    }
    if (content === null || content === undefined) continue;
    if (typeof content !== "object" || Array.isArray(content))
      throw new ConfigError(`${file} must contain settings, one per line`);
    const allFields = Object.keys(fieldsOf(name, service));
    if (isChat && name === "share.yml") allFields.push(adminField);
    requireSections(content, allFields, file);
    replaceable.push(...keysBelow(content).map((key) => variableOf(name, key)));
    effective.push(...allFields.map((key) => variableOf(name, key)));
    const overridden = override(
      content,
      `${variablePrefixes[service]}_${name.replace(/\.yml$/, "").replaceAll("-", "_")}`,
      environment,
    ) as Record<string, unknown>;
    const fields = Object.entries(fieldsOf(name, service)).filter(
      // Two processes of OpenIM's say where they listen: the API's word counts.
      ([, at]) => !ignored.has(at) && !settings.has(at),
    );
    for (const [at, value] of readConfigFile(name, overridden, service) ?? []) {
      const named = fields.filter(([, each]) => each === at);
      // A key without a value is as good as none.
      if (named.length === 0 || value === null) continue;
      // For a longer list the message names the entry.
      const [[field] = [""], ...others] = named;
      const key =
        others.length > 0 ? undefined : keyAsWritten(overridden, field);
      settings.set(at, {
        value,
        where: key === undefined ? file : `${key} in ${file}`,
      });
    }
    const names = fields.map(([field]) => field);
    if (isChat && name === "share.yml") {
      const key = keyAsWritten(overridden, adminField);
      const value = key && valueAt(overridden, key);
      if (value) {
        const where = `${key} in ${file}`;
        settings.set("adminUserIDs", { value: [value], where });
      }
      names.push(adminField);
    }
    const rest = keysWithoutEffect(overridden, names);
    if (rest.length > 0) passOver(name, names.length > 0 ? rest : []);
  }
  for (const [name, value] of Object.entries(environment))
    if (
      value &&
      name.startsWith(`${variablePrefixes[service]}_`) &&
      ![...replaceable, ...effective].includes(name) &&
      !unread.some((beginning) => name.startsWith(beginning))
    )
      requireNotMeant(name, effective);
  resolveFile(settings, folder, "push.fcm.filePath");
  return settings;
}

/** A value where settings belong would be passed over. Throws ConfigError. */
function requireSections(
  content: object,
  fields: readonly string[],
  file: string,
): void {
  for (const field of fields) {
    const names = field.split(".");
    for (let depth = 1; depth < names.length; depth++) {
      const key = keyAsWritten(content, names.slice(0, depth).join("."));
      const value: unknown = key === undefined ? null : valueAt(content, key);
      if (
        value === null ||
        (typeof value === "object" && !Array.isArray(value))
      )
        continue;
      throw new ConfigError(
        `${key} in ${file} is a section: write its settings below it, such as ${field}`,
      );
    }
  }
}

/** Paths of all that is no section. */
function keysBelow(value: unknown, prefix = ""): string[] {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, each]) =>
        keysBelow(each, prefix === "" ? key : `${prefix}.${key}`),
      )
    : [prefix];
}

/** If several folders set a value, the first one wins. */
export async function readOpenIMFolders(
  folders: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  passOver?: (file: string, keys: readonly string[]) => void,
): Promise<Map<string, FromOpenIM>> {
  const settings = new Map<string, FromOpenIM>();
  for (const folder of folders)
    for (const [at, said] of await readOpenIMFolder(
      folder,
      environment,
      passOver &&
        ((name, keys) =>
          passOver(folders.length > 1 ? path.join(folder, name) : name, keys)),
    ))
      if (!settings.has(at)) settings.set(at, said);
  return settings;
}

/** Paths in OpenIM's files begin at their folder. */
function resolveFile(
  settings: Map<string, FromOpenIM>,
  folder: string,
  at: string,
): void {
  const said = settings.get(at);
  if (typeof said?.value === "string" && said.value !== "")
    settings.set(at, { ...said, value: path.resolve(folder, said.value) });
}

/**
 * Values that a variable replaces, named for the way to them. As with OpenIM
 * only keys that are there can be replaced, and an empty variable is none.
 */
function override(
  value: unknown,
  variable: string,
  environment: Readonly<Record<string, string | undefined>>,
): unknown {
  if (value !== null && typeof value === "object" && !Array.isArray(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        key,
        override(each, `${variable}_${key}`, environment),
      ]),
    );
  const text = environment[variable.toUpperCase()];
  return text === undefined || text === "" ? value : readLike(value, text);
}

/** The text as a value of the kind that it replaces. */
function readLike(value: unknown, text: string): unknown {
  if (Array.isArray(value))
    return text.split(",").map((each) => readLike(value[0], each.trim()));
  if (typeof value === "number" && /^-?\d+(\.\d+)?$/.test(text))
    return Number(text);
  if (typeof value === "boolean" && /^(true|false)$/i.test(text))
    return text.toLowerCase() === "true";
  return text;
}
