/**
 * Cuts a list so that each part fits into one statement: SQLite takes 32,766
 * parameters, PostgreSQL 65,535, and a row may need a few of them.
 */
export function* chunksOf<T>(items: readonly T[], size = 500): Generator<T[]> {
  for (let from = 0; from < items.length; from += size)
    yield items.slice(from, from + size);
}
