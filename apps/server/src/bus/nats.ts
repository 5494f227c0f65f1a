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
  /** A prefix of all subjects, so that clusters that share a NATS server are isolated. */
  cluster: string;
  /** The node's name, which NATS shows in its list of connections. */
  name: string;
  /** Timeout for the first connection at start, in ms. */
  waitMs: number;
  /** Called once, if the server cannot be reached at the first attempt. */
  waiting(message: string): void;
  troubles: BusTroubles;
}

export interface BusTroubles {
  lost(reason: string): void;
  back(afterMs: number): void;
  /** A listener threw, or the server reported an error about this connection. */
  failed(error: unknown, subject: string): void;
}

/** The payload that a node needs; it is NATS's default limit. */
const neededBytes = 1_048_576;
/** Backpressure: more unconfirmed bytes than these are not sent, but dropped. */
const mostUnderWay = 33_554_432;
/** After so many bytes a flush asks the server to confirm that it has them. */
const askedAfter = 262_144;
/** Interval of pings, in ms; two without an answer end the connection. */
const lookMs = 1_000;
/** Timeout of the first connection attempt, with its handshake, in ms. */
const connectMs = 5_000;
const reconnectMs = 2_000;
const longestPauseMs = 2_000;
/** Timeout of the last flush when a node stops, in ms. */
const closeMs = 2_000;
const failure = "Parley-Failure";

/** Throws an error that tells the operator what to do if the bus cannot be used. */
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
  /** The first subject that the server did not permit. */
  let refused: Error | undefined;

  const downs: (() => void)[] = [];
  const ups: (() => void)[] = [];
  /** Rejects requests and flushes that wait when the connection is lost. */
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
        // The library would wait until its last bytes are sent, which never ends if the
        // server reads nothing.
        insideOf(connection).protocol.transport.socket?.destroy();
      } else if (status.type === "error") {
        const { error } = status;
        if (error instanceof errors.PermissionViolationError) {
          // The server keeps such a connection open.
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
    // A missing permission must fail the start, and not be noticed later by lost messages.
    const probe = connection.subscribe(`${prefix}>`, { callback() {} });
    connection.publish(`${prefix}start`);
    await connection.flush();
    probe.unsubscribe();
    // Errors arrive before that answer, and `watch` reads them in this turn.
    await new Promise((resolve) => setTimeout(resolve));
    if (refused) throw refused;
  } catch (error) {
    isClosed = true;
    await connection.close();
    throw new Error(whyNot(error, address.shown), { cause: error });
  }

  /** Bytes sent since the last connect, and how many of them the server confirmed. */
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

  /** Returns whether so many bytes may be sent, and counts them. */
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
          // `watch` reports missing permissions.
          if (error) return;
          const heard = subjectOf(message);
          try {
            listener(message.data, heard);
          } catch (thrown) {
            // The library would stop reading the connection.
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

/** Retries until the server is there, as it may start at the same time and take longer. */
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
        // Keeps retrying with a wrong password: it may be corrected on the server.
        ignoreAuthErrorAbort: true,
        reconnectDelayHandler: () => pauseMs(awayMs()),
      });
      // If the server ends the connection during the handshake, the library waits for
      // this timeout.
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

/** Parts of the library's connection that are not in its public type. */
interface Inside {
  options: { timeout?: number };
  protocol: { transport: { socket?: Socket } };
}

const insideOf = (connection: NatsConnection): Inside =>
  connection as unknown as Inside;

/** Exponential backoff with jitter, so that nodes do not reconnect all at once. */
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
