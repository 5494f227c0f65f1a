// Runs end-to-end tests on clusters: each request, and each connection, gets to another
// node than the one before.
//   npm run test:cluster -- [--nodes 3] [part of a file's path ...]
import path from "node:path";

import { readArguments, refuseArguments } from "../../scripts/arguments.ts";

/** Rights, accounts, and people who talk by OpenIM's own SDK. */
const usual = [
  "e2e/rights",
  "e2e/accounts/administration.test",
  "e2e/accounts/deviations",
  "e2e/accounts/invitations",
  "e2e/accounts/sign-in",
  "e2e/accounts/sign-up",
  "e2e/sdk/messages",
];

const usage = `npm run test:cluster -- [PART …] [options]

Runs the end-to-end tests whose path has one of the parts on clusters instead of
single servers, or else:
  ${usual.join("\n  ")}

  --nodes N   nodes of each cluster (default 3)
  -h, --help  this text
`;
const { values, positionals } = readArguments(usage, {
  allowPositionals: true,
  options: { nodes: { type: "string", default: "3" } },
});
if (!/^[1-9]\d*$/.test(values.nodes))
  refuseArguments(`--nodes is a number, not ${values.nodes}`, usage);

const tests = Bun.spawn(
  [
    process.execPath,
    path.join(import.meta.dirname, "../../scripts/run-tests.ts"),
    ...(positionals.length > 0 ? positionals : usual),
  ],
  {
    env: { ...process.env, PARLEY_TEST_NODES: values.nodes },
    stdio: ["inherit", "inherit", "inherit"],
  },
);
process.exit(await tests.exited);
