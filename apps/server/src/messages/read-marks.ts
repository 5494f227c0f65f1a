import { isSingleChatID } from "@parley/protocol/conversation-ids";
import { patchMsgData, readMsgData } from "@parley/protocol/msg-data";

import { then } from "../storage/engine.ts";
import type { LogStatements, ReadRange } from "../storage/engine.ts";
import { defineMarks } from "./mark-kind.ts";
import type { LoadMarks } from "./mark-kind.ts";

/** Shows in single chats that the receiver read a message. */
export const createReadMarks = ({
  reads,
}: Pick<LogStatements, "reads">): LoadMarks =>
  defineMarks<ReadRange[]>({
    load: ({ head, begin, end }) =>
      isSingleChatID(head.conversationID)
        ? then(reads(head.id, begin, end), (found) =>
            found.length > 0 ? found : undefined,
          )
        : undefined,
    show(message, found) {
      const { seq, data } = message;
      const ranges = found.filter(({ from, to }) => from <= seq && seq <= to);
      if (ranges.length === 0) return message;
      // Others than the receiver may have read what shares the id of its
      // conversation.
      const { sendID, recvID } = readMsgData(data);
      return sendID !== recvID && ranges.some(({ userID }) => userID === recvID)
        ? { seq, data: patchMsgData(data, { isRead: true }) }
        : message;
    },
  });
