import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { apis } from "@parley/server/src/docs/words.ts";
import type { APIName } from "@parley/server/src/docs/words.ts";
import type { APIWords } from "@parley/server/src/docs/api-words.ts";
import { Validator } from "@seriousme/openapi-schema-validator";
import { chromium } from "playwright-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import {
  AccountCheck,
  GetUsersOnlineStatus,
  UpdateUserInfo,
  UserRegister,
} from "@parley/protocol/methods/users";
import { CreateGroup } from "@parley/protocol/methods/groups";
import {
  GetAdminToken,
  GetUserToken,
  ParseToken,
} from "@parley/protocol/methods/auth";
import { UploadLogs } from "@parley/protocol/methods/client-logs";

import {
  errorsPage,
  errorsText,
  limitsOf,
  limitsPage,
  openAPIFiles,
} from "../scripts/openapi.ts";
import { listServedRoutes, webhookPage } from "./rights/served-routes.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

interface Description {
  openapi: string;
  paths: Record<
    string,
    {
      post: {
        summary: string;
        security: unknown[];
        operationId: string;
        requestBody: {
          content: Record<string, { schema: Record<string, unknown> }>;
        };
      };
    }
  >;
}

const launchOptions = {
  executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run"],
  timeout: 0,
};

/** A page that waits as long as a busy machine takes. */
async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(0);
  return page;
}

let server: RunningServer;
const texts = {} as Record<APIName, string>;
const descriptions = {} as Record<APIName, Description>;

beforeAll(async () => {
  server = await startServer();
  for (const api of apiNames) {
    const response = await fetch(`${addressOf(api)}/docs/openapi.json`);
    texts[api] = await response.text();
    descriptions[api] = JSON.parse(texts[api]) as Description;
  }
});

afterAll(() => server[Symbol.asyncDispose]());

const apiNames = Object.keys(apis) as APIName[];

function addressOf(api: APIName): string {
  const { api: im, chat: accounts, chatAdmin: administration, agents } = server;
  return { im, accounts, administration, agents }[api];
}

describe.each(apiNames)("the description of the API: %s", (api) => {
  test("is in docs/ as the server says it", () => {
    if (readFileSync(openAPIFiles[api], "utf8") !== texts[api])
      throw new Error("docs/openapi*.json are stale: npm run openapi");
  });

  test("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(JSON.parse(texts[api]));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(validator.version).toBe("3.1");
  });

  test("holds every route that is served", async () => {
    const served = await listServedRoutes();
    const routes =
      api === "im"
        ? served.routes
        : served[api]
            .filter((each) => each.startsWith("POST ") && each !== webhookPage)
            .map((each) => each.slice("POST ".length));
    expect(Object.keys(descriptions[api].paths).sort()).toEqual(routes.sort());
  });

  test("has an example for every route, and of no other", () =>
    expect(apis[api].examples.map(({ path }) => path)).toEqual(
      Object.keys(descriptions[api].paths),
    ));

  test("tells routes apart by their words", () => {
    const all = Object.values(descriptions[api].paths).map(({ post }) => post);
    expect(new Set(all.map(({ summary }) => summary)).size).toBe(all.length);
    expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(
      all.length,
    );
  });

  test("says that a route needs no token exactly where it needs none", async () => {
    for (const [path, { post }] of Object.entries(descriptions[api].paths)) {
      const response = await fetch(addressOf(api) + path, {
        method: "POST",
        headers: { operationID: "docs" },
        body: "{}",
      });
      const answer = (await response.json()) as { errDlt: string };
      const isAsked = answer.errDlt === "header token is empty";
      expect([path, isAsked]).toEqual([path, post.security.length > 0]);
    }
  });
});

