import { describe, expect, test } from "bun:test";

import { NoAnswer } from "./answer.ts";
import { createClient, TimedOut } from "./client.ts";
import type { Delivery } from "./client.ts";

const event: Delivery = {
  command: "callbackX",
  operationID: "op1",
  body: '{"callbackCommand":"callbackX"}\n',
  query: "?key=a%3D",
  timeoutMs: 50,
};

const serve = (
  answer: (request: Request) => Response | Promise<Response>,
): ReturnType<typeof Bun.serve> =>
  Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer });

const clientOf = ({ port }: ReturnType<typeof Bun.serve>) =>
  createClient({ url: `http://127.0.0.1:${port}/hook`, fetch, now: Date.now });

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

  test("ends its waiting with 90004", async () => {
    await using server = serve(() => new Promise(() => undefined));
    const asked = clientOf(server)(event);
    const error: unknown = await asked.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TimedOut);
    expect((error as TimedOut).refusal.code).toBe(90004);
  });

  test("stops asking who is away, and looks again after a while", async () => {
    let at = 0;
    let asked = 0;
    let isAway = true;
    const post = createClient({
      url: "http://receiver",
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
