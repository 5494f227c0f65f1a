import type { AuthSignParts } from "@parley/protocol/generated/third";

export const UploadKind = { parts: 1, onePiece: 2, form: 3 } as const;
export type UploadKind = (typeof UploadKind)[keyof typeof UploadKind];

/** Bytes on their way to become the content `key`. */
export interface Upload {
  id: string;
  kind: UploadKind;
  /** Owner of the upload; others may not continue it. */
  userID: string;
  key: string;
  /** Empty for a form. */
  hash: string;
  size: number;
  partSize: number;
  /** Result of `begin`. */
  storeID: string;
  isComplete: boolean;
  createTime: number;
  expireTime: number;
}

export interface ArrivedPart {
  partNumber: number;
  size: number;
  /** Lower-case hex. */
  md5: string;
}

/** Target of a form upload. */
export interface FormTarget {
  url: string;
  /** The field of the file. */
  file: string;
  formData: Record<string, string>;
  successCodes: number[];
}

export interface Download {
  key: string;
  /** Empty: some type that no browser shows. */
  contentType: string;
  /** Empty: none. */
  disposition: string;
}

/**
 * Holds contents under keys that we make: letters, digits and `/_.`. Clients
 * send and fetch the bytes by signed addresses; `origin` is what these begin
 * with where the store is this server, and ends with a slash. Times are UTC
 * milliseconds.
 */
export interface ContentStore {
  /** Begins an upload; its result is kept as `storeID`. */
  begin(upload: Upload): Promise<string>;
  signParts(
    upload: Upload,
    partNumbers: readonly number[],
    expires: number,
    origin: string,
  ): Promise<AuthSignParts>;
  signForm(
    upload: Upload,
    contentType: string,
    expires: number,
    origin: string,
  ): Promise<FormTarget>;
  /** Lists the arrived parts by part number. */
  listParts(upload: Upload): Promise<ArrivedPart[]>;
  /**
   * Makes exactly these parts the content and resolves once it would survive a
   * power cut. Fails if one of them has changed.
   */
  publish(upload: Upload, parts: readonly ArrivedPart[]): Promise<void>;
  /** Forgets what has arrived; fine if nothing has. */
  discard(upload: Upload): Promise<void>;

  read(key: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Whole or not at all, and durable. */
  write(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Fine if there is none. */
  remove(key: string): Promise<void>;
  signDownload(
    download: Download,
    expires: number,
    origin: string,
  ): Promise<string>;
}
