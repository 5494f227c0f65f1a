import { SessionType } from "@parley/protocol/content-types";
import { MsgData } from "@parley/protocol/generated/sdkws";
import type { UserInfo } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";

import { createConversations } from "../../src/conversations/conversations.ts";
import { createGroupConversations } from "../../src/conversations/group-conversations.ts";
import { createGroupRows } from "../../src/conversations/group-rows.ts";
import { createConversationRows } from "../../src/conversations/rows.ts";
import { createUserSeqs } from "../../src/conversations/user-seqs.ts";
import { createVersionedRows } from "../../src/conversations/versioned-rows.ts";
import type { Push } from "../../src/delivery/delivery.ts";
import type { Cause } from "../../src/http/actor.ts";
import { openMessageLog } from "../../src/message-log/log.ts";
import { createOutbox } from "../../src/message-log/outbox.ts";
import { createMessageAccess } from "../../src/messages/access.ts";
import { createDeleting } from "../../src/messages/deleting.ts";
import { countGone } from "../../src/messages/marks.ts";
import { createPulling } from "../../src/messages/pull.ts";
import { createReading } from "../../src/messages/reading.ts";
import { createRevoke } from "../../src/messages/revoke.ts";
import { createSending } from "../../src/messages/send.ts";
import type { SendingDeps } from "../../src/messages/send.ts";
import { createViews } from "../../src/messages/views.ts";
import { createNotify } from "../../src/notifications/notify.ts";
import { defaultNotificationSettings } from "../../src/notifications/settings.ts";
import { createLargeChanges } from "../../src/storage/large-changes.ts";
import type { TestStorage } from "../storage/engines.ts";
import { noTroubles } from "../storage/large-changes.ts";
import { asAnswer, follow } from "../storage/sync-agrees.ts";

export const start = 1_700_000_000_000;

/** The one administrator. */
export const root = "root";

export const causeOf = (userID: string): Cause => ({
  actor: { userID, platformID: 5, isAdmin: userID === root },
  operationID: "op",
});

export const newUser = (
  userID: string,
  more: Partial<UserInfo> = {},
): UserInfo => ({
  ...{ userID, nickname: `nick-${userID}`, faceURL: "", ex: "" },
  ...{ createTime: 1, appMangerLevel: 1, globalRecvMsgOpt: 0 },
  ...more,
});

/** Builds the text message that a client sends to a user or to `{ groupID }`. */
export const textTo = (
  sendID: string,
  to: string | { groupID: string },
  more: Partial<MsgData> = {},
): Uint8Array =>
  MsgData.encode({
    sendID,
    ...(typeof to === "string"
      ? { recvID: to, sessionType: SessionType.single }
      : { ...to, sessionType: SessionType.group }),
    contentType: 101,
    content: new TextEncoder().encode('{"content":"hello"}'),
    ...more,
  });

/** Returns what a promise was refused with, or 0. */
export const codeOf = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 0,
    (error: { code?: number }) => {
      if (error.code === undefined) throw error;
      return error.code;
    },
  );

/** Replaces parts beside messages, and sets the users and groups. */
export interface ChatsOptions extends Partial<
  Pick<SendingDeps, "requireGroupSpeaker" | "requireWelcome" | "hooks">
> {
  /** Members of groups; the first one manages it. */
  groups?: Record<string, string[]>;
  /** All users there are. */
  users?: readonly UserInfo[];
}

/**
 * Conversations and messages as they run in the server, from sending to the
 * outbox, with users and groups pretended and deliveries written down.
 */
