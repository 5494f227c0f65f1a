// Loaded into the server before its own code: on this signal it drops what it
// can, so that resident memory says what connections hold.
process.on("SIGUSR2", () => {
  Bun.gc(true);
  // What the first round made unreachable by running finalizers.
  setTimeout(() => Bun.gc(true), 200);
});
