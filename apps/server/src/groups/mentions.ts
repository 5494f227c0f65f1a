import {
  atAllTag,
  ContentType,
  GroupAtType,
  SessionType,
} from "@parley/protocol/content-types";
import type { MsgDataView } from "@parley/protocol/msg-data";

import type { GroupConversations } from "../conversations/group-conversations.ts";
import type { LargeChanges } from "../storage/large-changes.ts";
import type { Transaction } from "../storage/writer.ts";
import { findMembers, listMemberIDsAfter } from "./member-store.ts";

/**
 * Marks the conversations of users whom a message mentions: the mention is
 * stored with the message, and the marks are set after both are stored.
 */
export type Mention = (
  message: MsgDataView,
  operationID: string,
) => ((tx: Transaction) => Promise<void>) | undefined;

export interface MentionDeps {
  changes: Pick<LargeChanges, "define">;
  conversations: Pick<GroupConversations, "mark">;
}

/** Members whose conversations one commit marks. */
const markedAtOnce = 100;

interface Mentioned {
  groupID: string;
  operationID: string;
  sendID: string;
  /** Members who are mentioned besides "all". */
  named: readonly string[];
}

export function createMention({
  changes,
  conversations,
}: MentionDeps): Mention {
  /** Returns the position to continue at: after this member, or this mentioned user. */
  async function next(
    tx: Transaction,
    { groupID, named }: Mentioned,
    at: string | number,
  ): Promise<{ members: string[]; at: string | number | undefined }> {
    if (typeof at === "number") {
      const end = at + markedAtOnce;
      const found = await findMembers(tx.db, groupID, named.slice(at, end));
      const members = found.map(({ userID }) => userID);
      return { members, at: end < named.length ? end : undefined };
    }
    const members = await listMemberIDsAfter(tx.db, groupID, at, markedAtOnce);
    const isLast = members.length < markedAtOnce;
    return { members, at: isLast ? undefined : members.at(-1) };
  }

  const marking = changes.define<Mentioned, string | number>(
    "marks of who was named",
    async (tx, what, from) => {
      const { operationID, groupID, sendID, named } = what;
      const { members, at } = await next(tx, what, from);
      for (const { userIDs, groupAtType } of marksOf(named, members, sendID))
        await conversations.mark(
          tx,
          operationID,
          groupID,
          userIDs,
          groupAtType,
        );
      return at;
    },
  );

  return (message, operationID) => {
    const { contentType, sessionType, groupID, sendID } = message;
    if (
      contentType !== ContentType.AtText ||
      sessionType !== SessionType.group ||
      message.atUserIDList.length === 0
    )
      return undefined;
    const named = [...new Set(message.atUserIDList)];
    const from = named.includes(atAllTag) ? "" : 0;
    return async (tx) => {
      const what = { groupID, operationID, sendID, named };
      await marking.follow(tx, what, from);
    };
  };
}

export interface Marks {
  userIDs: readonly string[];
  groupAtType: number;
}

/** docs/wire/messages.md#mentions: never the sender, and members only. */
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
