import type { Bus } from "../bus/bus.ts";
import type { Caches, Forgotten } from "../storage/caches.ts";
import type { Now, Statements } from "../storage/engine.ts";
import type { NodeInfo, Run } from "./node-lease.ts";

/** The channel of LISTEN/NOTIFY on which nodes tell each other which cache keys are stale. */
export const forgetChannel = "parley_forget";

/** PostgreSQL limits a notification to less than 8,000 bytes. */
const mostBytes = 7_500;
/** If a change has more stale keys in one cache, the whole cache is dropped. */
const mostKeys = 2_000;

/** Stale cache keys of a change, or a part of them. */
interface Notice {
  node: string;
  /** Counts the changes of its node. */
  number: number;
  /** Stale keys by name of the cache; null: all keys. */
  forget: [name: string, keys: string[] | null][];
  /** False if another notice with stale keys of the same change follows. */
  isLast: boolean;
}

export interface Invalidation {
  /** Adds the stale keys to the open transaction, as notifications to the other nodes. */
  tell(forgotten: readonly Forgotten[]): Promise<void>;
  /** Resolves when all live nodes have dropped the keys of that change. */
  confirmed(number: number): Promise<void>;
  /** Returns the number of the last change that `tell` wrote. */
  told(): number;
  /** Waits until this node has applied the notices of all changes committed by now. */
  catchUp(statements: Statements): Promise<void>;
  /** Waits until this node has applied the notices of that change of another node. */
  heardOf(node: string, number: number): Now<void>;
  /** Handles a notification. */
  hear(payload: string): void;
  /** Drops all caches after a (re)connect, as notifications may have been lost. */
  begin(run: Run): Promise<void>;
  /** Takes over the list of live nodes with the last change that each has applied. */
  listed(nodes: readonly NodeInfo[]): void;
  /** Returns the number of the last change that this node has applied, by node. */
  heard(): Readonly<Record<string, number>>;
  close(): void;
}

export interface InvalidationDeps {
  self: string;
  bus: Bus;
  caches: Pick<Caches, "forget" | "forgetAll" | "list">;
  statements: Statements;
  failed(error: unknown): void;
}

/** Counters by node, which only go up, and promises that wait for them. */
function createProgress() {
  const reached = new Map<string, number>();
  let waiting: { isDone(): boolean; resolve(): void }[] = [];

  function look(): void {
    const ready = waiting.filter((each) => each.isDone());
    if (ready.length === 0) return;
    waiting = waiting.filter((each) => !ready.includes(each));
    for (const { resolve } of ready) resolve();
  }

  return {
    of: (node: string): number => reached.get(node) ?? 0,
    raise(node: string, number: number): void {
      if ((reached.get(node) ?? 0) >= number) return;
      reached.set(node, number);
      look();
    },
    all: (): Record<string, number> => Object.fromEntries(reached),
    keep(nodes: ReadonlySet<string>): void {
      for (const node of reached.keys())
        if (!nodes.has(node)) reached.delete(node);
    },
    look,
    when: (isDone: () => boolean): Promise<void> =>
      isDone()
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ isDone, resolve })),
  };
}

/**
 * Invalidates the caches of other nodes. The stale keys are sent by NOTIFY in the
 * transaction of the change, so they arrive in the order of commits. Each node confirms
 * over the bus that it dropped them, and again with its next beat, since the bus may lose
 * messages.
 */
