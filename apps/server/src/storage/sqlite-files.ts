import {
  closeSync,
  fstatSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from "node:fs";

/**
 * Throws once a file of a database is not the one that was opened any more: what
 * is written to a deleted file is gone with the process. It looks at once: that
 * is no matter of the disk, and 20 times cheaper than to be told later.
 */
export function createFileWatch(files: readonly string[]): () => void {
  const known = files.map((file) => ({ file, before: statSync(file) }));
  return () => {
    for (const { file, before } of known) {
      const now = statSync(file, { throwIfNoEntry: false });
      if (now?.ino !== before.ino || now.dev !== before.dev)
        throw new Error(
          `${file} was ${now ? "replaced" : "deleted"} while the server ran, so the database is lost: stop the program that did it, and restore a backup (parley restore)`,
        );
    }
  };
}

/**
 * SQLite maps the index of its log into memory, and writes to pages of it for
 * which a full disk has no room: where blocks are smaller than pages it reserved
 * but a part of each, and the system ends the process with SIGBUS. So all of the
 * index is given its blocks now. Answers what gives the file back; it has to
 * stay open until then, since closing it would give up SQLite's locks on it.
 */
export function reserveLogIndex(file: string): () => void {
  const fd = openSync(file, "r+");
  try {
    const held = new Uint8Array(fstatSync(fd).size);
    readSync(fd, held, 0, held.length, 0);
    const whole = new Uint8Array(Math.max(held.length, indexBytes));
    whole.set(held);
    for (let at = 0; at < whole.length;)
      at += writeSync(fd, whole, at, whole.length - at, at);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return () => closeSync(fd);
}

/** Size of a WAL index for 260,000 pages (1 GB); the WAL usually restarts after 1,000. */
const indexBytes = 2_097_152;
