import { expect, test } from "bun:test";

import { createIMClient } from "../im-client/im-client.ts";
import { createS3Client } from "../objects/s3-client.ts";
import { createS3Store } from "../objects/s3-store.ts";
import { createGetui } from "../push/providers/getui.ts";
import { createJPush } from "../push/providers/jpush.ts";
import { open, text } from "../../testing/push/providers/texts.ts";
import { createLogger } from "../watching/logger.ts";
import { createClient } from "../webhooks/client.ts";

const secret = "S3CR3T-of-a-test";

function createLog() {
  let lines = "";
  const logger = createLogger("trace", {
    write: (line) => void (lines += line),
  });
  return { logger, lines: () => lines };
}

/** Says back all that it was told, headers and body, as a careless proxy does. */
const echo = () =>
  Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) =>
      new Response(
        JSON.stringify({
          url: request.url,
          ...Object.fromEntries(request.headers),
          sent: await request.text(),
        }),
        { status: 400 },
      ),
  });

/** Nobody listens there. */
const nowhere = "http://127.0.0.1:9";

type Ask = (address: string) => Promise<unknown>;
const basic = Buffer.from(`AK:${secret}`).toString("base64");

const asks: Record<string, Ask> = {
  "an S3 store": (endpoint) =>
    createS3Store({
      client: createS3Client(
        {
          ...{ endpoint, externalEndpoint: "", region: "us-east-1" },
          ...{ bucket: "b", accessKeyID: secret, secretAccessKey: secret },
        },
        Date.now,
      ),
      logger: createLogger("silent"),
      now: Date.now,
    }).read("a", 1_000),
  JPush: (pushURL) =>
    createJPush({
      settings: { appKey: "AK", masterSecret: secret, pushURL, pushIntent: "" },
      ...{ isProduction: false, guard: open, fetch },
    })
      .pushToUsers(text, ["bob"])
      .then((unsent) => Promise.reject(new Error(unsent[0]?.detail))),
  Getui: (pushUrl) =>
    createGetui({
      settings: {
        ...{ pushUrl, masterSecret: secret, appKey: "AK" },
        ...{ channelID: "", channelName: "" },
      },
      ...{ guard: open, fetch, now: Date.now },
    })
      .pushToUsers(text, ["bob"])
      .then((unsent) => Promise.reject(new Error(unsent[0]?.detail))),
  "a webhook with a secret in its address": (address) =>
    createClient({
      url: `${address.replace("//", `//user:${secret}@`)}`,
      ...{ secret, fetch, now: Date.now },
    })({
      ...{ command: "c", operationID: "op", body: "{}\n", timeoutMs: 5_000 },
      query: `?access_token=${secret}`,
    }).then((answer) => Promise.reject(new Error(answer))),
  "an IM server": (address) =>
    createIMClient({
      ...{ address, secret, adminUserID: "imAdmin", now: Date.now },
      send: (request) => fetch(request),
    }).adminToken("op"),
};

test.each(Object.entries(asks))(
  "a failure of %s took secrets into the log",
  async (_who, ask) => {
    await using careless = echo();
    for (const address of [nowhere, `http://127.0.0.1:${careless.port}`]) {
      const { logger, lines } = createLog();
      const error: unknown = await ask(address).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(error).toBeInstanceOf(Error);
      logger.error({ err: error }, "it failed");
      expect(lines()).toContain("it failed");
      expect(lines()).not.toContain(secret);
      expect(lines()).not.toContain(basic);
    }
  },
);

test("secrets deep in what is logged were written out", () => {
  const { logger, lines } = createLog();
  const withRequest = Object.assign(
    new Error(`GET http://u:${secret}@x/?api_key=${secret} Bearer ${secret}`, {
      cause: Object.assign(new Error(`{"secret":"${secret}"}`), {
        config: { headers: { Authorization: secret } },
        path: `http://x/?token=${secret}`,
      }),
    }),
    { code: "ECONNRESET", request: { headers: { cookie: secret } } },
  );
  logger.error({ err: withRequest }, "one");
  logger.error(withRequest);
  logger.info(
    {
      password: secret,
      user: { password: secret, Authorization: secret, key: secret },
      all: [{ headers: { "X-Api-Key": secret, accessToken: secret } }],
      secretAccessKey: secret,
      other: new Error(`token=${secret}`.replace("token", "authorization")),
    },
    "two",
  );
  logger.child({ token: secret }).info("three");
  expect(lines()).not.toContain(secret);
  const [first = ""] = lines().split("\n");
  expect(JSON.parse(first)).toMatchObject({
    err: { type: "Error", code: "ECONNRESET", cause: { type: "Error" } },
  });
});
