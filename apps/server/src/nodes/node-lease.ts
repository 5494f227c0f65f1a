import pg from "pg";

import { connectionOptions } from "../storage/postgres-address.ts";
import { requireAgreement } from "./agreement.ts";
import type { AgreedMarks, OtherNode } from "./agreement.ts";
import type { DrainWish } from "./drain.ts";

/** A node, as its row in the database says. */
export interface NodeInfo {
  id: string;
  /** Host and process id. */
  name: string;
  version: string;
  addresses: string;
  state: string;
  sockets: number;
  /** Milliseconds since 1970. */
  since: number;
  /** The number of the last change of each other node that this node has applied. */
  heard: Readonly<Record<string, number>>;
}

/** The changing part of a node's row, written with every beat. */
export interface Pulse {
  state: string;
  sockets: number;
  heard: Readonly<Record<string, number>>;
}

export interface NodeLease {
  /** Nodes whose lease has not expired, this one included, as of the last beat. */
  live(): readonly NodeInfo[];
  /**
   * Returns the reason why this node's lease may have expired, so that the other nodes go
   * on without it and its caches may be stale; undefined while the lease holds.
   */
  trouble(): string | undefined;
  /** Writes the row now instead of with the next beat, because its state is another. */
  beatNow(): void;
  close(): Promise<void>;
}

export interface NodeLeaseDeps {
  url: string;
  self: Pick<NodeInfo, "id" | "name" | "version" | "addresses"> & {
    settings: AgreedMarks;
  };
  pulse(): Pulse;
  /** The channel for `notified`, beside the one for nodes that join. */
  channel: string;
  notified(payload: string): void;
  /**
   * Called after LISTEN and before this node's row is written: from then on it misses no
   * notification, but its caches may be stale from before.
   */
  connected(run: Run): Promise<void>;
  /** Called when what operators ask of this node has changed; null: nothing. */
  wished(wish: DrainWish | null): void;
  /** Called each time the list of live nodes was read. */
  listed(nodes: readonly NodeInfo[]): void;
  troubles: { lost(reason: string): void; back(): void };
  timing?: Partial<Timing>;
}

export type Run = <Row extends object>(text: string) => Promise<Row[]>;

export interface Timing {
  /** Interval of beats. */
  beatMs: number;
  /** The other nodes declare a node dead after so long without a beat. */
  deadMs: number;
  /** A node stops serving after so long without a confirmed beat; less than `deadMs`. */
  fencedMs: number;
}

/** Parley's own number for it among the advisory locks of a database. */
const joiningLock = 7_275_401;

/** The channel of LISTEN/NOTIFY on which a node says that it joined. */
export const joinedChannel = "parley_joined";

export const usual: Timing = { beatMs: 2_000, deadMs: 8_000, fencedMs: 6_000 };

/**
 * Keeps this node's row alive by beats (heartbeats), reads the list of the other nodes, and
 * receives their notifications on a connection of its own, which reconnects for ever.
 */
