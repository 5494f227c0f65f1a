import { expect, test } from "bun:test";

import { createMetrics } from "../watching/metrics.ts";
import { healthPages } from "./health.ts";

const metricsPage = (allowRemoteMetrics: boolean) => {
  const page = healthPages({
    whyNotReady: () => undefined,
    metrics: createMetrics({
      onlineUsers: () => 0,
      connections: () => 0,
      unmerged: () => 0,
      version: "test",
    }),
    allowRemoteMetrics,
  }).find(({ path }) => path === "/metrics");
  return async (remote: string, headers: Record<string, string> = {}) => {
    const request = new Request("http://localhost/metrics", { headers });
    return (await page!.answer(request, remote, neverRead)).status;
  };
};

const neverRead = () => Promise.reject(new Error("a GET has no body"));

test("metrics are for this machine, and for no one whom a proxy on it serves", async () => {
  const ask = metricsPage(false);
  for (const local of ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
    expect(await ask(local)).toBe(200);
  expect(await ask("192.0.2.1")).toBe(404);
  for (const header of ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
    expect(await ask("127.0.0.1", { [header]: "192.0.2.1" }), header).toBe(404);
});

test("metrics are for everybody where the operator says so", async () => {
  expect(await metricsPage(true)("192.0.2.1")).toBe(200);
});
