import {
  GroupStatus,
  JoinSource,
  RoleLevel,
} from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type {
  GroupInfo,
  GroupMemberFullInfo,
  UserInfo,
} from "@parley/protocol/generated/sdkws";

import type { Actor, Cause } from "../http/actor.ts";
import type { Notify } from "../notifications/notify.ts";
import { chunksOf } from "../storage/chunks.ts";
import type { LargeChanges } from "../storage/large-changes.ts";
import { bumpVersion, sortMarker, VersionState } from "../storage/versions.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import { newRequest } from "./applications.ts";
import type { Applications } from "./applications.ts";
import type { Faces } from "./faces.ts";
import { newMember } from "./groups.ts";
import type { GroupHooks } from "./hooks.ts";
import { changeMember } from "./member-change.ts";
import { findMember, findMembers, updateMember } from "./member-store.ts";
import type { Membership } from "./membership.ts";
import {
  renderMemberQuit,
  renderMembersInvited,
  renderMembersKicked,
  renderMemberUnmuted,
  renderOwnerTransferred,
  withCopy,
} from "./notifications.ts";
import type { Roster } from "./roster.ts";
import {
  invitesDirectly,
  outranks,
  requireAlive,
  requireGroup,
} from "./rules.ts";
import { findGroup, updateGroup } from "./store.ts";

/** Joins, removes and promotes members. */
export interface Members {
  invite(
    cause: Cause,
    wanted: {
      groupID: string;
      invitedUserIDs: readonly string[];
      reason?: string;
      sendMessage: boolean | null;
    },
  ): Promise<void>;
  kick(
    cause: Cause,
    wanted: {
      groupID: string;
      kickedUserIDs: readonly string[];
      reason?: string;
      sendMessage: boolean | null;
    },
  ): Promise<void>;
  quit(cause: Cause, groupID: string, userID: string): Promise<void>;
  transfer(cause: Cause, wanted: Transfer): Promise<void>;
  /**
   * Transfers the group within a transaction, for callers that change several.
   */
  handOver(tx: Transaction, cause: Cause, wanted: Transfer): Promise<void>;
  /** Quits with a transaction, in the name of `actorID`. */
  leave(
    tx: Transaction,
    actorID: string,
    operationID: string,
    member: GroupMemberFullInfo,
  ): Promise<void>;
}

export interface Transfer {
  groupID: string;
  oldOwnerUserID: string;
  newOwnerUserID: string;
}

export interface MembersDeps {
  transact: Transact;
  notify: Notify;
  roster: Roster;
  faces: Faces;
  membership: Membership;
  applications: Pick<Applications, "apply">;
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
  changes: Pick<LargeChanges, "define">;
  hooks?: GroupHooks;
  now: () => number;
}

/**
 * Members per notice, as OpenIM's clients expect
 * (docs/wire/notifications.md#groups).
 */
const invitedAtOnce = 50;
/** Members that one commit removes, with one notice. */
const kickedAtOnce = 200;
/** Requests in one commit; each is sent to every owner and admin. */
const appliedAtOnce = 10;

interface Inviting extends Cause {
  groupID: string;
  sendMessage: boolean | null;
  /** One list per notice. */
  invited: readonly (readonly GroupMemberFullInfo[])[];
}

interface Kicking extends Cause {
  groupID: string;
  kickedUserIDs: readonly string[];
  /** Absent in what an earlier version left. */
  reason?: string;
  sendMessage: boolean | null;
}

interface Applying extends Cause {
  groupID: string;
  invitedUserIDs: readonly string[];
}