export async function openNodeLease(deps: NodeLeaseDeps): Promise<NodeLease> {
  const { url, self, troubles } = deps;
  const { beatMs, deadMs, fencedMs } = { ...usual, ...deps.timing };
  const since = Date.now();
  let nodes: readonly NodeInfo[] = [];
  let client: pg.Client | undefined;
  /** The time at which the last confirmed beat was sent. */
  let confirmedAt = -Infinity;
  let lastWish = "null";
  /** Another beat is wanted, also if one is under way. */
  let isDue = false;
  let isClosed = false;
  let isLost = false;
  let wake: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function connect(): Promise<pg.Client> {
    const made = new pg.Client(connectionOptions(url));
    made.on("error", () => lose(made));
    made.on("end", () => lose(made));
    made.on("notification", ({ channel, payload = "" }) => {
      if (channel === joinedChannel) beatNow();
      else deps.notified(payload);
    });
    try {
      await made.connect();
      for (const channel of [deps.channel, joinedChannel])
        await made.query(`listen ${made.escapeIdentifier(channel)}`);
      await deps.connected(async <Row extends object>(text: string) => {
        const { rows } = await made.query<Row>(text);
        return rows;
      });
      await register(made);
      return made;
    } catch (error) {
      made.removeAllListeners();
      made.on("error", () => undefined);
      void made.end().catch(() => undefined);
      throw error;
    }
  }

  /** Two nodes that start at once register in turn, so the later one sees the other's terms. */
  async function register(to: pg.Client): Promise<void> {
    await to.query("begin");
    try {
      // A process that hangs here would keep all others from joining.
      await to.query(
        `set local idle_in_transaction_session_timeout = ${deadMs}`,
      );
      await to.query("select pg_advisory_xact_lock($1)", [joiningLock]);
      const { rows } = await to.query<OtherNode>(
        `select name, version, settings from nodes
         where id <> $1 and beat_at >= clock_timestamp() - $2 * interval '1 millisecond'
         order by since, id`,
        [self.id, deadMs],
      );
      requireAgreement(self, rows);
      const sentAt = performance.now();
      await insert(to);
      await to.query("commit");
      confirmedAt = sentAt;
    } catch (error) {
      await to.query("rollback").catch(() => undefined); // the first error says more
      throw error;
    }
    await list(to);
  }

  async function insert(to: pg.Client): Promise<void> {
    const { id, name, version, addresses, settings } = self;
    const { state, sockets, heard } = deps.pulse();
    await to.query(
      `insert into nodes (id, name, version, addresses, state, sockets, since, beat_at, heard, settings)
       values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp(), $8, $9)
       on conflict (id) do update set beat_at = clock_timestamp(), state = $5, sockets = $6, heard = $8`,
      [
        ...[id, name, version, addresses, state, sockets, since],
        JSON.stringify(heard),
        JSON.stringify(settings),
      ],
    );
    await to.query("select pg_notify($1, $2)", [joinedChannel, id]);
  }

  async function list(from: pg.Client): Promise<void> {
    const { rows } = await from.query<NodeInfo>(
      `select id, name, version, addresses, state, sockets, since, heard from nodes
       where beat_at >= clock_timestamp() - $1 * interval '1 millisecond' order by since, id`,
      [deadMs],
    );
    nodes = rows;
    deps.listed(nodes);
  }

  /** Throws if the other nodes declared this node dead, or the connection is lost. */
  async function beat(to: pg.Client): Promise<void> {
    const sentAt = performance.now();
    const { state, sockets, heard } = deps.pulse();
    const { rows } = await to.query<{ drain: DrainWish | null }>(
      "update nodes set beat_at = clock_timestamp(), state = $2, sockets = $3, heard = $4 where id = $1 returning drain",
      [self.id, state, sockets, JSON.stringify(heard)],
    );
    const [row] = rows;
    if (!row) throw new Error("the other nodes took it for dead");
    confirmedAt = sentAt;
    const wish = JSON.stringify(row.drain);
    if (wish !== lastWish) deps.wished(row.drain);
    lastWish = wish;
    // The open transaction of a dead node locks its row, which is skipped until it ends.
    await to.query(
      `delete from nodes where id in (
         select id from nodes where beat_at < clock_timestamp() - $1 * interval '1 millisecond'
         for update skip locked)`,
      [deadMs],
    );
    await list(to);
  }

  function beatNow(): void {
    isDue = true;
    wake?.();
  }

  function lose(lost: pg.Client): void {
    if (client !== lost) return;
    client = undefined;
    wake?.();
  }

  function tell(error: unknown): void {
    if (isLost || isClosed) return;
    isLost = true;
    troubles.lost(error instanceof Error ? error.message : String(error));
  }

  async function live(): Promise<void> {
    while (!isClosed) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimeout(resolve, client ? beatMs : 250);
        if (isClosed || isDue) resolve();
      });
      isDue = false;
      clearTimeout(timer);
      if (isClosed) return;
      const current = client;
      try {
        if (current) await within(beat(current), deadMs);
        else {
          client = await within(connect(), deadMs);
          if (isLost) troubles.back();
          isLost = false;
        }
      } catch (error) {
        tell(error);
        if (client === current) client = undefined;
        current?.removeAllListeners("end");
        void current?.end().catch(() => undefined);
      }
    }
  }

  client = await connect();
  const living = live();

  return {
    live: () => nodes,
    trouble() {
      const silentMs = performance.now() - confirmedAt;
      if (silentMs > fencedMs)
        return `this node has not been confirmed by the database for ${(silentMs / 1_000).toFixed(0)} s`;
      return client ? undefined : "this node does not hear the others' changes";
    },
    beatNow,
    async close() {
      isClosed = true;
      wake?.();
      await living;
      const last = client;
      client = undefined;
      if (!last) return;
      await last
        .query("delete from nodes where id = $1", [self.id])
        .catch(() => undefined);
      await last.end().catch(() => undefined);
    },
  };
}

/** A timeout, since a database that hangs must not stop the beats for good. */
function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer for ${ms / 1_000} s`)),
      ms,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
