/**
 * The description of a setting, or of a map of settings, as a JSON Schema. It is
 * ours because check.ts says what is wrong in words of ours, and nothing else of a
 * schema library was used: the largest that could be loaded at every start.
 */
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

declare const value: unique symbol;

/** A schema whose values are of type T. */
export interface Typed<T> extends SchemaNode {
  readonly [value]: T;
}

/** The type of a schema's values. */
export type Static<Schema extends Typed<unknown>> = Schema[typeof value];

type Values<Schemas extends Record<string, Typed<unknown>>> = {
  [Name in keyof Schemas]: Static<Schemas[Name]>;
};

const typed = <T>(schema: SchemaNode): Typed<T> => schema as Typed<T>;

export const Type = {
  String: (given: SchemaNode = {}) =>
    typed<string>({ ...given, type: "string" }),
  Integer: (given: SchemaNode = {}) =>
    typed<number>({ ...given, type: "integer" }),
  Boolean: (given: SchemaNode = {}) =>
    typed<boolean>({ ...given, type: "boolean" }),
  Array: <T>(items: Typed<T>, given: SchemaNode = {}) =>
    typed<T[]>({ ...given, type: "array", items }),
  /** One of these values. */
  OneOf: <const T extends string | number>(
    values: readonly T[],
    given: SchemaNode = {},
  ) => typed<T>({ ...given, anyOf: values.map((each) => ({ const: each })) }),
  /** A map with these names. */
  Object: <Schemas extends Record<string, Typed<unknown>>>(
    properties: Schemas,
  ) => typed<Values<Schemas>>({ type: "object", properties }),
  /** Values that TypeScript knows better than this file. */
  Unsafe: <T>(schema: SchemaNode) => typed<T>(schema),
};
