import { availableParallelism } from "node:os";
import path from "node:path";

import { tellsHooks } from "./configurations.ts";
import type { Replayer } from "./replay.ts";
import { dataFolder, listFiles, loadScenario } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";
import { changeAll, reasonLeftOut } from "./scope.ts";

/** Scenarios with webhooks run one after another per lane. */
const lanes = availableParallelism();

/** All recordings, those that are left out as well. */
export function loadScenarios(): readonly Scenario[] {
  return ["rest", "gateway", "webhooks", "chat"]
    .flatMap((folder) => listFiles(path.join(dataFolder, folder)))
    .map((file) => loadScenario(file))
    .filter((scenario) => scenario !== undefined);
}

export const isInScope = ({ name }: Scenario): boolean =>
  reasonLeftOut(name) === undefined;

/** A recording and the server that it shares with its neighbours. */
export interface Scheduled {
  readonly scenario: Scenario;
  /** Begins with the configuration, and a blank if more follows. */
  readonly server: string;
}

/** Scenarios of one server are neighbours, so that it starts once. */
export function schedule(scenarios: readonly Scenario[]): Scheduled[] {
  return scenarios
    .map((scenario, i) => ({ scenario, server: serverOf(scenario, i) }))
    .sort((a, b) => (a.server < b.server ? -1 : a.server > b.server ? 1 : 0));
}

/** Its configuration, and who shares it. */
function serverOf(scenario: Scenario, i: number): string {
  const configuration = configurationOf(scenario);
  if (tellsHooks(configuration)) return `${configuration} lane${i % lanes}`;
  return changeAll.has(scenario.name)
    ? `${configuration} ${scenario.name}`
    : configuration;
}

export function configurationOf({ needs = "default" }: Scenario): string {
  return needs;
}

/** One scenario after another. */
export function oneByOne(replay: Replayer): Replayer {
  let last: Promise<unknown> = Promise.resolve();
  return (scenario, order) => {
    const next = last.then(() => replay(scenario, order));
    last = next.catch(() => undefined); // whoever asked for it says it
    return next;
  };
}
