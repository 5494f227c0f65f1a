import { randomInt } from "node:crypto";

import { PullOrder } from "@parley/protocol/content-types";
import { ReqIdentifier } from "@parley/protocol/envelope";

import type { Auth } from "../auth/auth.ts";
import { createEndSessions } from "../auth/sign-ins.ts";
import type { Config } from "../config/schema.ts";
import { createDeletion } from "../deletion/deletion.ts";
import { deletionRoutes } from "../deletion/routes.ts";
import type { AnswerFirst } from "../delivery/answer-first.ts";
import type { FollowUps } from "../follow-ups/follow-ups.ts";
import { collect } from "../feature/feature.ts";
import type { GatewayDeps } from "../gateway/gateway.ts";
import { byIdentifier } from "../gateway/requests.ts";
import type { FrameHandler } from "../gateway/requests.ts";
import { sessionFrames } from "../gateway/session-frames.ts";
import type { Route } from "../http/route.ts";
import type { WebPage } from "../http/server.ts";
import type { Job } from "../jobs/jobs.ts";
import type { withListener } from "../messages/hooks.ts";
import type { SayTyping } from "../messages/typing.ts";
import type { Cluster } from "../nodes/cluster.ts";
import type { LoadShedder } from "../pace/load-shedder.ts";
import type { Caches } from "../storage/caches.ts";
import type { Engine } from "../storage/engine.ts";
import type { Leases } from "../storage/leases.ts";
import type { Writer } from "../storage/writer.ts";
import type { Logger } from "../watching/logger.ts";
import type { Metrics } from "../watching/metrics.ts";
import { createChats } from "./chats.ts";
import { createConnections } from "./connections.ts";
import { openFeatures } from "./features.ts";
import { openLogAndDelivery } from "./log-and-delivery.ts";
import { openPeople } from "./people.ts";

type FindListener = Parameters<typeof withListener>[1];
type HearDeparture = (userID: string) => Promise<void>;

/** Messages, and the people and groups they are of. */
export interface MessagingCore {
  routes: Route[];
  pages: WebPage[];
  /** The parts that the gateway calls. */
  gateway: Pick<
    GatewayDeps,
    "sessions" | "handlers" | "authenticate" | "admitted" | "closed"
  >;
  auth: Auth;
  /** Called for each request to the REST API of this server and of the chat service. */
  asks: AnswerFirst["asks"];
  metrics: Metrics;
  sayTyping: SayTyping;
  /** Run every night. */
  jobs: Job[];
  /** Adds a listener for messages in this process; it is used while `find` returns it. */
  listen(find: FindListener): void;
  /** Calls `hear`, and waits for it, before the profile of a deleted user is removed. */
  onDeparture(hear: HearDeparture): void;
  /** Resumes work that a stop interrupted. */
  resume(): void;
  /** Resolves when nobody who was sent to another node is expected there any more. */
  allReturned(): Promise<void>;
  /** Lets no caller wait for what cannot be done now. */
  stopping(): void;
  /** Finishes what was accepted; nothing new may come any more. */
  finish(): Promise<void>;
}

export interface MessagingCoreDeps {
  config: Config;
  engine: Engine;
  caches: Caches;
  writer: Writer;
  shedder: LoadShedder;
  configRoutes: Route[];
  followUps: FollowUps;
  /** Undefined: this process is alone. */
  cluster: Cluster | undefined;
  leases: Leases;
  logger: Logger;
  now: () => number;
}

/** Most bytes of missed messages that a client is pushed when it connects; it pulls the rest. */
const caughtUpBytes = 1_048_576;

