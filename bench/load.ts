import { Latencies } from "./latency.ts";
import type { Sender, Traffic } from "./traffic.ts";

/** A load that runs until it is told to end. */
export interface Load {
  stop(): void;
}

export interface RateLoad extends Load {
  /** Delay of sends behind their schedule: the generator's own lag. */
  readonly lateness: Latencies;
}

/**
 * Closed loop: each sender has so many messages on their way, and sends the
 * next as soon as one is acked and with everyone.
 */
export function startWindowLoad(traffic: Traffic, window: number): Load {
  let isStopped = false;
  /** Collected, so that no sender is answered deep inside another's read. */
  let free: Sender[] = [];
  const refill = () => {
    const senders = free;
    free = [];
    if (isStopped) return;
    for (const sender of senders) traffic.send(sender, performance.now());
  };
  traffic.settled = (sender) => {
    if (free.push(sender) === 1) queueMicrotask(refill);
  };
  for (let i = 0; i < window; i++)
    for (const sender of traffic.senders)
      traffic.send(sender, performance.now());
  return {
    stop() {
      isStopped = true;
    },
  };
}

/**
 * Open loop: so many messages a second, come what may. Time counts from the
 * moment a message was to leave, so a stall is not hidden by sending less.
 */
export function startRateLoad(traffic: Traffic, perSecond: number): RateLoad {
  const { senders } = traffic;
  const interval = 1000 / perSecond;
  let due = performance.now();
  let next = 0;
  let timer: ReturnType<typeof setTimeout>;
  const lateness = new Latencies();
  const tick = () => {
    const now = performance.now();
    for (; due <= now; due += interval) {
      lateness.record(now - due);
      traffic.send(senders[next++ % senders.length]!, due);
    }
    timer = setTimeout(tick, 1);
  };
  tick();
  return { lateness, stop: () => clearTimeout(timer) };
}
