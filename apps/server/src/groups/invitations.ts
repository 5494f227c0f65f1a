import {
  GroupStatus,
  JoinSource,
  RoleLevel,
} from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type {
  GroupMemberFullInfo,
  UserInfo,
} from "@parley/protocol/generated/sdkws";

import type { Cause } from "../http/actor.ts";
import type { Notify } from "../notifications/notify.ts";
import { chunksOf } from "../storage/chunks.ts";
import type { LargeChanges } from "../storage/large-changes.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import { newRequest } from "./applications.ts";
import type { Applications } from "./applications.ts";
import type { Faces } from "./faces.ts";
import { newMember } from "./groups.ts";
import type { GroupHooks } from "./hooks.ts";
import { findMember, findMembers } from "./member-store.ts";
import type { Membership } from "./membership.ts";
import { renderMembersInvited, withCopy } from "./notifications.ts";
import { invitesDirectly, requireAlive } from "./rules.ts";
import { findGroup } from "./store.ts";

/** Adds members to groups, or asks the owner and admins to let them in. */
export interface GroupInvitations {
  invite(
    cause: Cause,
    wanted: {
      groupID: string;
      invitedUserIDs: readonly string[];
      reason?: string;
      sendMessage: boolean | null;
    },
  ): Promise<void>;
}

export interface InvitingDeps {
  transact: Transact;
  notify: Notify;
  faces: Faces;
  membership: Membership;
  applications: Pick<Applications, "apply">;
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
  changes: Pick<LargeChanges, "define">;
  hooks?: GroupHooks;
  now: () => number;
}

/**
 * Number of members in a notice, as OpenIM's clients expect
 * (docs/wire/notifications.md#groups).
 */
const invitedAtOnce = 50;
/** Number of applications in a commit; the owner and all admins are told of each. */
const appliedAtOnce = 10;

interface Inviting extends Cause {
  groupID: string;
  sendMessage: boolean | null;
  /** One list per notice. */
  invited: readonly (readonly GroupMemberFullInfo[])[];
}

interface Applying extends Cause {
  groupID: string;
  invitedUserIDs: readonly string[];
}

export function createInvitations(deps: InvitingDeps): GroupInvitations {
  const { transact, notify, faces, membership, hooks, now } = deps;

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

  /** Skips users who joined or were deleted since the invitation began. */
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
   * Calls the webhook for all users, in parts of one notice. It may refuse.
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
  };
}
