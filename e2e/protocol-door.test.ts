import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as door from "@parley/protocol";
import type { Method } from "@parley/protocol";
import { expect, test } from "bun:test";
import { chromium } from "playwright-core";

import { listServed } from "./rights/served-routes.ts";

// Clients reach the wire by one door, which browsers can enter, too.

/** Bundles a client of the door as one does for a browser. */
async function bundle(source: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "parley-door-"));
  try {
    const entry = join(folder, "client.ts");
    writeFileSync(entry, source);
    const { outputs } = await Bun.build({
      entrypoints: [entry],
      target: "browser",
      plugins: [
        {
          name: "the door of these sources",
          setup: (build) =>
            void build.onResolve({ filter: /^@parley\/protocol$/ }, () => ({
              path: Bun.resolveSync("@parley/protocol", import.meta.dir),
            })),
        },
      ],
    });
    return await outputs[0]!.text();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Everything of the door is in the bundle, as nothing of it is left out. */
const client = `
import * as door from "@parley/protocol";
const { gobCodec, jsonCodec, groupMethods, SendMsgFrame } = door;
const request = {
  reqIdentifier: SendMsgFrame.reqIdentifier,
  token: "",
  sendID: "ann",
  operationID: "op",
  msgIncr: "1",
  data: SendMsgFrame.request.encode({ sendID: "ann", recvID: "bob" }),
};
const carried = [gobCodec, jsonCodec].map((codec) => {
  const { data, sendID } = codec.decodeRequest(codec.encodeRequest(request));
  return [sendID, SendMsgFrame.request.decode(data).recvID];
});
const { CreateGroup } = groupMethods;
globalThis.carried = {
  names: Object.keys(door).sort(),
  frames: carried,
  path: CreateGroup.path,
  body: CreateGroup.request.fromJSON(
    CreateGroup.request.toJSON({ ownerUserID: "ann" }),
  ).ownerUserID,
};
`;

test("what a browser gets of the door needs nothing of Bun or Node, and carries frames and bodies", async () => {
  const script = await bundle(client);
  expect(
    script.match(/["']node:[a-z]+|require\("(zlib|crypto|fs)"\)/),
  ).toBeNull();
  const browser = await chromium.launch({
    timeout: 0,
    executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.setContent("<!doctype html>");
    await page.addScriptTag({ content: script, type: "module" });
    await page.waitForFunction("globalThis.carried", undefined, { timeout: 0 });
    expect(complaints).toEqual([]);
    expect(await page.evaluate("globalThis.carried")).toEqual({
      names: Object.keys(door).sort(),
      frames: [
        ["ann", "bob"],
        ["ann", "bob"],
      ],
      path: door.groupMethods.CreateGroup.path,
      body: "ann",
    });
  } finally {
    await browser.close();
  }
});

test("a client of one domain does not carry the methods of others", async () => {
  const script = await bundle(`
import { authMethods } from "@parley/protocol";
console.log(authMethods.GetUserToken.path);
`);
  expect(script.includes(door.authMethods.GetUserToken.path)).toBe(true);
  expect(script.includes(door.groupMethods.CreateGroup.path)).toBe(false);
});

test("the door describes every method and frame that is served, and no other", async () => {
  const isMethod = (value: unknown): value is Method =>
    typeof value === "object" && value !== null && "bindStatus" in value;
  const described = new Set(
    Object.values(door).flatMap((value) =>
      typeof value === "object" ? Object.values(value).filter(isMethod) : [],
    ),
  );
  const { frames, ...apis } = await listServed();
  const served = new Set(
    Object.values(apis).flatMap(({ routes }) =>
      routes.map(({ method }) => method),
    ),
  );
  const pathsOf = (methods: Set<Method>) =>
    [...methods].map(({ path }) => path).sort();
  expect(pathsOf(described)).toEqual(pathsOf(served));
  expect(described.symmetricDifference(served).size).toBe(0);
  const identifiers = Object.values(door).flatMap((value) =>
    typeof value === "object" && "reqIdentifier" in value
      ? [value.reqIdentifier]
      : [],
  );
  expect(identifiers.sort()).toEqual([...frames.keys()].sort());
});
