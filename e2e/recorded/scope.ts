/** Recordings of what Parley does not do yet. */
interface LeftOut {
  readonly reason: string;
  /** Scenarios; one that ends in "/" stands for its whole folder. */
  readonly files: readonly string[];
}

/**
 * Every other scenario has to pass. Who builds one of these takes its line
 * away, so that it has to pass from then on.
 */
export const leftOut: readonly LeftOut[] = [];

/**
 * Recordings that change for a while what holds for everybody, such as who may
 * register at all. Each gets a server of its own.
 */
export const changeAll: ReadonlySet<string> = new Set([
  "chat/admin-allow-register",
  "chat/admin-default-friend",
  "chat/admin-default-group",
  "chat/admin-invitation-register",
  "chat/admin-ip-forbidden-effect",
  "chat/admin-statistics",
]);

/** Returns why a scenario need not pass; undefined if it must. */
export function reasonLeftOut(name: string): string | undefined {
  return leftOut.find(({ files }) => files.some((file) => covers(file, name)))
    ?.reason;
}

/** An entry of `files` covers the scenario. */
export function covers(file: string, name: string): boolean {
  return file.endsWith("/") ? name.startsWith(file) : name === file;
}
