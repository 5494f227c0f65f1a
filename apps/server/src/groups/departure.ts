import { GroupStatus, RoleLevel } from "@parley/protocol/content-types";
import type { Kysely } from "kysely";

import type { Actor } from "../auth/auth.ts";
import type { Counts, Depart, Departing } from "../deletion/departing.ts";
import type { Schema } from "../storage/schema.ts";
import { dropVersion } from "../storage/versions.ts";
import type { Transaction } from "../storage/writer.ts";
import { findMember, listMemberIDs } from "./member-store.ts";
import type { Members } from "./members.ts";
import type { Membership } from "./membership.ts";
import { findGroup, updateGroup } from "./store.ts";

export interface GroupDepartureDeps {
  db: Kysely<Schema>;
  membership: Membership;
  members: Pick<Members, "handOver" | "leave">;
}

/** Rows that one transaction removes where nobody has to hear of it. */
const atOnce = 500;

/**
 * A deleted user quits every group. A group of theirs goes to the admin, or
 * else the member, who has been there longest; nobody else there: it ends.
 */
export function createGroupDeparture({
  db,
  membership,
  members,
}: GroupDepartureDeps): Depart {
  /** Nobody has to hear of it. */
  async function end(
    tx: Transaction,
    groupID: string,
    userID: string,
  ): Promise<void> {
    await membership.disband(tx, groupID, [userID]);
    await updateGroup(tx, groupID, {
      status: GroupStatus.dismissed,
      ownerUserID: "",
      memberCount: 0,
    });
    await dropVersion(tx, "groupMembers", groupID);
  }

  async function quit(
    tx: Transaction,
    { userID, operationID, operatorUserID }: Departing,
    groupID: string,
  ): Promise<Counts> {
    const group = await findGroup(tx.db, groupID);
    const member = await findMember(tx.db, groupID, userID);
    // Somebody removed them meanwhile: then there is nothing left to do.
    if (!group || !member) return {};
    if (group.status === GroupStatus.dismissed) {
      await membership.disband(tx, groupID, [userID]);
      return { groupMemberships: 1 };
    }
    if (member.roleLevel !== RoleLevel.owner) {
      await members.leave(tx, userID, operationID, member);
      return { groupMemberships: 1 };
    }
    const eldest = await listMemberIDs(tx.db, groupID, 2);
    const heir = eldest.find((each) => each !== userID);
    if (heir === undefined) {
      await end(tx, groupID, userID);
      return { groupMemberships: 1, groupsDismissed: 1 };
    }
    const actor: Actor = {
      userID: operatorUserID,
      platformID: 0,
      isAdmin: true,
    };
    await members.handOver(tx, actor, operationID, {
      groupID,
      oldOwnerUserID: userID,
      newOwnerUserID: heir,
    });
    const former = await findMember(tx.db, groupID, userID);
    if (former) await members.leave(tx, userID, operationID, former);
    return { groupMemberships: 1, groupsHandedOver: 1 };
  }

  return async (user, removing) => {
    const { userID } = user;
    await removing.untilNothing(async ({ db }) => ({
      groupRequests: (
        await db
          .deleteFrom("group_requests")
          .where("id", "in", (e) =>
            e
              .selectFrom("group_requests")
              .select("id")
              .where("user_id", "=", userID)
              .limit(atOnce),
          )
          .returning("id")
          .execute()
      ).length,
    }));
    for (;;) {
      const row = await db
        .selectFrom("group_members")
        .select("group_id")
        .where("user_id", "=", userID)
        .limit(1)
        .executeTakeFirst();
      if (!row) break;
      await removing.once((tx) => quit(tx, user, row.group_id));
    }
    await removing.once(async (tx) => {
      await tx.db
        .deleteFrom("group_leavers")
        .where("user_id", "=", userID)
        .execute();
      return {};
    });
  };
}
