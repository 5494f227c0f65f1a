import {
  ContentType,
  GroupStatus,
  GroupType,
  isNotificationType,
  RoleLevel,
} from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type { GroupInfo } from "@parley/protocol/generated/sdkws";
import type { MsgDataView } from "@parley/protocol/msg-data";
import type { Kysely } from "kysely";

import type { Actor } from "../http/actor.ts";
import type { Now } from "../storage/engine.ts";
import type { Schema } from "../storage/schema.ts";
import { findLeaver } from "./member-store.ts";
import type { MemberGlance, Roster } from "./roster.ts";
import { isManager, requireAlive, requireGroup } from "./rules.ts";

/** Permissions to send, revoke and read in a group, from memory. */
export interface Speaking {
  /** Throws 1004, 1203, 1204, 1402 or 1403 (docs/wire/messages.md#who-may-send). */
  requireSpeaker(message: MsgDataView): Now<void>;
  /** Throws 1002 unless this user may; answers the user's role. */
  requireRevoker(userID: string, message: MsgDataView): Promise<number>;
  /** Throws 1004, and 1204 for a group that was dismissed. */
  requireGroup(groupID: string): Promise<void>;
  /** Throws 1002 unless the user is owner or admin. */
  requireManager(userID: string, groupID: string): Promise<void>;
  /** Throws 1002 unless the actor is a member or an administrator. */
  requireReader(actor: Actor, groupID: string): Promise<void>;
  /** Last n_ seq that is for the user: 0 = all, undefined = none. */
  noticeLimit(groupID: string, userID: string): Promise<number | undefined>;
  /** undefined = the user never was in the group, which may be dismissed. */
  membership(
    groupID: string,
    userID: string,
  ): Promise<"is" | "was" | undefined>;
}

export interface SpeakingDeps {
  db: Kysely<Schema>;
  roster: Roster;
  isAdmin(userID: string): boolean;
  now: () => number;
}

export function createSpeaking({
  db,
  roster,
  isAdmin,
  now,
}: SpeakingDeps): Speaking {
  async function roleOf(
    groupID: string,
    userID: string,
  ): Promise<number | undefined> {
    const member = await roster.member(groupID, userID);
    return member?.roleLevel;
  }

  const judge = (
    message: MsgDataView,
    group: GroupInfo | null,
    member: MemberGlance | null,
  ) => requireMaySpeak(message, group, member, isAdmin(message.sendID), now());

  return {
    requireSpeaker(message) {
      const { groupID, sendID } = message;
      const group = roster.group(groupID);
      const member = roster.member(groupID, sendID);
      if (!(group instanceof Promise) && !(member instanceof Promise))
        return judge(message, group, member);
      return Promise.all([group, member]).then(([group, member]) =>
        judge(message, group, member),
      );
    },

    async requireRevoker(userID, message) {
      const { groupID, sendID } = message;
      const role = await roleOf(groupID, userID);
      const senderRole =
        sendID === userID ? role : await roleOf(groupID, sendID);
      if (role === undefined || !mayRevoke(role, sendID === userID, senderRole))
        throw errors.noPermission(`${userID} may not revoke this message`);
      return role;
    },

    async requireGroup(groupID) {
      requireAlive(await roster.group(groupID), groupID);
    },

    async requireManager(userID, groupID) {
      if (!isManager(await roleOf(groupID, userID)))
        throw errors.noPermission(`${userID} does not manage '${groupID}'`);
    },

    async requireReader(actor, groupID) {
      if (actor.isAdmin) return;
      if ((await roleOf(groupID, actor.userID)) === undefined)
        throw errors.noPermission(`${actor.userID} is not in '${groupID}'`);
    },

    async noticeLimit(groupID, userID) {
      if ((await roleOf(groupID, userID)) !== undefined) return 0;
      // 0 is nothing here, and all to who asks.
      return (await findLeaver(db, groupID, userID)) || undefined;
    },

    async membership(groupID, userID) {
      if ((await roleOf(groupID, userID)) !== undefined) return "is";
      const left = await findLeaver(db, groupID, userID);
      return left === undefined ? undefined : "was";
    },
  };
}

/** The rules of docs/wire/messages.md#who-may-send, in their order. */
export function requireMaySpeak(
  {
    groupID,
    sendID,
    contentType,
  }: Pick<MsgDataView, "groupID" | "sendID" | "contentType">,
  group: Pick<GroupInfo, "status" | "groupType"> | null,
  member: MemberGlance | null,
  isAdmin: boolean,
  now: number,
): void {
  if (contentType !== ContentType.GroupDismissedNotification)
    requireAlive(group, groupID);
  requireGroup(group, groupID);
  if (
    group.groupType === GroupType.super ||
    isAdmin ||
    isNotificationType(contentType)
  )
    return;
  if (!member) throw errors.notInGroup(`${sendID} is not in '${groupID}'`);
  const { roleLevel, muteEndTime } = member;
  if (roleLevel === RoleLevel.owner) return;
  if (muteEndTime >= now)
    throw errors.mutedInGroup(`${sendID} is muted in '${groupID}'`);
  if (group.status === GroupStatus.muted && roleLevel !== RoleLevel.admin)
    throw errors.mutedGroup(`group '${groupID}' is muted`);
}

/** docs/wire/messages.md#revoking: an admin not what owner and other admins said. */
export function mayRevoke(
  role: number,
  isOwn: boolean,
  senderRole: number | undefined,
): boolean {
  if (isOwn || role === RoleLevel.owner) return true;
  return (
    role === RoleLevel.admin &&
    (senderRole === undefined || senderRole === RoleLevel.member)
  );
}
