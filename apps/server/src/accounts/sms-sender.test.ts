import { expect, test } from "bun:test";

import { createSMSSender } from "./sms-sender.ts";
import type { SMSSenderDeps } from "./sms-sender.ts";

interface Heard {
  method: string;
  url: string;
  headers: Headers;
  body: string;
}

/** A gateway of a test's own, and what it heard. */
function startGateway(status = 200) {
  const heard: Heard[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { method, url, headers } = request;
      heard.push({ method, url, headers, body: await request.text() });
      return new Response("a secret answer", {
        status,
        ...(status === 302 && { headers: { location: "/elsewhere" } }),
      });
    },
  });
  return {
    heard,
    url: `http://127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

const open = (settings: Partial<SMSSenderDeps["settings"]>) =>
  createSMSSender({
    settings: {
      use: "http",
      url: "",
      method: "POST",
      headers: ["Content-Type: application/json"],
      body: '{"to":"{phone}","text":"{code}, good for {lifetime}"}',
      ...settings,
    },
    validTime: 90,
    fetch: (url, init) => fetch(url, init),
    now: () => 0,
  });

test("a code goes to the gateway as its templates say", async () => {
  await using gateway = startGateway();
  const { url } = gateway;
  await open({
    url: `${url}/{areaCode}/{number}?to={phone}`,
    headers: ["Content-Type: application/json", "Authorization: Basic eDp5"],
  })("+86 13800000000", "012345");
  const [heard] = gateway.heard;
  expect(heard).toMatchObject({
    method: "POST",
    url: `${url}/86/13800000000?to=%2B8613800000000`,
    body: '{"to":"+8613800000000","text":"012345, good for 90 seconds"}',
  });
  expect(heard?.headers.get("authorization")).toBe("Basic eDp5");
});

test("forms and addresses get what is replaced as they need it", async () => {
  await using gateway = startGateway();
  await open({
    url: gateway.url,
    headers: ["Content-Type: application/x-www-form-urlencoded"],
    body: "To={phone}&From=%2B15550000&Body=Code+{code}+{lifetime}",
  })("+1 5550001", "000001");
  const form = new URLSearchParams(gateway.heard[0]?.body);
  expect(Object.fromEntries(form)).toEqual({
    To: "+15550001",
    From: "+15550000",
    Body: "Code 000001 90 seconds",
  });
});

test("a gateway may be asked by GET", async () => {
  await using gateway = startGateway();
  await open({
    url: `${gateway.url}/send?to={phone}&code={code}`,
    method: "GET",
  })("+86 1", "1");
  expect(gateway.heard[0]).toMatchObject({ method: "GET", body: "" });
});

test.each([400, 401, 302, 500])(
  "HTTP %d is an error that tells the number alone",
  async (status) => {
    await using gateway = startGateway(status);
    await expect(
      open({ url: gateway.url })("+86 1", "1"),
    ).rejects.toMatchObject({
      code: 500,
      detail: `the code was not sent: the SMS gateway answered HTTP ${status}`,
    });
    // Nobody goes where an answer leads.
    expect(gateway.heard).toHaveLength(1);
  },
);

test("a gateway that is gone is a short error, and soon nobody waits for it", async () => {
  const gateway = startGateway();
  const { url } = gateway;
  await gateway[Symbol.asyncDispose]();
  const send = open({ url: `${url}/key-in-the-address` });
  for (let tries = 0; tries < 20; tries++)
    await expect(send("+86 1", "1")).rejects.toMatchObject({
      detail: "the code was not sent: the SMS gateway does not answer",
    });
  await expect(send("+86 1", "1")).rejects.toMatchObject({
    detail: expect.stringContaining("is away") as string,
  });
});
