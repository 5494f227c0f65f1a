import { errors, ProtocolError } from "@parley/protocol/errors";
import type { Server } from "bun";

import type { ClientAddresses } from "../http/client-address.ts";
import { requestURL } from "../http/request-url.ts";
import type { RateLimiter } from "../pace/rate-limiter.ts";
import { doLater, doSoon } from "../pace/turns.ts";
import { createAddressLimit } from "./address-limit.ts";
import { createBacklog } from "./backlog.ts";
import {
  closeReason,
  connectResult,
  readConnectRequest,
  readsRefusals,
  refusedCode,
} from "./connect.ts";
import type { ConnectRequest } from "./connect.ts";
import { asProtocolError, Connection } from "./connection.ts";
import type { ConnectionDeps } from "./connection.ts";
import { inPaces } from "./moving.ts";
import type { Moving } from "./moving.ts";

export interface GatewayOptions {
  hostname: string;
  port: number;
  /** Most connections; further ones are refused with 1601. */
  maxConnections: number;
  /** Connections per address; more are refused with 1601. 0: no limit. */
  maxPerAddress: number;
  /** Bytes of one frame on the wire; a larger one ends the connection. */
  maxFrameBytes: number;
  /** Bytes queued for one connection; one that does not read is dropped. */
  maxQueuedBytes: number;
  /**
   * Maximum of bytes queued for all clients; beyond it the client with the
   * longest queue is disconnected.
   */
  maxQueuedBytesOfAll: number;
}

export interface GatewayDeps extends Omit<
  ConnectionDeps,
  "backlog" | "flushLater" | "workSoon" | "attended"
> {
  /** Throws the token's error (docs/wire/sign-in.md#tokens). */
  authenticate(token: string): Promise<{ userID: string; platformID: number }>;
  /** undefined: no rate limit. */
  limiter?: RateLimiter | undefined;
  addresses: ClientAddresses;
  /**
   * Runs `work` periodically until the returned function is called; a timer by
   * default.
   */
  repeat?: (work: () => void, everyMs: number) => () => void;
}

export interface Gateway {
  readonly port: number;
  /** Age of the oldest frame that has not been written, in ms. */
  waitingMs(): number;
  /** Refuses new connections with 503, so that their clients try again elsewhere. */
  refuseNewcomers(isSo: boolean): void;
  /** Closes connections with 1012 at a pace, each after its pending requests are answered. */
  moveAway(moving: Moving, signal: AbortSignal): Promise<void>;
  /**
   * Refuses new connections, answers pending requests, then closes with 1001, or with 1012
   * if clients can connect to another node.
   */
  close(isServedElsewhere?: boolean): Promise<void>;
}

/**
 * Most connections of a user: connections that share a token are never kicked by the
 * multi-login policy, and each gets every push.
 */
const maxPerUser = 1_000;

const sweepMs = 1_000;

function byTimer(work: () => void, everyMs: number): () => void {
  const timer = setInterval(work, everyMs);
  return () => clearInterval(timer);
}

/** A stop stops waiting for clients after this time without progress. */
const quietMs = 2_000;
/** Maximum time that a stop waits for clients. */
const lingerMs = 10_000;

/** A socket that is only there to say why it is refused. */
interface Refusal {
  refusal: ProtocolError;
}

export type SocketData = Connection | Refusal;

