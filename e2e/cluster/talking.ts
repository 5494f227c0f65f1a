import { randomUUID } from "node:crypto";

import { groupChatID, singleChatID } from "@parley/protocol/conversation-ids";
import type { MsgData } from "@parley/protocol/generated/sdkws";
import { CreateGroup } from "@parley/protocol/methods/groups";

import { Admin, Client, RequestError, textOf } from "../client.ts";
import type { Encoding } from "../client.ts";
import { whenNothingHappens } from "../patience.ts";
import type { Cluster } from "./cluster.ts";

export interface TalkOptions {
  /** People whose connections begin at each node; they all know each other. */
  peoplePerNode?: number;
  /** Between two messages of somebody. */
  pauseMs?: number;
}

interface Conversation {
  readonly id: string;
  readonly members: readonly Person[];
  /** Texts that were acknowledged, in order of that, and who said them. */
  readonly acked: { text: string; sender: Person }[];
  readonly ackedTexts: Set<string>;
  /** Up to here all was found right. */
  checkedSeq: number;
  readonly checkedTexts: Set<string>;
  /** Number of the last message of each sender that was found. */
  readonly lastOf: Map<string, number>;
}

/** Where somebody speaks. */
interface Place {
  readonly conversation: Conversation;
  readonly to: Partial<MsgData>;
}

interface Person {
  readonly userID: string;
  readonly token: string;
  readonly encoding: Encoding;
  /** Node of the connection, or the one that is tried next. */
  at: number;
  client: Client | undefined;
  /** Whether what came before this connection was read. */
  isCaughtUp: boolean;
  /** Pushes of this connection that were looked at. */
  looked: number;
  said: number;
  /** Texts by seq, by conversation: pushed or read after connecting. */
  readonly seen: Map<string, Map<number, string>>;
  readonly seenTexts: Map<string, Set<string>>;
  /** Newest seq pushed to this connection, by conversation. */
  readonly pushedSeqs: Map<string, number>;
  /** Own messages since then, which no push brings, by conversation. */
  readonly saidSince: Map<string, number>;
}

/** People on all nodes who talk without end, and what they find wrong. */
export interface Talk extends AsyncDisposable {
  acknowledged(): number;
  /** Refusals by code, and ends of connections. */
  readonly refused: ReadonlyMap<string, number>;
  /** Those whose connection is at this node. */
  connectedTo(node: number): readonly string[];
  /** Resolves when they have connections again, and have read what they missed. */
  back(userIDs: readonly string[]): Promise<void>;
  /** Resolves when so many more were acknowledged. */
  more(count: number): Promise<void>;
  /**
   * Resolves when everybody, without asking, has what is acknowledged at this
   * moment; ms that took.
   */
  caughtUp(): Promise<number>;
  /**
   * Lets nobody speak, waits for what is under way, and compares the log with
   * what was acknowledged and what each person saw; throws what is wrong.
   */
  verify(reader: number): Promise<void>;
}

const page = 200;

