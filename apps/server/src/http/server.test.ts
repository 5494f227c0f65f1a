import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { PartSizeReq } from "@parley/protocol/generated/third";

import { createLog } from "../log.ts";
import { createMetrics } from "../metrics.ts";
import { openRoute, route } from "./route.ts";
import { serveAPI } from "./server.ts";
import type { API, Page } from "./server.ts";

const maxBodyBytes = 1_000;
const metrics = createMetrics({
  onlineUsers: () => 0,
  connections: () => 0,
  unmerged: () => 0,
  version: "test",
});
const textPage = (path: string, more: Partial<Page> = {}): Page => ({
  path,
  answer: (request) => new Response(new URL(request.url).pathname),
  ...more,
});

let api: API;
let url: string;
beforeAll(() => {
  api = serveAPI(
    { hostname: "127.0.0.1", port: 0, maxBodyBytes },
    {
      routes: [
        route("/some/route", PartSizeReq, { handle: async () => undefined }),
        openRoute("/open", PartSizeReq, { handle: async () => undefined }),
      ],
      pages: [
        textPage("/whole"),
        textPage("/tree/*name"),
        textPage("/tree/special"),
        textPage("/tree/*id", {
          method: "PUT",
          answer: async (request) =>
            new Response(String((await request.bytes()).length)),
        }),
      ],
      addressOf: (remote) => remote,
      identify: () =>
        Promise.resolve({ userID: "ann", platformID: 1, isAdmin: false }),
      metrics,
      log: createLog("silent"),
    },
  );
  url = `http://127.0.0.1:${api.port}`;
});
afterAll(() => api.close());

const ask = (method: string, path: string, body?: RequestInit["body"]) =>
  fetch(url + path, {
    method,
    redirect: "manual",
    headers: { operationID: "op", token: "ann" },
    ...(body !== undefined && { body }),
  });

describe("a page", () => {
  test.each([
    ["GET", "/whole", 200],
    ["GET", "/tree/a/b", 200],
    ["GET", "/tree/", 200],
    ["GET", "/tree/special", 200],
    ["GET", "/tree", 301],
    ["GET", "/whole/", 301],
    ["GET", "/treetop", 404],
    ["HEAD", "/tree/a", 404],
    ["DELETE", "/tree/a", 404],
    ["PUT", "/whole", 404],
  ])("%s %s is answered %i", async (method, path, status) => {
    expect((await ask(method, path)).status).toBe(status);
  });

  test("takes a body that no route would", async () => {
    const body = new Uint8Array(5_000_000);
    const response = await ask("PUT", "/tree/a", body);
    expect(await response.text()).toBe("5000000");
  });

  test("is counted by its pattern, never by what was asked for", async () => {
    await ask("GET", "/tree/secret-name");
    await ask("GET", "/nowhere/secret-name");
    const text = await metrics.render();
    expect(text).toContain('path="/tree/*name",method="GET",status="200"');
    expect(text).not.toContain("secret-name");
  });
});

describe("a route's body", () => {
  const padded = (length: number) => `{"size":1}`.padEnd(length);
  const streamed = (text: string) =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      },
    });

  test("is cut at the limit", async () => {
    for (const body of [padded(maxBodyBytes + 500), streamed(padded(5_000))]) {
      const response = await ask("POST", "/some/route", body);
      expect(await response.json()).toMatchObject({ errCode: 0 });
    }
    const cut = `{"size":1${" ".repeat(maxBodyBytes)}}`;
    const response = await ask("POST", "/some/route", cut);
    expect(await response.json()).toMatchObject({ errCode: 1001 });
  });

  test("far beyond the limit is 413, said or unsaid", async () => {
    for (const body of [padded(2_000_000), streamed(padded(2_000_000))])
      expect((await ask("POST", "/some/route", body)).status).toBe(413);
  });

  test("without a token is 413 beyond 1 MB", async () => {
    const most = 1_048_576;
    for (const make of [padded, (length: number) => streamed(padded(length))]) {
      expect((await ask("POST", "/open", make(most))).status).toBe(200);
      expect((await ask("POST", "/open", make(most + 1))).status).toBe(413);
      const withToken = await ask("POST", "/some/route", make(most + 1));
      expect(withToken.status).toBe(200);
    }
  });
});
