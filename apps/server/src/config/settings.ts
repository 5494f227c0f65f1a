import { ConfigSchema, environmentNames } from "./schema.ts";
import type { SchemaNode } from "./setting-types.ts";

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
  return walk(ConfigSchema, "");
}

const variableOf = (path: string): string =>
  `PARLEY_${path
    .replaceAll(".", "_")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toUpperCase()}`;
