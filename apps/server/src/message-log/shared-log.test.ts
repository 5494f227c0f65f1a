import { afterAll, describe, expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";
import { sql } from "kysely";

import {
  openSharedDatabase,
  stopPostgres,
} from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createCaches } from "../storage/caches.ts";
import { openMessageLog } from "./log.ts";
import type { StoredMessage } from "../storage/engine.ts";
import type { MessageLog } from "./log.ts";

afterAll(stopPostgres);

interface Node {
  log: MessageLog;
  storage: TestStorage;
}

async function openNodes(count: number) {
  const database = await openSharedDatabase();
  const nodes = await Promise.all(
    Array.from({ length: count }, async (): Promise<Node> => {
      const storage = await database.open();
      const log = await openMessageLog({
        ...{ engine: storage.engine, writer: storage.writer },
        caches: createCaches(),
        now: Date.now,
        raiseReadSeqs: () => Promise.resolve(),
      });
      return { log, storage };
    }),
  );
  return {
    nodes,
    async [Symbol.asyncDispose]() {
      for (const { storage } of nodes) await storage[Symbol.asyncDispose]();
    },
  };
}

const message = (sendID: string, clientMsgID: string, resendKey = 0) => ({
  unsealed: MsgData.encode({ sendID, clientMsgID }),
  ...{ sendID, contentType: 101, sendTime: 0, resendKey },
});

type Outcome =
  { seq: number; isClose: boolean | undefined } | { again: StoredMessage };

/** Appends a message outside a transaction; resolves when it is durable. */
async function say(
  { log, storage: { writer } }: Node,
  conversationID: string,
  said: ReturnType<typeof message>,
): Promise<Outcome> {
  const head = await log.open(conversationID);
  return new Promise((resolve, reject) =>
    writer.enqueue({
      run(tx) {
        log.append(tx, head, said, {
          stored: (tx, { seq, isClose }) =>
            tx.afterDurable(() => resolve({ seq, isClose })),
          again: (first) => resolve({ again: first }),
        });
      },
      failed: reject,
    }),
  );
}

async function read({ log }: Node, conversationID: string) {
  const head = await log.find(conversationID);
  return head ? log.read(head, 1, 100_000) : [];
}

