import { randomUUID } from "node:crypto";

import { FrameError, ReqIdentifier } from "@parley/protocol/envelope";
import type { RequestEnvelope } from "@parley/protocol/envelope";
import { errors, ProtocolError } from "@parley/protocol/errors";
import { WireError } from "@parley/protocol/message";
import { PlatformID } from "@parley/protocol/platforms";
import { answerTextFrame } from "@parley/protocol/text-frames";
import type { Server, ServerWebSocket } from "bun";

import type { Log } from "../log.ts";
import { connectResult, readConnectRequest } from "./connect.ts";
import type { ConnectRequest } from "./connect.ts";
import { requireEnvelope } from "./requests.ts";
import type { FrameAnswer, FrameHandlers } from "./requests.ts";
import type { Session, Sessions } from "./sessions.ts";
import { wireFormat } from "./wire-format.ts";
import type { WireFormat } from "./wire-format.ts";

export interface GatewayOptions {
  hostname: string;
  port: number;
  /** More connections are refused with 1601. */
  maxConnections: number;
  /** Bytes of one frame on the wire; a larger one ends the connection. */
  maxFrameBytes: number;
  /** Bytes queued for one connection; one that does not read is dropped. */
  maxQueuedBytes: number;
}

export interface GatewayDeps {
  sessions: Sessions;
  handlers: FrameHandlers;
  /** Throws the token's error (gateway.md §5.1). */
  authenticate(token: string): Promise<{ userID: string; platformID: number }>;
  /** Closes what the login policy closes for this new session. */
  admitted(session: Session): Promise<void>;
  closed(session: Session): void;
  log: Log;
  now: () => number;
}

export interface Gateway {
  readonly port: number;
  /** No new connections; answers what was asked; then closes with 1001. */
  close(): Promise<void>;
}

/** No traffic from the client for so long ends the connection. */
const silenceMs = 30_000;
/** Browsers cannot ping, so the server does (gateway.md §6). */
const webPingMs = 27_000;
/** Who does not answer a close frame is not waited for longer. */
const lingerMs = 1_000;
/** Requests a client may have under way before it is taken for a flood. */
const maxPending = 256;

interface Refusal {
  refusal: ProtocolError;
}

type SocketData = Connection | Refusal;

export function listen(options: GatewayOptions, deps: GatewayDeps): Gateway {
  const { log, now } = deps;
  const connections = new Set<Connection>();
  let isDraining = false;
  let left: (() => void) | undefined;

  async function connect(
    request: Request,
    server: Server<SocketData>,
  ): Promise<Response | undefined> {
    let wanted: ConnectRequest | undefined;
    try {
      if (isDraining) return new Response(null, { status: 503 });
      if (connections.size >= options.maxConnections)
        throw errors.connOverMaxNum(`${options.maxConnections} connections`);
      const query = new URL(request.url).searchParams;
      wanted = readConnectRequest(query, request.headers.get("compression"));
      const { userID, platformID } = await deps.authenticate(wanted.token);
      if (userID !== wanted.userID || platformID !== wanted.platformID)
        throw errors.tokenInvalid(
          `the token is of user ${userID} on platform ${platformID}`,
        );
      const data = new Connection(wanted, deps);
      if (server.upgrade(request, { data })) return undefined;
      return new Response("upgrade to a WebSocket", { status: 426 });
    } catch (error) {
      const refusal = asProtocolError(error);
      log.info(
        {
          operationID: wanted?.operationID,
          userID: wanted?.userID,
          errCode: refusal.code,
          reason: refusal.detail,
        },
        "connection refused",
      );
      if (refusal.code === 500 && !(error instanceof ProtocolError))
        log.error({ err: error }, "connect failed");
      const isTold =
        wanted?.wantsResult === true &&
        server.upgrade(request, { data: { refusal } });
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
          socket.close();
          return;
        }
        connections.add(data);
        data.open(socket);
      },
      message({ data }, message) {
        if (data instanceof Connection) data.receive(message);
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
        data.ended();
        if (connections.size === 0) left?.();
      },
    },
  });

  /** Close frames are answered, so that clients know it was no accident. */
  function everyoneLeft(): Promise<void> {
    return new Promise((resolve) => {
      left = resolve;
      if (connections.size === 0) resolve();
    });
  }

  const sweep = setInterval(() => {
    const at = now();
    for (const connection of connections) connection.sweep(at);
  }, 1_000);

  return {
    port: server.port ?? options.port,
    async close() {
      isDraining = true;
      clearInterval(sweep);
      await Promise.all([...connections].map((each) => each.drain()));
      await Promise.race([everyoneLeft(), Bun.sleep(lingerMs)]);
      await server.stop(true);
    },
  };
}

/** A live socket: bytes to requests and back, in order. */
class Connection implements Session {
  readonly id = randomUUID();
  readonly userID: string;
  readonly platformID: number;
  readonly token: string;
  readonly wire: WireFormat;
  isBackground: boolean;
  readonly #request: ConnectRequest;
  readonly #deps: GatewayDeps;
  readonly #pending: RequestEnvelope[] = [];
  #socket: ServerWebSocket<SocketData> | undefined;
  #working: Promise<void> | undefined;
  /** Answers go out in the order of their requests. */
  #lastAnswer: Promise<void> = Promise.resolve();
  #waiting = 0;
  #heardAt: number;
  #pingedAt: number;
  #isClosing = false;
  #isDraining = false;

  constructor(request: ConnectRequest, deps: GatewayDeps) {
    this.userID = request.userID;
    this.platformID = request.platformID;
    this.token = request.token;
    this.isBackground = request.isBackground;
    this.wire = wireFormat(request.sdkType, request.isGzip);
    this.#request = request;
    this.#deps = deps;
    this.#heardAt = this.#pingedAt = deps.now();
  }

