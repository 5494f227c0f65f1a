import { randomInt } from "node:crypto";

import { createAuth } from "../auth/auth.ts";
import type { Auth } from "../auth/auth.ts";
import { authRoutes } from "../auth/routes.ts";
import { createSecretGuesses } from "../auth/secret-guesses.ts";
import {
  createEndSessions,
  createForceLogout,
  createLoginPolicy,
} from "../auth/sign-ins.ts";
import { createClientLogs } from "../client-logs/client-logs.ts";
import { clientLogRoutes } from "../client-logs/routes.ts";
import { defaultSecret } from "../config/schema.ts";
import type { Config } from "../config/schema.ts";
import {
  jssdkRoutes,
  sortedConversationRoutes,
} from "../conversation-lists/routes.ts";
import { createSortedConversations } from "../conversation-lists/sorted.ts";
import { createWebConversations } from "../conversation-lists/web-conversations.ts";
import { createConversations } from "../conversations/conversations.ts";
import { createConversationDeparture } from "../conversations/departure.ts";
import { destructMessages } from "../conversations/destruct.ts";
import { createGroupConversations } from "../conversations/group-conversations.ts";
import { conversationRoutes } from "../conversations/routes.ts";
import { createGroupRows } from "../conversations/group-rows.ts";
import { createVersionedRows } from "../conversations/versioned-rows.ts";
import { createUserDirectory } from "../users/directory.ts";
import { createConversationRows } from "../conversations/rows.ts";
import { listMuting } from "../conversations/store.ts";
import { createUserSeqs } from "../conversations/user-seqs.ts";
import { createDeletion, openDeparting } from "../deletion/deletion.ts";
import { deletionRoutes } from "../deletion/routes.ts";
import { createRowDeparture } from "../deletion/rows.ts";
import { createAnswerFirst } from "../delivery/answer-first.ts";
import type { AnswerFirst } from "../delivery/answer-first.ts";
import { createDelivery } from "../delivery/delivery.ts";
import { createFriendFeature } from "../friends/feature.ts";
import type { GatewayDeps } from "../gateway/gateway.ts";
import { createPresence } from "../gateway/presence.ts";
import { byIdentifier } from "../gateway/requests.ts";
import { sessionFrames } from "../gateway/session-frames.ts";
import { createSessions } from "../gateway/sessions.ts";
import { createGroupFeature } from "../groups/feature.ts";
import { createRoster } from "../groups/roster.ts";
import type { Route } from "../http/route.ts";
import type { WebPage } from "../http/server.ts";
import type { JobListDeps } from "../jobs/list.ts";
import { openMessageLog } from "../message-log/log.ts";
import { createOutbox } from "../message-log/outbox.ts";
import { CountKind } from "../message-log/tally.ts";
import { createMessageFeature } from "../messages/feature.ts";
import { withListener } from "../messages/hooks.ts";
import type { SayTyping } from "../messages/typing.ts";
import { createNotify } from "../notifications/notify.ts";
import { notificationSettings } from "../notifications/settings.ts";
import { openObjectFeature } from "../objects/feature.ts";
import type { LoadShedder } from "../pace/load-shedder.ts";
import { openPushFeature } from "../push/feature.ts";
import { statisticsRoutes } from "../statistics/routes.ts";
import { createStatistics } from "../statistics/statistics.ts";
import type { Engine } from "../storage/engine.ts";
import { createLargeChanges } from "../storage/large-changes.ts";
import type { Writer } from "../storage/writer.ts";
import { ensureAdministrators } from "../users/administrators.ts";
import { createClientConfig } from "../users/client-config.ts";
import { createUserCommands } from "../users/commands.ts";
import { userRoutes } from "../users/routes.ts";
import { createUsers } from "../users/users.ts";
import { version } from "../version.ts";
import type { Logger } from "../watching/logger.ts";
import { createMetrics } from "../watching/metrics.ts";
import type { Metrics } from "../watching/metrics.ts";
import { createWebhookFeature } from "../webhooks/feature.ts";

