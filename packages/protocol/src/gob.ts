import { FrameError, noData } from "./envelope.ts";
import type { Codec, RequestEnvelope, ResponseEnvelope } from "./envelope.ts";
import { GobReader, GobType } from "./gob-reader.ts";
import { readDefinition, skipValue } from "./gob-types.ts";
import type { GobDefinition, GobField } from "./gob-types.ts";
import { GobWriter, gobDefinition } from "./gob-writer.ts";

/**
 * The envelopes of Go clients, the wasm one included. Each frame is a gob
 * stream of its own: what the value's type looks like, then the value
 * (docs/wire/sockets.md#encodings).
 */
export const gobCodec: Codec = {
  decodeRequest(frame) {
    const envelope: RequestEnvelope = {
      reqIdentifier: 0,
      token: "",
      sendID: "",
      operationID: "",
      msgIncr: "",
      data: noData,
    };
    decode(frame, envelope, requestFields);
    return envelope;
  },
  decodeResponse(frame) {
    const envelope: ResponseEnvelope = {
      reqIdentifier: 0,
      msgIncr: "",
      operationID: "",
      errCode: 0,
      errMsg: "",
      data: noData,
    };
    decode(frame, envelope, responseFields);
    return envelope;
  },
  encodeRequest(request) {
    const { token, sendID, operationID, msgIncr, data } = request;
    const room =
      data.length +
      3 * (token.length + sendID.length + operationID.length + msgIncr.length);
    const writer = new GobWriter(requestDefinition, 6, room);
    writer.int(1, request.reqIdentifier);
    writer.string(2, token);
    writer.string(3, sendID);
    writer.string(4, operationID);
    writer.string(5, msgIncr);
    writer.bytes(6, data);
    return writer.finish();
  },
  encodeResponse(response) {
    const { msgIncr, operationID, errMsg, data } = response;
    const room =
      data.length + 3 * (msgIncr.length + operationID.length + errMsg.length);
    const writer = new GobWriter(responseDefinition, 6, room);
    writer.int(1, response.reqIdentifier);
    writer.string(2, msgIncr);
    writer.string(3, operationID);
    writer.int(4, response.errCode);
    writer.string(5, errMsg);
    writer.bytes(6, data);
    return writer.finish();
  },
};

interface Field<Envelope> {
  /** The field's name as Go writes it. */
  name: string;
  key: keyof Envelope;
  /** Its gob type in the Go struct. */
  type: number;
}

const requestFields: readonly Field<RequestEnvelope>[] = [
  { name: "ReqIdentifier", key: "reqIdentifier", type: GobType.int },
  { name: "Token", key: "token", type: GobType.string },
  { name: "SendID", key: "sendID", type: GobType.string },
  { name: "OperationID", key: "operationID", type: GobType.string },
  { name: "MsgIncr", key: "msgIncr", type: GobType.string },
  { name: "Data", key: "data", type: GobType.bytes },
];

const responseFields: readonly Field<ResponseEnvelope>[] = [
  { name: "ReqIdentifier", key: "reqIdentifier", type: GobType.int },
  { name: "MsgIncr", key: "msgIncr", type: GobType.string },
  { name: "OperationID", key: "operationID", type: GobType.string },
  { name: "ErrCode", key: "errCode", type: GobType.int },
  { name: "ErrMsg", key: "errMsg", type: GobType.string },
  { name: "Data", key: "data", type: GobType.bytes },
];

const requestDefinition = gobDefinition("GeneralWsReq", requestFields);
const responseDefinition = gobDefinition("Resp", responseFields);

/** Most types in a stream, more than any envelope needs. */
const maxDefinitions = 64;

function decode<Envelope>(
  frame: Uint8Array,
  envelope: Envelope,
  wanted: readonly Field<Envelope>[],
): void {
  const reader = new GobReader(frame);
  const definitions = new Map<number, GobDefinition>();
  for (;;) {
    const type = reader.beginMessage();
    if (type >= 0)
      return readValue(reader, type, definitions, envelope, wanted);
    if (definitions.size === maxDefinitions)
      throw new FrameError("gob: too many types");
    definitions.set(-type, readDefinition(reader));
    reader.endMessage();
  }
}

function readValue<Envelope>(
  reader: GobReader,
  type: number,
  definitions: ReadonlyMap<number, GobDefinition>,
  envelope: Envelope,
  wanted: readonly Field<Envelope>[],
): void {
  const definition = definitions.get(type);
  if (definition?.kind !== "struct") throw new FrameError("gob: not a struct");
  const { fields } = definition;
  const frame = reader.bytes;
  for (let at = reader.nextField(-1); at >= 0; at = reader.nextField(at)) {
    const field = fields[at];
    if (!field) throw new FrameError("gob: a field that is not defined");
    const known = findByName(wanted, frame, field);
    if (known === undefined) skipValue(reader, field.type, definitions);
    else if (known.type === field.type)
      envelope[known.key] = readBasic(reader, field.type) as never;
    else throw new FrameError(`gob: ${known.name} is of the wrong type`);
  }
}

function findByName<Known extends { name: string }>(
  fields: readonly Known[],
  frame: Uint8Array,
  { nameStart, nameEnd }: GobField,
): Known | undefined {
  for (const field of fields)
    if (hasText(frame, nameStart, nameEnd, field.name)) return field;
  return undefined;
}

/** Compares bytes with an ASCII text. */
function hasText(
  bytes: Uint8Array,
  start: number,
  end: number,
  text: string,
): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++)
    if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}

function readBasic(reader: GobReader, type: number): unknown {
  if (type === GobType.string) return reader.string();
  return type === GobType.int ? reader.int() : reader.bytesValue();
}
