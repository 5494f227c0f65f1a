import { createConversations } from "../conversations/conversations.ts";
import { createMessageAccess } from "../messages/access.ts";
import { createMessageFeature } from "../messages/feature.ts";
import { withListener } from "../messages/hooks.ts";
import type { Config } from "../config/schema.ts";
import type { Engine } from "../storage/engine.ts";
import type { Writer } from "../storage/writer.ts";
import type { Connections } from "./connections.ts";
import type { LogAndDelivery } from "./log-and-delivery.ts";
import type { People } from "./people.ts";

export interface ChatsDeps {
  config: Config;
  engine: Engine;
  writer: Writer;
  /** Finds who hears of messages in this process, as long as there is one. */
  listener: Parameters<typeof withListener>[1];
  now: () => number;
}

export type Chats = ReturnType<typeof createChats>;

/** Builds the conversations and what people do with messages in them. */
export function createChats(
  { config, engine, writer, listener, now }: ChatsDeps,
  { metrics, webhooks }: Connections,
  lower: LogAndDelivery,
  { isAdmin, friends, groups, users, auth }: People,
) {
  const db = engine.read;
  const { transact } = writer;
  const { messageLog: log, versionedRows, userSeqs, notify, changes } = lower;
  const { speaking } = groups;
  const access = createMessageAccess({
    log,
    userSeqs,
    glance: versionedRows.glance,
    isRowDeleted: versionedRows.isDeleted,
    groupNoticeLimit: speaking.noticeLimit,
    membership: speaking.membership,
  });
  const conversations = createConversations({
    db,
    transact,
    rows: versionedRows,
    notify,
    rowsDeleted: lower.groupRows.deleted,
    concerns: access.concerns,
    changes,
    now,
  });
  const messages = createMessageFeature({
    engine,
    transact,
    log,
    access,
    outbox: lower.outbox,
    notify,
    userSeqs,
    conversations,
    speaking,
    users,
    listGroups: groups.reading.list,
    retainDays: config.cron.retainChatRecords,
    isShared: config.busURL !== "",
    changes,
    isAdmin,
    requireTaking: writer.requireTaking,
    actorOf: ({ userID, platformID }) => ({
      userID,
      platformID,
      isAdmin: isAdmin(userID),
    }),
    requireNotKicked: auth.requireNotKicked,
    mention: groups.mention,
    requireWelcome: friends.requireWelcome,
    accepted: metrics.messageAccepted,
    refused: metrics.messageRefused,
    hooks: withListener(webhooks.messages, listener),
    now,
  });
  return { conversations, messages };
}