  open(socket: ServerWebSocket<SocketData>): void {
    this.#socket = socket;
    this.#deps.sessions.add(this);
    // The result is the very first frame; pushes follow it at once.
    if (this.#request.wantsResult) socket.send(connectResult());
    this.#deps.admitted(this).catch((error: unknown) => {
      this.#deps.log.error({ err: error, userID: this.userID }, "login policy");
    });
    this.#deps.log.debug(
      { operationID: this.#request.operationID, ...this.#who() },
      "connected",
    );
  }

  ended(): void {
    this.#isClosing = true;
    this.#pending.length = 0;
    this.#deps.sessions.remove(this);
    this.#deps.closed(this);
    this.#deps.log.debug(this.#who(), "disconnected");
  }

  heard(): void {
    this.#heardAt = this.#deps.now();
  }

  sweep(at: number): void {
    if (at - this.#heardAt >= silenceMs) return this.#cut("silent for 30 s");
    if (this.platformID !== PlatformID.Web) return;
    if (at - this.#pingedAt < webPingMs) return;
    this.#pingedAt = at;
    this.#socket?.ping();
  }

  send(frame: Uint8Array): void {
    if (this.#isClosing || !this.#socket) return;
    // 0: dropped, because the queue is full.
    if (this.#socket.sendBinary(frame) === 0) this.#cut("queue full");
  }

  close(reason: string): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#deps.log.info({ ...this.#who(), reason }, "connection closed");
    this.#socket?.close();
  }

  /** Answers what was asked, then ends the connection. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    await this.#working;
    await this.#lastAnswer;
    this.#isClosing = true;
    this.#socket?.close(1001, "going away");
  }

  receive(message: string | Buffer): void {
    this.heard();
    if (this.#isClosing || this.#isDraining) return;
    try {
      if (typeof message === "string") {
        const answer = answerTextFrame(message);
        if (answer !== null) this.#socket?.send(answer);
        return;
      }
      const request = this.wire.decode(message);
      if (request.sendID !== this.userID)
        throw new FrameError("sendID is not this connection's user");
      if (!this.#deps.handlers.has(request.reqIdentifier))
        throw new FrameError(`reqIdentifier ${request.reqIdentifier}`);
      if (this.#pending.length >= maxPending)
        throw new FrameError("too many requests under way");
      this.#pending.push(request);
      this.#working ??= this.#work();
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#cut(error.message);
    }
  }

  async #work(): Promise<void> {
    for (let request; (request = this.#pending.shift());)
      await this.#handle(request);
    this.#working = undefined;
  }

  async #handle(request: RequestEnvelope): Promise<void> {
    const answer = await this.#ask(request);
    // Looked at below, in its turn; until then nobody else minds a failure.
    if (answer.data instanceof Promise) answer.data.catch(() => undefined);
    const before = this.#lastAnswer;
    if (answer.data instanceof Uint8Array && this.#waiting === 0) {
      this.#reply(request, answer.data, answer.thenClose);
      return;
    }
    this.#waiting++;
    this.#lastAnswer = (async () => {
      await before;
      try {
        this.#reply(request, await answer.data, answer.thenClose);
      } catch (error) {
        this.#refuse(request, error);
      }
      this.#waiting--;
    })();
  }

  async #ask(request: RequestEnvelope): Promise<FrameAnswer> {
    const handler = this.#deps.handlers.get(request.reqIdentifier);
    if (!handler) throw new Error(`no handler ${request.reqIdentifier}`);
    try {
      requireEnvelope(request);
      return await handler({
        session: this,
        operationID: request.operationID,
        data: request.data,
      });
    } catch (error) {
      return { data: Promise.reject(asError(error)) };
    }
  }

  #reply(request: RequestEnvelope, data: Uint8Array, thenClose?: string): void {
    const { reqIdentifier, msgIncr, operationID } = request;
    this.send(
      this.wire.encode({
        reqIdentifier,
        msgIncr,
        operationID,
        errCode: 0,
        errMsg: "",
        data,
      }),
    );
    if (thenClose !== undefined) this.close(thenClose);
  }

  #refuse(request: RequestEnvelope, cause: unknown): void {
    const error = asProtocolError(cause);
    const { reqIdentifier, msgIncr, operationID } = request;
    const about = { operationID, reqIdentifier, ...this.#who() };
    if (cause instanceof ProtocolError || cause instanceof WireError)
      this.#deps.log.info(
        { ...about, errCode: error.code, reason: error.detail },
        "request refused",
      );
    else this.#deps.log.error({ ...about, err: cause }, "request failed");
    this.send(
      this.wire.encode({
        reqIdentifier,
        msgIncr,
        operationID,
        errCode: error.code,
        errMsg: error.errMsg,
        data: new Uint8Array(),
      }),
    );
    if (reqIdentifier === ReqIdentifier.logout) this.close("signed out");
  }

  /** Ends the connection without a word (gateway.md §2.3). */
  #cut(reason: string): void {
    this.#isClosing = true;
    this.#deps.log.info({ ...this.#who(), reason }, "connection cut");
    this.#socket?.terminate();
  }

  #who() {
    const { id, userID, platformID } = this;
    return { connID: id, userID, platformID };
  }
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

/** Undecodable data answers 500 and the connection stays (gateway.md §2.3). */
function asProtocolError(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  return error instanceof WireError
    ? errors.internal(`data is not what it should be: ${error.message}`)
    : errors.internal();
}
