// Loaded into the server before its own code: on this signal it drops what it
// can, so that resident memory says what connections hold.
process.on("SIGUSR2", () => {
  Bun.gc(true);
  // Collects what finalizers of the first round made unreachable.
  setTimeout(() => Bun.gc(true), 200);
});