describe("what is said of fields", () => {
  interface Schemas {
    components: {
      schemas: Record<
        string,
        { properties?: Record<string, { description?: string }> }
      >;
    };
  }
  const schemasOf = (api: APIName) =>
    (JSON.parse(texts[api]) as Schemas).components.schemas;

  test.each(apiNames)("is something of every field of the API: %s", (api) => {
    const silent = Object.entries(schemasOf(api)).flatMap(
      ([message, { properties = {} }]) =>
        Object.entries(properties)
          .filter(([, { description = "" }]) => description === "")
          .map(([field]) => `${message}.${field}`),
    );
    if (silent.length > 0)
      throw new Error(
        `apps/server/src/docs/words-fields-*.ts say nothing of ${silent.join(", ")}`,
      );
  });

  test("is of fields that there are", () => {
    const known = new Map<string, Set<string>>();
    for (const api of apiNames)
      for (const [message, { properties = {} }] of Object.entries(
        schemasOf(api),
      ))
        known.set(message, new Set(Object.keys(properties)));
    const names = new Set([...known.values()].flatMap((each) => [...each]));
    for (const api of apiNames) {
      const { fields, ownFields } = apis[api] as APIWords;
      expect(Object.keys(fields).filter((each) => !names.has(each))).toEqual(
        [],
      );
      for (const [message, words] of Object.entries(ownFields))
        for (const field of Object.keys(words))
          expect([message, field, known.get(message)?.has(field)]).toEqual([
            message,
            field,
            true,
          ]);
    }
  });
});

test("the limits in docs/ are those of the OpenAPI documents", async () => {
  const page = await limitsOf(apiNames.map((api) => texts[api]));
  if (readFileSync(limitsPage, "utf8") !== page)
    throw new Error("docs/limits.md is stale: npm run openapi");
});

test("the page about error codes has all of the protocol's, with what to do", async () => {
  if (readFileSync(errorsPage, "utf8") !== (await errorsText()))
    throw new Error("docs/errors.md is stale: npm run openapi");
});

