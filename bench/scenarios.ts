import { UsageError } from "./options.ts";
import type { Options } from "./options.ts";
import { bulkChanges } from "./scenario-bulk-changes.ts";
import {
  clusterCapacity,
  clusterGroup,
  clusterPush,
} from "./scenario-cluster.ts";
import { clusterDrain, clusterKill } from "./scenario-cluster-leave.ts";
import { clusterSize } from "./scenario-cluster-size.ts";
import { clusterModel } from "./scenario-cluster-model.ts";
import { floorGroups, groupOf100, groupOf1000 } from "./scenario-group.ts";
import { history } from "./scenario-history.ts";
import { idle } from "./scenario-idle.ts";
import { jobs } from "./scenario-jobs.ts";
import { login } from "./scenario-login.ts";
import {
  floorOneToOne,
  mixed,
  oneToOneCapacity,
  oneToOneCold,
  oneToOneRate,
  oneToOneWindow,
  otherRates,
  soak,
} from "./scenario-one-to-one.ts";
import { overload } from "./scenario-overload.ts";
import { pullPages } from "./scenario-pull-pages.ts";
import { comeback, pull } from "./scenario-pull.ts";
import type { Scenario } from "./scenario.ts";
import { signInStorm } from "./scenario-sign-in-storm.ts";
import { slowReaders } from "./scenario-slow-readers.ts";
import { start } from "./scenario-start.ts";
import type { Encoding } from "./wire.ts";

/** All scenarios; those that need most memory come last. */
export const scenarios: readonly Scenario[] = [
  oneToOneWindow,
  oneToOneCapacity,
  oneToOneCold,
  oneToOneRate,
  ...otherRates,
  mixed,
  overload,
  groupOf100,
  groupOf1000,
  login,
  signInStorm,
  pull,
  pullPages,
  comeback,
  history,
  start,
  idle,
  slowReaders,
  bulkChanges,
  jobs,
  soak,
  clusterCapacity,
  clusterGroup,
  clusterPush,
  clusterKill,
  clusterDrain,
  clusterModel,
  clusterSize,
  floorOneToOne,
  ...floorGroups,
];

/** Scenarios that run by default: those that do not take minutes. */
const defaultScenarios: readonly Scenario[] = scenarios.filter(
  ({ name }) =>
    !/^(bulk|cluster|floor|history|jobs|sign-in|slow|soak)|-rate-(100|10000)$/.test(
      name,
    ),
);

/** Each name may be the beginning of several. */
export function chooseScenarios(names: readonly string[]): readonly Scenario[] {
  if (names.length === 0) return defaultScenarios;
  return names.flatMap((name) => {
    const exact = scenarios.filter((each) => each.name === name);
    const found =
      exact.length > 0
        ? exact
        : scenarios.filter((each) => each.name.startsWith(name));
    if (found.length === 0) throw new UsageError(`no scenario '${name}'`);
    return found;
  });
}

export const encodingsOf = (
  scenario: Scenario,
  { encoding }: Pick<Options, "encoding">,
): readonly Encoding[] =>
  encoding === undefined ? scenario.encodings : [encoding];
