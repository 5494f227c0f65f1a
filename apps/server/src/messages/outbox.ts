import { isNotificationID } from "@parley/protocol/conversation-ids";
import { SessionType } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import { maxMessageBytes } from "@parley/protocol/frame-size";
import type { Now } from "../storage/engine.ts";
import type { Transaction, Writer } from "../storage/writer.ts";
import type { Deliver } from "../delivery/delivery.ts";
import type { Head } from "./heads.ts";
import type { MessageLog, NewMessage } from "./log.ts";

/** A message that may go: numbered, stored and delivered from here on. */
export interface Outgoing extends NewMessage {
  conversationID: string;
  sessionType: number;
  contentType: number;
  recvID: string;
  groupID: string;
  operationID: string;
  /** false: online only, with seq 0. */
  isStored: boolean;
  /** The sender's own devices get it too. */
  wantsSenderSync: boolean;
  /** Instead of the pair or the group's members. */
  audience?: readonly string[];
}

/** The one door by which messages and notices leave. */
export interface Outbox {
  /** With a change that is being written. Answers its sendTime. */
  send(tx: Transaction, message: Outgoing): Promise<number>;
  /**
   * On its own. It has its place in the order of things when this resolves.
   * `also`: what is written with it.
   */
  post(
    message: Outgoing,
    also?: (tx: Transaction) => Promise<void>,
  ): Promise<Posted>;
}

export interface Posted {
  /** Resolves with its sendTime when it would survive a power cut. */
  durable: Promise<number>;
}

export interface OutboxDeps {
  log: MessageLog;
  writer: Writer;
  delivery: Deliver;
  /** Nothing to do when everyone who needs a conversation row has it. */
  missingRows(message: Outgoing, head: Head): Now<readonly string[]>;
  makeRows(
    tx: Transaction,
    message: Outgoing,
    owners: readonly string[],
  ): Promise<void>;
  membersOf(groupID: string): Now<readonly string[]>;
  stored(count: number, sendTime: number): void;
  failed(): void;
}

/** Throws 1001 for what no client could take, nor ever pull. */
function requireRoom({ unsealed: { length }, contentType }: Outgoing): void {
  if (length > maxMessageBytes)
    throw errors.args(
      `a message of type ${contentType} would have ${length} bytes, more than the ${maxMessageBytes} that clients take: shorten its texts`,
    );
}

export function createOutbox(deps: OutboxDeps): Outbox {
  const { log, writer, delivery } = deps;

  function deliver(
    { conversationID, operationID }: Outgoing,
    userIDs: readonly string[],
    data: Uint8Array,
  ): void {
    delivery.deliver({ conversationID, operationID, userIDs, data });
  }

  const audienceOf = (message: Outgoing): Now<readonly string[]> => {
    const { audience, sessionType, groupID, recvID, sendID } = message;
    if (audience) return audience;
    if (sessionType === SessionType.group) return deps.membersOf(groupID);
    return message.wantsSenderSync && sendID !== recvID
      ? [recvID, sendID]
      : [recvID];
  };

  async function send(tx: Transaction, message: Outgoing): Promise<number> {
    requireRoom(message);
    const userIDs = await audienceOf(message);
    if (!message.isStored) {
      tx.afterDurable(() => deliver(message, userIDs, message.unsealed));
      return message.sendTime;
    }
    const head = await log.open(message.conversationID);
    if (!isNotificationID(message.conversationID)) {
      const owners = await deps.missingRows(message, head);
      if (owners.length > 0) await deps.makeRows(tx, message, owners);
    }
    const { data, sendTime } = log.append(tx, head, message);
    tx.afterDurable(() => {
      deps.stored(1, sendTime);
      deliver(message, userIDs, data);
    });
    return sendTime;
  }

  /** The fast lane: all that is needed is known, no query and no savepoint. */
  function enqueue(
    message: Outgoing,
    head: Head,
    userIDs: readonly string[],
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      writer.enqueue({
        run(tx) {
          const { data, sendTime } = log.append(tx, head, message);
          tx.afterDurable(() => {
            deps.stored(1, sendTime);
            resolve(sendTime);
            deliver(message, userIDs, data);
          });
        },
        failed: reject,
      });
    });
  }

  async function post(
    message: Outgoing,
    also?: (tx: Transaction) => Promise<void>,
  ): Promise<Posted> {
    requireRoom(message);
    const found = audienceOf(message);
    const userIDs = found instanceof Promise ? await found : found;
    if (!message.isStored) {
      deliver(message, userIDs, message.unsealed);
      const written = also ? writer.transact(also) : Promise.resolve();
      return { durable: written.then(() => message.sendTime) };
    }
    const opened = log.open(message.conversationID);
    const head = opened instanceof Promise ? await opened : opened;
    const missing = isNotificationID(message.conversationID)
      ? []
      : deps.missingRows(message, head);
    const owners = missing instanceof Promise ? await missing : missing;
    const durable =
      owners.length === 0 && !also
        ? enqueue(message, head, userIDs)
        : writer.transactMessage(async (tx) => {
            const sendTime = await send(tx, message);
            await also?.(tx);
            return sendTime;
          });
    durable.catch(deps.failed);
    return { durable };
  }

  return { send, post };
}
