/** The items of a request of an applicant, as forms and the API take them: where each came from, and what it is. */
import { z } from 'zod';
import type { IsoDate } from '../../config/clock';
import type { Protocol } from '../../config/protocol-types';
import { partnerByCode } from '../../config/protocol-rules';
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

