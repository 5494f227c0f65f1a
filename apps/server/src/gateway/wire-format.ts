import type {
  Codec,
  RequestEnvelope,
  ResponseEnvelope,
} from "@parley/protocol/envelope";
import { gobCodec } from "@parley/protocol/gob";
import { gunzipFrame, gzipFrame } from "@parley/protocol/gzip";
import { jsonCodec } from "@parley/protocol/json-envelope";

/** How a connection writes its envelopes (gateway.md §2). */
export interface WireFormat {
  readonly name: string;
  decode(frame: Uint8Array): RequestEnvelope;
  encode(envelope: ResponseEnvelope): Uint8Array;
}

/** A frame of this many bytes may hold at most so much once inflated. */
const maxInflated = 1_048_576;

/** Not worth a copy. */
const smallFrame = 4_096;

const plain = (name: string, codec: Codec): WireFormat => ({
  name,
  decode: (frame) => codec.decodeRequest(frame),
  encode: (envelope) => codec.encodeResponse(envelope),
});

const gzipped = (name: string, codec: Codec): WireFormat => ({
  name,
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
  gob: plain("gob", gobCodec),
  "gob+gzip": gzipped("gob+gzip", gobCodec),
  json: plain("json", jsonCodec),
  "json+gzip": gzipped("json+gzip", jsonCodec),
};

/** `sdkType` is "js" for JSON, else gob (gateway.md §1.1). */
export function wireFormat(sdkType: string, isGzip: boolean): WireFormat {
  const name = sdkType === "js" ? "json" : "gob";
  return formats[isGzip ? (`${name}+gzip` as const) : name];
}
