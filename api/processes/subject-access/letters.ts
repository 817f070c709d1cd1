/** The letters to the applicant of a subject access request, as templates of what is on record: to print or copy. */
import { formatDate } from '../../../calendar';
import { discloses, itemsOf } from '../../../dispatch/items';
import { itemText } from '../../applicant-requests/content';
import type { ApplicantLetter, LetterDependencies, WrittenAt } from '../../applicant-requests/kind';
import { extensionDates, heading, letter, paragraph, undecidedIn } from '../../applicant-requests/letter-parts';
import { itemForApplicant } from '../../applicant-requests/proposals';
import type { Block, BlockDocument } from '../../documents/blocks';
import { readSubjectAccess, termsOf } from './content';

/** What every letter begins with; and by which law. @throws ContentUnreadable */
function begun({ document }: WrittenAt, { store }: LetterDependencies) {
  const { applicant, actsFor, contact } = readSubjectAccess(document, store);
  const { regime, receivedOn } = termsOf(document);
  const isPart3 = regime === 'law-enforcement';
  const right = isPart3 ? 'Data Protection Act 2018, section 45' : 'UK GDPR, Article 15';
  return {
    to: [actsFor === '' ? applicant : `${actsFor}, for ${applicant}`, contact],
    isPart3,
    received: paragraph(`On ${formatDate(receivedOn)} we received your request for the personal data that we hold about you (${right}).`),
  };
}

/** What can be done by somebody who is not satisfied. Under Part 3 the Commissioner can be asked to check what was kept back. */
const remedies = (isPart3: boolean): string =>
  'If you are not satisfied, write to us, and somebody who did not decide looks at it again. You can complain to the Information Commissioner ' +
  `(Data Protection Act 2018, section 165; ico.org.uk)${isPart3 ? ', ask the Commissioner to check that we were right to withhold something (section 51),' : ','} and you can apply to a court (section 167).`;

const about: Readonly<Record<'gdpr' | 'part3', string>> = {
  gdpr:
    'You have a right to know what we use the data for, of what kinds they are, who gets them, how long we keep them, and where they came from ' +
    '(UK GDPR, Article 15(1)). This is in our privacy information: [say where, or enclose it].',
  part3:
    'You have a right to know what we use the data for and on what legal basis, of what kinds they are, who gets them, how long we keep them, and ' +
    'where they came from (Data Protection Act 2018, section 45(2)). This is in our privacy information: [say where, or enclose it].',
};

/** What is disclosed, by its descriptions. Of what is withheld it says that something may be, and not what. */
function reply(at: WrittenAt, deps: LetterDependencies): BlockDocument {
  const { document, record } = at;
  const { to, isPart3, received } = begun(at, deps);
  const items = itemsOf(document, record);
  const { open, notYet } = undecidedIn(at, items.length > 0);
  const decided = items.filter(({ id }) => !open.has(id));
  const disclosed = decided.filter((item) => item.decided !== null && discloses(item.decided.decision));
  const isAll = decided.every((item) => item.decided?.decision === 'disclose');
  const withheld: Block[] = [
    heading('What we do not send you'),
    paragraph(
      isPart3
        ? 'You do not get all that was looked at: your right of access is restricted so far as that is necessary and proportionate (Data Protection Act 2018, section 45(4)). ' +
            'Where to give the reasons would undo what the restriction is for, we give none, and neither confirm nor deny that we hold anything else (section 45(6)).'
        : 'You do not get all that was looked at: some of it is exempt from disclosure (Data Protection Act 2018, Schedules 2 to 4). [Say which exemption, unless saying so would defeat it.]',
    ),
  ];
  return letter(
    'Your request for the information that we hold about you',
    { ...at, to },
    [
      received,
      ...notYet,
      heading('What we send you'),
      // Of what is not decided it says nothing: neither that there is nothing, nor that it is exempt.
      ...(disclosed.length > 0
        ? [
            {
              kind: 'table',
              caption: 'With this letter you get',
              head: ['What', 'How'],
              rows: disclosed.map((item) => [itemForApplicant(itemText(document, item, record, deps.store)), item.decided?.decision === 'disclose' ? 'In full' : 'In part']),
            } satisfies Block,
          ]
        : notYet.length > 0
          ? []
          : [paragraph('We hold nothing about you that we can send you.')]),
      ...(disclosed.length === 0 ? [] : [paragraph(about[isPart3 ? 'part3' : 'gdpr'])]),
      ...(isAll ? [] : withheld),
      heading('Your rights'),
      paragraph(`You can ask us to correct or erase what is wrong, or to restrict how we use it. ${remedies(isPart3)}`),
    ],
    deps,
  );
}

/** The applicant has to have it, with the reasons, before the ordinary time runs out (UK GDPR, Article 12(3); Data Protection Act 2018, section 54). */
function extension(at: WrittenAt, deps: LetterDependencies): BlockDocument {
  const { to, isPart3, received } = begun(at, deps);
  const { ordinary, extended } = extensionDates(at, deps);
  const by = extended === null ? '[the day by which you reply]' : formatDate(extended);
  return letter(
    'Your request: we need more time',
    { ...at, to },
    [
      received,
      paragraph(
        `The time to reply ends on ${formatDate(ordinary)}. It can be extended by two months where that is necessary, as a request is complex or the same person has made several ` +
          `(${isPart3 ? 'Data Protection Act 2018, section 54' : 'UK GDPR, Article 12(3)'}). That is so here: [say what makes it complex, or how many requests there are].`,
      ),
      paragraph(`You will have our reply by ${by} at the latest.`),
      heading('Your rights'),
      paragraph(remedies(isPart3)),
    ],
    deps,
  );
}

/** Of the request as a whole (UK GDPR, Articles 11(2) and 12(2), (4) and (5); Data Protection Act 2018, sections 52 and 53). */
function refusal(at: WrittenAt, deps: LetterDependencies): BlockDocument {
  const { to, isPart3, received } = begun(at, deps);
  const grounds = isPart3
    ? 'as it is manifestly unfounded, or excessive (Data Protection Act 2018, section 53), or as we could not establish who you are (section 52(4))'
    : 'as it is manifestly unfounded, or excessive (UK GDPR, Article 12(5)), or as we could not establish who you are (Articles 11(2) and 12(6))';
  return letter(
    'Your request: we do not answer it',
    { ...at, to },
    [received, paragraph(`We do not act on it ${grounds}: [strike out what does not apply, and say why].`), heading('Your rights'), paragraph(remedies(isPart3))],
    deps,
  );
}

export const letters: readonly ApplicantLetter[] = [
  { name: 'reply', text: 'Letter: the reply', write: reply },
  { name: 'extension', text: 'Letter: more time is needed', write: extension },
  { name: 'refusal', text: 'Letter: the request is refused as a whole', write: refusal },
];
