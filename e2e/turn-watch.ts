// Loaded before a server: how long its event loop was held, for whoever asks at
// PARLEY_TEST_TURNS_PORT. It counts what this thread computed between two looks, so that a
// machine which had no time for it does not count.

const everyMs = 5;

let longestMs = 0;
let before = spentMs();

function spentMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function look(): void {
  const now = spentMs();
  longestMs = Math.max(longestMs, now - before);
  before = now;
  setTimeout(look, everyMs);
}

look();

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env["PARLEY_TEST_TURNS_PORT"]),
  // A look comes between what is asked about and the answer.
  async fetch() {
    await Bun.sleep(2 * everyMs);
    const answer = String(longestMs);
    longestMs = 0;
    return new Response(answer);
  },
});
