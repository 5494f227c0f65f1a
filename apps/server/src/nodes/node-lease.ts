import pg from "pg";

import { connectionOptions } from "../storage/postgres-address.ts";
import type { AgreedMarks } from "./agreement.ts";

/** A node as its row in the database says. */
export interface NodeInfo {
  id: string;
  /** For people: host and process. */
  name: string;
  version: string;
  addresses: string;
  state: string;
  sockets: number;
  /** Milliseconds since 1970. */
  since: number;
  /** By node: the number of the last change of it that this one has heard of. */
  heard: Readonly<Record<string, number>>;
}

/** What a node says of itself with every beat. */
export interface Pulse {
  state: string;
  sockets: number;
  heard: Readonly<Record<string, number>>;
}

export interface NodeLease {
  /** Nodes whose lease is alive, this one included, as of the last beat. */
  live(): readonly NodeInfo[];
  /**
   * This node's lease may have ended: the others go on without it, so what it
   * remembers may be wrong. Undefined: it holds.
   */
  trouble(): string | undefined;
  close(): Promise<void>;
}

export interface NodeLeaseDeps {
  url: string;
  self: Pick<NodeInfo, "id" | "name" | "version" | "addresses"> & {
    settings: AgreedMarks;
  };
  pulse(): Pulse;
  /** Channel of the database that this node hears, beside its own. */
  channel: string;
  notified(payload: string): void;
  /**
   * Called with a connection that hears everything from now on, before this node counts
   * as one: what it remembers from before is worth nothing.
   */
  connected(run: Run): Promise<void>;
  /** Called when the list of live nodes has been read. */
  listed(nodes: readonly NodeInfo[]): void;
  troubles: { lost(reason: string): void; back(): void };
  timing?: Partial<Timing>;
}

export type Run = <Row extends object>(text: string) => Promise<Row[]>;

export interface Timing {
  /** Milliseconds between two beats. */
  beatMs: number;
  /** A node without a beat for so long is dead for the others. */
  deadMs: number;
  /** A node whose beats were not confirmed for so long stops before that. */
  fencedMs: number;
}

/** Channel by which a node says that it joined. */
export const joinedChannel = "parley_joined";

export const usual: Timing = { beatMs: 2_000, deadMs: 8_000, fencedMs: 6_000 };

/**
 * This process as a node: its row with a lease, the list of the others, and a connection
 * that hears what they notify. A connection that is lost is made anew for ever.
 */
export async function openNodeLease(deps: NodeLeaseDeps): Promise<NodeLease> {
  const { url, self, troubles } = deps;
  const { beatMs, deadMs, fencedMs } = { ...usual, ...deps.timing };
  const since = Date.now();
  let nodes: readonly NodeInfo[] = [];
  let client: pg.Client | undefined;
  /** When the last beat that the database confirmed was sent. */
  let confirmedAt = -Infinity;
  let isClosed = false;
  let isLost = false;
  let wake: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function connect(): Promise<pg.Client> {
    const made = new pg.Client(connectionOptions(url));
    made.on("error", () => lose(made));
    made.on("end", () => lose(made));
    made.on("notification", ({ channel, payload = "" }) => {
      if (channel === joinedChannel) wake?.();
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

  async function register(to: pg.Client): Promise<void> {
    const { id, name, version, addresses, settings } = self;
    const sentAt = performance.now();
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
    confirmedAt = sentAt;
    await to.query("select pg_notify($1, $2)", [joinedChannel, id]);
    await list(to);
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

  /** Throws when this node was declared dead, or the connection is lost. */
  async function beat(to: pg.Client): Promise<void> {
    const sentAt = performance.now();
    const { state, sockets, heard } = deps.pulse();
    const { rowCount } = await to.query(
      "update nodes set beat_at = clock_timestamp(), state = $2, sockets = $3, heard = $4 where id = $1",
      [self.id, state, sockets, JSON.stringify(heard)],
    );
    if (rowCount === 0) throw new Error("the other nodes took it for dead");
    confirmedAt = sentAt;
    // A batch of a dead node that is still open keeps its row until it ends.
    await to.query(
      `delete from nodes where id in (
         select id from nodes where beat_at < clock_timestamp() - $1 * interval '1 millisecond'
         for update skip locked)`,
      [deadMs],
    );
    await list(to);
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
        if (isClosed) resolve();
      });
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

/** A database that hangs answers nothing, and must not end the beating for good. */
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
