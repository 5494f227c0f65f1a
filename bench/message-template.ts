import { ReqIdentifier } from "@parley/protocol/envelope";
import { MsgData } from "@parley/protocol/generated/sdkws";

import { messageID, operationID, writeCounter } from "./message-id.ts";
import type { Wire } from "./wire.ts";

/** A text message of 100 bytes, as SDKs write them. */
export const messageContent: Uint8Array = Buffer.from(
  JSON.stringify({ content: "x".repeat(100 - '{"content":""}'.length) }),
);

export interface TemplateOf {
  wire: Wire;
  runID: string;
  /** Number of the sender in this run. */
  sender: number;
  sendID: string;
  /** One of these two; the other is empty. */
  recvID: string;
  groupID: string;
  /** JSON, in place of a text of 100 bytes. */
  content?: Uint8Array;
}

/** Makes one sender's frames; a frame is valid until the next is made. */
export type MessageTemplate = (counter: number) => Uint8Array;

/** A number that occurs nowhere else in a frame, nor overlaps its neighbours. */
const placeholder = 0xfedcba98;
const placeholderText = placeholder.toString(16);

const single = 1;
const group = 3;

/**
 * The generator shall not spend its core on encoding: a frame is encoded
 * once, and then only the message's number changes in it.
 */
export function messageTemplate(of: TemplateOf): MessageTemplate {
  const { wire, runID, sender, sendID, recvID, groupID } = of;
  const { content = messageContent } = of;
  const data = MsgData.encode({
    sendID,
    recvID,
    groupID,
    clientMsgID: messageID(runID, sender, placeholder),
    senderPlatformID: 2,
    senderNickname: sendID,
    sessionType: groupID === "" ? single : group,
    msgFrom: 100,
    contentType: 101,
    content,
    createTime: Date.now(),
    status: 1,
  });
  const id = operationID(sender, placeholder);
  const frame = wire.codec.encodeRequest({
    reqIdentifier: ReqIdentifier.sendMsg,
    token: "",
    sendID,
    operationID: id,
    msgIncr: `${sendID}_${id}`,
    data,
  });
  const places = findAll(frame, placeholderText);
  if (wire.encoding !== "json") {
    requirePlaces(places, 3);
    return (counter) => {
      for (const at of places) writeCounter(frame, at, counter);
      return wire.pack(frame);
    };
  }
  // The message is base64 in the envelope, of the same length each time.
  const inData = findAll(data, placeholderText);
  requirePlaces(places, 2);
  requirePlaces(inData, 1);
  const text = Buffer.from(frame.buffer, frame.byteOffset, frame.length);
  const message = Buffer.from(data.buffer, data.byteOffset, data.length);
  const dataAt = text.indexOf(message.toString("base64"));
  return (counter) => {
    for (const at of inData) writeCounter(data, at, counter);
    text.write(message.toString("base64"), dataAt, "latin1");
    for (const at of places) writeCounter(frame, at, counter);
    return frame;
  };
}

function findAll(bytes: Uint8Array, text: string): number[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const places: number[] = [];
  for (
    let at = buffer.indexOf(text);
    at >= 0;
    at = buffer.indexOf(text, at + text.length)
  )
    places.push(at);
  return places;
}

function requirePlaces(places: readonly number[], count: number): void {
  if (places.length !== count)
    throw new Error(`a frame holds ${places.length} numbers, not ${count}`);
}
