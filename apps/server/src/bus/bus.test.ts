import { afterAll, describe, expect, test } from "bun:test";

import { createMemoryNetwork } from "../../testing/bus/memory-bus.ts";
import { startNats } from "../../testing/bus/nats-server.ts";
import type { NatsServer } from "../../testing/bus/nats-server.ts";
import { openTestNats } from "../../testing/bus/open-test-nats.ts";
import type { Bus } from "./bus.ts";

/** Connects two nodes by one kind of bus. */
interface Kind {
  title: string;
  pair(): Promise<[Bus, Bus]>;
}

let nats: Promise<NatsServer> | undefined;
afterAll(async () => {
  await (await nats)?.[Symbol.asyncDispose]();
});

const kinds: readonly Kind[] = [
  {
    title: "in memory",
    async pair() {
      const network = createMemoryNetwork();
      return [network.open(), network.open()];
    },
  },
  {
    title: "over NATS",
    async pair() {
      const { url } = await (nats ??= startNats());
      const cluster = crypto.randomUUID();
      return [
        await openTestNats({ url, cluster }),
        await openTestNats({ url, cluster }),
      ];
    },
  },
];

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (data: Uint8Array): string => new TextDecoder().decode(data);

const ask = async (bus: Bus, subject: string): Promise<Uint8Array> =>
  bus.request(subject, bytes("?"), 100);

/** Collects messages as "subject text"; `until` waits for a number of them. */
async function hearing(bus: Bus, subject: string) {
  const heard: string[] = [];
  let wake = (): void => undefined;
  const end = bus.subscribe(subject, (data, about) => {
    heard.push(`${about} ${textOf(data)}`);
    wake();
  });
  await bus.flush();
  return {
    heard,
    end,
    async until(count: number): Promise<string[]> {
      while (heard.length < count)
        await new Promise<void>((resolve) => (wake = resolve));
      return heard;
    },
  };
}

for (const { title, pair } of kinds)
  describe(`a bus ${title}`, () => {
    test("carries words in order to those who subscribed, and not to the sender", async () => {
      const [ann, bob] = await pair();
      const own = await hearing(ann, "u.1");
      const other = await hearing(bob, "u.1");
      for (let i = 0; i < 1_000; i++) ann.publish("u.1", bytes(String(i)));
      expect(await other.until(1_000)).toEqual(
        Array.from({ length: 1_000 }, (_, i) => `u.1 ${i}`),
      );
      expect(own.heard).toEqual([]);
      await Promise.all([ann.close(), bob.close()]);
    });

    test("knows `*` for a word and `>` for all that follow", async () => {
      const [ann, bob] = await pair();
      const one = await hearing(bob, "g.*");
      const all = await hearing(bob, "g.>");
      const said = await hearing(bob, "end");
      for (const subject of ["g.1", "g.1.2", "g", "h.1"])
        ann.publish(subject, bytes("x"));
      ann.publish("end", bytes(""));
      await said.until(1);
      expect(one.heard).toEqual(["g.1 x"]);
      expect(all.heard).toEqual(["g.1 x", "g.1.2 x"]);
      await Promise.all([ann.close(), bob.close()]);
    });

    test("carries nothing more to who has ended the subscription", async () => {
      const [ann, bob] = await pair();
      const ended = await hearing(bob, "u.1");
      const goes = await hearing(bob, "u.1");
      ended.end();
      await bob.flush();
      ann.publish("u.1", bytes("x"));
      await goes.until(1);
      expect(ended.heard).toEqual([]);
      await Promise.all([ann.close(), bob.close()]);
    });

    test("asks one of those who serve", async () => {
      const [ann, bob] = await pair();
      let answered = 0;
      for (let i = 0; i < 2; i++)
        bob.serve("double", async (data) => {
          answered++;
          return bytes(textOf(data).repeat(2));
        });
      await bob.flush();
      const answer = await ann.request("double", bytes("ha"), 10_000);
      expect(textOf(answer)).toBe("haha");
      await bob.flush();
      expect(answered).toBe(1);
      await Promise.all([ann.close(), bob.close()]);
    });

    test("says why a request came to nothing", async () => {
      const [ann, bob] = await pair();
      bob.serve("fails", async () => {
        throw new Error("no such thing");
      });
      bob.serve("silent", () => new Promise(() => undefined));
      await bob.flush();
      await expect(ask(ann, "nobody")).rejects.toThrow("nobody serves nobody");
      await expect(ask(ann, "fails")).rejects.toThrow("fails: no such thing");
      await expect(ask(ann, "silent")).rejects.toThrow(
        "no answer from silent in time",
      );
      await Promise.all([ann.close(), bob.close()]);
    });

    test("ends requests that wait when it is closed", async () => {
      const [ann, bob] = await pair();
      const { promise: asked, resolve } = Promise.withResolvers<void>();
      bob.serve("silent", () => {
        resolve();
        return new Promise(() => undefined);
      });
      await bob.flush();
      const answer = ann.request("silent", bytes("?"), 3_600_000);
      answer.catch(() => undefined);
      await asked;
      await ann.close();
      await expect(answer).rejects.toThrow("the bus is away");
      expect(ann.isUp()).toBe(false);
      await expect(ann.flush()).rejects.toThrow("the bus is away");
      ann.publish("u.1", bytes("nobody hears it"));
      await bob.close();
    });

    test("refuses subjects that are none, which could be commands", async () => {
      const [ann, bob] = await pair();
      for (const subject of ["", "a b", "a\r\nPUB b 0", "a..b", ".a", "a."]) {
        expect(() => ann.publish(subject, bytes(""))).toThrow("not a subject");
        await expect(ask(ann, subject)).rejects.toThrow("not a subject");
      }
      for (const open of ["*", "a.*", ">", "a.>"])
        expect(() => ann.publish(open, bytes(""))).toThrow("not a subject");
      expect(() => ann.subscribe("a b", () => undefined)).toThrow();
      await Promise.all([ann.close(), bob.close()]);
    });

    test("drops what is larger than it carries, and goes on", async () => {
      const [ann, bob] = await pair();
      const all = await hearing(bob, "u.>");
      expect(ann.maxBytes()).toBe(1_048_576);
      ann.publish("u.large", new Uint8Array(ann.maxBytes() + 1));
      ann.publish("u.small", bytes("x"));
      expect(await all.until(1)).toEqual(["u.small x"]);
      await Promise.all([ann.close(), bob.close()]);
    });
  });
