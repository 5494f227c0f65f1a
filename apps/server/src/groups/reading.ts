import { createHash } from "node:crypto";

import { errors } from "@parley/protocol/errors";
import type {
  CMSGroup,
  GroupAbstractInfo,
} from "@parley/protocol/generated/group";
import { GroupMemberFullInfo } from "@parley/protocol/generated/sdkws";
import type { GroupInfo } from "@parley/protocol/generated/sdkws";
import type { Kysely } from "kysely";

import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { Faces } from "./faces.ts";
import {
  allMembers,
  ownerNamesOf,
  findMembers,
  listMemberIDs,
  pageMembers,
} from "./member-store.ts";
import {
  findGroup,
  findGroups,
  pageJoinedGroups,
  searchGroups,
} from "./store.ts";

/** Reads groups and members; routes check permissions. */
export interface GroupReading {
  list(groupIDs: readonly string[]): Promise<GroupInfo[]>;
  joined(
    userID: string,
    page: Page,
  ): Promise<{ total: number; groups: GroupInfo[] }>;
  members(
    groupID: string,
    userIDs: readonly string[],
  ): Promise<GroupMemberFullInfo[]>;
  pageMembers(
    groupID: string,
    page: Page,
    keyword: string,
  ): Promise<{ total: number; members: GroupMemberFullInfo[] }>;
  memberIDs(groupID: string): Promise<string[]>;
  /** Matches the whole id, or without one a part of the name. */
  search(
    wanted: { groupID: string; groupName: string },
    page: Page,
  ): Promise<{ total: number; groups: CMSGroup[] }>;
  /** Throws 1201 for a group without members. */
  abstracts(groupIDs: readonly string[]): Promise<GroupAbstractInfo[]>;
}

export function createGroupReading(deps: {
  db: Kysely<Schema>;
  faces: Faces;
}): GroupReading {
  const { db, faces } = deps;

  async function withOwners(groups: readonly GroupInfo[]): Promise<CMSGroup[]> {
    const names = await ownerNamesOf(
      db,
      groups.map(({ groupID }) => groupID),
    );
    return groups.map((group) => ({
      groupInfo: group,
      groupOwnerUserID: group.ownerUserID,
      groupOwnerUserName: names.get(group.groupID) ?? "",
    }));
  }

  async function abstract(groupID: string): Promise<GroupAbstractInfo> {
    const group = await findGroup(db, groupID);
    if (!group || group.memberCount === 0)
      throw errors.groupIDNotFound(`no group '${groupID}' with members`);
    const hash = createHash("md5").update("[");
    let count = 0;
    for await (const members of allMembers(db, groupID))
      for (const member of await faces.show(members))
        hash.update(
          `${count++ === 0 ? "" : ","}${GroupMemberFullInfo.toJSON(member)}`,
        );
    return {
      groupID,
      groupMemberNumber: count,
      groupMemberListHash: hash.update("]").digest().readBigUInt64BE(0),
    };
  }

  return {
    list: (groupIDs) => findGroups(db, groupIDs),
    joined: (userID, page) => pageJoinedGroups(db, userID, page),

    async members(groupID, userIDs) {
      return faces.show(await findMembers(db, groupID, userIDs));
    },

    async pageMembers(groupID, page, keyword) {
      const { total, members } = await pageMembers(db, groupID, page, keyword);
      return { total, members: await faces.show(members) };
    },

    memberIDs: (groupID) => listMemberIDs(db, groupID),

    async search({ groupID, groupName }, page) {
      if (groupID !== "") {
        const group = await findGroup(db, groupID);
        if (!group) return { total: 0, groups: [] };
        const isShown = page.offset === 0 && page.limit > 0;
        return { total: 1, groups: isShown ? await withOwners([group]) : [] };
      }
      const { total, groups } = await searchGroups(db, groupName, page);
      return { total, groups: await withOwners(groups) };
    },

    async abstracts(groupIDs) {
      const infos: GroupAbstractInfo[] = [];
      for (const groupID of groupIDs) infos.push(await abstract(groupID));
      return infos;
    },
  };
}
