import {
  define,
  type Descriptor,
  descriptorOf,
  unknownFields,
  type Value,
} from "./descriptor.ts";
import { requireLimits } from "./allowance.ts";
import {
  parse,
  parseRequest,
  print,
  printPieces,
  requireFields,
} from "./go-json.ts";
import { decode, decodeRequest, encode } from "./protobuf.ts";

export { unknownFields } from "./descriptor.ts";
export { WireError } from "./protobuf.ts";

/**
 * A message of the wire: plain objects in, plain objects out.
 *
 * Unset strings are "", numbers 0, lists [], maps {}; messages, `optional`
 * scalars and wrapped ones are null. 64-bit integers are numbers, except
 * hashes (bigint); a number beyond 2^53 is the nearest double.
 */
export interface MessageType<T> {
  readonly name: string;
  /** A value with every field, those not given at their default. */
  create(partial?: Partial<T>): T;
  /**
   * Reads protobuf; throws WireError. Fields of type bytes are views of
   * `bytes`. Fields nobody knows are kept and written again by `encode`, also
   * from a copy made with `{ ...value }`.
   */
  decode(bytes: Uint8Array): T;
  encode(value: Partial<T>): Uint8Array<ArrayBuffer>;
  /**
   * Reads JSON as Go's encoding/json does (docs/wire/rest.md#json-in-requests); throws
   * JSONError, and
   * errors.args for the first of the required fields that is missing.
   */
  fromJSON(text: string, required?: readonly string[]): T;
  /**
   * The two for what a client sends: they throw errors.args as soon as it is
   * beyond its limits (limits.ts).
   */
  readonly limited: Pick<MessageType<T>, "decode" | "fromJSON">;
  /** The same for a value that was made elsewhere, as of a sheet's row. */
  requireLimits(value: Partial<T>): void;
  /**
   * Throws errors.args for the first field that is absent, null, "", 0 or
   * false in what `fromJSON` gave. Lists and maps may be empty if they were
   * written out so; `userInfo.userID` looks into a message.
   */
  requireFields(value: T, required: readonly string[]): void;
  /** Writes JSON as clients see it (docs/wire/rest.md#json-in-answers), also a tip's `detail`. */
  toJSON(value: Partial<T>): string;
  /** The same in pieces: of a long answer each takes little time. */
  toJSONPieces(value: Partial<T>): Iterable<string>;
  readonly descriptor: Descriptor;
}

/** A message of the schema, by its full name. */
export function message<T>(name: string): MessageType<T> {
  return messageType(name, () => descriptorOf(name));
}

/**
 * A message without a .proto file, its fields in the order of JSON with their
 * types in the grammar of descriptor.ts. Others may name it in theirs.
 */
export function defineMessage<T>(
  name: string,
  types: { readonly [Field in keyof NoInfer<T>]: string },
  words: { readonly [Field in keyof NoInfer<T>]?: string } = {},
): MessageType<T> {
  const fields = Object.entries<string>(types).map(
    ([field, type], index) => `${field}:${index + 1}:${type}`,
  );
  const descriptor = define(name, fields.join(" "), words);
  return messageType(name, () => descriptor);
}

function messageType<T>(name: string, find: () => Descriptor): MessageType<T> {
  let found: Descriptor | undefined;
  const get = (): Descriptor => (found ??= find());
  return {
    name,
    get descriptor() {
      return get();
    },
    create: (partial) => create(get(), partial ?? {}) as T,
    decode: (bytes) => decode(get(), bytes) as T,
    encode: (value) => encode(get(), value),
    fromJSON(text, required = []) {
      const value = parse(get(), text);
      requireFields(get(), value, required);
      return value as T;
    },
    limited: {
      decode: (bytes) => decodeRequest(get(), bytes) as T,
      fromJSON(text, required = []) {
        const value = parseRequest(get(), text);
        requireFields(get(), value, required);
        return value as T;
      },
    },
    requireLimits: (value) => requireLimits(get(), value),
    requireFields: (value, required) =>
      requireFields(get(), value as Value, required),
    toJSON: (value) => print(get(), value),
    toJSONPieces: (value) => printPieces(get(), value),
  };
}

function create(
  descriptor: Descriptor,
  partial: Value & { [unknownFields]?: Uint8Array[] },
): Value {
  const value: typeof partial = descriptor.create();
  for (const { name } of descriptor.fields)
    if (partial[name] !== undefined) value[name] = partial[name];
  if (partial[unknownFields]) value[unknownFields] = partial[unknownFields];
  return value;
}
