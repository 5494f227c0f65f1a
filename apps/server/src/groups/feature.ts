import type { UserInfo } from "@parley/protocol/generated/sdkws";
import type { Kysely } from "kysely";

import type { GroupConversations } from "../conversations/group-conversations.ts";
import type { Feature } from "../feature/feature.ts";
import type { Notify } from "../notifications/notify.ts";
import type { Schema } from "../storage/schema.ts";
import type { LargeChanges } from "../storage/large-changes.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import { createApplications } from "./applications.ts";
import { createGroupDeparture } from "./departure.ts";
import { createFaces } from "./faces.ts";
import { createGroups } from "./groups.ts";
import type { Groups } from "./groups.ts";
import type { GroupHooks } from "./hooks.ts";
import { createSetGroupInfo } from "./info.ts";
import { createMemberInfo } from "./member-info.ts";
import type { MemberInfo } from "./member-info.ts";
import { createMembers } from "./members.ts";
import { createMembership } from "./membership.ts";
import { createMention } from "./mentions.ts";
import type { Mention } from "./mentions.ts";
import { createMutes } from "./mutes.ts";
import { groupReadRoutes } from "./read-routes.ts";
import { createGroupReading } from "./reading.ts";
import type { GroupReading } from "./reading.ts";
import type { Roster } from "./roster.ts";
import { groupRoutes } from "./routes.ts";
import { createSpeaking } from "./speaking.ts";
import type { Speaking } from "./speaking.ts";
import { createGroupSync } from "./sync.ts";

/** All of groups, put together. */
export interface GroupFeature extends Feature {
  groups: Groups;
  reading: GroupReading;
  speaking: Speaking;
  memberInfo: MemberInfo;
  mention: Mention;
}

export interface GroupFeatureDeps {
  db: Kysely<Schema>;
  transact: Transact;
  notify: Notify;
  roster: Roster;
  conversations: GroupConversations;
  isAdmin(userID: string): boolean;
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
  /**
   * Includes users who are being deleted, so that notices can show who leaves.
   */
  listFaces?(userIDs: readonly string[]): Promise<UserInfo[]>;
  /** Throws 1004. */
  requireUser(userID: string): Promise<unknown>;
  /** The newest of a conversation, with what this batch adds; 0 = none. */
  newestSeq(tx: Transaction, conversationID: string): Promise<number>;
  hasHistoryForNewMembers: boolean;
  changes: LargeChanges;
  hooks?: GroupHooks;
  now: () => number;
}

export function createGroupFeature(given: GroupFeatureDeps): GroupFeature {
  const faces = createFaces({ listUsers: given.listFaces ?? given.listUsers });
  const speaking = createSpeaking(given);
  const membership = createMembership(given);
  const deps = { ...given, ...speaking, faces, membership };

  const groups = createGroups(deps);
  const applications = createApplications(deps);
  const members = createMembers({ ...deps, applications });
  const memberInfo = createMemberInfo(deps);
  const reading = createGroupReading(deps);
  return {
    name: "groups",
    routes: [
      ...groupRoutes({
        groups,
        setInfo: createSetGroupInfo(deps),
        members,
        applications,
        mutes: createMutes(deps),
        memberInfo,
        ...(given.hooks && { hooks: given.hooks }),
      }),
      ...groupReadRoutes({
        reading,
        sync: createGroupSync(deps),
        applications,
        rights: speaking,
      }),
    ],
    groups,
    reading,
    speaking,
    memberInfo,
    depart: createGroupDeparture({ ...deps, members }),
    mention: createMention(deps),
  };
}
