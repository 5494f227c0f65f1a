import { BusError, busIsAway, requireSubject } from "../../src/bus/bus.ts";
import type { Bus, BusListener } from "../../src/bus/bus.ts";

/** Several nodes of one process, for tests, and the harm that comes to them. */
export interface MemoryNetwork {
  /** One node's bus. */
  open(): MemoryBus;
  /** Loses each publication for which this says so. */
  loseWhere(isLost: (subject: string) => boolean): void;
  /** Delivers each publication twice for which this says so. */
  doubleWhere(isDoubled: (subject: string) => boolean): void;
  /** Holds back everything from now on; in order once it is released. */
  hold(): { release(): void };
  /** Resolves when nothing is under way, unless it is held back. */
  settled(): Promise<void>;
}

export interface MemoryBus extends Bus {
  /** This node alone is away: it hears nothing, and nobody hears it. */
  cut(): void;
  mend(): void;
}

interface Subscription {
  bus: MemoryBus;
  matches(subject: string): boolean;
  listener: BusListener;
}

interface Service extends Omit<Subscription, "listener"> {
  answer: Parameters<Bus["serve"]>[1];
}

const maxBytes = 1_048_576;

export function createMemoryNetwork(): MemoryNetwork {
  const subscriptions = new Set<Subscription>();
  const services = new Set<Service>();
  let isLost = (_subject: string): boolean => false;
  let isDoubled = isLost;
  let held: (() => void)[] | undefined;
  let underWay = 0;
  let idle = Promise.withResolvers<void>();
  idle.resolve();

  /** Never in the turn of the sender: no network is so fast. */
  function carry(work: () => void): void {
    if (held) return void held.push(() => carry(work));
    if (underWay++ === 0) idle = Promise.withResolvers();
    setTimeout(() => {
      try {
        work();
      } finally {
        if (--underWay === 0) idle.resolve();
      }
    }, 0);
  }

  function open(): MemoryBus {
    let since = 0;
    let isClosed = false;
    const downs: (() => void)[] = [];
    const ups: (() => void)[] = [];
    const isUp = (): boolean => since === 0 && !isClosed;
    /** Requests without an answer. */
    const waiting = new Set<(error: BusError) => void>();

    function failWaiting(): void {
      for (const fail of waiting) fail(busIsAway());
    }

    const bus: MemoryBus = {
      isUp,
      downSince: () => since,
      maxBytes: () => maxBytes,
      publish(subject, data) {
        requireSubject(subject);
        if (!isUp() || data.length > maxBytes || isLost(subject)) return;
        const copy = data.slice();
        for (let n = isDoubled(subject) ? 2 : 1; n > 0; n--)
          carry(() => {
            for (const each of [...subscriptions])
              if (each.bus !== bus && each.bus.isUp() && each.matches(subject))
                each.listener(copy, subject);
          });
      },
      subscribe(subject, listener) {
        requireSubject(subject, true);
        const own = { bus, matches: matcherOf(subject), listener };
        subscriptions.add(own);
        return () => void subscriptions.delete(own);
      },
      serve(subject, answer) {
        requireSubject(subject, true);
        const own = { bus, matches: matcherOf(subject), answer };
        services.add(own);
        return () => void services.delete(own);
      },
      request(subject, data, timeoutMs) {
        requireSubject(subject);
        if (!isUp()) return Promise.reject(busIsAway());
        const { promise, resolve, reject } =
          Promise.withResolvers<Uint8Array>();
        const timer = setTimeout(
          () => reject(new BusError(`no answer from ${subject} in time`)),
          timeoutMs,
        );
        waiting.add(reject);
        const copy = data.slice();
        carry(() => {
          const able = [...services].filter(
            (each) =>
              each.bus !== bus && each.bus.isUp() && each.matches(subject),
          );
          const one = able[Math.floor(Math.random() * able.length)];
          if (!one) return reject(new BusError(`nobody serves ${subject}`));
          one.answer(copy, subject).then(
            (answer) => carry(() => resolve(answer)),
            (error: unknown) =>
              carry(() =>
                reject(new BusError(`${subject}: ${(error as Error).message}`)),
              ),
          );
        });
        return promise.finally(() => {
          clearTimeout(timer);
          waiting.delete(reject);
        });
      },
      onDown: (listener) => void downs.push(listener),
      onUp: (listener) => void ups.push(listener),
      async flush() {
        if (!isUp()) throw busIsAway();
        await new Promise<void>((resolve) => carry(resolve));
      },
      async close() {
        isClosed = true;
        failWaiting();
        for (const each of subscriptions)
          if (each.bus === bus) subscriptions.delete(each);
        for (const each of services)
          if (each.bus === bus) services.delete(each);
      },
      cut() {
        if (!isUp()) return;
        since = Date.now();
        failWaiting();
        for (const listener of downs) listener();
      },
      mend() {
        if (since === 0) return;
        since = 0;
        for (const listener of ups) listener();
      },
    };
    return bus;
  }

  return {
    open,
    loseWhere: (rule) => void (isLost = rule),
    doubleWhere: (rule) => void (isDoubled = rule),
    hold() {
      held ??= [];
      return {
        release() {
          const all = held ?? [];
          held = undefined;
          for (const work of all) work();
        },
      };
    },
    settled: () => idle.promise,
  };
}

/** `*` stands for one word, `>` for all that follow. */
function matcherOf(pattern: string): (subject: string) => boolean {
  const words = pattern.split(".");
  if (!words.includes("*") && !words.includes(">"))
    return (subject) => subject === pattern;
  return (subject) => {
    const given = subject.split(".");
    for (const [i, word] of words.entries()) {
      if (word === ">") return given.length > i;
      if (word !== "*" && word !== given[i]) return false;
    }
    return given.length === words.length;
  };
}
