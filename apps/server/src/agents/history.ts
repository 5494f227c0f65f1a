/** One turn of a conversation with a language model. */
export interface Turn {
  role: "system" | "user" | "assistant";
  content: string;
}

/** What was last said between agents and those who asked them. */
export interface History {
  /** Oldest first. */
  list(agentID: string, conversation: string): readonly Turn[];
  add(agentID: string, conversation: string, turns: readonly Turn[]): void;
}

/** Conversations that are remembered, and characters of each. */
const maxConversations = 10_000;
const maxCharacters = 20_000;

/** Keeps `count` questions and answers of each conversation, in memory. */
export function createHistory(count: number): History {
  const conversations = new Map<string, readonly Turn[]>();
  const keyOf = (agentID: string, conversation: string) =>
    JSON.stringify([agentID, conversation]);

  return {
    list: (agentID, conversation) =>
      conversations.get(keyOf(agentID, conversation)) ?? [],

    add(agentID, conversation, turns) {
      if (count === 0) return;
      const key = keyOf(agentID, conversation);
      const all = [...(conversations.get(key) ?? []), ...turns];
      // The one that was added to last is forgotten last.
      conversations.delete(key);
      conversations.set(key, newest(all, count));
      if (conversations.size <= maxConversations) return;
      const [oldest] = conversations.keys();
      if (oldest !== undefined) conversations.delete(oldest);
    },
  };
}

function newest(turns: readonly Turn[], count: number): readonly Turn[] {
  const kept = turns.slice(-count);
  let size = kept.reduce((sum, { content }) => sum + content.length, 0);
  let first = 0;
  while (size > maxCharacters && first < kept.length)
    size -= kept[first++]?.content.length ?? 0;
  return kept.slice(first);
}
