import type {
  GroupInfo,
  GroupMemberFullInfo,
} from "@parley/protocol/generated/sdkws";
import { GroupStatus } from "@parley/protocol/content-types";
import type { Kysely } from "kysely";

import type { Actor } from "../http/actor.ts";
import { hashOfIDs } from "../storage/id-hash.ts";
import type { Schema } from "../storage/schema.ts";
import {
  currentVersion,
  findVersion,
  listChanges,
} from "../storage/versions.ts";
import type { Changes, Version, VersionKind } from "../storage/versions.ts";
import type { Transact } from "../storage/writer.ts";
import type { Faces } from "./faces.ts";
import { findMembers, listMemberIDs } from "./member-store.ts";
import { requireAlive } from "./rules.ts";
import { findGroup, findGroups, listJoinedGroupIDs } from "./store.ts";

export interface GroupChanges {
  changes: Changes;
  insert: GroupInfo[];
  update: GroupInfo[];
}

export interface MemberChanges {
  changes: Changes;
  insert: GroupMemberFullInfo[];
  update: GroupMemberFullInfo[];
  /** null when nothing is new. */
  group: GroupInfo | null;
}

/** How clients catch up with their groups and those in them. */
export interface GroupSync {
  joined(userID: string, known: Version): Promise<GroupChanges>;
  fullJoinedIDs(
    userID: string,
    idHash: bigint,
  ): Promise<Version & { equal: boolean; groupIDs: string[] }>;
  members(
    actor: Actor,
    groupID: string,
    known: Version,
  ): Promise<MemberChanges>;
  /**
   * Dismissed groups are left out, and so is what comes after so many
   * changes: the client asks again for those.
   */
  membersOfMany(
    actor: Actor,
    wanted: readonly (Version & { groupID: string })[],
  ): Promise<Map<string, MemberChanges>>;
  fullMemberIDs(
    actor: Actor,
    groupID: string,
    idHash: bigint,
  ): Promise<Version & { equal: boolean; userIDs: string[] }>;
}

export interface GroupSyncDeps {
  db: Kysely<Schema>;
  transact: Transact;
  faces: Faces;
  /** Throws 1002 unless the actor is a member or an administrator. */
  requireReader(actor: Actor, groupID: string): Promise<void>;
}

/** Entries of one answer for many groups. */
const maxEntries = 500;

export function createGroupSync({
  db,
  transact,
  faces,
  requireReader,
}: GroupSyncDeps): GroupSync {
  async function versionOf(
    kind: VersionKind,
    ownerID: string,
  ): Promise<Version> {
    const known = await findVersion(db, kind, ownerID);
    return known ?? transact((tx) => currentVersion(tx, kind, ownerID));
  }

  async function changesOf(
    kind: VersionKind,
    ownerID: string,
    known: Version,
  ): Promise<Changes> {
    const current = await versionOf(kind, ownerID);
    return listChanges(db, kind, ownerID, current, known);
  }

  async function membersSince(
    group: GroupInfo,
    known: Version,
  ): Promise<MemberChanges> {
    const { groupID } = group;
    const changes = await changesOf("groupMembers", groupID, known);
    if (changes.full) return { changes, insert: [], update: [], group };
    if (changes.version === known.version)
      return { changes, insert: [], update: [], group: null };
    const show = async (userIDs: readonly string[]) =>
      faces.show(await findMembers(db, groupID, userIDs));
    return {
      changes,
      insert: await show(changes.insert),
      update: await show(changes.update),
      group,
    };
  }

  return {
    async joined(userID, known) {
      const changes = await changesOf("joinedGroups", userID, known);
      if (changes.full) return { changes, insert: [], update: [] };
      return {
        changes,
        insert: await findGroups(db, changes.insert),
        update: await findGroups(db, changes.update),
      };
    },

    async fullJoinedIDs(userID, idHash) {
      const version = await versionOf("joinedGroups", userID);
      const ids = await listJoinedGroupIDs(db, userID);
      const equal = hashOfIDs(ids) === idHash;
      return { ...version, equal, groupIDs: equal ? [] : ids };
    },

    async members(actor, groupID, known) {
      await requireReader(actor, groupID);
      const group = await findGroup(db, groupID);
      requireAlive(group, groupID);
      return membersSince(group, known);
    },

    async membersOfMany(actor, wanted) {
      const answers = new Map<string, MemberChanges>();
      let entries = 0;
      for (const { groupID, ...known } of wanted) {
        if (answers.has(groupID) || entries >= maxEntries) continue;
        await requireReader(actor, groupID);
        const group = await findGroup(db, groupID);
        if (group?.status === GroupStatus.dismissed) continue;
        requireAlive(group, groupID);
        const found = await membersSince(group, known);
        answers.set(groupID, found);
        if (found.changes.full) continue;
        entries +=
          found.insert.length +
          found.update.length +
          found.changes.delete.length;
      }
      return answers;
    },

    async fullMemberIDs(actor, groupID, idHash) {
      await requireReader(actor, groupID);
      const version = await versionOf("groupMembers", groupID);
      const ids = await listMemberIDs(db, groupID);
      const equal = hashOfIDs(ids) === idHash;
      return { ...version, equal, userIDs: equal ? [] : ids };
    },
  };
}
