import type { WebPage } from "./server.ts";

/** The roles of OpenIM, each of which has a target page for Prometheus. */
const roles = [
  "api",
  "user",
  "group",
  "msg",
  "friend",
  "conversation",
  "third",
  "auth",
  "push",
  "msg_gateway",
  "msg_transfer",
];

/** The pages for Prometheus and its boards, besides /metrics. */
export function prometheusPages({
  grafanaURL,
}: {
  /** "" is none. */
  grafanaURL: string;
}): WebPage[] {
  return [
    {
      path: "/third/prometheus",
      answer: () =>
        new Response(null, {
          status: 302,
          // COMPAT: without an address OpenIM leads here, where nothing is.
          headers: { location: grafanaURL || "/third/" },
        }),
    },
    // One process plays all roles: named for each, its sums would be eleven
    // times too large, so none names it and it is scraped by its own address.
    ...roles.map((role) => ({
      path: `/prometheus_discovery/${role}`,
      answer: () => Response.json([]),
    })),
  ];
}
