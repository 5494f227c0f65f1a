import { expect, test } from "bun:test";

import { gunzipFrame } from "@parley/protocol/gzip";
import { MsgData } from "@parley/protocol/generated/sdkws";
import { encodePush } from "@parley/protocol/push-frame";

import { createFrameReader } from "./frame-reader.ts";
import { counterOf, messageID, readMessageID } from "./message-id.ts";
import { messageContent, messageTemplate } from "./message-template.ts";
import { encodings, wireOf } from "./wire.ts";

const runID = "00ff00ff00ff00ff";

test.each(encodings)("each frame is its own message: %s", (encoding) => {
  const wire = wireOf(encoding);
  const frameOf = messageTemplate({
    wire,
    runID,
    // Its last digit is the first of the number that templates look for.
    sender: 0x1f,
    sendID: "alice",
    recvID: "bob",
    groupID: "",
  });
  for (const counter of [0, 1, 15, 16, 0xabcdef]) {
    const packed = frameOf(counter);
    const frame =
      encoding === "gob+gzip" ? gunzipFrame(packed, 100_000) : packed;
    const request = wire.codec.decodeRequest(frame);
    expect(request.reqIdentifier).toBe(1003);
    expect(request.sendID).toBe("alice");
    expect(counterOf(request.msgIncr)).toBe(counter);
    expect(counterOf(request.operationID)).toBe(counter);
    const message = MsgData.decode(request.data);
    expect(message.clientMsgID).toBe(messageID(runID, 0x1f, counter));
    expect(message.recvID).toBe("bob");
    expect(message.sessionType).toBe(1);
    expect(Buffer.from(message.content)).toEqual(Buffer.from(messageContent));
  }
});

test("an id says where a message is from, and others' ids say nothing", () => {
  const id = messageID(runID, 3, 77);
  expect(id).toHaveLength(32);
  expect(readMessageID(runID, id)).toEqual({ sender: 3, counter: 77 });
  expect(readMessageID("11ff00ff00ff00ff", id)).toBeUndefined();
  expect(readMessageID(runID, "")).toBeUndefined();
});

function pushOf(seq: number, content: Uint8Array): Uint8Array {
  const message = MsgData.encode({
    clientMsgID: messageID(runID, 5, seq - 1),
    content,
    seq,
  });
  return wireOf("gob+gzip").pack(
    wireOf("gob+gzip").codec.encodeResponse({
      reqIdentifier: 2001,
      msgIncr: "",
      operationID: "op",
      errCode: 0,
      errMsg: "",
      data: encodePush("si_a_b", [message], "msgs"),
    }),
  );
}

test.each([0, 2])("pushes are read, %d of them remembered", (remembered) => {
  const wire = wireOf("gob+gzip");
  const reader = createFrameReader({ wire, runID, remembered });
  for (const seq of [1, 2, 3, 4, 1, 4, 4])
    expect(reader.read(pushOf(seq, messageContent)).messages).toEqual([
      { conversationID: "si_a_b", seq, sender: 5, counter: seq - 1 },
    ]);
});

test("a message whose content changed on the way is found", () => {
  const wire = wireOf("gob+gzip");
  const reader = createFrameReader({ wire, runID, remembered: 0 });
  const changed = messageContent.with(20, 0x79);
  expect(() => reader.read(pushOf(1, changed))).toThrow("another content");
});
