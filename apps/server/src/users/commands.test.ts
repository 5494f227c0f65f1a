import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createUserCommands } from "./commands.ts";

const commandsOver = ({ db, transact }: TestStorage) =>
  createUserCommands({ db, transact, now: () => 1_700_000_000_999 });

const newCommand = (type: number, uuid: string, value = "", ex = "") => ({
  type,
  uuid,
  value,
  ex,
});

forEachEngine("commands of a user", (open) => {
  test("are listed as they came, with their time in seconds", async () => {
    await using storage = await open();
    const commands = commandsOver(storage);
    await commands.add("ann", newCommand(8, "b", "v", "e"));
    await commands.add("ann", newCommand(7, "a"));
    await commands.add("bob", newCommand(7, "a"));

    const createTime = 1_700_000_000;
    expect(await commands.list("ann")).toEqual([
      { type: 8, uuid: "b", value: "v", ex: "e", createTime },
      { type: 7, uuid: "a", value: "", ex: "", createTime },
    ]);
    expect(await commands.list("ann", 7)).toMatchObject([{ uuid: "a" }]);
    expect(await commands.list("nobody")).toEqual([]);
  });

  test("of two with the same uuid the older one is meant", async () => {
    await using storage = await open();
    const commands = commandsOver(storage);
    await commands.add("ann", newCommand(7, "a", "old"));
    await commands.add("ann", newCommand(7, "a", "new"));
    const values = async () =>
      (await commands.list("ann")).map(({ value }) => value);

    await commands.update("ann", 7, "a", { value: "older", ex: null });
    expect(await values()).toEqual(["older", "new"]);

    await commands.delete("ann", 7, "a");
    expect(await values()).toEqual(["new"]);
  });

  test("a change keeps what is null", async () => {
    await using storage = await open();
    const commands = commandsOver(storage);
    await commands.add("ann", newCommand(7, "a", "v", "e"));

    await commands.update("ann", 7, "a", { value: null, ex: "" });

    expect(await commands.list("ann")).toMatchObject([{ value: "v", ex: "" }]);
  });

  test("an unknown one is 1004, unless nothing is to change", async () => {
    await using storage = await open();
    const commands = commandsOver(storage);

    await commands.update("ann", 7, "a", { value: null, ex: null });
    await expect(
      commands.update("ann", 7, "a", { value: "", ex: null }),
    ).rejects.toMatchObject({ code: 1004 });
    await expect(commands.delete("ann", 7, "a")).rejects.toMatchObject({
      code: 1004,
    });
  });
});
