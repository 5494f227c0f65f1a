import type { Bus } from "../bus/bus.ts";
import type { Caches, Forgotten } from "../storage/caches.ts";
import type { Statements } from "../storage/engine.ts";
import type { NodeInfo, Run } from "./node-lease.ts";

/** Channel of PostgreSQL by which nodes hear what others changed. */
export const forgetChannel = "parley_forget";

/** A notice of PostgreSQL holds less than 8,000 bytes. */
const mostBytes = 7_500;
/** More keys of one memory than these are all of it. */
const mostKeys = 2_000;

/** A part of what one change made untrue. */
interface Notice {
  node: string;
  /** Number of the change among those of its node. */
  number: number;
  /** Keys by name of the memory; null: all of it. */
  forget: [name: string, keys: string[] | null][];
  /** The change has no further part. */
  isLast: boolean;
}

export interface Invalidation {
  /** Writes into the open batch what others have to forget with it. */
  tell(forgotten: readonly Forgotten[]): Promise<void>;
  /** Resolves when no live node remembers anything from before the change. */
  confirmed(number: number): Promise<void>;
  /** The number of the last change that `tell` wrote. */
  told(): number;
  /** Waits until this node has heard of all changes that are committed by now. */
  catchUp(statements: Statements): Promise<void>;
  /** Waits until this node has heard of that change of another. */
  heardOf(node: string, number: number): Promise<void>;
  /** A notice came. */
  hear(payload: string): void;
  /** Forgets everything: notices may have been lost. */
  begin(run: Run): Promise<void>;
  /** The nodes that are alive now, and what they have heard. */
  listed(nodes: readonly NodeInfo[]): void;
  /** What this node has heard, by node. */
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

/** Resolves waiters as numbers of nodes go up. */
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
 * Tells other nodes what a change made untrue in their memory, in the change's own
 * transaction, and knows when they have forgotten it. Notices come in the order of the
 * commits. That others have forgotten is told by the bus, and with their beats, should
 * the bus lose it.
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
  /** Notices are obeyed one after the other. */
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
      // Whoever joined before it was committed is in the list by then.
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
    heardOf: (node, change) => heard.when(() => heard.of(node) >= change),

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

/** Divides it so that each part fits a notice; there is one part at least. */
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
        // No key of ours is that long.
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
