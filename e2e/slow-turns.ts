// Loaded before a server: from the first request to PARLEY_TEST_SLOW_PORT on, each turn of
// its event loop takes as long as on a machine that has far too much to do.

const turnMs = 60;

function slow(): void {
  Bun.sleepSync(turnMs);
  setTimeout(slow, 1);
}

let isSlow = false;

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env["PARLEY_TEST_SLOW_PORT"]),
  fetch() {
    if (!isSlow) slow();
    isSlow = true;
    return new Response();
  },
});
