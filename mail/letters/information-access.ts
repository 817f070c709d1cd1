/** What the mails of an FOI or EIR request say in their own words. */
import { formatDate, lastDayBefore } from '../../calendar';
import type { IsoDate } from '../../config/clock';
import type { Lapse, Recipient } from '../../store/types';
import type { Letter } from '../letter';
import { forReceiver, openRequest, repliedByItem, type RequestWords, type RoleOfPartner, type ToldOriginator } from './applicant-request';
import { datesOf, forCspManager, forRequester, type CaseFacts, type MovedDay, type TaskFacts } from './task';

const asAWhole = (what: string): ToldOriginator => ({
  subject: 'The request was not answered item by item',
  text: `${what} Nothing that came from your organisation was disclosed by it, and nothing is asked of you any more.`,
});

export const informationAccessWords: RequestWords = {
  title: 'FOI or EIR request',
  a: 'An FOI or EIR request',
  short: 'FOI or EIR',
  warns: 'asks for your advice',
  rule: 'The partners that some of it came from are asked for their advice. The decision is yours, and none of them binds you.',
  extension:
    'The time can be extended once, and the applicant has to be told within the first 20 working days: under FOIA to weigh the ' +
    'public interest, under the EIR to 40 working days where the request is complex and voluminous.',
  ends: {
    'ended-disclosed': repliedByItem,
    'ended-disclosed-in-part': repliedByItem,
    'ended-withheld': repliedByItem,
    'ended-not-held': repliedByItem,
    'ended-refused-cost': asAWhole('To answer the request would cost too much, and it was refused as a whole.'),
    'ended-refused-vexatious': asAWhole('The request was refused as a whole, as vexatious or manifestly unreasonable.'),
    'ended-refused-repeated': asAWhole('The request was refused as a whole, as it repeats one that was answered before.'),
    'ended-transferred': asAWhole('The request was passed to another authority.'),
    'ended-review-changed': {
      subject: 'An internal review has changed the reply',
      text: 'The applicant was not satisfied, and the reply was looked at again and changed: more, or less, of what came from your organisation can be disclosed than you were told. Speak to the organisation that received the request.',
    },
    'ended-fee-unpaid': asAWhole('The fee was not paid in time, so the request has lapsed.'),
  },
};

/** To the authority that received the request: the time to pay a fee runs out soon. */
export function feeLapsesSoonLetter(facts: TaskFacts, role: RoleOfPartner): Letter {
  return {
    subject: `${facts.caseRef} The fee is not paid yet: the request lapses soon`,
    heading: 'The time to pay the fee runs out soon',
    paragraphs: [
      'No payment is on record, and the applicant has five more working days to pay at most. The page of the items says until when.',
      'If the fee has come, put that on record now: the clock then goes on. If not, you can remind the applicant. What is not paid in ' +
        'time lapses, and the applicant has to ask again.',
    ],
    ...ofFee(facts, role),
  };
}

/** To the authority that received the request: the time to pay a fee has run out. */
export function feeLapsedLetter(facts: TaskFacts, role: RoleOfPartner): Letter {
  return {
    subject: `${facts.caseRef} The fee was not paid in time: the request lapses`,
    heading: 'The time to pay the fee has run out',
    paragraphs: [
      'No payment is on record. The request closes by itself in some days; the page of its items says when.',
      'If the fee came in time, put that on record now: the clock then goes on. Afterwards the case cannot be opened again.',
    ],
    ...ofFee(facts, role),
  };
}

