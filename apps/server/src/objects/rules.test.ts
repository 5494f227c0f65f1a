import { describe, expect, test } from "bun:test";

import { rangeOf } from "./byte-range.ts";
import { partCountOf, partSizeOf, sizeOfPart } from "./limits.ts";
import { attachmentOf, requireName } from "./names.ts";
import { formatOf } from "./picture.ts";
import { thumbnailOf, wantsOriginal } from "./thumbnail-size.ts";

const ann = { userID: "ann", platformID: 1, isAdmin: false };

test.each([
  [1, 5_242_880, 1],
  [5_242_880, 5_242_880, 1],
  [5_242_881, 5_242_880, 2],
  [52_428_800_000, 5_242_880, 10_000],
  [52_428_800_001, 5_242_881, 10_000],
  [53_687_091_200_000, 5_368_709_120, 10_000],
])("%i bytes are parts of %i, %i of them", (size, partSize, count) => {
  expect(partSizeOf(size)).toBe(partSize);
  expect(partCountOf(size, partSize)).toBe(count);
  const last = sizeOfPart({ size, partSize }, count);
  expect((count - 1) * partSize + last).toBe(size);
  expect(sizeOfPart({ size, partSize }, count + 1)).toBe(0);
  expect(sizeOfPart({ size, partSize }, 0)).toBe(0);
});

test.each([
  ["ann/a.txt", 0],
  ["ann/../bob/a.txt", 0],
  ["", 1001],
  [" \t", 1001],
  ["/ann/a.txt", 1001],
  ["ann/\ud800", 1001],
  ["ann/\0", 1001],
  [`ann/${"x".repeat(1_021)}`, 1001],
  ["annie/a.txt", 1002],
  ["a.txt", 1002],
])("as the name of ann's file %j is answered %i", (name, code) => {
  const check = () => requireName(ann, name);
  if (code === 0) check();
  else expect(check).toThrow(expect.objectContaining({ code }));
});

test("a download's name cannot leave its header", () => {
  expect(attachmentOf('ann/"a"\r\nb(1)*.txt')).toBe(
    "attachment; filename*=UTF-8''%22a%22%0D%0Ab%281%29%2A.txt",
  );
});

test.each([
  [null, undefined],
  ["bytes=0-0", { first: 0, last: 0 }],
  ["bytes=5-", { first: 5, last: 9 }],
  ["bytes=5-100", { first: 5, last: 9 }],
  ["bytes=-4", { first: 6, last: 9 }],
  ["bytes=-100", { first: 0, last: 9 }],
  ["bytes=10-", null],
  ["bytes=-0", null],
  ["bytes=5-4", undefined],
  ["bytes=-", undefined],
  ["lines=1-2", undefined],
])("of ten bytes the range %j", (header, expected) => {
  expect(rangeOf(header, 10)).toEqual(expected);
});

describe("a thumbnail of a picture of 600 x 300", () => {
  const source = { format: "png", width: 600, height: 300 };
  test.each([
    [{ width: "200", height: "200" }, "png 200x100"],
    [{ width: "640", height: "640" }, "png 600x300"],
    [{ width: "300" }, "png 300x150"],
    [{ height: "1" }, "png 2x1"],
    [{ width: "1" }, "png 1x1"],
    [{ width: "abc", height: "100" }, "png 200x100"],
    [{ width: "-5", height: "-5", format: "PNG" }, "png 600x300"],
    [{ width: "601", height: "100", format: "JPG" }, "jpeg 200x100"],
    [{ format: "gif" }, "gif 600x300"],
    [{ width: "7", format: "webp" }, "png 7x3"],
  ])("for %j is %s", (query, expected) => {
    const { format, width, height } = thumbnailOf(source, query);
    expect(`${format} ${width}x${height}`).toBe(expected);
  });

  test.each([
    [{ width: "1025" }, true],
    [{ height: "9999" }, true],
    [{ width: "-1", height: "-1" }, true],
    [{ width: "-1", height: "-1", format: "png" }, false],
    [{ width: "1024", height: "1024" }, false],
    [{}, false],
  ])("for %j: the original unseen is %p", (query, expected) => {
    expect(wantsOriginal(query)).toBe(expected);
  });
});

test.each([
  ["\x89PNG\r\n\x1a\n", "png"],
  ["GIF89a", "gif"],
  ["RIFF....WEBPVP8", "webp"],
  ["BM", "bmp"],
  ["<svg/>", null],
  ["%PDF-1.7", null],
  ["", null],
])("%j begins a %p", (text, expected) => {
  expect(formatOf(Buffer.from(text, "latin1"))).toBe(expected);
});
