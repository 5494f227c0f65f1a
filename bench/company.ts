import { ReqIdentifier } from "@parley/protocol/envelope";
import { MsgData, SubUserOnlineStatus } from "@parley/protocol/generated/sdkws";
import { MarkConversationAsRead } from "@parley/protocol/methods/messages";

import { connectClient } from "./client.ts";
import { connectCrowd } from "./crowd.ts";
import type { CrowdOptions, Person } from "./crowd.ts";
import { figure } from "./figures.ts";
import type { Figure } from "./figures.ts";
import { createFrameReader } from "./frame-reader.ts";

/** Simulates people who type, read, watch, come and go beside the messages. */
export interface Company {
  /** Figures since the start. */
  figures(): Figure[];
  stop(): Promise<void>;
}

export interface CompanyOptions extends CrowdOptions {
  api: string;
}

/** Each thing is done so often a second. */
const perSecond = { typings: 300, reads: 150, watches: 50, visits: 20 };
type Deed = keyof typeof perSecond;

const single = 1;
const typing = 113;

/** Starts it among pairs of users who are there already. */
export async function startCompany(
  people: readonly Person[],
  options: CompanyOptions,
): Promise<Company> {
  const crowd = await connectCrowd(people, options);
  const { clients } = crowd;
  const done: Record<Deed, number> = {
    typings: 0,
    reads: 0,
    watches: 0,
    visits: 0,
  };
  const underWay = new Set<Promise<void>>();
  let next = 0;
  const partnerOf = (at: number) => people[at ^ 1]!.userID;

  const deeds: Record<Deed, (at: number) => Promise<unknown>> = {
    /** Tells the partner, is stored nowhere. */
    typings: (at) => {
      const { userID } = clients[at]!;
      clients[at]!.post(
        options.wire.pack(
          options.wire.codec.encodeRequest({
            reqIdentifier: ReqIdentifier.sendMsg,
            token: "",
            sendID: userID,
            operationID: "typing",
            msgIncr: `${userID}_typing`,
            data: MsgData.encode({
              sendID: userID,
              recvID: partnerOf(at),
              clientMsgID: crypto.randomUUID(),
              senderPlatformID: 2,
              sessionType: single,
              msgFrom: 100,
              contentType: typing,
              content: Buffer.from('{"msgTips":"yes"}'),
              options: {
                history: false,
                persistent: false,
                unreadCount: false,
                conversationUpdate: false,
                senderConversationUpdate: false,
                senderSync: false,
                offlinePush: false,
              },
            }),
          }),
        ),
      );
      return Promise.resolve();
    },
    reads: (at) => read(options.api, people[at]!, partnerOf(at)),
    watches: (at) =>
      clients[at]!.request(
        ReqIdentifier.subUserOnlineStatus,
        SubUserOnlineStatus.encode({
          subscribeUserID: [partnerOf(at)],
          unsubscribeUserID: [people[(at + 7) % people.length]!.userID],
        }),
      ),
    /** Another of the user's devices takes the place of the one before. */
    async visits(at) {
      const visitor = await connectClient({
        address: options.gateway,
        openSocket: options.openSocket,
        wire: options.wire,
        reader: createFrameReader({
          wire: options.wire,
          runID: options.runID,
          remembered: 0,
        }),
        ...people[at]!,
        failed: () => undefined,
      });
      visitor.close();
    },
  };

  const timers = Object.entries(perSecond).map(([name, often]) =>
    setInterval(() => {
      const deed = name as Deed;
      const doing = deeds[deed](next++ % people.length)
        .then(() => void done[deed]++)
        .catch((error: unknown) => options.failed(error as Error))
        .finally(() => underWay.delete(doing));
      underWay.add(doing);
    }, 1_000 / often),
  );
  const began = performance.now();
  return {
    figures() {
      const seconds = (performance.now() - began) / 1_000;
      return Object.entries(done).map(([name, count]) =>
        figure(name, count / seconds, "/s"),
      );
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(underWay);
      crowd.close();
    },
  };
}

async function read(
  api: string,
  { userID, token }: Person,
  partner: string,
): Promise<void> {
  const response = await fetch(`${api}${MarkConversationAsRead.path}`, {
    method: "POST",
    headers: { operationID: "read", token },
    body: JSON.stringify({
      conversationID: `si_${[userID, partner].toSorted().join("_")}`,
      userID,
      hasReadSeq: 1,
      seqs: [],
    }),
  });
  const { errCode, errDlt } = (await response.json()) as {
    errCode: number;
    errDlt: string;
  };
  if (errCode !== 0) throw new Error(`a read: ${errCode} ${errDlt}`);
}
