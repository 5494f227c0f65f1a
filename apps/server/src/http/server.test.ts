import { once } from "node:events";
import { connect } from "node:net";

import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { PartSizeReq } from "@parley/protocol/generated/third";
import { anybody, method, nothing, signedIn } from "@parley/protocol/method";
import type { Access, Method } from "@parley/protocol/method";
import { PartSize } from "@parley/protocol/methods/objects";
import { pino } from "pino";

import { createLoadShedder } from "../pace/load-shedder.ts";
import { nextTurn } from "../pace/turns.ts";
import { createMetrics } from "../watching/metrics.ts";
import { nobody } from "./actor.ts";
import { route } from "./route.ts";
import type { Route } from "./route.ts";
import { createIntake } from "./intake.ts";
import { serveAPI } from "./server.ts";
import type { API, WebPage } from "./server.ts";

const maxBodyBytes = 500_000;
const metrics = createMetrics({
  onlineUsers: () => 0,
  connections: () => 0,
  unmerged: () => 0,
  version: "test",
});
const textPage = (path: string, more: Partial<WebPage> = {}): WebPage => ({
  path,
  answer: (request) => new Response(new URL(request.url).pathname),
  ...more,
});

const intake = createIntake({ totalBytes: 2 ** 26, elapsed: () => 0 });

const logged: { level: number }[] = [];

const serve = (routes: readonly Route[]): API =>
  serveAPI(
    { hostname: "127.0.0.1", port: 0, maxBodyBytes },
    {
      routes,
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
      neighborhoodOf: () => undefined,
      intake,
      identify: (token, path) =>
        Promise.resolve(
          path === "/open"
            ? nobody
            : { userID: token ?? "", platformID: 1, isAdmin: false },
        ),
      metrics,
      logger: pino(
        { level: "info" },
        { write: (line) => logged.push(JSON.parse(line) as { level: number }) },
      ),
    },
  );

const described = (
  path: string,
  more: { access?: Access<never>; bodyBytes?: number } = {},
) =>
  method(path, PartSizeReq, nothing, {
    access: signedIn,
    kind: "change",
    words: ["Does nothing"],
    ...more,
  });
const doNothing = (...about: Parameters<typeof described>): Route =>
  route(described(...about), { handle: async () => undefined });

let api: API;
let url: string;
beforeAll(() => {
  api = serve([
    doNothing("/some/route", { bodyBytes: 4_000 }),
    doNothing("/large"),
    doNothing("/open", { access: anybody }),
  ]);
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

  const isRefused = async (response: Response) => {
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ errCode: 1001 });
  };

  test("beyond what its route needs is 413 and 1001, said or unsaid", async () => {
    for (const make of [padded, (length: number) => streamed(padded(length))]) {
      const whole = await ask("POST", "/some/route", make(4_000));
      expect(await whole.json()).toMatchObject({ errCode: 0 });
      await isRefused(await ask("POST", "/some/route", make(4_001)));
      const large = await ask("POST", "/large", make(maxBodyBytes));
      expect(await large.json()).toMatchObject({ errCode: 0 });
      await isRefused(await ask("POST", "/large", make(maxBodyBytes + 1)));
    }
  });

  test("without a token is refused beyond 256 KiB", async () => {
    const most = 262_144;
    for (const make of [padded, (length: number) => streamed(padded(length))]) {
      expect((await ask("POST", "/open", make(most))).status).toBe(200);
      await isRefused(await ask("POST", "/open", make(most + 1)));
    }
  });

  test("that is said to be too large is refused before any of it is sent", async () => {
    const socket = connect(api.port, "127.0.0.1");
    socket.write(
      "POST /some/route HTTP/1.1\r\nHost: a\r\noperationID: op\r\ntoken: ann\r\nContent-Length: 4001\r\n\r\n",
    );
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toStartWith("HTTP/1.1 413 ");
    socket.destroy();
  });

  test("that its client gives up is no fault of the server", async () => {
    const socket = connect(api.port, "127.0.0.1");
    socket.write(
      "POST /some/route HTTP/1.1\r\nHost: a\r\noperationID: gone\r\ntoken: ann\r\nContent-Length: 4000\r\n\r\nhalf",
    );
    await once(socket, "connect");
    while (intake.heldBytes() === 0) await nextTurn();
    socket.destroy();
    while (intake.heldBytes() > 0) await nextTurn();
    expect(logged.filter(({ level }) => level >= 50)).toEqual([]);
  });
});

test("a read waits from its token to its answer, and a change or an administrator for nobody", async () => {
  const clock = { now: 0 };
  const shedder = createLoadShedder({
    began: () => undefined,
    elapsed: () => clock.now,
  });
  const database = Promise.withResolvers<void>();
  let asked = 0;
  let allAsked: (() => void) | undefined;
  const slow = (method: Method) =>
    route(method, {
      async handle() {
        asked++;
        allAsked?.();
        await database.promise;
      },
    });
  const Change = described("/change");
  const busy = serveAPI(
    { hostname: "127.0.0.1", port: 0, maxBodyBytes },
    {
      routes: [slow(PartSize), slow(Change)],
      pages: [],
      addressOf: (remote) => remote,
      neighborhoodOf: () => undefined,
      intake,
      identify: (token) =>
        Promise.resolve({
          userID: token ?? "",
          platformID: 1,
          isAdmin: token?.startsWith("admin") ?? false,
        }),
      shedder,
      metrics,
      logger: pino({ level: "silent" }),
    },
  );
  /** Resolves when all of them wait for the database. */
  async function begin({ path }: Pick<Method, "path">, who: string) {
    const wanted = asked + 8;
    const all = new Promise<void>((resolve) => {
      allAsked = () => {
        if (asked === wanted) resolve();
      };
    });
    const answers = Array.from({ length: 8 }, (_, i) =>
      fetch(`http://127.0.0.1:${busy.port}${path}`, {
        method: "POST",
        headers: { operationID: "op", token: `${who}${i}` },
        body: '{"size":1}',
      }),
    );
    await all;
    return answers;
  }
  const answers = [
    ...(await begin(Change, "user")),
    ...(await begin(PartSize, "admin")),
  ];
  clock.now = 60_000;
  expect(shedder.admitsNewcomer()).toBe(true);
  answers.push(...(await begin(PartSize, "user")));
  clock.now += 3_001;
  expect(shedder.admitsNewcomer()).toBe(false);
  database.resolve();
  for (const answer of await Promise.all(answers))
    expect(await answer.json()).toMatchObject({ errCode: 0 });
  clock.now += 1_000;
  expect(shedder.admitsNewcomer()).toBe(true);
  await busy.close();
});

test.each([10, 3_000_000])(
  "a stop closed the connection before the last answer of %d letters was written",
  async (length) => {
    const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>();
    const { promise: goesOn, resolve: goOn } = Promise.withResolvers<void>();
    const text = "x".repeat(length);
    const stopped = serve([
      {
        ...doNothing("/open", { access: anybody }),
        async answer() {
          isAsked();
          await goesOn;
          return JSON.stringify(text);
        },
      },
    ]);
    const answer = fetch(`http://127.0.0.1:${stopped.port}/open`, {
      method: "POST",
      headers: { operationID: "op", "accept-encoding": "identity" },
      body: "{}",
    });
    await asked;
    const closed = stopped.close();
    goOn();
    expect(await (await answer).json()).toMatchObject({ data: text });
    await closed;
  },
);
