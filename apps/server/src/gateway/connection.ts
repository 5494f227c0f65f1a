import { randomUUID } from "node:crypto";

import { FrameError, noData, ReqIdentifier } from "@parley/protocol/envelope";
import type { RequestEnvelope } from "@parley/protocol/envelope";
import { errors, ProtocolError } from "@parley/protocol/errors";
import type { CloseReason } from "@parley/protocol/errors";
import { shortOperationID } from "@parley/protocol/frame-size";
import { WireError } from "@parley/protocol/message";
import type { Kind } from "@parley/protocol/method";
import { PlatformID } from "@parley/protocol/platforms";
import { answerTextFrame } from "@parley/protocol/text-frames";
import type { ServerWebSocket } from "bun";

import { overloaded } from "../pace/load-shedder.ts";
import type { LoadShedder } from "../pace/load-shedder.ts";
import { nextTurn } from "../pace/turns.ts";
import type { AddWork } from "../pace/turns.ts";
import type { Now } from "../storage/engine.ts";
import type { Logger } from "../watching/logger.ts";
import type { Backlog } from "./backlog.ts";
import { closeReason, connectResult, refusedCode } from "./connect.ts";
import type { ConnectRequest } from "./connect.ts";
import { requireEnvelope } from "./requests.ts";
import type { FrameAnswer, FrameHandlers } from "./requests.ts";
import type { Session, Sessions } from "./sessions.ts";
import { isTakenByClients, wireFormat } from "./wire-format.ts";
import type { WireFormat } from "./wire-format.ts";

export interface ConnectionDeps {
  sessions: Sessions;
  handlers: FrameHandlers;
  /** Rate limit: returns whether the user may send another request now. */
  admits(userID: string): boolean;
  shedder: LoadShedder;
  /** Closes what the login policy closes for this new session. */
  admitted(session: Session): Promise<void>;
  /** Calls `flush` in a later turn of the event loop. */
  flushLater: AddWork<Connection>;
  /** Calls `work`, when it is this connection's turn. */
  workSoon: AddWork<Connection>;
  /** Tracks the bytes queued for clients that do not keep up. */
  backlog: Backlog<Connection>;
  closed(session: Session): void;
  logger: Logger;
  /** Monotonic clock, in milliseconds. */
  elapsed: () => number;
  /** The same without the time in which nothing was read from anybody. */
  attended: () => number;
}

/** Idle timeout: a connection without traffic from the client is cut. */
const silenceMs = 30_000;
/** Browsers cannot ping, so the server does (docs/wire/sockets.md#heartbeats). */
const webPingMs = 27_000;
/** Requests of a client that may wait. */
const maxPending = 256;
/**
 * Maximum bytes of pending requests, which can be a thousand times their
 * gzipped size.
 */
const maxPendingBytes = 16 * 1_048_576;

/** An answer that waits for those of earlier requests, or for the disk. */
interface Waiting {
  readonly request: RequestEnvelope;
  readonly thenClose: CloseReason | undefined;
  /** The answer; null while the request is being handled. */
  outcome: { data: Uint8Array } | { error: unknown } | null;
}

/** A live socket: bytes to requests and back, in order. */
export class Connection implements Session {
  readonly userID: string;
  readonly platformID: number;
  readonly token: string;
  readonly wire: WireFormat;
  isBackground: boolean;
  readonly #wantsResult: boolean;
  readonly #deps: ConnectionDeps;
  #id: string | undefined;
  // Most connections are silent most of the time: lists are made when needed.
  /** Requests that wait for their turn; null when none is under way either. */
  #pending: RequestEnvelope[] | null = null;
  #pendingBytes = 0;
  #outgoing: Uint8Array[] | null = null;
  #socket: ServerWebSocket<unknown> | undefined;
  /** Answers in the order of their requests, while one has to wait; else null. */
  #answers: Waiting[] | null = null;
  /** Called when no answer waits any more. */
  #answered: (() => void) | undefined;
  #heardAt: number;
  /** Arrival time of the first pending request. */
  #askedAt = 0;
  #pingedAt: number;
  #isClosing = false;
  isLeaving = false;
  #isDraining = false;

  constructor(request: ConnectRequest, deps: ConnectionDeps) {
    this.userID = request.userID;
    this.platformID = request.platformID;
    this.token = request.token;
    this.isBackground = request.isBackground;
    this.wire = wireFormat(request.sdkType, request.isGzip);
    this.#wantsResult = request.wantsResult;
    this.#deps = deps;
    this.#heardAt = this.#pingedAt = deps.attended();
  }

