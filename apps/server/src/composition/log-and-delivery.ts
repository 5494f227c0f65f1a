import type { Config } from "../config/schema.ts";
import { createGroupRows } from "../conversations/group-rows.ts";
import { createConversationRows } from "../conversations/rows.ts";
import { listMuting } from "../conversations/owners-store.ts";
import { createUserSeqs } from "../conversations/user-seqs.ts";
import { createVersionedRows } from "../conversations/versioned-rows.ts";
import { openDeparting } from "../deletion/deletion.ts";
import { createDelivery } from "../delivery/delivery.ts";
import type { FollowUps } from "../follow-ups/follow-ups.ts";
import { listGroupsOf } from "../groups/member-store.ts";
import { createRoster } from "../groups/roster.ts";
import { openMessageLog } from "../message-log/log.ts";
import { createOutbox } from "../message-log/outbox.ts";
import type { Cluster } from "../nodes/cluster.ts";
import { createNotify } from "../notifications/notify.ts";
import { notificationSettings } from "../notifications/settings.ts";
import type { LoadShedder } from "../pace/load-shedder.ts";
import { openPushFeature } from "../push/feature.ts";
import type { Caches } from "../storage/caches.ts";
import type { Engine } from "../storage/engine.ts";
import type { Leases } from "../storage/leases.ts";
import { createLargeChanges } from "../storage/large-changes.ts";
import type { Writer } from "../storage/writer.ts";
import { createUserDirectory } from "../users/directory.ts";
import type { Logger } from "../watching/logger.ts";
import type { Connections } from "./connections.ts";

export interface LogAndDeliveryDeps {
  config: Config;
  engine: Engine;
  caches: Caches;
  writer: Writer;
  shedder: LoadShedder;
  followUps: FollowUps;
  /** Undefined: this process is alone. */
  cluster: Cluster | undefined;
  leases: Leases;
  logger: Logger;
  now: () => number;
}

export type LogAndDelivery = Awaited<ReturnType<typeof openLogAndDelivery>>;

/**
 * Builds the way from a permitted message or notice to the log and on to
 * sockets and pushes, over what it reads of people, groups and conversations.
 */
export async function openLogAndDelivery(
  deps: LogAndDeliveryDeps,
  { sessions, everywhere, metrics, webhooks, answerFirst }: Connections,
) {
  const { config, engine, caches, writer, shedder, logger, now } = deps;
  const db = engine.read;
  const { transact } = writer;
  const changes = createLargeChanges({
    db,
    transact,
    leases: deps.leases,
    troubles: {
      failed: (error, kind) =>
        logger.error(
          { err: error, kind },
          "a part of a large change failed and will be retried",
        ),
      recovered: (kind) => logger.info({ kind }, "a large change continues"),
      setAside: (error, kind) =>
        logger.error(
          { err: error, kind },
          "a large change failed repeatedly: its remaining parts will be retried at the next start",
        ),
    },
  });
  const userSeqs = createUserSeqs(db, caches);
  const messageLog = await openMessageLog({
    engine,
    caches,
    writer,
    isAlone: deps.cluster === undefined,
    now,
    raiseReadSeqs: userSeqs.raiseRead,
  });

  const roster = createRoster(db, caches);
  const versionedRows = createVersionedRows({ db, caches, now });
  const groupRows = createGroupRows({
    db,
    caches,
    ensure: versionedRows.ensure,
    membersOf: roster.membersOf,
  });
  const departing = await openDeparting(db, caches);
  const directory = createUserDirectory({
    db,
    caches,
    isDeparting: (userID) => departing.has(userID),
  });

  const push = await openPushFeature({
    settings: config.push,
    followUps: deps.followUps,
    async readMessage(conversationID, seq) {
      const head = await messageLog.find(conversationID);
      const [message] = head ? await messageLog.read(head, seq, seq) : [];
      return message?.data;
    },
    membersOf: roster.membersOf,
    db,
    transact,
    sessions: everywhere,
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
  metrics.watch({
    changesSetAside: changes.setAside,
    unmerged: messageLog.unmerged,
    pushesWaiting: push.waiting,
  });

  const sending = createDelivery({
    sessions,
    answerFirst,
    delivered: metrics.delivered,
    queued: push.considerOffline,
    tooLarge: ({ conversationID, operationID, data: { length } }) =>
      logger.error(
        { conversationID, operationID, bytes: length },
        "a message is too large for a push: clients will fetch it",
      ),
  });
  shedder.watch(sending.waitingMs);
  const { cluster } = deps;
  const between =
    cluster &&
    (await import("../delivery/between-nodes.ts")).createBetweenNodes({
      ...{ cluster, sessions, local: sending, membersOf: roster.membersOf },
      groupsOf: (userIDs) => listGroupsOf(db, userIDs),
      async isMember(groupID, userID) {
        return (await roster.member(groupID, userID)) !== null;
      },
      onMemberChange: roster.onMemberChange,
      async read(conversationID, begin, end) {
        const head = await messageLog.find(conversationID);
        return head ? messageLog.read(head, begin, end) : [];
      },
      failed: (error) =>
        logger.error({ err: error }, "a push of another node failed"),
      elapsed: () => performance.now(),
    });
  const rows = createConversationRows({
    ...versionedRows,
    missingInGroup: groupRows.missing,
    makeGroupRows: groupRows.make,
  });
  const outbox = createOutbox({
    log: messageLog,
    writer,
    delivery: webhooks.before(between ?? sending, {
      rows,
      listUsers: directory.list,
      heldBack: push.heldBack,
    }),
    ...rows,
    ...(webhooks.makesRows && { missingRows: () => [] }),
    membersOf: roster.membersOf,
    saved: webhooks.saved,
    noteOffline: push.noteOffline,
    stored: metrics.messagesStored,
    failed: metrics.storingFailed,
  });
  const notify = createNotify({
    outbox,
    settings: notificationSettings(config.notifications),
    now,
  });
  return {
    between,
    changes,
    userSeqs,
    messageLog,
    roster,
    versionedRows,
    groupRows,
    departing,
    directory,
    push,
    outbox,
    notify,
  };
}
