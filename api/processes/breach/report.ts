/**
 * Reporting a personal data breach (protocol section 10): whom it concerns is told at once. The form and the API share the
 * schema and the command.
 */
import { z } from 'zod';
import { formatDate, londonDateOf } from '../../../calendar';
import type { IsoDate, IsoInstant } from '../../../config/clock';
import type { Protocol } from '../../../config/protocol-types';
import { partnerName } from '../../../config/protocol-rules';
import { byLawFrom } from '../../../dispatch/breach-hours';
import type { CaseDocument } from '../../../store/cases';
import type { BreachInput } from '../../../workflows/breach/contract';
import type { CaseDependencies } from '../../cases/dependencies';
import { openCase, type NewCase, type Opening } from '../../cases/opening';
import { line, optionalLine, optionalText, text } from '../../forms/fields';
import { pastMoment } from '../../forms/moments';
import { awareAt, awareEach, awareTogether, onceSound, refuseAwareFirst, refuseMissingAwareness } from './awareness';
import { regimes } from './content';

type Knows = Pick<CaseDependencies, 'protocol'> & { readonly now: IsoInstant };

const eachOnce = (codes: readonly string[]): string[] => [...new Set(codes)];
const regimeCodes = Object.keys(regimes) as [keyof typeof regimes, ...(keyof typeof regimes)[]];

/** A partner of the protocol, signed or not, former or not: a breach concerns whom it concerns (section 13). */
export const partnerCode = (protocol: Protocol, missing: string) =>
  z.enum(protocol.organisations.map(({ code }) => code), missing);

/** Since then the law has a controller tell of a breach within hours: an earlier day is a slip of the keyboard. */
const firstDetection = '2018-05-25' as IsoDate;

export const momentOfDetection = (now: IsoInstant) =>
  pastMoment({ day: 'Day of detection', what: 'the breach was detected' }, now)
    .superRefine((at, context) => {
      if (londonDateOf(at) >= firstDetection) return;
      const message = `Day of detection must be on or after ${formatDate(firstDetection)}, when the law on telling of a breach came into force: check the year`;
      context.addIssue({ code: 'custom', message });
    })
    .meta({ description: `When it was detected, by whomever, on ${firstDetection} or later: the hours of the protocol count from here` });

/** What reports a breach; one schema for the form and the API. */
export function breachSchema({ protocol, now }: Knows) {
  const partners = (missing: string) => z.array(partnerCode(protocol, 'Choose partners of the list'), missing).transform(eachOnce);
  return z
    .object({
      detected: momentOfDetection(now),
      aware: awareTogether(now).optional().meta({
        description: 'When the controllers became aware of it, but for those that `awareOf` names: the 72 hours of the law count from here (UK GDPR, Article 33; Data Protection Act 2018, section 67)',
      }),
      awareOf: awareEach(protocol, now).meta({
        description: 'When each became aware, by its code; needed of every controller where `aware` is left out',
      }),
      what: text('Enter what happened', 4_000).meta({ description: 'What happened, without names of people where that is possible' }),
      where: line('Enter where it happened').meta({ description: 'The place, or the system', examples: ['A laptop left on a train'] }),
      owner: partnerCode(protocol, 'Choose whose data it was').meta({ description: 'Code of the partner whose data it was' }),
      controllers: partners('Choose at least one controller of the breached copy')
        .refine((codes) => codes.length > 0, 'Choose at least one controller of the breached copy')
        .meta({ description: 'Codes of the controllers of the breached copy: each decides for itself whether to tell the ICO' }),
      involved: partners('Choose the other partners that are involved')
        .default([])
        .meta({ description: 'Codes of the other partners that are involved' }),
      categories: z
        .array(z.enum(protocol.categories.map(({ code }) => code), 'Choose categories of the list'), 'Choose which data are concerned')
        .min(1, 'Choose which data are concerned')
        .transform(eachOnce)
        .meta({ description: 'Codes of the categories of section 2 that are concerned' }),
      regime: z.enum(regimeCodes, 'Choose under which law the data were processed').meta({
        description: 'What the ICO is told follows Article 33 of the UK GDPR, or section 67 of the Data Protection Act 2018',
      }),
      people: optionalLine('Enter about how many people').meta({ description: 'About how many people, if that is known' }),
      records: optionalLine('Enter about how many records').meta({ description: 'About how many records, if that is known' }),
      effect: text('Enter the likely effect', 4_000).meta({ description: 'The likely consequences for the people concerned' }),
      measures: optionalText(4_000).meta({ description: 'What was done about it, or is proposed, as far as it is known' }),
    })
    .superRefine((form, context) => refuseAwareFirst(form, context, protocol), onceSound('detected', 'aware', 'awareOf'))
    .superRefine((form, context) => refuseMissingAwareness(form, context, protocol), onceSound('controllers', 'aware', 'awareOf'));
}
export type BreachForm = z.output<ReturnType<typeof breachSchema>>;

type Concerned = Pick<BreachForm, 'owner' | 'controllers' | 'involved' | 'aware' | 'awareOf'>;

/** What each partner is asked: all to acknowledge, the controllers about the ICO, all but the owner for a view. */
export function askedOf({ owner, controllers, involved, ...awareness }: Concerned): NewCase['asked'] {
  const all = eachOnce([owner, ...controllers, ...involved]);
  const ask = (kind: NonNullable<NewCase['asked'][number]['kind']>, codes: readonly string[]): NewCase['asked'] =>
    codes.map((partner) => ({ kind, partner, team: null, categories: [] }));
  return [
    ...ask('acknowledge', all),
    ...ask('decide-ico', controllers).map((asked) => ({ ...asked, byLaw: byLawFrom(awareAt(awareness, asked.partner)) })),
    ...ask('decide-telling', [owner]),
    ...ask('give-view', all.filter((code) => code !== owner)),
  ];
}

/**
 * Reports a breach: once this returns it is durable. The same submission again gives back the same case.
 * @throws SentBefore; any fault of the database: then there is no case.
 */
export async function reportBreach(form: BreachForm, opening: Opening, deps: CaseDependencies): Promise<CaseDocument> {
  const { detected, what, where, owner, controllers, involved, categories, regime, people, records, effect, measures } = form;
  return openCase(
    {
      process: 'breach',
      title: `${partnerName(deps.protocol, opening.account.partner)} reports a personal data breach`,
      asked: askedOf(form),
      from: detected,
      terms: { detectedAt: detected, owner, controllers, involved, categories, regime },
      changing: ['detectedAt'],
      input: { ownDecisions: true } satisfies Partial<BreachInput>,
      content: { what, where, effect, people, records, measures },
    },
    opening,
    deps,
  );
}
