import { connectCrowd, getTokens, registerUsers } from "./crowd.ts";
import { atMost, figure } from "./figures.ts";
import { newRunID } from "./message-id.ts";
import { ownCPUSeconds } from "./process-usage.ts";
import { signInToRest } from "./rest.ts";
import type { Context, Scenario } from "./scenario.ts";
import { wireOf } from "./wire.ts";

const defaultUsers = 2_000;
/** The first storm finds cold code; the last one is compared. */
const stormCount = 3;

interface Storm {
  serverCPU: number;
  loadCPU: number;
  seconds: number;
}

/** Everyone has a token and comes back at the same time. */
export const login: Scenario = {
  name: "login",
  question: "What does it cost when everyone connects at once?",
  encodings: ["gob+gzip", "json"],
  run,
};

async function run({ options, encoding, ...context }: Context) {
  const wire = wireOf(encoding);
  const users = options.users ?? defaultUsers;
  const runID = newRunID();
  await using server = await context.startServer();
  const rest = await signInToRest(server.api);
  let cpuBefore = server.cpuSeconds();
  const spent = () => {
    const cpu = server.cpuSeconds() - cpuBefore;
    cpuBefore += cpu;
    return cpu;
  };
  const userIDs = await registerUsers(rest, runID, users);
  const registering = spent();
  const people = await getTokens(rest, userIDs, wire);
  const tokens = spent();

  const storms: Storm[] = [];
  while (storms.length < stormCount) {
    const failure = Promise.withResolvers<never>();
    const started = performance.now();
    spent();
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
    const loadCPU = ownCPUSeconds() - ownBefore;
    // The server's work after the answer counts as well.
    await Promise.race([Bun.sleep(500), failure.promise]);
    const serverCPU = spent();
    storms.push({ serverCPU, loadCPU, seconds });
    crowd.close();
    await Bun.sleep(500);
  }

  const first = storms[0]!;
  const last = storms.at(-1)!;
  const perThousand = (seconds: number) => (1000 * seconds) / users;
  return {
    settings: { encoding, users, storms: stormCount },
    figures: [
      figure(
        "CPU s per 1,000 connects",
        perThousand(last.serverCPU),
        "s",
        atMost(0.06),
      ),
      figure(
        "the same, first storm",
        perThousand(first.serverCPU),
        "s",
        atMost(0.06),
      ),
      figure("connected", users / last.seconds, "/s"),
      figure("all connected after", last.seconds, "s"),
      figure("generator CPU", (100 * last.loadCPU) / last.seconds, "%"),
      figure("users by REST, per 1,000", perThousand(registering), "s"),
      figure("tokens by REST, per 1,000", perThousand(tokens), "s"),
    ],
  };
}
