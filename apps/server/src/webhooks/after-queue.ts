import { NoAnswer } from "./answer.ts";
import { Heard } from "./client.ts";
import type { WebhookCall, Post } from "./client.ts";

/** Events that nobody waits for. Adding one never waits and never throws. */
export interface AfterQueue {
  add(event: WebhookCall): void;
  waiting(): number;
  /** Goes on for at most `graceMs`; what is left then is lost. */
  close(graceMs: number): Promise<void>;
}

export interface AfterQueueDeps {
  post: Post;
  sleep: (ms: number) => Promise<void>;
  told(): void;
  /** No room, no answer after all tries, or the end of the server. */
  dropped(count: number): void;
  failed(command: string, error: unknown): void;
  limits?: Partial<Limits>;
}

interface Limits {
  /** Events that wait. */
  events: number;
  /** Characters of their bodies. */
  size: number;
  /** Asked at the same time. */
  workers: number;
}

const usualLimits: Limits = { events: 10_000, size: 64 << 20, workers: 8 };

/** Between the tries of one event. */
const pausesMs = [500, 1_000, 2_000, 4_000];

export function createAfterQueue(deps: AfterQueueDeps): AfterQueue {
  const limits = { ...usualLimits, ...deps.limits };
  let queue: WebhookCall[] = [];
  /** Where the queue begins; what lies before is done. */
  let first = 0;
  let size = 0;
  let workers = 0;
  let isClosed = false;
  let idle: (() => void) | undefined;

  const waiting = () => queue.length - first;

  function take(): WebhookCall | undefined {
    const event = queue[first++];
    if (!event) {
      queue = [];
      first = 0;
      return undefined;
    }
    size -= event.body.length;
    if (first > 1_024 && first * 2 > queue.length) {
      queue = queue.slice(first);
      first = 0;
    }
    return event;
  }

  async function work(): Promise<void> {
    workers++;
    for (let event = take(); event; event = take()) await tell(event);
    workers--;
    if (workers === 0) idle?.();
  }

  async function tell(event: WebhookCall): Promise<void> {
    for (const pause of [...pausesMs, undefined])
      try {
        await deps.post(event);
        return deps.told();
      } catch (error) {
        const isLost =
          pause === undefined ||
          isClosed ||
          error instanceof Heard ||
          !(error instanceof NoAnswer);
        if (isLost) {
          deps.failed(event.command, error);
          return deps.dropped(1);
        }
        await deps.sleep(pause);
      }
  }

  return {
    add(event) {
      const isFull =
        waiting() >= limits.events || size + event.body.length > limits.size;
      if (isFull || isClosed) return deps.dropped(1);
      queue.push(event);
      size += event.body.length;
      if (workers < limits.workers) void work();
    },
    waiting,
    async close(graceMs) {
      isClosed = true;
      if (workers > 0)
        await Promise.race([
          new Promise<void>((resolve) => (idle = resolve)),
          deps.sleep(graceMs),
        ]);
      if (waiting() > 0) deps.dropped(waiting());
      queue = [];
      first = 0;
    },
  };
}