describe("the page about the REST API", () => {
  test("knows which fields a request must have, also inside of others", () => {
    const requestOf = (path: string) =>
      descriptions.im.paths[path]?.post.requestBody.content["application/json"]
        ?.schema;
    expect(requestOf(UpdateUserInfo.path)).toEqual({
      allOf: [
        { $ref: "#/components/schemas/user.updateUserInfoReq" },
        {
          type: "object",
          required: ["userInfo"],
          properties: { userInfo: { type: "object", required: ["userID"] } },
        },
      ],
    });
  });

  test("brings a phone's reader to the route that was chosen", async () => {
    const browser = await chromium.launch(launchOptions);
    try {
      const page = await openPage(browser, {
        viewport: { width: 400, height: 800 },
      });
      await page.goto(`${server.api}/docs`);
      await page.getByRole("link", { name: CreateGroup.path }).click();
      const heading = page.getByRole("heading", { name: "Create a group" });
      await heading.waitFor();
      expect((await heading.boundingBox())?.y).toBeLessThan(200);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth),
      ).toBe(400);
      // Nothing of the tables is cut off, either.
      const cut = await page
        .locator("main")
        .evaluate((main) => main.scrollWidth - main.clientWidth);
      expect(cut).toBe(0);
    } finally {
      await browser.close();
    }
  });

  test("tries a route out, in a browser that may load nothing else", async () => {
    const browser = await chromium.launch(launchOptions);
    try {
      const page = await openPage(browser);
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      await page.goto(`${server.api}/docs`);
      await page.getByRole("heading", { name: "The REST API" }).waitFor();
      expect(await page.locator("main").innerText()).not.toContain("`");
      expect(await page.locator("nav a small").allInnerTexts()).toEqual(
        expect.arrayContaining(Object.keys(descriptions.im.paths)),
      );
      await page.getByRole("link", { name: "Get a token as" }).click();
      await page.getByRole("heading", { name: "Get a token as" }).waitFor();
      await page
        .getByLabel("Body of the request")
        .fill('{"secret":"openIM123","userID":"imAdmin"}');
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByRole("status").filter({ hasText: "errCode 0" }).waitFor();

      await page.getByPlaceholder("Find a route").fill("who is online, and");
      await page.getByRole("link", { name: "See who is online" }).click();
      await page.getByRole("heading", { name: "See who is online" }).waitFor();
      // The open route stays marked while the list is filtered.
      await page.getByPlaceholder("Find a route").fill("online");
      expect(
        await page.locator("nav a[aria-current] small").innerText(),
      ).toEqual(GetUsersOnlineStatus.path);
      await page
        .getByLabel("Body of the request")
        .fill('{"userIDs":["imAdmin"]}');
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByRole("status").filter({ hasText: "errCode 0" }).waitFor();
      expect(await page.getByLabel("Answer").textContent()).toContain(
        '"userID": "imAdmin"',
      );
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  test("goes through the first examples by nothing but Send and Next", async () => {
    const browser = await chromium.launch(launchOptions);
    await using fresh = await startServer();
    try {
      const page = await openPage(browser);
      await page.goto(`${fresh.api}/docs#${GetAdminToken.path}`);
      for (const next of [
        UserRegister.path,
        GetUserToken.path,
        // Its body names the answer before.
        ParseToken.path,
        UpdateUserInfo.path,
      ]) {
        await page.getByRole("button", { name: "Send" }).click();
        const status = page.getByRole("status");
        await status.filter({ hasText: "errCode" }).waitFor();
        expect(await status.textContent()).toContain("errCode 0");
        await page.locator("main").getByRole("link", { name: next }).click();
        await page.locator("main .path code", { hasText: next }).waitFor();
      }
    } finally {
      await browser.close();
    }
  });

  test("finds routes by the names and meanings of their fields", async () => {
    const browser = await chromium.launch(launchOptions);
    try {
      const page = await openPage(browser);
      await page.goto(`${server.api}/docs`);
      const find = page.getByPlaceholder("Find a route");
      const found = page.locator("nav a small");
      await find.fill("appFramework");
      await page.locator("nav em", { hasText: "has appFramework" }).waitFor();
      expect(await found.allInnerTexts()).toEqual([UploadLogs.path]);
      await find.fill("nothing is called so");
      expect(await found.count()).toBe(0);
    } finally {
      await browser.close();
    }
  });

  test("copies a request that a shell can send", async () => {
    const browser = await chromium.launch(launchOptions);
    try {
      const page = await openPage(browser);
      await page.goto(`${server.api}/docs#${GetAdminToken.path}`);
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByRole("status").filter({ hasText: "errCode 0" }).waitFor();
      // A text that a shell must not touch.
      const body = { checkUserIDs: ["it's $HOME", "imAdmin"] };
      await page.goto(`${server.api}/docs#${AccountCheck.path}`);
      await page.getByLabel("Body of the request").fill(JSON.stringify(body));
      await page.getByRole("button", { name: "Copy as curl" }).click();
      const command = await page.getByLabel("As curl").textContent();
      const { stdout } = Bun.spawnSync(["sh", "-c", `${command} -s`]);
      expect(JSON.parse(stdout.toString())).toMatchObject({
        errCode: 0,
        data: {
          results: [
            { userID: "it's $HOME", accountStatus: 0 },
            { userID: "imAdmin", accountStatus: 1 },
          ],
        },
      });
    } finally {
      await browser.close();
    }
  });

  test("tries a route of the administration out, once one has signed in", async () => {
    const browser = await chromium.launch(launchOptions);
    try {
      const page = await openPage(browser);
      await page.goto(`${server.chatAdmin}/docs`);
      await page.getByRole("link", { name: "Sign in as an" }).click();
      await page.getByLabel("Body of the request").fill(
        JSON.stringify({
          account: "chatAdmin",
          password: createHash("md5").update("chatAdmin").digest("hex"),
          version: "docs",
        }),
      );
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByRole("status").filter({ hasText: "errCode 0" }).waitFor();
      await page.getByRole("link", { name: "Search applets" }).click();
      await page.getByRole("heading", { name: "Search applets" }).waitFor();
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByRole("status").filter({ hasText: "errCode 0" }).waitFor();
      expect(await page.getByLabel("Answer").textContent()).toContain(
        '"total": 0',
      );
    } finally {
      await browser.close();
    }
  });

  test("forbids scripts of others and frames around it", async () => {
    const { headers } = await fetch(`${server.api}/docs`);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
  });

  test("is not there when it is switched off", async () => {
    await using quiet = await startServer({
      environment: { PARLEY_DOCS_ENABLE: "false" },
    });
    for (const address of [quiet.api, quiet.chat, quiet.chatAdmin])
      for (const path of ["/docs", "/docs/openapi.json"])
        expect((await fetch(address + path)).status).toBe(404);
  });
});
