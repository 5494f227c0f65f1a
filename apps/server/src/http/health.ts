import type { Metrics } from "../watching/metrics.ts";
import { isFromHere } from "./client-address.ts";
import type { WebPage } from "./server.ts";

export interface HealthDeps {
  /** Returns the reason for which /readyz fails; undefined if it succeeds. */
  whyNotReady(): string | undefined;
  metrics: Metrics;
  /** Answer /metrics to other machines too. */
  allowRemoteMetrics: boolean;
  /**
   * Returns whether the request is from this machine and not through a proxy.
   */
  isHere?(remote: string, headers: Headers): boolean;
}

/** Pages for monitoring: liveness, readiness, metrics. */
export function healthPages({
  whyNotReady,
  metrics,
  allowRemoteMetrics,
  isHere = isFromHere,
}: HealthDeps): WebPage[] {
  const text = (body: string, status = 200) =>
    new Response(body, { status, headers: { "content-type": "text/plain" } });
  return [
    { path: "/healthz", isUnlimited: true, answer: () => text("ok\n") },
    {
      path: "/readyz",
      isUnlimited: true,
      answer() {
        const reason = whyNotReady();
        return reason === undefined
          ? text("ready\n")
          : text(`${reason}\n`, 503);
      },
    },
    {
      path: "/metrics",
      isUnlimited: true,
      async answer(request, remote) {
        if (!allowRemoteMetrics && !isHere(remote, request.headers))
          return text("404 page not found", 404);
        return new Response(await metrics.render(), {
          headers: { "content-type": metrics.contentType },
        });
      },
    },
  ];
}
