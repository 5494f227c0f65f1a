import { createHash } from "node:crypto";

import { ContentType, SessionType } from "@parley/protocol/content-types";
import { ProtocolError } from "@parley/protocol/errors";
import { PlatformID } from "@parley/protocol/platforms";
import type { SendMsgReq } from "@parley/protocol/rest-types";
import { SendMsg } from "@parley/protocol/methods/messages";
import { GetGroupMembersInfo } from "@parley/protocol/methods/groups";

import { ReceiverAway } from "../follow-ups/outcome.ts";
import type { AgentsSettings } from "../config/agents-settings.ts";
import type { IMClient } from "../im-client/im-client.ts";
import type { SayTyping } from "../messages/typing.ts";
import type { Logger } from "../watching/logger.ts";
import type { AskModel } from "./endpoint.ts";
import { EndpointFailed } from "./endpoint-failed.ts";
import type { FailureReason } from "./endpoint-failed.ts";
import type {
  Exchange,
  Exchanges,
  QuotaRefusal,
  ExchangeText,
} from "./exchanges.ts";
import { splitText } from "./split.ts";
import type { Agent } from "./store.ts";

/** A user's question to an agent. */
export interface Question {
  agent: Agent;
  askerID: string;
  /** The group of the question; "" in a direct chat. */
  groupID: string;
  text: string;
  operationID: string;
  /**
   * Idempotency key: the same id for every attempt, so that users get one
   * answer.
   */
  id: string;
}

/** State of a question that an earlier process left unfinished. */
export interface AnswerProgress {
  /** The answer, if the model gave one. */
  answer?: string | undefined;
  /** Stores the answer durably, so that it is sent after a crash, too. */
  save(answer: string): Promise<void>;
}

export interface Answering {
  /**
   * Resolves when the whole answer is sent. Rejects when it could not be sent;
   * then the question may be retried.
   */
  answer(question: Question, begun: AnswerProgress): Promise<void>;
  /** Aborts running answers, tells the users, and waits for that. */
  close(graceMs: number): Promise<void>;
}

export type Outcome = "answered" | "cutOff" | FailureReason | QuotaRefusal;

export interface AnsweringDeps {
  settings: Pick<AgentsSettings, "markdown" | "texts">;
  exchanges: Pick<Exchanges, "begin">;
  ask: AskModel;
  im: Pick<IMClient, "call">;
  /** undefined: the IM server is elsewhere, where nobody can be told. */
  sayTyping: SayTyping | undefined;
  /** Called with the outcome of a question. */
  asked(outcome: Outcome): void;
  logger: Logger;
  sleep: (ms: number) => Promise<void>;
}

/**
 * Characters of one message: far below what a client can send (51,200 bytes),
 * so that it can be quoted and passed on, and still pleasant to read.
 */
const maxMessage = 4_000;
/** Clients take a user for writing for 15 seconds (docs/wire/messages.md#typing-and-business). */
const typingEveryMs = 10_000;
/** Pauses between retries while the IM server is overloaded, in ms. */
const pausesMs = [500, 2_000];
const tooManyRequests = 429;

