/** One turn of a conversation with a language model. */
export interface Turn {
  role: "system" | "user" | "assistant";
  content: string;
}

/** Conversation of a question and, in a group, the user who asked. */
export interface ChatPlace {
  agentID: string;
  /** "" is between the two of them. */
  groupID: string;
  askerID: string;
}

/** The latest questions and answers of agents, kept in memory. */
export interface History {
  /** For one question. */
  open(place: ChatPlace): Remembered;
  /** All that the user asked, and what they were answered. */
  forgetUser(userID: string): void;
  forgetAgent(agentID: string): void;
}

export interface Remembered {
  /** Oldest first. */
  readonly turns: readonly Turn[];
  /** Nothing is added once who asked, or the agent, is forgotten. */
  add(turns: readonly Turn[]): void;
  /** Nothing is added any more. */
  close(): void;
}

interface Conversation {
  agentID: string;
  said: readonly Said[];
  size: number;
}

interface Said {
  askerID: string;
  turn: Turn;
}

/** Conversations that are remembered, and characters of each and of all. */
const maxConversations = 10_000;
const maxCharacters = 20_000;
const maxInAll = 20_000_000;

/** Keeps `count` questions and answers of each conversation, in memory. */
export function createHistory(count: number): History {
  const conversations = new Map<string, Conversation>();
  const open = new Set<ChatPlace>();
  let size = 0;

  function remove(key: string): void {
    size -= conversations.get(key)?.size ?? 0;
    conversations.delete(key);
  }

  /** The one that was added to last is forgotten last. */
  function set(key: string, agentID: string, said: readonly Said[]): void {
    remove(key);
    if (said.length === 0) return;
    const conversation = { agentID, said, size: sizeOf(said) };
    conversations.set(key, conversation);
    size += conversation.size;
    for (const oldest of conversations.keys()) {
      if (conversations.size <= maxConversations && size <= maxInAll) break;
      remove(oldest);
    }
  }

  return {
    open(place) {
      const { agentID, groupID, askerID } = place;
      const key = JSON.stringify([agentID, groupID, groupID ? "" : askerID]);
      const known = () => conversations.get(key)?.said ?? [];
      const mine = { ...place };
      open.add(mine);
      return {
        turns: known().map(({ turn }) => turn),
        add(turns) {
          if (count === 0 || !open.has(mine)) return;
          const said = turns.map((turn) => ({ askerID, turn }));
          set(key, agentID, newest([...known(), ...said], count));
        },
        close: () => void open.delete(mine),
      };
    },

    forgetUser(userID) {
      for (const place of open)
        if (place.askerID === userID) open.delete(place);
      for (const [key, { agentID, said }] of [...conversations]) {
        const others = said.filter(({ askerID }) => askerID !== userID);
        if (others.length < said.length) set(key, agentID, others);
      }
    },

    forgetAgent(agentID) {
      for (const place of open)
        if (place.agentID === agentID) open.delete(place);
      for (const [key, conversation] of [...conversations])
        if (conversation.agentID === agentID) remove(key);
    },
  };
}

const sizeOf = (said: readonly Said[]): number =>
  said.reduce((sum, { turn }) => sum + turn.content.length, 0);

function newest(said: readonly Said[], count: number): readonly Said[] {
  const kept = said.slice(-count);
  let size = sizeOf(kept);
  let first = 0;
  while (size > maxCharacters && first < kept.length)
    size -= kept[first++]?.turn.content.length ?? 0;
  return kept.slice(first);
}
