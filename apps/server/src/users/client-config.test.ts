import { expect, test } from "bun:test";

import { errors } from "@parley/protocol/errors";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createClientConfig } from "./client-config.ts";

const configOver = ({ db, transact }: TestStorage) =>
  createClientConfig({
    db,
    transact,
    async getUser(userID) {
      if (userID === "nobody") throw errors.notFound();
    },
  });

const any = { userID: "", key: "" };
const firstPage = { offset: 0, limit: 20 };

forEachEngine("configuration of apps", (open) => {
  test("a user's own value is laid over everybody's", async () => {
    await using storage = await open();
    const config = configOver(storage);
    await config.set("ann", { theme: "dark" });
    await config.set("", { theme: "light", size: "10" });

    expect(await config.get("ann")).toEqual({ theme: "dark", size: "10" });
    expect(await config.get("bob")).toEqual({ theme: "light", size: "10" });
    expect(await config.get("")).toEqual({ theme: "light", size: "10" });
  });

  test("any key is only a key", async () => {
    await using storage = await open();
    const config = configOver(storage);

    await config.set("ann", Object.fromEntries([["__proto__", "x"]]));

    expect(Object.entries(await config.get("ann"))).toEqual([
      ["__proto__", "x"],
    ]);
  });

  test("a changed value keeps its place", async () => {
    await using storage = await open();
    const config = configOver(storage);
    await config.set("ann", { a: "1", b: "2" });
    await config.set("", { a: "all" });
    await config.set("ann", { c: "3", a: "4" });

    expect(await config.page({ ...any, userID: "ann" }, firstPage)).toEqual({
      total: 3,
      configs: [
        { userID: "ann", key: "a", value: "4" },
        { userID: "ann", key: "b", value: "2" },
        { userID: "ann", key: "c", value: "3" },
      ],
    });
    expect(await config.page({ ...any, key: "a" }, firstPage)).toMatchObject({
      total: 2,
      configs: [{ userID: "ann" }, { userID: "" }],
    });
    expect(await config.page(any, { offset: 3, limit: 9 })).toMatchObject({
      total: 4,
      configs: [{ key: "c" }],
    });
    expect(await config.page(any, { offset: 0, limit: 0 })).toEqual({
      total: 4,
      configs: [],
    });
  });

  test("keys are deleted of this user alone, unknown ones passed over", async () => {
    await using storage = await open();
    const config = configOver(storage);
    await config.set("ann", { a: "1", b: "2" });
    await config.set("", { a: "all" });

    await config.delete("ann", ["a", "none"]);
    await config.delete("nobody", ["b"]);
    await config.delete("ann", []);

    expect(await config.get("ann")).toEqual({ a: "all", b: "2" });
  });

  test("there must be such a user, but for everybody's", async () => {
    await using storage = await open();
    const config = configOver(storage);

    await expect(config.get("nobody")).rejects.toMatchObject({ code: 1004 });
    await expect(config.set("nobody", { a: "1" })).rejects.toMatchObject({
      code: 1004,
    });
    expect(await config.page(any, firstPage)).toMatchObject({ total: 0 });
  });

  test("many keys go at once", async () => {
    await using storage = await open();
    const config = configOver(storage);
    const many = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, i) => [`k${i}`, `${i}`]),
    );

    await config.set("ann", many);
    expect(await config.get("ann")).toEqual(many);

    await config.delete("ann", Object.keys(many));
    expect(await config.get("ann")).toEqual({});
  });
});
