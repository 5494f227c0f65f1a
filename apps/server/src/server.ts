import { randomInt } from "node:crypto";

import { ReqIdentifier } from "@parley/protocol/envelope";

import { createAuth } from "./auth/auth.ts";
import { authRoutes } from "./auth/routes.ts";
import {
  createEndSessions,
  createForceLogout,
  createLoginPolicy,
} from "./auth/sign-ins.ts";
import { isLoopback } from "./config/loopback.ts";
import { startChatService } from "./chat-service.ts";
import type { ChatService } from "./chat-service.ts";
import { readClientAddresses } from "./client-address.ts";
import { createClientLogs } from "./client-logs/client-logs.ts";
import { clientLogRoutes } from "./client-logs/routes.ts";
import { createConfigManager } from "./config/config-manager.ts";
import { chatConfigRoutes, configRoutes } from "./config/routes.ts";
import type { Config } from "./config/schema.ts";
import { destructMessages } from "./conversations/destruct.ts";
import { createConversations } from "./conversations/conversations.ts";
import { listMuting } from "./conversations/store.ts";
import { createGroupConversations } from "./conversations/group-conversations.ts";
import { conversationRoutes } from "./conversations/routes.ts";
import { createConversationDeparture } from "./conversations/departure.ts";
import { createConversationRows } from "./conversations/rows.ts";
import { createSortedConversations } from "./conversations/sorted.ts";
import { createUserSeqs } from "./conversations/user-seqs.ts";
import { openData } from "./data.ts";
import { createDelivery } from "./delivery/delivery.ts";
import { createDeletion, openDeparting } from "./deletion/deletion.ts";
import { deletionRoutes } from "./deletion/routes.ts";
import { createRowDeparture } from "./deletion/rows.ts";
import { docsPages } from "./docs/pages.ts";
import { createFriendFeature } from "./friends/feature.ts";
import { listen } from "./gateway/gateway.ts";
import { createPresence } from "./gateway/presence.ts";
import { sessionFrames } from "./gateway/session-frames.ts";
import { createSessions } from "./gateway/sessions.ts";
import { createGroupFeature } from "./groups/feature.ts";
import { createRoster } from "./groups/roster.ts";
import { healthPages } from "./http/health.ts";
import { prometheusPages } from "./http/prometheus.ts";
import { serveAPI } from "./http/server.ts";
import { startJobs } from "./jobs/jobs.ts";
import { listJobs } from "./jobs/list.ts";
import { createIMServer } from "./im-server.ts";
import { jssdkRoutes } from "./jssdk/routes.ts";
import { createWebConversations } from "./jssdk/web-conversations.ts";
import type { Log } from "./log.ts";
import { createMessageFeature } from "./messages/feature.ts";
import { withListener } from "./messages/hooks.ts";
import { openMessageLog } from "./messages/log.ts";
import { notificationSettings } from "./messages/notification-settings.ts";
import { createNotify } from "./messages/notify.ts";
import { createOutbox } from "./messages/outbox.ts";
import { CountKind } from "./messages/tally.ts";
import { createMetrics } from "./metrics.ts";
import { openObjectFeature } from "./objects/feature.ts";
import { openPushFeature } from "./push/feature.ts";
import { statisticsRoutes } from "./statistics/routes.ts";
import { createStatistics } from "./statistics/statistics.ts";
import { problemOfOpenFiles } from "./open-files.ts";
import { createRateLimiter } from "./rate-limiter.ts";
import { ensureAdministrators } from "./users/administrators.ts";
import { createClientConfig } from "./users/client-config.ts";
import { createUserCommands } from "./users/commands.ts";
import { userRoutes } from "./users/routes.ts";
import { createUsers } from "./users/users.ts";
import { version } from "./version.ts";
import { createWebhookFeature } from "./webhooks/feature.ts";

export interface ParleyServer {
  readonly apiPort: number;
  readonly wsPort: number;
  /** Where people get accounts; undefined: elsewhere. */
  readonly chat: Pick<ChatService, "port" | "adminPort" | "agents"> | undefined;
  /** Where the data is. */
  readonly storage: string;
  /**
   * Takes nothing new, answers what was asked, commits what was accepted and
   * closes the sockets.
   */
  close(): Promise<void>;
}

