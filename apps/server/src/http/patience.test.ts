import { expect, test } from "bun:test";
import { gzipSync } from "node:zlib";

import { keepTalking } from "./patience.ts";

const headers = { "Content-Type": "application/json" };
const asked = Promise.resolve();

test("an answer in time is what it is", async () => {
  const answer = new Response("{}", { status: 413 });
  const options = { headers, asked, everyMs: 60_000 };
  expect(await keepTalking(Promise.resolve(answer), options)).toBe(answer);
});

test("a late answer begins with spaces, and is JSON as a whole", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const late = await keepTalking(promise, { headers, asked, everyMs: 2 });
  expect(late.headers.get("content-type")).toBe("application/json");
  const reader = late.body?.getReader();
  const said: string[] = [];
  const next = async () => {
    const { value } = (await reader?.read()) ?? {};
    if (value) said.push(new TextDecoder().decode(value));
    return value !== undefined;
  };
  for (let i = 0; i < 3; i++) await next();
  expect(said).toEqual([" ", " ", " "]);
  resolve(
    new Response(gzipSync('{"errCode":0}'), {
      headers: { "Content-Encoding": "gzip" },
    }),
  );
  while (await next());
  expect(JSON.parse(said.join(""))).toEqual({ errCode: 0 });
});

test("nothing is said while the request is still coming", async () => {
  const request = Promise.withResolvers<void>();
  const { promise, resolve } = Promise.withResolvers<Response>();
  const answer = keepTalking(promise, {
    headers,
    asked: request.promise,
    everyMs: 0,
  });
  const refusal = new Response(null, { status: 413 });
  setImmediate(() => resolve(refusal));
  expect(await answer).toBe(refusal);
});

test("an answer that fails late breaks the connection", async () => {
  const { promise, reject } = Promise.withResolvers<Response>();
  const late = await keepTalking(promise, { headers, asked, everyMs: 1 });
  reject(new Error("the disk is gone"));
  expect(late.text()).rejects.toThrow("the disk is gone");
});