export function listen(options: GatewayOptions, deps: GatewayDeps): Gateway {
  const { logger, elapsed } = deps;
  const connections = new Set<Connection>();
  const perAddress = createAddressLimit(options.maxPerAddress);
  /** Address of each counted connection. */
  const origins = new Map<Connection, string>();
  let hasWarned = false;
  let isDraining = false;
  let isRefusing = false;
  let sweptAt = elapsed();
  /**
   * Time in ms during which the process could hear clients. A stalled process
   * reads later, and must not take that for silence.
   */
  let attendedMs = 0;

  const flushes = doLater<Connection>((connection) => connection.flush());
  const ofConnection: ConnectionDeps = {
    ...deps,
    attended: () => attendedMs,
    flushLater: flushes.add,
    workSoon: doSoon((connection) => connection.work()),
    backlog: createBacklog(options.maxQueuedBytesOfAll, (connection) =>
      connection.dropAsSlow(),
    ),
  };

  let left: (() => void) | undefined;

  /** Throws 1601 when there are as many connections as there may be. */
  function requireRoom(): void {
    if (connections.size >= options.maxConnections)
      throw errors.connOverMaxNum(`${options.maxConnections} connections`);
  }

  /** Throws 1601 when its address has as many as one may. */
  function takePlace(connection: Connection, address: string): void {
    const most = options.maxPerAddress;
    const origin = deps.addresses.neighborhoodOf(address);
    if (most === 0 || origin === undefined) return;
    if (perAddress.take(origin)) {
      origins.set(connection, origin);
      return;
    }
    if (!hasWarned)
      logger.warn(
        { address: origin },
        "more connections of one address than limits.connectionsPerAddress: if it is a proxy, name it in rateLimiter.trustedProxies",
      );
    hasWarned = true;
    throw errors.connOverMaxNum(`${most} connections of one address`);
  }

  function leavePlace(connection: Connection): void {
    const origin = origins.get(connection);
    if (origin === undefined) return;
    origins.delete(connection);
    perAddress.giveBack(origin);
  }

  async function connect(
    request: Request,
    server: Server<SocketData>,
  ): Promise<Response | undefined> {
    let wanted: ConnectRequest | undefined;
    try {
      if (isDraining) return new Response(null, { status: 503 });
      if (isRefusing)
        return new Response("this node is drained, please connect again", {
          status: 503,
          headers: { "Retry-After": "1" },
        });
      // COMPAT: a body that is JSON would keep the Go SDKs from coming back.
      if (!deps.shedder.admitsNewcomer())
        return new Response("too many sign in, please try again later", {
          status: 503,
          headers: { "Retry-After": "1" },
        });
      const address = deps.addresses.addressOf(
        server.requestIP(request)?.address ?? "",
        request.headers,
      );
      if (deps.limiter && !deps.limiter.admitsAddress(address))
        return new Response("too many requests", {
          status: 429,
          headers: { "Retry-After": "1" },
        });
      requireRoom();
      const query = requestURL(request).searchParams;
      wanted = readConnectRequest(query, request.headers.get("compression"));
      const { userID, platformID } = await deps.authenticate(wanted.token);
      if (userID !== wanted.userID || platformID !== wanted.platformID)
        throw errors.tokenInvalid(
          `the token is of user ${userID} on platform ${platformID}`,
        );
      // Others may have come while the token was looked up.
      requireRoom();
      if (deps.sessions.of(userID).length >= maxPerUser)
        throw errors.connOverMaxNum(`${maxPerUser} connections of one user`);
      const data = new Connection(wanted, ofConnection);
      takePlace(data, address);
      if (server.upgrade(request, { data })) {
        const { operationID } = wanted;
        logger.debug({ operationID, userID, platformID }, "connected");
        return undefined;
      }
      leavePlace(data);
      return new Response("upgrade to a WebSocket", { status: 426 });
    } catch (error) {
      const refusal = asProtocolError(error);
      logger.info(
        {
          operationID: wanted?.operationID,
          userID: wanted?.userID,
          errCode: refusal.code,
          reason: refusal.detail,
        },
        "connection refused",
      );
      if (refusal.code === 500 && !(error instanceof ProtocolError))
        logger.error({ err: error }, "accepting a connection failed");
      const wantsFrame =
        wanted?.wantsResult === true ||
        // A connection above the limit is refused before the upgrade.
        (refusal.code !== 1601 && !readsRefusals(request.headers));
      const isTold =
        wantsFrame && server.upgrade(request, { data: { refusal } });
      if (isTold) return undefined;
      return new Response(connectResult(refusal), {
        headers: { "content-type": "application/json; charset=utf-8" },
      });
    }
  }

  const server = Bun.serve<SocketData>({
    hostname: options.hostname,
    port: options.port,
    fetch: connect,
    websocket: {
      maxPayloadLength: options.maxFrameBytes,
      backpressureLimit: options.maxQueuedBytes,
      closeOnBackpressureLimit: true,
      // Silence is judged by what the client sends, below.
      idleTimeout: 0,
      sendPings: false,
      perMessageDeflate: false,
      publishToSelf: false,
      open(socket) {
        const { data } = socket;
        if ("refusal" in data) {
          socket.send(connectResult(data.refusal));
          const { code, detail, errMsg } = data.refusal;
          const why = closeReason(`${code} ${detail || errMsg}`);
          socket.close(refusedCode, why);
          setTimeout(() => socket.terminate(), lingerMs).unref();
          return;
        }
        connections.add(data);
        data.open(socket);
        // The server began to stop while the token was checked.
        if (isDraining) void data.drain();
      },
      message({ data }, message) {
        if (data instanceof Connection) data.receive(message);
      },
      drain({ data }) {
        if (data instanceof Connection) data.queueMoved();
      },
      ping({ data }) {
        if (data instanceof Connection) data.heard();
      },
      pong({ data }) {
        if (data instanceof Connection) data.heard();
      },
      close({ data }) {
        if (!(data instanceof Connection)) return;
        connections.delete(data);
        leavePlace(data);
        data.ended();
        if (connections.size === 0) left?.();
      },
    },
  });

  /**
   * A close frame would overtake what waits in a socket's own queue, so each
   * gets its own once it has read its answers; and it is answered, so that
   * clients know it was no accident.
   */
  async function sendAway(isServedElsewhere: boolean): Promise<void> {
    const leave = (each: Connection): void =>
      isServedElsewhere ? each.moveAway() : each.goAway();
    const until = performance.now() + lingerMs;
    const gone = new Promise<void>((resolve) => (left = resolve));
    await Promise.race([
      Promise.all([...connections].map((each) => each.drain())),
      Bun.sleep(lingerMs),
    ]);
    let [before, at] = [NaN, performance.now()];
    while (connections.size > 0 && performance.now() < until) {
      let waiting = connections.size;
      for (const each of connections) {
        waiting += each.bytesWaiting;
        if (each.bytesWaiting === 0) leave(each);
      }
      if (waiting !== before) [before, at] = [waiting, performance.now()];
      else if (performance.now() - at >= quietMs) break;
      await Promise.race([gone, Bun.sleep(20)]);
    }
    for (const each of connections) leave(each);
  }

  /** A close frame would overtake what waits in the socket's own queue. */
  async function move(each: Connection): Promise<void> {
    await each.drain();
    const until = performance.now() + lingerMs;
    while (each.bytesWaiting > 0 && performance.now() < until)
      await Bun.sleep(20);
    each.moveAway();
  }

  const { repeat = byTimer } = deps;
  const endSweeps = repeat(() => {
    const at = elapsed();
    attendedMs += Math.min(at - sweptAt, 2 * sweepMs);
    sweptAt = at;
    for (const connection of connections) connection.sweep(attendedMs);
  }, sweepMs);

  return {
    port: server.port ?? options.port,
    waitingMs: flushes.waitingMs,
    refuseNewcomers: (isSo) => void (isRefusing = isSo),
    async moveAway({ share, perSecond }, signal) {
      const count = Math.round(connections.size * share);
      const chosen = [...connections].slice(0, count);
      const moves: Promise<void>[] = [];
      await inPaces(
        chosen,
        perSecond,
        (each) => void moves.push(move(each)),
        signal,
      );
      const gone = Promise.all(moves).then(async () => {
        while (chosen.some((each) => each.isLeaving && connections.has(each)))
          await Bun.sleep(20);
      });
      await Promise.race([gone, aborted(signal)]);
    },
    async close(isServedElsewhere = false) {
      isDraining = true;
      endSweeps();
      await sendAway(isServedElsewhere);
      await server.stop(true);
    },
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
