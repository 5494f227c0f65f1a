import { ContentType, MsgStatus } from "@parley/protocol/content-types";
import { patchMsgData, readMsgData } from "@parley/protocol/msg-data";
import type { Kysely } from "kysely";

import { markBits } from "../message-log/mark-bits.ts";
import type { Schema } from "../storage/schema.ts";
import { defineMarks } from "./mark-kind.ts";
import type { LoadMarks } from "./mark-kind.ts";
import { listDeletions } from "./marks.ts";

/** Shows messages that the reader deleted for themselves as deleted. */
export const createDeletionMarks = (db: Kysely<Schema>): LoadMarks =>
  defineMarks<Set<number>>({
    load: ({ head, reader, begin, end }) =>
      (head.marks & markBits.goneOrRevoked) === 0
        ? undefined
        : listDeletions(db, head.id, reader.userID, begin, end),
    show(message, deleted) {
      const { seq, data } = message;
      if (!deleted.has(seq)) return message;
      const { contentType } = readMsgData(data);
      return {
        seq,
        data: patchMsgData(data, {
          status: MsgStatus.deleted,
          // A revoked one goes on to say so.
          ...(contentType !== ContentType.MsgRevokeNotification && {
            content: new Uint8Array(),
          }),
        }),
      };
    },
  });
