/**
 * Where a source file is that runs on a thread of its own, by its path from
 * this folder. In the executable, whose build has to name the file too, this
 * module's own folder is the root of everything.
 */
export const sourceURL = (file: string): URL => new URL(file, import.meta.url);
