import { afterEach, beforeEach, expect, test } from "bun:test";

import { AgentKey } from "./agent-key.ts";
import { createAsk } from "./endpoint.ts";
import { EndpointFailed } from "./endpoint-failed.ts";
import {
  beginStream,
  cutOff,
  delta,
  done,
  refuse,
  stall,
  startTestEndpoint,
  stream,
} from "../../testing/agents/endpoint.ts";
import type { TestEndpoint } from "../../testing/agents/endpoint.ts";

let endpoint: TestEndpoint;
beforeEach(async () => {
  endpoint = await startTestEndpoint();
});
afterEach(() => endpoint.close());

const patient = { firstByteMs: 10_000, totalMs: 20_000 };
const key = new AgentKey("sk-secret");
const turns = [{ role: "user" as const, content: "Why?" }];

const asking = (limits = patient, now = Date.now) =>
  createAsk({ fetch, now, ...limits });

function ask(
  limits = patient,
  { url = endpoint.url, signal = new AbortController().signal } = {},
) {
  return asking(limits)({ url, key, model: "m" }, turns, signal);
}

async function failureOf(answer: Promise<unknown>): Promise<EndpointFailed> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof EndpointFailed) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

test("asks by the path, key, model and turns that OpenAI's clients send", async () => {
  endpoint.behaviour = stream("Be", "cause.");
  expect(await ask()).toEqual({ text: "Because.", isWhole: true });
  const [request] = endpoint.requests;
  expect(request?.path).toBe("/v1/chat/completions");
  expect(request?.headers.authorization).toBe("Bearer sk-secret");
  expect(request?.body).toEqual({ model: "m", messages: turns, stream: true });
});

test("the whole address, a slash at the end and a query may be given as well", async () => {
  endpoint.behaviour = stream("x");
  for (const tail of ["/", "/chat/completions", "?version=1"])
    await ask(patient, { url: endpoint.url + tail });
  expect(endpoint.requests.map(({ path }) => path)).toEqual([
    "/v1/chat/completions",
    "/v1/chat/completions",
    "/v1/chat/completions?version=1",
  ]);
});

test("an answer in one piece is one, too", async () => {
  endpoint.behaviour = refuse(200, {
    choices: [{ message: { content: "Because." }, finish_reason: "stop" }],
  });
  expect(await ask()).toEqual({ text: "Because.", isWhole: true });
});

test("an endpoint that does not stream is asked for one piece", async () => {
  endpoint.behaviour = (response, request) => {
    const { stream: isStreamed } = request.body;
    refuse(
      isStreamed ? 400 : 200,
      isStreamed
        ? { error: { message: "stream is not supported" } }
        : { choices: [{ message: { content: "Because." } }] },
    )(response, request);
  };
  expect(await ask()).toEqual({ text: "Because.", isWhole: true });
});

test("characters in two chunks, comments, other choices and CRLF do no harm", async () => {
  endpoint.behaviour = (response) => {
    const bytes = Buffer.from(delta("Grüße 👋").replaceAll("\n", "\r\n"));
    const middle = bytes.indexOf(0xc3) + 1;
    beginStream(response, ": wait\n\n", bytes.subarray(0, middle));
    response.write(bytes.subarray(middle));
    response.write(
      `data: ${JSON.stringify({ choices: [{ index: 1, delta: { content: "other" } }] })}\n\n`,
    );
    response.write(`data: ${JSON.stringify({ usage: {} })}\n\n`);
    response.end(done);
  };
  expect(await ask()).toEqual({ text: "Grüße 👋", isWhole: true });
});

test("an answer that the model's own limit ends is not whole", async () => {
  endpoint.behaviour = (response) => {
    beginStream(response, delta("Bec", "length"));
    response.end(done);
  };
  expect(await ask()).toEqual({ text: "Bec", isWhole: false });
});

test("a stream without [DONE] at its end is whole where the model said that it stops", async () => {
  endpoint.behaviour = (response) => {
    beginStream(response, delta("Because."));
    response.end(delta("", "stop").trimEnd());
  };
  expect(await ask()).toEqual({ text: "Because.", isWhole: true });
});

test("what came before a cut is kept", async () => {
  const { promise: heard, resolve } = Promise.withResolvers<void>();
  endpoint.behaviour = cutOff(heard, "Bec");
  const watching = createAsk({
    ...patient,
    now: Date.now,
    async fetch(url, init) {
      const { body, headers } = await fetch(url, init);
      const watched = body?.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            controller.enqueue(chunk);
            resolve();
          },
        }),
      );
      return new Response(watched, { headers });
    },
  });
  const { signal } = new AbortController();
  const agent = { url: endpoint.url, key, model: "m" };
  const failure = await failureOf(watching(agent, turns, signal));
  expect(failure.reason).toBe("failed");
  expect(failure.partial).toBe("Bec");
});

test("a stream that ends in the middle is cut off", async () => {
  endpoint.behaviour = (response) => {
    beginStream(response, delta("Bec"));
    response.end();
  };
  const failure = await failureOf(ask());
  expect(failure).toMatchObject({ reason: "failed", partial: "Bec" });
});

