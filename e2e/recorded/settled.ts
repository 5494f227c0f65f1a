import { until } from "./quiet.ts";
import type { Target } from "./target.ts";

/**
 * Makes one wait until a server is through with what it was asked: a fixed time is
 * too short on a busy machine, where its answers take longer, too.
 */
export function createSettled({
  api,
  hooks,
  patienceSeconds,
}: Pick<Target, "api" | "hooks" | "patienceSeconds">): () => Promise<void> {
  const turns = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++)
      await (await fetch(`${api}/healthz`)).arrayBuffer();
  };

  async function hasToldAll(): Promise<boolean> {
    const metrics = await (await fetch(`${api}/metrics`)).text();
    const waiting = /^parley_webhooks_waiting (\d+)$/m.exec(metrics)?.[1];
    return Number(waiting ?? 0) === 0;
  }

  return async () => {
    await turns(3);
    if (!hooks) return;
    let isTold = false;
    while (!isTold) {
      await until(() => hooks.answering() === 0, patienceSeconds);
      isTold = await hasToldAll();
      await turns(2);
      isTold &&= hooks.answering() === 0;
    }
  };
}
