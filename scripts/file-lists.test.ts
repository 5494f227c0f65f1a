import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

// The pages that follow something file by file name files that there are, and
// count them right.

const root = join(import.meta.dirname, "..");

const pages: [page: string, headings: number][] = [
  ["ARCHITECTURE.md", 2],
  ["docs/adding-a-feature.md", 2],
];

test.each(pages)("%s counts the files that it lists", (page, headings) => {
  const text = readFileSync(join(root, page), "utf8");
  const sections = text
    .split(/^(?=#+ )/m)
    .map((section) => ({
      section,
      count: /^#.*?(?:\(|: )(\d+)(?: files)?\)?\n/.exec(section)?.[1],
    }))
    .filter(({ count }) => count !== undefined);
  expect(sections.length).toBe(headings);
  for (const { section, count } of sections) {
    const items = [...section.matchAll(/^\d+\. \[`[^\]]+\]\(([^)]+)\)/gm)];
    expect([section.split("\n")[0], items.length]).toEqual([
      section.split("\n")[0],
      Number(count),
    ]);
    const missing = items
      .map(([, path = ""]) => path)
      .filter((path) => !existsSync(join(root, dirname(page), path)));
    expect(missing).toEqual([]);
  }
});

test("docs/adding-a-feature.md lists every file of its feature's folder", () => {
  const page = readFileSync(join(root, "docs/adding-a-feature.md"), "utf8");
  const folder = "apps/server/src/favorites";
  const files = [...new Bun.Glob("**").scanSync(join(root, folder))];
  expect(files.filter((file) => !page.includes(`${folder}/${file})`))).toEqual(
    [],
  );
});