/** What everybody here is about: messages, and the people and groups they are of. */
export interface IM {
  routes: Route[];
  /** Files. */
  pages: WebPage[];
  /** What the gateway asks. */
  gateway: Pick<
    GatewayDeps,
    "sessions" | "handlers" | "authenticate" | "admitted" | "closed"
  >;
  auth: Auth;
  /** Hears who asks by REST, here and at the chat service. */
  asks: AnswerFirst["asks"];
  metrics: Metrics;
  sayTyping: SayTyping;
  /** What runs every night. */
  jobs: Omit<JobListDeps, "settings" | "removeExpiredOfAccounts" | "now">;
  /** Goes on with what a stop interrupted. */
  resume(): void;
  /** Finishes what was accepted; nothing new may come any more. */
  finish(): Promise<void>;
  /** Once all is durable: what others are told of it. */
  close(): Promise<void>;
}

export interface IMDeps {
  config: Config;
  engine: Engine;
  writer: Writer;
  shedder: LoadShedder;
  configRoutes: Route[];
  /** Somebody in this process who hears of messages, as long as there is one. */
  listener: Parameters<typeof withListener>[1];
  /** They hear of users who are being deleted, too: twice or more of each. */
  departing(userID: string): void;
  logger: Logger;
  now: () => number;
}

