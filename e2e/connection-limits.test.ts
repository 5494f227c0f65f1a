import { afterAll, beforeAll, expect, test } from "bun:test";

import { Admin } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

const most = 2;
const home = "192.0.2.1";

const secret = "of the tests behind a proxy";

let server: RunningServer;
let admin: Admin;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  server = await startServer({
    environment: {
      PARLEY_LIMITS_CONNECTIONS_PER_ADDRESS: String(most),
      PARLEY_RATE_LIMITER_TRUSTED_PROXIES: "127.0.0.1,::1",
      // The default secret does not open proxied requests.
      PARLEY_SECRET: secret,
    },
  });
  admin = await Admin.signIn(server.api, secret);
});
afterAll(async () => {
  for (const socket of sockets) socket.close();
  await server[Symbol.asyncDispose]();
});

/**
 * Somebody new connects through the proxy before the server. Answers the
 * errCode of the connect result.
 */
async function connect(
  address: string | undefined,
): Promise<{ code: number; socket: WebSocket }> {
  const [userID = ""] = await admin.users("somebody");
  const url = new URL(server.ws);
  url.search = new URLSearchParams({
    sendID: userID,
    token: await admin.tokenOf(userID),
    platformID: "5",
    operationID: "op",
    isBackground: "false",
    isMsgResp: "true",
  }).toString();
  // Bun takes headers there; the types are of browsers.
  const options = {
    headers: address === undefined ? {} : { "x-forwarded-for": address },
  } as unknown as string[];
  const socket = new WebSocket(url, options);
  sockets.push(socket);
  const code = await new Promise<number>((resolve, reject) => {
    socket.onmessage = ({ data }) =>
      resolve((JSON.parse(String(data)) as { errCode: number }).errCode);
    socket.onerror = () => reject(new Error(`no connection of ${address}`));
  });
  return { code, socket };
}

test("an address has its share of connections, others have theirs", async () => {
  const first = await connect(home);
  expect(first.code).toBe(0);
  expect((await connect(home)).code).toBe(0);
  expect((await connect(home)).code).toBe(1601);
  expect((await connect("192.0.2.2")).code).toBe(0);

  // One that leaves makes room. The refused one took none.
  const left = new Promise((resolve) => (first.socket.onclose = resolve));
  first.socket.close();
  await left;
  let again = await connect(home);
  while (again.code === 1601) again = await connect(home);
  expect(again.code).toBe(0);
  expect((await connect(home)).code).toBe(1601);
});

test("what is no WebSocket takes nobody's place", async () => {
  const [userID = ""] = await admin.users("reader");
  const query = new URLSearchParams({
    sendID: userID,
    token: await admin.tokenOf(userID),
    platformID: "5",
    operationID: "op",
    isBackground: "false",
  });
  const headers = { "x-forwarded-for": "192.0.2.3" };
  for (let i = 0; i <= most; i++) {
    const url = `${server.ws.replace("ws:", "http:")}/?${query}`;
    expect((await fetch(url, { headers })).status).toBe(426);
  }
  expect((await connect("192.0.2.3")).code).toBe(0);
});

test.each([
  ["a proxy that does not say whom it serves", undefined],
  ["a private address", "10.0.0.7"],
])("nobody is refused for sharing %s with others", async (_what, address) => {
  for (let i = 0; i <= most; i++) expect((await connect(address)).code).toBe(0);
});