describe("two processes at one log", () => {
  test("number a conversation without gaps and doubles, in the order of time", async () => {
    await using opened = await openNodes(2);
    const { nodes } = opened;
    const ids = ["si_a_b", "si_b_c", "sg_g", "n_a_b", "si_c_d"];
    const sent = await Promise.all(
      Array.from({ length: 2_000 }, (_, i) => {
        const id = ids[(i * 7) % ids.length] ?? "";
        return say(nodes[i % 2]!, id, message(`u${i % 5}`, `m${i}`)).then(
          (outcome) => ({ id, outcome }),
        );
      }),
    );
    for (const id of ids) {
      const seqs = sent
        .filter((each) => each.id === id)
        .map(({ outcome }) => ("seq" in outcome ? outcome.seq : 0))
        .sort((a, b) => a - b);
      const wanted = seqs.map((_, i) => i + 1);
      expect(seqs).toEqual(wanted);
      for (const node of nodes) {
        const stored = await read(node, id);
        expect(stored.map(({ seq }) => seq)).toEqual(wanted);
        const times = stored.map(({ data }) => readMsgData(data).sendTime);
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
        expect((await node.log.find(id))?.maxSeq).toBe(seqs.length);
      }
    }
  });

  test("know of a message that the other stored a moment before", async () => {
    await using database = await openNodes(2);
    const [one, two] = database.nodes;
    const said = (number: string) => message("ann", number);
    expect(await say(one!, "si_ann_bob", said("1"))).toMatchObject({
      ...{ seq: 1, isClose: false },
    });
    expect(await say(two!, "si_ann_bob", said("2"))).toMatchObject({
      ...{ seq: 2, isClose: true },
    });
  });

  test("store once what is sent to both", async () => {
    await using opened = await openNodes(2);
    const { nodes } = opened;
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const said = message("a", `m${i}`, i + 1);
        return Promise.all(nodes.map((node) => say(node, "si_a_b", said)));
      }),
    );
    const stored = await read(nodes[0]!, "si_a_b");
    expect(stored.length).toBe(200);
    for (const [i, both] of outcomes.entries()) {
      const first = both.filter((each) => "again" in each);
      expect(first.length).toBe(1);
      const [{ again }] = first as [{ again: StoredMessage }];
      expect(readMsgData(again.data).clientMsgID).toBe(`m${i}`);
    }
  });

  test("store both of two messages whose keys are the same", async () => {
    await using opened = await openNodes(2);
    const { nodes } = opened;
    for (const [i, node] of nodes.entries())
      await say(node, "si_a_b", message("a", `m${i}`, 7));
    expect((await read(nodes[0]!, "si_a_b")).length).toBe(2);
  });

  test("wait for a change that has to know the newest seq", async () => {
    await using opened = await openNodes(2);
    const [one, other] = opened.nodes as [Node, Node];
    await say(one, "sg_g", message("a", "m1"));
    let inBetween: Promise<Outcome> | undefined;
    const newest = await one.storage.transact(async (tx) => {
      const head = await one.log.open("sg_g");
      one.log.append(tx, head, message("a", "left"));
      const seq = await one.log.newestSeq(tx, "sg_g");
      inBetween = say(other, "sg_g", message("b", "m2"));
      // By now it has read the head's row, or will read it after the commit.
      await other.log.find("sg_g");
      return seq;
    });
    expect(newest).toBe(2);
    expect(await inBetween).toMatchObject({ seq: 3 });
  });

  test("go on after they met each other's locks in the opposite order", async () => {
    await using opened = await openNodes(2);
    const [one, other] = opened.nodes as [Node, Node];
    for (const id of ["sg_1", "sg_2"])
      await say(one, id, message("a", "begun"));
    const ask = (node: Node, first: string, second: string) =>
      node.storage.transact(async (tx) => {
        const head = await node.log.open(first);
        node.log.append(tx, head, message("a", "x"));
        await node.log.newestSeq(tx, second);
        node.log.append(tx, await node.log.open(second), message("a", "y"));
      });
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        i % 2 === 0 ? ask(one, "sg_1", "sg_2") : ask(other, "sg_2", "sg_1"),
      ),
    );
    for (const id of ["sg_1", "sg_2"])
      expect((await read(one, id)).map(({ seq }) => seq)).toEqual(
        Array.from({ length: 41 }, (_, i) => i + 1),
      );
  });

  test("know of messages up to a position, also of those that commit late", async () => {
    await using opened = await openNodes(2);
    const [one, other] = opened.nodes as [Node, Node];
    await say(one, "si_a_b", message("a", "m1"));
    const settled = await other.log.settled();
    const positions = await one.storage.db
      .selectFrom("message_log")
      .select("position")
      .execute();
    expect(positions.every(({ position }) => position <= settled)).toBe(true);
  });
});

test("a log whose statements were prepared while it was small is not read whole for each batch", async () => {
  await using opened = await openNodes(1);
  const [node] = opened.nodes as [Node];
  const { writer, engine } = node.storage;
  const send = async (from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i++)
      await say(node, `sg_${i % 3}`, message("a", `m${i}`, i + 1));
  };
  await send(0, 3);
  const scans = () =>
    writer.transact(async ({ db }) => {
      await sql`select pg_stat_force_next_flush()`.execute(db);
      return sql<{ scans: number }>`
        select seq_scan::int as scans from pg_stat_user_tables
        where relname in ('message_log', 'message_heads') order by relname
      `.execute(db);
    });
  await sql`analyze message_log, message_heads`.execute(engine.write);
  await scans();
  const { rows: before } = await scans();
  await send(3, 30);
  await scans();
  expect((await scans()).rows).toEqual(before);
  expect((await read(node, "sg_1")).length).toBe(10);
});
