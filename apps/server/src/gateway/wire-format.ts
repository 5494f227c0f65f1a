import type {
  Codec,
  RequestEnvelope,
  ResponseEnvelope,
} from "@parley/protocol/envelope";
import { frameRoom, maxFrameBytes } from "@parley/protocol/frame-size";
import { gobCodec } from "@parley/protocol/gob";
import { gunzipFrame, gzipFrame } from "@parley/protocol/gzip";
import { jsonCodec } from "@parley/protocol/json-envelope";

/** Encodes the envelopes of one connection (docs/wire/sockets.md#encodings). */
export interface WireFormat {
  readonly name: string;
  /** Bytes of data that fit into a frame, even if incompressible. */
  readonly room: number;
  /** These bytes fit: gzip may make room for more. */
  fits(data: Uint8Array): boolean;
  decode(frame: Uint8Array): RequestEnvelope;
  encode(envelope: ResponseEnvelope): Uint8Array;
}

/** Maximum size of an inflated frame. */
const maxInflated = 1_048_576;

/** Unused bytes that a request may keep in memory; with more, its data is copied. */
const smallFrame = 4_096;

const plain = (name: string, codec: Codec, room: number): WireFormat => ({
  name,
  room,
  fits: ({ length }) => length <= room,
  decode: (frame) => codec.decodeRequest(frame),
  encode: (envelope) => codec.encodeResponse(envelope),
});

const gzipped = (name: string, codec: Codec, room: number): WireFormat => ({
  name,
  room,
  fits: (data) => data.length <= room || gzipFrame(data).length <= room / 2,
  decode(frame) {
    const inflated = gunzipFrame(frame, maxInflated);
    const request = codec.decodeRequest(inflated);
    // `data` is a piece of all that was inflated, and keeps it in memory.
    if (inflated.length > 4 * request.data.length + smallFrame)
      request.data = request.data.slice();
    return request;
  },
  encode: (envelope) => gzipFrame(codec.encodeResponse(envelope)),
});

const formats = {
  gob: plain("gob", gobCodec, frameRoom.gob),
  "gob+gzip": gzipped("gob+gzip", gobCodec, frameRoom.gob),
  json: plain("json", jsonCodec, frameRoom.json),
  "json+gzip": gzipped("json+gzip", jsonCodec, frameRoom.json),
};

/** Clients accept a frame of this size. */
export const isTakenByClients = ({ length }: Uint8Array): boolean =>
  length <= maxFrameBytes;

/** `sdkType` is "js" for JSON, else gob (docs/wire/sockets.md#connect). */
export function wireFormat(sdkType: string, isGzip: boolean): WireFormat {
  const name = sdkType === "js" ? "json" : "gob";
  return formats[isGzip ? (`${name}+gzip` as const) : name];
}
