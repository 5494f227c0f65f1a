import { connectCrowd, registerPeople } from "./crowd.ts";
import { atMost, figure } from "./figures.ts";
import { newRunID } from "./message-id.ts";
import { ownCPUSeconds } from "./process-usage.ts";
import { signInToRest } from "./rest.ts";
import type { Context, Scenario } from "./scenario.ts";
import { wireOf } from "./wire.ts";

const defaultUsers = 2_000;
/** The first storm finds cold code; the last one counts. */
const storms = 3;

/** Everyone has a token and comes back at the same time. */
export const login: Scenario = {
  name: "login",
  question: "What does it cost when everyone connects at once?",
  encodings: ["gob+gzip"],
  run,
};

async function run({ options, encoding, ...context }: Context) {
  const wire = wireOf(encoding);
  const users = options.users ?? defaultUsers;
  const runID = newRunID();
  await using server = await context.startServer();
  const rest = await signInToRest(server.api);
  const cpuAtFirst = server.cpuSeconds();
  const people = await registerPeople(rest, runID, users, wire);
  const registering = server.cpuSeconds() - cpuAtFirst;

  let storm = { cpu: NaN, seconds: NaN, load: NaN };
  for (let i = 0; i < storms; i++) {
    const failure = Promise.withResolvers<never>();
    const started = performance.now();
    const cpuBefore = server.cpuSeconds();
    const ownBefore = ownCPUSeconds();
    const connecting = connectCrowd(people, {
      gateway: server.gateway,
      openSocket: context.openSocket,
      wire,
      runID,
      concurrency: users,
      failed: failure.reject,
    });
    const crowd = await Promise.race([connecting, failure.promise]);
    const seconds = (performance.now() - started) / 1000;
    const load = ownCPUSeconds() - ownBefore;
    // What the server does for them after it let them in counts, too.
    await Promise.race([Bun.sleep(500), failure.promise]);
    storm = { cpu: server.cpuSeconds() - cpuBefore, seconds, load };
    crowd.close();
    await Bun.sleep(500);
  }

  const perThousand = (seconds: number) => (1000 * seconds) / users;
  return {
    settings: { encoding, users, storms },
    figures: [
      figure(
        "CPU s per 1,000 connects",
        perThousand(storm.cpu),
        "s",
        atMost(0.15),
      ),
      figure("connected", users / storm.seconds, "/s"),
      figure("all connected after", storm.seconds, "s"),
      figure("generator CPU", (100 * storm.load) / storm.seconds, "%"),
      figure(
        "CPU s per 1,000 users registered and given a token, over REST",
        perThousand(registering),
        "s",
      ),
    ],
  };
}
