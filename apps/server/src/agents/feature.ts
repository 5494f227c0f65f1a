import type { Kysely } from "kysely";

import type { AgentsSettings } from "../config/agents-settings.ts";
import type { Route } from "../http/route.ts";
import type { Job } from "../jobs/jobs.ts";
import type { IMClient } from "../im-client/im-client.ts";
import type { FollowUps } from "../follow-ups/follow-ups.ts";
import type { SayTyping } from "../messages/typing.ts";
import type { Caches } from "../storage/caches.ts";
import type { Schema } from "../storage/schema.ts";
import { aboutNothing } from "../storage/writer.ts";
import type { Transact } from "../storage/writer.ts";
import type { Logger } from "../watching/logger.ts";
import type { Metrics } from "../watching/metrics.ts";
import { openAgents } from "./agents.ts";
import { createAnswering } from "./answering.ts";
import { createCallbacks } from "./callbacks.ts";
import { createAsk } from "./endpoint.ts";
import type { AskDeps } from "./endpoint.ts";
import { createExchanges } from "./exchanges.ts";
import { createHearing } from "./hearing.ts";
import type { Hearing } from "./hearing.ts";
import { defineQuestions } from "./follow-up.ts";
import { agentAdministrationRoutes, agentRoutes } from "./routes.ts";

/** Accounts that answer by a language model, put together. */
export interface AgentFeature {
  routes: Route[];
  /** Routes for administrators. */
  administrationRoutes: Route[];
  /** Called for messages, if the IM server is in this process. */
  listener: Hearing["listener"];
  /** Forgets the questions of a user who is being deleted. */
  forgetUser(userID: string): Promise<void>;
  jobs: Job[];
  close(): Promise<void>;
}

export interface AgentFeatureDeps {
  db: Kysely<Schema>;
  caches: Pick<Caches, "openMirror">;
  transact: Transact;
  settings: AgentsSettings;
  followUps: Pick<FollowUps, "define">;
  /** Id of this process, new at each start. */
  self: string;
  /** Ids of all processes that are alive. */
  live(): readonly string[];
  im: IMClient;
  /** undefined: the IM server is elsewhere. */
  sayTyping: SayTyping | undefined;
  fetch: AskDeps["fetch"];
  randomDigits: () => string;
  metrics: Pick<Metrics, "agentAsked">;
  logger: Logger;
  now: () => number;
}

/** Questions of all users together: each holds a connection and its answer. */
const atOnceInAll = 256;
/** Removed before others have their turn. */
const atOnce = 500;
/** Time limit of a stop for telling users that their answers were aborted. */
const graceMs = 2_000;

export async function openAgentFeature(
  deps: AgentFeatureDeps,
): Promise<AgentFeature> {
  const { settings, im, logger, now } = deps;
  const exchanges = createExchanges({
    ...deps,
    limits: { ...settings, atOnceInAll },
  });
  const answering = createAnswering({
    settings,
    exchanges,
    ask: createAsk({
      fetch: deps.fetch,
      firstByteMs: settings.firstByteTimeout * 1_000,
      totalMs: settings.timeout * 1_000,
      now,
    }),
    im,
    sayTyping: deps.sayTyping,
    asked: deps.metrics.agentAsked,
    logger,
    sleep: (ms) => Bun.sleep(ms),
  });
  const agents = await openAgents({
    ...deps,
    forget: exchanges.forgetAgent,
  });
  const questions = defineQuestions(deps, agents, answering);
  const { listener, hear } = createHearing({
    agents,
    ask: (tx, question) =>
      void questions.add(tx, question, { userID: question.askerID }),
  });
  return {
    administrationRoutes: agentAdministrationRoutes(agents),
    routes: agentRoutes({
      agents,
      callbacks: createCallbacks({
        agents,
        addresses: settings.callbackAddresses,
        hear: (heard) =>
          deps.transact(async (tx) => hear(tx, heard), aboutNothing),
      }),
    }),
    listener,
    forgetUser: exchanges.forgetUser,
    jobs: [
      {
        name: "old questions to bots",
        async run(signal) {
          let removed = 0;
          for (let count = atOnce; count === atOnce && !signal.aborted;) {
            count = await exchanges.removeOld(atOnce);
            removed += count;
          }
          return removed;
        },
      },
    ],
    close: () => answering.close(graceMs),
  };
}
