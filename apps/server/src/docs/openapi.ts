import type { Descriptor, Field } from "@parley/protocol/descriptor";
import { errorNames } from "@parley/protocol/errors";

import { maxKeyLength } from "@parley/protocol/limits";
import type { Access, Caller, Method } from "@parley/protocol/method";

import { bodyLimitOf } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { apis, exampleOf, fieldWords } from "./words.ts";
import type { APIName } from "./words.ts";
import type { APIWords } from "./api-words.ts";

export type Schema = Record<string, unknown>;

/** An OpenAPI 3.1 document. */
export interface OpenAPI {
  openapi: string;
  info: Schema;
  tags: Schema[];
  paths: Record<string, { post: Schema }>;
  components: Schema;
}

const callerWords: Readonly<Record<Caller, string>> = {
  anybody: "Needs no token.",
  signedIn: "Anybody with a token may ask.",
  self: "For oneself, or for anybody as an administrator.",
  member: "For members of the group, and administrators.",
  manager: "For the group's owner and admins, and administrators.",
  owner: "For the group's owner, and administrators.",
  concerned: "For those whom it concerns, and administrators.",
  administrator: "For administrators.",
  superAdministrator: "For administrators of level 100.",
};

/**
 * Describes routes from the methods that they answer; what is said of fields, and
 * examples, are of `words.ts`.
 */
export function renderOpenAPI(
  api: APIName,
  routes: readonly Route[],
  version: string,
): OpenAPI {
  const words: APIWords = apis[api];
  const components = new Map<string, Schema>();
  const answered = new Set<string>();
  for (const { method } of routes)
    if (method.response) addNames(answered, method.response.descriptor);
  /** Messages in both requests and answers have two components: those of requests have limits. */
  const refs = (isSent: boolean): RefTo => {
    const refTo: RefTo = (descriptor) => {
      const isTwofold = isSent && answered.has(descriptor.name);
      const name = nameOf(descriptor) + (isTwofold ? ".Sent" : "");
      if (!components.has(name)) {
        // Set first: messages may hold themselves.
        components.set(name, {});
        components.set(name, schemaOf(words, descriptor, refTo, isSent));
      }
      return { $ref: `#/components/schemas/${name}` };
    };
    return refTo;
  };
  const refToAnswer = refs(false);
  const refToSent = refs(true);

  const paths: OpenAPI["paths"] = {};
  // In the order in which the examples succeed.
  const order = new Map(words.examples.map(({ path }, i) => [path, i]));
  const placeOf = ({ path }: Method) => order.get(path) ?? Infinity;
  const methods = routes.map(({ method }) => method);
  for (const method of methods.toSorted((a, b) => placeOf(a) - placeOf(b)))
    paths[method.path] = { post: operation(method) };

  function operation(method: Method): Schema {
    const { path, access } = method;
    const { summary, detail, codes, query } = method.words;
    const isOpen = access.who === "anybody";
    const example = exampleOf(words, path);
    const allCodes = [
      ...new Set([500, 1001, ...codes, ...(isOpen ? [] : words.tokenCodes)]),
    ].sort((a, b) => a - b);
    const success = answerOf(method, refToAnswer);
    const answer = (description: string, body: Schema): Schema => ({
      description,
      content: { "application/json": { schema: body } },
    });
    const failure = { $ref: "#/components/schemas/Refusal" };
    return {
      operationId: path.slice(1).replaceAll("/", "_"),
      tags: [path.split("/")[1]],
      summary,
      description: [detail, callerWords[access.who]].filter(Boolean).join(" "),
      parameters: [
        { $ref: "#/components/parameters/operationID" },
        ...Object.entries(query ?? {}).map(([name, description]) => ({
          name,
          in: "query",
          required: true,
          description,
          schema: { type: "string" },
          example: example.query?.[name],
        })),
      ],
      security: isOpen ? [] : [{ token: [] }],
      // The page and the tests send them; OpenAPI has no word for it.
      ...(example.uploads && { "x-uploads": example.uploads }),
      ...(example.rows && { "x-rows": example.rows }),
      requestBody: {
        required: true,
        content: {
          ...(method.formFile === undefined
            ? {
                "application/json": {
                  schema: requestOf(method, refToSent),
                  example: example.body,
                },
              }
            : { "multipart/form-data": { schema: formOf(method.formFile) } }),
          ...(method.takesProtobuf && {
            "application/x-protobuf": {
              schema: {
                type: "string",
                contentMediaType: "application/x-protobuf",
                description: `${nameOf(method.request.descriptor)} in protobuf; \`data\` of the answer is then the answer's protobuf in base64.`,
              },
            },
          }),
        },
      },
      responses: {
        "200": answer(
          `Done, with errCode 0; or refused with ${allCodes.map(codeText).join(", ")}.`,
          { oneOf: [success, failure] },
        ),
        ...(method.bindStatus === 400 && {
          "400": answer("The body could not be read.", failure),
        }),
        "413": answer(
          `The body has more than ${bytesText(bodyLimitOf(method, asksAs(access)))}.`,
          failure,
        ),
      },
    };
  }

  return {
    openapi: "3.1.0",
    info: {
      title: "Parley",
      summary: words.heading,
      version,
      description: words.about,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    tags: Object.entries(words.areas)
      .filter(([name]) =>
        methods.some(({ path }) => path.split("/")[1] === name),
      )
      .map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        token: {
          type: "apiKey",
          in: "header",
          name: "token",
          description: words.token,
        },
      },
      parameters: {
        operationID: {
          name: "operationID",
          in: "header",
          required: true,
          description:
            "Any text that is not empty; logs and webhooks name the request by it.",
          schema: { type: "string", minLength: 1 },
          example: "docs-1",
        },
      },
      schemas: {
        Refusal: refusal(),
        ...Object.fromEntries(
          [...components].sort(([a], [b]) => (a < b ? -1 : 1)),
        ),
      },
    },
  };
}

