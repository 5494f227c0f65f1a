import { fromBase64, toBase64 } from "./base64.ts";
import { FrameError, noData } from "./envelope.ts";
import type { Codec, RequestEnvelope, ResponseEnvelope } from "./envelope.ts";
import { encodeUTF8, readUTF8 } from "./utf8.ts";

/** The envelopes of the JS client: JSON text in a binary frame. */
export const jsonCodec: Codec = {
  decodeRequest(frame) {
    const envelope: RequestEnvelope = {
      reqIdentifier: 0,
      token: "",
      sendID: "",
      operationID: "",
      msgIncr: "",
      data: noData,
    };
    fill(envelope, parseObject(frame), requestKeys);
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
    fill(envelope, parseObject(frame), responseKeys);
    return envelope;
  },
  encodeRequest(request) {
    const { reqIdentifier, token, sendID, operationID, msgIncr } = request;
    return encodeUTF8(
      `{"reqIdentifier":${reqIdentifier}` +
        `,"token":${JSON.stringify(token)}` +
        `,"sendID":${JSON.stringify(sendID)}` +
        `,"operationID":${JSON.stringify(operationID)}` +
        `,"msgIncr":${JSON.stringify(msgIncr)}` +
        `,"data":"${toBase64(request.data)}"}`,
    );
  },
  encodeResponse(response) {
    const { reqIdentifier, msgIncr, operationID, errCode, data } = response;
    return encodeUTF8(
      `{"reqIdentifier":${reqIdentifier}` +
        `,"msgIncr":${JSON.stringify(msgIncr)}` +
        `,"operationID":${JSON.stringify(operationID)}` +
        `,"errCode":${errCode}` +
        `,"errMsg":${JSON.stringify(response.errMsg)}` +
        `,"data":${data.length === 0 ? "null" : `"${toBase64(data)}"`}}`,
    );
  },
};

const requestKeys = keysOf([
  "reqIdentifier",
  "token",
  "sendID",
  "operationID",
  "msgIncr",
  "data",
]);
const responseKeys = keysOf([
  "reqIdentifier",
  "msgIncr",
  "operationID",
  "errCode",
  "errMsg",
  "data",
]);

/** Finds a field by its key in the usual and in lower case. */
function keysOf<Key extends string>(keys: Key[]): ReadonlyMap<string, Key> {
  return new Map(
    keys.flatMap((key) => [
      [key, key],
      [key.toLowerCase(), key],
    ]),
  );
}

function parseObject(frame: Uint8Array): object {
  let value: unknown;
  try {
    value = JSON.parse(readUTF8(frame, 0, frame.length));
  } catch (cause) {
    throw new FrameError("not JSON", { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new FrameError("not a JSON object");
  return value;
}

/** COMPAT: Go matches keys whatever their case, and passes over a null. */
function fill<Envelope extends object>(
  envelope: Envelope,
  source: object,
  keys: ReadonlyMap<string, keyof Envelope & string>,
): void {
  // What JSON.parse makes inherits no keys, and a list of pairs takes longer.
  for (const name in source) {
    const value = (source as Record<string, unknown>)[name];
    const key = keys.get(name) ?? keys.get(name.toLowerCase());
    if (key === undefined || value === null) continue;
    envelope[key] = convert(key, value, envelope[key]);
  }
}

function convert<Value>(key: string, value: unknown, initial: Value): Value {
  if (initial instanceof Uint8Array) {
    if (typeof value === "string") return bytesOf(key, value) as Value;
  } else if (typeof initial === typeof value) {
    if (typeof value !== "number" || Number.isSafeInteger(value))
      return value as Value;
  }
  throw new FrameError(`${key} is of the wrong type`);
}

function bytesOf(key: string, text: string): Uint8Array {
  try {
    return text === "" ? noData : fromBase64(text);
  } catch (cause) {
    throw new FrameError(`${key} is not base64`, { cause });
  }
}
