import { expect, test } from "bun:test";

import { AnswerTooLong } from "../http/answer-body.ts";
import { createIMClient } from "../im-client/im-client.ts";
import { UploadKind } from "../objects/content-store.ts";
import { createS3Client, S3Error } from "../objects/s3-client.ts";
import type { S3Client } from "../objects/s3-client.ts";
import { createS3Store } from "../objects/s3-store.ts";
import { post } from "../push/providers/call.ts";
import { createLogger } from "../watching/logger.ts";

// Webhooks: webhooks/client.test.ts; models of bots: agents/completion.test.ts;
// APNs, which speaks HTTP/2: push/providers/apns.test.ts.

const serve = (answer: () => Response | Promise<Response>) =>
  Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: answer });

/** A usual beginning, and then more than anybody needs. */
const tooMuch = (beginning: string, status: number, isAnnounced: boolean) => {
  const body = new Blob([beginning, " ".repeat(5_000_000)]);
  return new Response(isAnnounced ? body : body.stream(), { status });
};

const s3At = ({ port }: { port?: number | undefined }): S3Client =>
  createS3Client(
    {
      endpoint: `http://127.0.0.1:${port}`,
      externalEndpoint: "",
      region: "us-east-1",
      bucket: "openim",
      accessKeyID: "A",
      secretAccessKey: "S",
    },
    Date.now,
  );

const upload = {
  id: "1",
  kind: UploadKind.parts,
  userID: "ann",
  key: "data/hash/1",
  hash: "1",
  size: 6_000_000,
  partSize: 5_242_880,
  storeID: "U",
  isComplete: false,
  createTime: 1,
  expireTime: 2,
};
const storeAt = (server: { port?: number | undefined }) =>
  createS3Store({
    client: s3At(server),
    logger: createLogger("silent"),
    now: Date.now,
  });

test.each([true, false])(
  "a push provider's answer was read whole, however long (announced: %p)",
  async (isAnnounced) => {
    await using server = serve(() => tooMuch("{}", 200, isAnnounced));
    const call = post(fetch, {
      url: server.url.href,
      headers: {},
      body: "",
      timeoutMs: 60_000,
    });
    expect(call).rejects.toThrow("no answer: ANSWER_TOO_LONG");
    await call.catch(() => undefined);
  },
);

test.each([
  [
    "the id of an upload",
    "<UploadId>U</UploadId>",
    200,
    (server) => storeAt(server).begin(upload),
  ],
  [
    "the list of parts",
    "<ListPartsResult></ListPartsResult>",
    200,
    (server) => storeAt(server).listParts(upload),
  ],
  [
    "the end of an upload",
    "<CompleteMultipartUploadResult/>",
    200,
    (server) => storeAt(server).publish(upload, []),
  ],
  ["an object", "", 200, (server) => storeAt(server).read("a", 4_000_000)],
  [
    "an error",
    "<Error><Code>NoSuchBucket</Code></Error>",
    400,
    (server) => s3At(server).send({ method: "GET", key: "a" }),
  ],
] satisfies [
  string,
  string,
  number,
  (server: { port?: number | undefined }) => Promise<unknown>,
][])(
  "an S3 store's answer was read whole, however long: %s",
  async (_what, beginning, status, ask) => {
    await using server = serve(() => tooMuch(beginning, status, false));
    const error: unknown = await ask(server).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(AnswerTooLong);
  },
);

test("an IM server's answer was read whole, however long", async () => {
  await using server = serve(() => {
    let count = 0;
    const piece = new Uint8Array(1_048_576).fill(0x20);
    return new Response(
      new ReadableStream({
        pull(controller) {
          controller.enqueue(piece);
          if (++count === 100) controller.close();
        },
      }),
    );
  });
  const im = createIMClient({
    address: `http://127.0.0.1:${server.port}`,
    secret: "the secret of a test",
    adminUserID: "imAdmin",
    send: (request) => fetch(request),
    now: Date.now,
  });
  const error: unknown = await im
    .adminToken("op")
    .catch((error: unknown) => error);
  expect((error as Error).cause).toBeInstanceOf(AnswerTooLong);
});

test("an S3 store that never answers was waited for without end", async () => {
  await using server = serve(() => new Promise<Response>(() => undefined));
  const error: unknown = await s3At(server)
    .send({ method: "GET", key: "a", timeoutMs: 50 })
    .catch((error: unknown) => error);
  expect((error as Error).name).toBe("TimeoutError");
  expect(error).not.toBeInstanceOf(S3Error);
});