/** Builds it from the bottom to the top; nothing listens yet. */
export async function openMessagingCore(
  given: MessagingCoreDeps,
): Promise<MessagingCore> {
  const finders: FindListener[] = [];
  const departures: HearDeparture[] = [];
  const deps = {
    ...given,
    randomDigits: () => String(randomInt(10 ** 9, 10 ** 10)),
    listener() {
      for (const find of finders) {
        const found = find();
        if (found) return found;
      }
      return undefined;
    },
  };
  const { engine, logger } = deps;

  const connections = await createConnections(deps);
  const { sessions, everywhere, whereabouts, presence } = connections;
  const { metrics, webhooks, answerFirst } = connections;
  const lower = await openLogAndDelivery(deps, connections);
  const { changes, directory, messageLog, push } = lower;
  const people = await openPeople(deps, connections, lower);
  const { isAdmin, groups, users, auth, loginPolicy } = people;
  const chats = createChats(deps, connections, lower, people);
  const features = await openFeatures(deps, connections, lower, people, chats);

  whereabouts?.onArrival((arrived) => {
    // It may not have known of those who connected here in the same moment.
    if (sessions.of(arrived.userID).length > 0)
      loginPolicy(arrived).catch((error: unknown) =>
        logger.error(
          { err: error, userID: arrived.userID },
          "applying the multi-login policy failed",
        ),
      );
  });
  const { between } = lower;
  if (deps.cluster && between) {
    const { newestSeqs, byRanges } = chats.messages.pulling;
    const { watchBus } = await import("../delivery/catch-up.ts");
    watchBus({
      ...{ bus: deps.cluster.bus, sessions, newestSeqs },
      ...{ last: between.last, show: between.show, now: deps.now },
      doubt: between.doubt,
      read: (userID, ranges) =>
        byRanges(
          userID,
          ranges.map((range) => ({ ...range, num: range.end })),
          PullOrder.asc,
          caughtUpBytes,
        ),
      failed: (error) =>
        logger.error(
          { err: error },
          "clients were not shown what came while the bus was away: they will pull it",
        ),
    });
  }
  const endSessions = createEndSessions(everywhere);
  const deletion = createDeletion({
    db: engine.read,
    transact: changes.transact,
    leases: deps.leases,
    departing: lower.departing,
    parts: Object.fromEntries(
      features.flatMap(({ name, depart }) => (depart ? [[name, depart]] : [])),
    ),
    isAdmin,
    isRegistered: async (userID) =>
      (await directory.listFaces([userID])).length > 0,
    dropTokens: auth.dropTokens,
    endSessions,
    async forget(userID) {
      for (const hear of departures) await hear(userID);
    },
    removeProfile: users.remove,
    failed: (error, userID, inMs) =>
      logger.error(
        { err: error, userID },
        `deleting a user failed: retrying in ${inMs / 1_000} s`,
      ),
    now: deps.now,
  });

  /** A client that knows its newest seqs is shown what is stored after that. */
  const afterHearing = (each: FrameHandler): FrameHandler =>
    between && each.frame.reqIdentifier === ReqIdentifier.getNewestSeq
      ? {
          ...each,
          async answer(call) {
            await between.ready(call.session.userID);
            return each.answer(call);
          },
        }
      : each;

  return {
    routes: [...collect(features, "routes"), ...deletionRoutes(deletion)],
    pages: collect(features, "pages"),
    gateway: {
      sessions,
      handlers: byIdentifier([
        ...collect(features, "frames").map(afterHearing),
        ...sessionFrames({
          backgroundChanged: whereabouts?.backgroundChanged,
          forgetPushToken: push.forgetToken,
        }),
        presence.subscribe,
      ]),
      authenticate: auth.authenticate,
      admitted: whereabouts
        ? async (session) => {
            // Others may apply the policy to it in the same moment.
            await whereabouts.told();
            await loginPolicy(session);
          }
        : loginPolicy,
      closed(session) {
        presence.forget(session);
        webhooks.presence?.closed(session);
      },
    },
    auth,
    asks: answerFirst.asks,
    metrics,
    sayTyping: chats.messages.sayTyping,
    jobs: collect(features, "jobs"),
    listen: (find) => void finders.push(find),
    onDeparture: (hear) => void departures.push(hear),
    resume() {
      changes
        .resume()
        .then(groups.groups.finishDismissals)
        .catch((error: unknown) =>
          logger.error({ err: error }, "resuming large changes failed"),
        );
      deletion
        .resume()
        .catch((error: unknown) =>
          logger.error(
            { err: error },
            "deletion: resuming the deletion of users failed",
          ),
        );
    },
    allReturned: whereabouts?.allReturned ?? (() => Promise.resolve()),
    stopping: changes.stopping,
    async finish() {
      await Promise.all([deletion.close(), changes.close()]);
      lower.between?.close();
      whereabouts?.close();
      webhooks.close();
      await push.close();
      await messageLog.merge().catch((error: unknown) =>
        // The next start does it.
        logger.warn({ err: error }, "messages: the merge at stop failed"),
      );
    },
  };
}
