import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";

import { NoAnswer } from "./answer.ts";
import { createClient, TimedOut, Unreadable } from "./client.ts";
import type { WebhookCall } from "./client.ts";

const event: WebhookCall = {
  command: "callbackX",
  operationID: "op1",
  body: '{"callbackCommand":"callbackX"}\n',
  query: "?key=a%3D",
  timeoutMs: 50,
};

function endless(): ReadableStream<Uint8Array> {
  const piece = new Uint8Array(65_536).fill(0x20);
  return new ReadableStream({
    pull: (controller) => controller.enqueue(piece),
  });
}

const serve = (
  answer: (request: Request) => Response | Promise<Response>,
): ReturnType<typeof Bun.serve> =>
  Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer });

const clientOf = ({ port }: ReturnType<typeof Bun.serve>, secret = "") =>
  createClient({
    url: `http://127.0.0.1:${port}/hook`,
    secret,
    fetch,
    now: Date.now,
  });

describe("asking the receiver", () => {
  test("posts JSON to the command's path, with the operationID", async () => {
    let seen: unknown;
    await using server = serve(async (request) => {
      seen = {
        url: new URL(request.url).pathname + new URL(request.url).search,
        type: request.headers.get("content-type"),
        operationID: request.headers.get("operationID"),
        body: await request.text(),
      };
      return new Response("answer", { status: 500 });
    });
    expect(await clientOf(server)(event)).toBe("answer");
    expect(seen).toEqual({
      url: "/hook/callbackX?key=a%3D",
      type: "application/json; charset=utf-8",
      operationID: "op1",
      body: event.body,
    });
  });

  test("signs time and body, so that a receiver can tell ours from others", async () => {
    const headers: Headers[] = [];
    await using server = serve((request) => {
      headers.push(request.headers);
      return new Response("null");
    });
    const secret = "a secret of the receiver";
    const before = Date.now();
    await clientOf(server, secret)(event);
    const [signed] = headers;
    const timestamp = signed?.get("X-Parley-Timestamp") ?? "";
    expect(Number(timestamp)).toBeGreaterThanOrEqual(before);
    expect(Number(timestamp)).toBeLessThanOrEqual(Date.now());
    expect(signed?.get("X-Parley-Signature")).toBe(
      createHmac("sha256", secret)
        .update(`${timestamp}.${event.body}`)
        .digest("hex"),
    );
  });

  test("signs nothing without a secret, as until now", async () => {
    const headers: string[] = [];
    await using server = serve((request) => {
      headers.push(...request.headers.keys());
      return new Response("null");
    });
    await clientOf(server)(event);
    expect(headers).toContain("operationid");
    expect(headers.filter((name) => name.startsWith("x-parley"))).toEqual([]);
  });

  test("ends its waiting with 90004", async () => {
    await using server = serve(() => new Promise(() => undefined));
    const asked = clientOf(server)(event);
    const error: unknown = await asked.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TimedOut);
    expect((error as TimedOut).refusal.code).toBe(90004);
  });

  test.each([
    ["said to be", 5_000_000, (body: Blob) => new Response(body)],
    ["not said to be", 5_000_000, (body: Blob) => new Response(body.stream())],
    ["endless", Infinity, () => new Response(endless())],
  ])(
    "reads no more of an answer that is %s too long, and does not ask again for it",
    async (_what, size, answer) => {
      let asked = 0;
      await using server = serve(() => {
        asked++;
        return answer(new Blob([" ".repeat(Math.min(size, 5_000_000))]));
      });
      const post = clientOf(server);
      const slow = { ...event, timeoutMs: 30_000 };
      const ask = () => post(slow).catch((error: unknown) => error);
      // The receiver is there: nothing is held against it.
      for (let i = 0; i < 25; i++) {
        const error = await ask();
        expect(error).toBeInstanceOf(Unreadable);
        expect((error as Unreadable).refusal.code).toBe(90007);
      }
      expect(asked).toBe(25);
    },
  );

  test("takes an answer that names everybody of a large group", async () => {
    const text = " ".repeat(4_000_000);
    await using server = serve(() => new Response(text));
    const slow = { ...event, timeoutMs: 30_000 };
    expect(await clientOf(server)(slow)).toBe(text);
  });

  test("stops asking who is away, and looks again after a while", async () => {
    let at = 0;
    let asked = 0;
    let isAway = true;
    const post = createClient({
      url: "http://receiver",
      secret: "",
      fetch() {
        asked++;
        return isAway
          ? Promise.reject(new Error("refused"))
          : Promise.resolve(new Response("null"));
      },
      now: () => at,
    });
    const ask = () => post(event).catch((error: unknown) => error);
    for (let i = 0; i < 50; i++) expect(await ask()).toBeInstanceOf(NoAnswer);
    expect(asked).toBe(20);

    at = 5_000;
    for (let i = 0; i < 5; i++) await ask();
    expect(asked).toBe(21);

    at = 10_000;
    isAway = false;
    expect(await ask()).toBe("null");
    expect(await ask()).toBe("null");
  });
});
