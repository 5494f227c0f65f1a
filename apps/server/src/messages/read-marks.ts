import { isSingleChatID } from "@parley/protocol/conversation-ids";
import { isReceivedBy, withIsRead } from "@parley/protocol/msg-data";

import { then } from "../storage/engine.ts";
import type { LogStatements, ReadRange } from "../storage/engine.ts";
import { defineMarks } from "./mark-kind.ts";
import type { LoadMarks } from "./mark-kind.ts";

const encoder = new TextEncoder();

const withEncoded = (range: ReadRange) => ({
  ...range,
  encoded: encoder.encode(range.userID),
});

/** Shows in single chats that the receiver read a message. */
export const createReadMarks = ({
  reads,
}: Pick<LogStatements, "reads">): LoadMarks =>
  defineMarks<ReturnType<typeof withEncoded>[]>({
    load: ({ head, begin, end }) =>
      isSingleChatID(head.conversationID)
        ? then(reads(head.id, begin, end), (found) =>
            found.length > 0 ? found.map(withEncoded) : undefined,
          )
        : undefined,
    show(message, found) {
      const { seq, data } = message;
      // Others than the receiver may have read what shares the id of its
      // conversation.
      const isRead = found.some(
        ({ from, to, userID, encoded }) =>
          from <= seq && seq <= to && isReceivedBy(data, userID, encoded),
      );
      return isRead ? { seq, data: withIsRead(data) } : message;
    },
  });
