import { ContentType } from "@parley/protocol/content-types";
import { MsgData } from "@parley/protocol/generated/sdkws";
import { goStringify } from "@parley/protocol/go-json";
import {
  contentTypeOf,
  patchMsgData,
  readMsgData,
} from "@parley/protocol/msg-data";
import type { Kysely } from "kysely";

import type { Head } from "../message-log/heads.ts";
import type { MessageLog } from "../message-log/log.ts";
import type { StoredMessage } from "../storage/engine.ts";
import { markBits } from "../message-log/mark-bits.ts";
import type { Schema } from "../storage/schema.ts";
import { defineMarks } from "./mark-kind.ts";
import type { LoadMarks } from "./mark-kind.ts";
import { listRevocations } from "./marks.ts";
import type { Revocation } from "./marks.ts";

const encoder = new TextEncoder();

/** Revocations of some messages and of the messages that they quote. */
interface Revocations {
  /** Revocations by seq. */
  revoked: ReadonlyMap<number, Revocation>;
  /** Quotes by the seq of the message that holds them. */
  quotes: ReadonlyMap<number, Quote>;
  /** Contents that stand in for revoked messages that are quoted, by their seq. */
  contents: ReadonlyMap<number, string>;
}

interface RevocationDeps {
  db: Kysely<Schema>;
  log: Pick<MessageLog, "read">;
}

/** Shows revoked messages, and quotes of them, as revoked. */
export const createRevocationMarks = ({ db, log }: RevocationDeps): LoadMarks =>
  defineMarks<Revocations>({
    load({ head, messages, framed }) {
      const quotes = mayHoldQuotes(framed) ? quotesIn(messages) : noQuotes;
      if ((head.marks & markBits.goneOrRevoked) === 0)
        return quotes.size === 0
          ? undefined
          : { revoked: new Map(), quotes, contents: new Map() };
      return loadRevocations({ db, log }, head, messages, quotes);
    },

    show(message, { revoked, quotes, contents }) {
      const revocation = revoked.get(message.seq);
      if (revocation) return showRevocation(message, revocation);
      const quote = quotes.get(message.seq);
      return quote
        ? showQuote(message, quote, contents.get(quote.seq))
        : message;
    },
  });

async function loadRevocations(
  { db, log }: RevocationDeps,
  head: Head,
  messages: readonly StoredMessage[],
  quotes: ReadonlyMap<number, Quote>,
): Promise<Revocations> {
  const quoted = new Set(
    [...quotes.values()].map(({ seq }) => seq).filter((seq) => seq > 0),
  );
  const seqs = messages.map(({ seq }) => seq);
  const revoked = await listRevocations(db, head.id, [
    ...new Set([...seqs, ...quoted]),
  ]);
  const contents = new Map<number, string>();
  for (const seq of quoted) {
    const by = revoked.get(seq);
    if (!by) continue;
    const [source] = await log.read(head, seq, seq);
    if (source) contents.set(seq, revokedContent(source, by));
  }
  return { revoked, quotes, contents };
}

/** The content that stands in for a revoked message. */
function revokedContent(source: StoredMessage, by: Revocation): string {
  const message = MsgData.decode(source.data);
  return goStringify({
    detail: goStringify({
      revokerID: by.userID,
      revokerRole: by.role,
      clientMsgID: message.clientMsgID,
      revokerNickname: by.nickname,
      revokeTime: by.time,
      sourceMessageSendTime: message.sendTime,
      sourceMessageSendID: message.sendID,
      sourceMessageSenderNickname: message.senderNickname,
      sessionType: message.sessionType,
      seq: source.seq,
      ex: message.ex,
    }),
  });
}

function showRevocation(message: StoredMessage, by: Revocation): StoredMessage {
  return {
    seq: message.seq,
    data: patchMsgData(message.data, {
      contentType: ContentType.MsgRevokeNotification,
      content: encoder.encode(revokedContent(message, by)),
    }),
  };
}

/** A quote in a message of type 114. */
interface Quote {
  seq: number;
  text: unknown;
  quoteMessage: Record<string, unknown>;
}

const noQuotes: ReadonlyMap<number, Quote> = new Map();

/**
 * Looks through all messages at once: a quote has this key, which may be written with
 * an escape.
 */
function mayHoldQuotes({ buffer, byteOffset, length }: Uint8Array): boolean {
  const bytes = Buffer.from(buffer, byteOffset, length);
  return bytes.includes("quoteMessage") || bytes.includes("\\u");
}

function quotesIn(messages: readonly StoredMessage[]): Map<number, Quote> {
  const quotes = new Map<number, Quote>();
  for (const { seq, data } of messages) {
    const quote = readQuote(data);
    if (quote) quotes.set(seq, quote);
  }
  return quotes;
}

function readQuote(data: Uint8Array): Quote | undefined {
  if (contentTypeOf(data) !== ContentType.Quote) return undefined;
  const view = readMsgData(data);
  try {
    const content = JSON.parse(new TextDecoder().decode(view.content)) as {
      text?: unknown;
      quoteMessage?: Record<string, unknown> | null;
    };
    const { quoteMessage } = content;
    if (!quoteMessage || typeof quoteMessage !== "object") return undefined;
    const { seq = 0 } = quoteMessage;
    // Clients write it: PostgreSQL refuses other numbers, and with them the pull.
    if (!Number.isSafeInteger(seq)) return undefined;
    return { seq: seq as number, text: content.text ?? "", quoteMessage };
  } catch {
    return undefined; // content need not be JSON: then there is no quote
  }
}

/**
 * A quote of a revoked message says so, and one that names no seq is emptied,
 * as in OpenIM (docs/wire/messages.md#pulling).
 */
function showQuote(
  message: StoredMessage,
  { seq, text, quoteMessage }: Quote,
  revoked: string | undefined,
): StoredMessage {
  const isEmptied =
    seq <= 0 &&
    quoteMessage["contentType"] !== ContentType.MsgRevokeNotification;
  const content = revoked ?? (isEmptied ? "{}" : undefined);
  const isBase64Nothing = quoteMessage["content"] === "e30=";
  if (content === undefined && !isBase64Nothing) return message;
  const quoted = {
    ...emptyQuoted,
    ...Object.fromEntries(
      Object.entries(quoteMessage).filter(([key]) => key in emptyQuoted),
    ),
    ...(content === undefined
      ? { content: "{}" }
      : { content, contentType: ContentType.MsgRevokeNotification }),
  };
  return {
    seq: message.seq,
    data: patchMsgData(message.data, {
      content: encoder.encode(goStringify({ text, quoteMessage: quoted })),
    }),
  };
}

/** COMPAT: OpenIM prints a quoted message with all of these, in this order. */
const emptyQuoted = {
  sendID: "",
  recvID: "",
  groupID: "",
  clientMsgID: "",
  serverMsgID: "",
  senderPlatformID: 0,
  senderNickname: "",
  senderFaceURL: "",
  sessionType: 0,
  msgFrom: 0,
  contentType: 0,
  content: "",
  seq: 0,
  sendTime: 0,
  createTime: 0,
  status: 0,
  isRead: false,
  offlinePushInfo: null,
  atUserIDList: null,
  attachedInfo: "",
  ex: "",
  keyVersion: 0,
  dstUserIDs: null,
};
