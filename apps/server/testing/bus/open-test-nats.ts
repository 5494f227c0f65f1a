import type { Bus } from "../../src/bus/bus.ts";
import { openNatsBus } from "../../src/bus/nats.ts";
import type { NatsOptions } from "../../src/bus/nats.ts";

const throwIt = (error: unknown): never => {
  throw error;
};

/** A node's bus that starts at once or not at all. */
export async function openTestNats({
  url,
  cluster = "test",
  ...options
}: Partial<NatsOptions> & { url: string }): Promise<Bus> {
  return openNatsBus({
    url,
    cluster,
    name: "test",
    waitMs: 0,
    waiting: throwIt,
    troubles: {
      lost: () => undefined,
      back: () => undefined,
      failed: () => undefined,
    },
    ...options,
  });
}
