import { until } from "./quiet.ts";
import type { Target } from "./target.ts";

/**
 * Makes one wait until a server, or all nodes, are through with what they were
 * asked: a fixed time is too short on a busy machine, where answers take longer, too.
 */
export function createSettled(
  nodes: readonly Pick<Target, "api" | "hooks" | "patienceSeconds">[],
): () => Promise<void> {
  const [first] = nodes;
  const hooks = first?.hooks;

  const turns = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++)
      for (const { api } of nodes)
        await (await fetch(`${api}/healthz`)).arrayBuffer();
  };

  async function hasToldAll(): Promise<boolean> {
    for (const { api } of nodes) {
      const metrics = await (await fetch(`${api}/metrics`)).text();
      const waiting = /^parley_webhooks_waiting (\d+)$/m.exec(metrics)?.[1];
      if (Number(waiting ?? 0) > 0) return false;
    }
    return true;
  }

  return async () => {
    await turns(3);
    if (!hooks) return;
    let isTold = false;
    while (!isTold) {
      await until(() => hooks.answering() === 0, first.patienceSeconds);
      isTold = await hasToldAll();
      await turns(2);
      isTold &&= hooks.answering() === 0;
    }
  };
}
