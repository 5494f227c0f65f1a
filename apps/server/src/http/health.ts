import type { Metrics } from "../metrics.ts";
import type { Page } from "./server.ts";

export interface HealthDeps {
  /** Why nobody should be sent here; undefined while all is well. */
  whyNotReady(): string | undefined;
  metrics: Metrics;
  /** Answer /metrics to other machines too. */
  allowRemoteMetrics: boolean;
}

/** One of these says that somebody else asked. */
const proxyHeaders = ["x-forwarded-for", "forwarded", "x-real-ip", "via"];

/** What machines ask: is it alive, does it serve, how is it doing. */
export function healthPages({
  whyNotReady,
  metrics,
  allowRemoteMetrics,
}: HealthDeps): Page[] {
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
        // Behind a proxy everybody comes from here.
        const isLocal =
          /^(127\.|::1$|::ffff:127\.)/.test(remote) &&
          !proxyHeaders.some((name) => request.headers.has(name));
        if (!isLocal && !allowRemoteMetrics)
          return text("404 page not found", 404);
        return new Response(await metrics.render(), {
          headers: { "content-type": metrics.contentType },
        });
      },
    },
  ];
}
