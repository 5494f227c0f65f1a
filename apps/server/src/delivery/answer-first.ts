import type { Session } from "../gateway/sessions.ts";
import type { AskingRequest } from "../http/server.ts";

/**
 * Delays notices to the caller's own connection until the caller has its
 * answer. Later pushes to that connection wait behind them, so their order
 * stays.
 */
export interface AnswerFirst {
  /** Registers a request; call the returned function after its answer. */
  asks(request: AskingRequest): () => void;
  /**
   * Sends a frame that an operation caused, now or after the operation's
   * answers.
   */
  send(session: Session, frame: Uint8Array, operationID: string): void;
}

/** Maximum time that notices wait for the answer of a long request. */
const maxWaitMs = 2_000;
/** Bytes that may wait for one connection; above, all of them leave. */
const maxWaiting = 1_048_576;

/** The requests of one user with one operationID. */
interface Operation {
  /** Platform of the request. */
  platformID: number;
  underWay: number;
  quietMs: number;
  answeredAt: number;
  /** Lines that wait for this request's answer. */
  lines: Set<Line> | undefined;
}

/** Pushes that wait for one connection, in order. */
interface Line {
  session: Session;
  waiting: {
    frame: Uint8Array;
    operation: Operation | undefined;
    since: number;
  }[];
  bytes: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export function createAnswerFirst(now: () => number): AnswerFirst {
  const operations = new Map<string, Operation>();
  const lines = new Map<Session, Line>();

  function asks(request: AskingRequest): () => void {
    const { userID, platformID, operationID, quietMs } = request;
    const key = keyOf(userID, operationID);
    let operation = operations.get(key);
    if (!operation) {
      operation = {
        platformID,
        underWay: 0,
        quietMs,
        answeredAt: 0,
        lines: undefined,
      };
      operations.set(key, operation);
    }
    if (operation.platformID !== platformID) operation.platformID = 0;
    operation.underWay++;
    operation.quietMs = Math.max(operation.quietMs, quietMs);
    let isAnswered = false;
    return () => {
      if (isAnswered) return;
      isAnswered = true;
      // The answer has left for the socket before another turn begins.
      setImmediate(answered, key, operation);
    };
  }

  function answered(key: string, operation: Operation): void {
    if (--operation.underWay > 0) return;
    operation.answeredAt = now();
    for (const line of [...(operation.lines ?? [])]) pass(line);
    forgetIfQuiet(key, operation);
  }

  function forgetIfQuiet(key: string, operation: Operation): void {
    if (operation.underWay > 0 || operations.get(key) !== operation) return;
    const restMs = operation.answeredAt + operation.quietMs - now();
    if (restMs <= 0) operations.delete(key);
    else setTimeout(forgetIfQuiet, restMs, key, operation);
  }

  function find(session: Session, operationID: string): Operation | undefined {
    if (operations.size === 0) return undefined;
    const operation = operations.get(keyOf(session.userID, operationID));
    return operation && [0, session.platformID].includes(operation.platformID)
      ? operation
      : undefined;
  }

  function send(
    session: Session,
    frame: Uint8Array,
    operationID: string,
  ): void {
    const operation = find(session, operationID);
    const line = lines.get(session) ?? (operation && newLine(session));
    if (!line) return session.send(frame);
    line.waiting.push({ frame, operation, since: now() });
    line.bytes += frame.length;
    if (operation) (operation.lines ??= new Set()).add(line);
    if (line.waiting.length === 1 || line.bytes > maxWaiting) pass(line);
  }

  function newLine(session: Session): Line {
    const line = { session, waiting: [], bytes: 0, timer: undefined };
    lines.set(session, line);
    return line;
  }

  /** Sends what need not wait, up to the first that has to. */
  function pass(line: Line): void {
    clearTimeout(line.timer);
    const isFull = line.bytes > maxWaiting;
    let sent = 0;
    for (const each of line.waiting) {
      const restMs = isFull ? 0 : restOf(each);
      if (restMs > 0) {
        line.timer = setTimeout(pass, restMs, line);
        break;
      }
      line.session.send(each.frame);
      line.bytes -= each.frame.length;
      sent++;
    }
    const left = line.waiting.slice(sent);
    for (const { operation } of line.waiting.splice(0, sent))
      if (operation && !left.some((each) => each.operation === operation))
        operation.lines?.delete(line);
    if (line.waiting.length === 0) lines.delete(line.session);
  }

  function restOf({ operation, since }: Line["waiting"][number]): number {
    if (!operation) return 0;
    const { underWay, answeredAt, quietMs } = operation;
    const until = underWay > 0 ? Infinity : answeredAt + quietMs;
    return Math.min(until, since + maxWaitMs) - now();
  }

  return { asks, send };
}

/** No id has a NUL in it. */
const keyOf = (userID: string, operationID: string): string =>
  `${userID}\0${operationID}`;
