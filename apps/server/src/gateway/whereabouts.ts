import type { Cluster } from "../nodes/cluster.ts";
import type { AllSessions, Connected, Session, Sessions } from "./sessions.ts";

export interface Whereabouts extends AllSessions {
  /** Resolves when the bus has what this node told so far. Never throws. */
  told(): Promise<void>;
  /** The app of this session went to the background, or came back. */
  backgroundChanged(session: Session): void;
  /** Calls the listener for each session that begins at another node. */
  onArrival(listener: (connected: Connected) => void): void;
  close(): void;
}

export interface WhereaboutsDeps {
  cluster: Pick<Cluster, "bus" | "self" | "live" | "onJoined" | "onLeft">;
  sessions: Sessions;
  /** Ends a session of this node because another one says so. */
  kick(session: Session): void;
  failed(error: unknown): void;
  /** Milliseconds between two words of a node that has nothing to tell. */
  beatMs?: number;
}

type Shown = [
  id: string,
  userID: string,
  platformID: number,
  token: string,
  isBackground: boolean,
];

/** What became of a session. */
type Event = { is: Shown } | { ended: string };

interface Word {
  node: string;
  /** Number of the word, by which a loss is noticed. */
  number: number;
  events: Event[];
}

interface Page {
  /** The newest word when the page was made. */
  number: number;
  sessions: Shown[];
  /** Where the next page begins; undefined: this is the last. */
  next?: number;
}

/** What another node has told. */
interface Mirror {
  number: number;
  sessions: Map<string, Connected>;
  /** Words that came while the list was being fetched; undefined: it is there. */
  meanwhile: Word[] | undefined;
}

const usualBeatMs = 2_000;
const pageSize = 2_000;
const fetchMs = 5_000;
/** Who asks who is online waits no longer for a node that does not answer. */
const askMs = 500;
/** Events of one word, which has to fit a message of the bus. */
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
 * Knows the sessions of all nodes. Each node tells the others of its own, with numbers by
 * which they notice that a word was lost; then they fetch the whole list. A node that dies
 * takes its sessions with it.
 */
export function createWhereabouts({
  cluster,
  sessions,
  kick,
  failed,
  beatMs = usualBeatMs,
}: WhereaboutsDeps): Whereabouts {
  const { bus, self } = cluster;
  const mirrors = new Map<string, Mirror>();
  /** Sessions at other nodes by user. */
  const elsewhere = new Map<string, Connected[]>();
  /** Platforms that listeners were told last, of users who are elsewhere. */
  const shown = new Map<string, string>();
  const listeners: Parameters<AllSessions["onChange"]>[0][] = [];
  const arrivals: ((connected: Connected) => void)[] = [];
  /** Sessions of this node by id, for kicks from elsewhere. */
  const own = new Map<string, Session>();
  const events: Event[] = [];
  let number = 0;
  let isTelling = false;
  /** Who waits for words of a node. */
  const waiting: { mirror: Mirror; told: number; resolve(): void }[] = [];
  /** Lists that are being read by other nodes, in the order of their requests. */
  const lists = new Map<string, Shown[]>();

  function of(userID: string): readonly Connected[] {
    const there = elsewhere.get(userID);
    const here = sessions.of(userID);
    return there ? [...here, ...there] : here;
  }

  function platformsOf(userID: string): number[] {
    if (!elsewhere.has(userID)) return sessions.platformsOf(userID);
    return [...new Set(of(userID).map((each) => each.platformID))].sort(
      (a, b) => a - b,
    );
  }

  /** Who connects here where they are elsewhere, too, changes nothing. */
  function update(userID: string, before?: string): void {
    const platformIDs = platformsOf(userID);
    const now = platformIDs.join();
    const isSame = (before ?? shown.get(userID)) === now;
    if (elsewhere.has(userID)) shown.set(userID, now);
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
    // What changes in one turn goes together.
    queueMicrotask(tell);
  }

  sessions.onSession((session, isOpen) => {
    if (isOpen) {
      own.set(session.id, session);
      note({ is: show(session) });
    } else {
      own.delete(session.id);
      note({ ended: session.id });
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
    update(userID, before);
    if (!known) for (const arrived of arrivals) arrived(connected);
  }

  function remove(mirror: Mirror, id: string): void {
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
    update(userID, before);
  }

  function obey(mirror: Mirror, { node, events: told }: Word): void {
    for (const event of told)
      if ("is" in event) add(node, mirror, event.is);
      else remove(mirror, event.ended);
  }

  /** Reads a node's whole list; what it tells meanwhile comes after it. */
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
      // Its next word says that something is missing.
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

  /** Waits for the words that a node had told when it was asked. */
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
      // An id may be given again.
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
    // Words of a node that died may come after its end.
    for (const node of mirrors.keys()) if (!isLive(node)) drop(node);
    tell();
  }, beatMs);
  for (const { id } of cluster.live())
    if (id !== self) void fetch(id).catch(failed);

  return {
    of,
    platformsOf,
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
      for (const stop of stops) stop();
    },
  };
}
