import { defineMessage } from "./message.ts";
import type { MessageType } from "./message.ts";

/*
 * Bodies of deleting a user, which OpenIM has not.
 */

/** Kinds of deleted entries, with their descriptions. */
const removedWords = {
  profiles: "Their own entry: 1.",
  tokens: "Valid tokens.",
  friends: "Friends in their list.",
  friendOf: "Lists of friends of others.",
  friendRequests: "Requests from and to them.",
  blacks: "Users whom they blocked.",
  blockedBy: "Blacklists of others.",
  groupMemberships: "Group memberships.",
  groupsHandedOver: "Groups handed over to another owner.",
  groupsDismissed: "Groups without other members.",
  groupRequests: "Requests to join.",
  messages: "Messages whose content was deleted, if requested.",
  messageCounts: "Numbers of messages by day, for statistics.",
  conversations: "Entries of their list of conversations.",
  readPositions: "Read positions in groups.",
  readMarks: "Messages marked as read, or deleted for themselves.",
  objects: "Names of files that they uploaded.",
  files: "Contents that no other object shares.",
  uploads: "Uploads, completed or not.",
  userCommands: "Entries of process_user_command_add.",
  clientConfigs: "Entries of set_user_client_config.",
  pushTokens: "Push tokens of phones and browsers.",
  pushBadges: "Numbers on icons.",
  clientLogs: "Log files of their clients.",
  versionLogs: "Version logs of incremental sync.",
  favorites: "Messages that they marked as favorites.",
} as const;
export type RemovedKind = keyof typeof removedWords;
export const removedKinds = Object.keys(removedWords) as RemovedKind[];
export type Removed = Record<RemovedKind, number>;

export const Removed: MessageType<Removed> = defineMessage(
  "parley.user.Removed",
  Object.fromEntries(removedKinds.map((kind) => [kind, "int64"])) as Record<
    RemovedKind,
    string
  >,
  removedWords,
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
