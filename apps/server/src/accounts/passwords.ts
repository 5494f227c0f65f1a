export interface Passwords {
  /**
   * What is stored of a password: argon2id of what the client sent. One may
   * register without a password (chat.json, /account/register) and sign in by
   * codes; then "" is stored, and no password is right.
   */
  hash(password: string): Promise<string>;
  /**
   * Without `stored`, because there is no such account, the answer is false
   * after as much work as with it, so that the time tells nobody who has one.
   */
  verify(password: string, stored: string | undefined): Promise<boolean>;
}

/** Bun hashes in threads of its own, so no socket waits for it. */
export async function createPasswords(): Promise<Passwords> {
  const hash = (password: string) => Bun.password.hash(password, "argon2id");
  // Nobody's, and made as every other is, so that it costs the same.
  const decoy = await hash(crypto.randomUUID());
  return {
    hash: (password) =>
      password === "" ? Promise.resolve("") : hash(password),
    async verify(password, stored) {
      // Bun answers at once to an empty password: only asked, never compared.
      const isRight = await Bun.password.verify(
        password === "" ? " " : password,
        stored ? stored : decoy,
      );
      return isRight && Boolean(stored) && password !== "";
    },
  };
}