/** Builds everything, from the bottom to the top, and starts it. */
export async function startServer(
  startConfig: Config,
  log: Log,
  restart: () => Promise<void>,
): Promise<ParleyServer> {
  const now = () => Date.now();
  const randomDigits = () => String(randomInt(10 ** 9, 10 ** 10));
  const { engine, writer, shedder, config, ...data } = await openData(
    startConfig,
    log,
    now,
  );
  const tooFewFiles = problemOfOpenFiles(config.limits.connections);
  if (tooFewFiles !== undefined && !isLoopback(config.listen))
    log.warn(tooFewFiles);
  const db = engine.read;
  const { transact } = writer;

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
    log,
    now,
  });

  const push = await openPushFeature({
    settings: config.push,
    db,
    transact,
    sessions,
    hooks: webhooks.push,
    listMuting: (conversationID) => listMuting(db, conversationID),
    async hasMuted(userID, conversationID) {
      const row = await conversations.glance(userID, conversationID);
      if (row && row.recvMsgOpt !== 0) return true;
      const user = await users.find(userID);
      return user !== null && user.globalRecvMsgOpt !== 0;
    },
    metrics,
    fetch,
    log,
    now,
  });

  const rows = createConversationRows({
    glance: (ownerID, conversationID) =>
      conversations.glance(ownerID, conversationID),
    ensure: (tx, missing) => conversations.ensure(tx, missing),
    missingInGroup: (groupID) => groupConversations.missing(groupID),
    makeGroupRows: (tx, groupID, userIDs, begins) =>
      groupConversations.make(tx, groupID, userIDs, begins),
  });
  const sending = createDelivery({
    sessions,
    delivered: metrics.delivered,
    queued: push.considerOffline,
  });
  shedder.watch(sending.waitingMs);
  const delivery = webhooks.before(sending, { rows, transact });
  const roster = createRoster(db);
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
    notify,
    rowsDeleted: (tx, ownerID, ids) =>
      groupConversations.deleted(tx, ownerID, ids),
    concerns: (userID, conversationID) =>
      messages.concerns(userID, conversationID),
    now,
  });
  const groupConversations = createGroupConversations({
    db,
    notify,
    userSeqs,
    ensure: conversations.ensure,
    rowsChanged: conversations.rowsChanged,
    membersOf: roster.membersOf,
    ...(webhooks.groupRows && { hooks: webhooks.groupRows }),
  });

  const isAdmin = (userID: string) => config.adminUserIDs.includes(userID);
  const departing = await openDeparting(db);
  const users = createUsers({
    db,
    transact,
    notify,
    async profileChanged(...changed) {
      await friends.profileChanged(...changed);
      await groupFeature.memberInfo.profileChanged(...changed);
    },
    adminUserIDs: config.adminUserIDs,
    isDeparting: (userID) => departing.has(userID),
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
    failed: (error) => log.error({ err: error }, "groups: unfinished work"),
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
  /** There are none until all else is there. */
  let agents: ChatService["agents"] = undefined;
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
    isAdmin,
    actorOf,
    mention: (message, operationID) => {
      groupFeature
        .mention(message, operationID)
        .catch((error: unknown) =>
          log.error({ err: error }, "groups: nobody was marked as named"),
        );
    },
    requireWelcome: friends.requireWelcome,
    accepted: metrics.messageAccepted,
    refused: metrics.messageRefused,
    hooks: withListener(webhooks.messages, () => agents?.listener()),
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
    log,
    now,
  });

  const deletion = createDeletion({
    db,
    transact,
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
    endSessions: createEndSessions(sessions),
    removeProfile: users.remove,
    failed: (error, userID) =>
      log.error(
        { err: error, userID },
        "deleting a user stopped: ask again, or restart, to go on",
      ),
    now,
  });

  const addresses = readClientAddresses(config.rateLimiter.trustedProxies);
  const limiter = config.rateLimiter.enable
    ? createRateLimiter(config.rateLimiter, now)
    : undefined;
  const gateway = listen(
    {
      hostname: config.listen,
      port: config.wsPort,
      maxConnections: config.limits.connections,
      maxPerAddress: config.limits.connectionsPerAddress,
      maxFrameBytes: config.limits.frameBytes,
      maxQueuedBytes: config.limits.queueBytes,
    },
    {
      sessions,
      limiter,
      addresses,
      shedder,
      admits: (userID) =>
        !limiter || auth.isAdmin(userID) || limiter.admitsUser(userID),
      handlers: new Map([
        ...messages.frames,
        ...sessionFrames({ forgetPushToken: push.forgetToken }),
        [ReqIdentifier.subUserOnlineStatus, presence.subscribe],
      ]),
      authenticate: auth.authenticate,
      admitted: loginPolicy,
      closed(session) {
        presence.forget(session);
        webhooks.presence?.closed(session);
      },
      log,
      now,
    },
  );
  shedder.watch(gateway.waitingMs);

  const clientLogs = createClientLogs({
    db,
    transact,
    listUsers,
    randomDigits,
    now,
  });
  const configuration = {
    config,
    version,
    manager: config.configManager
      ? createConfigManager({ db, transact, config, restart })
      : undefined,
  };
  let isStopping = false;
  const api = serveAPI(
    {
      hostname: config.listen,
      port: config.apiPort,
      maxBodyBytes: config.limits.bodyBytes,
    },
    {
      routes: [
        ...authRoutes({ auth, forceLogout }),
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
        ...conversationRoutes({
          conversations,
          sorted: createSortedConversations({
            pulling,
            listConversations: conversations.list,
            listUsers: users.list,
            listGroups: groupFeature.reading.list,
          }),
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
        ...configRoutes(configuration),
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
      pages: [
        ...healthPages({
          whyNotReady: () => (isStopping ? "stopping" : data.whyNotReady()),
          metrics,
          allowRemoteMetrics: config.metrics.allowRemote,
        }),
        ...prometheusPages(config.metrics),
        ...(config.docs.enable
          ? docsPages({ api: "im", routes: () => api.routes, version })
          : []),
        ...objectFeature.pages,
      ],
      identify: auth.identify,
      addressOf: addresses.addressOf,
      limiter,
      shedder,
      metrics,
      log,
    },
  );

  const chat = config.accounts.enable
    ? await startChatService({
        config,
        db,
        transact,
        im: createIMServer({
          address: `http://127.0.0.1:${api.port}`,
          secret: config.secret,
          adminUserID: config.adminUserIDs[0] ?? "",
          // No socket in between.
          send: (request) => api.answer(request, "127.0.0.1"),
          now,
        }),
        configRoutes: chatConfigRoutes(configuration),
        version,
        sayTyping: messages.sayTyping,
        serving: {
          addressOf: addresses.addressOf,
          limiter,
          shedder,
          metrics,
        },
        neighborhoodOf: addresses.neighborhoodOf,
        log,
        now,
      })
    : undefined;

  agents = chat?.agents;

  groupFeature.groups
    .finishDismissals()
    .catch((error: unknown) =>
      log.error({ err: error }, "groups: a dismissal is unfinished"),
    );
  deletion
    .resume()
    .catch((error: unknown) =>
      log.error({ err: error }, "deletion: users wait to be deleted"),
    );
  const jobs = startJobs({
    schedule: config.cron.executeTime,
    jobs: listJobs({
      settings: config.cron,
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
      removeExpiredOfAccounts: async (signal) =>
        chat?.removeExpired(signal) ?? 0,
      now,
    }),
    log,
  });
  return {
    apiPort: api.port,
    wsPort: gateway.port,
    chat,
    storage: engine.description,
    async close() {
      isStopping = true;
      await chat?.close();
      await Promise.all([gateway.close(), api.close(), jobs.stop()]);
      await deletion.close();
      await push.close();
      await messageLog.merge();
      await writer.close();
      await webhooks.close();
      await engine.close();
    },
  };
}
