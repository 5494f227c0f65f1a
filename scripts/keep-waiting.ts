// Loaded before each test file. Where nothing else is left to wait for, Bun would
// wait for a test's promise with a processor at its full speed.
setInterval(() => {}, 3_600_000);
