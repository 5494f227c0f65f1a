// Who may import whom, as an ESLint rule.
//
//   packages/protocol         nothing of ours
//   packages/sdk              @parley/protocol
//   apps/server/src           @parley/protocol, and:
//     <machinery>/              machinery that comes before it in the list
//     <domain>/                 all machinery, and types of domains before it
//     composition/, main.ts     everything: these put the parts together
//     version.ts, source-url.ts are there for all of them
//   apps/server/testing       everything: kits of tests put parts together as
//                             composition/ does; the product imports none of it
//
// Types count like values: a type that comes from above ties the folders
// together as much. A domain that needs another one asks for a function, and
// composition/ supplies it.
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Folders of apps/server/src that know no feature, from the bottom to the top. */
export const machinery = [
  "pace",
  "tokens",
  "watching",
  "config",
  "http",
  "storage",
  "bus",
  "nodes",
  "follow-ups",
  "im-client",
  "gateway",
  "delivery",
  "message-log",
  "notifications",
  "jobs",
  "feature",
  "command-line",
];

/**
 * Domains that others know. Each knows only those before it, by their types.
 * A folder that is in neither list is a feature that no other folder knows: it
 * stands after all of these.
 */
export const domains = [
  "remote-config",
  "backup",
  "client-logs",
  "statistics",
  "docs",
  "deletion",
  "auth",
  "users",
  "friends",
  "conversations",
  "groups",
  "messages",
  "conversation-lists",
  "objects",
  "webhooks",
  "push",
  "accounts",
  "administration",
  "agents",
];

/** Files that every folder may import: facts about the program itself. */
const forAll = ["version.ts", "source-url.ts"];

/**
 * Returns what is wrong with an import, or undefined.
 * @param {string} importer path from the repository's root, with `/`
 * @param {string} specifier as written
 * @param {boolean} [isType] whether it is gone when the program runs
 * @returns {string | undefined}
 */
export function importProblem(importer, specifier, isType = false) {
  const from = place(importer);
  const target = specifier.startsWith(".")
    ? join(dirname(importer), specifier).split(sep).join("/")
    : workspacePath(specifier);
  if (from === undefined || target === undefined) return undefined;

  if (from.workspace === "packages/protocol") {
    return target.startsWith("packages/protocol/")
      ? undefined
      : "the protocol imports nothing of ours";
  }
  if (from.workspace === "packages/sdk") {
    return /^packages\/(sdk|protocol)\//.test(target)
      ? undefined
      : "the SDK imports only the protocol";
  }
  if (from.workspace !== "apps/server" || isTestKit(importer)) return undefined;
  if (isTestKit(target)) return "the product does not import kits of tests";
  if (from.folder === undefined || from.folder === "composition")
    return undefined;
  const to = place(target);
  if (to?.workspace === "packages/protocol") return undefined;
  if (to?.workspace !== "apps/server")
    return `the server does not need ${target}`;
  if (to.folder === from.folder) return undefined;
  if (to.folder === undefined)
    return forAll.includes(to.file)
      ? undefined
      : `nobody imports ${to.file}: it puts the parts together`;
  return problemBetween(from.folder, to.folder, isType);
}

/**
 * @param {string} from
 * @param {string} to
 * @param {boolean} isType
 * @returns {string | undefined}
 */
function problemBetween(from, to, isType) {
  if (to === "composition")
    return "nobody imports composition/: it puts the parts together";
  if (machinery.includes(from)) {
    if (!machinery.includes(to))
      return `${from}/ knows no domain; let composition/ hand it what it needs of ${to}/`;
    return machinery.indexOf(to) < machinery.indexOf(from)
      ? undefined
      : `${to}/ stands above ${from}/, which cannot know it`;
  }
  if (machinery.includes(to)) return undefined;
  if (!isType)
    return `a domain imports only types of another; let composition/ hand it what it needs of ${to}/`;
  return rankOf(to) < rankOf(from)
    ? undefined
    : `${to}/ stands above ${from}/, which cannot know even its types`;
}

/** @param {string} path */
const isTestKit = (path) => path.startsWith("apps/server/testing/");

/** @param {string} domain */
const rankOf = (domain) => {
  const at = domains.indexOf(domain);
  return at === -1 ? domains.length : at;
};

/**
 * @param {string} path
 * @returns {{ workspace: string, folder: string | undefined, file: string } | undefined}
 */
function place(path) {
  const match =
    /^((?:packages|apps)\/[^/]+)\/(?:src\/(?:([^/]+)\/)?)?(.*)$/.exec(path);
  return match?.[1] === undefined
    ? undefined
    : { workspace: match[1], folder: match[2], file: match[3] ?? "" };
}

/** @param {string} specifier */
function workspacePath(specifier) {
  const match = /^@parley\/([^/]+)(?:\/(?:src\/)?(.*?)(?:\.ts)?)?$/.exec(
    specifier,
  );
  if (!match) return undefined;
  const folder = match[1] === "server" ? "apps/server" : `packages/${match[1]}`;
  if (match[2]?.startsWith("testing/")) return `${folder}/${match[2]}.ts`;
  return `${folder}/src/${match[2] ?? "index"}.ts`;
}

/**
 * An import or export as the TypeScript parser makes it.
 * @typedef {{ importKind?: string, exportKind?: string }} Kind
 * @typedef {Kind & { source?: { value?: unknown } | null, specifiers?: Kind[] }} ModuleNode
 */

/** @type {import("eslint").Rule.RuleModule} */
export const importTable = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const importer = relative(root, context.filename).split(sep).join("/");
    /** @param {import("estree").Node & ModuleNode} node */
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== "string") return;
      const message = importProblem(importer, specifier, onlyTypes(node));
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

/** @param {ModuleNode} node */
function onlyTypes(node) {
  /** @param {Kind} each */
  const isType = (each) =>
    each.importKind === "type" || each.exportKind === "type";
  const specifiers = node.specifiers ?? [];
  return isType(node) || (specifiers.length > 0 && specifiers.every(isType));
}
