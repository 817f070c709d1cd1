/** The letters to the applicant of a review: how its threshold was decided, and what the panel decided. To print or copy. */
import { formatDate, londonDateOf } from '../../../calendar';
import type { IsoInstant } from '../../../config/clock';
import { partnerName } from '../../../config/protocol-rules';
import type { Protocol } from '../../../config/protocol-types';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument } from '../../../store/cases';
import type { Store } from '../../../store';
import type { Block, BlockDocument } from '../../documents/blocks';
import { readNote } from '../../cases/content';
import { earlierOutcomeOf, grantedAgain, isGranted, outcomeOf, readOutcome } from './acts';
import { thresholdOf } from './application';
import { readReview, termsOf } from './content';

export const letterKinds = ['decision', 'outcome'] as const;
export type LetterKind = (typeof letterKinds)[number];

interface Written {
  readonly document: CaseDocument;
  readonly record: readonly AuditEntry[];
  readonly now: IsoInstant;
}

interface Basis {
  readonly protocol: Protocol;
  readonly store: Pick<Store, 'cipher'>;
}

/** @returns null where there is nothing yet that it could tell. @throws ContentUnreadable */
export function letterOf(kind: LetterKind, written: Written, basis: Basis): BlockDocument | null {
  const { document, now } = written;
  const body = kind === 'decision' ? decisionIn(written, basis) : outcomeIn(written, basis);
  if (body === null) return null;
  const review = readReview(document, basis.store);
  return {
    title: titles[kind],
    foot: document._id,
    blocks: [
      { kind: 'heading', level: 1, text: titles[kind] },
      {
        kind: 'facts',
        rows: [
          { key: 'To', text: [review.applicantName, review.applicantContact].filter((text) => text !== '').join('\n') },
          { key: 'From', text: partnerName(basis.protocol, document.openedBy.partner) },
          { key: 'Date', text: formatDate(londonDateOf(now)) },
          { key: 'Our reference', text: document._id },
        ],
      },
      ...body,
    ],
  };
}

const titles: Readonly<Record<LetterKind, string>> = {
  decision: 'Your application for an anti-social behaviour case review: our decision',
  outcome: 'Your anti-social behaviour case review: the outcome',
};

const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
const heading = (text: string): Block => ({ kind: 'heading', level: 2, text });

function decisionIn({ document, record }: Written, { protocol, store }: Basis): Block[] {
  const again = grantedAgain(document, record);
  const review = readReview(document, store);
  const { appliedOn, threshold } = termsOf(document);
  const counted = thresholdOf(protocol, { appliedOn, complaints: review.complaints });
  const decision = {
    obliged: 'The threshold is met, and we will carry out the review.',
    granted: 'We have decided to carry out the review.',
    'not-granted': 'The threshold is not met, and we will not carry out a review.',
  }[threshold];
  const why = again === undefined ? review.decisionReason : readNote(document, again, store);
  return [
    paragraph(
      `On ${formatDate(appliedOn)} you applied for a review of how reports of anti-social behaviour were responded to ` +
        '(Anti-social Behaviour, Crime and Policing Act 2014, section 104).',
    ),
    heading('What we have decided'),
    paragraph(again === undefined ? decision : 'We have looked at our decision again, and will carry out the review.'),
    paragraph(
      `${counted.qualifying === 0 ? 'None' : counted.qualifying} of the complaints that you named ${counted.qualifying === 1 ? 'qualifies' : 'qualify'} under the Act; ` +
        `${counted.required} oblige us to carry out a review.`,
    ),
    ...(why === '' ? [] : [heading('Why'), paragraph(why)]),
    heading('What happens next'),
    paragraph(
      isGranted(document)
        ? 'We ask the organisations concerned for what they hold. A panel then looks at it and decides what is to be done. We will write to you with the outcome and every recommendation that is made.'
        : 'If things change, or you report more, you can apply again.',
    ),
    ...(isGranted(document) ? [] : notSatisfied(protocol.settings.dissatisfiedWithin.workingDays)),
  ];
}

function outcomeIn({ document, record }: Written, { protocol, store }: Basis): Block[] | null {
  const earlier = earlierOutcomeOf(document, record);
  const outcome = outcomeOf(document, record) ?? earlier;
  if (outcome === null) return null;
  const { text, actions } = readOutcome(document, outcome, store);
  return [
    ...(earlier === null ? [] : [{ kind: 'notice', title: 'Of before: not in force', lines: ['The review was opened again, and its panel decides anew. This is what was decided before, to be read and not to be sent.'] } as const]),
    paragraph(`The panel of your review met on ${formatDate(outcome.heldOn)}.`),
    heading('What it found'),
    paragraph(text),
    heading('What it recommends'),
    outcome.actions.length === 0
      ? paragraph('The panel recommends no further action.')
      : {
          kind: 'table',
          caption: 'Each must have regard to what is recommended to it',
          head: ['What', 'Who', 'By'],
          rows: outcome.actions.map(({ owner, dueOn }, index) => [actions[index] ?? '', partnerName(protocol, owner), formatDate(dueOn)]),
        },
    ...notSatisfied(protocol.settings.dissatisfiedWithin.workingDays),
  ];
}

const notSatisfied = (within: number): Block[] => [
  heading('If you are not satisfied'),
  paragraph(`Tell us within ${within} working days of this letter. Somebody who had no part in this decision then looks at it again, and we tell you what comes of it.`),
];
