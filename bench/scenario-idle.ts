import { connectCrowd, registerPeople } from "./crowd.ts";
import { atMost, figure } from "./figures.ts";
import { newRunID } from "./message-id.ts";
import { signInToRest } from "./rest.ts";
import type { Context, Scenario } from "./scenario.ts";
import { wireOf } from "./wire.ts";

const defaultUsers = 10_000;

/** Each of another user: what a user costs who is there and says nothing. */
export const idle: Scenario = {
  name: "idle",
  question: "What does a connection cost that does nothing?",
  encodings: ["gob+gzip"],
  run,
};

async function run({ options, encoding, ...context }: Context) {
  const wire = wireOf(encoding);
  const users = options.users ?? defaultUsers;
  const runID = newRunID();
  await using server = await context.startServer();
  await server.collectGarbage();
  const fresh = server.proportionalBytes();
  const rest = await signInToRest(server.api);
  const people = await registerPeople(rest, runID, users, wire);
  const failure = Promise.withResolvers<never>();
  const crowdOptions = {
    gateway: server.gateway,
    openSocket: context.openSocket,
    wire,
    runID,
    failed: failure.reject,
  };

  // Once without counting: memory that connections leave behind for the next
  // ones, and code that is compiled, are no connection's.
  const first = await connectCrowd(people.slice(0, 200), crowdOptions);
  first.close();
  await server.collectGarbage();
  const before = server.residentBytes();

  const crowd = await connectCrowd(people, crowdOptions);
  await server.collectGarbage();
  const after = server.residentBytes();
  const withAll = server.proportionalBytes();
  const cpuBefore = server.cpuSeconds();
  const seconds = options.seconds ?? 5;
  await Promise.race([Bun.sleep(seconds * 1000), failure.promise]);
  const cpu = server.cpuSeconds() - cpuBefore;
  crowd.close();

  const bytes = (after - before) / users;
  const withUsers = (withAll - fresh) / users;
  return {
    settings: { encoding, users, seconds },
    figures: [
      figure("RSS per connection", bytes, "bytes", atMost(2_500)),
      // Registering and code that is compiled for it included.
      figure("PSS per user online", withUsers, "bytes", atMost(2_500)),
      figure("PSS of a fresh process", fresh / 2 ** 20, "MB"),
      figure("RSS before", before / 2 ** 20, "MB"),
      figure("RSS with all", after / 2 ** 20, "MB"),
      figure("server CPU, pings only", (100 * cpu) / seconds, "%"),
    ],
  };
}
