import { GroupStatus } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";

import type { Cause } from "../http/actor.ts";
import type { Notify } from "../notifications/notify.ts";
import { bumpVersion, groupMarker, VersionState } from "../storage/versions.ts";
import { aboutGroup } from "../storage/writer.ts";
import type { Transact } from "../storage/writer.ts";
import type { Faces } from "./faces.ts";
import { changeMember, loadMember } from "./member-change.ts";
import type { MemberAndCaller } from "./member-change.ts";
import { findMember } from "./member-store.ts";
import {
  renderGroupMuted,
  renderGroupUnmuted,
  renderMemberMuted,
  renderMemberUnmuted,
} from "./notifications.ts";
import type { Roster } from "./roster.ts";
import { isManager, outranks, requireAlive } from "./rules.ts";
import { findGroup, updateGroup } from "./store.ts";

/** Silence for one member or, but for owner and admins, for all. */
export interface Mutes {
  muteMember(
    cause: Cause,
    wanted: { groupID: string; userID: string; mutedSeconds: number },
  ): Promise<void>;
  unmuteMember(
    cause: Cause,
    wanted: { groupID: string; userID: string },
  ): Promise<void>;
  muteGroup(cause: Cause, groupID: string): Promise<void>;
  unmuteGroup(cause: Cause, groupID: string): Promise<void>;
}

export interface MutesDeps {
  transact: Transact;
  notify: Notify;
  roster: Roster;
  faces: Faces;
  now: () => number;
}

export function createMutes(deps: MutesDeps): Mutes {
  const { transact, notify, roster, faces, now } = deps;

  /** 0 seconds end it. */
  const setMember = (
    cause: Cause,
    groupID: string,
    userID: string,
    mutedSeconds: number,
  ) =>
    transact(async (tx) => {
      const who = await loadMember(tx, cause.actor, { groupID, userID });
      requireMayMute(who);
      const muteEndTime = mutedSeconds === 0 ? 0 : now() + mutedSeconds * 1_000;
      const { changed, member } = await changeMember(
        deps,
        tx,
        cause.actor,
        who.group,
        userID,
        { muteEndTime },
      );
      const notice =
        mutedSeconds === 0
          ? renderMemberUnmuted(changed, member)
          : renderMemberMuted(changed, member, mutedSeconds);
      await notify(tx, notice, cause.operationID);
    }, aboutGroup(groupID));

  const setGroup = (cause: Cause, groupID: string, status: number) =>
    transact(async (tx) => {
      if (!cause.actor.isAdmin) {
        const member = await findMember(tx.db, groupID, cause.actor.userID);
        if (!isManager(member?.roleLevel))
          throw errors.noPermission("only owner and admins mute a group");
      }
      requireAlive(await findGroup(tx.db, groupID), groupID);
      const group = await updateGroup(tx, groupID, { status });
      roster.groupChanged(tx, groupID);
      const version = await bumpVersion(
        tx,
        "groupMembers",
        groupID,
        VersionState.update,
        [groupMarker],
      );
      const opUser = await faces.actorIn(tx.db, groupID, cause.actor);
      const changed = { group, opUser, version };
      await notify(
        tx,
        status === GroupStatus.muted
          ? renderGroupMuted(changed)
          : renderGroupUnmuted(changed),
        cause.operationID,
      );
    }, aboutGroup(groupID));

  return {
    muteMember: (cause, { groupID, userID, mutedSeconds }) =>
      setMember(cause, groupID, userID, mutedSeconds),
    unmuteMember: (cause, { groupID, userID }) =>
      setMember(cause, groupID, userID, 0),
    muteGroup: (cause, groupID) => setGroup(cause, groupID, GroupStatus.muted),
    unmuteGroup: (cause, groupID) => setGroup(cause, groupID, GroupStatus.ok),
  };
}

/** Throws 1002 for a caller who does not outrank the member. */
function requireMayMute({ caller, member }: MemberAndCaller): void {
  if (!caller || outranks(caller.roleLevel, member.roleLevel)) return;
  throw errors.noPermission(`${caller.userID} may not mute ${member.userID}`);
}