export function createMembers(deps: MembersDeps): Members {
  const { transact, notify, roster, faces, membership, hooks, now } = deps;

  async function requireUsers(userIDs: readonly string[]): Promise<void> {
    const users = await deps.listUsers(userIDs);
    if (users.length === userIDs.length) return;
    const known = new Set(users.map(({ userID }) => userID));
    const unknown = userIDs.find((userID) => !known.has(userID));
    throw errors.notFound(`no user '${unknown}'`);
  }

  const inviting = deps.changes.define<Inviting, number>(
    "invitation to a group",
    async (tx, what, at) => {
      const some = what.invited[at] ?? [];
      await addSome(tx, what, some);
      return at + 1 < what.invited.length ? at + 1 : undefined;
    },
    { isOneByOne: true },
  );

  /** But for those who came, and were deleted, while others were added. */
  async function addSome(
    tx: Transaction,
    { actor, operationID, groupID, sendMessage }: Inviting,
    invited: readonly GroupMemberFullInfo[],
  ): Promise<void> {
    const before = await findGroup(tx.db, groupID);
    if (before?.status === GroupStatus.dismissed) return;
    const wanted = await membership.lacking(tx, groupID, invited);
    if (wanted.length === 0) return;
    const userIDs = wanted.map(({ userID }) => userID);
    const { group, entered, version, audience } = await membership.admit(
      tx,
      groupID,
      wanted,
    );
    const tellOfChat = await membership.openChat(
      tx,
      operationID,
      groupID,
      userIDs,
    );
    const opUser = await faces.actorIn(tx.db, groupID, actor);
    const notice = renderMembersInvited(
      { group, opUser, version },
      await faces.show(entered),
      opUser,
    );
    await notify(
      tx,
      { ...withCopy(notice, sendMessage), audience },
      operationID,
    );
    await tellOfChat();
  }

  /**
   * Asks the webhook about all of them, one notice's members at a time. It may
   * refuse.
   */
  async function askForAll(
    tx: Transaction,
    cause: Cause,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<(readonly GroupMemberFullInfo[])[]> {
    const parts = [];
    for (const some of chunksOf(userIDs, invitedAtOnce))
      parts.push(
        await membership.ask(
          tx,
          cause.operationID,
          groupID,
          some.map((userID) =>
            newMember(groupID, userID, {
              roleLevel: RoleLevel.member,
              joinTime: now(),
              joinSource: JoinSource.invitation,
              operatorUserID: cause.actor.userID,
              inviterUserID: cause.actor.userID,
            }),
          ),
        ),
      );
    return parts;
  }

  const applying = deps.changes.define<Applying, number>(
    "applications of who was invited",
    async (tx, { groupID, invitedUserIDs, ...cause }, at) => {
      const end = at + appliedAtOnce;
      const group = await findGroup(tx.db, groupID);
      if (!group || group.status === GroupStatus.dismissed) return undefined;
      // Skips users who were deleted meanwhile.
      const users = await deps.listUsers(invitedUserIDs.slice(at, end));
      for (const { userID } of users)
        await deps.applications.apply(
          tx,
          cause,
          group,
          newRequest(groupID, userID, {
            reqMsg: "",
            reqTime: now(),
            joinSource: JoinSource.invitation,
            inviterUserID: cause.actor.userID,
            ex: "",
          }),
        );
      return end < invitedUserIDs.length ? end : undefined;
    },
  );

  const kicking = deps.changes.define<Kicking, number>(
    "removal from a group",
    async (tx, { groupID, kickedUserIDs, ...what }, at) => {
      const end = at + kickedAtOnce;
      const group = await findGroup(tx.db, groupID);
      if (!group) return undefined;
      const some = kickedUserIDs.slice(at, end);
      // Without those who left since it was permitted, or own the group now.
      const kicked = (await findMembers(tx.db, groupID, some)).filter(
        ({ userID }) => userID !== group.ownerUserID,
      );
      if (kicked.length > 0) await removeSome(tx, { groupID, ...what }, kicked);
      if (end < kickedUserIDs.length) return end;
      const { operationID, reason = "" } = what;
      hooks?.afterKick?.(tx, operationID, { groupID, kickedUserIDs, reason });
      return undefined;
    },
    { isOneByOne: true },
  );

  /** Removes some of the members, with a notice of their own. */
  async function removeSome(
    tx: Transaction,
    {
      actor,
      operationID,
      groupID,
      sendMessage,
    }: Omit<Kicking, "kickedUserIDs" | "reason">,
    kicked: readonly GroupMemberFullInfo[],
  ): Promise<void> {
    const userIDs = kicked.map(({ userID }) => userID);
    const opUser = await faces.actorIn(tx.db, groupID, actor);
    const shown = await faces.show(kicked);
    const { group, version, audience } = await membership.leave(
      tx,
      groupID,
      userIDs,
    );
    const notice = renderMembersKicked({ group, opUser, version }, shown);
    await notify(
      tx,
      { ...withCopy(notice, sendMessage), audience },
      operationID,
    );
    await membership.closeChat(tx, operationID, groupID, userIDs);
  }

  async function unmute(
    tx: Transaction,
    cause: Cause,
    group: GroupInfo,
    muted: GroupMemberFullInfo,
  ): Promise<void> {
    const { changed, member } = await changeMember(
      { roster, faces },
      tx,
      cause.actor,
      group,
      muted.userID,
      { muteEndTime: 0 },
    );
    const notice = renderMemberUnmuted(changed, member);
    await notify(tx, notice, cause.operationID);
  }

  async function leave(
    tx: Transaction,
    actorID: string,
    operationID: string,
    member: GroupMemberFullInfo,
  ): Promise<void> {
    const { groupID, userID } = member;
    const shown = await faces.showOne(member);
    const { group, version, audience } = await membership.leave(tx, groupID, [
      userID,
    ]);
    const notice = renderMemberQuit(actorID, group, shown, version);
    await notify(tx, { ...notice, audience }, operationID);
    await membership.closeChat(tx, operationID, groupID, [userID]);
  }

  async function handOver(
    tx: Transaction,
    cause: Cause,
    { groupID, oldOwnerUserID, newOwnerUserID }: Transfer,
  ): Promise<void> {
    const before = await findGroup(tx.db, groupID);
    requireAlive(before, groupID);
    const [oldOwner, newOwner] = await findMembers(tx.db, groupID, [
      oldOwnerUserID,
      newOwnerUserID,
    ]);
    if (!oldOwner || !newOwner)
      throw errors.args(`two members of '${groupID}' are needed`);
    requireMayTransfer(cause.actor, oldOwner);
    if (newOwner.muteEndTime > now()) await unmute(tx, cause, before, newOwner);
    const owner = await updateMember(tx, groupID, newOwnerUserID, {
      roleLevel: RoleLevel.owner,
    });
    const formerOwner = await updateMember(tx, groupID, oldOwnerUserID, {
      roleLevel: newOwner.roleLevel,
    });
    const group = await updateGroup(tx, groupID, {
      ownerUserID: newOwnerUserID,
    });
    const both = [oldOwnerUserID, newOwnerUserID];
    roster.groupChanged(tx, groupID);
    roster.membersChanged(tx, groupID, both);
    const version = await bumpVersion(
      tx,
      "groupMembers",
      groupID,
      VersionState.update,
      [...both, sortMarker],
    );
    const opUser = await faces.actorIn(tx.db, groupID, cause.actor);
    await notify(
      tx,
      renderOwnerTransferred(
        { group, opUser, version },
        await faces.showOne(owner),
        await faces.showOne(formerOwner),
      ),
      cause.operationID,
    );
  }

  return {
    async invite(cause, wanted) {
      const { actor } = cause;
      const { groupID, invitedUserIDs, reason = "", sendMessage } = wanted;
      const { finished } = await transact(async (tx) => {
        const group = await findGroup(tx.db, groupID);
        requireAlive(group, groupID);
        const inviter = await findMember(tx.db, groupID, actor.userID);
        if (!inviter && !actor.isAdmin)
          throw errors.noPermission(`${actor.userID} is not in '${groupID}'`);
        await requireUsers(invitedUserIDs);
        const ask = hooks?.beforeInvite;
        if (ask)
          await tx.outside("invite", () =>
            ask(cause.operationID, { groupID, reason, invitedUserIDs }),
          );
        const by = { role: inviter?.roleLevel, isAdmin: actor.isAdmin };
        if (!invitesDirectly(by, group.needVerification))
          return applying.begin(tx, { ...cause, groupID, invitedUserIDs }, 0);
        const [known] = await findMembers(tx.db, groupID, invitedUserIDs);
        if (known)
          throw errors.args(`${known.userID} is in '${groupID}' already`);
        const invited = await askForAll(tx, cause, groupID, invitedUserIDs);
        return inviting.begin(
          tx,
          { ...cause, groupID, sendMessage, invited },
          0,
        );
      });
      // The answer promises that all of them are members.
      await finished();
    },

    async kick(cause, wanted) {
      const { actor } = cause;
      const { groupID, kickedUserIDs, reason = "", sendMessage } = wanted;
      const { finished } = await transact(async (tx) => {
        const before = await findGroup(tx.db, groupID);
        requireGroup(before, groupID);
        if (kickedUserIDs.includes(before.ownerUserID))
          throw errors.args("the owner cannot be removed");
        const kicker = await findMember(tx.db, groupID, actor.userID);
        if (!kicker && !actor.isAdmin)
          throw errors.noPermission(`${actor.userID} is not in '${groupID}'`);
        const kicked = await findMembers(tx.db, groupID, kickedUserIDs);
        if (kicked.length < kickedUserIDs.length)
          throw errors.userIDNotFound(`one of them is not in '${groupID}'`);
        requireMayKick(actor, kicker, kicked);
        const what = { ...cause, groupID, kickedUserIDs, reason };
        return kicking.begin(tx, { ...what, sendMessage }, 0);
      });
      // The answer promises that all of them are members.
      await finished();
    },

    async quit(cause, groupID, userID) {
      await transact(async (tx) => {
        const member = await findMember(tx.db, groupID, userID);
        if (!member) throw errors.notFound(`${userID} is not in '${groupID}'`);
        if (member.roleLevel === RoleLevel.owner)
          throw errors.noPermission(
            "the owner cannot leave: transfer the group first",
          );
        await leave(tx, cause.actor.userID, cause.operationID, member);
        hooks?.afterQuit?.(tx, cause.operationID, groupID, userID);
      });
    },

    async transfer(cause, wanted) {
      await transact(async (tx) => {
        await handOver(tx, cause, wanted);
        hooks?.afterTransfer?.(tx, cause.operationID, wanted);
      });
    },

    handOver,
    leave,
  };
}

function requireMayKick(
  actor: Actor,
  kicker: GroupMemberFullInfo | undefined,
  kicked: readonly GroupMemberFullInfo[],
): void {
  if (actor.isAdmin) return;
  for (const { userID, roleLevel } of kicked)
    if (!outranks(kicker?.roleLevel, roleLevel))
      throw errors.noPermission(`${actor.userID} may not remove ${userID}`);
}

/** An administrator may for any owner, but for no other. */
function requireMayTransfer(actor: Actor, oldOwner: GroupMemberFullInfo): void {
  const isOwner = oldOwner.roleLevel === RoleLevel.owner;
  if (actor.isAdmin) {
    if (!isOwner) throw errors.args(`${oldOwner.userID} is not the owner`);
  } else if (!isOwner || oldOwner.userID !== actor.userID)
    throw errors.noPermission("only the owner may transfer a group");
}