export function createAnswering(deps: AnsweringDeps): Answering {
  const { settings, im, logger } = deps;
  const { texts } = settings;
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();

  async function say(
    { agent, askerID, groupID, operationID, id }: Question,
    text: string,
    part = 0,
  ): Promise<void> {
    const value: Partial<SendMsgReq> = {
      sendID: agent.userID,
      senderNickname: agent.nickname,
      senderFaceURL: agent.faceURL,
      senderPlatformID: PlatformID.Admin,
      content: { content: text },
      contentType: settings.markdown
        ? ContentType.MarkdownText
        : ContentType.Text,
      clientMsgID: answerID(id, agent.userID, part),
      ...(groupID === ""
        ? { recvID: askerID, sessionType: SessionType.single }
        : { groupID, sessionType: SessionType.group }),
    };
    for (const pause of [...pausesMs, undefined])
      try {
        await im.call(operationID, SendMsg, value);
        return;
      } catch (error) {
        // Only what was not even looked at may be said again.
        const isEarly =
          error instanceof ProtocolError && error.code === tooManyRequests;
        if (!isEarly || pause === undefined || stopping.signal.aborted)
          throw error;
        await deps.sleep(pause);
      }
  }

  async function sayAll(question: Question, text: string): Promise<void> {
    for (const [i, part] of splitText(text, maxMessage).entries())
      await say(question, part, i);
  }

  /** A crafted message may name an agent that is not there. */
  async function isThere({
    agent,
    groupID,
    operationID,
  }: Question): Promise<boolean> {
    if (groupID === "") return true;
    const { members } = await im.call(operationID, GetGroupMembersInfo, {
      groupID,
      userIDs: [agent.userID],
    });
    return members.length > 0;
  }

  /** Shows the agent as typing; returns a function that ends it. */
  function startTyping({
    agent,
    askerID,
    groupID,
    operationID,
  }: Question): () => void {
    const { sayTyping } = deps;
    // Clients show it between two people only.
    if (!sayTyping || groupID !== "") return () => undefined;
    const tell = (isTyping: boolean) => {
      sayTyping(operationID, agent.userID, askerID, isTyping).catch(
        (error: unknown) =>
          logger.debug(
            { err: error },
            "agents: nobody was told of the writing",
          ),
      );
    };
    tell(true);
    const timer = setInterval(() => tell(true), typingEveryMs);
    return () => {
      clearInterval(timer);
      tell(false);
    };
  }

  /** Returns the model's answer, or the text for a failure; never rejects. */
  async function think(
    question: Question,
    { turns }: Exchange,
  ): Promise<Thought> {
    const { agent, text } = question;
    try {
      const completion = await deps.ask(
        agent,
        [
          ...(agent.prompts === ""
            ? []
            : [{ role: "system" as const, content: agent.prompts }]),
          ...turns,
          { role: "user", content: text },
        ],
        stopping.signal,
      );
      deps.asked(completion.isWhole ? "answered" : "cutOff");
      const answer = completion.text.trim();
      // COMPAT: OpenIM's text (docs/wire/accounts.md#bots).
      if (answer === "") return { text: "no response" };
      return {
        text: completion.isWhole ? answer : `${answer}\n\n${texts.cutOff}`,
        said: { question: text, answer },
      };
    } catch (error) {
      if (!(error instanceof EndpointFailed)) throw error;
      deps.asked(error.reason);
      logger.warn(
        {
          operationID: question.operationID,
          agent: agent.userID,
          endpoint: URL.parse(agent.url)?.host ?? "",
          reason: error.reason,
          detail: agent.key.mask(error.message),
        },
        "agents: an endpoint did not answer",
      );
      const partial = error.partial.trim();
      if (partial !== "") return { text: `${partial}\n\n${texts.cutOff}` };
      return {
        text: error.reason === "timedOut" ? texts.timedOut : texts.failed,
      };
    }
  }

  /** Stores the answer; undefined: the agent has left the group. */
  async function find(
    question: Question,
    exchange: Exchange,
    { save }: AnswerProgress,
  ): Promise<string | undefined> {
    try {
      if (!(await isThere(question))) {
        await exchange.end();
        return undefined;
      }
      const { text, said } = await think(question, exchange);
      // Who finds it ended must find the answer, too.
      await save(text);
      await exchange.end(said);
      return text;
    } catch (error) {
      await exchange.giveUp().catch(() => undefined); // the first says more
      throw error;
    }
  }

  async function handle(
    question: Question,
    begun: AnswerProgress,
  ): Promise<void> {
    const { agent, askerID, groupID, id } = question;
    // Asking again would cost as much, and may be answered in other words.
    if (begun.answer !== undefined) return sayAll(question, begun.answer);
    const began = await deps.exchanges.begin({
      ...{ id, agentID: agent.userID, groupID, askerID },
    });
    if (began.kind === "taken") return;
    if (began.kind === "refused") {
      const { reason, mayTell } = began;
      deps.asked(reason);
      if (mayTell && (await isThere(question)))
        await say(question, reason === "full" ? texts.failed : texts[reason]);
      return;
    }
    const stopTyping = startTyping(question);
    try {
      const text = await find(question, began.exchange, begun);
      if (text !== undefined) await sayAll(question, text);
    } finally {
      stopTyping();
    }
  }

  return {
    async answer(question, begun) {
      if (stopping.signal.aborted) throw new ReceiverAway("the server stops");
      const handled = handle(question, begun);
      const over = handled.then(
        () => undefined,
        (error: unknown) =>
          logger.warn(
            {
              err: error,
              operationID: question.operationID,
              agent: question.agent.userID,
            },
            "agents: an answer could not be sent",
          ),
      );
      underWay.add(over);
      void over.then(() => underWay.delete(over));
      await handled;
    },

    async close(graceMs) {
      stopping.abort();
      if (underWay.size === 0) return;
      await Promise.race([Promise.all(underWay), deps.sleep(graceMs)]);
    },
  };
}

interface Thought {
  /** The text that the user is told. */
  text: string;
  /** The exchange that the agent is reminded of later. */
  said?: ExchangeText;
}

/** The clientMsgID of a part of an answer; when it is sent again, it counts as a resend. */
const answerID = (id: string, agentID: string, part: number): string =>
  createHash("sha256")
    .update(JSON.stringify([id, agentID, part]))
    .digest("hex")
    .slice(0, 32);
