import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";
import type { Transact, Transaction } from "../storage/writer.ts";

/** One turn of a conversation with a language model. */
export interface Turn {
  role: "system" | "user" | "assistant";
  content: string;
}

/** A question, by who asks whom, and where. */
export interface AskedQuestion {
  /** The same for every attempt, and for whoever else tells of the message. */
  id: string;
  agentID: string;
  /** "" is between the two of them. */
  groupID: string;
  askerID: string;
}

/**
 * Questions to agents, each a row until nobody needs it: who may ask how much, which
 * process answers, and what was said lately.
 */
export interface Exchanges {
  /** Counts the question, unless it is refused. */
  begin(asked: AskedQuestion): Promise<BegunExchange>;
  /** Forgets all that the user asked, and the answers. */
  forgetUser(userID: string): Promise<void>;
  /** Forgets what was said with the agent, so that another of its id does not know it. */
  forgetAgent(tx: Transaction, agentID: string): Promise<void>;
  /** Removes exchanges that no answer can need any more, and returns their number. */
  removeOld(limit: number): Promise<number>;
}

export type BegunExchange =
  | { kind: "begun"; exchange: Exchange }
  /** `mayTell`: it is to be said, at most once a minute. */
  | { kind: "refused"; reason: QuotaRefusal; mayTell: boolean }
  /** It was answered, or another process is answering it. */
  | { kind: "taken" };

export interface Exchange {
  /** Earlier questions and answers, oldest first. */
  readonly turns: readonly Turn[];
  /**
   * The answer is known, or there is none. It is not remembered if who asked, or the
   * agent, was forgotten meanwhile.
   */
  end(said?: ExchangeText): Promise<void>;
  /** It will be asked again. */
  giveUp(): Promise<void>;
}

export interface ExchangeText {
  question: string;
  answer: string;
}

/** `full`: the limit of all users together is reached. */
export type QuotaRefusal = "tooMany" | "busy" | "full";

export interface ExchangeLimits {
  /** Limit for a user, for all agents together. */
  perMinute: number;
  atOnce: number;
  /** Limit for all users together, in this process. */
  atOnceInAll: number;
  /** Questions and answers of a conversation that are remembered. */
  history: number;
}

export interface ExchangesDeps {
  db: Kysely<Schema>;
  transact: Transact;
  limits: ExchangeLimits;
  /** Id of this process, new at each start. */
  self: string;
  /** Ids of all processes that are alive, this one included. */
  live(): readonly string[];
  now: () => number;
}

const underWay = 0;
const over = 1;
/** Refused, which the user was told. */
const told = 2;

const minuteMs = 60_000;
/** Time after which questions and answers are forgotten. */
const rememberedMs = 7 * 86_400_000;
/** Characters that an agent is reminded of. */
const maxCharacters = 20_000;

