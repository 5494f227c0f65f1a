/** Returns the URL as logs and people may see it. */
export function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    parsed.password = "";
    // Query parameters belong to the driver and may hold a password.
    parsed.search = "";
    return parsed.href;
  } catch {
    throw new Error(
      "PARLEY_DATABASE_URL is not a URL: write postgres://user:password@host:5432/name",
    );
  }
}
