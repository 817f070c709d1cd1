/**
 * What the answers of a breach say besides: when the ICO was told, by which reference, whether more is to follow, and why
 * so late; when, how and by whom the people concerned are told. Kept sealed with the answer.
 */
import { z } from 'zod';
import { formatInstant } from '../../../calendar';
import type { IsoInstant } from '../../../config/clock';
import type { AnswerKind } from '../../../config/processes';
import type { AnswerParticulars } from '../../cases/content';
import { line, optionalLine, optionalText } from '../../forms/fields';
import { londonMoment, momentInputIn, momentOfParts, momentTyped, pastMoment } from '../../forms/moments';
import type { AnsweredAt, Particulars, Row } from '../process';
import { termsOf } from './content';

const spoken = { day: 'Day on which the ICO was told', what: 'the ICO was told' };

const icoFields = {
  toldAt: londonMoment(spoken).meta({ description: 'When the ICO was told: this counts for the 72 hours' }),
  reference: optionalLine('Enter the reference', 100).meta({ description: 'The reference that the ICO gave, if it gave one' }),
  moreToFollow: z.boolean().default(false).meta({ description: 'Whether further information is told later, in phases' }),
  delay: optionalText(4_000).meta({ description: 'The reasons for the delay; needed where the 72 hours of the protocol had passed' }),
};

const tellingSchema = z.object({
  when: line('Enter when the people concerned are to be told'),
  how: line('Enter how the people concerned are to be told'),
  byWhom: line('Enter who tells the people concerned'),
});

/**
 * Where the hours of the protocol had passed when the ICO was told, it is on record why. The ICO is told why where those of the law
 * had passed, which count from awareness (Article 33(1); Data Protection Act 2018, section 67(3)).
 */
const toldSchema = ({ terms, dueAt, now, awareAt }: AnsweredAt) =>
  z
    .object({ ...icoFields, toldAt: pastMoment(spoken, now) })
    .superRefine(({ toldAt, delay }, context) => {
      const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
      const { detectedAt } = termsOf({ terms });
      if (Date.parse(toldAt) < Date.parse(detectedAt)) {
        refuse('toldAt', `The ICO cannot have been told before the breach was detected, at ${formatInstant(detectedAt)}`);
      } else if (awareAt !== undefined && Date.parse(toldAt) < Date.parse(awareAt)) {
        const unlike = 'If that is what happened, correct the time of awareness first';
        refuse('toldAt', `The ICO cannot have been told before the controller became aware, at ${formatInstant(awareAt)}. ${unlike}`);
      }
      if (Date.parse(toldAt) >= Date.parse(dueAt) && delay === '') {
        refuse('delay', `Enter the reasons for the delay: the 72 hours of the protocol had passed, at ${formatInstant(dueAt)}`);
      }
    })
    .transform(({ toldAt, reference, moreToFollow, delay }) => ({
      toldAt,
      reference,
      moreToFollow: moreToFollow ? 'yes' : 'no',
      delay: Date.parse(toldAt) >= Date.parse(dueAt) ? delay : '',
    }));

export const particulars: Particulars = {
  schemaOf: (kind: AnswerKind, at: AnsweredAt): z.ZodType<AnswerParticulars> | null =>
    kind === 'told-ico' ? toldSchema(at) : kind === 'tell' ? tellingSchema : null,
  documented: [
    z.object(icoFields).meta({ id: 'IcoToldParticulars' }),
    tellingSchema.meta({ id: 'TellingParticulars' }),
  ],
  view: 'breach/particulars.njk',
  read: (typed) => {
    if (typed['kind'] === 'tell') {
      return { when: typed['tellWhen'] ?? '', how: typed['tellHow'] ?? '', byWhom: typed['tellByWhom'] ?? '' };
    }
    if (typed['kind'] !== 'told-ico') return {};
    return {
      toldAt: momentOfParts(typed, 'toldAt'),
      reference: typed['icoReference'] ?? '',
      moreToFollow: typed['moreToFollow'] === 'yes',
      delay: typed['delay'] ?? '',
    };
  },
  inputOf: (field, typed) => {
    const [name = '', part] = field.split('.');
    if (name === 'toldAt') return momentInputIn(typed, 'toldAt', part);
    return { reference: 'icoReference', when: 'tellWhen', how: 'tellHow', byWhom: 'tellByWhom', delay: 'delay', moreToFollow: 'moreToFollow' }[name];
  },
  typed: (kind, { toldAt, reference = '', moreToFollow = '', delay = '', when = '', how = '', byWhom = '' }) => {
    if (kind === 'tell') return { tellWhen: when, tellHow: how, tellByWhom: byWhom };
    if (kind !== 'told-ico' || toldAt === undefined) return {};
    return { ...momentTyped('toldAt', toldAt as IsoInstant), icoReference: reference, moreToFollow, delay };
  },
  facts: ({ moreToFollow }) => (moreToFollow === 'yes' ? { icoMore: 'to-follow' } : {}),
  doneAt: ({ toldAt }) => (toldAt ?? null) as IsoInstant | null,
  rows: ({ toldAt, reference = '', moreToFollow, delay = '', when, how = '', byWhom = '' }) => {
    const rows: Row[] = [];
    if (toldAt !== undefined) {
      rows.push({ key: 'When', text: formatInstant(toldAt as IsoInstant) });
      rows.push({ key: 'Reference of the ICO', text: reference === '' ? 'None yet' : reference });
      rows.push({ key: 'Further information', text: moreToFollow === 'yes' ? 'Is to follow' : 'None is to follow' });
      if (delay !== '') rows.push({ key: 'Reasons for the delay', text: delay });
    }
    if (when !== undefined) rows.push({ key: 'When', text: when }, { key: 'How', text: how }, { key: 'By whom', text: byWhom });
    return rows;
  },
};
