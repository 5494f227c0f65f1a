import { errors } from "@parley/protocol/errors";
import type {
  GroupInfo,
  GroupMemberFullInfo,
} from "@parley/protocol/generated/sdkws";

import type { Actor } from "../http/actor.ts";
import { bumpVersion, VersionState } from "../storage/versions.ts";
import type { Transaction } from "../storage/writer.ts";
import type { Faces } from "./faces.ts";
import { findMember, updateMember } from "./member-store.ts";
import type { MemberChange } from "./member-store.ts";
import type { Changed } from "./notifications.ts";
import type { Roster } from "./roster.ts";
import { requireAlive } from "./rules.ts";
import { findGroup } from "./store.ts";

/** A member who is to be changed, and who wants it. */
export interface MemberAndCaller {
  group: GroupInfo;
  member: GroupMemberFullInfo;
  /** undefined: an administrator, who need not be a member. */
  caller: GroupMemberFullInfo | undefined;
}

/** Loads both. Throws 1004 and 1204, also for a caller from outside. */
export async function loadMember(
  { db }: Transaction,
  actor: Actor,
  { groupID, userID }: { groupID: string; userID: string },
): Promise<MemberAndCaller> {
  const group = await findGroup(db, groupID);
  requireAlive(group, groupID);
  const requireMember = async (id: string) => {
    const found = await findMember(db, groupID, id);
    if (!found) throw errors.notFound(`${id} is not in '${groupID}'`);
    return found;
  };
  const member = await requireMember(userID);
  const caller = actor.isAdmin ? undefined : await requireMember(actor.userID);
  return { group, member, caller };
}

/**
 * Changes a member: the row, what memory knows of it, and the version that
 * clients sync by. Returns what the notice says.
 */
export async function changeMember(
  { roster, faces }: { roster: Roster; faces: Faces },
  tx: Transaction,
  actor: Actor,
  group: GroupInfo,
  userID: string,
  change: MemberChange,
): Promise<{ changed: Changed; member: GroupMemberFullInfo }> {
  const { groupID } = group;
  const member = await updateMember(tx, groupID, userID, change);
  roster.membersChanged(tx, groupID, [userID]);
  const version = await bumpVersion(
    tx,
    "groupMembers",
    groupID,
    VersionState.update,
    [userID],
  );
  const opUser = await faces.actorIn(tx.db, groupID, actor);
  const changed = { group, opUser, version };
  return { changed, member: await faces.showOne(member) };
}
