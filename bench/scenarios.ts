import type { Scenario } from "./scenario.ts";
import {
  oneToOneCapacity,
  oneToOneRate,
  oneToOneWindow,
} from "./scenario-one-to-one.ts";

export const scenarios: readonly Scenario[] = [
  oneToOneWindow,
  oneToOneCapacity,
  oneToOneRate,
];

export const defaultScenarios = scenarios;
