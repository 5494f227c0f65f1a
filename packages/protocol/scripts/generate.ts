import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { format } from "prettier";
import protobuf from "protobufjs";

const protoFolder = fileURLToPath(new URL("../proto", import.meta.url));
const outFolder = fileURLToPath(new URL("../src/generated", import.meta.url));

/** The files of src/generated, by name, made from the .proto files. */
export async function generate(): Promise<Map<string, string>> {
  const root = await loadProtos();
  const files = new Map<string, string>();
  const schema: string[] = [];
  for (const namespace of packagesOf(root)) {
    const types = typesOf(namespace);
    if (types.length === 0) continue;
    const enums = namespace.nestedArray.filter(
      (x) => x instanceof protobuf.Enum,
    );
    schema.push(...types.map(schemaEntry));
    files.set(`${namespace.name}.ts`, packageFile(namespace, types, enums));
  }
  files.set("schema.ts", schemaFile(schema));
  for (const [name, text] of files)
    files.set(name, await format(text, { parser: "typescript" }));
  return files;
}

export async function loadProtos(): Promise<protobuf.Root> {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => join(protoFolder, target);
  const names = await readdir(join(protoFolder, "openim"));
  await root.load(
    names.sort().map((name) => `openim/${name}`),
    {
      keepCase: true,
      alternateCommentMode: true,
    },
  );
  root.resolveAll();
  return root;
}

function packagesOf(root: protobuf.Root): protobuf.Namespace[] {
  const { nestedArray } = root.lookup("openim") as protobuf.Namespace;
  return nestedArray
    .filter((each) => each instanceof protobuf.Namespace)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Messages in the order of the file, each after those nested in it. */
function typesOf(namespace: protobuf.NamespaceBase): protobuf.Type[] {
  return namespace.nestedArray.flatMap((each) =>
    each instanceof protobuf.Type ? [...typesOf(each), each] : [],
  );
}

const fullName = (object: protobuf.ReflectionObject): string =>
  object.fullName.slice(1);

/** Go's name of a nested message: `Outer_Inner`, each in upper case. */
function typeName(type: protobuf.ReflectionObject): string {
  const [, , ...names] = fullName(type).split(".");
  return names
    .map((name) => name.charAt(0).toUpperCase() + name.slice(1))
    .join("_");
}

const packageOf = (object: protobuf.ReflectionObject): string =>
  fullName(object).split(".")[1] ?? "";

const isWrapper = (type: protobuf.Type): boolean =>
  packageOf(type) === "protobuf" && type.name.endsWith("Value");

const isList = (field: protobuf.Field): boolean =>
  field.repeated && !(field instanceof protobuf.MapField);

/** Hashes use all 64 bits (docs/wire/rest.md#json-in-answers); other uint64 are counters. */
const isHash = (field: protobuf.Field): boolean =>
  field.type === "uint64" && /hash$/i.test(field.name);

/** The grammar is described in descriptor.ts. */
function schemaEntry(type: protobuf.Type): string {
  const fields = type.fieldsArray.map(
    (field) => `${field.name}:${field.id}:${schemaType(field)}`,
  );
  return `${JSON.stringify(fullName(type))}: ${JSON.stringify(fields.join(" "))},`;
}

function schemaType(field: protobuf.Field): string {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Type && isWrapper(resolvedType))
    return `${resolvedType.fields["value"]?.type}?wrapped`;
  const base = isHash(field)
    ? "hash"
    : resolvedType instanceof protobuf.Enum
      ? "int32"
      : resolvedType
        ? fullName(resolvedType)
        : field.type;
  if (field instanceof protobuf.MapField) {
    if (field.keyType !== "string")
      throw new Error(`${fullName(field)}: only string keys are supported`);
    return `${base}{}`;
  }
  if (isList(field)) return `${base}[]`;
  return isOptional(field) ? `${base}?` : base;
}

const isOptional = (field: protobuf.Field): boolean =>
  field.options?.["proto3_optional"] === true;

const typescriptTypes: Record<string, string> = {
  string: "string",
  bool: "boolean",
  bytes: "Uint8Array",
  int32: "number",
  uint32: "number",
  int64: "number",
  uint64: "number",
  float: "number",
  double: "number",
};

function typescriptType(field: protobuf.Field): string {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Type && isWrapper(resolvedType)) {
    const { value } = resolvedType.fields;
    return `${value && typescriptType(value)} | null`;
  }
  const base = isHash(field)
    ? "bigint"
    : resolvedType instanceof protobuf.Enum
      ? "number"
      : resolvedType
        ? reference(resolvedType, field)
        : typescriptTypes[field.type];
  if (base === undefined)
    throw new Error(`${fullName(field)}: ${field.type} is not supported`);
  if (field instanceof protobuf.MapField) return `Record<string, ${base}>`;
  if (isList(field)) return `${base}[]`;
  const canMiss = resolvedType instanceof protobuf.Type || isOptional(field);
  return canMiss ? `${base} | null` : base;
}

function reference(type: protobuf.Type, from: protobuf.Field): string {
  const isLocal = packageOf(type) === packageOf(from);
  return isLocal ? typeName(type) : `${packageOf(type)}.${typeName(type)}`;
}

function packageFile(
  namespace: protobuf.Namespace,
  types: protobuf.Type[],
  enums: protobuf.Enum[],
): string {
  const imported = new Set(
    types
      .flatMap((type) => type.fieldsArray)
      .map(({ resolvedType }) => resolvedType)
      .filter((type) => type instanceof protobuf.Type && !isWrapper(type))
      .map((type) => (type ? packageOf(type) : ""))
      .filter((name) => name !== namespace.name),
  );
  return [
    header(`proto/openim/${namespace.name}.proto`),
    `import { message, type MessageType } from "../message.ts";`,
    ...[...imported]
      .sort()
      .map((name) => `import type * as ${name} from "./${name}.ts";`),
    ...enums.map(
      ({ name, values }) =>
        `\nexport const ${name} = ${JSON.stringify(values)} as const;`,
    ),
    ...types.map(declaration),
  ].join("\n");
}

function declaration(type: protobuf.Type): string {
  const name = typeName(type);
  const fields = type.fieldsArray.map(
    (field) =>
      `${docstring(field.comment)}${field.name}: ${typescriptType(field)};\n`,
  );
  // `object` would let anything in, and lint refuses an empty interface.
  const shape =
    fields.length === 0
      ? `export type ${name} = Record<string, never>;`
      : `export interface ${name} {\n${fields.join("")}}`;
  return `
    ${docstring(type.comment)}${shape}
    export const ${name}: MessageType<${name}> =
      message(${JSON.stringify(fullName(type))});`;
}

function docstring(comment: string | null): string {
  return comment ? `/** ${comment.replace(/\s+/g, " ")} */\n` : "";
}

function schemaFile(entries: string[]): string {
  return `${header("proto/openim/*.proto")}
    /** Every message by its full name; the grammar is in descriptor.ts. */
    export const schema: Readonly<Record<string, string>> = {
      ${entries.join("\n")}
    };`;
}

const header = (source: string): string =>
  `// Made from ${source} by scripts/generate.ts; do not edit.\n`;

if (import.meta.main) {
  const files = await generate();
  await rm(outFolder, { recursive: true, force: true });
  await mkdir(outFolder, { recursive: true });
  for (const [name, text] of files)
    await Bun.write(join(outFolder, name), text);
}
