// Who may send which frame, on a cluster; `npm run test:cluster` runs all rights and more.
process.env["PARLEY_TEST_NODES"] = "2";
await import("../rights/frames.test.ts");

export {};
