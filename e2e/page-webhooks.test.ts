import { beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { webhookCommands } from "@parley/server/src/config/webhook-names.ts";

import { Admin } from "./client.ts";
import { codeBlocks } from "./pages.ts";
import { startServer } from "./server.ts";
import { difference } from "./shapes.ts";
import { hearStory, hookSecret } from "./told.ts";
import type { Heard } from "./told.ts";

// docs/webhooks.md against what a receiver really gets, and what its answers do.

const blocks = codeBlocks("docs/webhooks.md");
const textOf = (note: string): string =>
  blocks.find((each) => each.note === note)?.text ?? "";
const neverSent = ["afterGroupMsgRevoke", "afterUserKickOff"];

let heard: Heard;
beforeAll(async () => {
  heard = await hearStory();
});

describe("every hook", () => {
  test.each(Object.entries(webhookCommands))(
    "%s has the body that the page shows",
    (name, command) => {
      const real = heard.hooks.filter((each) => each.command === command);
      const shown = blocks
        .filter(({ heading, note }) => heading === name && note === "body")
        .map(({ text }) => JSON.parse(text) as { callbackCommand: string });
      const isSent = !neverSent.includes(name);
      expect([name, real.length > 0]).toEqual([name, isSent]);
      expect([name, shown.length > 0]).toEqual([name, isSent]);
      for (const { callbackCommand } of shown)
        expect(callbackCommand).toBe(command);
      for (const { body } of real) {
        const wrong = shown.map((each) => difference(each, body));
        // Some have members that are there or not.
        if (!wrong.includes(undefined)) throw new Error(wrong.join("; "));
      }
    },
  );

  test("is signed, as the page's own code finds", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "parley-page-"));
    try {
      const file = path.join(folder, "check.mjs");
      writeFileSync(file, textOf("check"));
      const { isSigned } = (await import(file)) as {
        isSigned(secret: string, headers: object, body: string): boolean;
      };
      for (const { headers, text } of heard.hooks) {
        expect(isSigned(hookSecret, headers, text)).toBe(true);
        expect(isSigned("another secret", headers, text)).toBe(false);
        expect(isSigned(hookSecret, headers, ` ${text}`)).toBe(false);
        expect(isSigned(hookSecret, {}, text)).toBe(false);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test("every answer that the page shows does what it says", async () => {
  const answers = blocks
    .filter(({ note }) => note === "answer")
    .map(({ heading, text }) => [heading, JSON.parse(text)] as const);
  expect(answers.length).toBeGreaterThan(12);
  const commands: Readonly<Record<string, string>> = webhookCommands;
  const { hooks, notices } = await hearStory(
    Object.fromEntries(answers.map(([name, said]) => [commands[name], said])),
  );
  const story = JSON.stringify([hooks.map(({ body }) => body), notices]);
  // Answers of the other hooks are ids, or visible only to offline users.
  const withoutWords = [
    "beforeGroupOnlinePush",
    "beforeOfflinePush",
    "beforeImportFriends",
  ];
  for (const [name, said] of answers) {
    // A text in each names the hook, and is told on once it has its effect.
    const words = new RegExp(`[\\w ,]+ ${name}\\b`).exec(JSON.stringify(said));
    expect([name, words === null]).toEqual([name, withoutWords.includes(name)]);
    if (words) expect([name, story.includes(words[0])]).toEqual([name, true]);
  }
});

test("a refusal takes actionCode 0 and nextCode 1 together, and reaches the caller", async () => {
  let answer: object = {};
  await using receiver = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => Response.json(answer),
  });
  await using server = await startServer({
    environment: {
      PARLEY_WEBHOOKS_URL: `http://127.0.0.1:${receiver.port}`,
      PARLEY_WEBHOOKS_HOOKS: '{"beforeUserRegister":{"enable":true}}',
    },
  });
  const admin = await Admin.signIn(server.api);
  const refusal = JSON.parse(textOf("refusal")) as {
    errCode: number;
    errMsg: string;
    errDlt: string;
  };
  const made = async (said: object): Promise<unknown> => {
    answer = said;
    return admin.users("ann").then(
      () => "made",
      (error: unknown) => (error as Error).message,
    );
  };
  const { errCode, errMsg, errDlt } = refusal;
  expect(await made(refusal)).toContain(`${errCode} ${errMsg} ${errDlt}`);
  expect(await made({})).toBe("made");
  expect(await made({ ...refusal, nextCode: 0 })).toBe("made");
  expect(await made({ ...refusal, actionCode: 1 })).toBe("made");
  expect(await made({ ...refusal, errCode: 0 })).toContain("500");
});
