/**
 * Opening a change of processor (protocol section 4, Responsibilities): the controllers are told of an intended addition or
 * replacement and may object. The form and the API share the schema and the command.
 */
import { z } from 'zod';
import { formatDate, londonDateOf } from '../../../calendar';
import type { IsoDate } from '../../../config/clock';
import type { Partner, Protocol } from '../../../config/protocol-types';
import { partnerByCode, partnerName, takesPart } from '../../../config/protocol-rules';
import { planTask, policyOf } from '../../../dispatch/clock';
import type { CaseDocument, TaskPlan } from '../../../store/cases';
import type { CaseDependencies } from '../../cases/dependencies';
import { openCase, type Opening } from '../../cases/opening';
import { partFault } from '../../cases/taking-part';
import { civilDate, line, text, whenSound } from '../../forms/fields';
import { changes } from './content';

type Opener = Opening['account'];
type Knows = Pick<CaseDependencies, 'protocol' | 'holidays'> & { readonly today: IsoDate };

/** Who is told: every joint controller that takes part in the protocol on that day, but the one that intends the change. */
export const controllersToTell = (
  { organisations }: Protocol,
  { partner }: Pick<Opener, 'partner'>,
  on: IsoDate,
): readonly Partner[] =>
  organisations.filter(
    (each) => each.kind === 'joint-controller' && each.code !== partner && takesPart(each, on),
  );

/** The processors of the protocol, which one can be replaced of. */
export const processorsOf = ({ organisations }: Protocol): readonly Partner[] =>
  organisations.filter(({ kind }) => kind === 'processor');

/** The time to object of a change that is told today. */
export const timeToObject = ({ protocol, holidays, today }: Knows): TaskPlan =>
  planTask(
    { caseRef: '', from: today, version: 1, reason: 'opened' },
    policyOf(protocol, 'processor-objection'),
    { holidays: holidays.current() },
  );

/** What opens a change of processor; one schema for the form and the API. */
export function changeSchema(opener: Pick<Opener, 'partner'>, knows: Knows) {
  const { protocol, today } = knows;
  const processors = processorsOf(protocol);
  const known = new Set(protocol.categories.map(({ code }) => code));
  return z
    .object({
      processor: line('Enter which processor is intended').meta({
        description: 'The organisation that is to process data for the controllers',
        examples: ['Example Storage Ltd'],
      }),
      change: z.enum(changes, 'Choose whether the processor is added or takes the place of another'),
      replaces: z
        .string()
        .refine((code) => processors.some((each) => each.code === code), 'Choose a processor of the list')
        .nullable()
        .default(null)
        .meta({ description: 'Code of the processor that it replaces; needed for a replacement, and left out else' }),
      work: text('Enter what it will do', 4_000).meta({ description: 'What it will do with the data, and for whom' }),
      guarantees: text('Enter how the data are protected', 4_000).meta({
        description: 'The guarantees that it gives: contract, security, where the data are kept',
      }),
      categories: z
        .array(z.string().refine((code) => known.has(code), 'Choose categories of the list'), 'Choose with which data')
        .min(1, 'Choose with which data')
        .transform((codes) => [...new Set(codes)])
        .meta({ description: 'Codes of the categories of section 2 that it will process' }),
      beginsOn: civilDate('From when', 'Enter from when it is to process data').meta({
        description: 'The first day; after the time to object has ended',
        format: 'date',
      }),
    })
    .superRefine(({ change, replaces }, context) => {
      const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['replaces'], message });
      if (change === 'replacement' && replaces === null) refuse('Choose which processor it takes the place of');
      if (change === 'addition' && replaces !== null) refuse('Leave this out: the processor is added');
    }, whenSound('change', 'replaces'))
    .superRefine(({ beginsOn }, context) => {
      const message = beginsTooSoon(beginsOn, knows);
      if (message !== undefined) context.addIssue({ code: 'custom', path: ['beginsOn'], message });
    }, whenSound('beginsOn'))
    .superRefine((_form, context) => {
      const fault = openerFault(protocol, opener, today);
      if (fault !== undefined) context.addIssue({ code: 'custom', path: ['processor'], message: fault });
    }, whenSound('processor'));
}
export type ChangeForm = z.output<ReturnType<typeof changeSchema>>;

/** Why a change that is told today cannot begin on a day: somebody could still object by then. */
export function beginsTooSoon(beginsOn: IsoDate, knows: Knows): string | undefined {
  const { dueOn } = timeToObject(knows);
  if (dueOn === undefined || beginsOn > dueOn) return undefined;
  return `From when must be after ${formatDate(dueOn)}, when the time to object ends`;
}

/** Why nobody can be told of a change by this partner; undefined if somebody can. */
export function openerFault(protocol: Protocol, opener: Pick<Opener, 'partner'>, today: IsoDate): string | undefined {
  const own = partFault(partnerByCode(protocol, opener.partner), today);
  if (own !== undefined) return `Your organisation ${own}, so it cannot change a processor under it`;
  if (controllersToTell(protocol, opener, today).length > 0) return undefined;
  return 'No other joint controller takes part in the protocol, so there is nobody to tell';
}

/**
 * Opens a change of processor: once this returns it is durable. The same submission again gives back the same case.
 * @throws SentBefore; any fault of the database: then there is no case.
 */
export async function openChange(form: ChangeForm, opening: Opening, deps: CaseDependencies): Promise<CaseDocument> {
  const { protocol, clock } = deps;
  const { account } = opening;
  const today = londonDateOf(clock.now());
  const { processor, work, guarantees, change, replaces, categories, beginsOn } = form;
  return openCase(
    {
      process: 'processor-objection',
      title: `${partnerName(protocol, account.partner)} intends a change of processor`,
      asked: controllersToTell(protocol, account, today).map(({ code }) => ({ partner: code, team: null, categories: [] })),
      from: today,
      terms: { change, replaces, categories, beginsOn },
      content: { processor, work, guarantees },
    },
    opening,
    deps,
  );
}
