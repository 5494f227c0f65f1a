import type { Codes } from "./roles.ts";

/** Where the server answers a role something else than its row says. */
export interface Finding {
  /** The row, as its test is called. */
  title: string;
  /** What these roles get. */
  answers: Codes;
  /** Why it is wrong, and what follows from it. */
  reason: string;
}

export const findings: Finding[] = [];