export async function chatsOver(
  { engine, writer, db, transact, caches }: TestStorage,
  {
    groups = {},
    users = ["ann", "bob", "cat", root].map((each) => newUser(each)),
    requireGroupSpeaker = () => undefined,
    requireWelcome = async () => undefined,
    hooks,
  }: ChatsOptions = {},
) {
  let time = start;
  const now = () => time++;
  const known = new Map(users.map((user) => [user.userID, user]));
  const members = new Map(Object.entries(groups));
  const left = new Map<string, string[]>();
  const membersOf = (groupID: string) => members.get(groupID) ?? [];
  const pushes: Push[] = [];

  const userSeqs = createUserSeqs(db, caches);
  const log = await openMessageLog({
    ...{ engine, caches, writer, now },
    raiseReadSeqs: userSeqs.raiseRead,
  });
  const rows = createVersionedRows({ db, caches, now });
  const { ensure } = rows;
  const groupRows = createGroupRows({ db, caches, ensure, membersOf });
  const outbox = createOutbox({
    ...{ log, writer, membersOf },
    ...createConversationRows({
      ...rows,
      missingInGroup: groupRows.missing,
      makeGroupRows: groupRows.make,
    }),
    delivery: { deliver: (push) => void pushes.push(push) },
    stored: () => undefined,
    failed: () => undefined,
  });
  const settings = defaultNotificationSettings;
  const notify = createNotify({ outbox, settings, now });
  const changes = createLargeChanges({ db, transact, troubles: noTroubles });
  const access = createMessageAccess({
    ...{ log, userSeqs },
    glance: rows.glance,
    isRowDeleted: rows.isDeleted,
    groupNoticeLimit: async (groupID, userID) =>
      membersOf(groupID).includes(userID) ? 0 : undefined,
    async membership(groupID, userID) {
      if (membersOf(groupID).includes(userID)) return "is";
      return left.get(groupID)?.includes(userID) ? "was" : undefined;
    },
  });
  const conversations = createConversations({
    ...{ db, transact, rows, notify, changes, now },
    rowsDeleted: groupRows.deleted,
    concerns: access.concerns,
  });
  const groupConversations = createGroupConversations({
    rows: groupRows,
    ...{ notify, userSeqs, rowsChanged: rows.rowsChanged },
  });
  const common = { db, log, access, userSeqs, transact, notify, changes, now };
  const sending = createSending({
    ...{ log, outbox, now, requireGroupSpeaker, requireWelcome },
    ...(hooks && { hooks }),
    requireTaking: writer.requireTaking,
    isAdmin: (userID) => userID === root,
    findUser: (userID) => known.get(userID) ?? null,
    glance: rows.glance,
    mention: () => undefined,
    accepted: () => undefined,
    refused: () => undefined,
  });
  const requireManager = async (userID: string, groupID: string) => {
    if (membersOf(groupID)[0] !== userID)
      throw Object.assign(new Error("not a manager"), { code: 1002 });
    return 100;
  };
  const manages = async (userID: string, groupID: string) =>
    void (await requireManager(userID, groupID));

  return {
    ...{ log, userSeqs, conversations, groupConversations, sending, outbox },
    ...{ access, transact, changes, notify, rows },
    pulling: createPulling({
      ...common,
      views: createViews({ engine, log }),
      countGone: (userID, spans) => countGone(db, userID, spans),
      listBounds: conversations.listBounds,
    }),
    reading: createReading({
      ...common,
      getConversation: conversations.get,
    }),
    revoke: createRevoke({
      ...common,
      async getUser(userID) {
        const user = known.get(userID);
        if (!user) throw new Error(`no user ${userID}`);
        return user;
      },
      requireGroupRevoker: async (userID, { sendID, groupID }) =>
        userID === sendID ? 20 : requireManager(userID, groupID),
    }),
    deleting: createDeleting({
      ...common,
      listConversations: conversations.list,
      mirrorMinSeqs: conversations.mirrorMinSeqs,
      requireGroupManager: manages,
      listUsers: async (userIDs) =>
        userIDs.flatMap((userID) => known.get(userID) ?? []),
    }),
    /** Sends as this user's client does, and waits until it is durable. */
    async say(
      sendID: string,
      to: string | { groupID: string },
      more: Partial<MsgData> = {},
    ) {
      const data = textTo(sendID, to, more);
      const { acked } = await sending.accept(causeOf(sendID), data);
      return acked;
    },
    /** Removes the user from the known ones. */
    deleteUser: (userID: string) => void known.delete(userID),
    /** Removes a member; from then on they read up to the newest message of now. */
    async leave(groupID: string, userID: string): Promise<void> {
      members.set(
        groupID,
        membersOf(groupID).filter((each) => each !== userID),
      );
      left.set(groupID, [...(left.get(groupID) ?? []), userID]);
      await transact(async (tx) => {
        const seq = await log.newestSeq(tx, `sg_${groupID}`);
        await groupConversations.bound(tx, groupID, [userID], seq);
        await groupConversations.leave(tx, "op", groupID, [userID], seq);
      });
    },
    /** Adds a member, who reads from `minSeq` on; without it all of the history. */
    async enter(groupID: string, userID: string, minSeq?: number) {
      members.set(groupID, [...membersOf(groupID), userID]);
      await transact(async (tx) => {
        const tell = await groupConversations.enter(
          ...([tx, "op", groupID, [userID], minSeq] as const),
        );
        await tell();
      });
    },
    /** Returns the pushes since the last call: type, conversation, receivers. */
    told: (): [number, string, ...string[]][] =>
      pushes
        .splice(0)
        .map(({ conversationID, data, userIDs }) => [
          readMsgData(data).contentType,
          conversationID,
          ...userIDs,
        ]),
    pushes,
    followConversations: (ownerID: string) =>
      follow({
        incremental: async (version) =>
          asAnswer(await conversations.incremental(ownerID, version)),
        list: () => conversations.list(ownerID),
        idOf: ({ conversationID }) => conversationID,
        isUnordered: true,
      }),
  };
}

export type Chats = Awaited<ReturnType<typeof chatsOver>>;
