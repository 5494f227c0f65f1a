import { RoleLevel } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type {
  GroupInfo,
  GroupMemberFullInfo,
} from "@parley/protocol/generated/sdkws";

import type { Actor, Cause } from "../http/actor.ts";
import { bumpVersion, sortMarker, VersionState } from "../storage/versions.ts";
import { aboutGroup } from "../storage/writer.ts";
import type { Transaction } from "../storage/writer.ts";
import { changeMember } from "./member-change.ts";
import { findMember, findMembers, updateMember } from "./member-store.ts";
import {
  renderMemberQuit,
  renderMembersKicked,
  renderMemberUnmuted,
  renderOwnerTransferred,
  withCopy,
} from "./notifications.ts";
import type { Roster } from "./roster.ts";
import { outranks, requireAlive, requireGroup } from "./rules.ts";
import { findGroup, updateGroup } from "./store.ts";
import { createInvitations } from "./invitations.ts";
import type { GroupInvitations, InvitingDeps } from "./invitations.ts";

/** Removes members, and transfers groups. */
export interface Members extends GroupInvitations {
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

export interface MembersDeps extends InvitingDeps {
  roster: Roster;
}

/** Number of members that a commit removes, with one notice. */
const kickedAtOnce = 200;
interface Kicking extends Cause {
  groupID: string;
  kickedUserIDs: readonly string[];
  /** Absent in large changes that an earlier version began. */
  reason?: string;
  sendMessage: boolean | null;
}

export function createMembers(deps: MembersDeps): Members {
  const { transact, notify, roster, faces, membership, hooks, now } = deps;

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
    ...createInvitations(deps),

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
      // The answer promises that none of them is a member.
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
      }, aboutGroup(wanted.groupID));
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
