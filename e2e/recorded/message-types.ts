import { readFileSync } from "node:fs";
import path from "node:path";

import protobuf from "protobufjs";
import type { Type } from "protobufjs";

import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";

/**
 * OpenIM's protobuf messages by their full names without "openim.", like
 * "sdkws.MsgData". They come from the contract and another library, so that a
 * fault of the server's codec cannot hide itself.
 */
export interface MessageTypes {
  encode(type: string, message: JsonObject): Buffer;
  /** Every field, those left out with their defaults; bytes as text. */
  decode(type: string, bytes: Uint8Array): Json;
}

interface Field {
  name: string;
  number: number;
  /** A scalar, the full name of a message, or `map<K,V>`. */
  type: string;
  repeated?: boolean;
  map?: boolean;
  mapKey?: string;
  mapValue?: string;
}

interface Package {
  /** Nested ones are called "Outer.Inner". */
  messages: Record<string, { fields: Field[] }>;
  enums?: Record<string, Record<string, number>>;
}

const contractFile = path.join(import.meta.dirname, "protobuf.json");

export function loadMessageTypes(): MessageTypes {
  const { _meta, ...packages } = JSON.parse(
    readFileSync(contractFile, "utf8"),
  ) as Record<string, Package>;
  const root = new protobuf.Root();
  for (const [name, content] of Object.entries(packages))
    define(root.define(name), content);
  root.resolveAll();
  const find = (type: string) => root.lookupType(`openim.${type}`);
  return {
    encode(name, message) {
      const type = find(name);
      const bytes = type.encode(type.fromObject(withBytes(type, message)));
      return Buffer.from(bytes.finish());
    },
    decode(name, bytes) {
      const type = find(name);
      const message = type.toObject(type.decode(bytes), {
        longs: Number,
        enums: Number,
        defaults: true,
      });
      return withText(message);
    },
  };
}

function define(
  namespace: protobuf.Namespace,
  { messages, enums = {} }: Package,
): void {
  const types = new Map<string, Type>();
  // In this order an outer message comes before its inner ones.
  for (const name of Object.keys(messages).sort()) {
    const parts = name.split(".");
    const type = new protobuf.Type(parts.at(-1) ?? name);
    for (const field of messages[name]?.fields ?? []) type.add(toField(field));
    const outer = types.get(parts.slice(0, -1).join("."));
    (outer ?? namespace).add(type);
    types.set(name, type);
  }
  for (const [name, values] of Object.entries(enums))
    namespace.add(new protobuf.Enum(name, values));
}

function toField(field: Field): protobuf.FieldBase {
  const { name, number, type, repeated, map, mapKey, mapValue } = field;
  return map
    ? new protobuf.MapField(name, number, mapKey ?? "", mapValue ?? "")
    : new protobuf.Field(name, number, type, repeated ? "repeated" : undefined);
}

/** protobufjs takes a text in a field of bytes for base64; ours is plain. */
function withBytes(type: Type, message: JsonObject): Record<string, unknown> {
  const convert = (name: string, value: Json): unknown => {
    const field = type.fields[name];
    if (field?.type === "bytes" && typeof value === "string")
      return Buffer.from(value);
    const inner = field?.resolvedType;
    if (!(inner instanceof protobuf.Type) || field?.map) return value;
    if (Array.isArray(value))
      return value.map((each) => withBytes(inner, each as JsonObject));
    return isObject(value) ? withBytes(inner, value) : value;
  };
  return Object.fromEntries(
    Object.entries(message).map(([name, value]) => [
      name,
      convert(name, value),
    ]),
  );
}

function withText(value: unknown): Json {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  if (Array.isArray(value)) return value.map(withText);
  if (!isObject(value)) return value as Json;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, withText(child)]),
  );
}
