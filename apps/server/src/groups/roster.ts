import type { GroupInfo } from "@parley/protocol/generated/sdkws";
import type { Kysely } from "kysely";

import type { Caches } from "../storage/caches.ts";
import type { Now } from "../storage/engine.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transaction } from "../storage/writer.ts";
import { createMemberIDs } from "./member-ids.ts";
import { findMember, loadMemberIDs } from "./member-store.ts";
import { findGroup } from "./store.ts";

/** Cached part of a member that the message path needs. */
export interface MemberGlance {
  roleLevel: number;
  muteEndTime: number;
}

/**
 * Groups as the message path sees them: from memory, which every change
 * brings up to date. Changes themselves look into their transaction.
 */
export interface Roster {
  group(groupID: string): Now<GroupInfo | null>;
  /** Returns null for users who are not members. */
  member(groupID: string, userID: string): Now<MemberGlance | null>;
  /** Returns member ids in no order. The list is immutable. */
  membersOf(groupID: string): Now<readonly string[]>;
  groupChanged(tx: Transaction, groupID: string): void;
  membersChanged(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
  ): void;
  /** Adds members and returns all ids. */
  joined(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<readonly string[]>;
  /** Returns all previous members, including those who left. */
  left(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<readonly string[]>;
  /** The group has no members any more. */
  emptied(tx: Transaction, groupID: string): void;
  /**
   * Calls the listener when a member joined, left or changed, here or at another node;
   * undefined: any may have.
   */
  onMemberChange(
    listener: (member?: { groupID: string; userID: string }) => void,
  ): void;
}

export function createRoster(
  db: Kysely<Schema>,
  caches: Pick<Caches, "open" | "register">,
): Roster {
  const listeners: Parameters<Roster["onMemberChange"]>[0][] = [];
  const groups = caches.open<GroupInfo | null>({
    name: "groups",
    size: 50_000,
    load: async (groupID) => (await findGroup(db, groupID)) ?? null,
  });
  const members = caches.open<MemberGlance | null>({
    name: "members",
    size: 200_000,
    async load(key) {
      const [groupID = "", userID = ""] = key.split("\0");
      const member = await findMember(db, groupID, userID);
      if (!member) return null;
      const { roleLevel, muteEndTime } = member;
      return { roleLevel, muteEndTime };
    },
    forgot(key) {
      if (listeners.length === 0) return;
      const [groupID = "", userID = ""] = key?.split("\0") ?? [];
      for (const listener of listeners)
        listener(key === undefined ? undefined : { groupID, userID });
    },
  });
  const memberIDs = createMemberIDs({
    caches,
    load: (groupID) => loadMemberIDs(db, groupID),
  });
  const keyOf = (groupID: string, userID: string) => `${groupID}\0${userID}`;

  const groupChanged = (tx: Transaction, groupID: string) =>
    tx.forget(groups, groupID);
  const membersChanged = (
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
  ) =>
    tx.forget(
      members,
      userIDs.map((userID) => keyOf(groupID, userID)),
    );

  return {
    group: (groupID) => groups.get(groupID),
    member: (groupID, userID) => members.get(keyOf(groupID, userID)),
    membersOf: (groupID) => memberIDs.get(groupID),
    groupChanged,
    membersChanged,
    async joined(tx, groupID, userIDs) {
      groupChanged(tx, groupID);
      membersChanged(tx, groupID, userIDs);
      return memberIDs.add(tx, groupID, userIDs);
    },
    async left(tx, groupID, userIDs) {
      groupChanged(tx, groupID);
      membersChanged(tx, groupID, userIDs);
      return memberIDs.remove(tx, groupID, userIDs);
    },
    onMemberChange: (listener) => void listeners.push(listener),
    emptied(tx, groupID) {
      groupChanged(tx, groupID);
      memberIDs.forget(tx, groupID);
    },
  };
}
