import { RoleLevel } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type { SetGroupMemberInfo } from "@parley/protocol/generated/group";
import type {
  GroupMemberFullInfo,
  UserInfo,
} from "@parley/protocol/generated/sdkws";

import type { Actor } from "../http/actor.ts";
import type { Notify } from "../messages/notify.ts";
import { bumpVersion, sortMarker, VersionState } from "../storage/versions.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import { lacksFace, withFace } from "./faces.ts";
import type { Faces } from "./faces.ts";
import type { GroupHooks } from "./hooks.ts";
import {
  findMember,
  findMembers,
  listMemberships,
  updateMember,
} from "./member-store.ts";
import type { MemberChange } from "./member-store.ts";
import { renderMemberInfoSet } from "./notifications.ts";
import type { Roster } from "./roster.ts";
import { ownerStays, requireGivable, requireUserList } from "./rules.ts";
import type { Role } from "./rules.ts";
import { findGroup } from "./store.ts";

/** How members look and what they are. */
export interface MemberInfo {
  /** All or none; each entry is a change of its own. */
  set(
    actor: Actor,
    operationID: string,
    entries: readonly SetGroupMemberInfo[],
  ): Promise<void>;
  /** The user's own name and face show where a member has no other. */
  profileChanged(
    tx: Transaction,
    operationID: string,
    actor: Actor,
    user: UserInfo,
  ): Promise<void>;
}

export interface MemberInfoDeps {
  transact: Transact;
  notify: Notify;
  roster: Roster;
  faces: Faces;
  hooks?: GroupHooks;
}

export function createMemberInfo(deps: MemberInfoDeps): MemberInfo {
  const { transact, notify, roster, faces, hooks } = deps;

  async function setOne(
    tx: Transaction,
    actor: Actor,
    operationID: string,
    entry: SetGroupMemberInfo,
  ): Promise<void> {
    const { groupID, userID } = entry;
    const change = toChange(entry);
    if (Object.keys(change).length === 0) return;
    const member = await updateMember(tx, groupID, userID, change);
    const { roleLevel, ...names } = change;
    roster.membersChanged(tx, groupID, [userID]);
    await tell(tx, actor, operationID, await faces.showOne(member), {
      isNamed: Object.keys(names).length > 0,
      roleLevel,
    });
  }

  async function tell(
    tx: Transaction,
    actor: Actor,
    operationID: string,
    member: GroupMemberFullInfo,
    what: { isNamed: boolean; roleLevel: number | undefined },
    dress: (opUser: GroupMemberFullInfo) => GroupMemberFullInfo = (same) =>
      same,
  ): Promise<void> {
    const { groupID, userID } = member;
    const group = await findGroup(tx.db, groupID);
    if (!group) return;
    const version = await bumpVersion(
      tx,
      "groupMembers",
      groupID,
      VersionState.update,
      what.roleLevel === undefined ? [userID] : [userID, sortMarker],
    );
    const opUser =
      actor.userID === userID
        ? member
        : await faces.actorIn(tx.db, groupID, actor);
    const changed = { group, opUser: dress(opUser), version };
    for (const notice of renderMemberInfoSet(changed, member, what))
      await notify(tx, notice, operationID);
  }

  return {
    async set(actor, operationID, entries) {
      for (const { roleLevel } of entries) requireGivable(roleLevel);
      const made = await transact(async (tx) => {
        const owners = new Set<string>();
        for (const [groupID, userIDs] of byGroup(entries)) {
          const targets = await findMembers(tx.db, groupID, userIDs);
          if (targets.length < userIDs.length)
            throw errors.args(`one of them is not in '${groupID}'`);
          const by = await findMember(tx.db, groupID, actor.userID);
          if (!by && !actor.isAdmin)
            throw errors.noPermission(`${actor.userID} is not in '${groupID}'`);
          const roles = new Map(
            targets.map((target) => [target.userID, target.roleLevel]),
          );
          for (const target of targets)
            if (target.roleLevel === RoleLevel.owner) owners.add(keyOf(target));
          for (const entry of entries)
            if (entry.groupID === groupID)
              requireMayChange(
                {
                  userID: actor.userID,
                  isAdmin: actor.isAdmin,
                  role: by?.roleLevel,
                },
                { userID: entry.userID, role: roles.get(entry.userID) ?? 0 },
                entry.roleLevel,
              );
        }
        const ask = hooks?.beforeMemberInfo;
        const wanted = ask
          ? await tx.outside("members", async () => {
              const answers: SetGroupMemberInfo[] = [];
              for (const entry of entries)
                answers.push(await ask(operationID, entry));
              return answers;
            })
          : entries;
        for (const entry of wanted) {
          // An answer, too, makes no second owner, and leaves the one there is.
          requireGivable(entry.roleLevel);
          if (entry.roleLevel !== null && owners.has(keyOf(entry)))
            throw ownerStays();
          await setOne(tx, actor, operationID, entry);
        }
        return wanted;
      });
      for (const entry of made) hooks?.afterMemberInfo?.(operationID, entry);
    },

    async profileChanged(tx, operationID, actor, user) {
      const what = { isNamed: true, roleLevel: undefined };
      for (const member of await listMemberships(tx.db, user.userID))
        if (lacksFace(member))
          await tell(
            tx,
            actor,
            operationID,
            withFace(member, user),
            what,
            // COMPAT: an administrator's own operator, with this notice only.
            (opUser) =>
              opUser.joinTime === 0
                ? { ...opUser, operatorUserID: opUser.userID }
                : opUser,
          );
    },
  };
}

/** Throws 1001 for a form that nobody could have meant. */
export function requireEntries(entries: readonly SetGroupMemberInfo[]): void {
  for (const { groupID, userID } of entries)
    if (groupID === "" || userID === "")
      throw errors.args("each entry needs a groupID and a userID");
  requireUserList(
    "members",
    entries.map(({ groupID, userID }) => `${groupID}\0${userID}`),
  );
}

function byGroup(
  entries: readonly SetGroupMemberInfo[],
): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { groupID, userID } of entries) {
    const userIDs = groups.get(groupID) ?? [];
    groups.set(groupID, [...userIDs, userID]);
  }
  return groups;
}

const toChange = ({
  nickname,
  faceURL,
  roleLevel,
  ex,
}: SetGroupMemberInfo): MemberChange => ({
  ...(nickname !== null && { nickname }),
  ...(faceURL !== null && { faceURL }),
  ...(roleLevel !== null && { roleLevel }),
  ...(ex !== null && { ex }),
});

const keyOf = (member: { groupID: string; userID: string }): string =>
  `${member.groupID}\0${member.userID}`;

/** Throws 1002, and 1001 for another role of the owner (rest.json). */
export function requireMayChange(
  by: { userID: string; isAdmin: boolean; role: Role },
  target: { userID: string; role: number },
  newRole: number | null,
): void {
  if (newRole !== null && target.role === RoleLevel.owner) {
    if (!by.isAdmin && by.role !== RoleLevel.owner)
      throw errors.noPermission("only owners change owners");
    throw ownerStays();
  }
  if (by.isAdmin || by.role === RoleLevel.owner) return;
  if (by.userID === target.userID) {
    if (newRole !== null && newRole > target.role)
      throw errors.noPermission("nobody raises the own role");
    return;
  }
  if (by.role !== RoleLevel.admin || target.role !== RoleLevel.member)
    throw errors.noPermission(`${by.userID} may not change ${target.userID}`);
}
