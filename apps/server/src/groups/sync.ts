import type {
  GroupInfo,
  GroupMemberFullInfo,
} from "@parley/protocol/generated/sdkws";
import { GroupStatus } from "@parley/protocol/content-types";
import type { Kysely } from "kysely";

import type { Actor } from "../http/actor.ts";
import { chunksOf } from "../storage/chunks.ts";
import { hashOfIDs } from "../storage/id-hash.ts";
import type { Schema } from "../storage/schema.ts";
import {
  findGroupVersions,
  listChanges,
  versionOf,
} from "../storage/versions.ts";
import type { Changes, GroupVersion, Version } from "../storage/versions.ts";
import type { Transact } from "../storage/writer.ts";
import type { Faces } from "./faces.ts";
import { findMembers, findMemberships, listMemberIDs } from "./member-store.ts";
import { requireAlive } from "./rules.ts";
import { findGroups, listJoinedGroupIDs } from "./store.ts";

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

/** Incremental sync of groups and members. */
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
   * Omits dismissed groups, and groups beyond the limit of changes, which the
   * client requests again.
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

/** Groups that are looked up with one statement for all of a kind. */
const maxTogether = 100;

export function createGroupSync(deps: GroupSyncDeps): GroupSync {
  const { db, faces, requireReader } = deps;

  /** Throws 1002 as `requireReader` does for the first that fails. */
  async function requireReaderOfAll(
    actor: Actor,
    groupIDs: readonly string[],
  ): Promise<void> {
    if (actor.isAdmin) return;
    const memberships = await findMemberships(db, actor.userID, groupIDs);
    const foreign = groupIDs.find((groupID) => !memberships.has(groupID));
    if (foreign !== undefined) await requireReader(actor, foreign);
  }

  /**
   * Returns the groups and the versions of their logs. Versions are read first,
   * so that a concurrent change is returned twice rather than lost.
   */
  async function look(groupIDs: readonly string[]) {
    const versions = await findGroupVersions(db, groupIDs);
    const groups = await findGroups(db, groupIDs);
    return {
      versions,
      groups: new Map(groups.map((group) => [group.groupID, group])),
    };
  }

  async function membersSince(
    group: GroupInfo,
    found: GroupVersion | undefined,
    known: Version,
  ): Promise<MemberChanges> {
    const { groupID } = group;
    const { groupChangedAt, ...current }: GroupVersion =
      found ?? (await versionOf(deps, "groupMembers", groupID));
    const changes = await listChanges(
      db,
      "groupMembers",
      groupID,
      current,
      known,
    );
    if (changes.full) {
      // COMPAT: the SDK takes no group from a full answer, and passes over a
      // notification whose version it has: a change of the group that came
      // last must stay ahead of it.
      if (changes.version > 1 && changes.version === groupChangedAt)
        changes.version--;
      return { changes, insert: [], update: [], group };
    }
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
      const current = await versionOf(deps, "joinedGroups", userID);
      const changes = await listChanges(
        db,
        "joinedGroups",
        userID,
        current,
        known,
      );
      if (changes.full) return { changes, insert: [], update: [] };
      return {
        changes,
        insert: await findGroups(db, changes.insert),
        update: await findGroups(db, changes.update),
      };
    },

    async fullJoinedIDs(userID, idHash) {
      const version = await versionOf(deps, "joinedGroups", userID);
      const ids = await listJoinedGroupIDs(db, userID);
      const equal = hashOfIDs(ids) === idHash;
      return { ...version, equal, groupIDs: equal ? [] : ids };
    },

    async members(actor, groupID, known) {
      await requireReader(actor, groupID);
      const { versions, groups } = await look([groupID]);
      const group = groups.get(groupID);
      requireAlive(group, groupID);
      return membersSince(group, versions.get(groupID), known);
    },

    async membersOfMany(actor, wanted) {
      const first = new Map<string, Version>();
      for (const { groupID, ...known } of wanted)
        if (!first.has(groupID)) first.set(groupID, known);
      const answers = new Map<string, MemberChanges>();
      let entries = 0;
      for (const chunk of chunksOf([...first], maxTogether)) {
        if (entries >= maxEntries) break;
        const groupIDs = chunk.map(([groupID]) => groupID);
        await requireReaderOfAll(actor, groupIDs);
        const { versions, groups } = await look(groupIDs);
        for (const [groupID, known] of chunk) {
          if (entries >= maxEntries) break;
          const group = groups.get(groupID);
          if (group?.status === GroupStatus.dismissed) continue;
          requireAlive(group, groupID);
          const version = versions.get(groupID);
          const found = await membersSince(group, version, known);
          answers.set(groupID, found);
          if (found.changes.full) continue;
          entries +=
            found.insert.length +
            found.update.length +
            found.changes.delete.length;
        }
      }
      return answers;
    },

    async fullMemberIDs(actor, groupID, idHash) {
      await requireReader(actor, groupID);
      const version = await versionOf(deps, "groupMembers", groupID);
      const ids = await listMemberIDs(db, groupID);
      const equal = hashOfIDs(ids) === idHash;
      return { ...version, equal, userIDs: equal ? [] : ids };
    },
  };
}
