import { GroupStatus, RoleLevel } from "@parley/protocol/content-types";
import type {
  GroupInfo,
  GroupMemberFullInfo,
} from "@parley/protocol/generated/sdkws";
import type { Kysely } from "kysely";

import type { Counts, Depart, Departing } from "../feature/departing.ts";
import type { Cause } from "../http/actor.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transaction } from "../storage/writer.ts";
import type { GroupHooks } from "./hooks.ts";
import { deleteMembers, findMember, listMemberIDs } from "./member-store.ts";
import type { Members } from "./members.ts";
import type { Membership } from "./membership.ts";
import { findGroup } from "./store.ts";

export interface GroupDepartureDeps {
  db: Kysely<Schema>;
  membership: Membership;
  members: Pick<Members, "handOver" | "leave">;
  hooks?: Pick<GroupHooks, "afterQuit" | "afterTransfer" | "afterDismiss">;
}

/** Rows that one transaction removes without notices. */
const atOnce = 500;

/**
 * Makes a deleted user quit every group. A group that the user owns goes to the
 * longest-standing admin, or else member; without other members it ends.
 */
export function createGroupDeparture({
  db,
  membership,
  members,
  hooks,
}: GroupDepartureDeps): Depart {
  /** Ends the group without a notice. */
  async function end(
    tx: Transaction,
    groupID: string,
    userID: string,
  ): Promise<GroupInfo> {
    await membership.disband(tx, groupID, [userID]);
    return membership.emptied(tx, groupID);
  }

  async function leave(
    tx: Transaction,
    operationID: string,
    member: GroupMemberFullInfo,
  ): Promise<void> {
    const { groupID, userID } = member;
    await members.leave(tx, userID, operationID, member);
    hooks?.afterQuit?.(tx, operationID, groupID, userID);
  }

  async function quit(
    tx: Transaction,
    { userID, operationID, operatorUserID }: Departing,
    groupID: string,
  ): Promise<Counts> {
    const group = await findGroup(tx.db, groupID);
    const member = await findMember(tx.db, groupID, userID);
    // Somebody removed them meanwhile: then there is nothing left to do.
    if (!member) return {};
    if (!group) {
      await deleteMembers(tx, groupID, [userID]);
      return { groupMemberships: 1 };
    }
    if (group.status === GroupStatus.dismissed) {
      await membership.disband(tx, groupID, [userID]);
      return { groupMemberships: 1 };
    }
    if (member.roleLevel !== RoleLevel.owner) {
      await leave(tx, operationID, member);
      return { groupMemberships: 1 };
    }
    const eldest = await listMemberIDs(tx.db, groupID, 2);
    const heir = eldest.find((each) => each !== userID);
    if (heir === undefined) {
      const dismissed = await end(tx, groupID, userID);
      hooks?.afterDismiss?.(tx, operationID, dismissed, [userID]);
      return { groupMemberships: 1, groupsDismissed: 1 };
    }
    const cause: Cause = {
      actor: { userID: operatorUserID, platformID: 0, isAdmin: true },
      operationID,
    };
    const handed = {
      groupID,
      oldOwnerUserID: userID,
      newOwnerUserID: heir,
    };
    await members.handOver(tx, cause, handed);
    hooks?.afterTransfer?.(tx, operationID, handed);
    const former = await findMember(tx.db, groupID, userID);
    if (former) await leave(tx, operationID, former);
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
