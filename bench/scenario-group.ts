import { ReqIdentifier } from "@parley/protocol/envelope";
import { GetMaxSeqReq, GetMaxSeqResp } from "@parley/protocol/generated/sdkws";
import { CreateGroup } from "@parley/protocol/methods/groups";

import type { Client } from "./client.ts";
import { ConversationCheck } from "./conversation-check.ts";
import { connectCrowd, registerPeople } from "./crowd.ts";
import { atMost, figure, percentiles } from "./figures.ts";
import type { Target } from "./figures.ts";
import { startRateLoad, startWindowLoad } from "./load.ts";
import { measure } from "./measure.ts";
import { newRunID } from "./message-id.ts";
import { messageTemplate } from "./message-template.ts";
import { signInToRest } from "./rest.ts";
import {
  bareRelay,
  defaultSeconds,
  Unavailable,
  usageFigures,
  warmUpSeconds,
} from "./scenario.ts";
import type { Context, Scenario } from "./scenario.ts";
import { Sender, Traffic } from "./traffic.ts";
import type { Room } from "./traffic.ts";
import { wireOf } from "./wire.ts";

const senderCount = 10;

interface Group {
  name: string;
  members: number;
  cpu?: Target;
  /** Runs instead of Parley. */
  script?: string;
}

export const groupOf100 = group({
  name: "group-100",
  members: 100,
  cpu: atMost(0.004),
});

export const groupOf1000 = group({
  name: "group-1000",
  members: 1_000,
  cpu: atMost(0.003),
});

export const floorGroups: readonly Scenario[] = [100, 1_000].map((members) =>
  group({ name: `floor-group-${members}`, members, script: bareRelay }),
);

function group(of: Group): Scenario {
  const { name, members } = of;
  return {
    name,
    question: of.script
      ? `The same with a bare relay and ${members} members`
      : `What does a message cost in a group of ${members} who are all online?`,
    encodings: of.script ? ["gob+gzip"] : ["gob+gzip", "json"],
    run: (context) => run(of, context),
  };
}

async function run({ members, cpu, script }: Group, context: Context) {
  const { options, encoding } = context;
  const wire = wireOf(encoding);
  const users = options.users ?? members;
  const senders = Math.min(senderCount, users);
  const runID = newRunID();
  await using server = await context.startServer(
    script === undefined ? {} : { script },
  );
  const rest = await signInToRest(server.api);
  const people = await registerPeople(rest, runID, users, wire);
  const [owner, ...others] = people.map(({ userID }) => userID);
  const groupID = await rest.createGroup(owner!, others);
  if (groupID === undefined)
    throw new Unavailable(`the server has no ${CreateGroup.path} yet`);

  const traffic = new Traffic(runID);
  const crowd = await connectCrowd(people, {
    gateway: server.gateway,
    openSocket: context.openSocket,
    wire,
    runID,
    isGroup: true,
    failed: (error) => traffic.fail(error),
  });
  const { clients } = crowd;
  const conversationID = `sg_${groupID}`;
  // The server's own word that the group was made may be in there.
  const baseSeq = await newestSeq(clients[0]!, conversationID);
  const counts = { members: users, senders };
  const room: Room = {
    conversationID,
    check: new ConversationCheck(conversationID, counts, baseSeq),
    memberCount: users,
    countsOwnCopies: true,
  };
  clients.forEach((client, member) => traffic.join(client, room, member));
  clients.slice(0, senders).forEach((client, index) => {
    const sendID = client.userID;
    const sender = traffic.nextSender;
    traffic.addSender(
      new Sender({
        client,
        room,
        member: index,
        index,
        template: messageTemplate({
          ...{ wire, runID, sender, sendID, recvID: "", groupID },
        }),
      }),
    );
  });

  const { rate, window = 1 } = options;
  const load =
    rate === undefined
      ? startWindowLoad(traffic, window)
      : startRateLoad(traffic, rate);
  await Promise.race([Bun.sleep(warmUpSeconds * 1000), traffic.failure]);
  const seconds = options.seconds ?? defaultSeconds;
  const span = await measure(server, traffic, seconds);
  load.stop();
  await traffic.finish();
  crowd.close();

  const perThousand = (1000 * span.serverCPU) / span.delivered;
  return {
    settings: {
      encoding,
      members: users,
      senders,
      ...(rate === undefined ? { window } : { rate }),
      seconds,
    },
    figures: [
      figure("CPU s per 1,000 deliveries", perThousand, "s", cpu),
      figure("delivered", span.delivered / span.seconds, "/s"),
      figure("acked", span.acked / span.seconds, "/s"),
      ...percentiles("send → delivered", traffic.deliveryTimes),
      ...percentiles("send → ack", traffic.ackTimes),
      ...usageFigures(span),
    ],
  };
}

async function newestSeq(client: Client, conversationID: string) {
  const { userID } = client;
  const data = await client.request(
    ReqIdentifier.getNewestSeq,
    GetMaxSeqReq.encode({ userID }),
  );
  return GetMaxSeqResp.decode(data).maxSeqs[conversationID] ?? 0;
}
