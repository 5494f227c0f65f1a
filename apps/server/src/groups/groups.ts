import { createHash, randomBytes } from "node:crypto";

import {
  GroupStatus,
  GroupType,
  JoinSource,
  RoleLevel,
} from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type {
  GroupInfo,
  GroupMemberFullInfo,
  UserInfo,
} from "@parley/protocol/generated/sdkws";
import type { Kysely } from "kysely";

import type { Cause } from "../http/actor.ts";
import type { Notice, Notify } from "../notifications/notify.ts";
import type { Schema } from "../storage/schema.ts";
import type { LargeChanges } from "../storage/large-changes.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import type { Faces } from "./faces.ts";
import type { GroupHooks, InitialMember } from "./hooks.ts";
import { findMembers, listMemberIDsAfter } from "./member-store.ts";
import type { Entered, Membership } from "./membership.ts";
import {
  renderAnnouncementSet,
  renderGroupCreated,
  renderGroupDismissed,
  withCopy,
} from "./notifications.ts";
import type { Roster } from "./roster.ts";
import { requireGroup, requireOnce } from "./rules.ts";
import {
  findGroup,
  insertGroup,
  listHalfDismissed,
  updateGroup,
} from "./store.ts";

export interface NewGroup {
  ownerUserID: string;
  adminUserIDs: readonly string[];
  memberUserIDs: readonly string[];
  group: GroupInfo;
  /** Adds a visible copy of 1501; null: the settings decide. */
  sendMessage: boolean | null;
}

/** Beginning and end of groups. */
export interface Groups {
  create(cause: Cause, wanted: NewGroup): Promise<GroupInfo>;
  /**
   * Dismisses a group; with `deleteMember` without a notice, and only then all
   * members are removed when it returns.
   */
  dismiss(
    cause: Cause,
    wanted: {
      groupID: string;
      deleteMember: boolean;
      sendMessage: boolean | null;
    },
  ): Promise<void>;
  /** Resumes dismissals that an older version left unfinished. */
  finishDismissals(): Promise<void>;
}

export interface GroupsDeps {
  db: Kysely<Schema>;
  transact: Transact;
  notify: Notify;
  roster: Roster;
  faces: Faces;
  membership: Membership;
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
  changes: Pick<LargeChanges, "define">;
  hooks?: GroupHooks;
  now: () => number;
}

/** Random ids that are tried before giving up. */
const attempts = 10;
/** Members of a new group that one commit adds. */
const enteredAtOnce = 200;
/** Members of a dismissed group that one commit removes. */
const removedAtOnce = 100;

