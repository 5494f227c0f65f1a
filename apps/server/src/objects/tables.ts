import type { Generated } from "kysely";

declare module "../storage/schema.ts" {
  interface Schema {
    objects: ObjectTable;
    object_contents: ObjectContentTable;
    object_uploads: ObjectUploadTable;
    object_parts: ObjectPartTable;
  }
}

/** A name and the content it stands for; several may share one content. */
export interface ObjectTable {
  id: Generated<number>;
  name: string;
  content_key: string;
  size: number;
  content_type: string;
  /** Purpose of the upload, such as msg-picture; clean-up selects by it. */
  cause: string;
  create_time: number;
}

/**
 * Contents that the object store surely holds: a row follows the sync of its
 * content.
 */
export interface ObjectContentTable {
  key: string;
  size: number;
  /** The content a thumbnail was made of; else empty. */
  made_of: string;
  /** Format and size, as "png 60x30"; "none": no picture; empty: not known yet. */
  image: string;
  create_time: number;
}

export interface ObjectUploadTable {
  id: string;
  /** 1 in parts, 2 in one piece, 3 by a form. */
  kind: number;
  /** Owner of the upload; others may not continue it. */
  user_id: string;
  /** The key of the content once it is complete. */
  content_key: string;
  /** The announced hash; empty for a form. */
  hash: string;
  size: number;
  part_size: number;
  /** The object store's own name of the upload; may be empty. */
  store_id: string;
  /** The name of the object that a form upload will create. */
  name: string;
  content_type: string;
  cause: string;
  is_complete: number;
  create_time: number;
  expire_time: number;
}

/** Parts that are on the local disk for sure. */
export interface ObjectPartTable {
  upload_id: string;
  part_number: number;
  md5: string;
  size: number;
}
