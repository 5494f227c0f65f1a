import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createExchanges } from "./exchanges.ts";
import type { AskedQuestion, ExchangeLimits, Exchanges } from "./exchanges.ts";

const usual = { perMinute: 99, atOnce: 99, atOnceInAll: 99, history: 4 };

/** One process; several may have the database. */
const open = (
  { db, transact }: TestStorage,
  limits: Partial<ExchangeLimits> = {},
  clock: { ms: number } = { ms: 3_600_000 },
  self = "one",
  live: readonly string[] = [self],
): Exchanges =>
  createExchanges({
    ...{ db, transact, self, limits: { ...usual, ...limits } },
    live: () => live,
    now: () => clock.ms,
  });

let count = 0;
const asked = (more: Partial<AskedQuestion> = {}): AskedQuestion => ({
  ...{ id: `m${count++}`, agentID: "bot_a", groupID: "", askerID: "ann" },
  ...more,
});

async function begin(exchanges: Exchanges, question: AskedQuestion) {
  const begun = await exchanges.begin(question);
  if (begun.kind !== "begun") throw new Error(begun.kind);
  return begun.exchange;
}

/** Asks, is answered, and returns what the agent was reminded of. */
async function talk(
  exchanges: Exchanges,
  question: string,
  more: Partial<AskedQuestion> = {},
): Promise<string[]> {
  const exchange = await begin(exchanges, asked(more));
  await exchange.end({ question, answer: `${question}!` });
  return exchange.turns.map(({ content }) => content);
}

const outcome = async (
  exchanges: Exchanges,
  question: AskedQuestion = asked(),
): Promise<string> => {
  const begun = await exchanges.begin(question);
  return begun.kind === "refused"
    ? `${begun.reason}${begun.mayTell ? ", told" : ""}`
    : begun.kind;
};

