// The gob of the Go SDKs, as a client sees it, written apart from the server's
// so that one cannot hide a fault of the other. Every frame is a stream of its
// own: first the definition of a struct, then one value of it.
import type { Envelope, Reply } from "./envelope.ts";

/** The definition of GeneralWsReq, type 65, with its six fields. */
const requestDefinition = Buffer.from(
  "66ff810301010c47656e6572616c577352657101ff82000106010d5265714964656e" +
    "7469666965720104000105546f6b656e010c00010653656e644944010c00010b4f70" +
    "65726174696f6e4944010c0001074d7367496e6372010c00010444617461010a000000",
  "hex",
);

export function gobEncode(envelope: Envelope): Buffer {
  const { reqIdentifier, token, sendID, operationID, msgIncr, data } = envelope;
  const fields = [
    reqIdentifier === 0 ? [] : unsigned(zigzag(reqIdentifier)),
    ...[token, sendID, operationID, msgIncr].map((text) =>
      counted(Buffer.from(text)),
    ),
    counted(Buffer.from(data, "base64")),
  ];
  const value = [0xff, 0x82]; // a value of type 65
  let last = -1;
  for (const [index, field] of fields.entries()) {
    if (field.length === 0) continue; // zero values are left out
    value.push(index - last, ...field);
    last = index;
  }
  value.push(0);
  return Buffer.concat([
    requestDefinition,
    Buffer.from([...unsigned(value.length), ...value]),
  ]);
}

/** Below 128 one byte; otherwise the negated count of bytes, then the bytes. */
function unsigned(value: number): number[] {
  if (value < 128) return [value];
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256))
    bytes.unshift(rest % 256);
  return [256 - bytes.length, ...bytes];
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

function counted(bytes: Buffer): number[] {
  return bytes.length === 0 ? [] : [...unsigned(bytes.length), ...bytes];
}

/** Throws for whatever is not one definition after another and then a value. */
export function gobDecode(stream: Uint8Array): Reply {
  const read = new GobReader(stream);
  const definitions = new Map<number, readonly FieldDefinition[]>();
  for (;;) {
    read.unsigned(); // the length of this part
    const id = read.signed();
    if (id < 0) {
      definitions.set(-id, read.definition());
      continue;
    }
    const fields = definitions.get(id);
    if (!fields) throw new Error(`gob: type ${id} was not defined`);
    return { ...emptyReply, ...read.value(fields) };
  }
}

const emptyReply: Reply = {
  reqIdentifier: 0,
  msgIncr: "",
  operationID: "",
  errCode: 0,
  errMsg: "",
  data: null,
};

interface FieldDefinition {
  name: string;
  /** 2 int, 5 bytes, 6 string. */
  type: number;
}

class GobReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes);
  }

  unsigned(): number {
    const first = this.#byte();
    if (first < 128) return first;
    let value = 0;
    for (let left = 256 - first; left > 0; left--)
      value = value * 256 + this.#byte();
    return value;
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 ? -(value + 1) / 2 : value / 2;
  }

  /** A wireType of which only StructT is set: the only kind frames have. */
  definition(): readonly FieldDefinition[] {
    const fields: FieldDefinition[] = [];
    this.#struct({
      2: () =>
        this.#struct({
          0: () => void this.#named(),
          1: () => {
            const count = this.unsigned();
            for (let i = 0; i < count; i++) fields.push(this.#named());
          },
        }),
    });
    return fields;
  }

  /** A struct as an object whose keys begin with a small letter. */
  value(fields: readonly FieldDefinition[]): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    this.#struct(
      fields.map(({ name, type }) => () => {
        const key = name.charAt(0).toLowerCase() + name.slice(1);
        value[key] = this.#basic(type);
      }),
    );
    return value;
  }

  /** A name and the number that belongs to it. */
  #named(): FieldDefinition {
    const named = { name: "", type: 0 };
    this.#struct([
      () => void (named.name = this.#counted().toString()),
      () => void (named.type = this.signed()),
    ]);
    return named;
  }

  #basic(type: number): unknown {
    if (type === 2) return this.signed();
    if (type === 5) return this.#counted().toString("base64");
    if (type === 6) return this.#counted().toString();
    throw new Error(`gob: a field of type ${type}`);
  }

  /** Fields come as distances from the one before; 0 ends the struct. */
  #struct(readers: ArrayLike<() => void> | Record<number, () => void>): void {
    let index = -1;
    for (let step = this.unsigned(); step > 0; step = this.unsigned()) {
      index += step;
      const read = (readers as Record<number, () => void>)[index];
      if (!read) throw new Error(`gob: no field ${index}`);
      read();
    }
  }

  #counted(): Buffer {
    const length = this.unsigned();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error("gob: ends too early");
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Error("gob: ends too early");
    return byte;
  }
}
