import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";

import { expect, test } from "bun:test";

import { startServer } from "../server.ts";
import { look, resend } from "./story.ts";

const data = path.join(import.meta.dirname, "data");
const names = readdirSync(data)
  .filter((file) => file.endsWith(".db.gz"))
  .map((file) => file.slice(0, -".db.gz".length));

test("there are data of older versions", () => {
  expect(names.length).toBeGreaterThan(0);
});

test.each(names)(
  "what people had with %s they have still, and no message twice",
  async (name) => {
    const dataFolder = mkdtempSync(path.join(tmpdir(), "parley-upgrade-"));
    writeFileSync(
      path.join(dataFolder, "parley.db"),
      gunzipSync(readFileSync(path.join(data, `${name}.db.gz`))),
    );
    const seen = JSON.parse(
      readFileSync(path.join(data, `${name}.json`), "utf8"),
    ) as { messages: Record<string, string[]> };
    {
      await using server = await startServer({ dataFolder });
      expect(await look(server)).toEqual(seen);
      const first = await resend(server);
      expect(
        Object.values(seen.messages)
          .flat()
          .filter((each) => each.endsWith(first)),
      ).not.toEqual([]);
      expect(await look(server)).toEqual(seen);
    }
    rmSync(dataFolder, { recursive: true, force: true });
  },
);
