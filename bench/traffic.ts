import type { ResponseEnvelope } from "@parley/protocol/envelope";
import { SendMsgResp } from "@parley/protocol/generated/msg";

import type { Client } from "./client.ts";
import { VerificationError } from "./conversation-check.ts";
import type { ConversationCheck } from "./conversation-check.ts";
import type { Incoming } from "./frame-reader.ts";
import { Latencies } from "./latency.ts";
import { counterOf, messageID } from "./message-id.ts";
import type { MessageTemplate } from "./message-template.ts";

/** A conversation under load; every member has one connection. */
export interface Room {
  conversationID: string;
  check: ConversationCheck;
  memberCount: number;
  /** The copy that a sender gets back is a delivery, too: so in groups. */
  countsOwnCopies: boolean;
}

/** One who writes. */
export class Sender {
  readonly client: Client;
  readonly room: Room;
  /** Its place among the members, and among the senders, of the room. */
  readonly member: number;
  readonly index: number;
  readonly template: MessageTemplate;
  /** Messages on their way: not acked, or not with every member yet. */
  inFlight = 0;
  /** The scheduled time of each message. */
  readonly sentAt: number[] = [];
  /** The number of missing acknowledgements and copies of each message. */
  readonly missing: number[] = [];

  constructor(
    of: Pick<Sender, "client" | "room" | "member" | "index" | "template">,
  ) {
    this.client = of.client;
    this.room = of.room;
    this.member = of.member;
    this.index = of.index;
    this.template = of.template;
  }
}

/** errCode of an overloaded server. */
const overloaded = 500;

export interface Counts {
  acked: number;
  delivered: number;
  refused: number;
}

/** Everything that is sent and received in a run, checked and counted. */
export class Traffic {
  readonly ackTimes = new Latencies();
  readonly deliveryTimes = new Latencies();
  /** A sender may send its next message. */
  settled: (sender: Sender) => void = () => undefined;
  #acked = 0;
  #delivered = 0;
  #refused = 0;
  #onTheWay = 0;
  #isMeasuring = false;
  readonly #runID: string;
  /** Senders by their number in the run. */
  readonly #senders: Sender[] = [];
  readonly #rooms = new Set<Room>();
  readonly #failure = Promise.withResolvers<never>();
  #hasFailed = false;

  readonly #mayRefuse: boolean;

  /** `mayRefuse`: the server may say that it does not take a message. */
  constructor(runID: string, { mayRefuse = false } = {}) {
    this.#runID = runID;
    this.#mayRefuse = mayRefuse;
    // The failure is reported to whoever awaits it, if anybody does.
    this.#failure.promise.catch(() => undefined);
  }

  get counts(): Counts {
    return {
      acked: this.#acked,
      delivered: this.#delivered,
      refused: this.#refused,
    };
  }

  get senders(): readonly Sender[] {
    return this.#senders;
  }

  /** Messages that are not with all who are to have them. */
  get onTheWay(): number {
    return this.#onTheWay;
  }

  /** Rejects when something went wrong, and never resolves. */
  get failure(): Promise<never> {
    return this.#failure.promise;
  }

  fail(error: Error): void {
    this.#hasFailed = true;
    this.#failure.reject(error);
  }

  /** Starts or stops recording times. */
  setMeasuring(isMeasuring: boolean): void {
    this.#isMeasuring = isMeasuring;
  }

  join(client: Client, room: Room, member: number): void {
    this.#rooms.add(room);
    client.listen({
      pushed: (messages) => {
        for (const message of messages) this.#receive(room, member, message);
      },
    });
  }

  /** The number that the sender's template is to have. */
  get nextSender(): number {
    return this.#senders.length;
  }

  addSender(sender: Sender): void {
    const number = this.#senders.push(sender) - 1;
    sender.client.listen({
      acked: (answer) => this.#acknowledge(answer, sender, number),
    });
  }

  /** `intendedAt`: when it was to leave, even if that is over. */
  send(sender: Sender, intendedAt: number): void {
    if (this.#hasFailed) return;
    const { room } = sender;
    const counter = room.check.sent(sender.index);
    sender.sentAt.push(intendedAt);
    sender.missing.push(room.memberCount + 1);
    sender.inFlight++;
    this.#onTheWay++;
    sender.client.post(sender.template(counter));
  }

  /** Waits for what is on its way; throws VerificationError. */
  async finish(timeoutMs = 20_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (this.#onTheWay > 0 && performance.now() < deadline)
      await Promise.race([Bun.sleep(2), this.failure]);
    if (this.#hasFailed) await this.failure;
    for (const { check } of this.#rooms) check.requireComplete();
    if (this.#onTheWay > 0)
      throw new VerificationError(`${this.#onTheWay} messages were not acked`);
  }

  #acknowledge(answer: ResponseEnvelope, sender: Sender, number: number): void {
    const { errCode, errMsg, data, msgIncr } = answer;
    if (errCode === overloaded && this.#mayRefuse) {
      const counter = counterOf(msgIncr);
      sender.room.check.refused(sender.index, counter);
      this.#refused++;
      return this.#settle(sender);
    }
    if (errCode !== 0)
      throw new VerificationError(
        `a message was refused: ${errCode} ${errMsg}`,
      );
    const counter = counterOf(msgIncr);
    const { clientMsgID } = SendMsgResp.decode(data);
    if (clientMsgID !== messageID(this.#runID, number, counter))
      throw new VerificationError(`${msgIncr} was acked as ${clientMsgID}`);
    this.#acked++;
    if (this.#isMeasuring)
      this.ackTimes.record(performance.now() - sender.sentAt[counter]!);
    this.#tick(sender, counter);
  }

  #receive(room: Room, member: number, message: Incoming): void {
    const { conversationID, sender: number, counter, seq } = message;
    if (conversationID !== room.conversationID) {
      if (number >= 0)
        throw new VerificationError(`a stray message of ${conversationID}`);
      return;
    }
    const sender = this.#senders[number];
    if (!sender) return room.check.receivedNotice(member, seq);
    room.check.received(member, sender.index, counter, seq);
    if (room.countsOwnCopies || member !== sender.member) {
      this.#delivered++;
      if (this.#isMeasuring)
        this.deliveryTimes.record(performance.now() - sender.sentAt[counter]!);
    }
    this.#tick(sender, counter);
  }

  #tick(sender: Sender, counter: number): void {
    if (--sender.missing[counter]! === 0) this.#settle(sender);
  }

  #settle(sender: Sender): void {
    sender.inFlight--;
    this.#onTheWay--;
    this.settled(sender);
  }
}