const formOf = (field: string): Schema => ({
  type: "object",
  required: [field],
  properties: { [field]: { type: "string", format: "binary" } },
});

/** Returns the token of the most powerful caller that the route takes. */
const asksAs = ({ who }: Access) => ({
  userID: who === "anybody" ? "" : "somebody",
  isAdmin: who === "administrator" || who === "superAdministrator",
});

const bytesText = (bytes: number): string =>
  bytes < 1_048_576 ? `${bytes / 1_024} KiB` : `${bytes / 1_048_576} MiB`;

const codeText = (code: number): string =>
  `${code} ${errorNames.get(code) ?? ""}`.trim();

/** `openim.sdkws.UserInfo` is known to everybody as sdkws.UserInfo. */
const nameOf = ({ name }: Descriptor): string => name.replace(/^openim\./, "");

function refusal(): Schema {
  return {
    type: "object",
    description: "What is answered instead, with HTTP status 200.",
    required: ["errCode", "errMsg", "errDlt"],
    properties: {
      errCode: {
        type: "integer",
        not: { const: 0 },
        description: [...errorNames.keys()].map(codeText).join(", "),
      },
      errMsg: { type: "string", description: "The name of the code." },
      errDlt: { type: "string", description: "What was wrong, for people." },
    },
  };
}

type RefTo = (descriptor: Descriptor) => Schema;

/** The message and all in it. */
function addNames(names: Set<string>, { name, fields }: Descriptor): void {
  if (names.has(name)) return;
  names.add(name);
  for (const { kind, message } of fields)
    if (kind === "message") addNames(names, message);
}

function answerOf({ response, data: shape }: Method, refTo: RefTo): Schema {
  const item =
    shape === "text"
      ? { type: "string" }
      : response && refTo(response.descriptor);
  const data =
    item && shape === "list" ? { type: ["array", "null"], items: item } : item;
  // A message without fields has no `data` either.
  const isEmpty =
    item === undefined || response?.descriptor.fields.length === 0;
  return {
    type: "object",
    required: ["errCode", "errMsg", "errDlt", ...(isEmpty ? [] : ["data"])],
    properties: {
      errCode: { const: 0 },
      errMsg: { const: "" },
      errDlt: { const: "" },
      ...(!isEmpty && { data }),
    },
  };
}

function requestOf({ request, required }: Method, refTo: RefTo): Schema {
  const ref = refTo(request.descriptor);
  return required.length === 0
    ? ref
    : { allOf: [ref, requiredSchema(required)] };
}

/** `userInfo.userID` asks for both, one in the other. */
function requiredSchema(required: readonly string[]): Schema {
  const names = [...new Set(required.map((each) => each.split(".")[0] ?? ""))];
  const inside = names.flatMap((name) => {
    const inner = required
      .filter((each) => each.startsWith(`${name}.`))
      .map((each) => each.slice(name.length + 1));
    return inner.length === 0 ? [] : [[name, requiredSchema(inner)] as const];
  });
  return {
    type: "object",
    required: names,
    ...(inside.length > 0 && { properties: Object.fromEntries(inside) }),
  };
}

function schemaOf(
  words: APIWords,
  descriptor: Descriptor,
  refTo: RefTo,
  isSent: boolean,
): Schema {
  const name = nameOf(descriptor);
  return {
    type: "object",
    properties: Object.fromEntries(
      descriptor.fields.map((field) => {
        const meaning =
          descriptor.words[field.name] ?? fieldWords(words, name, field.name);
        const schema = fieldSchema(field, refTo, isSent);
        return [
          field.name,
          meaning === undefined ? schema : { ...schema, description: meaning },
        ];
      }),
    ),
  };
}

function fieldSchema(field: Field, refTo: RefTo, isSent: boolean): Schema {
  const one =
    field.kind === "message"
      ? refTo(field.message)
      : { ...scalars[field.kind], ...(isSent && limitsOf(field)) };
  const { maxItems } = field;
  switch (field.shape) {
    case "list":
      // An empty list is written as null.
      return {
        type: ["array", "null"],
        items: one,
        ...(isSent && { maxItems }),
      };
    case "map":
      return {
        type: "object",
        ...(field.kind !== "json" && { additionalProperties: one }),
        ...(isSent && {
          maxProperties: maxItems,
          propertyNames: { maxLength: maxKeyLength },
        }),
      };
    case "optional":
    case "wrapped":
      return { ...one, type: [one["type"], "null"] };
    case "one":
      return field.kind === "message"
        ? { anyOf: [one, { type: "null" }] }
        : one;
  }
}

/** Returns the bounds of one value of a request. */
function limitsOf({ kind, maxLength, least, most }: Field): Schema {
  switch (kind) {
    case "string":
      return { maxLength };
    case "int64":
    case "uint64":
      return { minimum: least, maximum: most };
    default:
      return {};
  }
}

const scalars: Readonly<Record<Exclude<Field["kind"], "message">, Schema>> = {
  string: { type: "string" },
  bytes: { type: ["string", "null"], contentEncoding: "base64" },
  bool: { type: "boolean" },
  int32: { type: "integer", format: "int32" },
  uint32: { type: "integer", format: "uint32", minimum: 0 },
  int64: { type: "integer", format: "int64" },
  uint64: { type: "integer", format: "uint64", minimum: 0 },
  hash: { type: "integer", format: "uint64", minimum: 0 },
  float: { type: "number", format: "float" },
  double: { type: "number", format: "double" },
  json: {},
};
