/** Called with the progress of long work; `bytes` of it are done. */
export type Report = (what: string, bytes?: number) => void;

const everyMs = 1_000;

/** Prints at most a line a second, so that an operator sees it move. */
export function printProgress(
  print: (line: string) => void,
  now: () => number,
): Report {
  let last = now();
  return (what, bytes) => {
    if (now() - last < everyMs) return;
    last = now();
    print(
      bytes === undefined ? `  ${what}` : `  ${what}, ${toReadable(bytes)}`,
    );
  };
}

export function toReadable(bytes: number): string {
  for (const [unit, size] of [
    ["GB", 2 ** 30],
    ["MB", 2 ** 20],
    ["KB", 2 ** 10],
  ] as const)
    if (bytes >= size) return `${(bytes / size).toFixed(1)} ${unit}`;
  return `${bytes} bytes`;
}
