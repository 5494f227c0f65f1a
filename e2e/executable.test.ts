import { afterAll, beforeAll, expect, test } from "bun:test";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import sharp from "sharp";
import writeXlsxFile from "write-excel-file/node";
import { AccountLogin } from "@parley/protocol/methods/chat/accounts";
import { UserImportXlsx } from "@parley/protocol/methods/chat/managed-users";
import {
  CompleteMultipartUpload,
  InitiateMultipartUpload,
} from "@parley/protocol/methods/objects";
import type { Method } from "@parley/protocol/method";

import { Admin } from "./client.ts";

type Addresses = Record<"api" | "administration", string>;

const root = path.join(import.meta.dirname, "..");
const folder = mkdtempSync(path.join(tmpdir(), "parley-executable-"));
const executable = path.join(folder, "parley");

beforeAll(() => {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ["scripts/build.ts", `--outfile=${executable}`],
    { cwd: root },
  );
  if (status !== 0) throw new Error(`${String(stdout)}${String(stderr)}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Nothing of this machine but the executable itself. */
const alone = {
  cwd: mkdtempSync(path.join(folder, "empty-")),
  env: { PATH: "" },
};

test("the executable says its version", () => {
  const { stdout } = spawnSync(executable, ["--version"], alone);
  expect(String(stdout)).toMatch(/^parley \d+\.\d+\.\d+\S* \([0-9a-f]{7,}/);
});

test("it starts in an empty folder with an empty PATH, serves and stops", async () => {
  const server = spawn(executable, [], {
    cwd: alone.cwd,
    env: {
      ...alone.env,
      PARLEY_API_PORT: "0",
      PARLEY_WS_PORT: "0",
      PARLEY_ACCOUNTS_PORT: "0",
      PARLEY_ACCOUNTS_ADMIN_PORT: "0",
      PARLEY_AGENTS_PORT: "0",
      PARLEY_LOAD_SHEDDING_ENABLE: "false",
    },
  });
  const exited = new Promise<number | null>((resolve) =>
    server.once("exit", resolve),
  );
  const output = await new Promise<string>((resolve, reject) => {
    let output = "";
    const look = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes("is ready.")) resolve(output);
    };
    server.stdout.on("data", look);
    server.stderr.on("data", look);
    void exited.then(() => reject(new Error(output)));
  });
  const line = output.split("\n").find((each) => each.includes("is ready."));
  const { api, administration } = JSON.parse(line ?? "") as Addresses;
  const admin = await Admin.signIn(api);
  const [ann = ""] = await admin.users("ann");
  expect(await admin.tokenOf(ann)).toMatch(/^eyJ/);
  expect(await thumbnailOf(admin, api)).toMatchObject({
    format: "png",
    width: 100,
    height: 50,
  });
  expect(readdirSync(alone.cwd)).toEqual(["data"]);
  expect(await importWorkbook(administration)).toMatchObject({
    errCode: 0,
  });
  // Its thread for checkpoints is in the executable too: the file grows.
  const size = () => statSync(path.join(alone.cwd, "data", "parley.db")).size;
  for (const before = size(); size() === before;)
    await admin.users(...Array.from({ length: 100 }, (_, i) => `many${i}`));
  server.kill("SIGTERM");
  expect(await exited).toBe(0);
});

/** Its thread for workbooks is in the executable, too. */
async function importWorkbook(base: string): Promise<unknown> {
  const post = async (
    { path }: Pick<Method, "path">,
    token: string,
    body: string | FormData,
  ) =>
    (await (
      await fetch(base + path, {
        method: "POST",
        headers: { operationID: "op", token },
        body,
      })
    ).json()) as { data?: { adminToken: string } };
  const { data } = await post(
    AccountLogin,
    "",
    JSON.stringify({
      account: "chatAdmin",
      password: createHash("md5").update("chatAdmin").digest("hex"),
      version: "1",
    }),
  );
  const rows = [
    ["nickname", "area_code", "phone_number", "password"],
    ["Al", "+86", "13800000000", "secret1"],
  ].map((row) => row.map((value) => ({ value })));
  const file = await writeXlsxFile(rows, { sheet: "user" }).toBuffer();
  const form = new FormData();
  form.append("data", new Blob([new Uint8Array(file)]), "users.xlsx");
  return post(UserImportXlsx, data?.adminToken ?? "", form);
}

/** Uploads a picture of 400 × 200; what comes when a smaller one is asked for. */
async function thumbnailOf(admin: Admin, api: string) {
  const bytes = await sharp({
    create: { width: 400, height: 200, channels: 3, background: "red" },
  })
    .png()
    .toBuffer();
  const md5 = (data: string | Buffer) =>
    createHash("md5").update(data).digest("hex");
  const file = { name: "imAdmin/red.png", contentType: "image/png" };
  const { upload } = await admin.post<{
    upload: { uploadID: string; sign: { parts: { url: string }[] } };
  }>(InitiateMultipartUpload, {
    ...file,
    hash: md5(md5(bytes)),
    size: bytes.length,
    partSize: 5_242_880,
    maxParts: -1,
  });
  const [part] = upload.sign.parts;
  await fetch(part?.url ?? "", {
    method: "PUT",
    body: new Uint8Array(bytes),
  });
  await admin.post(CompleteMultipartUpload, {
    ...file,
    uploadID: upload.uploadID,
    parts: [md5(bytes)],
  });
  const response = await fetch(
    `${api}/object/${file.name}?type=image&width=100&height=100`,
  );
  return sharp(await response.arrayBuffer()).metadata();
}

test("a setting that is wrong ends it with 78 and one line", () => {
  const { status, stderr } = spawnSync(executable, [], {
    ...alone,
    env: { ...alone.env, PARLEY_API_PORT: "high" },
  });
  expect(status).toBe(78);
  expect(String(stderr).trim().split("\n")).toHaveLength(1);
  expect(String(stderr)).toContain("PARLEY_API_PORT");
});

test("listening to the world with the default secret is refused", () => {
  const { status, stderr } = spawnSync(executable, [], {
    ...alone,
    env: { ...alone.env, PARLEY_LISTEN: "0.0.0.0" },
  });
  expect(status).toBe(78);
  expect(String(stderr)).toContain("set PARLEY_SECRET");
});

test("a port that is taken is named", async () => {
  const taken = Bun.serve({ port: 0, fetch: () => new Response() });
  const { status, stderr } = spawnSync(executable, [], {
    ...alone,
    env: {
      ...alone.env,
      PARLEY_DATA: path.join(folder, "other"),
      PARLEY_WS_PORT: String(taken.port),
      PARLEY_API_PORT: "0",
      PARLEY_ACCOUNTS_PORT: "0",
      PARLEY_ACCOUNTS_ADMIN_PORT: "0",
      PARLEY_AGENTS_PORT: "0",
    },
  });
  await taken.stop(true);
  expect(status).toBe(1);
  expect(String(stderr)).toContain("PARLEY_WS_PORT");
});
