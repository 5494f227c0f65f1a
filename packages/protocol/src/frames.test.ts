import { describe, expect, test } from "bun:test";

import fc from "fast-check";

import { FrameError } from "./envelope.ts";
import type { Codec } from "./envelope.ts";
import { gobCodec } from "./gob.ts";
import { gunzipFrame, gzipFrame } from "./gzip.ts";
import { jsonCodec } from "./json-envelope.ts";
import { answerTextFrame } from "./text-frames.ts";

const text = fc.string({ unit: "grapheme", maxLength: 400 });
const data = fc.uint8Array({ maxLength: 2_000 });
const anyRequest = fc.record({
  reqIdentifier: fc.integer(),
  token: text,
  sendID: text,
  operationID: text,
  msgIncr: text,
  data,
});
const anyResponse = fc.record({
  reqIdentifier: fc.integer(),
  msgIncr: text,
  operationID: text,
  errCode: fc.integer(),
  errMsg: text,
  data,
});

describe.each<[string, Codec]>([
  ["gob", gobCodec],
  ["JSON", jsonCodec],
])("%s", (_, codec) => {
  /** Also that what comes out is not larger than what went in. */
  const survive = (frame: Uint8Array): void => {
    for (const decode of [codec.decodeRequest, codec.decodeResponse])
      try {
        const envelope = decode(frame);
        const size = Object.values(envelope)
          .map((value) => (typeof value === "number" ? 0 : value.length))
          .reduce((sum, length) => sum + length);
        expect(size).toBeLessThanOrEqual(frame.length);
      } catch (error) {
        if (!(error instanceof FrameError)) throw error;
      }
  };

  test("every request comes back as it was", () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const frame = codec.encodeRequest(request);
        expect(codec.decodeRequest(frame)).toEqual(request);
      }),
    );
  });

  test("every response comes back as it was", () => {
    fc.assert(
      fc.property(anyResponse, (response) => {
        const frame = codec.encodeResponse(response);
        expect(codec.decodeResponse(frame)).toEqual(response);
      }),
    );
  });

  test("halves of surrogate pairs become the replacement character", () => {
    const frame = codec.encodeResponse({
      reqIdentifier: 1,
      msgIncr: "a\ud800",
      operationID: "\udc00b",
      errCode: 0,
      errMsg: "\ud800".repeat(60),
      data: new Uint8Array(),
    });
    expect(codec.decodeResponse(frame)).toMatchObject({ reqIdentifier: 1 });
  });

  test("random frames are read or refused", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), survive), {
      numRuns: 2_000,
    });
  });

  test("a frame cut off anywhere is refused", () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const frame = codec.encodeRequest(request);
        for (let length = 0; length < frame.length; length++)
          expect(() => codec.decodeRequest(frame.subarray(0, length))).toThrow(
            FrameError,
          );
      }),
      { numRuns: 5 },
    );
  });

  test("frames with a byte changed are read or refused", () => {
    fc.assert(
      fc.property(anyRequest, fc.nat(), fc.nat(255), (request, at, byte) => {
        const frame = codec.encodeRequest(request);
        // Mostly where the structure is, not the data.
        frame[at % Math.min(frame.length, 200)] = byte;
        survive(frame);
      }),
      { numRuns: 3_000 },
    );
  });

  test("zipped frames come back, and broken ones are read or refused", () => {
    fc.assert(
      fc.property(anyRequest, fc.nat(), (request, at) => {
        const frame = gzipFrame(codec.encodeRequest(request));
        const whole = codec.decodeRequest(gunzipFrame(frame, 1 << 20));
        expect(whole).toEqual(request);
        frame[(at >>> 3) % frame.length]! ^= 1 << (at & 7);
        try {
          survive(gunzipFrame(frame, 1 << 20));
        } catch (error) {
          if (!(error instanceof FrameError)) throw error;
        }
      }),
    );
  });
});

test("text frames of any kind are answered, taken or refused", () => {
  const survive = (frame: string): void => {
    try {
      const answer = answerTextFrame(frame);
      if (answer !== null) expect(answer).toStartWith('{"type":"pong","body":');
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
    }
  };
  fc.assert(fc.property(fc.string(), survive));
  fc.assert(fc.property(fc.json(), survive));
  fc.assert(
    fc.property(fc.json(), (body) => survive(`{"type":"ping","body":${body}}`)),
  );
});
