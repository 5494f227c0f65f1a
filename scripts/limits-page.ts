import { maxSentBytes } from "../packages/protocol/src/frame-size.ts";
import {
  maxKeyLength,
  maxOperationIDLength,
  maxValues,
  usualItems,
} from "../packages/protocol/src/limits.ts";

interface Schema {
  $ref?: string;
  allOf?: Schema[];
  anyOf?: Schema[];
  items?: Schema;
  additionalProperties?: Schema;
  properties?: Record<string, Schema>;
  maxLength?: number;
  maxItems?: number;
  maxProperties?: number;
  minimum?: number;
  maximum?: number;
  format?: string;
}

interface Document {
  paths: Record<
    string,
    { post: { requestBody: { content: Record<string, { schema: Schema }> } } }
  >;
  components: { schemas: Record<string, Schema> };
}

/** One field of a route's request, with what OpenAPI says of it. */
interface Found {
  route: string;
  field: string;
  name: string;
  schema: Schema;
}

function* fieldsOf({ paths, components }: Document): Generator<Found> {
  for (const [route, { post }] of Object.entries(paths)) {
    const schema = post.requestBody.content["application/json"]?.schema;
    if (schema) yield* walk(components.schemas, route, schema, "", "");
  }
}

function* walk(
  components: Record<string, Schema>,
  route: string,
  schema: Schema,
  field: string,
  name: string,
): Generator<Found> {
  const { $ref, allOf = [], anyOf = [], items, additionalProperties } = schema;
  yield { route, field, name, schema };
  const target = $ref && components[$ref.split("/").at(-1) ?? ""];
  for (const part of [...(target ? [target] : []), ...allOf, ...anyOf])
    yield* walk(components, route, part, field, name);
  for (const part of [items, additionalProperties])
    if (part) yield* walk(components, route, part, field, name);
  for (const [key, part] of Object.entries(schema.properties ?? {}))
    yield* walk(components, route, part, field ? `${field}.${key}` : key, key);
}

const grouped = (number: number): string => number.toLocaleString("en-US");

const code = (text: string): string => `\`${text}\``;

const list = (texts: Iterable<string>): string =>
  [...new Set(texts)].sort().map(code).join(", ");

/** docs/limits.md, from the OpenAPI documents of all ports. */
export function renderLimits(documents: readonly Document[]): string {
  const found = documents.flatMap((document) => [...fieldsOf(document)]);

  const longLists = found.filter(
    ({ schema: { maxItems = usualItems } }) => maxItems !== usualItems,
  );
  const lists = [...Map.groupBy(longLists, ({ schema }) => schema.maxItems)]
    .sort(([a = 0], [b = 0]) => a - b)
    .flatMap(([most = 0, fields]) =>
      [...Map.groupBy(fields, ({ field }) => field)]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(
          ([field, routes]) =>
            `| ${code(field)} | ${grouped(most)} | ${list(routes.map(({ route }) => route))} |`,
        ),
    );

  const texts = [
    ...Map.groupBy(
      found.filter(({ schema }) => schema.maxLength !== undefined),
      ({ schema }) => schema.maxLength,
    ),
  ]
    .sort(([a = 0], [b = 0]) => a - b)
    .map(
      ([most = 0, fields]) =>
        `| ${grouped(most)} | ${list(fields.map(({ name }) => name))} |`,
    );

  const ranges = [
    ...Map.groupBy(
      found.filter(({ schema }) => schema.maximum !== undefined),
      ({ schema: { minimum = 0, maximum = 0 } }) =>
        `${grouped(minimum)} to ${grouped(maximum)}`,
    ),
  ].map(
    ([range, fields]) =>
      `| ${range} | ${list(fields.map(({ name }) => name))} |`,
  );

  return `# Limits of requests

\`npm run openapi\` generates this page from the server's checks; OpenAPI has the same
limits as \`maxItems\`, \`maxLength\`, \`minimum\` and \`maximum\`.

A request beyond a limit is refused with errCode 1001, which names the field and the
limit, before any other check. The limits apply to REST in JSON and in protobuf and to
WebSocket frames. A field in several rows of a table has different limits in different
routes, which OpenAPI lists.

## Lists and maps

A list or map has at most ${grouped(usualItems)} items, except those in the table. Several lists
with one name in a request, such as \`conversations[].seqs\` of frame 1005, count together.

| field | items | routes |
| ----- | ----- | ------ |
${lists.join("\n")}

Frames 1002, 1005, 1006, 1007 and 2005 take ${grouped(10_000)} items in each of their lists. A
message (frame 1003) names ${grouped(usualItems)} users in \`atUserIDList\` at most.

In total a request has at most ${grouped(maxValues)} values.

## Texts

Limits are in Unicode characters: an emoji is one. Texts in lists and maps have
the limit of their field, and keys of maps ${maxKeyLength}.

| characters | fields |
| ---------- | ------ |
${texts.join("\n")}

A message has at most ${grouped(maxSentBytes)} bytes in total. An \`operationID\`, in a
header or a frame, has ${grouped(maxOperationIDLength)} characters.

## Numbers

A number that cannot be kept exactly is refused. Fields of 32 bits accept all 32-bit
numbers, others the ranges below. Times are Unix milliseconds from the year 1 to the end of 9999.
Hashes have 64 bits. Numbers inside a message's content are not checked.

| from, to | fields |
| -------- | ------ |
${ranges.join("\n")}
`;
}