/** Builds it from the bottom to the top; nothing listens yet. */
export async function openIM(deps: IMDeps): Promise<IM> {
  const { config, engine, writer, shedder, logger, now } = deps;
  const db = engine.read;
  const { transact } = writer;
  const changes = createLargeChanges({
    db,
    transact,
    troubles: {
      failed: (error, kind) =>
        logger.error(
          { err: error, kind },
          "a part of a large change failed: it is tried again",
        ),
      recovered: (kind) => logger.info({ kind }, "a large change goes on"),
      setAside: (error, kind) =>
        logger.error(
          { err: error, kind },
          "a large change cannot be made: what is left of it is tried again at the next start",
        ),
    },
  });
  const randomDigits = () => String(randomInt(10 ** 9, 10 ** 10));

  const presence = createPresence((userID) => sessions.platformsOf(userID));
  const sessions = createSessions((userID, platformIDs) => {
    presence.changed(userID, platformIDs);
    webhooks.presence?.changed(userID);
  });
  const userSeqs = createUserSeqs(db);
  const messageLog = await openMessageLog({
    engine,
    writer,
    now,
    raiseReadSeqs: userSeqs.raiseRead,
  });
  const metrics = createMetrics({
    onlineUsers: sessions.userCount,
    changesSetAside: changes.setAside,
    connections: sessions.count,
    unmerged: messageLog.unmerged,
    webhooksWaiting: () => webhooks.waiting(),
    pushesWaiting: () => push.waiting(),
    shed: shedder.refusals,
    version,
  });
  const webhooks = createWebhookFeature({
    settings: config.webhooks,
    sessions,
    metrics,
    logger,
    now,
  });

  const roster = createRoster(db);
  const versionedRows = createVersionedRows({ db, now });
  const groupRows = createGroupRows({
    db,
    ensure: versionedRows.ensure,
    membersOf: roster.membersOf,
  });
  const departing = await openDeparting(db);
  const directory = createUserDirectory({
    db,
    isDeparting: (userID) => departing.has(userID),
  });

  const push = await openPushFeature({
    settings: config.push,
    db,
    transact,
    sessions,
    hooks: webhooks.push,
    listMuting: (conversationID) => listMuting(db, conversationID),
    async hasMuted(userID, conversationID) {
      const row = await versionedRows.glance(userID, conversationID);
      if (row && row.recvMsgOpt !== 0) return true;
      const user = await directory.find(userID);
      return user !== null && user.globalRecvMsgOpt !== 0;
    },
    metrics,
    fetch,
    logger,
    now,
  });

  const rows = createConversationRows({
    ...versionedRows,
    missingInGroup: groupRows.missing,
    makeGroupRows: groupRows.make,
  });
  const answerFirst = createAnswerFirst(() => performance.now());
  const sending = createDelivery({
    sessions,
    answerFirst,
    delivered: metrics.delivered,
    queued: push.considerOffline,
    tooLarge: ({ conversationID, operationID, data: { length } }) =>
      logger.error(
        { conversationID, operationID, bytes: length },
        "a message is too large for a push: clients fetch it",
      ),
  });
  shedder.watch(sending.waitingMs);
  const delivery = webhooks.before(sending, {
    rows,
    transact,
    listUsers: directory.list,
  });
  const outbox = createOutbox({
    log: messageLog,
    writer,
    delivery,
    ...rows,
    ...(webhooks.makesRows && { missingRows: () => [] }),
    membersOf: roster.membersOf,
    stored: metrics.messagesStored,
    failed: metrics.storingFailed,
  });
  const settings = notificationSettings(config.notifications);
  const notify = createNotify({ outbox, settings, now });
  const conversations = createConversations({
    db,
    transact,
    rows: versionedRows,
    notify,
    rowsDeleted: groupRows.deleted,
    concerns: (userID, conversationID) =>
      messages.concerns(userID, conversationID),
    changes,
    now,
  });
  const groupConversations = createGroupConversations({
    rows: groupRows,
    notify,
    userSeqs,
    rowsChanged: versionedRows.rowsChanged,
    ...(webhooks.groupRows && { hooks: webhooks.groupRows }),
  });

  const isAdmin = (userID: string) => config.adminUserIDs.includes(userID);
  const users = createUsers({
    db,
    transact,
    directory,
    notify,
    async profileChanged(...changed) {
      await friends.profileChanged(...changed);
      await groupFeature.memberInfo.profileChanged(...changed);
    },
    adminUserIDs: config.adminUserIDs,
    registered: metrics.usersRegistered,
    hooks: webhooks.users,
    now,
    randomDigits,
  });
  const groupFeature = createGroupFeature({
    db,
    transact,
    notify,
    roster,
    conversations: groupConversations,
    isAdmin,
    listUsers: users.list,
    listFaces: users.listFaces,
    requireUser: users.get,
    newestSeq: messageLog.newestSeq,
    hasHistoryForNewMembers: config.enableHistoryForNewMembers,
    changes,
    hooks: webhooks.groups,
    now,
  });
  const { speaking } = groupFeature;
  const listUsers = users.list;
  const friends = createFriendFeature({
    db,
    transact,
    notify,
    listUsers,
    friendVerify: config.friendVerify,
    changes,
    hooks: webhooks.friends,
    now,
  });
  const auth = createAuth({
    db,
    transact,
    secret: config.secret,
    adminUserIDs: config.adminUserIDs,
    expireDays: config.tokenPolicy.expire,
    policy: config.multiLogin,
    levelOf: users.levelOf,
    adminSignedIn: metrics.adminSignedIn,
    now,
  });
  const forceLogout = createForceLogout({ sessions, auth });
  const loginPolicy = createLoginPolicy({
    sessions,
    auth,
    policy: config.multiLogin,
  });

  const actorOf = ({
    userID,
    platformID,
  }: {
    userID: string;
    platformID: number;
  }) => ({ userID, platformID, isAdmin: isAdmin(userID) });
  const messages = createMessageFeature({
    engine,
    transact,
    log: messageLog,
    outbox,
    notify,
    userSeqs,
    conversations,
    speaking,
    users,
    listGroups: groupFeature.reading.list,
    changes,
    isAdmin,
    requireTaking: writer.requireTaking,
    actorOf,
    requireNotKicked: auth.requireNotKicked,
    mention: groupFeature.mention,
    requireWelcome: friends.requireWelcome,
    accepted: metrics.messageAccepted,
    refused: metrics.messageRefused,
    hooks: withListener(webhooks.messages, deps.listener),
    now,
  });
  const { pulling } = messages;
  await ensureAdministrators(
    transact,
    config.adminUserIDs.map((userID, i) => ({
      userID,
      nickname: config.adminNicknames[i] ?? userID,
    })),
  );

  const objectFeature = await openObjectFeature({
    db,
    transact,
    settings: config.objects,
    dataFolder: config.data,
    secret: config.secret,
    logger,
    now,
  });

  const endSessions = createEndSessions(sessions);
  const deletion = createDeletion({
    db,
    transact: changes.transact,
    departing,
    parts: {
      friends: friends.depart,
      groups: groupFeature.depart,
      messages: messages.depart,
      objects: objectFeature.depart,
      conversations: createConversationDeparture({
        db,
        drop: conversations.drop,
        userSeqs,
        newestSeq: messageLog.newestSeq,
      }),
      rows: createRowDeparture(db),
    },
    isAdmin,
    isRegistered: async (userID) =>
      (await users.listFaces([userID])).length > 0,
    dropTokens: auth.dropTokens,
    endSessions(userID) {
      endSessions(userID);
      deps.departing(userID);
    },
    removeProfile: users.remove,
    failed: (error, userID, inMs) =>
      logger.error(
        { err: error, userID },
        `deleting a user failed: it goes on in ${inMs / 1_000} s`,
      ),
    now,
  });

  const clientLogs = createClientLogs({
    db,
    transact,
    listUsers,
    randomDigits,
    now,
  });

  return {
    routes: [
      ...authRoutes({
        auth,
        guess: createSecretGuesses(now),
        isSecretKnown: config.secret === defaultSecret,
        forceLogout,
      }),
      ...userRoutes({
        users,
        commands: createUserCommands({ db, transact, now }),
        clientConfig: createClientConfig({
          db,
          transact,
          getUser: users.get,
        }),
        sessions,
        hooks: webhooks.users,
      }),
      ...deletionRoutes(deletion),
      ...friends.routes,
      ...sortedConversationRoutes(
        createSortedConversations({
          pulling,
          listConversations: conversations.list,
          listUsers: users.list,
          listGroups: groupFeature.reading.list,
        }),
      ),
      ...conversationRoutes({
        conversations,
        quietSince: pulling.quietSince,
        requireGroup: speaking.requireGroup,
        now,
      }),
      ...groupFeature.routes,
      ...objectFeature.routes,
      ...statisticsRoutes({
        statistics: createStatistics({
          db,
          kinds: CountKind,
          countNewMessages: messageLog.merge,
        }),
        listUsers,
        listGroups: groupFeature.reading.list,
      }),
      ...deps.configRoutes,
      ...push.routes,
      ...clientLogRoutes(clientLogs),
      ...messages.routes,
      ...jssdkRoutes(
        createWebConversations({
          pulling,
          listConversations: conversations.list,
          listUsers,
          listGroups: groupFeature.reading.list,
          listFriends: friends.find,
        }),
      ),
    ],
    pages: objectFeature.pages,
    gateway: {
      sessions,
      handlers: byIdentifier([
        ...messages.frames,
        ...sessionFrames({ forgetPushToken: push.forgetToken }),
        presence.subscribe,
      ]),
      authenticate: auth.authenticate,
      admitted: loginPolicy,
      closed(session) {
        presence.forget(session);
        webhooks.presence?.closed(session);
      },
    },
    auth,
    asks: answerFirst.asks,
    metrics,
    sayTyping: messages.sayTyping,
    jobs: {
      removeOldMessages: messages.removeOld,
      destructMessages: (operationID, signal) =>
        destructMessages(
          { db, log: messageLog, transact, notify, userSeqs, now },
          operationID,
          signal,
        ),
      removeAbandonedUploads: objectFeature.removeAbandonedUploads,
      removeOutdatedObjects: objectFeature.removeOutdated,
      removeOldClientLogs: clientLogs.removeOld,
      removeOldPushReasons: push.removeOldReasons,
    },
    resume() {
      changes
        .resume()
        .then(groupFeature.groups.finishDismissals)
        .catch((error: unknown) =>
          logger.error({ err: error }, "large changes are unfinished"),
        );
      deletion
        .resume()
        .catch((error: unknown) =>
          logger.error({ err: error }, "deletion: users wait to be deleted"),
        );
    },
    async finish() {
      await Promise.all([deletion.close(), changes.close()]);
      await push.close();
      await messageLog.merge().catch((error: unknown) =>
        // The next start does it.
        logger.warn({ err: error }, "messages: stopping without a merge"),
      );
    },
    close: webhooks.close,
  };
}
