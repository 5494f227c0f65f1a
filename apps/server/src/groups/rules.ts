import {
  GroupStatus,
  HandleResult,
  NeedVerification,
  RoleLevel,
} from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type { ProtocolError } from "@parley/protocol/errors";
import type { GroupInfo } from "@parley/protocol/generated/sdkws";

// Permissions in a group. No I/O: tables of examples test them.

/** roleLevel of a member; undefined for others. */
export type Role = number | undefined;

export const isManager = (role: Role): boolean =>
  role !== undefined && role >= RoleLevel.admin;

/**
 * Ordinary members cannot act on anyone, and no one can act on an equal: admins
 * neither mute nor remove each other, and no one acts on the owner.
 */
export const outranks = (by: Role, target: number): boolean =>
  isManager(by) && by !== undefined && by > target;

/** Invited users become members without approval. */
export const invitesDirectly = (
  by: { role: Role; isAdmin: boolean },
  needVerification: number,
): boolean =>
  by.isAdmin || isManager(by.role) || needVerification !== NeedVerification.all;

/** Throws 1004 or 1204: the group must be there, and not dismissed. */
export function requireAlive<Group extends Pick<GroupInfo, "status">>(
  group: Group | null | undefined,
  groupID: string,
): asserts group is Group {
  requireGroup(group, groupID);
  if (group.status === GroupStatus.dismissed)
    throw errors.dismissed(`group '${groupID}' was dismissed`);
}

/** Throws 1004; a dismissed group is still there. */
export function requireGroup<Group>(
  group: Group | null | undefined,
  groupID: string,
): asserts group is Group {
  if (!group) throw errors.notFound(`no group '${groupID}'`);
}

/** Throws 1001 for an empty list and an id twice. */
export function requireUserList(name: string, ids: readonly string[]): void {
  if (ids.length === 0) throw errors.args(`${name} is empty`);
  requireOnce(ids);
}

export function requireOnce(ids: readonly string[]): void {
  if (new Set(ids).size < ids.length) throw errors.args("an id occurs twice");
}

/** An application is accepted or refused. */
export function requireAnswer(handleResult: number): void {
  const { agreed, refused } = HandleResult;
  if (handleResult !== agreed && handleResult !== refused)
    throw errors.args(`handleResult ${handleResult} is not 1 or -1`);
}

/** COMPAT: of a list of members; checked, and not applied. */
export function requireMemberFilter(filter: number): void {
  if (filter < 0 || filter > 5)
    throw errors.args(`filter ${filter} is not 0 to 5`);
}

/** Owners are made by handing the group over: 1002. Others: 1001. */
export function requireGivable(roleLevel: number | null): void {
  switch (roleLevel) {
    case null:
    case RoleLevel.admin:
    case RoleLevel.member:
      return;
    case RoleLevel.owner:
      throw errors.noPermission("use transfer_group to change the owner");
    default:
      throw errors.args(`roleLevel ${roleLevel} is not 60 or 20`);
  }
}

export const ownerStays = (): ProtocolError =>
  errors.args("the owner's role changes by transfer_group");
