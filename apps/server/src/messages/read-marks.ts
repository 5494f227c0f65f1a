import { isSingleChatID } from "@parley/protocol/conversation-ids";
import { patchMsgData, readMsgData } from "@parley/protocol/msg-data";

import type { LogStatements, ReadRange } from "../storage/engine.ts";
import { defineMarks } from "./mark-kind.ts";
import type { LoadMarks } from "./mark-kind.ts";

/** Shows in single chats that the receiver read a message. */
export const createReadMarks = ({
  reads,
}: Pick<LogStatements, "reads">): LoadMarks =>
  defineMarks<ReadRange[]>({
    async load({ head, begin, end }) {
      if (!isSingleChatID(head.conversationID)) return undefined;
      const found = await reads(head.id, begin, end);
      return found.length > 0 ? found : undefined;
    },
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
