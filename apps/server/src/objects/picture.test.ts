import { expect, test } from "bun:test";
import { crc32 } from "node:zlib";

import sharp from "sharp";

import { createPictures } from "./picture.ts";

const png = async (width: number, height: number) =>
  new Uint8Array(
    await sharp({ create: { width, height, channels: 4, background: "#f008" } })
      .png()
      .toBuffer(),
  );
const quiet = { warn: () => undefined };

test("where the library is missing the original must do, and the log says so once", async () => {
  const warnings: unknown[] = [];
  const warn = (what: unknown) => void warnings.push(what);
  const pictures = createPictures({ warn }, () =>
    Promise.reject(new Error("no such library")),
  );
  const bytes = await png(6, 3);
  const unseen = { format: "png", width: 0, height: 0 };
  expect(await pictures.describe(bytes)).toEqual(unseen);
  expect(await pictures.describe(new Uint8Array(9))).toBeNull();
  const wanted = { format: "png", width: 2, height: 1 };
  expect(await pictures.resize(bytes, wanted)).toBeNull();
  expect(warnings).toEqual([{ reason: "Error: no such library" }]);
});

test("a BMP is a picture, but not one that can be made smaller", async () => {
  const pictures = createPictures(quiet);
  const bytes = new TextEncoder().encode("BM and so on");
  expect(await pictures.describe(bytes)).toMatchObject({ format: "bmp" });
  const wanted = { format: "png", width: 2, height: 1 };
  expect(await pictures.resize(bytes, wanted)).toBeNull();
});

test("a picture of more pixels than any photo is none", async () => {
  const pictures = createPictures(quiet);
  const bytes = await png(2, 1);
  // The header's size is checked before anything is decoded.
  const header = new DataView(bytes.buffer, 12, 21);
  header.setUint32(4, 20_000);
  header.setUint32(8, 7_000);
  header.setUint32(17, crc32(bytes.subarray(12, 29)));
  expect(await pictures.describe(bytes)).toBeNull();
  const wanted = { format: "png", width: 2, height: 1 };
  await expect(pictures.resize(bytes, wanted)).rejects.toThrow(/pixel limit/);
});

test.each(["jpeg", "png"] as const)(
  "a %s in passes may have fewer, as all of it is held in memory",
  async (format) => {
    const pictures = createPictures(quiet);
    const create = { width: 6_000, height: 6_000, channels: 3 } as const;
    const red = sharp({ create: { ...create, background: "red" } });
    const make = async (progressive: boolean) =>
      new Uint8Array(
        await red.clone().toFormat(format, { progressive }).toBuffer(),
      );
    expect(await pictures.describe(await make(true))).toBeNull();
    expect(await pictures.describe(await make(false))).not.toBeNull();
  },
);

test("an SVG that begins like a WebP is no picture", async () => {
  const pictures = createPictures(quiet);
  const bytes = new TextEncoder().encode(
    '<svg a="WEBP" xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
  );
  expect(await pictures.describe(bytes)).toBeNull();
  const wanted = { format: "png", width: 2, height: 1 };
  await expect(pictures.resize(bytes, wanted)).rejects.toThrow();
});

test.each(["png", "jpeg", "gif", "webp", "tiff"] as const)(
  "%s is read",
  async (format) => {
    const image = sharp(await png(40, 20)).toFormat(format);
    const bytes = new Uint8Array(await image.toBuffer());
    const pictures = createPictures(quiet);
    expect(await pictures.describe(bytes)).toEqual({
      format,
      width: 40,
      height: 20,
    });
  },
);

test.each(["png", "jpeg", "gif"])("%s can be made", async (format) => {
  const pictures = createPictures(quiet);
  const wanted = { format, width: 4, height: 2 };
  const made = await pictures.resize(await png(40, 20), wanted);
  expect(await pictures.describe(made!)).toEqual(wanted);
});
