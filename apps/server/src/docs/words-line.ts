/** Who may ask. */
export type Access =
  | "none"
  | "user"
  | "self"
  | "member"
  | "manager"
  | "owner"
  | "concerned"
  | "admin";

/** Access, summary, codes, and what more there is to say. */
export type Line = readonly [
  access: Access,
  summary: string,
  codes: readonly number[],
  detail?: string,
  query?: Readonly<Record<string, string>>,
];
