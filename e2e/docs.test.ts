import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";

import { describedPaths } from "@parley/server/src/docs/words.ts";
import { Validator } from "@seriousme/openapi-schema-validator";
import { chromium } from "playwright-core";

import { openAPIFile } from "../scripts/openapi.ts";
import { listServedRoutes } from "./rights/served-routes.ts";
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
};

let server: RunningServer;
let text: string;
let description: Description;

beforeAll(async () => {
  server = await startServer();
  text = await (await fetch(`${server.api}/docs/openapi.json`)).text();
  description = JSON.parse(text) as Description;
});

afterAll(() => server[Symbol.asyncDispose]());

describe("the description of the REST API", () => {
  test("docs/openapi.json is what the server says of itself", () => {
    if (readFileSync(openAPIFile, "utf8") !== text)
      throw new Error("docs/openapi.json is stale: npm run openapi");
  });

  test("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(JSON.parse(text));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(validator.version).toBe("3.1");
  });

  test("holds every route that is served, and words of no other", async () => {
    const { routes } = await listServedRoutes();
    expect(Object.keys(description.paths).sort()).toEqual(routes.sort());
    expect([...describedPaths].sort()).toEqual(routes.sort());
  });

  test("tells routes apart by their words", () => {
    const all = Object.values(description.paths).map(({ post }) => post);
    expect(new Set(all.map(({ summary }) => summary)).size).toBe(all.length);
    expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(
      all.length,
    );
  });

  test("says which fields a request must have, also inside of others", () => {
    const requestOf = (path: string) =>
      description.paths[path]?.post.requestBody.content["application/json"]
        ?.schema;
    expect(requestOf("/user/update_user_info")).toEqual({
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

  test("says that a route needs no token exactly where it needs none", async () => {
    for (const [path, { post }] of Object.entries(description.paths)) {
      const response = await fetch(server.api + path, {
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

describe("the page about the REST API", () => {
  test("brings a phone's reader to the route that was chosen", async () => {
    const browser = await chromium.launch(launchOptions);
    try {
      const page = await browser.newPage({
        viewport: { width: 400, height: 800 },
      });
      await page.goto(`${server.api}/docs`);
      await page.getByRole("link", { name: "/group/create_group" }).click();
      const heading = page.getByRole("heading", { name: "Create a group" });
      await heading.waitFor();
      expect((await heading.boundingBox())?.y).toBeLessThan(200);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth),
      ).toBe(400);
    } finally {
      await browser.close();
    }
  }, 30_000);

  test("tries a route out, in a browser that may load nothing else", async () => {
    const browser = await chromium.launch(launchOptions);
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      await page.goto(`${server.api}/docs`);
      await page.getByRole("heading", { name: "The REST API" }).waitFor();
      expect(await page.locator("main").innerText()).not.toContain("`");
      expect(await page.locator("nav a small").allInnerTexts()).toEqual(
        expect.arrayContaining(Object.keys(description.paths)),
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
      // Which route it is stays marked when another part of the list is shown.
      await page.getByPlaceholder("Find a route").fill("online");
      expect(
        await page.locator("nav a[aria-current] small").innerText(),
      ).toEqual("/user/get_users_online_status");
      await page
        .getByLabel("Body of the request")
        .fill('{"userIDs":["imAdmin"]}');
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByRole("status").filter({ hasText: "errCode 0" }).waitFor();
      expect(await page.locator("pre").textContent()).toContain(
        '"userID": "imAdmin"',
      );
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  }, 30_000);

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
    for (const path of ["/docs", "/docs/openapi.json"])
      expect((await fetch(quiet.api + path)).status).toBe(404);
  });
});
