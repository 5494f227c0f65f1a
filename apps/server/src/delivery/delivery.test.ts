import { PushMessages, MsgData } from "@parley/protocol/generated/sdkws";
import { maxFrameBytes } from "@parley/protocol/frame-size";
import { gobCodec } from "@parley/protocol/gob";
import { gunzipFrame } from "@parley/protocol/gzip";
import { jsonCodec } from "@parley/protocol/json-envelope";
import { randomBytes } from "node:crypto";

import { expect, test } from "bun:test";

import { createSessions } from "../gateway/sessions.ts";
import type { Session } from "../gateway/sessions.ts";
import { wireFormat } from "../gateway/wire-format.ts";
import { nextTurn } from "../pace/turns.ts";
import { createDelivery } from "./delivery.ts";

const decoders = {
  gob: gobCodec.decodeResponse,
  "gob+gzip": (frame: Uint8Array) =>
    gobCodec.decodeResponse(gunzipFrame(frame, 8_388_608)),
  json: jsonCodec.decodeResponse,
  "json+gzip": (frame: Uint8Array) =>
    jsonCodec.decodeResponse(gunzipFrame(frame, 8_388_608)),
};

/** Delivers a message of so many bytes to connections of all kinds. */
async function deliver(size: number, seq: number) {
  const sessions = createSessions();
  const frames = new Map<string, Uint8Array>();
  for (const sdkType of ["", "js"])
    for (const isGzip of [true, false]) {
      const wire = wireFormat(sdkType, isGzip);
      sessions.add({
        id: wire.name,
        userID: "ann",
        platformID: 1,
        isBackground: false,
        wire,
        send: (frame: Uint8Array) => frames.set(wire.name, frame),
      } as unknown as Session);
    }
  let tooLarge = 0;
  const delivery = createDelivery({
    sessions,
    answerFirst: { send: (session, frame) => session.send(frame) },
    delivered: () => undefined,
    tooLarge: () => tooLarge++,
  });
  const content = randomBytes(size);
  delivery.deliver({
    conversationID: "si_ann_bob",
    data: MsgData.encode({ seq, content, sendTime: 7 }),
    operationID: "o".repeat(20_000),
    userIDs: ["ann"],
  });
  while (delivery.waitingMs() > 0) await nextTurn();
  await nextTurn();
  const told = Object.entries(decoders).flatMap(([name, decode]) => {
    const frame = frames.get(name);
    if (!frame) return [];
    expect(frame.length).toBeLessThanOrEqual(maxFrameBytes);
    const { data, operationID } = decode(frame);
    expect(operationID.length).toBe(1_024);
    return [PushMessages.decode(data).msgs["si_ann_bob"]?.Msgs ?? []];
  });
  return { told, tooLarge };
}

test("a message that fits into no frame is one that clients are told to fetch", async () => {
  const { told, tooLarge } = await deliver(1_500_000, 5);
  expect(tooLarge).toBe(4);
  expect(told).toHaveLength(4);
  for (const msgs of told) {
    // More than the seqs that anybody lacks: so the SDK pulls up to this one.
    expect(msgs.length).toBeGreaterThan(1);
    for (const { seq, sendTime, content } of msgs)
      expect({ seq, sendTime, size: content.length }).toEqual({
        seq: 5,
        sendTime: 7,
        size: 0,
      });
  }
});

test("who takes it as it is gets it, and only the others are told to fetch", async () => {
  const { told } = await deliver(800_000, 5);
  const [gob, gobGzip, json] = told.map((msgs) => msgs[0]?.content.length);
  expect({ gob, gobGzip, json }).toEqual({
    gob: 800_000,
    gobGzip: 800_000,
    json: 0,
  });
});

test("what is online only and too large is told to nobody", async () => {
  expect(await deliver(1_500_000, 0)).toEqual({ told: [], tooLarge: 4 });
});
