/**
 * Carries messages between the nodes of a cluster (publish/subscribe and requests). It
 * may lose, duplicate and delay everything, so nothing may depend on it to be correct. A
 * node does not receive its own messages.
 *
 * A subject is words of visible characters, separated by dots. A subscription may use the
 * wildcards `*` (one word) and `>` (all words that follow).
 */
export interface Bus {
  /** False while there is no connection. */
  isUp(): boolean;
  /** The time at which the connection was lost, in ms since 1970; 0 while connected. */
  downSince(): number;
  /** The bus carries payloads of up to so many bytes; `publish` drops larger ones. */
  maxBytes(): number;
  /**
   * Sends at most once (best effort), in order per sender and subject. The message is
   * dropped while there is no connection, or while too many bytes wait already.
   */
  publish(subject: string, data: Uint8Array): void;
  /** Returns the function that unsubscribes. */
  subscribe(subject: string, listener: BusListener): () => void;
  /**
   * Answers requests of other nodes; each request reaches one of the nodes that serve its
   * subject. Returns the function that stops serving.
   */
  serve(
    subject: string,
    answer: (data: Uint8Array, subject: string) => Promise<Uint8Array>,
  ): () => void;
  /**
   * Throws BusError if no node serves the subject, the answering node failed, the timeout
   * passed, or there is no connection.
   */
  request(
    subject: string,
    data: Uint8Array,
    timeoutMs: number,
  ): Promise<Uint8Array>;
  onDown(listener: () => void): void;
  /** Calls the listener after a reconnect: subscriptions hold again, missed messages are lost. */
  onUp(listener: () => void): void;
  /**
   * Resolves when the server has taken everything that was published and subscribed.
   * Throws BusError if there is no connection, or if it is lost before that.
   */
  flush(): Promise<void>;
  /** Flushes what was published, unless that takes longer than a moment, and disconnects. */
  close(): Promise<void>;
}

export type BusListener = (data: Uint8Array, subject: string) => void;

/** A request or a flush failed. */
export class BusError extends Error {
  override readonly name = "BusError";
}

export const busIsAway = (): BusError => new BusError("the bus is away");

/** Spaces and line ends are excluded: NATS would read what follows them as commands. */
const named = /^[\x21-\x7e]+$/;
const open = /(?:^|\.)(?:\*|>)(?:\.|$)|^\.|\.$|\.\./;

/** Throws for an invalid subject, which could inject commands into the protocol of NATS. */
export function requireSubject(subject: string, mayBeOpen = false): void {
  if (!named.test(subject) || (!mayBeOpen && open.test(subject)))
    throw new TypeError(`'${subject}' is not a subject`);
}
