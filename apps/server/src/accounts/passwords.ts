import { createLine } from "../pace/line.ts";

export interface Passwords {
  /**
   * What is stored of a password: argon2id of what the client sent. One may
   * register without a password and sign in by
   * codes; then "" is stored, and no password is right.
   */
  hash(password: string): Promise<string>;
  /**
   * Without `stored`, because there is no such account, the answer is false
   * after as much work as with it, so that the time tells nobody who has one.
   */
  verify(password: string, stored: string | undefined): Promise<boolean>;
}

/** What OWASP asks for at least; 19 MiB for each that is under way. */
const argon2id = {
  algorithm: "argon2id",
  memoryCost: 19_456,
  timeCost: 2,
} as const;
/** More at once would take memory, and the cores from everybody else. */
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
