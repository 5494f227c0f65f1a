// Writes docs/openapi.json as a server of these sources describes itself:
//   npm run openapi
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { loadConfig } from "../apps/server/src/config/load.ts";
import { createLog } from "../apps/server/src/log.ts";
import { startServer } from "../apps/server/src/server.ts";

export const openAPIFile: string = join(
  import.meta.dir,
  "../docs/openapi.json",
);

/** What is served at /docs/openapi.json with the default settings. */
export async function fetchOpenAPI(): Promise<string> {
  const dataFolder = mkdtempSync(join(tmpdir(), "parley-openapi-"));
  try {
    const config = await loadConfig({
      environment: {
        PARLEY_DATA: dataFolder,
        PARLEY_LISTEN: "127.0.0.1",
        PARLEY_API_PORT: "0",
        PARLEY_WS_PORT: "0",
        PARLEY_ACCOUNTS_ENABLE: "false",
      },
    });
    const server = await startServer(config, createLog("silent"), () =>
      Promise.resolve(),
    );
    try {
      const address = `http://127.0.0.1:${server.apiPort}/docs/openapi.json`;
      return await (await fetch(address)).text();
    } finally {
      await server.close();
    }
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

if (import.meta.main) await Bun.write(openAPIFile, await fetchOpenAPI());
