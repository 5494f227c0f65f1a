import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { exitCodes } from "@parley/server/src/command-line/exit-codes.ts";
import { loadConfig } from "@parley/server/src/config/load.ts";

import { codeBlocks, linksOf, repositoryFile } from "./pages.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

// The commands and programs that the pages show.

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const node = Bun.which("node") ?? "node";

/** Runs to the end; answers what was printed. Throws if the exit code is not 0. */
async function run(command: string, args: string[]): Promise<string> {
  const child = spawn(command, args, {
    env: {
      ...process.env,
      PARLEY_API: server.api,
      PARLEY_WS: server.ws,
      PARLEY_SECRET: "openIM123",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0)
    throw new Error(`${args.join(" ")} ended with ${String(code)}: ${errors}`);
  return output;
}

describe("README's first chat", () => {
  const [chat] = codeBlocks("README.md").filter(
    ({ heading, language }) => heading === "First chat" && language === "js",
  );

  test("is the file that it names", () =>
    expect(chat?.text).toBe(
      readFileSync(repositoryFile("examples/first-chat.mjs"), "utf8"),
    ));

  test("runs as it is printed, and runs again", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "parley-readme-"));
    try {
      const file = path.join(folder, "first-chat.mjs");
      writeFileSync(file, chat?.text ?? "");
      for (let i = 0; i < 2; i++)
        expect(await run(node, [file])).toMatch(
          /^1 ann\d+: Hello Bob!\n2 bob\d+: Hello Ann, how are you\?\n$/,
        );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

const socketChat = repositoryFile("examples/socket-chat.mjs");
/** Node.js 20 has the standard WebSocket behind a flag. */
const flags = Bun.spawnSync([node, "-p", "typeof WebSocket"])
  .stdout.toString()
  .startsWith("undefined")
  ? ["--experimental-websocket"]
  : [];
test.each([
  ["Bun", process.execPath, [socketChat]],
  ["Node.js", node, [...flags, socketChat]],
])("two people hear each other at sockets on %s", async (_on, command, args) =>
  expect(await run(command, args)).toMatch(
    /^bob\d+ hears 1: Hello Bob!\nann\d+ hears 2: Hello Ann!\n$/,
  ),
);

test("the commands of docs/accounts.md register somebody and sign them in", async () => {
  const [commands] = codeBlocks("docs/accounts.md").filter(
    ({ heading, language }) =>
      heading === "First registration" && language === "sh",
  );
  const own = commands!.text.replace("http://localhost:10008", server.chat);
  expect(own).toContain(server.chat);
  const output = await run("sh", ["-c", own]);
  expect(output.match(/"errCode":0/g)).toHaveLength(2);
});

test("the back end of curl's calls reads what was said", async () =>
  expect(await run("sh", [repositoryFile("examples/curl.sh")])).toEndWith(
    '{"content":"Hello Bob!"}\n',
  ));

const pages = [
  ...["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...readdirSync(repositoryFile("docs"), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

test("every file of settings that a page shows is one", async () => {
  const shown = pages.flatMap((page) =>
    codeBlocks(page)
      .filter(({ language }) => language === "yaml")
      .map((each) => ({ page, ...each })),
  );
  expect(shown.length).toBeGreaterThan(3);
  const folder = mkdtempSync(path.join(tmpdir(), "parley-settings-"));
  try {
    const file = path.join(folder, "parley.yml");
    for (const { page, line, text } of shown) {
      writeFileSync(file, text);
      const problem = await loadConfig({ file, environment: {} }).then(
        () => "none",
        (error: unknown) => (error as Error).message,
      );
      expect([page, line, problem]).toEqual([page, line, "none"]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("every page that a comment names is there, with that heading", () => {
  const sources = Bun.spawnSync(["git", "ls-files", "*.ts"], {
    cwd: repositoryFile("."),
  })
    .stdout.toString()
    .split("\n")
    .filter((file) => file !== "");
  expect(sources.length).toBeGreaterThan(500);
  const anchor = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-");
  for (const source of sources) {
    const text = readFileSync(repositoryFile(source), "utf8");
    const comments = text
      .split("\n")
      .filter((line) => /^ *(\/?\*|\/\/)/.test(line))
      .join("\n");
    for (const [, page = "", heading] of comments.matchAll(
      /(docs\/[\w/-]+\.md)(?:#([\w-]+))?/g,
    )) {
      expect([source, page, existsSync(repositoryFile(page))]).toEqual([
        source,
        page,
        true,
      ]);
      if (heading === undefined) continue;
      const headings = [
        ...readFileSync(repositoryFile(page), "utf8").matchAll(/^#+ (.*)$/gm),
      ].map(([, each = ""]) => anchor(each));
      expect([source, page, headings]).toEqual([
        source,
        page,
        expect.arrayContaining([heading]) as string[],
      ]);
    }
  }
});

test("docs/operating.md lists the exit codes that there are", () => {
  const page = readFileSync(repositoryFile("docs/operating.md"), "utf8");
  const listed = [...page.matchAll(/^\| (\d+) +\| (?!`)/gm)].map(([, code]) =>
    Number(code),
  );
  expect(listed).toEqual(Object.values(exitCodes));
});

test("README is short enough to be read", () => {
  const page = readFileSync(repositoryFile("README.md"), "utf8");
  expect(page.length).toBeLessThan(7_000);
});

test("every link of a page leads to a file that there is", () => {
  for (const page of pages)
    for (const link of linksOf(page)) {
      if (/^https?:|^#/.test(link)) continue;
      const [file = ""] = link.split("#");
      const target = repositoryFile(path.join(path.dirname(page), file));
      expect([page, link, existsSync(target)]).toEqual([page, link, true]);
    }
});
