// Counts how often the stock web SDK's calls fail or end wrongly when their
// caller is told of the change: npm run bun -- e2e/sdk/measure-own-changes.ts
// [rounds, default 60] [part of a name]
import { ownChanges } from "./own-changes.ts";
import { openStage } from "./stage.ts";

const [rounds = "60", part = ""] = process.argv.slice(2);
const results = new Map<string, { right: number; wrong: string[] }>();

await using stage = await openStage();
const [ann, bob] = await stage.arrive("ann", "bob");
for (let round = 1; round <= Number(rounds); round++) {
  for (const { name, make } of ownChanges({ ann, bob }, round)) {
    if (!name.includes(part)) continue;
    const result = results.get(name) ?? { right: 0, wrong: [] };
    results.set(name, result);
    await make().then(
      () => result.right++,
      (error: unknown) => result.wrong.push(String(error)),
    );
  }
  console.error(`round ${round} of ${rounds}`);
}
for (const [name, { right, wrong }] of results) {
  console.log(`${name}: ${right} right, ${wrong.length} wrong`);
  if (wrong[0]) console.log(`  ${wrong[0].slice(0, 400)}`);
}
process.exit(0);
