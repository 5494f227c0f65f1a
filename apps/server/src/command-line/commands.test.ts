import { expect, test } from "bun:test";

import { commands, readCommandLine, usageOf } from "./commands.ts";
import type { Command } from "./commands.ts";

const names = Object.keys(commands) as Command[];

test("every command says what it does, by --help, -h and help", () => {
  for (const name of names) {
    const asked = { command: "help", places: [name] };
    expect(readCommandLine([name, "--help"])).toMatchObject(asked);
    expect(readCommandLine([name, "-h"])).toMatchObject(asked);
    expect(readCommandLine(["help", name])).toMatchObject(asked);
    expect(usageOf(name)).toStartWith(`Usage: parley ${name}`);
  }
  for (const words of [["help"], ["--help"], ["-h"]])
    expect(readCommandLine(words)).toMatchObject({
      command: "help",
      places: [],
    });
});

test("the list of commands names each, and each option has a sentence", () => {
  for (const name of names) expect(usageOf()).toContain(`\n  ${name}`);
  for (const text of [usageOf(), ...names.map(usageOf)]) {
    for (const line of text.split("\n")) expect(line.length).toBeLessThan(80);
    expect(text).not.toMatch(/\n {2}--\S+( [A-Z]+)?\n {0,26}\S/);
  }
});

test("wrong arguments were answered without the usage of the command they were for", () => {
  const wrong: [args: string[], reason: string, usage: string][] = [
    [["restore"], "restore: FOLDER is missing", "Usage: parley restore"],
    [
      ["restore", "a", "b"],
      "restore: unexpected argument 'b'",
      "parley restore",
    ],
    [["backup", "a", "b"], "backup: unexpected argument 'b'", "parley backup"],
    [["verify", "a"], "verify: unexpected argument 'a'", "parley verify"],
    [["accounts", "a"], "accounts: unexpected argument 'a'", "parley accounts"],
    [["backup", "--foo"], "backup: Unknown option '--foo'", "parley backup"],
    [["verify", "--settings"], "Unknown option '--settings'", "parley verify"],
    [["--foo"], "parley: Unknown option '--foo'", "parley [COMMAND]"],
    [["--config"], "parley: Option '--config <value>'", "parley [COMMAND]"],
    [["bakup"], "(did you mean backup?)", "[COMMAND]"],
    [["help", "bakup"], "the commands are accounts", "[COMMAND]"],
    [["toString"], "there is no command 'toString'", "parley [COMMAND]"],
  ];
  for (const [args, reason, usage] of wrong) {
    expect(() => readCommandLine(args)).toThrow(reason);
    expect(() => readCommandLine(args)).toThrow(usage);
  }
});

test("options are read before and after the command", () => {
  for (const args of [
    ["--config", "a.yml", "backup", "there"],
    ["backup", "there", "--config=a.yml"],
  ])
    expect(readCommandLine(args)).toMatchObject({
      command: "backup",
      places: ["there"],
      config: "a.yml",
    });
});
