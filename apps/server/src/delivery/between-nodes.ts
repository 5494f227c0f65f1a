import type { Cluster } from "../nodes/cluster.ts";
import { then } from "../storage/engine.ts";
import type { Now, StoredMessage } from "../storage/engine.ts";
import type { Sessions } from "../gateway/sessions.ts";
import type { Deliver, Push } from "./delivery.ts";
import { createGroupInterest, everyNode } from "./group-interest.ts";
import type { GroupInterest, GroupInterestDeps } from "./group-interest.ts";
import { createInOrder } from "./in-order.ts";
import type { InOrder } from "./in-order.ts";
import { decodeWirePush, encodeWirePush } from "./wire-push.ts";
import type { WirePush } from "./wire-push.ts";

export interface BetweenNodesDeps extends Pick<
  GroupInterestDeps,
  "groupsOf" | "isMember" | "onMemberChange"
> {
  cluster: Pick<Cluster, "bus" | "self" | "lastChange" | "heardOf">;
  sessions: Pick<Sessions, "onChange">;
  /** Delivers to the sessions of this node. */
  local: Deliver;
  membersOf(groupID: string): Now<readonly string[]>;
  read(
    conversationID: string,
    begin: number,
    end: number,
  ): Promise<StoredMessage[]>;
  failed(error: unknown): void;
  elapsed(): number;
}

export interface BetweenNodes extends Deliver {
  last: InOrder["last"];
  doubt: InOrder["doubt"];
  ready: GroupInterest["ready"];
  /** Delivers a push that the bus has lost, to the sessions of this node only. */
  show(push: Push): void;
  close(): void;
}

/** A push for more receivers is published to all nodes, instead of each user's subject. */
const mostSubjects = 8;
/** Most receivers in one message of the bus; a push for more is split. */
const mostNamed = 5_000;

/** Encodes a userID, which may contain characters that a subject must not. */
const subjectOf = (userID: string): string =>
  /^\w+$/.test(userID)
    ? `user.${userID}`
    : `user.64.${Buffer.from(userID).toString("base64url")}`;

/**
 * Delivers to the sessions of all nodes: of this one at once, of others over the bus. A
 * node subscribes to a subject for each user connected to it, and to one for all pushes
 * with many receivers.
 */
export function createBetweenNodes({
  cluster,
  sessions,
  local,
  membersOf,
  read,
  failed,
  elapsed,
  ...memberships
}: BetweenNodesDeps): BetweenNodes {
  const { bus, self } = cluster;
  const stops = new Map<string, () => void>();
  /** Pushes of another node are handled in the order in which it sent them. */
  const lines = new Map<string, Promise<void>>();
  const inOrder = createInOrder({
    ...{ deliver: local.deliver, read, membersOf, failed, elapsed },
  });

  /** Handles a push synchronously if nothing is to be waited for, as a queue would cost more. */
  const take = (push: WirePush): Now<void> =>
    then(cluster.heardOf(push.from, push.change), () => {
      const { conversationID, operationID, data, groupID, isClose } = push;
      if (groupID === "" && push.userIDs.length === 0)
        return inOrder.skip(push);
      return then(
        groupID === "" ? push.userIDs : membersOf(groupID),
        (userIDs) =>
          inOrder.add({
            ...{ conversationID, operationID, data, userIDs, isClose },
            groupID: groupID === "" ? undefined : groupID,
            isFromElsewhere: true,
          }),
      );
    });

  function hear(bytes: Uint8Array): void {
    const push = decodeWirePush(bytes);
    const { from } = push;
    const before = lines.get(from);
    const taken = before ? before.then(() => take(push)) : take(push);
    if (!(taken instanceof Promise)) return;
    const done = taken.catch(failed).then(() => {
      if (lines.get(from) === done) lines.delete(from);
    });
    lines.set(from, done);
  }

  sessions.onChange((userID, platformIDs) => {
    const stop = stops.get(userID);
    if (platformIDs.length === 0) {
      stop?.();
      stops.delete(userID);
    } else if (!stop) stops.set(userID, bus.subscribe(subjectOf(userID), hear));
  });
  const stopMany = bus.subscribe(everyNode, hear);
  const interest = createGroupInterest({
    ...{ bus, hear, sessions, failed, elapsed, ...memberships },
  });

  function publish(push: Push): void {
    const { conversationID, operationID, data, isClose, groupID = "" } = push;
    const change = cluster.lastChange();
    const encode = (userIDs: readonly string[]): Uint8Array =>
      encodeWirePush({
        ...{ from: self, change, conversationID, operationID },
        ...{ groupID, userIDs, isClose, data },
      });
    const send = (subject: string, userIDs: readonly string[]): void =>
      bus.publish(subject, encode(userIDs));
    if (groupID !== "") return send(interest.subjectOf(groupID), []);
    // A node that receives nothing would take the seq for lost and read it from the log.
    if (push.isChosen) {
      send(everyNode, push.userIDs.slice(0, mostNamed));
      for (let at = mostNamed; at < push.userIDs.length; at += mostNamed)
        send(everyNode, push.userIDs.slice(at, at + mostNamed));
      return;
    }
    if (push.userIDs.length <= mostSubjects) {
      // The same for each: a node that hears it twice shows it once.
      const bytes = encode(push.userIDs);
      for (const userID of push.userIDs) bus.publish(subjectOf(userID), bytes);
    } else
      for (let at = 0; at < push.userIDs.length; at += mostNamed)
        send(everyNode, push.userIDs.slice(at, at + mostNamed));
  }

  return {
    deliver(push) {
      publish(push);
      inOrder.add(push);
    },
    skip(push) {
      publish({ ...push, userIDs: [], groupID: undefined, isChosen: true });
      inOrder.skip(push);
    },
    ...{ last: inOrder.last, doubt: inOrder.doubt },
    ready: interest.ready,
    show: inOrder.add,
    close() {
      stopMany();
      interest.close();
      for (const stop of stops.values()) stop();
      inOrder.close();
    },
  };
}