export function createInvalidation({
  self,
  bus,
  caches,
  statements,
  failed,
}: InvalidationDeps): Invalidation {
  const heard = createProgress();
  const confirmations = createProgress();
  let live: readonly string[] = [self];
  let number = 0;
  /** Notices are applied one after the other. */
  let obeying: Promise<void> = Promise.resolve();

  const stop = bus.subscribe(`forgot.${self}`, (data) => {
    const [node = "", count = ""] = new TextDecoder().decode(data).split(" ");
    confirmations.raise(node, Number(count));
  });

  async function forgetAll(name: string): Promise<void> {
    const memory = caches.list().find((each) => each.name === name);
    await memory?.forgetAll();
  }

  async function obey(notice: Notice): Promise<void> {
    if (notice.node !== self) {
      await Promise.all(
        notice.forget.map(([name, keys]) =>
          keys ? caches.forget(name, keys) : forgetAll(name),
        ),
      );
      if (!notice.isLast) return;
      bus.publish(
        `forgot.${notice.node}`,
        new TextEncoder().encode(`${self} ${notice.number}`),
      );
    }
    if (notice.isLast) heard.raise(notice.node, notice.number);
  }

  return {
    async tell(forgotten) {
      number++;
      const notices = noticesOf(forgotten).map((forget, i, all) =>
        JSON.stringify({
          ...{ node: self, number, forget },
          isLast: i === all.length - 1,
        } satisfies Notice),
      );
      await Promise.all([
        statements.write(
          "node change",
          "insert into node_changes (node_id, number) values ($1, $2) on conflict (node_id) do update set number = $2",
          [self, number],
        ),
        ...notices.map((notice) =>
          statements.write("notify", "select pg_notify($1, $2)", [
            forgetChannel,
            notice,
          ]),
        ),
      ]);
    },

    async confirmed(change) {
      // By then the list has every node that joined before this change was committed.
      await heard.when(() => heard.of(self) >= change);
      const others = live.filter((node) => node !== self);
      await confirmations.when(() =>
        others.every(
          (node) => confirmations.of(node) >= change || !live.includes(node),
        ),
      );
    },
    told: () => number,

    async catchUp({ write }) {
      const rows = await write<{ node_id: string; number: number }>(
        "node changes",
        "select node_id, number from node_changes",
        [],
      );
      const others = rows.filter(({ node_id }) => node_id !== self);
      await heard.when(() =>
        others.every((row) => heard.of(row.node_id) >= row.number),
      );
    },
    heardOf: (node, change) =>
      heard.of(node) >= change
        ? undefined
        : heard.when(() => heard.of(node) >= change),

    hear(payload) {
      obeying = obeying
        .then(() => obey(JSON.parse(payload) as Notice))
        .catch(failed);
    },

    async begin(run) {
      const rows = await run<{ node_id: string; number: number }>(
        "select node_id, number from node_changes",
      );
      await caches.forgetAll();
      for (const row of rows) heard.raise(row.node_id, row.number);
    },

    listed(nodes) {
      live = nodes.map(({ id }) => id);
      for (const { id, heard: of } of nodes)
        if (id !== self) confirmations.raise(id, of[self] ?? 0);
      confirmations.look();
    },
    heard: heard.all,
    close: stop,
  };
}

/** Splits stale keys into parts that fit a notification each; returns at least one part. */
function noticesOf(forgotten: readonly Forgotten[]): Notice["forget"][] {
  const byName = new Map<string, Set<string>>();
  for (const { memory, keys } of forgotten) {
    const known = byName.get(memory.name) ?? new Set();
    byName.set(memory.name, known);
    for (const key of keys) known.add(key);
  }
  const parts: Notice["forget"][] = [];
  let part: Notice["forget"] = [];
  let bytes = 0;
  const close = (): void => {
    if (part.length > 0) parts.push(part);
    part = [];
    bytes = 0;
  };
  for (const [name, keys] of byName) {
    if (keys.size > mostKeys) {
      part.push([name, null]);
      bytes += name.length + 10;
      continue;
    }
    for (const key of keys) {
      const length = Buffer.byteLength(JSON.stringify(key)) + 1;
      if (length > mostBytes / 2) {
        // Keys are never that long; if one is, its whole cache is dropped.
        part.push([name, null]);
        continue;
      }
      if (bytes + length + name.length + 10 > mostBytes) close();
      const last = part.at(-1);
      if (last?.[0] === name && last[1]) last[1].push(key);
      else {
        part.push([name, [key]]);
        bytes += name.length + 10;
      }
      bytes += length;
    }
  }
  close();
  return parts.length > 0 ? parts : [[]];
}
