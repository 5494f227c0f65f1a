import { FrameError } from "./envelope.ts";
import { GobType } from "./gob-reader.ts";
import type { GobReader } from "./gob-reader.ts";

/** A type that a stream defined, as far as skipping its values needs it. */
export type GobDefinition =
  | { kind: "struct"; fields: GobField[] }
  /** Slices and arrays: a count, then so many. */
  | { kind: "list"; element: number }
  | { kind: "map"; key: number; element: number }
  /** Marshals itself: a length, then bytes. */
  | { kind: "opaque" };

/** A field's name is where it lies in the frame: most need no string. */
export interface GobField {
  nameStart: number;
  nameEnd: number;
  type: number;
}

export type GobDefinitions = ReadonlyMap<number, GobDefinition>;

/** An envelope has six fields and nests nothing. */
const maxFields = 256;
const maxDepth = 64;

/** Reads what a stream says about one of its types (docs/wire/sockets.md#encodings). */
export function readDefinition(reader: GobReader): GobDefinition {
  // One field of several is there, and its index says what the type is.
  const kind = reader.nextField(-1);
  const definition = readKind(reader, kind);
  if (reader.nextField(kind) !== -1)
    throw new FrameError("gob: a type of two kinds");
  return definition;
}

function readKind(reader: GobReader, kind: number): GobDefinition {
  switch (kind) {
    case 0:
    case 1:
      return { kind: "list", element: readTypeIDs(reader)[0] };
    case 2:
      return { kind: "struct", fields: readStructType(reader) };
    case 3: {
      const [key, element] = readTypeIDs(reader);
      return { kind: "map", key, element };
    }
    case 4:
    case 5:
    case 6:
      readTypeIDs(reader);
      return { kind: "opaque" };
    default:
      throw new FrameError("gob: a type of unknown kind");
  }
}

function readStructType(reader: GobReader): GobField[] {
  const fields: GobField[] = [];
  for (let at = reader.nextField(-1); at >= 0; at = reader.nextField(at)) {
    if (at === 0) skipCommonType(reader);
    else if (at === 1) {
      const count = reader.count();
      if (count > maxFields) throw new FrameError("gob: too many fields");
      for (let i = 0; i < count; i++) fields.push(readField(reader));
    } else throw new FrameError("gob: a malformed struct type");
  }
  return fields;
}

function readField(reader: GobReader): GobField {
  const field = { nameStart: 0, nameEnd: 0, type: 0 };
  for (let at = reader.nextField(-1); at >= 0; at = reader.nextField(at)) {
    if (at === 0) {
      field.nameStart = reader.skipBytes();
      field.nameEnd = reader.position;
    } else if (at === 1) field.type = reader.int();
    else throw new FrameError("gob: a malformed field");
  }
  return field;
}

/**
 * Reads the part after a type's common part: ids of types, or an array's
 * length.
 */
function readTypeIDs(reader: GobReader): [number, number] {
  const ids: [number, number] = [0, 0];
  for (let at = reader.nextField(-1); at >= 0; at = reader.nextField(at)) {
    if (at === 0) skipCommonType(reader);
    else if (at === 1 || at === 2) ids[at - 1] = reader.int();
    else throw new FrameError("gob: a malformed type");
  }
  return ids;
}

/** The type's name and id, which its message has told before. */
function skipCommonType(reader: GobReader): void {
  for (let at = reader.nextField(-1); at >= 0; at = reader.nextField(at)) {
    if (at === 0) reader.skipBytes();
    else if (at === 1) reader.skipNumber();
    else throw new FrameError("gob: a malformed type");
  }
}

/** Passes over one value; throws FrameError where its type is unknown. */
export function skipValue(
  reader: GobReader,
  type: number,
  definitions: GobDefinitions,
  depth = 0,
): void {
  switch (type) {
    case GobType.bool:
    case GobType.int:
    case GobType.uint:
    case GobType.float:
      return reader.skipNumber();
    case GobType.bytes:
    case GobType.string:
      reader.skipBytes();
      return;
    case GobType.complex:
      reader.skipNumber();
      return reader.skipNumber();
    case GobType.interface:
      return skipInterface(reader);
  }
  const definition = definitions.get(type);
  if (!definition) throw new FrameError(`gob: type ${type} is not defined`);
  if (depth === maxDepth) throw new FrameError("gob: nested too deeply");
  skipDefined(reader, definition, definitions, depth + 1);
}

function skipDefined(
  reader: GobReader,
  definition: GobDefinition,
  definitions: GobDefinitions,
  depth: number,
): void {
  switch (definition.kind) {
    case "opaque":
      reader.skipBytes();
      return;
    case "struct":
      for (let at = reader.nextField(-1); at >= 0; at = reader.nextField(at))
        skipValue(reader, fieldAt(definition, at).type, definitions, depth);
      return;
    case "list":
      for (let left = reader.count(); left > 0; left--)
        skipValue(reader, definition.element, definitions, depth);
      return;
    case "map":
      for (let left = reader.count(); left > 0; left--) {
        skipValue(reader, definition.key, definitions, depth);
        skipValue(reader, definition.element, definitions, depth);
      }
  }
}

function fieldAt({ fields }: { fields: GobField[] }, index: number): GobField {
  const field = fields[index];
  if (!field) throw new FrameError("gob: a field that is not defined");
  return field;
}

/** The name of the value's type, or nothing for nil; its id; the value. */
function skipInterface(reader: GobReader): void {
  const nameStart = reader.skipBytes();
  if (reader.position === nameStart) return;
  reader.skipNumber();
  reader.skipBytes();
}