  get id(): string {
    return (this.#id ??= randomUUID());
  }

  open(socket: ServerWebSocket<unknown>): void {
    this.#socket = socket;
    this.#deps.sessions.add(this);
    // The result is the very first frame; pushes follow it at once.
    if (this.#wantsResult) socket.send(connectResult());
    this.#deps.admitted(this).catch((error: unknown) => {
      this.#deps.logger.error(
        { err: error, userID: this.userID },
        "applying the multi-login policy failed",
      );
    });
  }

  ended(): void {
    this.#isClosing = true;
    this.#pending = null;
    this.#deps.backlog.set(this, 0);
    this.#deps.sessions.remove(this);
    this.#deps.closed(this);
    // Nobody else asks a connection that did nothing for its id.
    if (this.#deps.logger.isLevelEnabled("debug"))
      this.#deps.logger.debug(this.#who(), "disconnected");
  }

  heard(): void {
    this.#heardAt = this.#deps.attended();
  }

  /** `at` is of the time that was attended. */
  sweep(at: number): void {
    if (at - this.#heardAt >= silenceMs) return this.#cut("idle");
    if (this.platformID !== PlatformID.Web) return;
    if (at - this.#pingedAt < webPingMs) return;
    this.#pingedAt = at;
    this.#socket?.ping();
  }

  /** Frames of one turn of the event loop leave together: one write. */
  send(frame: Uint8Array): void {
    if (this.#isClosing || !this.#socket) return;
    if (!isTakenByClients(frame)) {
      // Frames are kept below this size where they are made; a larger one would
      // end the client.
      const about = { ...this.#who(), bytes: frame.length };
      this.#deps.logger.error(about, "a frame is too large for clients");
      return;
    }
    if (this.#outgoing) this.#outgoing.push(frame);
    else {
      this.#outgoing = [frame];
      this.#deps.flushLater(this);
    }
  }

  flush(): void {
    const frames = this.#outgoing;
    const socket = this.#socket;
    if (!frames || !socket) return;
    this.#outgoing = null;
    // Nothing is written any more, which would look like a slow reader.
    if (this.#isClosing) return;
    if (frames.length === 1) return this.#write(socket, frames);
    socket.cork(() => this.#write(socket, frames));
  }

  #write(socket: ServerWebSocket<unknown>, frames: Uint8Array[]): void {
    let isBehind = false;
    for (const frame of frames) {
      const written = socket.sendBinary(frame);
      // 0: dropped, because the queue is full. -1: in the queue.
      if (written === 0) return this.dropAsSlow();
      if (written < 0) isBehind = true;
    }
    if (isBehind) this.queueMoved();
  }

  /** Called when the number of unread bytes has changed. */
  queueMoved(): void {
    this.#deps.backlog.set(this, this.#socket?.getBufferedAmount() ?? 0);
  }

  /** Bytes that the client has not read yet, as far as known here. */
  get bytesWaiting(): number {
    return this.#socket?.getBufferedAmount() ?? 0;
  }

  dropAsSlow(): void {
    this.#cut("slowReader");
  }

  close(reason: CloseReason): void {
    if (this.#isClosing) return;
    this.flush();
    this.#isClosing = true;
    this.#deps.logger.info({ ...this.#who(), reason }, "connection closed");
    this.#socket?.close();
  }

  /** Accepts no more requests, and answers the pending ones. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    while (this.#pending) await nextTurn();
    if (this.#answers)
      await new Promise<void>((resolve) => (this.#answered = resolve));
    this.flush();
  }

  goAway(): void {
    this.#leave(1001, "going away");
  }

  /** Closes so that the client connects to another node. */
  moveAway(): void {
    if (this.#isClosing) return;
    this.isLeaving = true;
    this.#leave(1012, "connect again");
    const socket = this.#socket;
    setTimeout(() => socket?.terminate(), moveMs).unref();
  }

  #leave(code: number, reason: string): void {
    if (this.#isClosing) return;
    this.flush();
    this.#isClosing = true;
    this.#socket?.close(code, reason);
  }

  receive(message: string | Buffer): void {
    this.heard();
    if (this.#isClosing || this.#isDraining) return;
    try {
      if (typeof message === "string") this.#takeText(message);
      else this.#takeRequest(this.wire.decode(message));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      const isText = typeof message === "string";
      this.#end(isText ? "badTextFrame" : "undecodableFrame", error.message);
    }
  }

  #takeText(text: string): void {
    const answer = answerTextFrame(text);
    if (answer === null) return;
    const written = this.#socket?.sendText(answer) ?? 0;
    if (written < 0) this.queueMoved();
  }

  #takeRequest(request: RequestEnvelope): void {
    const { sendID, reqIdentifier } = request;
    if (sendID !== this.userID) return this.#end("foreignSender");
    if (!this.#deps.handlers.has(reqIdentifier))
      return this.#end("unknownReqIdentifier", String(reqIdentifier));
    this.#pendingBytes += sizeOf(request);
    if (!this.#pending) {
      this.#pending = [request];
      this.#askedAt = this.#deps.elapsed();
      this.#deps.workSoon(this);
    } else {
      this.#pending.push(request);
      this.#refuseTooMany(this.#pending);
    }
  }

  /**
   * Refuses pending messages and changes, the newest first, when too many
   * requests wait. A client with this many pending reads is cut: OpenIM's
   * clients never send so many.
   */
  #refuseTooMany(pending: RequestEnvelope[]): void {
    while (
      pending.length > maxPending ||
      this.#pendingBytes > maxPendingBytes
    ) {
      const last = pending.findLastIndex(
        (each) => this.#kindOf(each) !== "read",
      );
      const [refused] = last < 0 ? [] : pending.splice(last, 1);
      if (!refused) return this.#cut("tooManyRequests");
      this.#pendingBytes -= sizeOf(refused);
      this.#refuse(refused, overloaded);
    }
  }

  /**
   * Handles what waits: all of it, because answers that leave together cost
   * one write.
   */
  work(): void {
    this.#refuseTooLate();
    if (!this.#pending) return;
    try {
      this.#handleAll()?.catch((error: unknown) => this.#failed(error));
    } catch (error) {
      this.#failed(error);
    }
  }

  /** A bug of ours costs this connection, not the server. */
  #failed(error: unknown): void {
    this.#deps.logger.error({ ...this.#who(), err: error }, "request failed");
    this.#cut("serverFault");
    this.#pending = null;
  }

  /**
   * Refuses late requests at once, before other work; it must cost next to
   * nothing.
   */
  #refuseTooLate(): void {
    const { elapsed, shedder } = this.#deps;
    const pending = this.#pending;
    if (!pending) return;
    const waitedMs = elapsed() - this.#askedAt;
    const underWay = (this.#answers?.length ?? 0) + pending.length;
    const admitted: Partial<Record<Kind, boolean>> = {};
    const isAdmitted = (request: RequestEnvelope): boolean => {
      const kind = this.#kindOf(request);
      return (admitted[kind] ??= shedder.admits(
        kind,
        waitedMs,
        underWay,
        this.userID,
      ));
    };
    if (pending.every(isAdmitted)) return;
    const left: RequestEnvelope[] = [];
    for (const request of pending)
      if (isAdmitted(request)) left.push(request);
      else {
        this.#pendingBytes -= sizeOf(request);
        this.#refuse(request, overloaded);
      }
    this.#pending = left.length > 0 ? left : null;
  }

  #kindOf({ reqIdentifier }: RequestEnvelope): Kind {
    return this.#deps.handlers.get(reqIdentifier)?.frame.kind ?? "read";
  }

  /** Handles requests synchronously, until one returns a promise. */
  #handleAll(): Promise<void> | undefined {
    for (let request; (request = this.#pending?.shift());) {
      this.#pendingBytes -= sizeOf(request);
      const placed = this.#handle(request);
      if (placed) return placed.then(() => this.#handleAll());
    }
    this.#pending = null;
    return undefined;
  }

  #handle(request: RequestEnvelope): Promise<void> | undefined {
    const read =
      this.#kindOf(request) === "read"
        ? this.#deps.shedder.reading(this.userID)
        : undefined;
    const answer = this.#ask(request);
    // The handler has it, and what waits for the disk need not hold it.
    request.data = noData;
    if (!(answer instanceof Promise)) {
      this.#answer(request, answer, read);
      return undefined;
    }
    return answer
      .catch(failedWith)
      .then((found) => this.#answer(request, found, read));
  }

  #ask(request: RequestEnvelope): Now<FrameAnswer> {
    const handler = this.#deps.handlers.get(request.reqIdentifier);
    if (!handler) throw new Error(`no handler ${request.reqIdentifier}`);
    try {
      if (!this.#deps.admits(this.userID))
        throw errors.internal("too many requests, please try again later");
      requireEnvelope(request, handler.frame);
      return handler.answer({
        session: this,
        // Pushes carry it, and SDKs ask further with it (docs/wire/sockets.md#envelopes).
        operationID: request.operationID || randomUUID(),
        data: request.data,
      });
    } catch (error) {
      return failedWith(error);
    }
  }

  /** Sends the answer when it is known, and those before it are sent. */
  #answer(
    request: RequestEnvelope,
    { data, thenClose }: FrameAnswer,
    read: (() => void) | undefined,
  ): void {
    if (data instanceof Promise) {
      const waiting: Waiting = { request, thenClose, outcome: null };
      (this.#answers ??= []).push(waiting);
      data.then(
        (found) => {
          read?.();
          this.#settle(waiting, { data: found });
        },
        (error: unknown) => {
          read?.();
          this.#settle(waiting, { error });
        },
      );
      return;
    }
    read?.();
    if (this.#answers)
      this.#answers.push({ request, thenClose, outcome: { data } });
    else this.#reply(request, data, thenClose);
  }

  #settle(settled: Waiting, outcome: NonNullable<Waiting["outcome"]>): void {
    settled.outcome = outcome;
    const answers = this.#answers;
    for (let next = answers?.[0]; next?.outcome; next = answers?.[0]) {
      answers?.shift();
      this.#tell(next, next.outcome);
    }
    if (answers?.length !== 0) return;
    this.#answers = null;
    this.#answered?.();
  }

  #tell(
    { request, thenClose }: Waiting,
    outcome: NonNullable<Waiting["outcome"]>,
  ): void {
    if ("error" in outcome) return this.#refuse(request, outcome.error);
    try {
      this.#reply(request, outcome.data, thenClose);
    } catch (error) {
      this.#refuse(request, error);
    }
  }

  #reply(
    request: RequestEnvelope,
    data: Uint8Array,
    thenClose?: CloseReason,
  ): void {
    const { reqIdentifier, msgIncr, operationID } = request;
    const frame = this.wire.encode({
      reqIdentifier,
      msgIncr,
      operationID: shortOperationID(operationID),
      errCode: 0,
      errMsg: "",
      data,
    });
    if (!isTakenByClients(frame)) return this.#refuse(request, answerTooLarge);
    this.send(frame);
    if (thenClose !== undefined) this.close(thenClose);
  }

  #refuse(request: RequestEnvelope, cause: unknown): void {
    const error = asProtocolError(cause);
    const { reqIdentifier, msgIncr, operationID } = request;
    const about = { operationID, reqIdentifier, ...this.#who() };
    if (cause === overloaded) this.#deps.shedder.refused();
    else if (cause instanceof ProtocolError || cause instanceof WireError)
      this.#deps.logger.info(
        { ...about, errCode: error.code, reason: error.detail },
        "request refused",
      );
    else this.#deps.logger.error({ ...about, err: cause }, "request failed");
    this.send(
      this.wire.encode({
        reqIdentifier,
        msgIncr,
        operationID: shortOperationID(operationID),
        errCode: error.code,
        errMsg: error.errMsg,
        data: noData,
      }),
    );
    if (reqIdentifier === ReqIdentifier.logout) this.close("loggedOut");
  }

  /** Ends the connection without a word (docs/wire/sockets.md#requests). */
  #cut(reason: CloseReason): void {
    this.#isClosing = true;
    this.#deps.logger.info({ ...this.#who(), reason }, "connection cut");
    this.#socket?.terminate();
  }

  /**
   * Closes the connection after an invalid frame. OpenIM's SDKs never send one;
   * the reason is for people who write a client.
   */
  #end(reason: keyof typeof frameFaults, detail = ""): void {
    this.flush();
    this.#isClosing = true;
    const about = { ...this.#who(), reason, ...(detail && { detail }) };
    this.#deps.logger.info(about, "connection cut");
    const why = [frameFaults[reason], detail].filter(Boolean).join(": ");
    const socket = this.#socket;
    socket?.close(refusedCode, closeReason(why));
    setTimeout(() => socket?.terminate(), lingerMs).unref();
  }

  #who() {
    const { id, userID, platformID } = this;
    return { connID: id, userID, platformID };
  }
}

/** Errors of an invalid frame, sent to the client. */
const frameFaults = {
  undecodableFrame: "the frame cannot be read",
  badTextFrame: "the text frame is no ping",
  foreignSender: "the frame's sendID is not that of the connection",
  unknownReqIdentifier: "there is no such reqIdentifier",
} as const satisfies Partial<Record<CloseReason, string>>;

/** Time limit for the client's answer to a close frame. */
const lingerMs = 1_000;
/** The same for a client that is to connect to another node. */
const moveMs = 5_000;

const answerTooLarge = errors.args(
  "the answer exceeds the size of a frame: request less at once",
);

/** Estimates the memory of a request, within a small factor. */
const sizeOf = ({ data, token, operationID, msgIncr }: RequestEnvelope) =>
  data.length + token.length + operationID.length + msgIncr.length;

const failedWith = (error: unknown): FrameAnswer => ({
  data: Promise.reject(
    error instanceof Error ? error : new Error(String(error)),
  ),
});

/** Undecodable data answers 500 and the connection stays (docs/wire/sockets.md#requests). */
export function asProtocolError(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  return error instanceof WireError
    ? errors.internal(`data is not what it should be: ${error.message}`)
    : errors.internal();
}
