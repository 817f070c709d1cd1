/** An FOI or EIR request in words: what is said of its cases, and what is asked. */
import { formatDate } from '../../../calendar';
import type { CaseDocument } from '../../../store/cases';
import type { InformationAccessOutcome, InformationAccessStage } from '../../../workflows/information-access/state';
import { requestWords } from '../../applicant-requests/words';
import type { Row, WordsOf } from '../process';
import { regimes, termsOf, type InformationAccessContent } from './content';

export const words: WordsOf<'information-access'> = {
  start: {
    href: '/information-access-requests/new',
    text: 'Record an FOI or EIR request',
    hint: 'Somebody asks your public authority for information: seek the advice of the partners it came from, decide, and reply in time',
  },
  does: () => 'has received an FOI or EIR request',
  content: 'What is asked for',
  stages: {
    'clock-stopped': 'Something is awaited of the applicant',
    'fee-unpaid': 'The fee was not paid in time',
    consulting: 'Originators are asked for advice',
    'to-decide': 'Items are to be decided',
    'to-reply': 'The applicant is to be replied to',
    'looked-at-again': 'It is looked at again',
    closed: 'Closed',
  } satisfies Record<InformationAccessStage, string>,
  stageTags: { 'clock-stopped': 'Clock stands still', 'fee-unpaid': 'Fee not paid', 'to-decide': 'To decide', 'to-reply': 'To reply', 'looked-at-again': 'Internal review' },
  outcomes: {
    disclosed: 'all that was asked for was disclosed',
    'disclosed-in-part': 'what was asked for was disclosed in part',
    withheld: 'nothing was disclosed',
    'not-held': 'nothing of it is held',
    'refused-cost': 'refused as a whole, as it would cost too much',
    'refused-vexatious': 'refused as a whole, as vexatious or manifestly unreasonable',
    'refused-repeated': 'refused as a whole, as it repeats one that was answered',
    transferred: 'passed to another authority',
    'review-stands': 'an internal review let the reply stand',
    'review-changed': 'an internal review changed the reply',
    'review-taken-back': 'the applicant has the reply, and took the request for an internal review back',
    'fee-unpaid': 'lapsed, as the fee was not paid in time',
    withdrawn: 'the request was withdrawn',
  } satisfies Record<InformationAccessOutcome, string>,
  kinds: {
    reply: requestWords.reply,
    consult: {
      name: 'advice',
      done: 'gave its advice',
      title: 'Information of yours may be disclosed: what do you advise?',
      question: 'What do you say of the items?',
    },
  },
  answers: {
    'no-objection': requestWords.noObjection,
    representations: {
      name: 'Representations',
      choice: 'We make representations, or say that an exemption applies',
      recorded: 'They make representations, or say that an exemption applies',
    },
  },
  ground: requestWords.ground,
  steps: {
    ...requestWords.steps,
    'fee-lapses-soon': 'Reminder that the fee is not paid yet',
    'fee-lapsed': 'News that the fee was not paid in time',
    'fee-lapse-moved': 'News of the new last day to pay the fee',
    'ended-disclosed': requestWords.replied,
    'ended-disclosed-in-part': requestWords.replied,
    'ended-withheld': requestWords.replied,
    'ended-not-held': requestWords.replied,
    'ended-refused-cost': requestWords.refused,
    'ended-refused-vexatious': requestWords.refused,
    'ended-refused-repeated': requestWords.refused,
    'ended-transferred': 'News that the request was passed to another authority',
    'ended-fee-unpaid': 'News that the request has lapsed',
    'ended-review-changed': 'News that an internal review has changed the reply',
    'looking-again-asked': 'News that an internal review is asked for',
    'looking-again-reminder': 'Reminder of the internal review',
    'looking-again-due-today': 'Reminder that the internal review is to be answered today',
    'looking-again-overdue': 'Notice that the internal review is overdue',
    'looking-again-answered': 'News of what an originator said after the reply',
    'looking-again-moved': 'News of the new day of the internal review',
  },
  duties: { 'looking-again': 'the internal review' },
  extension: (clock) =>
    clock === 'environmental-information'
      ? 'Only where the request is so complex and voluminous that it cannot be answered in 20 working days (EIR regulation 7).'
      : 'Only to weigh the public interest in a qualified exemption that is named to the applicant, and for no longer than is reasonable (FOIA sections 10(3) and 17). What is not exempt is sent in the ordinary time.',
  becameOverdue: (asked, kind) =>
    kind === 'reply' ? `The statutory time of ${asked} has run out` : `The time of ${asked} to give its advice has run out`,
  decisions: {},
  notAwaited: 'Not awaited any more',
  withdrawal: 'Where the applicant takes the request back, or it was put on record by mistake. Every originator that was asked is told.',
  withdraw: 'Record that the request was withdrawn',
  sent: {
    title: 'FOI or EIR request recorded',
    ...requestWords.sent,
    next: () =>
      'The request is stored, and each partner that an item came from is asked for its advice by mail. You get a mail when one of them has ' +
      'answered. Their advice does not bind you: the decision is yours.',
  },
};

/** What was asked for: who asks is for those who run the request. An originator is asked about information, not about a person. */
export function informationAccessRows(document: CaseDocument, { applicant, contact, asked }: InformationAccessContent, seesAll: boolean): Row[] {
  const { regime, receivedOn } = termsOf(document);
  return [
    { key: 'What is asked for', text: asked },
    ...(!seesAll || applicant === '' ? [] : [{ key: 'Who asks', text: applicant }]),
    ...(!seesAll || contact === '' ? [] : [{ key: 'Where the reply goes', text: contact }]),
    { key: 'Answered under', text: regimes[regime] },
    { key: 'Received on', text: formatDate(receivedOn) },
  ];
}
