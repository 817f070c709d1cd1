/** Long lists of the API come in pages: `?page=2&limit=50`, with the address of the page after it in `next`. */
import { z } from 'zod';

/** Strict, as every query is: a filter that is misspelt and ignored would list what was not asked for. */
export const pageQuery = z.strictObject({
  page: z.coerce.number('Use a number').int('Use a whole number').min(1, 'Pages start at 1').max(10_000).default(1),
  limit: z.coerce
    .number('Use a number')
    .int('Use a whole number')
    .min(1, 'Use 1 to 200')
    .max(200, 'Use 1 to 200')
    .default(50)
    .meta({ description: 'How many at most' }),
});

export const nextSchema = z
  .string()
  .nullable()
  .meta({ format: 'uri', description: 'The address of the next page; null on the last' });

export const totalSchema = z.number().int().meta({ description: 'How many there are on all pages' });

/**
 * The address of the page after this one; null on the last.
 * @param query what the list was asked by: all of it is in the address again
 */
export function nextOf(
  address: string,
  query: z.output<typeof pageQuery> & Readonly<Record<string, string | number | undefined>>,
  total: number,
): string | null {
  if (query.page * query.limit >= total) return null;
  const url = new URL(address);
  for (const [name, value] of Object.entries<string | number | undefined>({ ...query, page: query.page + 1 })) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url.href;
}
