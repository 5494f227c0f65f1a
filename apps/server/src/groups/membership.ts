import {
  groupChatID,
  notificationTwin,
} from "@parley/protocol/conversation-ids";
import { GroupStatus, RoleLevel } from "@parley/protocol/content-types";
import type {
  GroupInfo,
  GroupMemberFullInfo,
  UserInfo,
} from "@parley/protocol/generated/sdkws";

import type { GroupConversations } from "../conversations/group-conversations.ts";
import type { LargeChanges } from "../storage/large-changes.ts";
import {
  bumpVersion,
  bumpVersions,
  dropEntries,
  dropVersion,
  VersionState,
} from "../storage/versions.ts";
import type { Version } from "../storage/versions.ts";
import type { Transaction } from "../storage/writer.ts";
import type { GroupHooks } from "./hooks.ts";
import {
  deleteLeavers,
  deleteMembers,
  findMembers,
  insertLeavers,
  insertMembers,
} from "./member-store.ts";
import type { Roster } from "./roster.ts";
import { ownerStays, requireGivable } from "./rules.ts";
import { addToMemberCount, findGroup, updateGroup } from "./store.ts";

/** Notifies everyone after members joined or left. */
export interface MembershipChange {
  /** The group after the change. */
  group: GroupInfo;
  version: Version;
  /** The members, with those who just came or left. */
  audience: readonly string[];
}

export type Entered = MembershipChange & {
  entered: readonly GroupMemberFullInfo[];
};

