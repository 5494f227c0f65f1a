/**
 * Returns the longest turn of this thread's event loop during the work, in ms.
 */
export async function longestTurn(work: Promise<unknown>): Promise<number> {
  const spent = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  let isOver = false;
  work.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  let longest = 0;
  for (let before = spent(); !isOver;) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const now = spent();
    longest = Math.max(longest, now - before);
    before = now;
  }
  return longest;
}
