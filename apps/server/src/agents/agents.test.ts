import { inspect } from "node:util";

import type { ProtocolError } from "@parley/protocol/errors";
import { goStringify } from "@parley/protocol/go-json";
import { AddNotificationAccount } from "@parley/protocol/methods/users";
import { expect, test } from "bun:test";

import { createCaches } from "../storage/caches.ts";
import type { IMClient } from "../im-client/im-client.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { openAgents } from "./agents.ts";
import type { AgentChange, AgentDraft } from "./agents.ts";

const draft: AgentDraft = {
  userID: "guide",
  nickname: "Guide",
  faceURL: "",
  url: "https://llm.example/v1",
  key: "sk-secret",
  identity: "helper",
  model: "m",
  prompts: "Be brief.",
};

const nothing: AgentChange = {
  nickname: null,
  faceURL: null,
  url: null,
  key: null,
  identity: null,
  model: null,
  prompts: null,
};

const all = { offset: 0, limit: 100 };

/** An IM server that knows these users, by their level. */
function imServer(users: Record<string, number> = {}) {
  const asked: [string, unknown][] = [];
  const call: IMClient["call"] = async (
    _operationID,
    { path, response },
    request,
  ) => {
    asked.push([path, request]);
    const { userIDs = [] } = request as { userIDs?: string[] };
    const text = goStringify({
      usersInfo: userIDs
        .filter((userID) => userID in users)
        .map((userID) => ({
          userID,
          appMangerLevel: users[userID] ?? 0,
        })),
    });
    return response?.fromJSON(text) as never;
  };
  return { asked, call };
}

const open = ({ db, transact }: TestStorage, im = imServer()) =>
  openAgents({
    caches: createCaches(),
    forget: () => Promise.resolve(),
    db,
    transact,
    im,
    randomDigits: () => "1234567890",
    now: () => 5,
  });

const codeOf = (promise: Promise<unknown>): Promise<number> =>
  promise.then(
    () => 0,
    (error: ProtocolError) => error.code,
  );

forEachEngine("agents", (openStorage) => {
  test("have bot_ before their ids and an account of their own", async () => {
    await using storage = await openStorage();
    const im = imServer();
    const agents = await open(storage, im);
    await agents.create("op", draft);
    await agents.create("op", { ...draft, userID: "bot_x" });
    await agents.create("op", { ...draft, userID: "" });
    expect(agents.page([], all).agents.map(({ userID }) => userID)).toEqual([
      "bot_guide",
      "bot_bot_x",
      "bot_1234567890",
    ]);
    expect(im.asked).toContainEqual([
      AddNotificationAccount.path,
      {
        userID: "bot_guide",
        nickName: "Guide",
        faceURL: "",
        appMangerLevel: 4,
      },
    ]);
  });

  test("are there again after a restart, as they were changed", async () => {
    await using storage = await openStorage();
    const agents = await open(storage);
    await agents.create("op", draft);
    await agents.create("op", { ...draft, userID: "other" });
    await agents.update("op", "bot_guide", { ...nothing, model: "n" });
    await agents.delete(["bot_other", "bot_unknown"]);
    const again = await open(storage);
    expect(again.count()).toBe(1);
    const { key, ...agent } = again.find("bot_guide") ?? { key: undefined };
    expect(agent).toEqual({
      userID: "bot_guide",
      nickname: "Guide",
      faceURL: "",
      url: "https://llm.example/v1",
      identity: "helper",
      model: "n",
      prompts: "Be brief.",
      createTime: 5,
    });
    expect(key?.reveal()).toBe("sk-secret");
  });

  test("may be changed by several at once", async () => {
    await using storage = await openStorage();
    const agents = await open(storage);
    await agents.create("op", draft);
    await Promise.all([
      agents.update("op", "bot_guide", { ...nothing, model: "n" }),
      agents.update("op", "bot_guide", { ...nothing, identity: "new" }),
      agents.update("op", "bot_guide", { ...nothing, prompts: "" }),
    ]);
    const changed = { model: "n", identity: "new", prompts: "" };
    expect(agents.find("bot_guide")).toMatchObject(changed);
    expect((await open(storage)).find("bot_guide")).toMatchObject(changed);
  });

  test("are made once, by name and address", async () => {
    await using storage = await openStorage();
    const agents = await open(storage);
    await agents.create("op", draft);
    expect(await codeOf(agents.create("op", draft))).toBe(1003);
    const twice = { ...draft, userID: "twice" };
    const codes = await Promise.all([
      codeOf(agents.create("op", twice)),
      codeOf(agents.create("op", twice)),
    ]);
    expect(codes.toSorted()).toEqual([0, 1003]);
    for (const bad of [
      { nickname: "" },
      { url: "llm.example" },
      { url: "file:///etc/passwd" },
      { url: "https://user:pw@llm.example" },
      { key: "sk-…" },
      { key: "sk-secret\n" },
    ])
      expect(
        await codeOf(agents.create("op", { ...draft, userID: "bad", ...bad })),
      ).toBe(1001);
    expect(
      await codeOf(agents.update("op", "bot_bad", { ...nothing, model: "n" })),
    ).toBe(1001);
    expect(agents.find("bot_bad")).toBeUndefined();
  });

  test("take over no account but a bot's", async () => {
    await using storage = await openStorage();
    const im = imServer({ bot_guide: 4, bot_person: 0 });
    const agents = await open(storage, im);
    await agents.create("op", draft);
    expect(im.asked.map(([path]) => path)).not.toContain(
      AddNotificationAccount.path,
    );
    const person = { ...draft, userID: "person" };
    expect(await codeOf(agents.create("op", person))).toBe(1003);
  });

  test("give their key to no other host, and to nobody who prints them", async () => {
    await using storage = await openStorage();
    const agents = await open(storage);
    await agents.create("op", draft);
    const agent = agents.find("bot_guide");
    for (const printed of [
      JSON.stringify(agent),
      inspect(agent),
      Bun.inspect(agent),
      String(agent?.key),
    ])
      expect(printed).not.toContain("secret");
    const keyNow = () => agents.find("bot_guide")?.key.reveal();
    const move = (url: string, key: string | null = null) =>
      agents.update("op", "bot_guide", { ...nothing, url, key });
    await move("https://llm.example/v2");
    expect(keyNow()).toBe("sk-secret");
    await move("https://other.example/v2");
    expect(keyNow()).toBe("");
    await move("https://third.example/v2", "sk-new");
    expect(keyNow()).toBe("sk-new");
  });

  test("are listed page by page, all or by their ids", async () => {
    await using storage = await openStorage();
    const agents = await open(storage);
    for (const userID of ["a", "b", "c"])
      await agents.create("op", { ...draft, userID });
    const listed = (userIDs: string[], offset: number, limit: number) => {
      const page = agents.page(userIDs, { offset, limit });
      return [page.total, page.agents.map(({ userID }) => userID)];
    };
    expect(listed([], 2, 2)).toEqual([3, ["bot_c"]]);
    expect(listed(["bot_c", "bot_x", "bot_c", "bot_a"], 0, 9)).toEqual([
      2,
      ["bot_c", "bot_a"],
    ]);
    expect(listed([], 0, 0)).toEqual([3, []]);
  });
});
