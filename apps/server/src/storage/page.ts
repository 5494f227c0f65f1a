import { errors } from "@parley/protocol/errors";
import type { SelectQueryBuilder } from "kysely";

/** A slice of a list. A limit of 0 asks for the total alone. */
export interface Page {
  offset: number;
  limit: number;
}

interface Pagination {
  pageNumber: number;
  showNumber: number;
}

const nothing: Page = { offset: 0, limit: 0 };

/** Pages count from 1; nonsense gives an empty page (docs/wire/rest.md#pages). */
export function toPage(pagination: Pagination | null): Page {
  const { pageNumber = 0, showNumber = 0 } = pagination ?? {};
  if (pageNumber < 1 || showNumber < 1) return nothing;
  return { offset: (pageNumber - 1) * showNumber, limit: showNumber };
}

/** The same on routes that insist on a page: 1001 without one. */
export function requirePage(pagination: Pagination | null): Page {
  if (!pagination) throw errors.args("pagination is missing");
  if (pagination.pageNumber < 1)
    throw errors.args("pagination.pageNumber counts from 1");
  return toPage(pagination);
}

/** Throws as requirePage does: a rule of a request's form. */
export function checkPage(request: { pagination: Pagination | null }): void {
  requirePage(request.pagination);
}

/** Like requirePage, but refuses a page without entries. */
export function requireFilledPage(pagination: Pagination | null): Page {
  const page = requirePage(pagination);
  if (page.limit === 0)
    throw errors.args("pagination.showNumber must be 1 or more");
  return page;
}

/** The page of what a query in some order finds, and how much that is in all. */
export async function selectPage<DB, Table extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, Table, Row>,
  { offset, limit }: Page,
): Promise<{ total: number; rows: Row[] }> {
  const { total } = (await query
    .clearSelect()
    .clearOrderBy()
    .select((row) => row.fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow()) as { total: number };
  const rows =
    limit === 0 ? [] : await query.offset(offset).limit(limit).execute();
  return { total: Number(total), rows };
}
