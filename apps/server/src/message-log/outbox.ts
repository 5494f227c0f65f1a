import { isNotificationID } from "@parley/protocol/conversation-ids";
import { SessionType } from "@parley/protocol/content-types";
import { errors, ProtocolError } from "@parley/protocol/errors";
import { maxMessageBytes } from "@parley/protocol/frame-size";

import type { Deliver, Push } from "../delivery/delivery.ts";
import { then } from "../storage/engine.ts";
import type { Now, StoredMessage } from "../storage/engine.ts";
import { aboutUser } from "../storage/writer.ts";
import type {
  TransactOptions,
  Transaction,
  Writer,
} from "../storage/writer.ts";
import type { Entry } from "../follow-ups/follow-ups.ts";
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
  /** Receivers, if they are not the pair or the group's members. */
  audience?: readonly string[];
  /** Writes further rows in the message's transaction. Must not throw. */
  also?: ((tx: Transaction, sendTime: number) => void) | undefined;
}

export type NoteOffline = (
  tx: Transaction,
  message: Outgoing,
  seq: number,
  userIDs: readonly string[],
) => Entry | undefined;

/**
 * Called for a message that is being stored, with the bytes that include its
 * seq. Must not throw.
 */
export type Saved = (
  tx: Transaction,
  message: Outgoing,
  data: Uint8Array,
) => void;

/** A message of an open transaction. */
export interface SendOutcome {
  /** Known when the transaction is durable, as a rule earlier. */
  sendTime: number;
  /** It was stored before: nothing was. */
  first?: StoredMessage;
}

/** The message was stored before, and is not stored again. */
export class StoredBefore extends Error {
  override readonly name = "StoredBefore";
  readonly first: StoredMessage;

  constructor(first: StoredMessage) {
    super("the message was stored before");
    this.first = first;
  }
}

/** The one door by which messages and notices leave. */
export interface Outbox {
  /** Sends the message with the open transaction. */
  send(tx: Transaction, message: Outgoing): Promise<SendOutcome>;
  /**
   * Sends the message in a transaction of its own. Resolves when its order
   * among other changes is fixed. `also` writes further rows with it.
   */
  post(message: Outgoing, also?: Also): Now<Posted>;
}

/** Writes further rows with a message. */
export type Also = (tx: Transaction) => Promise<void>;

export interface Posted {
  /**
   * Resolves with its sendTime when it would survive a power cut; rejects with
   * StoredBefore for a resend.
   */
  durable: Promise<number>;
}

export interface OutboxDeps {
  log: MessageLog;
  writer: Writer;
  delivery: Deliver;
  /** Nothing to do when everyone who needs a conversation row has it. */
  missingRows(message: Outgoing, head: Head): Now<readonly string[]>;
  /** Makes the missing rows of one message, or of the first ones of many pairs. */
  makeRows(tx: Transaction, missing: readonly MissingRows[]): Promise<void>;
  membersOf(groupID: string): Now<readonly string[]>;
  /** undefined: there is no listener. */
  saved?: Saved | undefined;
  /** Notes a message that may need an offline push. */
  noteOffline?: NoteOffline | undefined;
  stored(count: number, sendTime: number): void;
  failed(): void;
}

/** A message and the users without a row of its conversation. */
export interface MissingRows {
  message: Outgoing;
  owners: readonly string[];
}

/** The first message of a pair, which waits for its rows. */
interface First extends MissingRows {
  head: Head;
  userIDs: readonly string[];
}

const nobody: readonly string[] = [];

/** First messages in one transaction: others wait for it. */
const mostFirst = 32;

/** Throws 1001 for what no client could take, nor ever pull. */
function requireRoom({ unsealed: { length }, contentType }: Outgoing): void {
  if (length > maxMessageBytes)
    throw errors.args(
      `a message of type ${contentType} would have ${length} bytes, more than the ${maxMessageBytes} that clients take: shorten its texts`,
    );
}

const usersOf = ({ sendID, recvID }: Outgoing): string[] => [
  aboutUser(sendID),
  aboutUser(recvID),
];

