/** A subject access request in words: what is said of its cases, and what is asked. */
import { formatDate } from '../../../calendar';
import type { CaseDocument } from '../../../store/cases';
import type { SubjectAccessOutcome, SubjectAccessStage } from '../../../workflows/subject-access/state';
import { requestWords } from '../../applicant-requests/words';
import type { Row, WordsOf } from '../process';
import { regimes, termsOf, type SubjectAccessContent } from './content';

export const words: WordsOf<'subject-access'> = {
  start: {
    href: '/subject-access-requests/new',
    text: 'Record a subject access request',
    hint: 'Somebody asks what you hold of them: warn the partners it came from, decide, and reply in time',
  },
  does: () => 'has received a subject access request',
  content: 'What is asked for',
  stages: {
    'clock-stopped': 'Something is awaited of the applicant',
    consulting: 'Originators are consulted',
    'to-decide': 'Items are to be decided',
    'to-reply': 'The applicant is to be replied to',
    closed: 'Closed',
  } satisfies Record<SubjectAccessStage, string>,
  stageTags: { 'clock-stopped': 'Clock stands still', 'to-decide': 'To decide', 'to-reply': 'To reply' },
  outcomes: {
    replied: 'the applicant has the reply',
    refused: 'the request was refused as a whole',
    withdrawn: 'the request was withdrawn',
  } satisfies Record<SubjectAccessOutcome, string>,
  kinds: {
    reply: requestWords.reply,
    consult: {
      name: 'consultation',
      done: 'said what may be disclosed',
      title: 'Information of yours may be disclosed: what do you say?',
      question: 'What do you say of the items?',
    },
  },
  answers: {
    'no-objection': requestWords.noObjection,
    representations: {
      name: 'Representations',
      choice: 'We make representations, or claim an exemption',
      recorded: 'They make representations, or claim an exemption',
    },
  },
  ground: requestWords.ground,
  steps: {
    ...requestWords.steps,
    'ended-replied': requestWords.replied,
    'ended-refused': requestWords.refused,
  },
  extension: () => 'Only where the request is complex, or one of several of the same applicant.',
  becameOverdue: (asked, kind) =>
    kind === 'reply' ? `The statutory time of ${asked} has run out` : `The time of ${asked} to say what may be disclosed has run out`,
  decisions: {},
  notAwaited: 'Not awaited any more',
  withdrawal: 'Where the applicant takes the request back, or it was put on record by mistake. Every originator that was warned is told.',
  withdraw: 'Record that the request was withdrawn',
  sent: {
    title: 'Subject access request recorded',
    ...requestWords.sent,
    next: () =>
      'The request is stored, and each partner that an item came from is warned by mail. You get a mail when one of them has said what ' +
      'may be disclosed. Nothing of theirs can be disclosed before.',
  },
};

/** What was asked for: of whom and by whom is for those who see all, and for the originators that look for it. */
export function subjectAccessRows(document: CaseDocument, { applicant, actsFor, contact, asked }: SubjectAccessContent, seesAll: boolean): Row[] {
  const { regime, receivedOn, identityOn, feeOn } = termsOf(document);
  return [
    { key: 'Whose data it is about', text: applicant },
    ...(actsFor === '' ? [] : [{ key: 'Asked for by', text: actsFor }]),
    ...(!seesAll || contact === '' ? [] : [{ key: 'Where the reply goes', text: contact }]),
    { key: 'What is asked for', text: asked },
    { key: 'Answered by', text: regimes[regime] },
    { key: 'Received on', text: formatDate(receivedOn) },
    ...(identityOn === null ? [] : [{ key: 'Proof of identity came on', text: formatDate(identityOn) }]),
    ...(feeOn === null ? [] : [{ key: 'Fee came on', text: formatDate(feeOn) }]),
  ];
}
