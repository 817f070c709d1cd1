/** What the pages with long lists share: filters in the address, and pages of 25. */
import type { z } from 'zod';
import { dateOfParts, dateParts } from '../forms/fields';
import { issuesOf } from '../forms/form';
import type { Typed } from '../http/held';

export const pageSize = 25;

/** Filters as an address has them, each one text: so that every link and form of a list can hand on all of them. */
export type Filters = Readonly<Record<string, string | undefined>>;

export interface ReadFilters<F extends Filters> {
  readonly filters: F;
  /** As they were typed, with dates in their parts: for the form. */
  readonly values: Typed;
  readonly errors: readonly { readonly input: string; readonly message: string }[];
}

/**
 * What a list is filtered by, of what the address says: a filter that cannot be understood is left out and gets a word
 * at its input. A date comes as one text, or from the form in three parts.
 */
export function readFilters<F extends Filters>(
  schema: z.ZodType<F>,
  typed: Typed,
  dateNames: readonly string[],
): ReadFilters<F> {
  const values: Record<string, string> = { ...typed };
  const given = new Map(Object.entries(typed).map(([name, value]) => [name, value.trim()]));
  for (const name of dateNames) {
    if (dateParts.some((part) => (typed[`${name}-${part}`] ?? '').trim() !== '')) {
      given.set(name, dateOfParts(typed, name));
      continue;
    }
    const [year = '', month = '', day = ''] = (given.get(name) ?? '').split('-');
    for (const [part, value] of [['day', day], ['month', month], ['year', year]] as const) {
      values[`${name}-${part}`] = value;
    }
  }
  const understood = new Map([...given].filter(([, value]) => value !== ''));
  const errors: { input: string; message: string }[] = [];
  for (;;) {
    const parsed = schema.safeParse(Object.fromEntries(understood));
    if (parsed.success) return { filters: parsed.data, values, errors };
    for (const { field, message } of issuesOf(parsed.error)) {
      if (!understood.delete(field)) throw new Error(`A filter must not be required: ${field}.`);
      errors.push({ input: dateNames.includes(field) ? `${field}-day` : field, message });
    }
  }
}

/** The address of a list with these filters; `extra` is put over them, and takes away what it has as undefined. */
export function addressOf(path: string, filters: Filters, extra: Filters = {}): string {
  const set = Object.entries({ ...filters, ...extra }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const query = new URLSearchParams(set).toString();
  return query === '' ? path : `${path}?${query}`;
}

export interface PageOfList {
  /** From 1; one that there is not becomes the nearest that there is. */
  readonly page: number;
  readonly skip: number;
  /** The numbers of the first and the last that are shown, for "26 to 50 of 61". */
  readonly first: number;
  readonly last: number;
  readonly total: number;
  /** As the macro of the design system takes it; undefined where all is on one page. */
  readonly pagination: object | undefined;
}

/** @param hrefOf the address of a page by its number */
export function pageOfList(asked: string | undefined, total: number, hrefOf: (page: string) => string): PageOfList {
  const pages = Math.max(1, Math.ceil(total / pageSize));
  const page = Math.min(pages, /^\d{1,6}$/.test(asked ?? '') ? Math.max(1, Number(asked)) : 1);
  const skip = (page - 1) * pageSize;
  const around = [1, page - 1, page, page + 1, pages].filter((number) => number >= 1 && number <= pages);
  const numbers = [...new Set(around)];
  const items = numbers.flatMap((number, at) => [
    ...(number - (numbers[at - 1] ?? 0) > 1 ? [{ ellipsis: true }] : []),
    { number, href: hrefOf(String(number)), current: number === page },
  ]);
  const pagination = {
    items,
    ...(page > 1 ? { previous: { href: hrefOf(String(page - 1)) } } : {}),
    ...(page < pages ? { next: { href: hrefOf(String(page + 1)) } } : {}),
  };
  return {
    page,
    skip,
    first: Math.min(total, skip + 1),
    last: Math.min(total, skip + pageSize),
    total,
    pagination: pages > 1 ? pagination : undefined,
  };
}
