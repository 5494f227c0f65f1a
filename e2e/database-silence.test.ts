import { afterAll, beforeAll, expect, test } from "bun:test";

import { LostDatabase } from "@parley/server/src/storage/lost-database.ts";
import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import { migrations } from "@parley/server/src/composition/migrations.ts";
import { openStorage } from "@parley/server/src/storage/open.ts";

import { startDatabaseProxy } from "./database-proxy.ts";

// The storage is in the process of the test, so that what comes first is known
// without a clock: both look at what is not answered in the same turns.

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++)
    await new Promise<void>((resolve) => setImmediate(resolve));
}

let postgres: EmbeddedPostgres;
beforeAll(async () => (postgres = await startPostgres()));
afterAll(() => postgres.stop());

test("a stalled database refused after 16 seconds, once its connections were given up, and was said to be ready", async () => {
  const url = new URL(await postgres.createDatabase());
  await using proxy = await startDatabaseProxy(postgres.socket);
  const told: string[] = [];
  const engine = await openStorage({
    dataFolder: "",
    databaseURL: `postgres://parley@127.0.0.1:${proxy.port}${url.pathname}`,
    migrations,
    warn: console.warn,
    troubles: {
      lost: (reason) => void told.push(`lost: ${reason}`),
      back: () => void told.push("back"),
      foreign: (error) => void told.push(String(error)),
    },
  });
  const { losses } = engine;
  await losses?.takePossession();
  expect([losses?.trouble(), losses?.refusal()]).toEqual([
    undefined,
    undefined,
  ]);
  await engine.begin();
  await engine.write
    .insertInto("meta")
    .values({ key: "mine", value: "" })
    .execute();
  const endedBefore = proxy.ended();
  const refused = new Promise<unknown>((resolve) => {
    losses?.onRefusing(() => {
      const first = {
        told: [...told],
        trouble: losses.trouble(),
        refusal: losses.refusal(),
      };
      // In fewer turns than there are looks until a connection is given up, one that
      // was would have ended.
      void turns(20).then(() =>
        resolve({ ...first, ended: proxy.ended() - endedBefore }),
      );
    });
  });
  proxy.beSilent();
  const committed = Promise.resolve(engine.commit()).then(
    () => "committed",
    (error: unknown) => error,
  );
  expect(await refused).toEqual({
    told: ["lost: no answer for 2 s"],
    trouble: "the database does not answer: no answer for 2 s",
    refusal: expect.any(LostDatabase),
    ended: 0,
  });
  await proxy.behave();
  expect(await committed).toBeInstanceOf(LostDatabase);
  expect(told).toEqual(["lost: no answer for 2 s", "back"]);
  await engine.close();
});
