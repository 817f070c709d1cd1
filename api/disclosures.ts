/** The register of disclosures: what it can be filtered by, and that whoever looks is on record. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { endOfLondonDay, startOfLondonDay } from '../calendar';
import type { Protocol } from '../config/protocol';
import type { Account } from '../store/accounts';
import type { Actor } from '../store/audit';
import type { DisclosureFilter } from '../store/disclosures';
import { endsAfterItBegins, referenceOf } from './case-list';
import type { WebDependencies } from './dependencies';
import { civilDate } from './forms/fields';
import { seenBy } from './policy';

/** What the register can be asked by; the names of its inputs and of its parameters in an address. */
export const disclosureFields = ({ organisations, categories }: Pick<Protocol, 'organisations' | 'categories'>) => {
  const partners = new Set(organisations.map(({ code }) => code));
  const partner = z.string().refine((code) => partners.has(code), 'Choose a partner of the protocol').optional();
  const codes = new Set(categories.map(({ code }) => code));
  return {
    from: partner.meta({ description: 'Only what this partner gave, by its code' }),
    to: partner.meta({ description: 'Only what this partner got, by its code' }),
    category: z
      .string()
      .refine((code) => codes.has(code), 'Choose a category of the protocol')
      .optional()
      .meta({ description: 'Only lines with this category of section 2, by its code' }),
    case: z
      .string()
      .transform((written, context) => {
        const reference = referenceOf(written);
        if (reference !== null) return reference;
        context.addIssue({ code: 'custom', message: 'Enter a reference, such as IR-2026-0001' });
        return z.NEVER;
      })
      .optional()
      .meta({ description: 'Only what was disclosed in this case, by its reference' }),
    since: civilDate('Disclosed from', 'Enter a date').optional().meta({ description: 'On this day or later' }),
    until: civilDate('Disclosed until', 'Enter a date').optional().meta({ description: 'On this day or earlier' }),
  };
};
export type DisclosureFields = ReturnType<typeof disclosureFields>;
export type DisclosureQuery = z.output<z.ZodObject<DisclosureFields>>;

export const disclosedInOrder = endsAfterItBegins('since', 'until', 'Disclosed until must not be before disclosed from');

/** What the account asks for, within what it may see. */
export function disclosureFilterOf(query: DisclosureQuery, account: Account): DisclosureFilter {
  const { from, to, category, since, until } = query;
  return {
    ...seenBy(account),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(category === undefined ? {} : { category }),
    ...(query.case === undefined ? {} : { caseRef: query.case }),
    ...(since === undefined ? {} : { since: startOfLondonDay(since) }),
    ...(until === undefined ? {} : { before: endOfLondonDay(until) }),
  };
}

/**
 * Puts on record that the register is looked at, and by what it was filtered: before it is shown.
 * @param lines how many are shown
 * @throws any fault of the database: then nothing may be shown
 */
export async function recordView(
  by: Actor,
  as: 'page' | 'csv' | 'api',
  query: DisclosureQuery,
  { lines, page }: { readonly lines: number; readonly page: number },
  { store, clock }: Pick<WebDependencies, 'store' | 'clock'>,
): Promise<void> {
  const { from = null, to = null, category = null, since = null, until = null, case: caseRef = null } = query;
  await store.audit.append({
    chain: 'register',
    key: `viewed/${randomUUID()}`,
    at: clock.now(),
    act: 'register-viewed',
    by,
    facts: { as, from, to, category, since, until, caseRef, page, lines },
  });
}
