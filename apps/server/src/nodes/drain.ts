import type { Cluster } from "./cluster.ts";

/** The request of an operator to a node, as its row holds it. */
export interface DrainWish {
  /** The part of the connections that is closed, above 0 and at most 1. */
  share: number;
  /** Connections that are closed in a second; undefined: as the node is set. */
  perSecond?: number;
}

export interface DrainSettings {
  /** Time between not being ready and the first refused socket: balancers look now and then. */
  delaySeconds: number;
  /** Time for closing all connections at a stop. */
  seconds: number;
  perSecond: number;
}

/** Sends clients to other nodes: because an operator asks for it, or before a stop. */
export interface Drain {
  /** Undefined: the node takes clients. */
  state(): "draining" | "drained" | undefined;
  /** Before a stop. Returns at once if no other node takes clients. */
  leave(signal: AbortSignal): Promise<void>;
  /** Returns whether another node takes clients. */
  isServedElsewhere(): boolean;
}

export interface DrainDeps {
  cluster: Pick<Cluster, "self" | "live" | "onDrain" | "beatNow">;
  settings: DrainSettings;
  gateway: {
    refuseNewcomers(isSo: boolean): void;
    moveAway(
      moving: { share: number; perSecond: number },
      signal: AbortSignal,
    ): Promise<void>;
  };
  /** Number of connections. */
  count(): number;
  /** Resolves when nobody who was sent away is expected back. */
  allReturned(): Promise<void>;
  tell(state: "began" | "done" | "ended", sockets: number): void;
  failed(error: unknown): void;
}

/** Between two looks at the other nodes, and two entries of the own row. */
const lookMs = 500;
/** Time that a stop waits for clients to reconnect elsewhere, with a margin, in ms. */
const returnMs = 6_000;

export function createDrain({
  cluster,
  settings,
  gateway,
  count,
  allReturned,
  tell,
  failed,
}: DrainDeps): Drain {
  let state: "draining" | "drained" | undefined;
  /** Aborts the running drain; kept when it is done. */
  let current: AbortController | undefined;
  let since = 0;
  let isLeaving = false;

  const isServedElsewhere = (): boolean =>
    cluster
      .live()
      .some(({ id, state }) => id !== cluster.self && state === "ready");

  function enter(next: typeof state): void {
    state = next;
    cluster.beatNow();
  }

  function begin(): AbortController {
    current?.abort();
    if (state === undefined) {
      since = performance.now();
      tell("began", count());
    }
    enter("draining");
    return (current = new AbortController());
  }

  /** Balancers see that this node is not ready, and send nobody any more. */
  async function refuseSoon(signal: AbortSignal): Promise<void> {
    const waited = performance.now() - since;
    await pause(settings.delaySeconds * 1_000 - waited, signal);
    if (!signal.aborted) gateway.refuseNewcomers(true);
  }

  async function move(
    moving: { share: number; perSecond: number },
    signal: AbortSignal,
  ): Promise<void> {
    const progress = setInterval(cluster.beatNow, lookMs);
    try {
      await gateway.moveAway(moving, signal);
    } finally {
      clearInterval(progress);
    }
  }

  async function drain({ share, perSecond }: DrainWish): Promise<void> {
    const { signal } = begin();
    await refuseSoon(signal);
    if (signal.aborted) return;
    await move({ share, perSecond: perSecond ?? settings.perSecond }, signal);
    if (signal.aborted) return;
    tell("done", count());
    enter("drained");
  }

  function undrain(): void {
    if (state === undefined) return;
    current?.abort();
    gateway.refuseNewcomers(false);
    tell("ended", count());
    enter(undefined);
  }

  cluster.onDrain((wish) => {
    if (isLeaving) return;
    if (wish) drain(wish).catch(failed);
    else undrain();
  });

  return {
    state: () => state,
    isServedElsewhere,
    async leave(stopping) {
      isLeaving = true;
      if (!isServedElsewhere()) return;
      const { signal, abort } = abortable(stopping);
      begin();
      // Nodes may stop all together, and then there is nobody to wait for.
      const watching = setInterval(() => {
        if (!isServedElsewhere()) abort();
      }, lookMs);
      try {
        await refuseSoon(signal);
        const { seconds, perSecond } = settings;
        const inTime = AbortSignal.timeout(seconds * 1_000);
        await move(
          { share: 1, perSecond: Math.max(perSecond, count() / seconds) },
          AbortSignal.any([signal, inTime]),
        );
        const late = abortable(signal);
        const timer = setTimeout(late.abort, returnMs);
        await Promise.race([allReturned(), pause(returnMs, late.signal)]);
        clearTimeout(timer);
        late.abort();
      } finally {
        clearInterval(watching);
      }
      tell("done", count());
    },
  };
}

function abortable(outer: AbortSignal) {
  const own = new AbortController();
  return {
    signal: AbortSignal.any([outer, own.signal]),
    abort: () => own.abort(),
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
