import path from "node:path";

import type { Kysely } from "kysely";

import type { Config } from "../config/schema.ts";
import type { Feature } from "../feature/feature.ts";
import type { WebPage } from "../http/server.ts";
import { outdatedJob } from "../jobs/outdated.ts";
import type { Caches } from "../storage/caches.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import type { Logger } from "../watching/logger.ts";
import { createRemoveAbandonedUploads } from "./abandoned.ts";
import type { RemoveAbandonedUploads } from "./abandoned.ts";
import { createObjectAccess } from "./access.ts";
import { createAddressBook } from "./address-book.ts";
import type { ContentStore } from "./content-store.ts";
import { createObjectDeparture } from "./departure.ts";
import { createDirectory } from "./directory.ts";
import type { Directory } from "./directory.ts";
import { diskPages } from "./disk-pages.ts";
import { openDiskStore } from "./disk-store.ts";
import { createFormUploads } from "./forms.ts";
import type { KeyLock } from "../pace/key-lock.ts";
import { objectPages } from "./pages.ts";
import { createPictures } from "./picture.ts";
import { objectRoutes } from "./routes.ts";
import { createS3Client } from "./s3-client.ts";
import { createS3Store } from "./s3-store.ts";
import { findUpload } from "./store.ts";
import { createThumbnails } from "./thumbnails.ts";
import { createUploads } from "./uploads.ts";
import { createURLSigner } from "./url-signer.ts";

export interface ObjectFeature extends Feature {
  removeAbandonedUploads: RemoveAbandonedUploads;
  removeOutdated: Directory["removeOutdated"];
}

export interface ObjectFeatureDeps {
  db: Kysely<Schema>;
  caches: Pick<Caches, "open">;
  transact: Transact;
  settings: Config["objects"];
  /** Days that objects of these causes are kept; 0 keeps them for good. */
  outdated: { days: number; causes: readonly string[] };
  dataFolder: string;
  /** Held by whoever makes a content or removes it. */
  lock: KeyLock;
  secret: string;
  logger: Logger;
  now: () => number;
}

/** Nobody can go on with an upload that is older. */
const uploadMs = 7 * 86_400_000;

/** Puts all of objects together. */
export async function openObjectFeature(
  given: ObjectFeatureDeps,
): Promise<ObjectFeature> {
  const { settings, outdated, logger, now } = given;
  const { contents, pages } = await openContents(given);
  const deps = { ...given, contents };
  const directory = createDirectory(deps);
  const uploadDeps = { ...deps, directory, maxBytes: settings.maxBytes };
  const access = createObjectAccess({
    ...deps,
    directory,
    findThumbnail: createThumbnails({
      ...deps,
      pictures: createPictures(logger),
    }),
    lifetimeMs: settings.urlSeconds * 1_000,
  });
  const addressesFor = createAddressBook(settings.externalAddress);
  const removeAbandonedUploads = createRemoveAbandonedUploads(deps);
  return {
    name: "objects",
    routes: objectRoutes({
      uploads: createUploads(uploadDeps),
      forms: createFormUploads(uploadDeps),
      access,
      addressesFor,
    }),
    pages: [...objectPages({ access, addressesFor, logger }), ...pages],
    removeAbandonedUploads,
    removeOutdated: directory.removeOutdated,
    jobs: [
      {
        name: "abandoned uploads",
        run: () => removeAbandonedUploads(now() - uploadMs),
      },
      outdatedJob({
        name: "outdated objects",
        days: outdated.days,
        remove: (before, limit) =>
          directory.removeOutdated(before, outdated.causes, limit),
        now,
      }),
    ],
    depart: createObjectDeparture({ ...deps, directory }),
  };
}

async function openContents({
  db,
  transact,
  settings,
  dataFolder,
  secret,
  logger,
  now,
}: ObjectFeatureDeps): Promise<{ contents: ContentStore; pages: WebPage[] }> {
  if (settings.store === "s3") {
    const client = createS3Client(settings.s3, now);
    const contents = createS3Store({ client, logger, now });
    await contents.prepare();
    return { contents, pages: [] };
  }
  const signer = createURLSigner(secret, now);
  const store = await openDiskStore({
    folder: path.join(dataFolder, "objects"),
    db,
    transact,
    signer,
  });
  const pages = diskPages({
    store,
    signer,
    findUpload: (id) => findUpload(db, id),
  });
  return { contents: store, pages };
}