/** Begins to talk at once. */
export async function startTalk(
  cluster: Cluster,
  { peoplePerNode = 3, pauseMs = 20 }: TalkOptions = {},
): Promise<Talk> {
  const admin = await Admin.signIn(cluster.node(0).server.api);
  const count = cluster.nodes.length * peoplePerNode;
  const userIDs = await admin.users(
    ...Array.from({ length: count }, (_, i) => `p${i}`),
  );
  const people = await Promise.all(
    userIDs.map(async (userID, i): Promise<Person> => ({
      userID,
      token: await admin.tokenOf(userID),
      encoding: i % 2 === 0 ? "json" : "gob+gzip",
      at: i % cluster.nodes.length,
      client: undefined,
      isCaughtUp: false,
      looked: 0,
      said: 0,
      seen: new Map(),
      seenTexts: new Map(),
      ...{ pushedSeqs: new Map(), saidSince: new Map() },
    })),
  );
  const conversations = new Map<string, Conversation>();
  const refused = new Map<string, number>();
  /** What somebody saw that nobody may see. */
  const wrong: string[] = [];
  const waiting = new Set<() => void>();
  const conversationsOf = new Map(
    people.map((person) => [person, [] as Conversation[]]),
  );
  let acknowledged = 0;
  let isOver = false;
  let isHeld = false;
  let speaking = 0;

  function addConversation(
    id: string,
    members: readonly Person[],
  ): Conversation {
    const conversation: Conversation = {
      ...{ id, members, acked: [], checkedSeq: 0 },
      ackedTexts: new Set(),
      checkedTexts: new Set(),
      lastOf: new Map(),
    };
    conversations.set(id, conversation);
    for (const member of members)
      conversationsOf.get(member)?.push(conversation);
    return conversation;
  }

  function wake(): void {
    for (const look of [...waiting]) look();
  }

  function until(isSo: () => boolean, tell: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => finish(() => reject(new Error(tell())));
      // Those who go on talking are no sign that this will come to be.
      const deadline = setTimeout(giveUp, 180_000);
      const endPatience = whenNothingHappens(giveUp);
      const look = (): void => {
        if (wrong.length > 0) giveUp();
        else if (isSo()) finish(resolve);
      };
      function finish(how: () => void): void {
        waiting.delete(look);
        clearTimeout(deadline);
        endPatience();
        how();
      }
      waiting.add(look);
      look();
    });
  }

  function see(person: Person, conversationID: string, message: MsgData): void {
    if (message.contentType !== 101) return;
    const text = textOf(message);
    let seen = person.seen.get(conversationID);
    if (!seen) person.seen.set(conversationID, (seen = new Map()));
    const before = seen.get(message.seq);
    if (before !== undefined && before !== text)
      wrong.push(
        `${person.userID} saw ${before} and ${text} as ${conversationID} ${message.seq}`,
      );
    seen.set(message.seq, text);
    let texts = person.seenTexts.get(conversationID);
    if (!texts) person.seenTexts.set(conversationID, (texts = new Set()));
    if (before === undefined && texts.has(text))
      wrong.push(`${person.userID} saw ${text} of ${conversationID} twice`);
    texts.add(text);
  }

  function lookAtPushes(person: Person, client: Client): void {
    for (; person.looked < client.pushed.length; person.looked++) {
      const { conversationID, message } = client.pushed[person.looked]!;
      if (message.contentType !== 101) continue;
      const last = person.pushedSeqs.get(conversationID) ?? 0;
      if (message.seq <= last)
        wrong.push(
          `${person.userID} was pushed ${conversationID} ${message.seq} after ${last}`,
        );
      person.pushedSeqs.set(conversationID, message.seq);
      see(person, conversationID, message);
      // After a long loss only the newest are pushed; an SDK pulls the others.
      const own = person.saidSince.get(conversationID) ?? 0;
      person.saidSince.delete(conversationID);
      if (last > 0 && message.seq - last - 1 > own)
        pull(person, client, conversationID, last + 1, message.seq - 1).then(
          wake,
          note,
        );
    }
  }

  async function pull(
    person: Person,
    client: Client,
    conversationID: string,
    first: number,
    last: number,
  ): Promise<void> {
    for (let begin = first; begin <= last; begin += page) {
      const end = Math.min(last, begin + page - 1);
      for (const message of await client.pull(conversationID, begin, end))
        see(person, conversationID, message);
    }
  }

  /** Reads what came while there was no connection, as an SDK does. */
  async function catchUp(person: Person, client: Client): Promise<void> {
    const newest = await client.newestSeqs();
    for (const { id } of conversationsOf.get(person) ?? []) {
      const seen = person.seen.get(id);
      // Own messages come by no push: all since the last check is asked for.
      let begin = (conversations.get(id)?.checkedSeq ?? 0) + 1;
      const maxSeq = newest[id] ?? 0;
      while (begin <= maxSeq && seen?.has(begin)) begin++;
      await pull(person, client, id, begin, maxSeq);
    }
  }

  async function stayConnected(person: Person): Promise<void> {
    while (!isOver) {
      const { ws } = cluster.node(person.at).server;
      try {
        const client = await Client.connect(ws, person.userID, person.token, {
          encoding: person.encoding,
        });
        person.looked = 0;
        person.pushedSeqs.clear();
        person.client = client;
        person.isCaughtUp = false;
        const heard = client.until(() => {
          lookAtPushes(person, client);
          wake();
          return client.isClosed;
        });
        try {
          while (!person.isCaughtUp && !client.isClosed)
            try {
              await catchUp(person, client);
              person.isCaughtUp = true;
              wake();
            } catch (error) {
              note(error);
              await Bun.sleep(100);
            }
        } finally {
          await heard;
        }
        note(new Error("the connection ended"));
      } catch (error) {
        note(error);
      }
      person.client = undefined;
      person.isCaughtUp = false;
      person.at = (person.at + 1) % cluster.nodes.length;
      await Bun.sleep(50);
    }
  }

  function note(error: unknown): void {
    const name =
      error instanceof RequestError
        ? error.message.slice(0, 60)
        : (error as Error).message;
    refused.set(name, (refused.get(name) ?? 0) + 1);
  }

  async function say(
    person: Person,
    { conversation, to }: Place,
  ): Promise<void> {
    const text = `${person.userID} ${++person.said}`;
    const clientMsgID = randomUUID();
    while (!isOver) {
      const { client } = person;
      if (client && !client.isClosed)
        try {
          await client.say("", text, { clientMsgID, ...to });
          conversation.acked.push({ text, sender: person });
          conversation.ackedTexts.add(text);
          const { saidSince } = person;
          saidSince.set(
            conversation.id,
            (saidSince.get(conversation.id) ?? 0) + 1,
          );
          acknowledged++;
          wake();
          return;
        } catch (error) {
          note(error);
        }
      // As an SDK does: the same message, until somebody acknowledges it.
      await Bun.sleep(100);
    }
  }

  async function speak(
    person: Person,
    places: readonly Place[],
  ): Promise<void> {
    for (let i = 0; !isOver; i++) {
      await Bun.sleep(pauseMs);
      if (isHeld || isOver) continue;
      speaking++;
      await say(person, places[i % places.length]!);
      speaking--;
      wake();
    }
  }

  const { groupInfo } = await admin.post<{ groupInfo: { groupID: string } }>(
    CreateGroup,
    {
      ownerUserID: userIDs[0],
      memberUserIDs: userIDs.slice(1),
      groupInfo: { groupName: "all", groupType: 2 },
    },
  );
  const { groupID } = groupInfo;
  const all: Place = {
    conversation: addConversation(groupChatID(groupID), people),
    to: { groupID, sessionType: 3 },
  };
  const running = people.map((person, i) => {
    // People of other nodes.
    const other = people[(i + 1) % people.length]!;
    const id = singleChatID(person.userID, other.userID);
    const pair: Place = {
      conversation:
        conversations.get(id) ?? addConversation(id, [person, other]),
      to: { recvID: other.userID, sessionType: 1 },
    };
    return [stayConnected(person), speak(person, [pair, all])];
  });

  /** What is acknowledged now and somebody has not seen. */
  function missing(
    marks: ReadonlyMap<Conversation, number>,
    positions: Map<string, number>,
  ): string | undefined {
    for (const [conversation, mark] of marks)
      for (const member of conversation.members) {
        const key = `${conversation.id} ${member.userID}`;
        const texts = member.seenTexts.get(conversation.id);
        let at = positions.get(key) ?? 0;
        for (; at < mark; at++) {
          const { text, sender } = conversation.acked[at]!;
          if (sender !== member && !texts?.has(text)) break;
        }
        positions.set(key, at);
        if (at < mark)
          return `${member.userID} at node ${member.at} (${member.client ? "connected" : "away"}, ${member.isCaughtUp ? "" : "not "}caught up) never saw "${conversation.acked[at]?.text}" of ${conversation.id}, ${mark - at} before now`;
      }
    return undefined;
  }

  /** Everything but the last messages were seen: positions need not begin anew. */
  const seenUpTo = new Map<string, number>();

  async function caughtUp(): Promise<number> {
    const began = performance.now();
    const marks = new Map(
      [...conversations.values()].map((each) => [each, each.acked.length]),
    );
    await until(
      () => missing(marks, seenUpTo) === undefined,
      () => [...wrong, missing(marks, seenUpTo)].join("\n"),
    );
    return performance.now() - began;
  }

  async function readAll(client: Client, conversation: Conversation) {
    const { id } = conversation;
    const maxSeq = (await client.newestSeqs())[id] ?? 0;
    const messages: MsgData[] = [];
    for (let at = conversation.checkedSeq + 1; at <= maxSeq; at += page)
      messages.push(
        ...(await client.pull(id, at, Math.min(maxSeq, at + page - 1))),
      );
    return { maxSeq, messages };
  }

  function compare(
    conversation: Conversation,
    maxSeq: number,
    messages: readonly MsgData[],
  ): void {
    const { id, checkedTexts, lastOf } = conversation;
    let expected = conversation.checkedSeq;
    let lastTime = 0;
    for (const message of messages) {
      if (message.seq !== ++expected)
        throw new Error(
          `${id}: ${message.seq} stands where ${expected} should`,
        );
      if (message.sendTime < lastTime)
        throw new Error(`${id} ${message.seq}: sent before the one before it`);
      lastTime = message.sendTime;
      if (message.contentType !== 101) continue;
      const text = textOf(message);
      if (checkedTexts.has(text)) throw new Error(`${id}: "${text}" is twice`);
      checkedTexts.add(text);
      const number = Number(text.split(" ")[1]);
      if (number <= (lastOf.get(message.sendID) ?? 0))
        throw new Error(
          `${id} ${message.seq}: "${text}" comes after number ${lastOf.get(message.sendID)}`,
        );
      lastOf.set(message.sendID, number);
      for (const { userID, seen } of conversation.members) {
        const saw = seen.get(id)?.get(message.seq);
        if (saw !== undefined ? saw !== text : message.sendID !== userID)
          throw new Error(
            `${id} ${message.seq} is "${text}", and ${userID} saw ${saw}`,
          );
      }
    }
    if (expected !== maxSeq)
      throw new Error(`${id} ends at ${expected}, and its newest is ${maxSeq}`);
    for (const text of conversation.ackedTexts)
      if (!checkedTexts.has(text))
        throw new Error(`${id}: "${text}" was acknowledged, and is not there`);
    conversation.checkedSeq = maxSeq;
  }

  return {
    acknowledged: () => acknowledged,
    refused,
    connectedTo: (node) =>
      people
        .filter(({ at, client }) => at === node && client && !client.isClosed)
        .map(({ userID }) => userID),
    async back(wanted) {
      const these = people.filter(({ userID }) => wanted.includes(userID));
      await until(
        () =>
          these.every(
            ({ client, isCaughtUp }) =>
              client && !client.isClosed && isCaughtUp,
          ),
        () => [...wrong, `${wanted.join()} are not back`].join("\n"),
      );
    },
    async more(wanted) {
      const enough = acknowledged + wanted;
      await until(
        () => acknowledged >= enough,
        () =>
          [
            ...wrong,
            `nobody is acknowledged anything any more: ${JSON.stringify([...refused])}`,
          ].join("\n"),
      );
    },
    caughtUp,
    async verify(reader) {
      isHeld = true;
      try {
        await until(
          () => speaking === 0,
          () => [...wrong, `${speaking} are not acknowledged`].join("\n"),
        );
        await caughtUp();
        for (const conversation of conversations.values()) {
          const { userID } = conversation.members[0]!;
          await using client = await Client.connect(
            cluster.node(reader).server.ws,
            userID,
            // A device of its own, which ends no other.
            await admin.tokenOf(userID, 1),
            { platformID: 1 },
          );
          const { maxSeq, messages } = await readAll(client, conversation);
          compare(conversation, maxSeq, messages);
        }
      } finally {
        isHeld = false;
      }
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      await Promise.all(
        people.map(async ({ client }) => client?.[Symbol.asyncDispose]()),
      );
      await Promise.all(running.flat());
    },
  };
}
