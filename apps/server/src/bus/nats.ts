import type { Socket } from "node:net";

import { connect, errors, headers, Match } from "@nats-io/transport-node";
import type { Msg, NatsConnection } from "@nats-io/transport-node";

import { readBusURL } from "../config/bus-url.ts";
import type { BusAddress } from "../config/bus-url.ts";
import { BusError, busIsAway, requireSubject } from "./bus.ts";
import type { Bus } from "./bus.ts";
import { isAway, SmallPayload, whyNot } from "./nats-errors.ts";

export interface NatsOptions {
  url: string;
  /** Clusters that share a NATS hear nothing of each other. */
  cluster: string;
  /** Of this node, for whoever looks at the connections of NATS. */
  name: string;
  /** Time to wait at start for a server that is not there yet, in ms. */
  waitMs: number;
  /** Called once if there is something to wait for. */
  waiting(message: string): void;
  troubles: BusTroubles;
}

export interface BusTroubles {
  lost(reason: string): void;
  back(afterMs: number): void;
  /** A listener, or what the server says of this connection. */
  failed(error: unknown, subject: string): void;
}

/** NATS as it comes from its makers carries this much. */
const neededBytes = 1_048_576;
/** What may be under way to the server; beyond it publications are dropped. */
const mostUnderWay = 33_554_432;
/** The server is asked after so many bytes whether it has them. */
const askedAfter = 262_144;
/** A server that was silent for two of these, in ms, is gone. */
const lookMs = 1_000;
/** For one attempt, with all that belongs to it; later ones have less. */
const connectMs = 5_000;
const reconnectMs = 2_000;
const longestPauseMs = 2_000;
/** The last words of a node that stops. */
const closeMs = 2_000;
const failure = "Parley-Failure";

/** Throws an error that says what to do if the bus cannot be used. */
export async function openNatsBus(options: NatsOptions): Promise<Bus> {
  const address = readBusURL(options.url);
  const { cluster, troubles } = options;
  const prefix = `parley.${cluster}.`;
  let since = 0;
  let isClosed = false;
  const connection = await connectWhenThere(address, options, prefix, () =>
    since === 0 ? 0 : Date.now() - since,
  );
  const maxBytes = (): number => connection.info?.max_payload ?? neededBytes;
  /** What the server did not permit at start. */
  let refused: Error | undefined;

  const downs: (() => void)[] = [];
  const ups: (() => void)[] = [];
  /** Fails what waits for an answer that will not come. */
  let wentAway = Promise.withResolvers<never>();
  wentAway.promise.catch(() => undefined);
  const isUp = (): boolean => since === 0 && !isClosed;

  function call(listeners: readonly (() => void)[]): void {
    for (const listener of listeners)
      try {
        listener();
      } catch (error) {
        troubles.failed(error, "");
      }
  }

  function lost(reason: string): void {
    if (!isUp()) return;
    since = Date.now();
    sent = taken = 0;
    wentAway.reject(busIsAway());
    troubles.lost(reason);
    call(downs);
  }

  function back(): void {
    if (since === 0 || isClosed) return;
    const afterMs = Date.now() - since;
    since = 0;
    wentAway = Promise.withResolvers();
    wentAway.promise.catch(() => undefined);
    troubles.back(afterMs);
    call(ups);
  }

  async function watch(): Promise<void> {
    const closed = "the connection was closed";
    let reason = closed;
    for await (const status of connection.status())
      if (status.type === "staleConnection") {
        reason = "the server does not answer";
        // The library waits until the server has taken its last word, which
        // one that takes nothing never does.
        insideOf(connection).protocol.transport.socket?.destroy();
      } else if (status.type === "error") {
        const { error } = status;
        if (error instanceof errors.PermissionViolationError) {
          // Its connection goes on.
          refused ??= error;
          troubles.failed(error, error.subject);
        } else if (reason !== error.message) {
          reason = error.message;
          if (since > 0) troubles.lost(reason);
        }
      } else if (status.type === "disconnect") lost(reason);
      else if (status.type === "reconnect") {
        reason = closed;
        back();
      }
  }
  watch().catch((error: unknown) => troubles.failed(error, ""));
  try {
    requireRoom(maxBytes());
    // What its user may not do would otherwise show when somebody misses it.
    const probe = connection.subscribe(`${prefix}>`, { callback() {} });
    connection.publish(`${prefix}start`);
    await connection.flush();
    probe.unsubscribe();
    // Refusals came before that answer; the watch reads them in this turn.
    await new Promise((resolve) => setTimeout(resolve));
    if (refused) throw refused;
  } catch (error) {
    isClosed = true;
    await connection.close();
    throw new Error(whyNot(error, address.shown), { cause: error });
  }

  /** Bytes since the connection is there, and of these what the server has. */
  let sent = 0;
  let taken = 0;
  let isAsking = false;

  function ask(): void {
    isAsking = true;
    const upTo = sent;
    const asked = wentAway;
    connection.flush().then(
      () => {
        isAsking = false;
        if (asked !== wentAway) return;
        taken = upTo;
        if (sent - taken > askedAfter) ask();
      },
      () => (isAsking = false),
    );
  }

  /** Answers whether it may be sent. */
  function admits(bytes: number): boolean {
    if (!isUp() || bytes > maxBytes() || sent - taken > mostUnderWay)
      return false;
    sent += bytes + 128;
    if (!isAsking && sent - taken > askedAfter) ask();
    return true;
  }

  function subjectOf(message: Msg): string {
    return message.subject.slice(prefix.length);
  }

  function bound<Answer>(promise: Promise<Answer>): Promise<Answer> {
    return Promise.race([promise, wentAway.promise]);
  }

  return {
    isUp,
    downSince: () => since,
    maxBytes,
    publish(subject, data) {
      requireSubject(subject);
      if (admits(data.length)) connection.publish(prefix + subject, data);
    },
    subscribe(subject, listener) {
      requireSubject(subject, true);
      const own = connection.subscribe(prefix + subject, {
        callback(error, message) {
          // What the server does not permit is told by its status, too.
          if (error) return;
          const heard = subjectOf(message);
          try {
            listener(message.data, heard);
          } catch (thrown) {
            // Thrown on, it would end the reading of all others' words.
            troubles.failed(thrown, heard);
          }
        },
      });
      return () => own.unsubscribe();
    },
    serve(subject, answer) {
      requireSubject(subject, true);
      async function reply(message: Msg): Promise<void> {
        const heard = subjectOf(message);
        try {
          const data = await answer(message.data, heard);
          if (!admits(data.length)) return;
          message.respond(data);
        } catch (error) {
          troubles.failed(error, heard);
          if (!admits(0)) return;
          const why = headers();
          why.set(failure, (error as Error).message);
          message.respond(undefined, { headers: why });
        }
      }
      const own = connection.subscribe(prefix + subject, {
        queue: "parley",
        callback(error, message) {
          if (!error) void reply(message);
        },
      });
      return () => own.unsubscribe();
    },
    async request(subject, data, timeoutMs) {
      requireSubject(subject);
      if (!isUp()) throw busIsAway();
      if (!admits(data.length))
        throw new BusError(`${subject}: too much for the bus`);
      const asked = connection.request(prefix + subject, data, {
        timeout: timeoutMs,
      });
      const message = await bound(asked).catch((error: unknown) => {
        throw requestError(error, subject);
      });
      const why = message.headers?.get(failure, Match.Exact);
      if (why) throw new BusError(`${subject}: ${why}`);
      return message.data;
    },
    onDown: (listener) => void downs.push(listener),
    onUp: (listener) => void ups.push(listener),
    async flush() {
      if (!isUp()) throw busIsAway();
      await bound(connection.flush()).catch((cause: unknown) => {
        throw cause instanceof BusError
          ? cause
          : new BusError("the bus is away", { cause });
      });
    },
    async close() {
      if (isClosed) return;
      const isThere = isUp();
      isClosed = true;
      if (isThere) {
        const enough = Promise.withResolvers<void>();
        const timer = setTimeout(enough.resolve, closeMs);
        const flushed = connection.flush().catch(() => undefined);
        await Promise.race([flushed, enough.promise, wentAway.promise]).catch(
          () => undefined,
        );
        clearTimeout(timer);
      }
      wentAway.reject(busIsAway());
      await connection.close();
    },
  };
}

