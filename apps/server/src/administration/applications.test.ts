import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createApplets } from "./applets.ts";
import {
  createApplicationVersions,
  createVersionIDs,
} from "./application-versions.ts";
import { createClientConfig } from "./client-config.ts";

const page = { offset: 0, limit: 20 };
const start = ({ db, transact }: TestStorage) => {
  const deps = { db, transact, now: () => 1_700_000_000_000 };
  return {
    applets: createApplets(deps),
    versions: createApplicationVersions(deps),
    clientConfig: createClientConfig(deps),
  };
};

const applet = {
  id: "map",
  name: "Map",
  appID: "maps",
  icon: "i",
  url: "u",
  md5: "m",
  size: 12,
  version: "1.0",
  priority: 3,
  status: 1,
  createTime: 1,
};
/** Nothing of an applet is to change. */
const unchanged = {
  id: "map",
  name: null,
  appID: null,
  icon: null,
  url: null,
  md5: null,
  size: null,
  version: null,
  priority: null,
  status: null,
  createTime: null,
};

forEachEngine("applets", (open) => {
  test("are shown to people while they are on the shelf", async () => {
    await using storage = await open();
    const { applets } = start(storage);
    await applets.add(applet);
    await applets.add({ ...applet, id: "", status: 2 });
    expect(await applets.listOnShelf()).toEqual([
      { ...applet, createTime: 1_700_000_000_000 },
    ]);
    await applets.update({ ...unchanged, status: 2, icon: "", createTime: 5 });
    expect(await applets.listOnShelf()).toEqual([]);
    const found = await applets.search("MAP", page);
    expect(found.total).toBe(2);
    expect(found.applets[0]).toEqual({
      ...applet,
      status: 2,
      icon: "",
      createTime: 1_700_000_000_000,
    });
    expect(found.applets[1]?.id).toMatch(/^[\da-f-]{36}$/);
  });

  test("have each id once, and a status that there is", async () => {
    await using storage = await open();
    const { applets } = start(storage);
    await applets.add(applet);
    expect(applets.add(applet)).rejects.toMatchObject({ code: 1003 });
    for (const status of [0, 3, 9]) {
      expect(applets.add({ ...applet, id: "x", status })).rejects.toMatchObject(
        { code: 1001 },
      );
      expect(applets.update({ ...unchanged, status })).rejects.toMatchObject({
        code: 1001,
      });
    }
    expect(
      applets.update({ ...unchanged, createTime: 5 }),
    ).rejects.toMatchObject({ code: 1001 });
    // An unknown applet is reported before invalid fields.
    expect(
      applets.update({ ...unchanged, id: "none", name: "" }),
    ).rejects.toMatchObject({ code: 1004 });
    expect(applets.delete(["map", "none"])).rejects.toMatchObject({
      code: 1001,
    });
    expect((await applets.search("", page)).total).toBe(1);
  });
});

const version = {
  platform: "web",
  version: "1.0",
  url: "u",
  text: "t",
  force: true,
  latest: true,
  hot: false,
};
const sameVersion = {
  platform: null,
  version: null,
  url: null,
  text: null,
  force: null,
  latest: null,
  hot: null,
};

forEachEngine("versions of applications", (open) => {
  test("come with the latest first, and the newest of these", async () => {
    await using storage = await open();
    const { versions } = start(storage);
    await versions.add(version);
    await versions.add({ ...version, version: "1.1", latest: false });
    await versions.add({ ...version, version: "0.9" });
    await versions.add({ ...version, platform: "ios" });
    const listed = await versions.list(["web"], page);
    expect(listed.versions.map((each) => each.version)).toEqual([
      "0.9",
      "1.0",
      "1.1",
    ]);
    expect(await versions.findLatest("web")).toEqual(
      listed.versions[0] ?? null,
    );
    expect(await versions.findLatest("none")).toBeNull();
    expect(await versions.list([], { offset: 0, limit: 0 })).toEqual({
      total: 4,
      versions: [],
    });
  });

  test("added at several nodes within a second came in any order", async () => {
    await using storage = await open();
    const { db, transact } = storage;
    let time = 1_700_000_000_000;
    const deps = { db, transact, now: () => time++ };
    const nodes = [1, 2].map(() => createApplicationVersions(deps));
    const added = ["1.0", "1.1", "1.2", "1.3"];
    for (const [i, each] of added.entries())
      await nodes[i % 2]?.add({ ...version, version: each });
    const { versions } = await nodes[0]!.list(["web"], page);
    expect(versions.map((each) => each.version)).toEqual(added.toReversed());
    const latest = await nodes[0]!.findLatest("web");
    expect(latest?.version).toBe("1.3");
  });

  test("are there once for a platform, also after a change", async () => {
    await using storage = await open();
    const { versions } = start(storage);
    await versions.add(version);
    await versions.add({ ...version, version: "1.1", latest: false });
    expect(versions.add(version)).rejects.toMatchObject({ code: 1003 });
    const { id = "" } = (await versions.list([], page)).versions[1] ?? {};
    expect(
      versions.update({ ...sameVersion, id, version: "1.0" }),
    ).rejects.toMatchObject({ code: 1003 });
    await versions.update({ ...sameVersion, id, version: "1.1", hot: true });
    await versions.update({ ...sameVersion, id: id.toUpperCase(), text: "" });
    expect((await versions.list([], page)).versions[1]).toMatchObject({
      version: "1.1",
      hot: true,
      text: "",
    });
    await versions.delete([id.toUpperCase(), "0123456789abcdef01234567"]);
    expect((await versions.list([], page)).total).toBe(1);
  });
});

test("ids of versions grow, also when the clock goes back", () => {
  let time = 1_700_000_000_000;
  const create = createVersionIDs(() => time);
  const ids = [create(), create()];
  time -= 60_000;
  ids.push(create());
  time += 3_600_000;
  ids.push(create());
  for (const id of ids) expect(id).toMatch(/^[\da-f]{24}$/);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(4);
});

forEachEngine("what clients are told", (open) => {
  test("changes by the key", async () => {
    await using storage = await open();
    const { clientConfig } = start(storage);
    expect(await clientConfig.get()).toEqual({});
    await clientConfig.set({ a: "1", b: "" });
    await clientConfig.set({ a: "2" });
    expect(await clientConfig.get()).toEqual({ a: "2", b: "" });
    await clientConfig.delete(["a", "none"]);
    expect(await clientConfig.get()).toEqual({ b: "" });
  });

  test("is not changed by a request that names no key", async () => {
    await using storage = await open();
    const { clientConfig } = start(storage);
    expect(clientConfig.set({})).rejects.toMatchObject({ code: 1001 });
    expect(clientConfig.delete([])).rejects.toMatchObject({ code: 1001 });
  });
});
