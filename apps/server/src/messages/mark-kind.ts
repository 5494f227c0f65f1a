import type { Head } from "../message-log/heads.ts";
import { then } from "../storage/engine.ts";
import type { Now, StoredMessage } from "../storage/engine.ts";
import type { Reader } from "./shared-ids.ts";

/** Messages of one conversation that are about to be shown to a reader. */
export interface ShownMessages {
  reader: Reader;
  head: Head;
  /** Messages that the reader may see, ascending. */
  messages: readonly StoredMessage[];
  /** The same in one piece (frameMessages), to look through all at once. */
  framed: Uint8Array;
  /** First and last seq that were looked at. */
  begin: number;
  end: number;
}

/**
 * A kind of marks that are kept beside the log and change how messages look:
 * one for each feature that has any.
 */
export interface MarkKind<Marks extends object> {
  /** Returns the marks of these messages, or undefined when there are none. */
  load(shown: ShownMessages): Now<Marks | undefined>;
  /** Returns the message with its marks, or itself without. */
  show(message: StoredMessage, marks: Marks): StoredMessage;
}

/** Loads the marks of some messages and returns how to show each of them. */
export type LoadMarks = (
  shown: ShownMessages,
) => Now<((message: StoredMessage) => StoredMessage) | undefined>;

/** Closes a kind over the type of its marks, so that kinds fit into one list. */
export const defineMarks =
  <Marks extends object>({ load, show }: MarkKind<Marks>): LoadMarks =>
  (shown) =>
    then(load(shown), (marks) => marks && ((message) => show(message, marks)));
