/**
 * A request that is answered with errCode 0 when all of an API are sent in their
 * order to a new server. A text `{{/a/route name.0.other}}` stands for what that
 * member of the answer's `data` to that route was, and `{{/a/route}}` for all of it.
 */
export interface Example {
  path: string;
  /** Absent where a file is sent. */
  body?: unknown;
  /** The file is a workbook with these rows. */
  rows?: readonly (readonly string[])[];
  /** Query parameters by name. */
  query?: Readonly<Record<string, string>>;
  /** Bytes that go where earlier answers say, before this is asked. */
  uploads?: readonly Upload[];
}

export interface Upload {
  text: string;
  /** The bytes are the text so often. */
  times?: number;
  /** PUT to where an answer's `sign` says, as the part of this number. */
  part?: { sign: string; number: number };
  /** Or POST as the file of a form, with other fields before it. */
  form?: { url: string; file: string; fields: string };
}