/** Makes and ends memberships: one version of each log per change. */
export interface Membership {
  /** Adds members, after calling the webhook if there is one. */
  enter(
    tx: Transaction,
    operationID: string,
    groupID: string,
    members: readonly GroupMemberFullInfo[],
  ): Promise<Entered>;
  /** Returns the members as the webhook changed them, if there is one. */
  ask(
    tx: Transaction,
    operationID: string,
    groupID: string,
    members: readonly GroupMemberFullInfo[],
  ): Promise<readonly GroupMemberFullInfo[]>;
  /** Returns the existing users who are not members. */
  lacking(
    tx: Transaction,
    groupID: string,
    members: readonly GroupMemberFullInfo[],
  ): Promise<GroupMemberFullInfo[]>;
  /** Adds members for whom the webhook has been called already. */
  admit(
    tx: Transaction,
    groupID: string,
    members: readonly GroupMemberFullInfo[],
  ): Promise<Entered>;
  /** The first members of a new group. */
  found: Membership["admit"];
  leave(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<MembershipChange>;
  /**
   * Removes a part of a dismissed group's members. Their version log is
   * dropped, and the list of members stays until `emptied`.
   */
  disband(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<void>;
  /** Ends the removal after the last member. Returns the group. */
  emptied(tx: Transaction, groupID: string): Promise<GroupInfo>;
  /** Call it before the notice of their joining, which is the first that they may read. */
  openChat(
    tx: Transaction,
    operationID: string,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<() => Promise<void>>;
  /**
   * Opens the chat for members from the group's beginning, if it has messages.
   */
  joinChat: Membership["openChat"];
  /**
   * Closes the chat after the notice of leaving, which is the last message that
   * they may read. Notices of conversations follow in parts.
   */
  closeChat(
    tx: Transaction,
    operationID: string,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<void>;
}

export interface MembershipDeps {
  roster: Roster;
  conversations: Pick<
    GroupConversations,
    "joined" | "enter" | "bound" | "leave"
  >;
  changes: Pick<LargeChanges, "define">;
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
  /** The newest of a conversation, with what this batch adds; 0 = none. */
  newestSeq(tx: Transaction, conversationID: string): Promise<number>;
  /** New members may read the history. */
  hasHistoryForNewMembers: boolean;
  hooks?: Pick<GroupHooks, "beforeEnter">;
}

export function createMembership(deps: MembershipDeps): Membership {
  const { roster, conversations, newestSeq } = deps;

  async function ask(
    tx: Transaction,
    operationID: string,
    groupID: string,
    members: readonly GroupMemberFullInfo[],
  ): Promise<readonly GroupMemberFullInfo[]> {
    const outside = deps.hooks?.beforeEnter;
    const [first] = members;
    const group = outside && (await findGroup(tx.db, groupID));
    if (!group || !first) return members;
    const answered = await tx.outside(`enter ${first.userID}`, () =>
      outside(operationID, group, members),
    );
    for (const [at, { roleLevel }] of answered.entries()) {
      const wanted = members[at]?.roleLevel;
      if (roleLevel === wanted) continue;
      requireGivable(roleLevel);
      if (wanted === RoleLevel.owner) throw ownerStays();
    }
    return answered;
  }

  const closing = deps.changes.define<Closing, number>(
    "conversations of who left a group",
    async (tx, { operationID, groupID, userIDs, maxSeq }, at) => {
      const end = at + closedAtOnce;
      const some = userIDs.slice(at, end);
      // A returning member may read everything again.
      const back = await findMembers(tx.db, groupID, some);
      const out = new Set(some).difference(
        new Set(back.map(({ userID }) => userID)),
      );
      await conversations.leave(tx, operationID, groupID, [...out], maxSeq);
      return end < userIDs.length ? end : undefined;
    },
  );

  async function remove(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<GroupInfo> {
    await deleteMembers(tx, groupID, userIDs);
    const noticeSeq = await newestSeq(
      tx,
      notificationTwin(groupChatID(groupID)),
    );
    await insertLeavers(tx, groupID, userIDs, noticeSeq);
    await bumpVersions(
      tx,
      "joinedGroups",
      userIDs,
      VersionState.delete,
      groupID,
    );
    return addToMemberCount(tx, groupID, -userIDs.length);
  }

  async function admit(
    tx: Transaction,
    groupID: string,
    members: readonly GroupMemberFullInfo[],
  ): Promise<Entered> {
    const userIDs = members.map(({ userID }) => userID);
    await insertMembers(tx, members);
    await deleteLeavers(tx, groupID, userIDs);
    const group = await addToMemberCount(tx, groupID, members.length);
    const { insert } = VersionState;
    await bumpVersions(tx, "joinedGroups", userIDs, insert, groupID);
    return {
      group,
      entered: members,
      version: await bumpVersion(tx, "groupMembers", groupID, insert, userIDs),
      audience: await roster.joined(tx, groupID, userIDs),
    };
  }

  return {
    ask,
    admit,
    async found(tx, groupID, members) {
      // Somebody may have asked for its members before it was.
      conversations.joined(tx, groupID);
      return admit(tx, groupID, members);
    },
    enter: async (tx, operationID, groupID, wanted) =>
      admit(tx, groupID, await ask(tx, operationID, groupID, wanted)),

    async lacking(tx, groupID, members) {
      const ids = members.map(({ userID }) => userID);
      const present = await findMembers(tx.db, groupID, ids);
      const taken = new Set(present.map(({ userID }) => userID));
      const users = await deps.listUsers(ids);
      const known = new Set(users.map(({ userID }) => userID));
      return members.filter(
        ({ userID }) => known.has(userID) && !taken.has(userID),
      );
    },

    async leave(tx, groupID, userIDs) {
      const group = await remove(tx, groupID, userIDs);
      return {
        group,
        version: await bumpVersion(
          tx,
          "groupMembers",
          groupID,
          VersionState.delete,
          userIDs,
        ),
        audience: await roster.left(tx, groupID, userIDs),
      };
    },

    async disband(tx, groupID, userIDs) {
      await remove(tx, groupID, userIDs);
      await dropEntries(tx, "groupMembers", groupID, userIDs);
      roster.groupChanged(tx, groupID);
      roster.membersChanged(tx, groupID, userIDs);
    },

    async emptied(tx, groupID) {
      await dropVersion(tx, "groupMembers", groupID);
      roster.emptied(tx, groupID);
      return updateGroup(tx, groupID, {
        status: GroupStatus.dismissed,
        ownerUserID: "",
        memberCount: 0,
      });
    },

    async joinChat(tx, operationID, groupID, userIDs) {
      conversations.joined(tx, groupID);
      return (await newestSeq(tx, groupChatID(groupID))) === 0
        ? () => Promise.resolve()
        : conversations.enter(tx, operationID, groupID, userIDs);
    },

    async openChat(tx, operationID, groupID, userIDs) {
      const minSeq = deps.hasHistoryForNewMembers
        ? undefined
        : (await newestSeq(tx, groupChatID(groupID))) + 1;
      return conversations.enter(tx, operationID, groupID, userIDs, minSeq);
    },

    async closeChat(tx, operationID, groupID, userIDs) {
      const maxSeq = await newestSeq(tx, groupChatID(groupID));
      await conversations.bound(tx, groupID, userIDs, maxSeq);
      const what = { operationID, groupID, userIDs, maxSeq };
      // Many leavers are enough work for one commit; their conversations
      // follow.
      if (userIDs.length > closedAtOnce) await closing.follow(tx, what, 0);
      else await closing.begin(tx, what, 0);
    },
  };
}

/** Leavers whose conversations one commit closes. */
const closedAtOnce = 50;

interface Closing {
  operationID: string;
  groupID: string;
  userIDs: readonly string[];
  maxSeq: number;
}
