import type { Codec } from "@parley/protocol/envelope";
import { gobCodec } from "@parley/protocol/gob";
import { gunzipFrame } from "@parley/protocol/gzip";
import { jsonCodec } from "@parley/protocol/json-envelope";

export const encodings = ["gob+gzip", "gob", "json"] as const;
export type Encoding = (typeof encodings)[number];

/** Encodes frames and the query of a connection. */
export interface Wire {
  readonly encoding: Encoding;
  /** Query parameters that the encoding adds. */
  readonly query: string;
  readonly codec: Codec;
  pack(frame: Uint8Array<ArrayBuffer>): Uint8Array;
  unpack(frame: Uint8Array): Uint8Array;
}

/** Far above any frame: lets the decoder take the fast way for all of them. */
const maxInflated = 256 * 1024 * 1024;

const asIs = <Frame>(frame: Frame): Frame => frame;

const wires: Record<Encoding, Wire> = {
  "gob+gzip": {
    encoding: "gob+gzip",
    query: "&compression=gzip",
    codec: gobCodec,
    // Really deflated, as the Go SDKs do: the server pays for inflating it.
    pack: (frame) => Bun.gzipSync(frame),
    unpack: (frame) => gunzipFrame(frame, maxInflated),
  },
  gob: {
    encoding: "gob",
    query: "",
    codec: gobCodec,
    pack: asIs,
    unpack: asIs,
  },
  json: {
    encoding: "json",
    query: "&sdkType=js",
    codec: jsonCodec,
    pack: asIs,
    unpack: asIs,
  },
};

export const wireOf = (encoding: Encoding): Wire => wires[encoding];
