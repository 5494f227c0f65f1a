import { expect, test } from "bun:test";

import { startServer } from "./server.ts";
import { comesBack, sendExample, stories, storyEnvironment } from "./story.ts";
import type { Answers } from "./story.ts";

// Every example of every page about an API, in the page's order, to a new server.

const least: Readonly<Record<string, number>> = { "the IM API": 140 };

test.each(Object.entries(stories))("%s: all succeed", async (name, begin) => {
  await using server = await startServer({ environment: storyEnvironment });
  const { api, examples, tokenOf } = await begin(server);
  expect(examples.length).toBeGreaterThan(least[name] ?? 0);
  const answers: Answers = new Map();
  const refused: string[] = [];
  for (const example of examples)
    try {
      await sendExample(api, example, tokenOf(answers), answers);
      await comesBack(api, example.path);
    } catch (error) {
      refused.push(`${example.path}: ${String(error)}`);
    }
  expect(refused).toEqual([]);
});