export function createExchanges({
  db,
  transact,
  limits,
  self,
  live,
  now,
}: ExchangesDeps): Exchanges {
  /** Questions under way in this process: each holds a connection and its answer. */
  let atOnce = 0;

  const aboutAsker = (userID: string) => ({
    about: [`questions of ${userID}`],
  });

  async function readTurns(
    of: Kysely<Schema>,
    { agentID, groupID, askerID }: AskedQuestion,
  ): Promise<Turn[]> {
    if (limits.history === 0) return [];
    const rows = await of
      .selectFrom("agent_exchanges")
      .select("said")
      .where("agent_id", "=", agentID)
      .where("place", "=", placeOf(groupID, askerID))
      .where("said", "<>", "")
      .where("ended_at", ">", now() - rememberedMs)
      .orderBy("ended_at", "desc")
      .orderBy("id", "desc")
      .limit(rowsOf(limits.history))
      .execute();
    const turns = rows
      .toReversed()
      .flatMap(({ said }) => turnsOf(JSON.parse(said) as StoredWords));
    return newest(turns.slice(-limits.history));
  }

  function refusalOf({
    asked,
    running,
  }: {
    asked: number;
    running: number;
  }): QuotaRefusal | undefined {
    if (asked >= limits.perMinute) return "tooMany";
    if (running >= limits.atOnce) return "busy";
    return atOnce >= limits.atOnceInAll ? "full" : undefined;
  }

  async function decide(tx: Transaction, asked: AskedQuestion) {
    const { agentID, groupID, askerID } = asked;
    const at = now();
    const id = rowID(asked);
    const alive = live();
    const isAlive = (process: string) =>
      process === self || alive.includes(process);
    const rows = await tx.db
      .selectFrom("agent_exchanges")
      .select(["id", "state", "process", "asked_at", "said"])
      .where("asker_id", "=", askerID)
      .execute();
    const before = rows.find((row) => row.id === id);
    const isElsewhere =
      before?.state === underWay &&
      before.process !== self &&
      isAlive(before.process);
    if (before?.state === over || isElsewhere)
      return { kind: "taken" } as const;

    // A clock that was set back must not keep anybody waiting for it.
    const isRecent = (time: number) => Math.abs(at - time) < minuteMs;
    const others = rows.filter((row) => row.id !== id);
    const isRunning = (row: (typeof rows)[number]) =>
      row.state === underWay && isAlive(row.process);
    const useless = others.filter(
      (row) => row.said === "" && !isRecent(row.asked_at) && !isRunning(row),
    );
    if (useless.length > 0)
      await tx.db
        .deleteFrom("agent_exchanges")
        .where(
          "id",
          "in",
          useless.map((row) => row.id),
        )
        .execute();
    const reason = refusalOf({
      asked: others.filter(
        (row) => row.state !== told && isRecent(row.asked_at),
      ).length,
      running: others.filter(isRunning).length,
    });
    const mayTell = !rows.some(
      (row) => row.state === told && isRecent(row.asked_at),
    );
    if (reason === undefined || mayTell) {
      const row = {
        state: reason === undefined ? underWay : told,
        process: self,
        asked_at: at,
      };
      await tx.db
        .insertInto("agent_exchanges")
        .values({
          ...{ ...row, id, agent_id: agentID, asker_id: askerID },
          ...{ place: placeOf(groupID, askerID), ended_at: 0, said: "" },
        })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    }
    return reason === undefined
      ? ({ kind: "begun", turns: await readTurns(tx.db, asked) } as const)
      : ({ kind: "refused", reason, mayTell } as const);
  }

  async function end(
    tx: Transaction,
    asked: AskedQuestion,
    said: ExchangeText | undefined,
  ): Promise<void> {
    const row = tx.db
      .updateTable("agent_exchanges")
      .where("id", "=", rowID(asked));
    await row.set({ state: over, ended_at: now() }).execute();
    if (!said || limits.history === 0) return;
    const { agentID, groupID, askerID } = asked;
    // An agent that was forgotten is in no row any more.
    await row
      .where("agent_id", "=", agentID)
      .set({ said: storedOf(said) })
      .execute();
    const kept = tx.db
      .selectFrom("agent_exchanges")
      .select("id")
      .where("agent_id", "=", agentID)
      .where("place", "=", placeOf(groupID, askerID))
      .where("said", "<>", "")
      .orderBy("ended_at", "desc")
      .orderBy("id", "desc")
      .limit(rowsOf(limits.history));
    await tx.db
      .updateTable("agent_exchanges")
      .where("agent_id", "=", agentID)
      .where("place", "=", placeOf(groupID, askerID))
      .where("said", "<>", "")
      .where("id", "not in", kept)
      .set({ said: "" })
      .execute();
  }

  return {
    async begin(asked) {
      const { askerID } = asked;
      const decided = await transact(
        (tx) => decide(tx, asked),
        aboutAsker(askerID),
      );
      if (decided.kind !== "begun") return decided;
      atOnce++;
      let isOpen = true;
      const close = (): void => {
        if (isOpen) atOnce--;
        isOpen = false;
      };
      return {
        kind: "begun",
        exchange: {
          turns: decided.turns,
          async end(said) {
            close();
            await transact((tx) => end(tx, asked, said), aboutAsker(askerID));
          },
          async giveUp() {
            close();
            await transact(async (tx) => {
              await tx.db
                .deleteFrom("agent_exchanges")
                .where("id", "=", rowID(asked))
                .where("state", "=", underWay)
                .execute();
            }, aboutAsker(askerID));
          },
        },
      };
    },

    forgetUser: (userID) =>
      transact(async (tx) => {
        await tx.db
          .deleteFrom("agent_exchanges")
          .where("asker_id", "=", userID)
          .execute();
      }, aboutAsker(userID)),

    async forgetAgent(tx, agentID) {
      // The rows still count as asked.
      await tx.db
        .updateTable("agent_exchanges")
        .where("agent_id", "=", agentID)
        .set({ agent_id: "", said: "" })
        .execute();
    },

    async removeOld(limit) {
      const rows = await db
        .selectFrom("agent_exchanges")
        .select("id")
        .where("asked_at", "<", now() - rememberedMs)
        .limit(limit)
        .execute();
      if (rows.length > 0)
        await transact(async (tx) => {
          await tx.db
            .deleteFrom("agent_exchanges")
            .where(
              "id",
              "in",
              rows.map(({ id }) => id),
            )
            .execute();
        });
      return rows.length;
    },
  };
}

/** An agent answers a question once. */
const rowID = ({ id, agentID }: AskedQuestion): string =>
  JSON.stringify([id, agentID]);

const placeOf = (groupID: string, askerID: string): string =>
  groupID === "" ? `user ${askerID}` : `group ${groupID}`;

/** A row has a question and its answer. */
const rowsOf = (turns: number): number => Math.ceil(turns / 2);

type StoredWords = [question: string, answer: string];

/** Encodes as JSON, because PostgreSQL does not store every character. */
const storedOf = ({ question, answer }: ExchangeText): string =>
  JSON.stringify(
    [question, answer].map((text) =>
      text.length > maxCharacters ? "" : text,
    ) satisfies string[],
  );

const turnsOf = ([question, answer]: StoredWords): Turn[] => [
  ...(question === "" ? [] : [{ role: "user" as const, content: question }]),
  ...(answer === "" ? [] : [{ role: "assistant" as const, content: answer }]),
];

function newest(turns: readonly Turn[]): Turn[] {
  let size = turns.reduce((sum, { content }) => sum + content.length, 0);
  let first = 0;
  while (size > maxCharacters && first < turns.length)
    size -= turns[first++]?.content.length ?? 0;
  return turns.slice(first);
}
