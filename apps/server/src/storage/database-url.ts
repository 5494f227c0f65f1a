/** As people are told of it. */
export function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    parsed.password = "";
    // What comes behind a question mark is the driver's: a password, too.
    parsed.search = "";
    return parsed.href;
  } catch {
    throw new Error(
      "PARLEY_DATABASE_URL is not a URL: write postgres://user:password@host:5432/name",
    );
  }
}
