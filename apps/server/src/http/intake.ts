import { errors } from "@parley/protocol/errors";
import type { ProtocolError } from "@parley/protocol/errors";

/** Bodies of requests on their way in: how long they may take, and how much memory. */
export interface Intake {
  /** Throws BodyRefused. What was read counts until `done` is called. */
  read(request: Request, sender: Sender, limit: number): Promise<Body>;
  /** Ends the waiting for what is not there as a whole within moments. */
  stop(): void;
  /** Bytes that are held now. */
  heldBytes(): number;
}

export interface Body {
  bytes: Uint8Array;
  done(): void;
}

export interface Sender {
  /** Key of the sender's share of memory: a user, an address or a network. */
  name: string;
  /** false: many unrelated clients may share the name. */
  isOne: boolean;
  /** Has no token, and therefore a smaller share and less time. */
  isStranger: boolean;
}

type BodyStatus = 400 | 408 | 413 | 429 | 503;

/** Thrown when a body is refused; the client gets `status` and `refusal`. */
export class BodyRefused extends Error {
  override readonly name = "BodyRefused";
  readonly status: BodyStatus;
  readonly refusal: ProtocolError;

  constructor(status: BodyStatus, refusal: ProtocolError) {
    super(refusal.detail);
    this.status = status;
    this.refusal = refusal;
  }
}

export interface IntakeDeps {
  /**
   * Bytes that all bodies together may take while they are received or
   * processed.
   */
  totalBytes: number;
  /** Milliseconds that never go backwards. */
  elapsed: () => number;
}

/**
 * Bodies up to this size are read in one piece; larger ones are counted as they
 * arrive.
 */
const onePiece = 65_536;
const pageBytes = 65_536;
const keptPages = 64;
/** Minimum transfer rate after a grace period; a slower body is refused. */
const paces = {
  known: { graceMs: 30_000, bytesPerMs: 16 },
  stranger: { graceMs: 15_000, bytesPerMs: 32 },
};
const sweepMs = 1_000;
/** Time that a stop waits for bodies that are still arriving. */
const stopMs = 2_000;

export function createIntake({ totalBytes, elapsed }: IntakeDeps): Intake {
  const all = createPool(totalBytes, totalBytes / 2);
  const strangers = createPool(totalBytes / 4, totalBytes / 16);
  const pages = createPages();
  /** Bodies that are still arriving, the oldest first. */
  const coming = new Set<Reading>();
  let sweeper: ReturnType<typeof setInterval> | undefined;
  let stoppedAt = Infinity;

  function begin(sender: Sender): Reading {
    const reading = new Reading(
      sender,
      sender.isStranger ? [all, strangers] : [all],
      pages,
      elapsed(),
    );
    coming.add(reading);
    sweeper ??= setInterval(sweep, sweepMs);
    return reading;
  }

  function end(reading: Reading): void {
    coming.delete(reading);
    if (coming.size > 0) return;
    clearInterval(sweeper);
    sweeper = undefined;
  }

  function sweep(): void {
    const at = elapsed();
    const isOver = at - stoppedAt > stopMs;
    for (const reading of coming)
      if (isOver) reading.cut(stopping);
      else if (reading.isLate(at)) reading.cut(tooSlow);
  }

  return {
    async read(request, sender, limit) {
      const said = request.headers.get("content-length");
      const length = said === null ? undefined : Number(said);
      if (length !== undefined && length > limit) throw tooLong(limit, length);
      const reading = begin(sender);
      try {
        const bytes =
          length !== undefined && length <= onePiece
            ? await readPiece(request, reading, length)
            : await readStream(request, reading, { limit, length });
        return { bytes, done: () => reading.release() };
      } catch (error) {
        reading.release();
        if (error instanceof BodyRefused) throw error;
        throw new BodyRefused(
          400,
          errors.args("the body ended early", { cause: error }),
        );
      } finally {
        reading.hasCome();
        end(reading);
      }
    },
    stop: () => void (stoppedAt = elapsed()),
    heldBytes: all.held,
  };
}

async function readPiece(
  request: Request,
  reading: Reading,
  length: number,
): Promise<Uint8Array> {
  const cut = new Promise<never>((_, reject) => {
    reading.onCut = reject;
  });
  reading.hold(length);
  reading.received = length;
  return Promise.race([request.bytes(), cut]);
}

async function readStream(
  request: Request,
  reading: Reading,
  { limit, length }: { limit: number; length: number | undefined },
): Promise<Uint8Array> {
  if (!request.body) return new Uint8Array();
  const reader = request.body.getReader();
  let refusal: BodyRefused | undefined;
  reading.onCut = (why) => {
    refusal = why;
    // Ends the pending read.
    reader.cancel().catch(() => undefined);
  };
  for (;;) {
    const { value, done } = await reader.read();
    if (refusal) throw refusal;
    if (done) break;
    if (reading.received + value.length > limit) {
      reader.cancel().catch(() => undefined);
      throw tooLong(limit);
    }
    reading.take(value);
  }
  const size = reading.received;
  if (length !== undefined && size < length)
    throw new Error(`${size} of ${length} bytes came`);
  return reading.whole();
}

