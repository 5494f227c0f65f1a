/** "5 minutes", for people. */
export function renderLifetime(seconds: number): string {
  const [count, unit] =
    seconds % 60 === 0 ? [seconds / 60, "minute"] : [seconds, "second"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
