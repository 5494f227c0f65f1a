import { describe, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import protobuf from "protobufjs";

import recorded from "../src/fixtures/openim-messages.json";
import { generate, loadProtos } from "./generate.ts";

const folder = fileURLToPath(new URL("../src/generated/", import.meta.url));

test("the generated files are those of the .proto files", async () => {
  const files = await generate();
  for (const [name, text] of files)
    // Run scripts/generate.ts if this fails.
    expect(await Bun.file(folder + name).text()).toBe(text);
  expect((await readdir(folder)).sort()).toEqual([...files.keys()].sort());
});

const root = await loadProtos();

describe("the .proto files agree with OpenIM's, field by field:", () => {
  test.each(Object.entries(recorded))("%s", (namespace, messages) => {
    const expected = Object.entries(messages).map(([name, fields]) => [
      name,
      Object.entries(fields).map(([field, type]) => `${field} = ${type}`),
    ]);
    const found = messagesOf(root.lookup(namespace));
    expect(found).toEqual(Object.fromEntries(expected));
  });
});

/** Each message's fields, in the order of declaration: JSON has that order. */
function messagesOf(
  namespace: protobuf.ReflectionObject | null,
  prefix = "",
): Record<string, string[]> {
  if (!(namespace instanceof protobuf.Namespace)) return {};
  const found: Record<string, string[]> = {};
  for (const type of namespace.nestedArray) {
    if (!(type instanceof protobuf.Type)) continue;
    const name = prefix + type.name;
    found[name] = type.fieldsArray.map(
      (field) => `${field.name} = ${describeField(field)}`,
    );
    Object.assign(found, messagesOf(type, `${name}.`));
  }
  return found;
}

function describeField(field: protobuf.Field): string {
  const { id, resolvedType, options } = field;
  const type = resolvedType ? resolvedType.fullName.slice(1) : field.type;
  if (field instanceof protobuf.MapField)
    return `${id} map<${field.keyType},${type}>`;
  if (field.repeated) return `${id} repeated ${type}`;
  return options?.["proto3_optional"]
    ? `${id} optional ${type}`
    : `${id} ${type}`;
}
