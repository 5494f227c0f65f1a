import { afterAll, beforeAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { codeBlocks, repositoryFile } from "./pages.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

// docs/uploads.md: its script and its commands, as they are printed.

const blocks = codeBlocks("docs/uploads.md");
const block = (note: string): string =>
  blocks.find((each) => each.note === note)?.text ?? "";
const script = "examples/upload.mjs";

let server: RunningServer;
const folder = mkdtempSync(path.join(tmpdir(), "parley-uploads-"));
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server[Symbol.asyncDispose]();
});

function run(file: string): string {
  const node = Bun.which("node") ?? "node";
  const { status, stdout, stderr } = spawnSync(node, [script, file], {
    cwd: repositoryFile("."),
    env: {
      ...process.env,
      PARLEY_API: server.api,
      PARLEY_SECRET: "openIM123",
    },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

test("the page prints the script as it runs", () =>
  expect(block(script)).toBe(readFileSync(repositoryFile(script), "utf8")));

test.each([
  ["of a few bytes", Buffer.from("hello")],
  ["of three parts", Buffer.alloc(11 * 1_048_576, "parley")],
])("a file %s goes both ways and comes back as it was", (_size, bytes) => {
  const file = path.join(folder, "a.bin");
  writeFileSync(file, bytes);
  // Again: then the content is known, and the upload is done at its beginning.
  for (let i = 0; i < 2; i++) {
    const lines = run(file).trim().split("\n");
    expect(lines.map((line) => line.replace(/http\S+/, "…"))).toEqual([
      "uploadInParts: … is the file",
      "uploadAsForm: … is the file",
    ]);
  }
});

test("the page's command loads a thumbnail", async () => {
  const picture = path.join(folder, "tea.png");
  writeFileSync(picture, await drawn());
  const [address = ""] = /http\S+tea\.png/.exec(run(picture)) ?? [];
  const command = block("thumbnail").replace(
    "http://localhost:10002/object/ann/tea.png",
    address,
  );
  const { status } = spawnSync("sh", ["-c", command], { cwd: folder });
  expect(status).toBe(0);
  const small = readFileSync(path.join(folder, "small.png"));
  const { default: sharp } = await import("sharp");
  const { width = 0, height = 0, format } = await sharp(small).metadata();
  expect([Math.max(width, height), format]).toEqual([16, "png"]);
});

async function drawn(): Promise<Buffer> {
  const { default: sharp } = await import("sharp");
  const background = { r: 200, g: 100, b: 50 };
  return sharp({
    create: { width: 64, height: 48, channels: 3, background },
  })
    .png()
    .toBuffer();
}
