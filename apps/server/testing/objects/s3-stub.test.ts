import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { createS3Client } from "../../src/objects/s3-client.ts";
import type { S3Client } from "../../src/objects/s3-client.ts";
import { startS3Stub } from "./s3-stub.ts";
import type { S3Stub } from "./s3-stub.ts";

const clientOf = ({ endpoint, credentials }: S3Stub): S3Client =>
  createS3Client(
    {
      ...{ endpoint, externalEndpoint: "", region: "us-east-1" },
      ...{ bucket: "openim", ...credentials },
    },
    Date.now,
  );

test("objects outlive a stub that has a folder", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "parley-s3-"));
  const put = async (stub: S3Stub, key: string): Promise<unknown> =>
    clientOf(stub).send({
      method: "PUT",
      key,
      body: `of\n${key}`,
      headers: { "content-type": "text/plain" },
    });
  {
    await using stub = startS3Stub({ folder });
    await clientOf(stub).send({ method: "PUT", key: "" });
    await put(stub, "a/1");
    await put(stub, "a/2");
    await clientOf(stub).send({ method: "DELETE", key: "a/2" });
  }
  await using again = startS3Stub({ folder });
  expect(again.keys()).toEqual(["a/1"]);
  const found = await clientOf(again).send({ method: "GET", key: "a/1" });
  expect(await found.text()).toBe("of\na/1");
  expect(found.headers.get("content-type")).toBe("text/plain");
  rmSync(folder, { recursive: true });
});