/** One body that is being received: its memory, and how it is refused. */
class Reading {
  readonly sender: Sender;
  readonly #pools: readonly Pool[];
  readonly #pages: Pages;
  readonly #startedAt: number;
  /**
   * Pages, all full except the last: storing one-byte chunks separately would
   * take a hundred times the memory.
   */
  #filled: Uint8Array[] = [];
  /** Bytes of memory that the body holds. */
  held = 0;
  received = 0;
  isComing = true;
  onCut: ((refusal: BodyRefused) => void) | undefined;

  constructor(
    sender: Sender,
    pools: readonly Pool[],
    pages: Pages,
    startedAt: number,
  ) {
    this.sender = sender;
    this.#pools = pools;
    this.#pages = pages;
    this.#startedAt = startedAt;
  }

  take(piece: Uint8Array): void {
    for (let at = 0; at < piece.length && this.isComing;) {
      const within = this.received % pageBytes;
      if (within === 0) {
        this.hold(pageBytes);
        if (!this.isComing) return;
        this.#filled.push(this.#pages.take());
      }
      const some = piece.subarray(at, at + pageBytes - within);
      this.#filled.at(-1)?.set(some, within);
      this.received += some.length;
      at += some.length;
    }
  }

  /** All that was taken, in one piece. */
  whole(): Uint8Array {
    const bytes = Buffer.concat(this.#filled, this.received);
    this.#freePages();
    return bytes;
  }

  #freePages(): void {
    for (const page of this.#filled) this.#pages.free(page);
    this.#filled = [];
  }

  /** Others are given up, or this one, where it gets too much. */
  hold(bytes: number): void {
    this.held += bytes;
    for (const pool of this.#pools) pool.add(this, bytes);
    for (const pool of this.#pools) pool.relieve(this);
  }

  hasCome(): void {
    this.isComing = false;
    for (const pool of this.#pools) pool.settle(this);
  }

  release(): void {
    for (const pool of this.#pools) pool.add(this, -this.held);
    this.held = 0;
    this.#freePages();
  }

  isLate(at: number): boolean {
    const { graceMs, bytesPerMs } =
      paces[this.sender.isStranger ? "stranger" : "known"];
    return at - this.#startedAt > graceMs + this.received / bytesPerMs;
  }

  cut(refusal: BodyRefused): void {
    this.hasCome();
    this.release();
    this.onCut?.(refusal);
  }
}

interface Pages {
  take(): Uint8Array;
  free(page: Uint8Array): void;
}

/**
 * Reuses the pages of refused bodies instead of waiting for the garbage
 * collector.
 */
function createPages(): Pages {
  const free: Uint8Array[] = [];
  return {
    take: () => free.pop() ?? new Uint8Array(pageBytes),
    free(page) {
      if (free.length < keptPages) free.push(page);
    },
  };
}

interface Pool {
  held(): number;
  add(reading: Reading, bytes: number): void;
  /** Refuses bodies until the pool is within its bounds again. */
  relieve(reading: Reading): void;
  /** The body can no longer be refused, only released. */
  settle(reading: Reading): void;
}

/** Readings that are coming in, the oldest first. */
type Coming = Set<Reading>;

/**
 * Limits the memory of bodies that are being received, per sender and in total. Beyond a
 * limit the body that began first is refused, so that quick senders suffer last.
 */
function createPool(maxBytes: number, maxPerSender: number): Pool {
  const shares = new Map<string, { bytes: number; coming: Coming }>();
  const coming: Coming = new Set();
  let total = 0;

  /** false: there is none. */
  function giveUpOldest(some: Coming, refusal: BodyRefused): boolean {
    const [oldest] = some;
    oldest?.cut(refusal);
    return oldest !== undefined;
  }

  function forgetEmpty(name: string): void {
    const share = shares.get(name);
    if (share?.bytes === 0 && share.coming.size === 0) shares.delete(name);
  }

  return {
    held: () => total,
    add(reading, bytes) {
      const { name } = reading.sender;
      let share = shares.get(name);
      if (!share) shares.set(name, (share = { bytes: 0, coming: new Set() }));
      share.bytes += bytes;
      total += bytes;
      if (reading.isComing) {
        share.coming.add(reading);
        coming.add(reading);
      }
      forgetEmpty(name);
    },
    relieve({ sender: { name, isOne } }) {
      for (;;) {
        const share = isOne ? shares.get(name) : undefined;
        if (!share || share.bytes <= maxPerSender) break;
        if (!giveUpOldest(share.coming, tooMuchOfOne)) break;
      }
      while (total > maxBytes) if (!giveUpOldest(coming, tooMuch)) break;
    },
    settle(reading) {
      const { name } = reading.sender;
      coming.delete(reading);
      shares.get(name)?.coming.delete(reading);
      forgetEmpty(name);
    },
  };
}

const tooLong = (limit: number, length?: number) =>
  new BodyRefused(
    413,
    errors.args(
      `the body has ${length === undefined ? "" : `${length} bytes, `}more than the ${limit} that this route takes: split the request`,
    ),
  );

const tooSlow = new BodyRefused(
  408,
  errors.args("the body came too slowly: send it again, and faster"),
);
const stopping = new BodyRefused(
  503,
  errors.internal("the server is stopping: send it again later"),
);
const tooMuchOfOne = new BodyRefused(
  429,
  errors.internal(
    "too many bodies of one sender are coming in: send them one after another",
  ),
);
const tooMuch = new BodyRefused(
  429,
  errors.internal("too many bodies are coming in: try again later"),
);
