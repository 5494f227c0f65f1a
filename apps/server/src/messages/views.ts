import { isSingleChatID } from "@parley/protocol/conversation-ids";
import { ContentType, MsgStatus } from "@parley/protocol/content-types";
import { MsgData } from "@parley/protocol/generated/sdkws";
import { goStringify } from "@parley/protocol/go-json";
import { patchMsgData, readMsgData } from "@parley/protocol/msg-data";
import type { MsgDataView } from "@parley/protocol/msg-data";
import type { Kysely } from "kysely";

import type { Head } from "../message-log/heads.ts";
import type { MessageLog, StoredMessage } from "../message-log/log.ts";
import type { Schema } from "../storage/schema.ts";
import { together } from "../storage/together.ts";
import { listDeletions, listReadRanges, listRevocations } from "./marks.ts";
import type { Revocation, SeqSpan } from "./marks.ts";
import { ownOf } from "./shared-ids.ts";
import type { Reader } from "./shared-ids.ts";

/**
 * Messages as one user is to see them (docs/wire/messages.md#pulling): what was deleted for
 * everyone is a placeholder, what was revoked says so.
 */
export interface Views {
  /** One entry for each seq of begin..end. */
  range(
    reader: Reader,
    head: Head,
    begin: number,
    end: number,
  ): Promise<StoredMessage[]>;
  /** The newest in the bounds that still has its content; undefined = none. */
  newest(
    reader: Reader,
    head: Head,
    min: number,
    max: number,
  ): Promise<StoredMessage | undefined>;
}

export interface ViewsDeps {
  db: Kysely<Schema>;
  log: MessageLog;
}

const encoder = new TextEncoder();

export function createViews({ db, log }: ViewsDeps): Views {
  const readsOf = together((spans: readonly SeqSpan[]) =>
    listReadRanges(db, spans),
  );

  async function present(
    reader: Reader,
    head: Head,
    messages: StoredMessage[],
  ): Promise<StoredMessage[]> {
    const first = messages[0]?.seq ?? 0;
    const last = messages.at(-1)?.seq ?? 0;
    const { userID } = reader;
    messages = ownOf(reader, head, messages);
    const [deleted, altered] = head.altered
      ? await Promise.all([
          listDeletions(db, head.id, userID, first, last),
          showRevoked(head, messages),
        ])
      : [undefined, await showQuotesOfNothing(messages)];
    const reads = isSingleChatID(head.conversationID)
      ? await readsOf({ headID: head.id, begin: first, end: last })
      : [];
    return altered.map(({ seq, data }) => {
      const isDeleted = deleted?.has(seq) === true;
      const isRead =
        reads.length > 0 && isReadByReceiver(reads, seq, readMsgData(data));
      if (!isDeleted && !isRead) return { seq, data };
      const { contentType } = readMsgData(data);
      return {
        seq,
        data: patchMsgData(data, {
          ...(isRead && { isRead: true }),
          ...(isDeleted && {
            status: MsgStatus.deleted,
            // A revoked one goes on to say so.
            ...(contentType !== ContentType.MsgRevokeNotification && {
              content: new Uint8Array(),
            }),
          }),
        }),
      };
    });
  }

  async function showRevoked(
    head: Head,
    messages: StoredMessage[],
  ): Promise<StoredMessage[]> {
    const quotes = new Map(
      messages.map(({ seq, data }) => [seq, readQuote(data)]),
    );
    const seqs = messages.map(({ seq }) => seq);
    const quoted = [...quotes.values()].flatMap((quote) =>
      quote && quote.seq > 0 ? [quote.seq] : [],
    );
    const revoked = await listRevocations(db, head.id, [
      ...new Set([...seqs, ...quoted]),
    ]);
    return Promise.all(
      messages.map(async (message) => {
        const revocation = revoked.get(message.seq);
        if (revocation) return showRevocation(message, revocation);
        const quote = quotes.get(message.seq);
        if (!quote) return message;
        const ofQuoted = revoked.get(quote.seq);
        if (!ofQuoted) return showQuote(message, quote, undefined);
        const [source] = await log.read(head, quote.seq, quote.seq);
        return showQuote(
          message,
          quote,
          source && revokedContent(source, ofQuoted),
        );
      }),
    );
  }

  return {
    async range(reader, head, begin, end) {
      const found = await log.read(head, begin, end);
      const shown = await present(reader, head, found);
      if (shown.length === end - begin + 1) return shown;
      return fillHoles(shown, begin, end, () => log.timeBefore(head, begin));
    },

    async newest(reader, head, min, max) {
      // Nearly always it is the very last; else some more are looked at.
      let span = 1;
      for (let end = max; end >= Math.max(1, min); end -= span, span = 20) {
        const begin = Math.max(1, min, end - span + 1);
        const last = ownOf(reader, head, await log.read(head, begin, end))
          .filter(({ data }) => readMsgData(data).status < MsgStatus.deleted)
          .at(-1);
        if (!last) continue;
        const [shown] = await present(reader, head, [last]);
        return shown;
      }
      return undefined;
    },
  };
}

/** COMPAT: sdk-core 3.8 wants every seq of a range, and takes 4 for "gone". */
async function fillHoles(
  found: StoredMessage[],
  begin: number,
  end: number,
  timeBefore: () => Promise<number>,
): Promise<StoredMessage[]> {
  const filled: StoredMessage[] = [];
  let at = 0;
  let sendTime = found[0]?.seq === begin ? 0 : await timeBefore();
  for (let seq = begin; seq <= end; seq++) {
    const next = found[at];
    if (next?.seq === seq) {
      ({ sendTime } = readMsgData(next.data));
      filled.push(next);
      at++;
      continue;
    }
    const status = MsgStatus.deleted;
    filled.push({ seq, data: MsgData.encode({ seq, status, sendTime }) });
  }
  return filled;
}

/** Others than the receiver may have read what shares the id of its conversation. */
const isReadByReceiver = (
  reads: readonly { userID: string; from: number; to: number }[],
  seq: number,
  { sendID, recvID }: Pick<MsgDataView, "sendID" | "recvID">,
): boolean =>
  reads.some(
    ({ userID, from, to }) =>
      userID === recvID && userID !== sendID && from <= seq && seq <= to,
  );

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

function readQuote(data: Uint8Array): Quote | undefined {
  const view = readMsgData(data);
  if (view.contentType !== ContentType.Quote) return undefined;
  try {
    const content = JSON.parse(new TextDecoder().decode(view.content)) as {
      text?: unknown;
      quoteMessage?: Record<string, unknown> | null;
    };
    const { quoteMessage } = content;
    if (!quoteMessage || typeof quoteMessage !== "object") return undefined;
    const { seq = 0 } = quoteMessage;
    if (typeof seq !== "number") return undefined;
    return { seq, text: content.text ?? "", quoteMessage };
  } catch {
    return undefined; // content need not be JSON: then there is no quote
  }
}

const showQuotesOfNothing = (
  messages: StoredMessage[],
): Promise<StoredMessage[]> =>
  Promise.resolve(
    messages.map((message) => {
      const quote = readQuote(message.data);
      return quote ? showQuote(message, quote, undefined) : message;
    }),
  );

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
