// Writes docs/openapi*.json as a server of these sources describes itself, the limits
// in them as docs/limits.md, the codes of errors as docs/errors.md, and the table of settings in docs/configuration.md:
//   npm run openapi
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { format } from "prettier";

import { startServer } from "../apps/server/src/composition/server.ts";
import { createLogger } from "../apps/server/src/watching/logger.ts";
import { readArguments } from "./arguments.ts";
import { loadConfig, renderSettings } from "../apps/server/src/config/load.ts";
import type { APIName } from "../apps/server/src/docs/words.ts";
import { renderErrors } from "./errors-page.ts";
import { renderLimits } from "./limits-page.ts";

const docs = join(import.meta.dir, "../docs");

export const openAPIFiles: Readonly<Record<APIName, string>> = {
  im: join(docs, "openapi.json"),
  accounts: join(docs, "openapi-accounts.json"),
  administration: join(docs, "openapi-administration.json"),
  agents: join(docs, "openapi-agents.json"),
};

export const limitsPage = join(docs, "limits.md");

/** docs/limits.md, of the documents of all ports. */
export const limitsOf = (texts: readonly string[]): Promise<string> =>
  format(
    renderLimits(
      texts.map(
        (text) =>
          JSON.parse(text) as Parameters<typeof renderLimits>[0][number],
      ),
    ),
    { parser: "markdown" },
  );

export const errorsPage = join(docs, "errors.md");

/** docs/errors.md, of the list of errors. */
export const errorsText = (): Promise<string> =>
  format(renderErrors(), { parser: "markdown" });

/** It ends with the table. */
export const settingsPage = join(docs, "configuration.md");

/** Fetches /docs/openapi.json of each port with default settings. */
async function fetchOpenAPI(): Promise<Record<APIName, string>> {
  const dataFolder = mkdtempSync(join(tmpdir(), "parley-openapi-"));
  try {
    const config = await loadConfig({
      environment: {
        PARLEY_DATA: dataFolder,
        PARLEY_LISTEN: "127.0.0.1",
        PARLEY_API_PORT: "0",
        PARLEY_WS_PORT: "0",
        PARLEY_ACCOUNTS_PORT: "0",
        PARLEY_ACCOUNTS_ADMIN_PORT: "0",
        PARLEY_AGENTS_PORT: "0",
      },
    });
    const server = await startServer(config, createLogger("silent"), () =>
      Promise.resolve(),
    );
    const fetchFrom = async (port: number | undefined) => {
      const address = `http://127.0.0.1:${port}/docs/openapi.json`;
      return (await fetch(address)).text();
    };
    try {
      return {
        im: await fetchFrom(server.apiPort),
        accounts: await fetchFrom(server.chat?.port),
        administration: await fetchFrom(server.chat?.adminPort),
        agents: await fetchFrom(server.chat?.agents?.port),
      };
    } finally {
      await server.close();
    }
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  readArguments(
    `npm run openapi

Writes docs/openapi*.json and the table of docs/configuration.md, as a server of
these sources describes itself.

  -h, --help  this text
`,
    { options: {} },
  );
  const [words = ""] = readFileSync(settingsPage, "utf8").split("| setting |");
  await Bun.write(settingsPage, `${words}${renderSettings()}\n`);
  const texts = await fetchOpenAPI();
  for (const [api, text] of Object.entries(texts))
    await Bun.write(openAPIFiles[api as APIName], text);
  await Bun.write(limitsPage, await limitsOf(Object.values(texts)));
  await Bun.write(errorsPage, await errorsText());
}
