// Measures a server that it starts itself: `npm run bench -- --help`.
import { openBunSocket } from "./bun-socket.ts";
import { compare, compareUsage } from "./compare.ts";
import { pinLoad } from "./cores.ts";
import { removingWhatIsLeft } from "./interruption.ts";
import { describeMachine, machineLine } from "./machine.ts";
import { readOptions, usage, UsageError } from "./options.ts";
import { writeResults } from "./results.ts";
import { Unavailable } from "./scenario.ts";
import type { Context } from "./scenario.ts";
import { chooseScenarios, encodingsOf, scenarios } from "./scenarios.ts";
import { faultOfCheckout, ownCheckout, startServer } from "./server-process.ts";
import type { ServerProcess } from "./server-process.ts";
import { openRawSocket } from "./socket.ts";
import { renderTable } from "./table.ts";
import type { Result } from "./table.ts";

async function main(
  args: string[],
  left: AsyncDisposableStack,
): Promise<number> {
  const isComparison = args[0] === "compare";
  if (args.includes("--help") || args.includes("-h")) {
    console.log(isComparison ? compareUsage : usage);
    for (const { name, question } of scenarios)
      console.log(`  ${name.padEnd(22)} ${question}`);
    return 0;
  }
  return isComparison ? compare(args.slice(1), left) : measureAll(args);
}

async function measureAll(args: string[]): Promise<number> {
  const options = readOptions(args);
  const chosen = chooseScenarios(options.scenarios);
  const { server: checkout = ownCheckout } = options;
  const fault = options.server && faultOfCheckout(checkout);
  if (fault) throw new UsageError(`--server: ${fault}`);
  if (options.rounds !== undefined)
    throw new UsageError("--rounds is an option of compare");
  const cores = pinLoad();
  const machine = describeMachine(checkout);
  console.log(machineLine(machine));
  console.log(
    cores.server === null
      ? "server and load share all cores"
      : `server on core ${cores.server}, load on core ${cores.load}`,
  );

  const results: Result[] = [];
  const failures: string[] = [];
  const left: string[] = [];
  for (const scenario of chosen)
    for (const encoding of encodingsOf(scenario, options)) {
      const title = `${scenario.name} (${encoding})`;
      console.log(`\n${title}: ${scenario.question}`);
      const servers: ServerProcess[] = [];
      const context: Context = {
        options,
        encoding,
        openSocket: options.client === "bun" ? openBunSocket : openRawSocket,
        async startServer(own) {
          const server = await startServer({
            core: cores.server,
            checkout,
            database: options.database,
            profile: options.profile,
            ...own,
          });
          servers.push(server);
          return server;
        },
      };
      try {
        const result = {
          scenario: scenario.name,
          ...(await scenario.run(context)),
        };
        results.push(result);
        console.log(renderTable([result]));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const isLeftOut =
          error instanceof Unavailable && options.scenarios.length === 0;
        (isLeftOut ? left : failures).push(`${title}: ${reason}`);
        console.log(isLeftOut ? `left out: ${reason}` : `FAILED: ${reason}`);
        if (error instanceof Unavailable) continue;
        console.error(error);
        for (const server of servers) console.error(server.lastWords());
      }
    }

  console.log(`\n${machineLine(machine)}\n`);
  console.log(renderTable(results));
  for (const line of left) console.log(`left out: ${line}`);
  for (const line of failures) console.log(`FAILED: ${line}`);
  if (options.out !== undefined)
    console.log(`written to ${writeResults(options.out, machine, results)}`);
  return failures.length === 0 ? 0 : 1;
}

try {
  const args = process.argv.slice(2);
  process.exit(await removingWhatIsLeft((left) => main(args, left)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(
    `${error.message}\nnpm run bench -- --help lists scenarios and options`,
  );
  process.exit(78);
}
