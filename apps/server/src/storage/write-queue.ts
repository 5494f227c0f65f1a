import type { AboutKeys } from "./writer.ts";

/** Work that waits to be written, on a batch `Open`. */
export interface Item<Open> {
  run(tx: Open): void | Promise<void>;
  failed(error: Error): void;
  /** It may throw, so it runs in a savepoint. */
  isolated: boolean;
  /** No message overtakes another one; changes may have to wait for messages. */
  isMessage: boolean;
  /** See TransactOptions; of isolated ones. */
  about?: AboutKeys | undefined;
  since: number;
}

/**
 * Maximum number of items in a batch: their answers and deliveries block the
 * event loop, and larger batches do not make commits cheaper.
 */
const maxBatch = 128;
/** While requests are refused for overload, doing what waits matters more than timers. */
const maxCrowdedBatch = 1_024;
const crowdedMs = 1_000;
/**
 * Larger batches for as many as wait: turns are long then, because sockets bring more,
 * and there is one batch in each.
 */
const crowd = 512;
/**
 * Time after which a batch takes no further change, so that its first change
 * does not wait for all that arrive meanwhile.
 */
const longBatchMs = 50;
/** The same for the batches behind such a one. */
const nextBatchMs = 20;

/** Work that waits for the writer, and which of it makes up the next batch. */
export class WriteQueue<Open> {
  readonly #messages: Item<Open>[] = [];
  readonly #changes: Item<Open>[] = [];
  /** Time until which the writer counts as overloaded. */
  #crowdedUntil = 0;
  /** Something was put off because what came before it took long. */
  #wasCut = false;
  /** Messages that need rows went before changes. */
  #isChangeDue = false;

  get length(): number {
    return this.#messages.length + this.#changes.length;
  }

  get isFull(): boolean {
    return this.length >= maxBatch;
  }

  get hasChanges(): boolean {
    return this.#changes.length > 0;
  }

  /** Arrival time of the oldest item; Infinity: there is none. */
  get oldestSince(): number {
    return Math.min(
      this.#messages[0]?.since ?? Infinity,
      this.#changes[0]?.since ?? Infinity,
    );
  }

  add(item: Item<Open>): void {
    if (item.isMessage) this.#messages.push(item);
    else this.#changes.push(item);
  }

  /**
   * Takes the items of the next batch, and the time after which it is cut. After a long
   * change messages go before other changes, as they are short.
   */
  takeBatch(): { items: Item<Open>[]; ms: number } {
    const [messages, changes] = [this.#messages, this.#changes];
    // Items take more memory than rows, and each garbage collection walks them again.
    const isCrowded = performance.now() < this.#crowdedUntil;
    const usual = this.length > crowd ? crowd : maxBatch;
    const most = isCrowded ? maxCrowdedBatch : usual;
    if (!this.#wasCut)
      return { items: this.takeInOrder(most), ms: longBatchMs };
    this.#wasCut = false;
    if (changes.length === 0) {
      const items = messages.splice(0, most);
      // A long queue of quick messages is as any other.
      this.#wasCut = messages.some(({ isolated }) => isolated);
      return { items, ms: nextBatchMs };
    }
    // Messages that need rows and changes take turns in being the first of those
    // that take time: one at least is made in each batch.
    const slow = this.#isChangeDue
      ? messages.findIndex(({ isolated }) => isolated)
      : -1;
    this.#isChangeDue = !this.#isChangeDue;
    const quick = slow < 0 ? most : Math.min(most, slow);
    const items = [...messages.splice(0, quick), ...changes.splice(0, 1)];
    for (const others of [messages, changes])
      items.push(...others.splice(0, Math.max(0, most - items.length)));
    this.#wasCut = this.length > 0;
    return { items, ms: nextBatchMs };
  }

  /** Takes the oldest items of both queues. */
  takeInOrder(most: number): Item<Open>[] {
    const [messages, changes] = [this.#messages, this.#changes];
    const items: Item<Open>[] = [];
    let [taken, changed] = [0, 0];
    while (items.length < most) {
      const [message, change] = [messages[taken], changes[changed]];
      if (message && (!change || message.since <= change.since)) {
        items.push(message);
        taken++;
      } else if (change) {
        items.push(change);
        changed++;
      } else break;
    }
    messages.splice(0, taken);
    changes.splice(0, changed);
    return items;
  }

  /** Puts the items of a batch after an index back, for the next batches. */
  cut(items: Item<Open>[], after: number): void {
    const rest = items.splice(after + 1);
    if (rest.length === 0) return;
    this.#messages.unshift(...rest.filter(({ isMessage }) => isMessage));
    this.#changes.unshift(...rest.filter(({ isMessage }) => !isMessage));
    this.#wasCut = true;
  }

  /** Removes messages of the fast lane that wait longer than `ms`, and returns them. */
  takeOlder(ms: number): Item<Open>[] {
    this.#crowdedUntil = performance.now() + crowdedMs;
    const messages = this.#messages;
    const latest = performance.now() - ms;
    const young = messages.findIndex(({ since }) => since > latest);
    const old = messages.splice(0, young < 0 ? messages.length : young);
    messages.unshift(...old.filter(({ isolated }) => isolated));
    return old.filter(({ isolated }) => !isolated);
  }
}
