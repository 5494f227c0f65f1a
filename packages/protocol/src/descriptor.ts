import { schema } from "./generated/schema.ts";
import { maxItemsOf, maxLengthOf, rangeOf } from "./limits.ts";

/** Encoding of a value; `hash` is a uint64 whose 64 bits are all kept. */
export type Kind =
  | "string"
  | "bytes"
  | "bool"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "hash"
  | "float"
  | "double"
  | "json"
  | "message";

/**
 * Cardinality of a field. `optional` and `wrapped` are null when unset and
 * differ in protobuf only: a wrapped scalar is a message of its own.
 */
export type Shape = "one" | "optional" | "wrapped" | "list" | "map";

export interface Field {
  readonly name: string;
  readonly number: number;
  readonly kind: Kind;
  readonly shape: Shape;
  /** An empty list or map in JSON; undefined: it is left out. */
  readonly whenEmpty: string | undefined;
  /** Descriptor of a message field; for other kinds an empty one. */
  readonly message: Descriptor;
  /** Maximum number of items in a request (limits.ts). */
  readonly maxItems: number;
  /** Maximum length of a text. */
  readonly maxLength: number;
  /** Range of a number. */
  readonly least: number;
  readonly most: number;
}

/** Descriptions by the field's name. */
export type FieldWords = Readonly<Record<string, string | undefined>>;

/** A message's value as the codecs see it. */
export type Value = Record<string, unknown>;

/** The fields, as bytes, that a decoded message has and our schema has not. */
export const unknownFields: unique symbol = Symbol("unknown fields");

const kinds: ReadonlySet<string> = new Set<Kind>([
  "string",
  "bytes",
  "bool",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "hash",
  "float",
  "double",
  "json",
]);

const shapes: Readonly<Record<string, Shape>> = {
  "": "one",
  "?": "optional",
  "?wrapped": "wrapped",
  "[]": "list",
  "[]!": "list",
  "{}": "map",
  "{}!": "map",
  "{}null": "map",
};

const whenEmpty: Readonly<Record<string, string>> = {
  "[]": "null",
  "[]!": "[]",
  "{}!": "{}",
  "{}null": "null",
};

const noBytes = new Uint8Array(0);

/**
 * The fields of one message, read from its text on first use: a server starts
 * with hundreds of messages and needs a few.
 *
 * The text lists `name:number:type` in the order of declaration, divided by
 * blanks. A type is a kind or the full name of a message, followed by `[]` for
 * a list, `{}` for a map with string keys, `?` for a scalar that may be unset
 * and `?wrapped` for one that is unset or wrapped in a message. In JSON empty
 * lists are null and empty maps left out; `[]!` and `{}!` are written empty, and
 * `{}null` as null.
 */
export class Descriptor {
  readonly name: string;
  /** Descriptions of fields for OpenAPI, for messages that OpenIM does not have. */
  readonly words: FieldWords;
  readonly #text: string;
  #fields: readonly Field[] | undefined;
  #byNumber: Field[] | undefined;
  #byKey: Map<string, Field> | undefined;
  #template: Value | undefined;
  #containers: readonly Field[] = [];

  constructor(name: string, text: string, words: FieldWords) {
    this.name = name;
    this.#text = text;
    this.words = words;
  }

  /** Fields in the order of declaration, which is also that of JSON. */
  get fields(): readonly Field[] {
    return (this.#fields ??= this.#parse());
  }

  /** Sparse: the field's number is the index. */
  get byNumber(): readonly (Field | undefined)[] {
    if (!this.#byNumber) {
      this.#byNumber = [];
      for (const field of this.fields) this.#byNumber[field.number] = field;
    }
    return this.#byNumber;
  }

  /** The field of a JSON key, an exact match before one in another case. */
  byKey(key: string): Field | undefined {
    if (!this.#byKey) {
      this.#byKey = new Map();
      for (const field of this.fields) this.#byKey.set(fold(field.name), field);
      for (const field of this.fields) this.#byKey.set(field.name, field);
    }
    return this.#byKey.get(key) ?? this.#byKey.get(fold(key));
  }

  /** A new value with every field at its default. */
  create(): Value {
    if (!this.#template) {
      this.#template = {};
      for (const field of this.fields)
        this.#template[field.name] = defaultOf(field);
      this.#containers = this.fields.filter(isContainer);
    }
    const value = { ...this.#template };
    for (const field of this.#containers) value[field.name] = defaultOf(field);
    return value;
  }

  #parse(): Field[] {
    if (this.#text === "") return [];
    return this.#text.split(" ").map((entry) => {
      const parts = /^([^:]+):(\d+):([\w.]+)(.*)$/.exec(entry);
      const [, name = "", number = "", type = "", suffix = ""] = parts ?? [];
      const shape = shapes[suffix];
      if (!parts || !shape)
        throw new Error(`${this.name}: cannot read "${entry}"`);
      const isKind = kinds.has(type);
      const [least, most] = limitsOf(this.name, name, type);
      return {
        name,
        number: Number(number),
        kind: isKind ? (type as Kind) : "message",
        shape,
        whenEmpty: whenEmpty[suffix],
        message: isKind ? empty : descriptorOf(type),
        maxItems: maxItemsOf(this.name, name),
        maxLength: maxLengthOf(this.name, name),
        least,
        most,
      };
    });
  }
}

function limitsOf(
  message: string,
  field: string,
  kind: string,
): readonly [number, number] {
  switch (kind) {
    case "int32":
      return [-0x8000_0000, 0x7fff_ffff];
    case "uint32":
      return [0, 0xffff_ffff];
    case "int64":
      return rangeOf(message, field, false);
    case "uint64":
      return rangeOf(message, field, true);
    default:
      return [-Number.MAX_VALUE, Number.MAX_VALUE];
  }
}

const empty = new Descriptor("", "", {});

const descriptors = new Map<string, Descriptor>();

export function descriptorOf(name: string): Descriptor {
  let descriptor = descriptors.get(name);
  if (!descriptor) {
    const text = schema[name];
    if (text === undefined) throw new Error(`no message "${name}"`);
    descriptor = define(name, text);
  }
  return descriptor;
}

/** Adds a message that is not in the schema. */
export function define(
  name: string,
  text: string,
  words: FieldWords = {},
): Descriptor {
  const descriptor = new Descriptor(name, text, words);
  descriptors.set(name, descriptor);
  return descriptor;
}

const isContainer = ({ shape }: Field): boolean =>
  shape === "list" || shape === "map";

/** Returns the default value of a field. */
export function defaultOf({ shape, kind }: Field): unknown {
  switch (shape) {
    case "list":
      return [];
    case "map":
      return {};
    case "optional":
    case "wrapped":
      return null;
    case "one":
      return zeroOf(kind);
  }
}

/** A kind's zero; of messages and free JSON, null. */
export function zeroOf(kind: Kind): unknown {
  switch (kind) {
    case "string":
      return "";
    case "bytes":
      return noBytes;
    case "bool":
      return false;
    case "hash":
      return 0n;
    case "json":
    case "message":
      return null;
    default:
      return 0;
  }
}

/** Keys are the same in any case. Names are ASCII; these two are the other letters that Go folds to ASCII. */
export function fold(key: string): string {
  return key.toLowerCase().replaceAll("\u017f", "s");
}

/** Sets a map's entry, also that whose key is `__proto__`. */
export function setEntry(map: Value, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(map, key, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  else map[key] = value;
}
