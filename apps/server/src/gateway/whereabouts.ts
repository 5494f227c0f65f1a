import type { Cluster } from "../nodes/cluster.ts";
import { createReturning } from "./returning.ts";
import type { Returning } from "./returning.ts";
import type { AllSessions, Connected, Session, Sessions } from "./sessions.ts";

export interface Whereabouts extends AllSessions {
  /** Resolves when the bus has taken this node's events so far. Never rejects. */
  told(): Promise<void>;
  /** Called when the app of a session goes to the background or returns. */
  backgroundChanged(session: Session): void;
  /** Calls the listener for each session that begins on another node. */
  onArrival(listener: (connected: Connected) => void): void;
  returning: Returning["settled"];
  /** Resolves when nobody who was sent away is expected back. */
  allReturned(): Promise<void>;
  close(): void;
}

export interface WhereaboutsDeps {
  cluster: Pick<Cluster, "bus" | "self" | "live" | "onJoined" | "onLeft">;
  sessions: Sessions;
  /** Ends a session of this node on request of another node. */
  kick(session: Session): void;
  failed(error: unknown): void;
  /** Interval of messages of a node without events, in ms. */
  beatMs?: number;
  /** Users who were sent to other nodes count as online for so long, in ms. */
  graceMs?: number;
}

type Shown = [
  id: string,
  userID: string,
  platformID: number,
  token: string,
  isBackground: boolean,
];

/** A session began, changed or ended. */
type Event = { is: Shown } | { ended: string; isLeaving?: boolean };

interface Word {
  node: string;
  /** Counts the messages of a node, so that a lost one is noticed. */
  number: number;
  events: Event[];
}

interface Page {
  /** The number of the node's newest message when the page was made. */
  number: number;
  sessions: Shown[];
  /** The start of the next page; undefined on the last page. */
  next?: number;
}

/** A copy of the sessions of another node. */
interface Mirror {
  number: number;
  sessions: Map<string, Connected>;
  /** Messages that arrive while the list is being fetched; undefined once it is there. */
  meanwhile: Word[] | undefined;
}

const usualBeatMs = 2_000;
const pageSize = 2_000;
const fetchMs = 5_000;
/** Timeout for the answer of another node when somebody asks who is online, in ms. */
const askMs = 500;
/** Most events in one message, so that it fits the bus. */
const mostEvents = 2_000;

const bytesOf = (value: unknown): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(value));
const read = <Value>(bytes: Uint8Array): Value =>
  JSON.parse(new TextDecoder().decode(bytes)) as Value;

const show = (session: Connected): Shown => [
  session.id,
  session.userID,
  session.platformID,
  session.token,
  session.isBackground,
];

/**
 * Knows the sessions of all nodes. Each node publishes the events of its own sessions in
 * numbered messages. A node that misses a number fetches the whole list. When a node dies,
 * its sessions are dropped.
 */
