import type { Codes } from "./roles.ts";

/**
 * Where the server does something else than the contract wants, and the tests
 * know. An entry that is no longer true fails the suite: so the list shrinks.
 */
export interface Finding {
  /** The test's title: that of a row, or of a story. */
  title: string;
  /** What these roles get of a row. */
  answers?: Codes;
  /** Why it is wrong, and what follows from it. */
  reason: string;
}

const rowIsKey =
  "a conversation is taken for one's own when there is a row of it, and set_conversations makes a row for any id";

export const findings: Finding[] = [
  {
    title: "finds nothing of two others in lists",
    reason: `${rowIsKey}: newest seq, its time and the last message are told`,
  },
  {
    title: "finds nothing of a group in lists",
    reason: `${rowIsKey}: newest seq, its time and the last message are told`,
  },
  {
    title: "reads on nobody's behalf in two others",
    reason: `${rowIsKey}: marking as read is a success and not 1004`,
  },
  {
    title: "reads on nobody's behalf in a group",
    reason: `${rowIsKey}: marking as read is a success, and every member gets a 2200 of one who is none`,
  },
  {
    title: "nobody makes a chat of two others a private one",
    reason:
      "set_conversations with isPrivateChat writes the row of conversation.userID too, and never asks whether conversationID is the chat of the caller and that user: the rows of others are changed, and with them when their messages vanish",
  },
  {
    title: "a group whose id ends like a user's tells this user nothing",
    reason:
      "n_tea_ann is taken for the pair of tea and ann, so ann reads the notifications of the group tea_ann, whose maker chose the id",
  },
];

/** Whether a story is known to go wrong. */
export const isFinding = (title: string): boolean =>
  findings.some((each) => each.title === title);