export function createGroups(deps: GroupsDeps): Groups {
  const { db, transact, notify, roster, faces, membership, hooks, now } = deps;

  async function freeGroupID(
    tx: Transaction,
    wanted: string,
    proposed: string,
  ): Promise<string> {
    if (wanted !== "") {
      if (await findGroup(tx.db, wanted))
        throw errors.groupIDExisted(`groupID '${wanted}' is taken`);
      return wanted;
    }
    for (let attempt = 0; attempt < attempts; attempt++) {
      const groupID = attempt === 0 ? proposed : newGroupID();
      if (!(await findGroup(tx.db, groupID))) return groupID;
    }
    throw errors.data("no free groupID was found: try again");
  }

  /** The last part notifies the members, when all of them are in. */
  const founding = deps.changes.define<Founding, number>(
    "members of a new group",
    async (tx, what, at) => {
      const { operationID, groupID, members } = what;
      const end = at + enteredAtOnce;
      const some = members.slice(at, end);
      const change = await (at === 0
        ? membership.found(tx, groupID, some)
        : addMore(tx, what, some));
      if (!change) return undefined; // it was dismissed meanwhile
      if (end < members.length) return end;
      const entered =
        at === 0
          ? change.entered
          : await findMembers(
              tx.db,
              groupID,
              members.map(({ userID }) => userID),
            );
      await tellOfNew(tx, what, { ...change, entered });
      const { group } = change;
      hooks?.afterCreate?.(tx, operationID, group, members.map(toRole));
      return undefined;
    },
    { isOneByOne: true },
  );

  /**
   * Adds the remaining members of a new group, in which there may be messages
   * already.
   */
  async function addMore(
    tx: Transaction,
    { operationID, groupID }: Founding,
    some: readonly GroupMemberFullInfo[],
  ): Promise<Entered | undefined> {
    const group = await findGroup(tx.db, groupID);
    if (group?.status === GroupStatus.dismissed) return undefined;
    const wanted = await membership.lacking(tx, groupID, some);
    const change = await membership.admit(tx, groupID, wanted);
    const tellOfChat = await membership.joinChat(
      tx,
      operationID,
      groupID,
      wanted.map(({ userID }) => userID),
    );
    await tellOfChat();
    return change;
  }

  async function tellOfNew(
    tx: Transaction,
    { actor, operationID, groupID, sendMessage }: Founding,
    { group, version, audience, entered }: Entered,
  ): Promise<void> {
    const shown = await faces.show(entered);
    const opUser = await faces.actorIn(tx.db, groupID, actor);
    // COMPAT: OpenIM names the owner without the profile's nickname and face.
    const owner = entered.find(({ userID }) => userID === group.ownerUserID);
    const changed = { group, opUser, version };
    const notice = renderGroupCreated(changed, shown, owner ?? opUser);
    await notify(
      tx,
      { ...withCopy(notice, sendMessage), audience },
      operationID,
    );
    if (group.notification === "") return;
    const sender = await faces.publicInfo(actor.userID);
    await notify(
      tx,
      { ...renderAnnouncementSet(changed, sender), audience },
      operationID,
    );
  }

  /** The last part notifies the members, when all of them are out. */
  const dismissal = deps.changes.define<Dismissal, string>(
    "dismissal of a group",
    async (tx, { groupID, operationID, members, notice, group }, after) => {
      // From where the last part ended: what it deleted is looked through no more.
      const userIDs = await listMemberIDsAfter(
        tx.db,
        groupID,
        after,
        removedAtOnce,
      );
      if (userIDs.length > 0) await membership.disband(tx, groupID, userIDs);
      if (userIDs.length === removedAtOnce) return userIDs.at(-1);
      await membership.emptied(tx, groupID);
      if (notice)
        await notify(tx, { ...notice, audience: members }, operationID);
      if (group) hooks?.afterDismiss?.(tx, operationID, group, members);
      return undefined;
    },
  );

  return {
    async create(cause, wanted) {
      const { ownerUserID, adminUserIDs, memberUserIDs, sendMessage } = wanted;
      requireCreatable(wanted);
      const userIDs = [ownerUserID, ...adminUserIDs, ...memberUserIDs];
      await requireUsers(deps.listUsers, userIDs);
      const roles = toRoles(wanted);
      const given = {
        ...wanted.group,
        ...(await hooks?.beforeCreate?.(
          cause.operationID,
          wanted.group,
          roles,
        )),
      };
      const at = now();
      // The same at every attempt: the members' hook is asked about it.
      const proposed = newGroupID();
      const { groupID, finished } = await transact(async (tx) => {
        // Again: somebody may have been deleted while others were asked.
        if (hooks) await requireUsers(deps.listUsers, userIDs);
        const groupID = await freeGroupID(tx, given.groupID, proposed);
        await insertGroup(tx, {
          ...given,
          groupID,
          ownerUserID,
          createTime: at,
          memberCount: 0,
        });
        const wantedMembers = roles.map(({ userID, roleLevel }) =>
          newMember(groupID, userID, {
            roleLevel,
            joinTime: at,
            joinSource: JoinSource.invitation,
            operatorUserID: cause.actor.userID,
            inviterUserID: cause.actor.userID,
          }),
        );
        const members = await membership.ask(
          tx,
          cause.operationID,
          groupID,
          wantedMembers,
        );
        const what = { ...cause, groupID, members, sendMessage };
        return { groupID, ...(await founding.begin(tx, what, 0)) };
      });
      // The answer promises that all of them are members.
      await finished();
      const created = await findGroup(db, groupID);
      requireGroup(created, groupID);
      return created;
    },

    async dismiss(cause, { groupID, deleteMember, sendMessage }) {
      const { actor } = cause;
      const { finished, waited } = await transact(async (tx) => {
        const group = await findGroup(tx.db, groupID);
        requireGroup(group, groupID);
        if (group.ownerUserID === "")
          throw errors.notFound(`group '${groupID}' has no members`);
        if (group.ownerUserID !== actor.userID && !actor.isAdmin)
          throw errors.noPermission("only the owner may dismiss a group");
        if (!deleteMember && group.status === GroupStatus.dismissed)
          throw errors.dismissed(`group '${groupID}' was dismissed`);
        const status = GroupStatus.dismissed;
        // The members of the first time may be on their way out yet.
        const isFirst = group.status !== status;
        const dismissed = await updateGroup(tx, groupID, { status });
        roster.groupChanged(tx, groupID);
        const members = await roster.membersOf(groupID);
        const opUser = await faces.actorIn(tx.db, groupID, actor);
        const notice = renderGroupDismissed(dismissed, opUser);
        const what = {
          groupID,
          operationID: cause.operationID,
          members,
          notice: deleteMember ? null : withCopy(notice, sendMessage),
          group: isFirst ? dismissed : null,
        };
        return dismissal.begin(tx, what, "");
      });
      // A very large group finishes after the caller got its answer.
      await (deleteMember ? finished() : waited());
    },

    async finishDismissals() {
      for (const groupID of await listHalfDismissed(db)) {
        const { finished } = await transact((tx) =>
          dismissal.follow(
            tx,
            {
              ...{ groupID, operationID: "" },
              ...{ members: [], notice: null, group: null },
            },
            "",
          ),
        );
        await finished();
      }
    },
  };
}

