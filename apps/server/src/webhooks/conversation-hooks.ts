import { SessionType } from "@parley/protocol/content-types";
import { groupChatID } from "@parley/protocol/conversation-ids";

import type { GroupRowHooks } from "../conversations/hooks.ts";
import type { NewRow, RowChange } from "../conversations/store.ts";
import type { Transaction } from "../storage/writer.ts";
import { defineAnswer } from "./answer.ts";
import { allows } from "./webhooks.ts";
import type { Webhooks } from "./webhooks.ts";

interface Values {
  recvMsgOpt: number | null;
  isPinned: boolean | null;
  isPrivateChat: boolean | null;
  burnDuration: number | null;
  groupAtType: number | null;
  attachedInfo: string | null;
  ex: string | null;
}

const rowAnswer = defineAnswer<Values>("CreateConversations", {
  recvMsgOpt: "int32?",
  isPinned: "bool?",
  isPrivateChat: "bool?",
  burnDuration: "int32?",
  groupAtType: "int32?",
  attachedInfo: "string?",
  ex: "string?",
});

/** A row that is about to be made. */
export type AskedRow = Omit<NewRow, "begins">;

/** Rows that come with the first message of a conversation (docs/webhooks.md). */
export interface RowHooks {
  /**
   * Returns the initial values of the rows; in a group one answer applies to
   * all. null: refused, or no answer.
   */
  before(
    operationID: string,
    rows: readonly AskedRow[],
  ): Promise<readonly RowChange[] | null>;
  after(tx: Transaction, operationID: string, rows: readonly NewRow[]): void;
}

export function createRowHooks(
  webhooks: Webhooks,
  refused: (error: unknown) => void,
): RowHooks & { forGroups: GroupRowHooks } {
  const beforeSingle = webhooks.before(
    "beforeCreateSingleChatConversations",
    rowAnswer,
  );
  const beforeGroup = webhooks.before(
    "beforeCreateGroupChatConversations",
    rowAnswer,
  );
  const afterSingle = webhooks.after("afterCreateSingleChatConversations");
  const afterGroup = webhooks.after("afterCreateGroupChatConversations");

  async function before(
    operationID: string,
    rows: readonly AskedRow[],
  ): Promise<RowChange[] | null> {
    const found: RowChange[] = [];
    let begins: RowChange = {};
    for (const row of rows) {
      const isGroup = row.conversationType === SessionType.group;
      const ask = isGroup ? beforeGroup : beforeSingle;
      if (ask && !(isGroup && found.length > 0)) {
        const asked = ask(operationID, toBody(row, begins));
        const answer = await allows(asked, refused);
        if (!answer) return null;
        begins = { ...begins, ...toChange(answer) };
      }
      found.push(begins);
    }
    return found;
  }

  function after(
    tx: Transaction,
    operationID: string,
    rows: readonly NewRow[],
  ): void {
    const [first] = rows;
    const isGroup = first?.conversationType === SessionType.group;
    const tell = isGroup ? afterGroup : afterSingle;
    for (const row of isGroup ? [first] : rows)
      tell?.(tx, operationID, toBody(row, row.begins ?? {}), {
        lane: row.conversationID,
      });
  }

  const groupRow = (groupID: string): AskedRow => ({
    ownerUserID: "",
    conversationID: groupChatID(groupID),
    conversationType: SessionType.group,
    userID: "",
    groupID,
  });

  return {
    before,
    after,
    forGroups: {
      async before(tx, operationID, groupID, userIDs) {
        if (!beforeGroup) return {};
        const ask = () => before(operationID, [groupRow(groupID)]);
        // An invitation of many enters in parts, each with an answer of its own.
        const question = `rows of ${groupID} from ${userIDs[0]}`;
        const found = await tx.outside(question, ask);
        return found?.[0] ?? null;
      },
      after: (tx, operationID, groupID, begins) =>
        after(tx, operationID, [{ ...groupRow(groupID), begins }]),
    },
  };
}

/** COMPAT: `Id`, where everything else says `ID`. */
const toBody = (row: AskedRow, begins: RowChange) => {
  const isGroup = row.conversationType === SessionType.group;
  return {
    ownerUserId: isGroup ? "" : row.ownerUserID,
    conversationId: row.conversationID,
    conversationType: row.conversationType,
    ...(isGroup ? { groupId: row.groupID } : { userId: row.userID }),
    recvMsgOpt: begins.recv_msg_opt ?? 0,
    isPinned: begins.is_pinned === 1,
    isPrivateChat: begins.is_private_chat === 1,
    burnDuration: begins.burn_duration ?? 0,
    groupAtType: begins.group_at_type ?? 0,
    attachedInfo: begins.attached_info ?? "",
    ex: begins.ex ?? "",
  };
};

const toChange = (values: Values): RowChange => ({
  ...(values.recvMsgOpt !== null && { recv_msg_opt: values.recvMsgOpt }),
  ...(values.isPinned !== null && { is_pinned: values.isPinned ? 1 : 0 }),
  ...(values.isPrivateChat !== null && {
    is_private_chat: values.isPrivateChat ? 1 : 0,
  }),
  ...(values.burnDuration !== null && { burn_duration: values.burnDuration }),
  ...(values.groupAtType !== null && { group_at_type: values.groupAtType }),
  ...(values.attachedInfo !== null && { attached_info: values.attachedInfo }),
  ...(values.ex !== null && { ex: values.ex }),
});
