import { createLine } from "../pace/line.ts";

export interface Passwords {
  /**
   * Returns argon2id of the password that the client sent. An empty password is
   * stored as "", and then no password is right: the user signs in by codes.
   */
  hash(password: string): Promise<string>;
  /**
   * Returns whether the password is right. Without `stored` (there is no account) it takes
   * as long to return false, so that the response time does not reveal who has an account.
   */
  verify(password: string, stored: string | undefined): Promise<boolean>;
}

/** The minimum that OWASP recommends; each hash under way takes 19 MiB. */
const argon2id = {
  algorithm: "argon2id",
  memoryCost: 19_456,
  timeCost: 2,
} as const;
/** Most hashes at a time, as each takes memory and a core. */
const atOnce = 2;

/** Bun hashes in threads of its own, so no socket waits for it. */
export function createPasswords(): Passwords {
  const inTurn = createLine(atOnce);
  const hash = (password: string) =>
    inTurn(() => Bun.password.hash(password, argon2id));
  // Nobody's, and made as every other is, so that it costs the same.
  let decoy: Promise<string> | undefined;
  return {
    hash: (password) =>
      password === "" ? Promise.resolve("") : hash(password),
    async verify(password, stored) {
      const against = stored
        ? stored
        : await (decoy ??= hash(crypto.randomUUID()));
      // Bun answers at once to an empty password: only asked, never compared.
      const isRight = await inTurn(() =>
        Bun.password.verify(password === "" ? " " : password, against),
      );
      return isRight && Boolean(stored) && password !== "";
    },
  };
}
