import {
  atAllTag,
  ContentType,
  GroupAtType,
  SessionType,
} from "@parley/protocol/content-types";
import type { MsgDataView } from "@parley/protocol/msg-data";

import type { GroupConversations } from "../conversations/group-conversations.ts";
import type { Now } from "../storage/engine.ts";
import type { Transact } from "../storage/writer.ts";

/** Marks the conversations of those a stored message names. */
export type Mention = (
  message: MsgDataView,
  operationID: string,
) => Promise<void>;

export interface MentionDeps {
  transact: Transact;
  membersOf(groupID: string): Now<readonly string[]>;
  conversations: Pick<GroupConversations, "mark">;
}

/** Members whose conversations one commit marks. */
const markedAtOnce = 500;

export function createMention({
  transact,
  membersOf,
  conversations,
}: MentionDeps): Mention {
  return async (message, operationID) => {
    const { contentType, sessionType, groupID, sendID } = message;
    if (
      contentType !== ContentType.AtText ||
      sessionType !== SessionType.group ||
      message.atUserIDList.length === 0
    )
      return;
    const marks = marksOf(
      message.atUserIDList,
      await membersOf(groupID),
      sendID,
    );
    for (const { userIDs, groupAtType } of marks)
      for (let from = 0; from < userIDs.length; from += markedAtOnce)
        await transact((tx) =>
          conversations.mark(
            tx,
            operationID,
            groupID,
            userIDs.slice(from, from + markedAtOnce),
            groupAtType,
          ),
        );
  };
}

export interface Marks {
  userIDs: readonly string[];
  groupAtType: number;
}

/** messages.md §13: never the sender, and members only. */
export function marksOf(
  named: readonly string[],
  members: readonly string[],
  sendID: string,
): Marks[] {
  const names = new Set(named);
  const others = members.filter((userID) => userID !== sendID);
  const those = others.filter((userID) => names.has(userID));
  if (!names.has(atAllTag))
    return [{ userIDs: those, groupAtType: GroupAtType.atMe }];
  return [
    { userIDs: those, groupAtType: GroupAtType.atAllAtMe },
    {
      userIDs: others.filter((userID) => !names.has(userID)),
      groupAtType: GroupAtType.atAll,
    },
  ];
}
