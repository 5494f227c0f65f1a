import { GroupStatus } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";

import type { Actor } from "../http/actor.ts";
import type { Notify } from "../notifications/notify.ts";
import { bumpVersion, groupMarker, VersionState } from "../storage/versions.ts";
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
    actor: Actor,
    operationID: string,
    wanted: { groupID: string; userID: string; mutedSeconds: number },
  ): Promise<void>;
  unmuteMember(
    actor: Actor,
    operationID: string,
    wanted: { groupID: string; userID: string },
  ): Promise<void>;
  muteGroup(actor: Actor, operationID: string, groupID: string): Promise<void>;
  unmuteGroup(
    actor: Actor,
    operationID: string,
    groupID: string,
  ): Promise<void>;
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
    actor: Actor,
    operationID: string,
    groupID: string,
    userID: string,
    mutedSeconds: number,
  ) =>
    transact(async (tx) => {
      const who = await loadMember(tx, actor, { groupID, userID });
      requireMayMute(who);
      const muteEndTime = mutedSeconds === 0 ? 0 : now() + mutedSeconds * 1_000;
      const { changed, member } = await changeMember(
        deps,
        tx,
        actor,
        who.group,
        userID,
        { muteEndTime },
      );
      const notice =
        mutedSeconds === 0
          ? renderMemberUnmuted(changed, member)
          : renderMemberMuted(changed, member, mutedSeconds);
      await notify(tx, notice, operationID);
    });

  const setGroup = (
    actor: Actor,
    operationID: string,
    groupID: string,
    status: number,
  ) =>
    transact(async (tx) => {
      if (!actor.isAdmin) {
        const member = await findMember(tx.db, groupID, actor.userID);
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
      const opUser = await faces.actorIn(tx.db, groupID, actor);
      const changed = { group, opUser, version };
      await notify(
        tx,
        status === GroupStatus.muted
          ? renderGroupMuted(changed)
          : renderGroupUnmuted(changed),
        operationID,
      );
    });

  return {
    muteMember: (actor, operationID, { groupID, userID, mutedSeconds }) =>
      setMember(actor, operationID, groupID, userID, mutedSeconds),
    unmuteMember: (actor, operationID, { groupID, userID }) =>
      setMember(actor, operationID, groupID, userID, 0),
    muteGroup: (actor, operationID, groupID) =>
      setGroup(actor, operationID, groupID, GroupStatus.muted),
    unmuteGroup: (actor, operationID, groupID) =>
      setGroup(actor, operationID, groupID, GroupStatus.ok),
  };
}

/** Throws 1002 for a caller who does not outrank the member. */
function requireMayMute({ caller, member }: MemberAndCaller): void {
  if (!caller || outranks(caller.roleLevel, member.roleLevel)) return;
  throw errors.noPermission(`${caller.userID} may not mute ${member.userID}`);
}
