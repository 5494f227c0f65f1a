import { GroupAtType } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";

import type { Cause } from "../http/actor.ts";
import type { GroupConversations } from "../conversations/group-conversations.ts";
import type { Notify } from "../notifications/notify.ts";
import { bumpVersion, groupMarker, VersionState } from "../storage/versions.ts";
import type { LargeChanges } from "../storage/large-changes.ts";
import { aboutGroup } from "../storage/writer.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import type { Faces } from "./faces.ts";
import type { InfoChange, InfoHooks } from "./hooks.ts";
import { findMember, listMemberIDsAfter } from "./member-store.ts";
import {
  renderAnnouncementSet,
  renderGroupInfoSet,
  renderGroupNameSet,
} from "./notifications.ts";
import type { Changed } from "./notifications.ts";
import type { Roster } from "./roster.ts";
import { isManager, requireAlive } from "./rules.ts";
import { findGroup, updateGroup } from "./store.ts";

export type ChangeGroupInfo = (
  cause: Cause,
  groupID: string,
  change: InfoChange,
  hooks?: InfoHooks,
) => Promise<void>;

export interface GroupInfoDeps {
  transact: Transact;
  notify: Notify;
  roster: Roster;
  faces: Faces;
  conversations: Pick<GroupConversations, "mark">;
  changes: Pick<LargeChanges, "define">;
  now: () => number;
}

/** Members whose conversations one commit marks. */
const markedAtOnce = 100;

interface Announced {
  groupID: string;
  operationID: string;
}

/** Name, announcement and all else that owner and admins may change. */
export function createSetGroupInfo(deps: GroupInfoDeps): ChangeGroupInfo {
  const { transact, notify, roster, faces, conversations, now } = deps;

  const marking = deps.changes.define<Announced, string>(
    "marks of an announcement",
    async (tx, { groupID, operationID }, after) => {
      const members = await listMemberIDsAfter(
        tx.db,
        groupID,
        after,
        markedAtOnce,
      );
      await conversations.mark(
        tx,
        operationID,
        groupID,
        members,
        GroupAtType.groupNotification,
      );
      return members.length < markedAtOnce ? undefined : members.at(-1);
    },
  );

  async function tell(
    tx: Transaction,
    cause: Cause,
    changed: Changed,
    { notification, groupName, ...others }: InfoChange,
  ): Promise<void> {
    const { operationID } = cause;
    const sender = await faces.publicInfo(cause.actor.userID);
    if (notification !== undefined) {
      const notice = renderAnnouncementSet(changed, sender);
      const isSendMsg = notification !== "";
      await notify(tx, { ...notice, isSendMsg }, operationID);
    }
    if (groupName !== undefined)
      await notify(tx, renderGroupNameSet(changed), operationID);
    if (Object.keys(others).length > 0)
      await notify(tx, renderGroupInfoSet(changed, sender), operationID);
  }

  return async (cause, groupID, wanted, hooks) => {
    const { actor, operationID } = cause;
    const isAnnounced = Boolean(wanted.notification);
    const ask = hooks?.before;
    let change = wanted;
    const marked = await transact(
      async (tx) => {
        const before = await findGroup(tx.db, groupID);
        if (!actor.isAdmin) {
          const member = await findMember(tx.db, groupID, actor.userID);
          if (!member)
            throw errors.notFound(`${actor.userID} is not in '${groupID}'`);
          if (!isManager(member.roleLevel))
            throw errors.noPermission("only owner and admins change a group");
        }
        requireAlive(before, groupID);
        if (ask)
          change = await tx.outside("info", () =>
            ask(operationID, groupID, wanted),
          );
        if (Object.keys(change).length === 0) return undefined;
        const group = await updateGroup(tx, groupID, {
          ...change,
          ...(change.notification !== undefined && {
            notificationUpdateTime: now(),
            notificationUserID: actor.userID,
          }),
        });
        roster.groupChanged(tx, groupID);
        const version = await bumpVersion(
          tx,
          "groupMembers",
          groupID,
          VersionState.update,
          [groupMarker],
        );
        const opUser = await faces.actorIn(tx.db, groupID, actor);
        const changed = { group, opUser, version };
        await tell(tx, cause, changed, change);
        hooks?.after?.(tx, operationID, groupID, change);
        return isAnnounced
          ? marking.begin(tx, { groupID, operationID }, "")
          : undefined;
      },
      isAnnounced ? {} : aboutGroup(groupID),
    );
    await marked?.waited();
  };
}
