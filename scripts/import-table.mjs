// Who may import whom, as an ESLint rule. Types may come from anywhere in the
// server: they cost nothing at run time and tie no two features together.
//
//   packages/protocol         nothing of ours
//   packages/sdk              @parley/protocol
//   apps/server/src/<file>    everything: these put the parts together
//   … /composition/           the same
//   … /<machinery>/           @parley/protocol, other machinery, <file>s
//   … /<domain>/              the same, and its own folder; no other domain
//
// A domain that needs another asks for a function, and main.ts supplies it.
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Folders of apps/server/src that know no feature; every other is a domain. */
const machinery = new Set([
  "bus",
  "config",
  "delivery",
  "gateway",
  "http",
  "im-client",
  "jobs",
  "message-log",
  "notifications",
  "pace",
  "storage",
  "tokens",
  "watching",
]);

/** These put the parts together, as the files at the root of src do. */
const composing = new Set(["command-line", "composition"]);

/**
 * What is wrong with an import of values, or undefined.
 * @param {string} importer path from the repository's root, with `/`
 * @param {string} specifier as written
 * @returns {string | undefined}
 */
export function importProblem(importer, specifier) {
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
  if (
    from.workspace !== "apps/server" ||
    from.folder === undefined ||
    composing.has(from.folder)
  ) {
    return undefined;
  }
  if (target === "apps/server/src/main.ts") return "nobody imports main.ts";
  const to = place(target);
  if (to?.workspace === "packages/protocol") return undefined;
  if (to?.workspace !== "apps/server")
    return `the server does not need ${target}`;
  if (
    to.folder === undefined ||
    to.folder === from.folder ||
    machinery.has(to.folder)
  ) {
    return undefined;
  }
  return machinery.has(from.folder)
    ? `${from.folder}/ knows no domain; let main.ts hand it what it needs of ${to.folder}/`
    : `a domain imports only types of another; let main.ts hand it what it needs of ${to.folder}/`;
}

/**
 * @param {string} path
 * @returns {{ workspace: string, folder: string | undefined } | undefined}
 */
function place(path) {
  const match = /^((?:packages|apps)\/[^/]+)\/(?:src\/(?:([^/]+)\/)?)?/.exec(
    path,
  );
  return match?.[1] === undefined
    ? undefined
    : { workspace: match[1], folder: match[2] };
}

/** @param {string} specifier */
function workspacePath(specifier) {
  const match = /^@parley\/([^/]+)(?:\/(.*))?$/.exec(specifier);
  if (!match) return undefined;
  const folder = match[1] === "server" ? "apps/server" : `packages/${match[1]}`;
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
      if (typeof specifier !== "string" || onlyTypes(node)) return;
      const message = importProblem(importer, specifier);
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