/** The bus may start together with us, and take longer. */
async function connectWhenThere(
  address: BusAddress,
  { name, waitMs, waiting }: NatsOptions,
  prefix: string,
  awayMs: () => number,
): Promise<NatsConnection> {
  const { servers, isEncrypted, user, password, token, shown } = address;
  const until = performance.now() + waitMs;
  for (let tries = 0; ; tries++)
    try {
      const connection = await connect({
        servers: [...servers],
        name: `parley ${name}`,
        ...(isEncrypted && { tls: {} }),
        ...(token !== undefined && { token }),
        ...(user !== undefined && { user, pass: password ?? "" }),
        noEcho: true,
        inboxPrefix: `${prefix}answers`,
        timeout: connectMs,
        pingInterval: lookMs,
        maxPingOut: 2,
        maxReconnectAttempts: -1,
        // A password may be right again after somebody made it wrong.
        ignoreAuthErrorAbort: true,
        reconnectDelayHandler: () => pauseMs(awayMs()),
      });
      // A server that ends the connection while it is greeted is waited for
      // until then.
      insideOf(connection).options.timeout = reconnectMs;
      return connection;
    } catch (error) {
      if (!isAway(error) || performance.now() >= until)
        throw new Error(whyNot(error, shown), { cause: error });
      if (tries === 0)
        waiting(
          `waiting up to ${waitMs / 1_000} s for the bus: ${whyNot(error, shown)}`,
        );
      await new Promise((resolve) =>
        setTimeout(resolve, Math.min(100 * 2 ** tries, 1_000)),
      );
    }
}

/** Parts of the library's connection that its type leaves out. */
interface Inside {
  options: { timeout?: number };
  protocol: { transport: { socket?: Socket } };
}

const insideOf = (connection: NatsConnection): Inside =>
  connection as unknown as Inside;

/** Longer the longer it is away; not all nodes at once. */
function pauseMs(awayMs: number): number {
  const pause = Math.min(Math.max(awayMs / 4, 50), longestPauseMs);
  return Math.round(pause * (0.5 + Math.random() / 2));
}

function requireRoom(maxBytes: number): void {
  if (maxBytes < neededBytes) throw new SmallPayload(maxBytes, neededBytes);
}

function requestError(error: unknown, subject: string): BusError {
  if (error instanceof BusError) return error;
  if (error instanceof errors.TimeoutError)
    return new BusError(`no answer from ${subject} in time`, { cause: error });
  if (
    error instanceof errors.NoRespondersError ||
    (error instanceof errors.RequestError && error.isNoResponders())
  )
    return new BusError(`nobody serves ${subject}`, { cause: error });
  return new BusError(`${subject}: ${(error as Error).message}`, {
    cause: error,
  });
}
