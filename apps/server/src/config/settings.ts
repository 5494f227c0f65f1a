import { ConfigSchema, environmentNames } from "./schema.ts";

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

export interface SchemaNode {
  type?: string;
  properties?: Record<string, SchemaNode>;
  default?: unknown;
  description?: string;
  anyOf?: { const: unknown }[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  pattern?: string;
  /** Texts that the pattern accepts. */
  examples?: string[];
  items?: SchemaNode;
  /** Allowed names of a map; each value has its schema. */
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

const variableOf = (path: string): string =>
  `PARLEY_${path
    .replaceAll(".", "_")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toUpperCase()}`;
