/**
 * What carries words between the nodes of a cluster. It may lose, double and
 * delay everything: what it carries makes others faster, never right. A node
 * does not hear itself.
 *
 * A subject has words of visible characters with dots between them. Whoever
 * subscribes may write `*` for any word, and `>` for all that follow.
 */
export interface Bus {
  /** False while the connection is away. */
  isUp(): boolean;
  /** When it went away, in ms since 1970; 0: it is there. */
  downSince(): number;
  /** More bytes than this are not carried: publish drops them. */
  maxBytes(): number;
  /**
   * Best effort, in order per sender and subject. Dropped while the bus is
   * away, or so slow that too much waits already.
   */
  publish(subject: string, data: Uint8Array): void;
  /** Answers the way to end it. */
  subscribe(subject: string, listener: BusListener): () => void;
  /** Answers requests of other nodes: each gets to one of those who serve it. */
  serve(
    subject: string,
    answer: (data: Uint8Array, subject: string) => Promise<Uint8Array>,
  ): () => void;
  /**
   * Throws BusError if nobody serves it, the one who does failed, nothing came
   * in time, or the bus is away.
   */
  request(
    subject: string,
    data: Uint8Array,
    timeoutMs: number,
  ): Promise<Uint8Array>;
  onDown(listener: () => void): void;
  /** All subscriptions hold again; what was published meanwhile is lost. */
  onUp(listener: () => void): void;
  /**
   * Resolves when the server has taken all that was published and subscribed.
   * Throws BusError if the bus is away, or goes away before.
   */
  flush(): Promise<void>;
  /** What was published still leaves, if that takes no more than a moment. */
  close(): Promise<void>;
}

export type BusListener = (data: Uint8Array, subject: string) => void;

/** A request, or a flush, came to nothing. */
export class BusError extends Error {
  override readonly name = "BusError";
}

export const busIsAway = (): BusError => new BusError("the bus is away");

/** Blanks and line ends would be commands to the server. */
const named = /^[\x21-\x7e]+$/;
const open = /(?:^|\.)(?:\*|>)(?:\.|$)|^\.|\.$|\.\./;

/** Throws for what is no subject: a fault of the caller, and a way in for strangers. */
export function requireSubject(subject: string, mayBeOpen = false): void {
  if (!named.test(subject) || (!mayBeOpen && open.test(subject)))
    throw new TypeError(`'${subject}' is not a subject`);
}
