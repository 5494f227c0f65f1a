import { errors, ProtocolError } from "@parley/protocol/errors";

import type { AgentsSettings } from "../config/agents-settings.ts";
import { GiveUp } from "../follow-ups/outcome.ts";
import type { FollowUpKind, FollowUps } from "../follow-ups/follow-ups.ts";
import type { Metrics } from "../watching/metrics.ts";
import type { Agents } from "./agents.ts";
import type { Answering } from "./answering.ts";
import type { HeardQuestion } from "./hearing.ts";

/** A question, and what there is to say once that is known. */
export interface StoredQuestion extends HeardQuestion {
  answer?: string;
}

export interface QuestionsDeps {
  settings: Pick<AgentsSettings, "answerWithin">;
  followUps: Pick<FollowUps, "define">;
  metrics: Pick<Metrics, "agentAsked">;
}

/** More workers than concurrent answers, so that the rest can be refused with a message. */
const workers = 300;
const limits = { rows: 10_000, size: 64 << 20 };
const pausesMs = [1_000, 5_000, 15_000, 60_000];

/** Questions as rows that are written with the message, and answered once. */
export const defineQuestions = (
  { settings, followUps, metrics }: QuestionsDeps,
  agents: Pick<Agents, "find">,
  answering: Pick<Answering, "answer">,
): FollowUpKind<StoredQuestion> =>
  followUps.define<StoredQuestion>("question", {
    workers,
    maxAgeMs: settings.answerWithin * 1_000,
    pausesMs,
    limits,
    async run(stored, { id, save }) {
      const { agentID, answer, serverMsgID, ...question } = stored;
      const agent = agents.find(agentID);
      if (!agent) throw new GiveUp("agentGone", `no agent '${agentID}'`);
      try {
        await answering.answer(
          { ...question, agent, id: serverMsgID || id },
          { answer, save: (answer) => save({ ...stored, answer }) },
        );
      } catch (error) {
        if (error instanceof ProtocolError && !mayPass.has(error.code))
          throw new GiveUp("refused", error.message, { cause: error });
        throw error;
      }
    },
    dropped: metrics.agentAsked,
  });

/** Errors of the IM server that say nothing about the answer. */
const mayPass: ReadonlySet<number> = new Set([
  429,
  ...[errors.internal(""), errors.network(""), errors.data("")].map(
    ({ code }) => code,
  ),
]);
