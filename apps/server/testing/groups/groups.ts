import type { GroupInfo, UserInfo } from "@parley/protocol/generated/sdkws";

import { createCaches } from "../../src/storage/caches.ts";
import type { Actor } from "../../src/http/actor.ts";
import { createConversations } from "../../src/conversations/conversations.ts";
import { createGroupConversations } from "../../src/conversations/group-conversations.ts";
import { createGroupRows } from "../../src/conversations/group-rows.ts";
import { createUserSeqs } from "../../src/conversations/user-seqs.ts";
import { createVersionedRows } from "../../src/conversations/versioned-rows.ts";
import type { Call } from "../../src/http/route.ts";
import type { Notice } from "../../src/notifications/notify.ts";
import { createLargeChanges } from "../../src/storage/large-changes.ts";
import { noTroubles } from "../storage/large-changes.ts";
import type { TestStorage } from "../storage/engines.ts";
import { createGroupFeature } from "../../src/groups/feature.ts";
import type { GroupFeatureDeps } from "../../src/groups/feature.ts";
import { createRoster } from "../../src/groups/roster.ts";

export const start = 1_700_000_000_000;

export const newGroup = (
  groupID: string,
  more: Partial<GroupInfo> = {},
): GroupInfo => ({
  groupID,
  groupName: "",
  notification: "",
  introduction: "",
  faceURL: "",
  ownerUserID: "",
  createTime: 0,
  memberCount: 0,
  ex: "",
  status: 0,
  creatorUserID: "",
  groupType: 2,
  needVerification: 0,
  lookMemberInfo: 0,
  applyMemberFriend: 0,
  notificationUpdateTime: 0,
  notificationUserID: "",
  ...more,
});

const newUser = (userID: string): UserInfo => ({
  userID,
  nickname: `nick-${userID}`,
  faceURL: "",
  ex: "",
  createTime: 0,
  appMangerLevel: 0,
  globalRecvMsgOpt: 0,
});

/** The one administrator of these tests. */
const root = "root";

/** An answer of a route, or the code of what was refused. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests know the shape
export type Answer = any;

/** Groups as they run in the server, with users and messages pretended. */
export function groupsOver(
  { db, transact }: TestStorage,
  replaced: Partial<GroupFeatureDeps> = {},
) {
  const notices: Notice[] = [];
  const unknown = new Set<string>();
  const seqs = new Map<string, number>();
  const notify = async (_tx: unknown, notice: Notice) =>
    void notices.push(notice);
  const now = () => start;
  const changes = createLargeChanges({
    db,
    transact,
    troubles: noTroubles,
  });
  const caches = createCaches();
  const userSeqs = createUserSeqs(db, caches);
  const roster = createRoster(db, caches);
  const rows = createVersionedRows({ db, caches, now });
  const groupRows = createGroupRows({
    db,
    caches,
    ensure: rows.ensure,
    membersOf: roster.membersOf,
  });
  const conversations = createConversations({
    db,
    transact,
    rows,
    notify,
    rowsDeleted: groupRows.deleted,
    concerns: async () => true,
    changes,
    now,
  });
  const groupConversations = createGroupConversations({
    rows: groupRows,
    notify,
    userSeqs,
    rowsChanged: rows.rowsChanged,
  });
  const listUsers = async (userIDs: readonly string[]) =>
    [...new Set(userIDs)]
      .filter((userID) => userID !== "" && !unknown.has(userID))
      .map(newUser);
  const feature = createGroupFeature({
    db,
    transact,
    notify,
    roster,
    conversations: groupConversations,
    isAdmin: (userID) => userID === root,
    listUsers,
    async requireUser(userID) {
      const [user] = await listUsers([userID]);
      if (!user) throw Object.assign(new Error(userID), { code: 1004 });
      return user;
    },
    newestSeq: async (_, conversationID) => seqs.get(conversationID) ?? 0,
    hasHistoryForNewMembers: true,
    changes,
    now,
    ...replaced,
  });

  const actorOf = (userID: string): Actor => ({
    userID,
    platformID: 5,
    isAdmin: userID === root,
  });

  /** Calls a route of /group/ as this user. */
  async function call(
    userID: string,
    path: string,
    body: object,
  ): Promise<Answer> {
    const route = (feature.routes ?? []).find(
      ({ method }) => method.path === `/group/${path}`,
    );
    if (!route) throw new Error(`no route ${path}`);
    const asked = {
      cause: { actor: actorOf(userID), operationID: "op" },
      address: "",
      headers: new Headers(),
      query: new URLSearchParams(),
    } satisfies Call;
    try {
      const text = await route.answer(asked, JSON.stringify(body));
      return text === undefined ? 0 : JSON.parse(text);
    } catch (error) {
      const { code, refusal } = error as {
        code?: number;
        refusal?: { code: number };
      };
      const shown = code ?? refusal?.code;
      if (shown === undefined) throw error;
      return shown;
    }
  }

  return {
    feature,
    changes,
    roster,
    conversations,
    groupConversations,
    userSeqs,
    unknown,
    /** The newest seq that there is of a conversation. */
    seqs,
    notices,
    /** Returns the content types of notices since the last call. */
    told: () => notices.splice(0).map(({ contentType }) => contentType),
    actorOf,
    call,
    /** Makes the group `g` and forgets what was told of it. */
    async create(
      members: { owner?: string; admins?: string[]; members?: string[] },
      more: Partial<GroupInfo> = {},
    ): Promise<void> {
      await call(members.owner ?? "ann", "create_group", {
        ownerUserID: members.owner ?? "ann",
        adminUserIDs: members.admins ?? [],
        memberUserIDs: members.members ?? [],
        groupInfo: { groupID: "g", groupType: 2, ...more },
      });
      notices.length = 0;
    },
    async memberIDs(groupID = "g"): Promise<string[]> {
      return feature.reading.memberIDs(groupID);
    },
  };
}
