import type { FrameHandler } from "../gateway/requests.ts";
import type { Route } from "../http/route.ts";
import type { WebPage } from "../http/server.ts";
import type { Job } from "../jobs/jobs.ts";
import type { Migration } from "../storage/migrations/migration.ts";
import type { Depart } from "./departing.ts";

/**
 * A feature before it is built: its folder exports one, which is one line of
 * composition/features.ts and nothing else outside. Its tables are declared in
 * its `tables.ts`, and its words with its methods in the protocol.
 */
export interface FeatureDeclaration<Parts> {
  /** Run before anything is built; backup and restore copy their tables. */
  readonly migrations?: readonly Migration[];
  readonly create: (parts: Parts) => Feature | Promise<Feature>;
}

/** The contribution of a domain to the running server. */
export interface Feature {
  /** The folder's name; the receipt of a user's deletion names it, too. */
  readonly name: string;
  /** Served by the REST port. */
  readonly routes?: readonly Route[];
  /** Requests without operationID, token and envelope. */
  readonly pages?: readonly WebPage[];
  /** Served by the gateway. */
  readonly frames?: readonly FrameHandler[];
  /** Run at night. */
  readonly jobs?: readonly Job[];
  /** Removes what a deleted user leaves behind. */
  readonly depart?: Depart;
}

/** Collects one kind of what features add, in their order. */
export const collect = <Kind extends "routes" | "pages" | "frames" | "jobs">(
  features: readonly Feature[],
  kind: Kind,
): NonNullable<Feature[Kind]>[number][] =>
  features.flatMap(
    (feature) => (feature[kind] ?? []) as NonNullable<Feature[Kind]>[number][],
  );
