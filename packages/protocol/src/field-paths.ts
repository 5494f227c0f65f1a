import type { Descriptor, Field, Value } from "./descriptor.ts";

/** A field of a message, or of one inside it: how to get there. */
export type FieldPath = readonly [Field, ...Field[]];

/** Every field of a message and of those in it, each with its way. */
export function* fieldPaths(descriptor: Descriptor): Generator<FieldPath> {
  for (const field of descriptor.fields) {
    yield [field];
    if (field.kind === "message")
      for (const inner of fieldPaths(field.message)) yield [field, ...inner];
  }
}

/**
 * Returns a path such as `userInfo.nickname`, with `[]` after lists and `{}`
 * after maps.
 */
export const pathText = (path: FieldPath): string =>
  path
    .map(({ name, shape }) =>
      shape === "list" ? `${name}[]` : shape === "map" ? `${name}{}` : name,
    )
    .join(".");

/** The last field of a path; what is in a list or map is the field's own. */
export const lastOf = (path: FieldPath): Field => path.at(-1) ?? path[0];

/** A message that has this content in this field, and nothing else. */
export function valueAt([field, ...rest]: FieldPath, content: unknown): Value {
  const [next, ...others] = rest;
  if (!next) return { [field.name]: content };
  const inner = valueAt([next, ...others], content);
  return { [field.name]: contain(field, inner) };
}

/** One value as the field holds it: bare, in a list or in a map. */
export const contain = ({ shape }: Field, content: unknown): unknown =>
  shape === "list" ? [content] : shape === "map" ? { key: content } : content;
