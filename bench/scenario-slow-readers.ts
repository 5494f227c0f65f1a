import { randomBytes } from "node:crypto";

import { ConversationCheck } from "./conversation-check.ts";
import { connectCrowd, registerPeople } from "./crowd.ts";
import { readGauge } from "./event-loop.ts";
import { atMost, figure, percentiles } from "./figures.ts";
import { startWindowLoad } from "./load.ts";
import { measure } from "./measure.ts";
import { newRunID } from "./message-id.ts";
import { messageTemplate } from "./message-template.ts";
import { signInToRest } from "./rest.ts";
import { Unavailable, usageFigures } from "./scenario.ts";
import type { Context, Scenario } from "./scenario.ts";
import { Sender, Traffic } from "./traffic.ts";
import { wireOf } from "./wire.ts";

const defaultUsers = 10_000;
const defaultSeconds = 60;
/** Members of each group: one writes and reads, the others never read. */
const readersPerGroup = 1_000;
/** Twice what the queues of all may hold (`limits.totalQueueBytes`), and some. */
const mostGrowth = 400;

/** They keep their connections alive with pings, and never read a byte. */
export const slowReaders: Scenario = {
  name: "slow-readers",
  question: "How much memory do clients take that do not read?",
  encodings: ["gob+gzip"],
  run,
};

async function run({ options, encoding, ...context }: Context) {
  const wire = wireOf(encoding);
  const users = options.users ?? defaultUsers;
  const runID = newRunID();
  await using server = await context.startServer();
  const rest = await signInToRest(server.api);
  const groups = Math.ceil(users / readersPerGroup);
  const people = await registerPeople(rest, runID, users + groups, wire);
  const writers = people.slice(0, groups);
  const readers = people.slice(groups);

  // Text that does not get shorter when it is packed.
  const content = Buffer.from(
    JSON.stringify({ content: randomBytes(6_000).toString("base64") }),
  );
  const traffic = new Traffic(runID);
  const crowdOptions = {
    gateway: server.gateway,
    openSocket: context.openSocket,
    wire,
    runID,
  };
  const crowd = await connectCrowd(writers, {
    ...crowdOptions,
    isGroup: true,
    content,
    failed: (error) => traffic.fail(error),
  });
  for (const [at, client] of crowd.clients.entries()) {
    const from = at * readersPerGroup;
    const others = readers.slice(from, from + readersPerGroup);
    const groupID = await rest.createGroup(
      client.userID,
      others.map(({ userID }) => userID),
    );
    if (groupID === undefined)
      throw new Unavailable("the server has no groups");
    const conversationID = `sg_${groupID}`;
    const counts = { members: 1, senders: 1 };
    const room = {
      conversationID,
      // The server's own word that the group was made is the first.
      check: new ConversationCheck(conversationID, counts, 1),
      memberCount: 1,
      countsOwnCopies: true,
    };
    traffic.join(client, room, 0);
    const sender = traffic.nextSender;
    const sendID = client.userID;
    traffic.addSender(
      new Sender({
        client,
        room,
        member: 0,
        index: 0,
        template: messageTemplate({
          ...{ wire, runID, sender, sendID, recvID: "", groupID, content },
        }),
      }),
    );
  }

  const slow = await connectCrowd(readers, {
    ...crowdOptions,
    // To be dropped is what they are here for.
    failed: () => undefined,
  });
  for (const client of slow.clients) client.stopReading();
  await server.collectGarbage();
  const before = server.residentBytes();
  const connected = await readGauge(server.api, "parley_connections");

  let most = before;
  const looking = setInterval(() => {
    most = Math.max(most, server.residentBytes());
  }, 200);
  const load = startWindowLoad(traffic, options.window ?? 1);
  const seconds = options.seconds ?? defaultSeconds;
  const span = await measure(server, traffic, seconds);
  clearInterval(looking);
  load.stop();
  const left = await readGauge(server.api, "parley_connections");
  await traffic.finish();
  slow.close();
  crowd.close();

  const megabytes = (bytes: number) => bytes / 2 ** 20;
  return {
    settings: { encoding, users, seconds },
    figures: [
      figure("RSS before", megabytes(before), "MB"),
      figure("RSS at most", megabytes(most), "MB"),
      figure("growth", megabytes(most - before), "MB", atMost(mostGrowth)),
      figure("dropped", connected - left, ""),
      figure("stored", span.acked / span.seconds, "/s"),
      ...percentiles("send → delivered to who reads", traffic.deliveryTimes),
      ...usageFigures(span),
    ],
  };
}
