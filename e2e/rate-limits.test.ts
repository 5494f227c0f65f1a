import { afterAll, beforeAll, expect, test } from "bun:test";
import { GetUsersInfo } from "@parley/protocol/methods/users";

import { Admin, Client, RequestError } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

// Low enough that a busy machine asks for more.
const userRate = 1;
const addressRate = 2;
const burstSeconds = 5;

const secret = "of the tests behind a proxy";

let server: RunningServer;
let admin: Admin;

beforeAll(async () => {
  server = await startServer({
    environment: {
      PARLEY_RATE_LIMITER_ENABLE: "true",
      PARLEY_RATE_LIMITER_USER_RATE: String(userRate),
      PARLEY_RATE_LIMITER_ADDRESS_RATE: String(addressRate),
      PARLEY_RATE_LIMITER_TRUSTED_PROXIES: "127.0.0.1,::1",
      // The default secret does not open proxied requests.
      PARLEY_SECRET: secret,
    },
  });
  admin = await Admin.signIn(server.api, secret);
});
afterAll(() => server[Symbol.asyncDispose]());

/** A request of one address, as the proxy before the server says. */
const ask = (address: string, token = "", path = GetUsersInfo.path) =>
  fetch(`${server.api}${path}`, {
    method: "POST",
    headers: { operationID: "op", token, "x-forwarded-for": address },
    body: '{"userIDs":["imAdmin"]}',
  });

/** Asks until it is refused; answers how often it was not. */
async function untilRefused(
  ask: () => Promise<Response>,
): Promise<{ admitted: number; refusal: Response }> {
  for (let admitted = 0; ; admitted++) {
    const refusal = await ask();
    if (refusal.status === 429) return { admitted, refusal };
    await refusal.arrayBuffer();
  }
}

const askUntilRefused = (...of: Parameters<typeof ask>) =>
  untilRefused(() => ask(...of));

test("a user who asks too much is refused, and nobody else", async () => {
  const [ann = "", bob = ""] = await admin.users("ann", "bob");
  const token = await admin.tokenOf(ann);
  const { admitted, refusal } = await askUntilRefused("192.0.2.1", token);
  expect(admitted).toBeGreaterThanOrEqual(userRate * burstSeconds);
  expect(refusal.headers.get("retry-after")).toBe("1");
  expect(refusal.headers.get("x-ratelimit-limit")).toBe(String(userRate));
  expect(await refusal.json()).toMatchObject({
    errCode: 429,
    errMsg: expect.stringContaining("too many requests") as string,
  });
  const other = await ask("192.0.2.1", await admin.tokenOf(bob));
  expect(await other.json()).toMatchObject({ errCode: 0 });
});

test("an address without a token is refused, and the proxy's others are not", async () => {
  const { admitted, refusal } = await askUntilRefused("192.0.2.2");
  expect(admitted).toBeGreaterThanOrEqual(addressRate * burstSeconds);
  expect(refusal.headers.get("x-ratelimit-limit")).toBe(String(addressRate));
  const headers = { "x-forwarded-for": "192.0.2.2" };
  for (const askElsewhere of [
    () => ask("192.0.2.2", "bad token"),
    () => ask("192.0.2.2", "", "/no/such/route"),
    () => fetch(`${server.api}/object/x`, { headers }),
    () => fetch(server.ws.replace("ws:", "http:"), { headers }),
  ]) {
    // Some is gained back while this runs, but not what one had at first.
    const { admitted } = await untilRefused(askElsewhere);
    expect(admitted).toBeLessThan(addressRate * burstSeconds);
  }
  expect((await ask("192.0.2.3")).status).toBe(200);
});

test("administrators and machines that look after the server always hear", async () => {
  const token = await admin.tokenOf((await admin.users("cho"))[0] ?? "");
  await askUntilRefused("192.0.2.4", token);
  for (let i = 0; i < 2 * addressRate * burstSeconds; i++) {
    await admin.post(GetUsersInfo, { userIDs: ["imAdmin"] });
    expect((await fetch(`${server.api}/healthz`)).status).toBe(200);
  }
});

test("on a socket too many requests are answered with an error, in order", async () => {
  const [dan = ""] = await admin.users("dan");
  await using client = await Client.connect(
    server.ws,
    dan,
    await admin.tokenOf(dan),
  );
  let admitted = 0;
  const refusal = await (async () => {
    for (;;)
      try {
        await client.newestSeqs();
        admitted++;
      } catch (error) {
        return error;
      }
  })();
  expect(admitted).toBeGreaterThanOrEqual(userRate * burstSeconds - 1);
  expect(refusal).toBeInstanceOf(RequestError);
  expect(refusal).toMatchObject({ code: 500 });
});
