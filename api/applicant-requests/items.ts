/** The items of a request of an applicant, as forms and the API take them: where each came from, and what it is. */
import { z } from 'zod';
import type { IsoDate } from '../../config/clock';
import type { Protocol } from '../../config/protocol-types';
import { partnerByCode, partnerName } from '../../config/protocol-rules';
import { taskId } from '../../dispatch/tasks';
import type { CaseItem } from '../../store/cases';
import { civilDate, text } from '../forms/fields';
import { Invalid } from '../http/refusals';

/** A day that is today or in the past. */
export const pastDate = (name: string, missing: string, today: IsoDate) =>
  civilDate(name, missing)
    .refine((on) => on <= today, `${name} must be today or in the past`)
    .meta({ format: 'date' });

export const itemSchema = (protocol: Protocol) =>
  z.object({
    originator: z
      .string('Choose where it came from')
      .refine((code) => partnerByCode(protocol, code) !== undefined, 'Choose where it came from')
      .refine((code) => partnerByCode(protocol, code)?.signed !== false, 'This partner has not signed the protocol, so nothing came from it by it')
      .nullable()
      .meta({ description: 'Code of the partner that it came from; null for what is your own' }),
    description: text('Enter what it is', 1_000).meta({ description: 'What it is, for the originator and for whoever decides; kept sealed' }),
  });

/** More than anybody can look through on one page; more can be added afterwards. */
export const mostItems = 50;
export type ItemForm = z.output<ReturnType<typeof itemSchema>>;

/** Nobody consults itself: what a partner holds of its own is said to be so. @throws Invalid */
export function refuseOwnAsOriginator(items: readonly Pick<ItemForm, 'originator'>[], receiver: string): void {
  const own = items.findIndex(({ originator }) => originator === receiver);
  if (own === -1) return;
  throw new Invalid([{ field: `items.${own}.originator`, message: 'This is your own organisation: choose that it is your own' }]);
}

/** An item that came from a partner, or was thought to, under its number. */
export interface Originated {
  readonly number: number;
  readonly originator: string;
  readonly description: string;
}

/**
 * What came from a partner is not put on record once more as the receiver's own: that copy would be disclosed without a word to it.
 * Where it is the receiver's own after all, the item itself is changed, which its originator is told of.
 * @param known what is on record; what stands in the same form is looked at besides
 * @param itemsBefore how many items are on record: those of the form are numbered on
 * @throws Invalid
 */
export function refuseOwnInWordsOf(items: readonly ItemForm[], known: readonly Originated[], itemsBefore: number, protocol: Protocol): void {
  const inForm = items.flatMap(({ originator, description }, index) =>
    originator === null ? [] : [{ number: itemsBefore + index + 1, originator, description }],
  );
  for (const [index, { originator, description }] of items.entries()) {
    if (originator !== null) continue;
    const same = [...known, ...inForm].find((each) => wordsIn(each.description) === wordsIn(description));
    if (same === undefined) continue;
    const message =
      `Item ${same.number}, in the same words, came from ${partnerName(protocol, same.originator)}. If that is your own after all, ` +
      `change where item ${same.number} came from. If this is something else, say in other words what it is`;
    throw new Invalid([{ field: `items.${index}.originator`, message }]);
  }
}

/** Without what makes no difference to a reader: case, spaces, signs. */
const wordsIn = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();

/** The items with where each came from, and one task for each originator. */
export function consultedOn(items: readonly ItemForm[], { tasksBefore, itemsBefore }: { readonly tasksBefore: number; readonly itemsBefore: number }) {
  const originators = [...new Set(items.map(({ originator }) => originator))].filter((code) => code !== null);
  const placed = items.map(({ originator }, index): CaseItem => ({
    id: `I${itemsBefore + index + 1}`,
    originator,
    task: originator === null ? null : taskId(tasksBefore + originators.indexOf(originator)),
  }));
  const asked = originators.map((partner) => ({
    kind: 'consult' as const,
    partner,
    team: null,
    items: placed.filter((item) => item.originator === partner).map(({ id }) => id),
    categories: [],
  }));
  return { placed, asked };
}

