import type { WebPage } from "../http/server.ts";
import type { Route } from "../http/route.ts";
import type { APIName } from "./words.ts";

export interface DocsDeps {
  /** The API that the page documents. */
  api: APIName;
  /** Asked when somebody looks: all routes that are served. */
  routes(): readonly Route[];
  version: string;
}

/**
 * The page about the API and what it is made of. Nothing is loaded or
 * rendered before somebody asks for it, and nothing comes from elsewhere.
 */
export function docsPages({ api, routes, version }: DocsDeps): WebPage[] {
  const file = (
    path: string,
    type: string,
    body: () => Promise<string>,
  ): WebPage => ({
    path,
    answer: async () =>
      new Response(await body(), {
        headers: {
          "content-type": `${type}; charset=utf-8`,
          "content-security-policy": policy,
          "x-content-type-options": "nosniff",
          "referrer-policy": "no-referrer",
          "cache-control": "no-cache",
        },
      }),
  });
  return [
    {
      path: "/",
      answer: () =>
        new Response(null, { status: 302, headers: { location: "/docs" } }),
    },
    file("/docs", "text/html", async () => (await import("./page.ts")).html),
    file(
      "/docs/page.css",
      "text/css",
      async () => (await import("./page.ts")).css,
    ),
    file("/docs/page.js", "text/javascript", async () => {
      const { runPage } = await import("./page-script.ts");
      const { createTrial } = await import("./page-trial.ts");
      return `(${runPage.toString()})(${createTrial.toString()});\n`;
    }),
    file("/docs/openapi.json", "application/json", async () => {
      const { renderOpenAPI } = await import("./openapi.ts");
      return `${JSON.stringify(renderOpenAPI(api, routes(), version), null, 2)}\n`;
    }),
  ];
}

/** The page talks to its own server only, and nobody frames it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
