import { defineMessage } from "./message.ts";
import type { MessageType } from "./message.ts";

/*
 * Bodies of deleting a user, which OpenIM has not.
 */

/** Numbers of deleted entries by kind. */
export const removedKinds = [
  "profiles",
  "tokens",
  "friends",
  "friendOf",
  "friendRequests",
  "blacks",
  "blockedBy",
  "groupMemberships",
  "groupsHandedOver",
  "groupsDismissed",
  "groupRequests",
  "messages",
  "messageCounts",
  "conversations",
  "readPositions",
  "readMarks",
  "objects",
  "files",
  "uploads",
  "userCommands",
  "clientConfigs",
  "pushTokens",
  "pushBadges",
  "clientLogs",
  "versionLogs",
] as const;
export type RemovedKind = (typeof removedKinds)[number];
export type Removed = Record<RemovedKind, number>;

export const Removed: MessageType<Removed> = defineMessage(
  "parley.user.Removed",
  Object.fromEntries(removedKinds.map((kind) => [kind, "int64"])) as Record<
    RemovedKind,
    string
  >,
);

/** /user/delete_user */
export interface DeleteUserReq {
  userID: string;
  deleteMessages: boolean;
}
export const DeleteUserReq: MessageType<DeleteUserReq> = defineMessage(
  "parley.user.DeleteUserReq",
  { userID: "string", deleteMessages: "bool" },
);

/** /user/get_user_deletion */
export interface GetUserDeletionReq {
  userID: string;
}
export const GetUserDeletionReq: MessageType<GetUserDeletionReq> =
  defineMessage("parley.user.GetUserDeletionReq", { userID: "string" });

/** The receipt of a deletion, or how far it is. */
export interface UserDeletion {
  userID: string;
  /** running, interrupted (send the request again to continue) or done. */
  state: string;
  /** The part that is being removed now. */
  part: string;
  deleteMessages: boolean;
  operatorUserID: string;
  startTime: number;
  /** 0 until it is done. */
  endTime: number;
  removed: Removed | null;
}
export const UserDeletion: MessageType<UserDeletion> = defineMessage(
  "parley.user.UserDeletion",
  {
    userID: "string",
    state: "string",
    part: "string",
    deleteMessages: "bool",
    operatorUserID: "string",
    startTime: "int64",
    endTime: "int64",
    removed: "parley.user.Removed",
  },
);