test("silence before the first byte times out", async () => {
  endpoint.behaviour = () => undefined;
  const failure = await failureOf(ask({ firstByteMs: 50, totalMs: 20_000 }));
  expect(failure).toMatchObject({ reason: "timedOut", partial: "" });
});

test("silence behind the headers, and in the middle, times out", async () => {
  endpoint.behaviour = stall();
  const short = { firstByteMs: 50, totalMs: 20_000 };
  expect(await failureOf(ask(short))).toMatchObject({ reason: "timedOut" });
  endpoint.behaviour = stall("Bec");
  const failure = await failureOf(ask({ firstByteMs: 1_000, totalMs: 20_000 }));
  expect(failure).toMatchObject({ reason: "timedOut", partial: "Bec" });
});

test("an answer that goes on for ever times out", async () => {
  endpoint.behaviour = (response) => {
    beginStream(response);
    const timer = setInterval(() => response.write(delta("x")), 5);
    response.on("close", () => clearInterval(timer));
  };
  const failure = await failureOf(ask({ firstByteMs: 10_000, totalMs: 300 }));
  expect(failure.reason).toBe("timedOut");
  expect(failure.partial).toMatch(/^x+$/);
});

test("a time-out ends the connection, too", async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  endpoint.behaviour = (response) => {
    response.on("close", resolve);
    beginStream(response);
  };
  await failureOf(ask({ firstByteMs: 50, totalMs: 20_000 }));
  await closed;
});

test("garbage fails", async () => {
  endpoint.behaviour = (response) => {
    beginStream(response, delta("Bec"), "data: <html>\n\n");
    response.end();
  };
  expect(await failureOf(ask())).toMatchObject({ partial: "Bec" });
  endpoint.behaviour = (response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<html>".repeat(1_000));
  };
  expect(await failureOf(ask())).toMatchObject({ reason: "failed" });
  endpoint.behaviour = (response) => {
    beginStream(response, "x".repeat(2_000_000));
  };
  expect(await failureOf(ask())).toMatchObject({
    message: "a line has no end",
  });
  endpoint.behaviour = refuse(200, ["no", "object"]);
  expect(await failureOf(ask())).toMatchObject({ reason: "failed" });
});

test("an error in the middle of a stream fails", async () => {
  endpoint.behaviour = (response) => {
    beginStream(
      response,
      delta("Bec"),
      `data: ${JSON.stringify({ error: { message: "overloaded" } })}\n\n`,
    );
    response.end();
  };
  const failure = await failureOf(ask());
  expect(failure).toMatchObject({ reason: "failed", partial: "Bec" });
  expect(failure.message).toContain("overloaded");
});

test("a refusal says what the endpoint said, and a redirect is followed nowhere", async () => {
  endpoint.behaviour = refuse(401, { error: "bad key" });
  const failure = await failureOf(ask());
  expect(failure.reason).toBe("refused");
  expect(failure.message).toContain('HTTP 401 {"error":"bad key"}');
  endpoint.behaviour = (response) => {
    response.writeHead(307, { location: `${endpoint.url}/elsewhere` });
    response.end();
  };
  await failureOf(ask());
  expect(endpoint.requests).toHaveLength(2);
});

test("nobody there fails", async () => {
  const { url } = endpoint;
  await endpoint.close();
  expect(await failureOf(ask(patient, { url }))).toMatchObject({
    reason: "failed",
  });
  expect(await failureOf(ask(patient, { url: "" }))).toMatchObject({
    reason: "refused",
  });
});

test("an endpoint that fails again and again is left alone for a while", async () => {
  endpoint.behaviour = refuse(500, {});
  let now = 0;
  const ask = asking(patient, () => now);
  const agent = { url: endpoint.url, key, model: "m" };
  const { signal } = new AbortController();
  for (let i = 0; i < 25; i++) await failureOf(ask(agent, turns, signal));
  expect(endpoint.requests).toHaveLength(20);
  endpoint.behaviour = stream("Because.");
  now += 6_000;
  expect((await ask(agent, turns, signal)).text).toBe("Because.");
});

test("refused questions do not stand in the way of good ones", async () => {
  endpoint.behaviour = refuse(404, {});
  const ask = asking();
  const agent = { url: endpoint.url, key, model: "m" };
  const { signal } = new AbortController();
  for (let i = 0; i < 25; i++) await failureOf(ask(agent, turns, signal));
  expect(endpoint.requests).toHaveLength(25);
});

test("a stop breaks off what is under way, and keeps what came", async () => {
  const stop = new AbortController();
  endpoint.behaviour = (response) => {
    beginStream(response, delta("Bec"));
    response.write(delta("ause"), () => setTimeout(() => stop.abort(), 50));
  };
  const failure = await failureOf(ask(patient, { signal: stop.signal }));
  expect(failure.reason).toBe("stopped");
  expect("Because".startsWith(failure.partial)).toBe(true);
  expect(await failureOf(ask(patient, { signal: stop.signal }))).toMatchObject({
    reason: "stopped",
  });
});
