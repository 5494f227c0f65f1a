import { createHash, randomBytes } from "node:crypto";

import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";

import { openStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage[Symbol.asyncDispose]());

const local = (name: string, type: string, bytes: Buffer) => ({
  name,
  type,
  base64: bytes.toString("base64"),
});

const hashOf = (bytes: Uint8Array) =>
  createHash("sha256").update(bytes).digest("hex");

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

test("a file that is sent is there for its receiver, byte for byte", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const bytes = randomBytes(300_000);
  await ann.sendFile(
    bob.userID,
    local("a report.bin", "application/zip", bytes),
  );
  const received = await bob.until("the file", () =>
    bob.received().find(({ fileElem }) => fileElem),
  );
  expect(received.fileElem).toMatchObject({
    fileName: "a report.bin",
    fileSize: bytes.length,
  });
  const url = received.fileElem?.sourceUrl ?? "";
  expect(hashOf(await download(url))).toBe(hashOf(bytes));
});

test("a file of several parts arrives whole", async () => {
  const [ann] = await stage.arrive("ann");
  const bytes = randomBytes(12_000_000);
  const parts: string[] = [];
  ann.device.page.on("request", (request) => {
    if (request.method() === "PUT") parts.push(request.url());
  });
  const url = await ann.upload(local("big.bin", "application/zip", bytes));
  expect(parts.length).toBeGreaterThan(1);
  expect(hashOf(await download(url))).toBe(hashOf(bytes));
});

test("what somebody uploaded before is there at once, without its bytes", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const bytes = randomBytes(50_000);
  await ann.upload(local("first.bin", "application/zip", bytes));
  let sent = 0;
  bob.device.page.on("request", (request) => {
    if (request.method() === "PUT") sent++;
  });
  const url = await bob.upload(local("second.bin", "application/zip", bytes));
  expect(sent).toBe(0);
  expect(hashOf(await download(url))).toBe(hashOf(bytes));
});

test("a picture has a small version for lists", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const picture = await ann.device.page.evaluate(async () => {
    const canvas = new OffscreenCanvas(300, 200);
    canvas.getContext("2d")?.fillRect(10, 10, 100, 100);
    const png = await canvas.convertToBlob({ type: "image/png" });
    return btoa(String.fromCharCode(...(await png.bytes())));
  });
  await ann.sendFile(bob.userID, {
    name: "photo.png",
    type: "image/png",
    base64: picture,
  });
  const received = await bob.until("the picture", () =>
    bob.received().find(({ pictureElem }) => pictureElem),
  );
  const { sourcePicture, snapshotPicture } = received.pictureElem ?? {};
  expect(sourcePicture).toMatchObject({ width: 300, height: 200 });
  const whole = await download(sourcePicture?.url ?? "");
  expect(whole.toString("base64")).toBe(picture);

  // The picture in the receiver's list.
  const small = new URL(snapshotPicture?.url ?? "");
  small.searchParams.set("type", "image");
  small.searchParams.set("width", "60");
  const size = await bob.device.page.evaluate(async (url) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  }, small.href);
  expect(size).toEqual([60, 40]);
});
