import { ConversationCheck } from "./conversation-check.ts";
import type { messageTemplate } from "./message-template.ts";
import { Sender } from "./traffic.ts";
import type { Room, Traffic } from "./traffic.ts";

type Template = Pick<
  Parameters<typeof messageTemplate>[0],
  "sender" | "sendID" | "recvID"
>;

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