/** To the authority that received the request: the bank holidays have changed, and the fee can be paid for longer, or the case closes later. */
export function feeLapseMovedLetter(facts: TaskFacts, { lapse, before }: { readonly lapse: Lapse; readonly before: Lapse }, role: RoleOfPartner): Letter {
  const [until, untilBefore] = [lapse, before].map(({ lapsesAt }) => formatDate(lastDayBefore(lapsesAt)));
  const [closesOn, closesOnBefore] = [lapse, before].map(({ closesAt }) => formatDate(lastDayBefore(closesAt)));
  const isPayableLonger = until !== untilBefore;
  return {
    subject: `${facts.caseRef} ${isPayableLonger ? `New date: the fee can be paid until ${until}, not ${untilBefore}` : `New date: without the fee the request closes on ${closesOn}, not ${closesOnBefore}`}`,
    heading: isPayableLonger ? 'The fee can be paid for longer' : 'The request closes on another day',
    paragraphs: [
      isPayableLonger
        ? `The bank holidays have changed. The last day to pay was ${untilBefore}. It is now ${until}. If you have named the day to the applicant, name the new one.`
        : 'The bank holidays have changed. The last day to pay stays as it was.',
      `If no payment is put on record, the request closes by itself at the end of ${closesOn}.`,
    ],
    ...ofFee(facts, role),
  };
}

/** What stands below each of them. */
const ofFee = (facts: TaskFacts, role: RoleOfPartner): Pick<Letter, 'facts' | 'link' | 'footer'> => ({
  facts: datesOf(facts).filter(({ label }) => label === 'Reference'),
  link: openRequest(facts),
  footer: forReceiver(role),
});

/** What a mail of an internal review is about. */
export const reviewAbouts = ['asked', 'reminder', 'due-today', 'overdue', 'answered'] as const;
export type ReviewAbout = (typeof reviewAbouts)[number];

/** To whoever looks at a reply again, and to who sees to it that it is done. */
export function reviewLetter(facts: CaseFacts, { about, dueOn }: { readonly about: ReviewAbout; readonly dueOn: IsoDate }, reader: Recipient): Letter {
  return { ...saidOfReview(facts, about, formatDate(dueOn), reader), ...ofReview(facts, dueOn, reader) };
}

function saidOfReview({ caseRef }: CaseFacts, about: ReviewAbout, day: string, reader: Recipient): Pick<Letter, 'subject' | 'heading' | 'paragraphs'> {
  if (about === 'answered') {
    return {
      subject: `${caseRef} An originator has said something to the items, after the reply`,
      heading: 'An originator has said what it thinks of its items',
      paragraphs: ['The applicant has the reply, and it is looked at again. Sign in to read what the originator says before the applicant is told what comes of that.'],
    };
  }
  const when = { asked: `by ${day}`, reminder: `by ${day}`, 'due-today': `by the end of ${day}`, overdue: `overdue since ${day}` }[about];
  return {
    subject: `${caseRef} Internal review to be answered: ${when}`,
    heading: about === 'overdue' ? 'An internal review is overdue' : 'The applicant asks for an internal review',
    paragraphs: [
      reader === 'csp-manager'
        ? 'Nothing is on record yet of what came of it. Please see to it. You see that the request exists and where it stands, not what is in it.'
        : 'The applicant is not satisfied with the reply. Somebody who did not decide looks at it again. Tell the applicant what comes of it, and put that on record: then the reminders end.',
    ],
  };
}

/** That it is to be answered by another day. */
export function reviewMovedLetter(facts: CaseFacts, { before, dueOn }: MovedDay, reader: Recipient): Letter {
  return {
    subject: `${facts.caseRef} New date: internal review to be answered by ${formatDate(dueOn)}, not ${formatDate(before)}`,
    heading: 'The internal review is to be answered by another day',
    paragraphs: [
      `The bank holidays have changed. The day was ${formatDate(before)}. It is now ${formatDate(dueOn)}.`,
      'The reminders are counted from the new day.',
    ],
    ...ofReview(facts, dueOn, reader),
  };
}

const ofReview = (facts: CaseFacts, dueOn: IsoDate, reader: Recipient): Pick<Letter, 'facts' | 'link' | 'footer'> => ({
  facts: [
    { label: 'Reference', value: facts.caseRef },
    { label: 'Received by', value: facts.askedBy },
    { label: 'By the end of', value: formatDate(dueOn) },
  ],
  link: { label: 'Open the request', url: facts.url },
  footer: reader === 'csp-manager' ? forCspManager : reader === 'requester' ? forRequester(facts) : 'You get this because you were named to look at the reply again. Sign in to see what is in it.',
});