export function createWhereabouts({
  cluster,
  sessions,
  kick,
  failed,
  beatMs = usualBeatMs,
  graceMs,
}: WhereaboutsDeps): Whereabouts {
  const { bus, self } = cluster;
  const mirrors = new Map<string, Mirror>();
  /** Sessions on other nodes, by user. */
  const elsewhere = new Map<string, Connected[]>();
  /** The platforms last told to listeners, by user, of users on other nodes. */
  const shown = new Map<string, string>();
  const listeners: Parameters<AllSessions["onChange"]>[0][] = [];
  const arrivals: ((connected: Connected) => void)[] = [];
  /** Sessions of this node by id, for kicks from other nodes. */
  const own = new Map<string, Session>();
  const events: Event[] = [];
  let number = 0;
  let isTelling = false;
  /** Callers that wait until a message with this number has arrived. */
  const waiting: { mirror: Mirror; told: number; resolve(): void }[] = [];
  /** Lists that other nodes are reading page by page, the oldest request first. */
  const lists = new Map<string, Shown[]>();

  const returning = createReturning((userID, forget) => {
    const before = platformsOf(userID).join();
    forget();
    update(userID, before);
  }, graceMs);

  function of(userID: string): readonly Connected[] {
    const there = elsewhere.get(userID);
    const here = sessions.of(userID);
    return there ? [...here, ...there] : here;
  }

  function platformsOf(userID: string): number[] {
    if (!elsewhere.has(userID) && !returning.has(userID))
      return sessions.platformsOf(userID);
    const connected = of(userID).map((each) => each.platformID);
    return [...new Set([...connected, ...returning.platformsOf(userID)])].sort(
      (a, b) => a - b,
    );
  }

  /** Tells listeners if the user's platforms changed. */
  function update(userID: string, before?: string): void {
    const platformIDs = platformsOf(userID);
    const now = platformIDs.join();
    const isSame = (before ?? shown.get(userID)) === now;
    if (elsewhere.has(userID) || returning.has(userID)) shown.set(userID, now);
    else shown.delete(userID);
    if (!isSame)
      for (const listener of listeners) listener(userID, platformIDs);
  }

  function tell(): void {
    isTelling = false;
    do {
      const word: Word = {
        ...{ node: self, number: ++number },
        events: events.splice(0, mostEvents),
      };
      bus.publish("whereabouts", bytesOf(word));
    } while (events.length > 0);
  }

  function note(event: Event): void {
    events.push(event);
    if (isTelling) return;
    isTelling = true;
    // Events of one turn of the event loop share a message.
    queueMicrotask(tell);
  }

  /** The user counts as online on that platform until the client is at another node. */
  function expect({ userID, platformID }: Connected): void {
    if (of(userID).some((each) => each.platformID === platformID)) return;
    returning.expect(userID, platformID);
    shown.set(userID, platformsOf(userID).join());
  }

  sessions.onSession((session, isOpen) => {
    if (isOpen) {
      own.set(session.id, session);
      returning.arrived(session.userID, session.platformID);
      note({ is: show(session) });
    } else {
      own.delete(session.id);
      const { isLeaving = false } = session;
      note({ ended: session.id, ...(isLeaving && { isLeaving }) });
      if (isLeaving) expect(session);
    }
  });
  sessions.onChange((userID) => update(userID));

  function add(node: string, mirror: Mirror, told: Shown): void {
    const [id, userID, platformID, token, isBackground] = told;
    const known = mirror.sessions.get(id);
    const connected: Connected = {
      ...{ id, userID, platformID, token, isBackground },
      kick: () => bus.publish(`kick.${node}`, bytesOf([id, token])),
    };
    const others = elsewhere.get(userID) ?? [];
    const before = platformsOf(userID).join();
    elsewhere.set(userID, [
      ...others.filter((each) => each !== known),
      connected,
    ]);
    mirror.sessions.set(id, connected);
    returning.arrived(userID, platformID);
    update(userID, before);
    if (!known) for (const arrived of arrivals) arrived(connected);
  }

  function remove(mirror: Mirror, id: string, isLeaving = false): void {
    const gone = mirror.sessions.get(id);
    if (!gone) return;
    mirror.sessions.delete(id);
    const { userID } = gone;
    const before = platformsOf(userID).join();
    const others = (elsewhere.get(userID) ?? []).filter(
      (each) => each !== gone,
    );
    if (others.length === 0) elsewhere.delete(userID);
    else elsewhere.set(userID, others);
    if (isLeaving) expect(gone);
    update(userID, before);
  }

  function obey(mirror: Mirror, { node, events: told }: Word): void {
    for (const event of told)
      if ("is" in event) add(node, mirror, event.is);
      else remove(mirror, event.ended, event.isLeaving);
  }

  /** Fetches a node's whole list, then applies the messages that came meanwhile. */
  async function fetch(node: string): Promise<void> {
    const mirror = mirrorOf(node);
    if (mirror.meanwhile) return;
    mirror.meanwhile = [];
    const listed = new Map<string, Shown>();
    let first: number | undefined;
    try {
      for (let next: number | undefined = 0; next !== undefined;) {
        const page: Page = read(
          await bus.request(
            `whereabouts.${node}`,
            bytesOf({ from: next, who: self }),
            fetchMs,
          ),
        );
        first ??= page.number;
        for (const each of page.sessions) listed.set(each[0], each);
        ({ next } = page);
      }
    } catch {
      // The number of its next message will start another fetch.
      mirror.meanwhile = undefined;
      mirror.number = -1;
      return;
    }
    const words = mirror.meanwhile;
    mirror.meanwhile = undefined;
    if (mirrors.get(node) !== mirror) return;
    for (const id of [...mirror.sessions.keys()])
      if (!listed.has(id)) remove(mirror, id);
    for (const each of listed.values()) add(node, mirror, each);
    mirror.number = first ?? 0;
    reached();
    for (const word of words)
      if (word.number > mirror.number) take(mirror, word);
  }

  /** Waits for all messages that a node had published when it is asked now. */
  async function catchUpWith(node: string): Promise<void> {
    const mirror = mirrorOf(node);
    const told = read<number>(
      await bus.request(`told.${node}`, new Uint8Array(), askMs),
    );
    if (mirror.number >= told) return;
    await Promise.race([
      new Promise<void>((resolve) => waiting.push({ mirror, told, resolve })),
      Bun.sleep(askMs),
    ]);
  }

  function reached(): void {
    for (const each of waiting.splice(0))
      if (each.mirror.number >= each.told) each.resolve();
      else waiting.push(each);
  }

  function take(mirror: Mirror, word: Word): void {
    if (mirror.meanwhile) {
      mirror.meanwhile.push(word);
      return;
    }
    if (word.number <= mirror.number) return;
    if (word.number === mirror.number + 1) {
      mirror.number = word.number;
      obey(mirror, word);
      reached();
    } else void fetch(word.node).catch(failed);
  }

  function mirrorOf(node: string): Mirror {
    let mirror = mirrors.get(node);
    if (!mirror) {
      mirror = { number: -1, sessions: new Map(), meanwhile: undefined };
      mirrors.set(node, mirror);
    }
    return mirror;
  }

  function drop(node: string): void {
    const mirror = mirrors.get(node);
    if (!mirror) return;
    mirrors.delete(node);
    for (const id of [...mirror.sessions.keys()]) remove(mirror, id);
  }

  const isLive = (node: string): boolean =>
    cluster.live().some(({ id }) => id === node);

  const stops = [
    bus.subscribe("whereabouts", (data) => {
      const word = read<Word>(data);
      take(mirrorOf(word.node), word);
    }),
    bus.subscribe(`kick.${self}`, (data) => {
      const [id, token] = read<[string, string]>(data);
      const session = own.get(id);
      // Another session may have got the same id.
      if (session?.token === token) kick(session);
    }),
    bus.serve(`told.${self}`, () => {
      if (events.length > 0) tell();
      return Promise.resolve(bytesOf(number));
    }),
    bus.serve(`whereabouts.${self}`, (data) => {
      const { from, who } = read<{ from: number; who: string }>(data);
      if (events.length > 0) tell();
      let list = from === 0 ? undefined : lists.get(who);
      if (!list) {
        list = [...own.values()].map(show);
        lists.set(who, list);
      }
      const end = from + pageSize;
      const isLast = end >= list.length;
      if (isLast) lists.delete(who);
      const page: Page = {
        ...{ number, sessions: list.slice(from, end) },
        ...(!isLast && { next: end }),
      };
      return Promise.resolve(bytesOf(page));
    }),
  ];
  cluster.onLeft(drop);
  cluster.onJoined((node) => void fetch(node).catch(failed));
  bus.onUp(() => {
    for (const { id } of cluster.live())
      if (id !== self) void fetch(id).catch(failed);
  });
  const beating = setInterval(() => {
    // Messages of a dead node may arrive after it was dropped.
    for (const node of mirrors.keys()) if (!isLive(node)) drop(node);
    tell();
  }, beatMs);
  for (const { id } of cluster.live())
    if (id !== self) void fetch(id).catch(failed);

  return {
    of,
    platformsOf,
    returning: returning.settled,
    allReturned: returning.allSettled,
    onChange: (listener) => void listeners.push(listener),
    onArrival: (listener) => void arrivals.push(listener),
    async told() {
      await Promise.resolve();
      await bus.flush().catch(() => undefined);
    },
    async catchUp() {
      await Promise.all(
        cluster
          .live()
          .filter(({ id }) => id !== self)
          .map(({ id }) => catchUpWith(id).catch(() => undefined)),
      );
    },
    backgroundChanged: (session) => note({ is: show(session) }),
    close() {
      clearInterval(beating);
      returning.close();
      for (const stop of stops) stop();
    },
  };
}
