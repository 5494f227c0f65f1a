import { ReqIdentifier } from "@parley/protocol/envelope";
import type { ResponseEnvelope } from "@parley/protocol/envelope";
import { readMsgData } from "@parley/protocol/msg-data";
import { WireReader } from "@parley/protocol/wire-reader";

import { readMessageID } from "./message-id.ts";
import { messageContent } from "./message-template.ts";
import type { Wire } from "./wire.ts";

/** A message that reached a client, pushed or pulled. */
export interface Incoming {
  conversationID: string;
  seq: number;
  /** Number of the sender in this run; -1: the server's own message. */
  sender: number;
  counter: number;
}

export interface IncomingFrame {
  envelope: ResponseEnvelope;
  /** Messages of a push. */
  messages: readonly Incoming[];
}

export interface FrameReader {
  read(frame: Uint8Array): IncomingFrame;
  /** The messages in sdkws.PushMessages or sdkws.PullMessageBySeqsResp. */
  messages(data: Uint8Array): Incoming[];
}

export interface FrameReaderOptions {
  wire: Wire;
  runID: string;
  /**
   * Number of recent pushes to keep: a push to a group has the same bytes for
   * every member and is decoded once.
   */
  remembered: number;
  /** Content of every message; undefined: the text of 100 bytes. */
  content?: Uint8Array;
}

export function createFrameReader(options: FrameReaderOptions): FrameReader {
  const { wire, runID, content = messageContent } = options;
  const recent: { bytes: Buffer; frame: IncomingFrame }[] = [];
  let oldest = 0;

  function decode(bytes: Uint8Array): IncomingFrame {
    const envelope = wire.codec.decodeResponse(wire.unpack(bytes));
    const isPush = envelope.reqIdentifier === ReqIdentifier.pushMsg;
    return { envelope, messages: isPush ? messages(envelope.data) : [] };
  }

  function messages(data: Uint8Array): Incoming[] {
    const found: Incoming[] = [];
    const reader = new WireReader(data);
    while (!reader.isAtEnd) {
      reader.tag(); // msgs or notificationMsgs
      const start = reader.delimited();
      readEntry(data.subarray(start, reader.position), found);
    }
    return found;
  }

  /** A map's entry: 1 the conversation, 2 its PullMsgs. */
  function readEntry(bytes: Uint8Array, found: Incoming[]): void {
    const entry = new WireReader(bytes);
    let conversationID = "";
    while (!entry.isAtEnd) {
      const field = entry.tag() >>> 3;
      const start = entry.delimited();
      const value = bytes.subarray(start, entry.position);
      if (field === 1) conversationID = Buffer.from(value).toString();
      else readPullMsgs(value, conversationID, found);
    }
  }

  function readPullMsgs(
    bytes: Uint8Array,
    conversationID: string,
    found: Incoming[],
  ): void {
    const reader = new WireReader(bytes);
    while (!reader.isAtEnd) {
      const tag = reader.tag();
      if (tag >>> 3 !== 1) {
        reader.skip(tag);
        continue;
      }
      const start = reader.delimited();
      found.push(
        readMessage(conversationID, bytes.subarray(start, reader.position)),
      );
    }
  }

  function readMessage(conversationID: string, bytes: Uint8Array): Incoming {
    const view = readMsgData(bytes);
    const { seq } = view;
    const id = readMessageID(runID, view.clientMsgID);
    if (!id) return { conversationID, seq, sender: -1, counter: 0 };
    if (Buffer.compare(view.content, content) !== 0)
      throw new Error(`seq ${seq} of ${conversationID} has another content`);
    return { conversationID, seq, ...id };
  }

  function recall(bytes: Uint8Array): IncomingFrame | undefined {
    const last = bytes[bytes.length - 8];
    for (const each of recent)
      if (
        each.bytes.length === bytes.length &&
        each.bytes[bytes.length - 8] === last &&
        each.bytes.equals(bytes)
      )
        return each.frame;
    return undefined;
  }

  return {
    messages,
    read(bytes) {
      if (options.remembered === 0) return decode(bytes);
      const known = recall(bytes);
      if (known) return known;
      const frame = decode(bytes);
      if (frame.envelope.reqIdentifier === ReqIdentifier.pushMsg) {
        recent[oldest] = { bytes: Buffer.from(bytes), frame };
        oldest = (oldest + 1) % options.remembered;
      }
      return frame;
    },
  };
}
