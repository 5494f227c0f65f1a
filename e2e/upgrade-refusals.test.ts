import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { get } from "node:http";

import { Admin } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

// Developers of clients see these refusals of the gateway.

let server: RunningServer;
let whole: Record<string, string>;
beforeAll(async () => {
  server = await startServer();
  const admin = await Admin.signIn(server.api);
  const [sendID = ""] = await admin.users("ann");
  whole = {
    sendID,
    token: await admin.tokenOf(sendID),
    platformID: "5",
    operationID: "1",
    isBackground: "false",
    sdkType: "js",
  };
});
afterAll(() => server[Symbol.asyncDispose]());

const without = (name: string): string => {
  const { [name]: _left, ...rest } = whole;
  return new URLSearchParams(rest).toString();
};

/** Returns what a standard WebSocket shows: texts, then code and reason. */
function shown(
  query: string,
): Promise<{ code: number; reason: string; texts: string[] }> {
  const socket = new WebSocket(`${server.ws}/?${query}`);
  const texts: string[] = [];
  socket.onmessage = ({ data }) => texts.push(String(data));
  return new Promise((resolve) => {
    socket.onclose = ({ code, reason }) => resolve({ code, reason, texts });
  });
}

describe("a standard WebSocket, which shows no body of a refusal, is told", () => {
  test.each([
    ["sendID", 1602],
    ["token", 1602],
    ["platformID", 1602],
    ["operationID", 1602],
    ["isBackground", 500],
  ])("that %s is missing", async (name, errCode) => {
    const { code, reason, texts } = await shown(without(name));
    expect(code).toBe(1008);
    expect(reason).toBe(`${errCode} missing in the query: ${name}`);
    expect(texts.map((each) => JSON.parse(each))).toMatchObject([
      { errCode, errDlt: `missing in the query: ${name}` },
    ]);
  });

  test("all that is missing", async () => {
    const { code, reason } = await shown("");
    expect(code).toBe(1008);
    expect(reason).toBe(
      "1602 missing in the query: sendID, token, platformID, operationID, isBackground",
    );
  });

  test("that its token is none, whether it asked for the result or not", async () => {
    for (const isMsgResp of ["true", "false"]) {
      const query = new URLSearchParams({ ...whole, token: "x", isMsgResp });
      const { code, reason, texts } = await shown(query.toString());
      expect([code, reason]).toEqual([1008, "1503 TokenMalformedError"]);
      expect(JSON.parse(texts[0]!)).toMatchObject({ errCode: 1503 });
    }
  });
});

/** Returns the close code of an accepted connection after this frame. */
function closedAfter(
  frame: string | Uint8Array<ArrayBuffer>,
): Promise<{ code: number; reason: string }> {
  const socket = new WebSocket(`${server.ws}/?${new URLSearchParams(whole)}`);
  socket.onopen = () => socket.send(frame);
  return new Promise((resolve) => {
    socket.onclose = ({ code, reason }) => resolve({ code, reason });
  });
}
const bytes = (frame: unknown) =>
  new TextEncoder().encode(
    typeof frame === "string" ? frame : JSON.stringify(frame),
  );

describe("a frame that ends its connection is told with the reason", () => {
  const request = { operationID: "1", msgIncr: "1", data: "" };
  test.each([
    [
      "an unknown reqIdentifier",
      () => bytes({ ...request, sendID: whole["sendID"], reqIdentifier: 9 }),
      /^there is no such reqIdentifier: 9$/,
    ],
    [
      "another sendID",
      () => bytes({ ...request, sendID: "bob", reqIdentifier: 1001 }),
      /^the frame's sendID is not that of the connection$/,
    ],
    ["no JSON", () => bytes("{"), /^the frame cannot be read: /],
    ["text that is no ping", () => "hello", /^the text frame is no ping: /],
  ])("%s", async (_what, frame, reason) => {
    const closed = await closedAfter(frame());
    expect(closed.code).toBe(1008);
    expect(closed.reason).toMatch(reason);
  });
});

test("OpenIM's Go SDKs read a refusal as the body of an answer that is no upgrade", async () => {
  const headers = {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "User-Agent": "Go-http-client/1.1",
  };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const address = server.ws.replace("ws:", "http:");
  get(`${address}/?${without("token")}`, { headers }, (response) => {
    let body = String(response.statusCode);
    response.on("data", (chunk: Buffer) => (body += ` ${chunk.toString()}`));
    response.on("end", () => resolve(body));
  })
    .on("upgrade", () => reject(new Error("it was upgraded")))
    .on("error", reject);
  expect(await promise).toBe(
    '200 {"errCode":1602,"errMsg":"args err, need token, sendID, platformID","errDlt":"missing in the query: token"}',
  );
});