/** A group that gets its first members. */
interface Founding extends Cause {
  groupID: string;
  /** The owner first. */
  members: readonly GroupMemberFullInfo[];
  sendMessage: boolean | null;
}

/** A group on its way out. */
interface Dismissal {
  groupID: string;
  operationID: string;
  /** Members when the dismissal began. */
  members: readonly string[];
  /** Notice for them; null: none. */
  notice: Notice | null;
  /** Webhook after the dismissal; null: it was sent. */
  group: GroupInfo | null;
}

function requireCreatable({
  ownerUserID,
  adminUserIDs,
  memberUserIDs,
  group,
}: NewGroup): void {
  if (group.groupType !== GroupType.working)
    throw errors.args(`groupType ${group.groupType} is not 2`);
  requireOnce([ownerUserID, ...adminUserIDs, ...memberUserIDs]);
}

/** Throws 1101 for the first user who is not registered. */
async function requireUsers(
  listUsers: GroupsDeps["listUsers"],
  userIDs: readonly string[],
): Promise<void> {
  const known = new Set((await listUsers(userIDs)).map(({ userID }) => userID));
  const unknown = userIDs.find((userID) => !known.has(userID));
  if (unknown !== undefined)
    throw errors.userIDNotFound(`no user '${unknown}'`);
}

const toRole = ({ userID, roleLevel }: InitialMember): InitialMember => ({
  userID,
  roleLevel,
});

const toRoles = (wanted: NewGroup): InitialMember[] => {
  const as = (roleLevel: number) => (userID: string) => ({ userID, roleLevel });
  return [
    as(RoleLevel.owner)(wanted.ownerUserID),
    ...wanted.adminUserIDs.map(as(RoleLevel.admin)),
    ...wanted.memberUserIDs.map(as(RoleLevel.member)),
  ];
};

/** Builds a member without a nickname in the group, and not muted. */
export const newMember = (
  groupID: string,
  userID: string,
  how: Pick<
    GroupMemberFullInfo,
    "roleLevel" | "joinTime" | "joinSource" | "operatorUserID" | "inviterUserID"
  >,
): GroupMemberFullInfo => ({
  groupID,
  userID,
  nickname: "",
  faceURL: "",
  appMangerLevel: 0,
  ex: "",
  muteEndTime: 0,
  ...how,
});

/** Up to ten digits, as OpenIM's ids look. */
function newGroupID(): string {
  const hex = createHash("md5").update(randomBytes(16)).digest("hex");
  return String(Number.parseInt(hex.slice(0, 8), 16));
}