forEachEngine("questions to agents", (openStorage) => {
  test("are so many within a minute, and a refusal is told once a minute", async () => {
    await using storage = await openStorage();
    const clock = { ms: 3_600_000 };
    const exchanges = open(storage, { perMinute: 2 }, clock);
    for (const text of ["1", "2"]) await talk(exchanges, text);
    expect(await outcome(exchanges)).toBe("tooMany, told");
    expect(await outcome(exchanges)).toBe("tooMany");
    expect(await outcome(exchanges, asked({ askerID: "bob" }))).toBe("begun");
    clock.ms += 60_000;
    for (const text of ["3", "4"]) await talk(exchanges, text);
    expect(await outcome(exchanges)).toBe("tooMany, told");
    // A restart forgets no question.
    expect(await outcome(open(storage, { perMinute: 2 }, clock, "two"))).toBe(
      "tooMany",
    );
  });

  test("waited for the hour by which a clock was set back", async () => {
    await using storage = await openStorage();
    const clock = { ms: 7_200_000 };
    const exchanges = open(storage, { perMinute: 1 }, clock);
    await talk(exchanges, "1");
    expect(await outcome(exchanges)).toBe("tooMany, told");
    clock.ms = 3_600_000;
    await talk(exchanges, "2");
    expect(await outcome(exchanges)).toBe("tooMany, told");
  });

  test("are so many at once, until they are answered or given up", async () => {
    await using storage = await openStorage();
    const exchanges = open(storage, { atOnce: 1, atOnceInAll: 2 });
    const first = await begin(exchanges, asked());
    expect(await outcome(exchanges)).toBe("busy, told");
    const second = await begin(exchanges, asked({ askerID: "bob" }));
    expect(await outcome(exchanges, asked({ askerID: "cat" }))).toBe(
      "full, told",
    );
    await first.end();
    await (await begin(exchanges, asked())).giveUp();
    await (await begin(exchanges, asked())).end();
    await second.end();
  });

  test("that a process was answering when it was killed keep nobody waiting", async () => {
    await using storage = await openStorage();
    const question = asked();
    await begin(open(storage, { atOnce: 1 }), question);
    const next = open(storage, { atOnce: 1 }, undefined, "next");
    await (await begin(next, asked())).end();
    // The same again: it was not answered.
    await (await begin(next, question)).end();
    expect(await outcome(next, question)).toBe("taken");
  });

  test("asked by several processes are limited together, and each is answered by one", async () => {
    await using storage = await openStorage();
    const limits = { perMinute: 3, atOnce: 2 };
    const [one, other] = ["one", "other"].map((self) =>
      open(storage, limits, undefined, self, ["one", "other"]),
    ) as [Exchanges, Exchanges];
    const [first, second] = [asked(), asked()];
    const begun = await begin(one, first);
    expect(await outcome(other, first)).toBe("taken");
    await begin(other, second);
    expect(await outcome(one)).toBe("busy, told");
    expect(await outcome(other)).toBe("busy");
    await begun.end({ question: "Why?", answer: "Because." });
    expect(await outcome(other, first)).toBe("taken");
    const third = await begin(other, asked());
    expect(third.turns.map(({ content }) => content)).toEqual([
      "Why?",
      "Because.",
    ]);
    expect(await outcome(one)).toBe("tooMany");
  });

  test("remind of the last ones of the conversation, and of no others", async () => {
    await using storage = await openStorage();
    const clock = { ms: 3_600_000 };
    const exchanges = open(storage, { history: 3 }, clock);
    for (const text of ["1", "2", "3"]) {
      clock.ms++;
      await talk(exchanges, text);
    }
    await talk(exchanges, "4", { agentID: "bot_b" });
    expect(await talk(exchanges, "5")).toEqual(["2!", "3", "3!"]);
    expect(await talk(exchanges, "6", { askerID: "bob" })).toEqual([]);
    expect(await talk(exchanges, "7", { groupID: "g" })).toEqual([]);
    clock.ms++;
    // Half a character, and one that no database takes.
    const odd = "\ud83d\u0000";
    await talk(exchanges, odd, { askerID: "bob", groupID: "g" });
    clock.ms++;
    const long = "x".repeat(19_990);
    expect(await talk(exchanges, long, { groupID: "g" })).toEqual([
      "7!",
      odd,
      `${odd}!`,
    ]);
    expect(await talk(exchanges, "8", { groupID: "g" })).toEqual([`${long}!`]);
    const none = open(storage, { history: 0 }, clock);
    expect(await talk(none, "9")).toEqual([]);
    clock.ms += 8 * 86_400_000;
    expect(await talk(exchanges, "10")).toEqual([]);
    expect(await exchanges.removeOld(100)).toBeGreaterThan(5);
    expect(await exchanges.removeOld(100)).toBe(0);
    expect(await talk(exchanges, "11")).toEqual(["10", "10!"]);
  });

  test("leave no row behind when nobody needs it", async () => {
    await using storage = await openStorage();
    const clock = { ms: 3_600_000 };
    const exchanges = open(storage, { history: 2, perMinute: 9 }, clock);
    for (let i = 0; i < 9; i++) {
      clock.ms++;
      await talk(exchanges, String(i));
    }
    expect(await outcome(exchanges)).toBe("tooMany, told");
    clock.ms += 60_000;
    await talk(exchanges, "x");
    const rows = await storage.db
      .selectFrom("agent_exchanges")
      .select(["said"])
      .execute();
    expect(rows.map(({ said }) => said).toSorted()).toEqual(["", '["x","x!"]']);
  });

  test("are forgotten with who asked, in groups too, and with the agent", async () => {
    await using storage = await openStorage();
    const exchanges = open(storage);
    await talk(exchanges, "secret");
    await talk(exchanges, "hers", { groupID: "g" });
    await talk(exchanges, "his", { groupID: "g", askerID: "bob" });
    await talk(exchanges, "another", { agentID: "bot_b", askerID: "bob" });
    const underWay = [
      await begin(exchanges, asked()),
      await begin(exchanges, asked({ askerID: "bob" })),
    ];
    await exchanges.forgetUser("ann");
    expect(
      await talk(exchanges, "?", { groupID: "g", askerID: "cat" }),
    ).toEqual(["his", "his!"]);
    await storage.transact((tx) => exchanges.forgetAgent(tx, "bot_a"));
    for (const each of underWay)
      await each.end({ question: "late", answer: "late!" });
    for (const askerID of ["ann", "bob"])
      expect(await talk(exchanges, "?", { askerID })).toEqual([]);
    expect(
      await talk(exchanges, "?", { agentID: "bot_b", askerID: "bob" }),
    ).toEqual(["another", "another!"]);
  });
});
