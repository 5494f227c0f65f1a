import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ours = path.join(import.meta.dir, "..");
let scratch: string;

/** A checkout in which nothing is installed, and an npm that only notes what it is asked. */
beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), "parley-install-"));
  cpSync(path.join(ours, "scripts"), path.join(scratch, "scripts"), {
    recursive: true,
  });
  copyFileSync(
    path.join(ours, "package-lock.json"),
    path.join(scratch, "package-lock.json"),
  );
  mkdirSync(path.join(scratch, "apps/server/src"), { recursive: true });
  writeFileSync(path.join(scratch, "apps/server/src/main.ts"), "");
  writeFileSync(path.join(scratch, "scripts/check.ts"), "");
  const npm = path.join(scratch, "npm");
  writeFileSync(npm, `#!/bin/sh\necho "$*" >>"${scratch}/asked"\n`);
  chmodSync(npm, 0o755);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Returns the npm command that ran before the command itself. */
function asked(command: string, installed: readonly string[]): string {
  rmSync(path.join(scratch, "asked"), { force: true });
  const modules = path.join(scratch, "node_modules");
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(modules);
  for (const name of ["bun", "@oven", ...installed])
    symlinkSync(
      path.join(ours, "node_modules", name),
      path.join(modules, name),
    );
  const { exitCode } = Bun.spawnSync(
    ["node", path.join(scratch, "scripts/launch.mjs"), command],
    {
      env: { ...process.env, PATH: `${scratch}:${process.env["PATH"]}` },
      stderr: "pipe",
    },
  );
  expect(exitCode).toBe(0);
  return readFileSync(path.join(scratch, "asked"), "utf8").trim();
}

describe("in a fresh clone", () => {
  test("a server installed compilers, linters and browser drivers", () => {
    const install = asked("start", []);
    expect(install).toContain("--omit=dev --workspace=apps/server");
    expect(install).not.toContain("--include=dev");
  });

  test("every other command installs all", () => {
    const install = asked("check", []);
    expect(install).toContain("--include=dev");
    expect(install).not.toContain("--workspace");
  });

  test("a server takes no tools away from whoever has them", () => {
    expect(asked("start", ["typescript"])).toContain("--include=dev");
  });
});

test("what a server imports is among what is installed for a server", () => {
  const allowed = new Set(
    ["apps/server", "packages/protocol"].flatMap((folder) => {
      const file = path.join(ours, folder, "package.json");
      const { dependencies } = JSON.parse(readFileSync(file, "utf8")) as {
        dependencies: Record<string, string>;
      };
      return Object.keys(dependencies);
    }),
  );
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const start = path.join(ours, "apps/server/src/main.ts");
  const seen = new Set([start]);
  const foreign = new Set<string>();
  for (const file of seen) {
    const source = readFileSync(file, "utf8");
    for (const { path: name } of transpiler.scanImports(source)) {
      if (/^(node|bun):|^bun$/.test(name)) continue;
      const parts = name.split("/").slice(0, name.startsWith("@") ? 2 : 1);
      const own = name.startsWith(".")
        ? path.resolve(path.dirname(file), name)
        : name.startsWith("@parley/protocol/")
          ? path.join(
              ours,
              "packages/protocol/src",
              `${name.slice("@parley/protocol/".length)}.ts`,
            )
          : undefined;
      if (own === undefined) {
        if (!allowed.has(parts.join("/"))) foreign.add(`${file}: ${name}`);
      } else if (existsSync(own) && own.endsWith(".ts")) seen.add(own);
    }
  }
  expect(seen.size).toBeGreaterThan(200);
  expect([...foreign]).toEqual([]);
});
