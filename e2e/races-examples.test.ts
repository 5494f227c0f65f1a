import { afterAll, describe, expect, test } from "bun:test";

import { startPostgres } from "@parley/server/src/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/src/storage/embedded-postgres.ts";

import { RequestError } from "./client.ts";
import { startServer } from "./server.ts";
import { comesBack, sendExample, stories, storyEnvironment } from "./story.ts";
import type { Answers } from "./story.ts";

// Each example of each page about an API, sent by so many at once: whatever a rule
// looked for first, somebody else may be quicker, and then no one hears of the
// database.

const atOnce = 6;
/** What restarts the server is no race, and the last token alone is good. */
const alone = (path: string): boolean =>
  path.startsWith("/config/") ||
  ["/restart", "/auth/get_user_token"].includes(path);

/** COMPAT: what is no fault of the server, and 500 all the same. */
const is500 = new Set([
  "/account/change_password: RequestError: 500 ServerInternalError currentPassword is wrong",
]);

/** What all but the quickest hear where something is made that there is once. */
const second: Readonly<Record<string, number>> = {
  "/user/user_register": 1102,
  "/user/add_notification_account": 1001,
  "/friend/add_black": 1003,
  "/group/create_group": 1202,
  "/group/invite_user_to_group": 1001,
  "/account/register": 20004,
  "/account/add_admin": 1003,
  "/account/add_user": 20014,
  "/user/import/json": 20014,
  "/user/import/xlsx": 20003,
  "/block/add": 1001,
  "/default/user/add": 1003,
  "/default/group/add": 1003,
  "/invitation_code/add": 1001,
  "/forbidden/ip/add": 1003,
  "/forbidden/user/add": 1003,
  "/applet/add": 1003,
  "/application/add_version": 1003,
  "/agent/create": 1003,
};

let postgres: EmbeddedPostgres | undefined;
afterAll(() => postgres?.stop());

describe.each(["sqlite", "postgres"])("sent by many at once, %s", (kind) => {
  test.each(Object.entries(stories))(
    "%s: one of each succeeds, and none is a fault of the server",
    async (_, begin) => {
      if (kind === "postgres") postgres ??= await startPostgres();
      const url = kind === "postgres" ? await postgres?.createDatabase() : "";
      await using server = await startServer({
        environment: { ...storyEnvironment, PARLEY_DATABASE_URL: url ?? "" },
      });
      const { api, examples, tokenOf } = await begin(server);
      let answers: Answers = new Map();
      const wrong: string[] = [];
      for (const example of examples) {
        const { path } = example;
        const token = tokenOf(answers);
        const sent = await Promise.allSettled(
          Array.from({ length: alone(path) ? 1 : atOnce }, async () => {
            const mine: Answers = new Map(answers);
            await sendExample(api, example, token, mine);
            return mine;
          }),
        );
        await comesBack(api, path);
        const succeeded = sent.find(({ status }) => status === "fulfilled");
        const refusals = sent.flatMap((each): unknown[] =>
          each.status === "rejected" ? [each.reason] : [],
        );
        for (const each of refusals) {
          const text = `${path}: ${String(each)}`;
          const isRefused =
            each instanceof RequestError
              ? each.code !== 500 || is500.has(text)
              : text.includes("HTTP 409 ");
          if (!isRefused) wrong.push(text);
          const { code } = each as { code?: number };
          const expected = second[path];
          if (expected !== undefined && code !== expected) wrong.push(text);
        }
        if (second[path] !== undefined && refusals.length !== atOnce - 1)
          wrong.push(`${path}: ${refusals.length} were refused`);
        if (succeeded?.status === "fulfilled") answers = succeeded.value;
        else wrong.push(`${path}: none succeeded, ${refusals.join("; ")}`);
      }
      expect(wrong).toEqual([]);
    },
  );
});
