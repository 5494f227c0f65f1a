import { afterAll, beforeAll, expect, test } from "bun:test";

import { startPostgres } from "../../testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "../../testing/storage/embedded-postgres.ts";
import { migrations } from "./migrations.ts";
import { openStorage } from "./open.ts";

let postgres: EmbeddedPostgres;

beforeAll(async () => (postgres = await startPostgres()));
afterAll(() => postgres.stop());

const open = (databaseURL: string) =>
  openStorage({ dataFolder: "", databaseURL, migrations, warn: console.warn });

const libc = "locale_provider libc";

for (const [title, made, what] of [
  [
    "that is not UTF8",
    `encoding 'LATIN1' ${libc} locale 'C'`,
    "has the encoding LATIN1",
  ],
  [
    "without an encoding",
    `encoding 'SQL_ASCII' ${libc} locale 'C'`,
    "has the encoding SQL_ASCII",
  ],
  [
    "that knows the case of ASCII alone",
    `encoding 'UTF8' ${libc} locale 'C'`,
    "cannot lower-case letters beyond ASCII (its lc_ctype is C)",
  ],
] as const)
  test(`a database ${title} is refused, and the command that is told makes one that is not`, async () => {
    const url = new URL(
      await postgres.createDatabase(`template template0 ${made}`),
    );
    const refused = await open(url.href).then(
      () => "it was opened",
      (error: Error) => error.message,
    );
    expect(refused).toContain(what);
    const [, command = "", name = ""] =
      /with {2}(create database "(\w+)" .*?) {2}and name/.exec(refused) ?? [];
    await postgres.run(command);
    url.pathname = name;
    const engine = await open(url.href);
    await engine.close();
    // Nothing was begun in the one that was refused.
    await postgres.run(`drop database ${name}`);
  });
