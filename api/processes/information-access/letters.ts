/** The letters to the applicant of an FOI or EIR request, as templates of what is on record: to print or copy. */
import { formatDate } from '../../../calendar';
import { accessGround, type AccessRegime } from '../../../config/access-grounds';
import { discloses, itemsOf, type ItemOnRecord } from '../../../dispatch/items';
import { groundsIn, itemText } from '../../applicant-requests/content';
import type { ApplicantLetter, LetterDependencies, WrittenAt } from '../../applicant-requests/kind';
import { extensionDates, heading, letter, paragraph, undecidedIn } from '../../applicant-requests/letter-parts';
import { noteIn } from '../../cases/content';
import type { Block, BlockDocument } from '../../documents/blocks';
import { groundsInWords, readInformationAccess, regimes, termsOf } from './content';

const isOf = (decision: NonNullable<ItemOnRecord['decided']>['decision']) => (item: ItemOnRecord): boolean => item.decided?.decision === decision;
const codesOf = ({ decided }: ItemOnRecord): readonly string[] => (decided === null ? [] : groundsIn(decided.entry));

/** What every letter begins with. @throws ContentUnreadable */
function begun({ document }: WrittenAt, { store }: LetterDependencies) {
  const { applicant, contact } = readInformationAccess(document, store);
  const { regime, receivedOn } = termsOf(document);
  return { to: [applicant, contact], regime, received: `On ${formatDate(receivedOn)} we received your request for information.` };
}

/** The internal review, and the complaint to the Information Commissioner (FOIA sections 17(7) and 50; EIR regulations 11, 14(5) and 18). */
const remedies = (regime: AccessRegime): Block[] => [
  heading('If you are not satisfied'),
  paragraph(
    regime === 'foi'
      ? 'Write to us within 40 working days of this letter, and ask for an internal review. Somebody who did not decide looks at it again, and we aim to reply within 20 working days.'
      : 'Write to us within 40 working days of this letter, and say what you think is wrong (regulation 11). Somebody who did not decide looks at it again, and we reply within 40 working days.',
  ),
  paragraph(
    `After that you can apply to the Information Commissioner for a decision (section 50 of the Freedom of Information Act 2000${regime === 'foi' ? '' : ', as regulation 18 applies it'}): ` +
      'Information Commissioner’s Office, Wycliffe House, Water Lane, Wilmslow, Cheshire SK9 5AF; ico.org.uk.',
  ),
];

const title = 'Your request for information';

/**
 * A reply and, for what is withheld, the refusal notice that FOIA section 17 and EIR regulation 14 ask for: which exemption, why,
 * how the public interest was weighed, the internal review and the complaint to the Information Commissioner. Of what is neither
 * confirmed nor denied it says no more than that: what an item is called can itself confirm that it is held.
 */
function reply(at: WrittenAt, deps: LetterDependencies): BlockDocument {
  const { document, record } = at;
  const { to, regime, received } = begun(at, deps);
  const items = itemsOf(document, record);
  const text = (item: ItemOnRecord): string => itemText(document, item, record, deps.store);
  const wrote = ({ decided }: ItemOnRecord, name: string): string => {
    const note = decided === null ? null : noteIn(document, decided.entry, deps.store);
    return typeof note?.[name] === 'string' ? note[name] : '';
  };
  const { open, notYet } = undecidedIn(at, items.length > 0);
  const disclosed = items.filter(({ id, decided }) => !open.has(id) && decided !== null && discloses(decided.decision));
  const exempt = items.filter((item) => !open.has(item.id)).filter((item) => isOf('withhold')(item) || isOf('disclose-in-part')(item));
  const notHeld = items.filter(isOf('not-held'));
  const neither = items.filter(isOf('neither-confirm-nor-deny'));
  const reasonsFor = (item: ItemOnRecord): Block[] => {
    const publicInterest = wrote(item, 'publicInterest');
    const isWeighed = codesOf(item).some((code) => accessGround(regime, code)?.isQualified);
    return [
      paragraph(`${text(item)}: ${groundsInWords(document, codesOf(item))}. ${wrote(item, 'text')}`),
      ...(isWeighed && publicInterest !== '' ? [paragraph(`We weighed the public interest. ${publicInterest}`)] : []),
    ];
  };
  return letter(
    title,
    { ...at, to },
    [
      paragraph(`${received} We have answered it under the ${regimes[regime]}.`),
      ...notYet,
      ...(disclosed.length === 0
        ? []
        : [
            heading('What we send you'),
            {
              kind: 'table',
              caption: 'With this letter you get',
              head: ['What', 'How'],
              rows: disclosed.map((item) => [text(item), item.decided?.decision === 'disclose' ? 'In full' : 'In part']),
            } satisfies Block,
          ]),
      ...(exempt.length === 0
        ? []
        : [heading('What we do not send you, and why'), ...exempt.flatMap(reasonsFor)]),
      ...(notHeld.length === 0
        ? []
        : [
            heading('What we do not hold'),
            paragraph(
              regime === 'foi'
                ? 'We do not hold the following (section 1(1)(a) of the Act).'
                : 'We did not hold the following when we received your request (regulation 12(4)(a)).',
            ),
            ...notHeld.map((item) => paragraph(`${text(item)}. ${wrote(item, 'text')}`)),
          ]),
      ...(neither.length === 0
        ? []
        : [
            heading('What we neither confirm nor deny'),
            paragraph(
              `Of a part of your request we neither confirm nor deny that we hold anything, under ${groundsInWords(document, [...new Set(neither.flatMap(codesOf))])}: ` +
                '[say which part in the words of the request, and why, unless saying why would itself give exempt information away].',
            ),
          ]),
      ...remedies(regime),
    ],
    deps,
  );
}

