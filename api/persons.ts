/** Finding a person across the cases of one's own partner, for a request about the person's rights: each search is on record. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { londonDateOf } from '../calendar';
import type { IsoInstant } from '../config/clock';
import type { Account } from '../store/accounts';
import type { Actor } from '../store/audit';
import type { CaseSummary } from '../store/cases';
import type { Disclosure } from '../store/disclosures';
import { wordsIn } from '../store/persons';
import { summaryFor } from './apart';
import type { WebDependencies } from './dependencies';
import { civilDate, line } from './forms/fields';
import { findsPersonIn } from './policy';

/** What a person is looked for: the rights of section 5. */
export const purposes = {
  'subject-access': 'A subject access request',
  rectification: 'A request to correct personal data',
  erasure: 'A request to erase personal data',
  restriction: 'A request to restrict the use of personal data, or an objection to it',
  breach: 'To find out whom a personal data breach concerns',
} as const;
export type Purpose = keyof typeof purposes;
const purposeCodes = Object.keys(purposes) as [Purpose, ...Purpose[]];

export const personSchema = (now: IsoInstant) =>
  z.object({
    purpose: z.enum(purposeCodes, 'Choose what you look for the person for').meta({
      description: 'What the person is looked for; kept on the record of acts',
    }),
    name: line('Enter the name of the person')
      .refine((name) => name === '' || wordsIn(name).length > 0, 'Name must have a word of two letters or more')
      .meta({ description: 'Every word of it has to stand in the case; it is not kept' }),
    bornOn: civilDate('Date of birth', 'Enter the date of birth')
      .refine((on) => on <= londonDateOf(now), 'Date of birth must be in the past')
      .nullable()
      .default(null)
      .meta({ description: 'Then only cases that give it; most do not. Not kept', format: 'date' }),
  });
export type PersonQuery = z.output<ReturnType<typeof personSchema>>;

export interface FoundCase {
  readonly summary: CaseSummary;
  /** What was disclosed in it, by the register; the newest first. */
  readonly disclosures: readonly Disclosure[];
}

/** More are no help to whoever has to read them: another word of the name makes them fewer. */
export const mostFound = 100;

/**
 * The cases of the account's partner in which the person is named, the newest first. That they were looked for is on record
 * before they are shown: by whom, what for, and which were found; not the name.
 * @throws any fault of the database: then nothing may be shown
 */
export async function findPerson(
  { purpose, name, bornOn }: PersonQuery,
  account: Account,
  by: Actor,
  { store, clock }: Pick<WebDependencies, 'store' | 'clock'>,
): Promise<readonly FoundCase[]> {
  const asked = store.persons.asked({ name, ...(bornOn === null ? {} : { bornOn }) });
  const named = await store.cases.naming(asked, account.partner, mostFound);
  const cases = named.filter((summary) => findsPersonIn(account, summary));
  await store.audit.append({
    chain: 'register',
    key: `person-searched/${randomUUID()}`,
    at: clock.now(),
    act: 'person-searched',
    by,
    facts: { purpose, withDateOfBirth: bornOn !== null, cases: cases.map(({ _id }) => _id) },
  });
  const found: FoundCase[] = [];
  for (const summary of cases) {
    const scope = { partners: [account.partner], caseRef: summary._id };
    found.push({ summary: summaryFor(account, summary), disclosures: await store.disclosures.list(scope, mostFound) });
  }
  return found;
}
