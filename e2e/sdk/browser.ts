import { readdirSync } from "node:fs";
import path from "node:path";

import { chromium } from "playwright-core";
import type { Page, Request } from "playwright-core";

const packageFolder = path.dirname(
  path.dirname(Bun.resolveSync("@openim/wasm-client-sdk", import.meta.dir)),
);

/** One page of its own browser context: a device with its own storage. */
export interface Device {
  readonly page: Page;
  /** Receives the SDK's events; each sign-in sets its own. */
  hear: (event: string, data: unknown) => void;
  /** Told of every answer that the SDK got from a server. */
  answered: (request: Request) => void;
  /** Errors of the page. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** A headless Chromium and the page around the SDK. */
export interface Browser extends AsyncDisposable {
  openDevice(): Promise<Device>;
}

export async function openBrowser(): Promise<Browser> {
  const [site, browser] = await Promise.all([
    servePage(),
    chromium.launch({
      timeout: 0,
      executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        // A closed network refuses what these would look for, many at a time.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    }),
  ]);

  async function openDevice(): Promise<Device> {
    const context = await browser.newContext();
    // Waits end by events, not by a clock.
    context.setDefaultTimeout(0);
    const page = await context.newPage();
    const device: Device = {
      page,
      hear: () => undefined,
      answered: () => undefined,
      complaints: [],
      close: () => context.close(),
    };
    page.on("pageerror", (error) => device.complaints.push(String(error)));
    page.on("requestfinished", (request) => device.answered(request));
    page.on("crash", () => device.complaints.push("the page crashed"));
    page.on("console", (message) => {
      if (message.type() === "error") device.complaints.push(message.text());
    });
    await page.exposeFunction("heard", (event: string, data: unknown) =>
      device.hear(event, data),
    );
    await page.goto(site.url.href);
    return device;
  }

  return {
    openDevice,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await site.stop(true);
    },
  };
}

/** Serves the page, its script and the SDK's files as they are in the package. */
async function servePage(): Promise<Bun.Server<undefined>> {
  const folder = path.join(import.meta.dir, "page");
  const { outputs } = await Bun.build({
    entrypoints: [path.join(folder, "main.ts")],
    target: "browser",
  });
  const routes: Record<string, Blob> = {
    "/": Bun.file(path.join(folder, "index.html")),
    "/main.js": outputs[0]!,
    // The SDK looks for it beside the script it is in.
    "/worker.js": Bun.file(path.join(packageFolder, "lib/worker.js")),
  };
  const assets = path.join(packageFolder, "assets");
  for (const name of readdirSync(assets))
    routes[`/${name}`] = Bun.file(path.join(assets, name));
  return Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch({ url }) {
      const file = routes[new URL(url).pathname];
      if (!file) return new Response("not found", { status: 404 });
      return new Response(file);
    },
  });
}
