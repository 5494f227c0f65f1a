import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import { createLine } from "../pace/line.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import type { ContentStore } from "./content-store.ts";
import type { KeyLock } from "../pace/key-lock.ts";
import type { Picture, Pictures } from "./picture.ts";
import {
  deleteOldThumbnails,
  findContent,
  insertContent,
  setImage,
} from "./store.ts";
import { thumbnailOf } from "./thumbnail-size.ts";
import type { ImageQuery } from "./thumbnail-size.ts";

/**
 * The content that shows the picture as it was asked for, made if need be, and
 * its type. Throws 500 for what is no picture.
 */
export type FindThumbnail = (
  key: string,
  query: ImageQuery,
) => Promise<{ key: string; contentType: string }>;

export interface ThumbnailsDeps {
  db: Kysely<Schema>;
  transact: Transact;
  contents: ContentStore;
  lock: KeyLock;
  pictures: Pictures;
  now: () => number;
}

const maxPictureBytes = 52_428_800;
/** Each may hold a whole picture in memory. */
const maxAtOnce = 2;
/**
 * Limit per picture: anybody with an address can ask for any size, and each is
 * kept.
 */
const maxOfOne = 32;

export function createThumbnails({
  db,
  transact,
  contents,
  lock,
  pictures,
  now,
}: ThumbnailsDeps): FindThumbnail {
  const limited = createLine(maxAtOnce);

  /** Looks at the bytes the first time only. */
  async function describe(
    key: string,
    size: number,
    image: string,
  ): Promise<Picture> {
    if (size > maxPictureBytes)
      throw errors.internal("the file is too large for a picture");
    if (image !== "") return requirePicture(parse(image));
    const found = await limited(async () =>
      pictures.describe(await contents.read(key, maxPictureBytes)),
    );
    // Without a size it was not looked at, and may be some day.
    if (found?.width !== 0)
      await transact((tx) => setImage(tx, key, print(found)));
    return requirePicture(found);
  }

  return async (key, query) => {
    const content = await findContent(db, key);
    if (!content) throw errors.notFound("the file no longer exists");
    const source = await describe(key, content.size, content.image);
    const original = { key, contentType: `image/${source.format}` };
    if (source.width === 0) return original;
    const wanted = thumbnailOf(source, query);
    if (print(wanted) === print(source)) return original;

    const made = thumbnailKey(key, wanted);
    const thumbnail = { key: made, contentType: `image/${wanted.format}` };
    if (await findContent(db, made)) return thumbnail;
    return lock(key, async () => {
      if (await findContent(db, made)) return thumbnail;
      // It may have been removed while we waited.
      if (!(await findContent(db, key)))
        throw errors.notFound("the file no longer exists");
      const bytes = await limited(async () =>
        pictures.resize(await contents.read(key, maxPictureBytes), wanted),
      );
      if (!bytes) return original;
      await contents.write(made, bytes);
      const outdated = await transact(async (tx) => {
        await insertContent(tx, {
          key: made,
          size: bytes.length,
          made_of: key,
          image: print(wanted),
          create_time: now(),
        });
        return deleteOldThumbnails(tx, key, maxOfOne);
      });
      // No row says that they are there any more; who wants one gets it anew.
      for (const each of outdated) await contents.remove(each);
      return thumbnail;
    });
  };
}

const thumbnailKey = (key: string, { format, width, height }: Picture) =>
  `thumbnail/${key.slice(key.lastIndexOf("/") + 1)}/image_w${width}_h${height}.${format}`;

const print = (picture: Picture | null): string =>
  picture ? `${picture.format} ${picture.width}x${picture.height}` : "none";

function parse(image: string): Picture | null {
  const match = /^(\w+) (\d+)x(\d+)$/.exec(image);
  if (!match) return null;
  const [, format = "", width, height] = match;
  return { format, width: Number(width), height: Number(height) };
}

function requirePicture(picture: Picture | null): Picture {
  if (!picture) throw errors.internal("the file is not a picture");
  return picture;
}
