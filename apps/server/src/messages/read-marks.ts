import { isSingleChatID } from "@parley/protocol/conversation-ids";
import { patchMsgData, readMsgData } from "@parley/protocol/msg-data";
import type { MsgDataView } from "@parley/protocol/msg-data";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";
import { together } from "../storage/together.ts";
import { defineMarks } from "./mark-kind.ts";
import type { LoadMarks } from "./mark-kind.ts";
import { listReadRanges } from "./marks.ts";
import type { ReadRange, SeqSpan } from "./marks.ts";

/** Shows in single chats that the receiver read a message. */
export function createReadMarks(db: Kysely<Schema>): LoadMarks {
  const readsOf = together((spans: readonly SeqSpan[]) =>
    listReadRanges(db, spans),
  );
  return defineMarks<ReadRange[]>({
    async load({ head, begin, end }) {
      if (!isSingleChatID(head.conversationID)) return undefined;
      const reads = await readsOf({ headID: head.id, begin, end });
      return reads.length > 0 ? reads : undefined;
    },
    show: ({ seq, data }, reads) =>
      isReadByReceiver(reads, seq, readMsgData(data))
        ? { seq, data: patchMsgData(data, { isRead: true }) }
        : { seq, data },
  });
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
