import { utf8Length } from "./utf8.ts";
import { delimitedSize, varintSize, WireWriter } from "./wire-writer.ts";

// Messages on their way to clients, and the answers to those that come. What holds
// messages is written around their bytes, which stay as they were stored.

const firstDelimited = 0x0a;
const secondDelimited = 0x12;
const isEndTag = 0x10;
const endSeqTag = 0x18;
const sendTimeTag = 0x18;

/**
 * sdkws.PushMessages with messages of one conversation. "notificationMsgs"
 * is for ids that begin with n_ (docs/wire/sockets.md#requests, 2001).
 */
export function encodePush(
  conversationID: string,
  msgs: readonly Uint8Array[],
  kind: "msgs" | "notificationMsgs",
): Uint8Array<ArrayBuffer> {
  let size = 0;
  for (const { length } of msgs) size += 1 + delimitedSize(length);
  const writer = new WireWriter(
    1 + delimitedSize(entrySize(conversationID, size)),
  );
  const tag = kind === "notificationMsgs" ? secondDelimited : firstDelimited;
  beginEntry(writer, tag, conversationID, size);
  for (const msg of msgs) {
    writer.varint(firstDelimited);
    writer.delimited(msg);
  }
  return writer.finish();
}

/**
 * Returns messages (sdkws.MsgData each) as the field of a sdkws.PullMsgs that holds
 * them. Two loops without calls, because a page has many.
 */
export function frameMessages(
  messages: readonly { readonly data: Uint8Array }[],
): Uint8Array<ArrayBuffer> {
  let size = 0;
  for (const { data } of messages) {
    size += 2 + data.length;
    for (let rest = data.length; rest >= 0x80; rest >>>= 7) size++;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const { data } of messages) {
    bytes[at++] = firstDelimited;
    let rest = data.length;
    for (; rest >= 0x80; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
    bytes[at++] = rest;
    bytes.set(data, at);
    at += data.length;
  }
  return bytes;
}

/** The result of a pull in one conversation. */
export interface PullEntry {
  conversationID: string;
  /** true: the entry belongs in notificationMsgs instead of msgs. */
  notification: boolean;
  /** Messages as `frameMessages` returns them. */
  framed: Uint8Array;
  isEnd: boolean;
  /** 0: not told. */
  endSeq: number;
}

/** sdkws.PullMessageBySeqsResp; msg.GetSeqMessageResp has the same shape. */
export function encodePullResponse(
  entries: readonly PullEntry[],
): Uint8Array<ArrayBuffer> {
  const sizes = entries.map(pullSize);
  let size = 0;
  entries.forEach(({ conversationID }, at) => {
    size += 1 + delimitedSize(entrySize(conversationID, sizes[at]!));
  });
  const writer = new WireWriter(size);
  entries.forEach((entry, at) => writeEntry(writer, entry, sizes[at]!));
  return writer.finish();
}

/** msg.GetLastMessageResp: one message of each conversation. */
export function encodeLastMessages(
  entries: readonly { conversationID: string; msg: Uint8Array }[],
): Uint8Array<ArrayBuffer> {
  let size = 0;
  for (const { conversationID, msg } of entries)
    size += 1 + delimitedSize(entrySize(conversationID, msg.length));
  const writer = new WireWriter(size);
  for (const { conversationID, msg } of entries) {
    beginEntry(writer, firstDelimited, conversationID, msg.length);
    writer.raw(msg);
  }
  return writer.finish();
}

/** msg.SendMsgResp of a message that no webhook changed. */
export function encodeAck(ack: {
  serverMsgID: string;
  clientMsgID: string;
  sendTime: number;
}): Uint8Array<ArrayBuffer> {
  const { serverMsgID, clientMsgID, sendTime } = ack;
  const serverLength = utf8Length(serverMsgID);
  const clientLength = utf8Length(clientMsgID);
  const writer = new WireWriter(
    (serverLength === 0 ? 0 : 1 + delimitedSize(serverLength)) +
      (clientLength === 0 ? 0 : 1 + delimitedSize(clientLength)) +
      (sendTime === 0 ? 0 : 1 + varintSize(sendTime)),
  );
  if (serverLength > 0) {
    writer.varint(firstDelimited);
    writer.text(serverMsgID, serverLength);
  }
  if (clientLength > 0) {
    writer.varint(secondDelimited);
    writer.text(clientMsgID, clientLength);
  }
  if (sendTime !== 0) {
    writer.varint(sendTimeTag);
    writer.varint(sendTime);
  }
  return writer.finish();
}

function writeEntry(writer: WireWriter, entry: PullEntry, size: number): void {
  const tag = entry.notification ? secondDelimited : firstDelimited;
  beginEntry(writer, tag, entry.conversationID, size);
  writer.raw(entry.framed);
  if (entry.isEnd) {
    writer.varint(isEndTag);
    writer.varint(1);
  }
  if (entry.endSeq !== 0) {
    writer.varint(endSeqTag);
    writer.varint(entry.endSeq);
  }
}

/** The length of a sdkws.PullMsgs. */
function pullSize({ framed, isEnd, endSeq }: PullEntry): number {
  let size = framed.length + (isEnd ? 2 : 0);
  if (endSeq !== 0) size += 1 + varintSize(endSeq);
  return size;
}

/** The length of a map's entry with a value of so many bytes. */
function entrySize(key: string, valueSize: number): number {
  return 1 + delimitedSize(utf8Length(key)) + 1 + delimitedSize(valueSize);
}

/** All of a map's entry but the value's bytes. */
function beginEntry(
  writer: WireWriter,
  tag: number,
  key: string,
  valueSize: number,
): void {
  writer.varint(tag);
  writer.varint(entrySize(key, valueSize));
  writer.varint(firstDelimited);
  writer.text(key);
  writer.varint(secondDelimited);
  writer.varint(valueSize);
}
