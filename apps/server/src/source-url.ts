/**
 * Returns the URL of a worker's source file, given its path below this folder.
 * In the executable, whose build names the file too, this module's folder is
 * the root.
 */
export const sourceURL = (file: string): URL => new URL(file, import.meta.url);