/** A message between two users changes rows of these only; one in a group many. */
const aboutOf = (message: Outgoing): TransactOptions =>
  message.sessionType === SessionType.group ? {} : { about: usersOf(message) };

function sendTimeOf({ sendTime, first }: SendOutcome): number {
  if (first) throw new StoredBefore(first);
  return sendTime;
}

export function createOutbox(deps: OutboxDeps): Outbox {
  const { log, writer, delivery } = deps;

  function deliver(
    message: Outgoing,
    userIDs: readonly string[],
    data: Uint8Array,
    more?: Pick<Push, "offline" | "isClose">,
  ): void {
    const { conversationID, operationID, audience, sessionType } = message;
    const isToMembers =
      audience === undefined && sessionType === SessionType.group;
    const groupID = isToMembers ? message.groupID : undefined;
    delivery.deliver({
      ...{ conversationID, operationID, userIDs, groupID, data, ...more },
    });
  }

  const audienceOf = (message: Outgoing): Now<readonly string[]> => {
    const { audience, sessionType, groupID, recvID, sendID } = message;
    if (audience) return audience;
    if (sessionType === SessionType.group) return deps.membersOf(groupID);
    return message.wantsSenderSync && sendID !== recvID
      ? [recvID, sendID]
      : [recvID];
  };

  async function send(
    tx: Transaction,
    message: Outgoing,
  ): Promise<SendOutcome> {
    requireRoom(message);
    const userIDs = await audienceOf(message);
    if (!message.isStored) {
      message.also?.(tx, message.sendTime);
      tx.afterDurable(() => deliver(message, userIDs, message.unsealed));
      return { sendTime: message.sendTime };
    }
    const { conversationID } = message;
    // Nobody has rows of a conversation of notices.
    if (isNotificationID(conversationID))
      return append(
        tx,
        message,
        await log.openToAppend(conversationID),
        userIDs,
      );
    const head = await log.open(conversationID);
    const owners = await deps.missingRows(message, head);
    if (owners.length > 0) await deps.makeRows(tx, [{ message, owners }]);
    return append(tx, message, head, userIDs);
  }

  /** Stores the message with its follow-ups, and tells of it when it is durable. */
  function append(
    tx: Transaction,
    message: Outgoing,
    head: Head,
    userIDs: readonly string[],
  ): SendOutcome {
    const sent: SendOutcome = { sendTime: message.sendTime };
    store(tx, message, head, userIDs, {
      durable: (sendTime) => void (sent.sendTime = sendTime),
      again: (first) => void (sent.first = first),
    });
    return sent;
  }

  /** Stores the message with its follow-ups, and delivers it when it is durable. */
  function store(
    tx: Transaction,
    message: Outgoing,
    head: Head,
    userIDs: readonly string[],
    outcome: {
      durable(sendTime: number): void;
      again(first: StoredMessage): void;
    },
  ): void {
    // Its place among what else the transaction tells is here, also where it gets its
    // number later.
    let tell: (() => void) | undefined;
    tx.afterDurable(() => tell?.());
    log.append(tx, head, message, {
      stored(tx, { seq, data, sendTime, isClose }) {
        message.also?.(tx, sendTime);
        deps.saved?.(tx, message, data);
        const offline = deps.noteOffline?.(tx, message, seq, userIDs);
        tell = () => {
          outcome.durable(sendTime);
          deps.stored(1, sendTime);
          deliver(message, userIDs, data, { offline, isClose });
        };
      },
      again: outcome.again,
    });
  }

  const sendAlone = async (message: Outgoing): Promise<number> =>
    sendTimeOf(
      await writer.transactMessage((tx) => send(tx, message), aboutOf(message)),
    );

  /**
   * First messages that the writer has not begun, and the promise of their
   * results.
   */
  let waiting: { firsts: First[]; sent: Promise<SendOutcome[]> } | undefined;

  /**
   * First messages of pairs that come together make their rows together: each for
   * itself asks the database a dozen times.
   */
  async function sendFirst(first: First): Promise<number> {
    const { firsts, sent } = (waiting ??= collectFirst());
    const at = firsts.push(first) - 1;
    if (firsts.length === mostFirst) waiting = undefined;
    const done = await sent.catch((error: unknown) => {
      if (error instanceof ProtocolError || firsts.length === 1) throw error;
      // It may be another one's fault.
      return undefined;
    });
    const mine = done?.[at];
    return mine ? sendTimeOf(mine) : sendAlone(first.message);
  }

  function collectFirst() {
    const firsts: First[] = [];
    const isBegun = (): void => {
      if (waiting?.firsts === firsts) waiting = undefined;
    };
    const sent = writer.transactMessage(
      async (tx) => {
        isBegun();
        await deps.makeRows(tx, firsts);
        return firsts.map(({ message, head, userIDs }) =>
          append(tx, message, head, userIDs),
        );
      },
      {
        about() {
          isBegun();
          return firsts.flatMap(({ message }) => usersOf(message));
        },
      },
    );
    // The writer may refuse it before it comes to it.
    sent.catch(isBegun);
    return { firsts, sent };
  }

  /** The fast lane: all that is needed is known, no query and no savepoint. */
  function enqueue(
    message: Outgoing,
    head: Head,
    userIDs: readonly string[],
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      writer.enqueue({
        run: (tx) =>
          store(tx, message, head, userIDs, {
            durable: resolve,
            again: (first) => reject(new StoredBefore(first)),
          }),
        failed(error) {
          deps.failed();
          reject(error);
        },
      });
    });
  }

  async function sendWith(message: Outgoing, also: Also): Promise<number> {
    return sendTimeOf(
      await writer.transactMessage(async (tx) => {
        const sent = await send(tx, message);
        await also(tx);
        return sent;
      }, aboutOf(message)),
    );
  }

  function storeAs(
    message: Outgoing,
    head: Head,
    userIDs: readonly string[],
    owners: readonly string[],
    also?: Also,
  ): Promise<number> {
    if (!also && owners.length === 0) return enqueue(message, head, userIDs);
    const durable = storeSlowly(message, head, userIDs, owners, also);
    durable.catch((error: unknown) => {
      if (!(error instanceof StoredBefore)) deps.failed();
    });
    return durable;
  }

  function storeSlowly(
    message: Outgoing,
    head: Head,
    userIDs: readonly string[],
    owners: readonly string[],
    also?: Also,
  ): Promise<number> {
    if (also) return sendWith(message, also);
    // In a conversation with messages this one queues behind those that wait.
    return head.maxSeq === 0 && message.sessionType !== SessionType.group
      ? sendFirst({ message, head, userIDs, owners })
      : sendAlone(message);
  }

  /** Returns without a promise if all data is in memory, as for most messages. */
  function post(message: Outgoing, also?: Also): Now<Posted> {
    requireRoom(message);
    return then(audienceOf(message), (userIDs) =>
      message.isStored
        ? postStored(message, userIDs, also)
        : postPassing(message, userIDs, also),
    );
  }

  /** Delivers a message that is not stored. */
  function postPassing(
    message: Outgoing,
    userIDs: readonly string[],
    also?: Also,
  ): Posted {
    deliver(message, userIDs, message.unsealed);
    const isWritten = also !== undefined || message.also !== undefined;
    const written = isWritten
      ? writer.transact(async (tx) => {
          await also?.(tx);
          message.also?.(tx, message.sendTime);
        })
      : Promise.resolve();
    return { durable: written.then(() => message.sendTime) };
  }

  function postStored(
    message: Outgoing,
    userIDs: readonly string[],
    also?: Also,
  ): Now<Posted> {
    return then(log.open(message.conversationID), (head) => {
      const missing = isNotificationID(message.conversationID)
        ? nobody
        : deps.missingRows(message, head);
      return then(missing, (owners) => ({
        durable: storeAs(message, head, userIDs, owners, also),
      }));
    });
  }

  return { send, post };
}
