import { AppManagerLevel, RoleLevel } from "@parley/protocol/content-types";
import type {
  GroupMemberFullInfo,
  PublicUserInfo,
  UserInfo,
} from "@parley/protocol/generated/sdkws";
import type { Kysely } from "kysely";

import type { Actor } from "../http/actor.ts";
import type { Schema } from "../storage/schema.ts";
import { findMember } from "./member-store.ts";

/**
 * Renders members: the user's own name and picture fill in what the member
 * lacks.
 */
export interface Faces {
  show(members: readonly GroupMemberFullInfo[]): Promise<GroupMemberFullInfo[]>;
  showOne(member: GroupMemberFullInfo): Promise<GroupMemberFullInfo>;
  /** Renders the caller for clients: an administrator need not be a member. */
  actorIn(
    db: Kysely<Schema>,
    groupID: string,
    actor: Actor,
  ): Promise<GroupMemberFullInfo>;
  publicInfo(userID: string): Promise<PublicUserInfo>;
}

export interface FacesDeps {
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
}

export function createFaces({ listUsers }: FacesDeps): Faces {
  async function show(
    members: readonly GroupMemberFullInfo[],
  ): Promise<GroupMemberFullInfo[]> {
    const lacking = members.filter(lacksFace).map(({ userID }) => userID);
    if (lacking.length === 0) return [...members];
    const users = await listUsers(lacking);
    const byID = new Map(users.map((user) => [user.userID, user]));
    return members.map((member) => withFace(member, byID.get(member.userID)));
  }

  async function showOne(
    member: GroupMemberFullInfo,
  ): Promise<GroupMemberFullInfo> {
    const [shown] = await show([member]);
    return shown ?? member;
  }

  return {
    show,
    showOne,
    async actorIn(db, groupID, { userID, isAdmin }) {
      const member = await findMember(db, groupID, userID);
      return showOne(member ?? outsider(groupID, userID, isAdmin));
    },
    async publicInfo(userID) {
      const [user] = await listUsers([userID]);
      return {
        userID,
        nickname: user?.nickname ?? "",
        faceURL: user?.faceURL ?? "",
        ex: user?.ex ?? "",
      };
    },
  };
}

export const lacksFace = ({
  nickname,
  faceURL,
}: Pick<GroupMemberFullInfo, "nickname" | "faceURL">): boolean =>
  nickname === "" || faceURL === "";

export const withFace = (
  member: GroupMemberFullInfo,
  user: Pick<UserInfo, "nickname" | "faceURL"> | undefined,
): GroupMemberFullInfo => ({
  ...member,
  nickname: member.nickname || (user?.nickname ?? ""),
  faceURL: member.faceURL || (user?.faceURL ?? ""),
});

/** Shows an administrator, who can act in a group without being a member. */
const outsider = (
  groupID: string,
  userID: string,
  isAdmin: boolean,
): GroupMemberFullInfo => ({
  groupID,
  userID,
  roleLevel: isAdmin ? RoleLevel.admin : 0,
  joinTime: 0,
  nickname: "",
  faceURL: "",
  appMangerLevel: isAdmin ? AppManagerLevel.appAdmin : 0,
  joinSource: 0,
  operatorUserID: "",
  ex: "",
  muteEndTime: 0,
  inviterUserID: "",
});
