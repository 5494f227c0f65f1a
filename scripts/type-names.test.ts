import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const source = join(import.meta.dirname, "../apps/server/src");

/** Types that every file has without an import. */
const ofTypeScript = new Set(
  "Awaited Error Event Exclude Extract Function Iterator Map Notification Number Object Omit Partial Pick Promise Readonly Record Request Required Response Set String Symbol".split(
    " ",
  ),
);

/** Names of exported types, and the files that export them. */
function exportedTypes(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of new Bun.Glob("**/*.ts").scanSync(source)) {
    // The docs' page has a script, which is a program of its own.
    if (/\.test\.ts$|^docs\//.test(file)) continue;
    const text = readFileSync(join(source, file), "utf8");
    for (const [, name = ""] of text.matchAll(
      /^export (?:interface|type|(?:abstract )?class|enum) (\w+)/gm,
    ))
      found.set(name, [...(found.get(name) ?? []), file]);
  }
  return found;
}

test("a type's name means one thing in the server", () => {
  const types = exportedTypes();
  expect(types.size).toBeGreaterThan(100);
  expect(
    Object.fromEntries([...types].filter(([, files]) => files.length > 1)),
  ).toEqual({});
});

test("no type has the name of one of TypeScript's own", () => {
  expect(
    [...exportedTypes().keys()].filter((each) => ofTypeScript.has(each)),
  ).toEqual([]);
});
