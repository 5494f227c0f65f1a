import { ConversationCheck } from "./conversation-check.ts";
import { connectCrowd, registerPeople } from "./crowd.ts";
import type { Crowd, CrowdOptions } from "./crowd.ts";
import { messageTemplate } from "./message-template.ts";
import type { Rest } from "./rest.ts";
import { Sender } from "./traffic.ts";
import type { Room, Traffic } from "./traffic.ts";

type Template = Pick<
  Parameters<typeof messageTemplate>[0],
  "sender" | "sendID" | "recvID"
>;

/** Connects users who write to each other in pairs and accept refusals. */
export async function connectPairs(
  rest: Rest,
  traffic: Traffic,
  count: number,
  options: Omit<CrowdOptions, "failed">,
): Promise<Crowd> {
  const { wire, runID } = options;
  const people = await registerPeople(rest, runID, count, wire);
  const crowd = await connectCrowd(people, {
    ...options,
    failed: (error) => traffic.fail(error),
  });
  for (let i = 0; i + 1 < count; i += 2)
    addPair(
      traffic,
      crowd.clients.slice(i, i + 2),
      (pair) => messageTemplate({ wire, runID, groupID: "", ...pair }),
      { mayRefuse: true },
    );
  return crowd;
}

/** Two users who write to each other. */
export function addPair(
  traffic: Traffic,
  clients: readonly Sender["client"][],
  template: (of: Template) => Sender["template"],
  { mayRefuse = false } = {},
): void {
  const ids = clients.map(({ userID }) => userID);
  const conversationID = `si_${ids.toSorted().join("_")}`;
  const counts = { members: 2, senders: 2 };
  const room: Room = {
    conversationID,
    check: new ConversationCheck(conversationID, counts, 0, { mayRefuse }),
    memberCount: 2,
    countsOwnCopies: false,
  };
  clients.forEach((client, member) => {
    traffic.join(client, room, member);
    traffic.addSender(
      new Sender({
        client,
        room,
        member,
        index: member,
        template: template({
          sender: traffic.nextSender,
          sendID: client.userID,
          recvID: ids[1 - member]!,
        }),
      }),
    );
  });
}
