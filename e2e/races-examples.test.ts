import { afterAll, describe, expect, test } from "bun:test";

import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import { imSettings } from "@parley/protocol/methods/settings";
import { GetUserToken } from "@parley/protocol/methods/auth";
import {
  AccountAddAdmin,
  AdminAccountChangePassword,
} from "@parley/protocol/methods/chat/administrators";
import {
  AddNotificationAccount,
  UserRegister,
} from "@parley/protocol/methods/users";
import { AddBlack } from "@parley/protocol/methods/friends";
import {
  CreateGroup,
  InviteUserToGroup,
} from "@parley/protocol/methods/groups";
import { AccountRegister } from "@parley/protocol/methods/chat/accounts";
import {
  AccountAddUser,
  BlockAdd,
  DefaultGroupAdd,
  DefaultUserAdd,
  UserImportJson,
  UserImportXlsx,
} from "@parley/protocol/methods/chat/managed-users";
import {
  ForbiddenIPAdd,
  ForbiddenUserAdd,
  InvitationCodeAdd,
} from "@parley/protocol/methods/chat/admission";
import {
  AppletAdd,
  ApplicationAddVersion,
} from "@parley/protocol/methods/chat/applications";
import { AgentCreate } from "@parley/protocol/methods/chat/agents";

import { RequestError } from "./client.ts";
import { startServer } from "./server.ts";
import { comesBack, sendExample, stories, storyEnvironment } from "./story.ts";
import type { Answers } from "./story.ts";

// Each example of each page about an API, sent by so many at once: whatever a rule
// looked for first, somebody else may be quicker, and then no one hears of the
// database.

const atOnce = 6;
/**
 * Excludes routes that restart the server, and those after which only the last
 * token is valid.
 */
const alone = (path: string): boolean =>
  path.startsWith("/config/") ||
  [imSettings.Restart.path, GetUserToken.path].includes(path);

/** COMPAT: what is no fault of the server, and 500 all the same. */
const is500 = new Set([
  `${AdminAccountChangePassword.path}: RequestError: 500 ServerInternalError currentPassword is wrong`,
]);

/**
 * Error codes for all but the first of concurrent requests that create the same
 * thing.
 */
const second: Readonly<Record<string, readonly number[]>> = {
  [UserRegister.path]: [1102],
  [AddNotificationAccount.path]: [1001],
  [AddBlack.path]: [1003],
  [CreateGroup.path]: [1202],
  [InviteUserToGroup.path]: [1001],
  [AccountRegister.path]: [20004],
  [AccountAddAdmin.path]: [1003],
  [AccountAddUser.path]: [20014],
  [UserImportJson.path]: [20014],
  [UserImportXlsx.path]: [20003],
  [BlockAdd.path]: [1001],
  [DefaultUserAdd.path]: [1003],
  [DefaultGroupAdd.path]: [1003],
  [InvitationCodeAdd.path]: [1001],
  [ForbiddenIPAdd.path]: [1003],
  [ForbiddenUserAdd.path]: [1003],
  [AppletAdd.path]: [1003],
  [ApplicationAddVersion.path]: [1003],
  [AgentCreate.path]: [1003],
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
          const { code = 0 } = each as { code?: number };
          if (second[path]?.includes(code) === false) wrong.push(text);
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
