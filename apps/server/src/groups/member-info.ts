import { RoleLevel } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type { SetGroupMemberInfo } from "@parley/protocol/generated/group";
import type {
  GroupInfo,
  GroupMemberFullInfo,
  UserInfo,
} from "@parley/protocol/generated/sdkws";

import type { Cause } from "../http/actor.ts";
import type { Notify } from "../notifications/notify.ts";
import type { LargeChanges } from "../storage/large-changes.ts";
import {
  bumpVersion,
  bumpVersions,
  sortMarker,
  VersionState,
} from "../storage/versions.ts";
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
import { findGroup, findGroups } from "./store.ts";

/** Changes names, pictures and roles of members. */
export interface MemberInfo {
  /** All or none; each entry is a change of its own. */
  set(cause: Cause, entries: readonly SetGroupMemberInfo[]): Promise<void>;
  /** The user's own name and face show where a member has no other. */
  profileChanged(tx: Transaction, cause: Cause, user: UserInfo): Promise<void>;
}

export interface MemberInfoDeps {
  transact: Transact;
  notify: Notify;
  roster: Roster;
  faces: Faces;
  changes: Pick<LargeChanges, "define">;
  hooks?: GroupHooks;
}

export function createMemberInfo(deps: MemberInfoDeps): MemberInfo {
  const { transact, notify, roster, faces, hooks } = deps;

  /** Some of the entries, from `at` on. Who left meanwhile is left out. */
  const setting = deps.changes.define<Setting, number>(
    "settings of members",
    async (tx, { operationID, actor, entries }, at) => {
      const end = at + setAtOnce;
      const some = entries.slice(at, end);
      for (const [groupID, userIDs] of byGroup(some)) {
        const group = await findGroup(tx.db, groupID);
        if (!group) continue;
        const targets = await findMembers(tx.db, groupID, userIDs);
        const roles = new Map(
          targets.map(({ userID, roleLevel }) => [userID, roleLevel]),
        );
        let opUser: GroupMemberFullInfo | undefined;
        for (const entry of some) {
          if (entry.groupID !== groupID) continue;
          const role = roles.get(entry.userID);
          const change = toChange(entry);
          // A user who became the owner in the meantime stays owner.
          if (role === RoleLevel.owner) delete change.roleLevel;
          if (role === undefined) continue;
          hooks?.afterMemberInfo?.(tx, operationID, entry);
          if (Object.keys(change).length === 0) continue;
          const member = await faces.showOne(
            await updateMember(tx, groupID, entry.userID, change),
          );
          roster.membersChanged(tx, groupID, [entry.userID]);
          if (actor.userID === entry.userID) opUser = member;
          opUser ??= await faces.actorIn(tx.db, groupID, actor);
          await tell(tx, operationID, { group, opUser, member, change });
        }
      }
      return end < entries.length ? end : undefined;
    },
  );

  async function tell(
    tx: Transaction,
    operationID: string,
    { group, opUser, member, change }: Told,
  ): Promise<void> {
    const { roleLevel, ...names } = change;
    const version = await bumpVersion(
      tx,
      "groupMembers",
      group.groupID,
      VersionState.update,
      roleLevel === undefined ? [member.userID] : [member.userID, sortMarker],
    );
    const what = { isNamed: Object.keys(names).length > 0, roleLevel };
    const changed = { group, opUser, version };
    for (const notice of renderMemberInfoSet(changed, member, what))
      await notify(tx, notice, operationID);
  }

  const telling = deps.changes.define<ProfileChange, string>(
    "profile of a member",
    async (tx, { operationID, actor, user }, after) => {
      const { userID } = user;
      const page = await listMemberships(tx.db, userID, after, toldAtOnce);
      const lacking = page.filter(lacksFace);
      const groups = await findGroups(
        tx.db,
        lacking.map(({ groupID }) => groupID),
      );
      const groupIDs = groups.map(({ groupID }) => groupID);
      const versions = await bumpVersions(
        tx,
        "groupMembers",
        groupIDs,
        VersionState.update,
        userID,
      );
      for (const group of groups) {
        const { groupID } = group;
        const stored = lacking.find((each) => each.groupID === groupID);
        const version = versions.get(groupID);
        if (!stored || !version) continue;
        const member = withFace(stored, user);
        const opUser =
          actor.userID === userID
            ? member
            : await faces.actorIn(tx.db, groupID, actor);
        // COMPAT: an administrator's own operator, with this notice only.
        const dressed =
          opUser.joinTime === 0
            ? { ...opUser, operatorUserID: opUser.userID }
            : opUser;
        const what = { isNamed: true, roleLevel: undefined };
        const changed = { group, opUser: dressed, version };
        for (const notice of renderMemberInfoSet(changed, member, what))
          await notify(tx, notice, operationID);
      }
      return page.length < toldAtOnce ? undefined : page.at(-1)?.groupID;
    },
  );

  return {
    async set(cause, entries) {
      const { actor } = cause;
      for (const { roleLevel } of entries) requireGivable(roleLevel);
      const { waited } = await transact(async (tx) => {
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
                answers.push(await ask(cause.operationID, entry));
              return answers;
            })
          : entries;
        for (const entry of wanted) {
          // An answer, too, makes no second owner, and leaves the one there is.
          requireGivable(entry.roleLevel);
          if (entry.roleLevel !== null && owners.has(keyOf(entry)))
            throw ownerStays();
        }
        const what = { ...cause, entries: wanted };
        return setting.begin(tx, what, 0);
      });
      await waited();
    },

    async profileChanged(tx, cause, { userID, nickname, faceURL }) {
      const user = { userID, nickname, faceURL };
      await telling.begin(tx, { ...cause, user }, "");
    },
  };
}

/** Members that one commit changes, each with a version and a notice. */
const setAtOnce = 25;

interface Setting extends Cause {
  entries: readonly SetGroupMemberInfo[];
}

/** A changed member, and who changed it. */
interface Told {
  group: GroupInfo;
  opUser: GroupMemberFullInfo;
  member: GroupMemberFullInfo;
  change: MemberChange;
}

/** Groups that one commit tells of a profile. */
const toldAtOnce = 20;

interface ProfileChange extends Cause {
  user: Pick<UserInfo, "userID" | "nickname" | "faceURL">;
}

/** Throws 1001 for an invalid form. */
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

/** Throws 1002, and 1001 for another role of the owner. */
export function requireMayChange(
  by: { userID: string; isAdmin: boolean; role: Role },
  target: { userID: string; role: number },
  newRole: number | null,
): void {
  if (newRole !== null && target.role === RoleLevel.owner) {
    if (!by.isAdmin && by.role !== RoleLevel.owner)
      throw errors.noPermission("only the owner may change the owner");
    throw ownerStays();
  }
  if (by.isAdmin || by.role === RoleLevel.owner) return;
  if (by.userID === target.userID) {
    if (newRole !== null && newRole > target.role)
      throw errors.noPermission("users may not raise their own role");
    return;
  }
  if (by.role !== RoleLevel.admin || target.role !== RoleLevel.member)
    throw errors.noPermission(`${by.userID} may not change ${target.userID}`);
}