/** FOIA sections 10(3) and 17(2), to weigh the public interest; EIR regulation 7, for what is complex and voluminous. */
function extension(at: WrittenAt, deps: LetterDependencies): BlockDocument {
  const { document, record } = at;
  const { to, regime, received } = begun(at, deps);
  const { ordinary, extended } = extensionDates(at, deps);
  const by = extended === null ? '[the day by which you expect to have decided]' : formatDate(extended);
  const weighed = [...new Set(itemsOf(document, record).flatMap(codesOf))].filter((code) => accessGround(regime, code)?.isQualified);
  const why =
    regime === 'foi'
      ? [
          `We have to answer it by ${formatDate(ordinary)}. We think that some of what you ask for can be exempt under ${weighed.length === 0 ? '[which section, and why it applies]' : groundsInWords(document, weighed)}, ` +
            'and need more time to weigh whether the public interest in withholding it outweighs that in disclosing it (Freedom of Information Act 2000, sections 10(3) and 17(2)).',
          `We expect to have decided by ${by}. What is not exempt you get by ${formatDate(ordinary)}.`,
        ]
      : [
          `We have to answer it by ${formatDate(ordinary)}. There is so much of what you ask for, and it is so complex, that we cannot do so by then ` +
            '(Environmental Information Regulations 2004, regulation 7): [say how much there is, and what makes it complex].',
          `You will have our answer by ${by} at the latest.`,
        ];
  return letter('Your request: we need more time', { ...at, to }, [paragraph(received), ...why.map(paragraph), ...remedies(regime)], deps);
}

/** Why a request is not answered item by item, by law. */
const wholes = {
  'refused-cost': {
    text: 'Letter: to answer would cost too much',
    foi:
      'We estimate that to answer it would take more than 18 hours of work, so that it would cost more than the appropriate limit of £450. We do not have to answer it then (section 12 of the Act; ' +
      'Freedom of Information and Data Protection (Appropriate Limit and Fees) Regulations 2004). [Say how the estimate was made, and what could be answered within the limit.]',
    eir:
      'To answer it would be such a burden that it is manifestly unreasonable (regulation 12(4)(b)), and the public interest in that outweighs the one in disclosure. ' +
      '[Say how much work it would be, how the public interest was weighed, and what could be answered.]',
  },
  'refused-vexatious': {
    text: 'Letter: the request is vexatious, or manifestly unreasonable',
    foi: 'It is vexatious, and we do not have to answer it (section 14(1) of the Act). [Say why, where that helps.]',
    eir: 'It is manifestly unreasonable (regulation 12(4)(b)), and the public interest in that outweighs the one in disclosure. [Say why, and how the public interest was weighed.]',
  },
  'refused-repeated': {
    text: 'Letter: the request repeats one that was answered',
    foi: 'It asks for the same, or substantially the same, as a request that we have answered, and no reasonable time has gone by since (section 14(2) of the Act). [Say which, and when it was answered.]',
    eir:
      'It asks for the same as a request that we have answered, so that it is manifestly unreasonable (regulation 12(4)(b)), and the public interest in that outweighs the one in disclosure. ' +
      '[Say which, when it was answered, and how the public interest was weighed.]',
  },
  transferred: {
    text: 'Letter: another authority holds it',
    foi: 'We do not hold what you ask for (section 1(1)(a) of the Act). [Say which authority holds it, and that you have passed the request on with the applicant’s consent, or how to ask.]',
    eir: 'We do not hold what you ask for. We believe that another authority does, and have passed your request to it, or tell you how to ask it (regulation 10). [Say which, and on which day.]',
  },
} as const satisfies Record<string, { readonly text: string } & Record<AccessRegime, string>>;

export const letters: readonly ApplicantLetter[] = [
  { name: 'reply', text: 'Letter: the reply', write: reply },
  { name: 'extension', text: 'Letter: more time is needed', write: extension },
  ...Object.entries(wholes).map(([name, whole]): ApplicantLetter => ({
    name,
    text: whole.text,
    write: (at, deps) => {
      const { to, regime, received } = begun(at, deps);
      return letter(title, { ...at, to }, [paragraph(`${received} We have looked at it under the ${regimes[regime]}.`), paragraph(whole[regime]), ...remedies(regime)], deps);
    },
  })),
];
