import { formatDate, formatInstant } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { ClockPlan } from '../../config/policy';
import type { Letter } from '../letter';
import { countingInWords } from './counting';

/** What a mail of an information request says; everything here may stand in an inbox that others read. */
export interface RequestFacts {
  readonly caseRef: string;
  /** Names of organisations, not of people. */
  readonly askedBy: string;
  readonly asked: string;
  readonly plan: ClockPlan & { readonly dueOn: IsoDate };
  /** The present, to say whether the date is ahead or past. */
  readonly now: IsoInstant;
  readonly url: string;
}

const isPast = ({ plan, now }: RequestFacts): boolean => Date.parse(plan.dueAt) <= Date.parse(now);

const datesOf = (facts: RequestFacts): Letter['facts'] => [
  { label: 'Reference', value: facts.caseRef },
  { label: 'Asked by', value: facts.askedBy },
  { label: 'Asked of', value: facts.asked },
  { label: 'Received on', value: formatDate(facts.plan.from as IsoDate) },
  { label: isPast(facts) ? 'Was due by the end of' : 'Due by the end of', value: formatDate(facts.plan.dueOn) },
  { label: 'How this was counted', value: countingInWords(facts.plan) },
];

const answerLink = (facts: RequestFacts): NonNullable<Letter['link']> => ({
  label: 'Open and answer the request',
  url: facts.url,
});

const forSpoc =
  'You get this as the contact of your organisation under the information sharing protocol. The link is for this request ' +
  'only and needs no account: it sends a one-time code to this mailbox before it shows anything.';
const forDeputy =
  'You get this as the deputy of your organisation’s contact under the information sharing protocol. The link is for ' +
  'this request only: it sends a one-time code to the mailbox of your organisation’s contact before it shows anything.';

/** The request itself. */
export function requestLetter(facts: RequestFacts): Letter {
  const late = isPast(facts);
  return {
    subject: `${facts.caseRef} Information request: answer ${late ? 'was' : ''} due ${formatDate(facts.plan.dueOn)}`.replace('  ', ' '),
    heading: `${facts.askedBy} asks you for information`,
    paragraphs: [
      late
        ? 'The time to answer this request has already run out. Please answer it as soon as you can.'
        : 'Please answer this request in time. If you hold nothing, or cannot share it, please say so: that is an answer too.',
    ],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: forSpoc,
  };
}

/** A rung of the ladder to the partner asked: what it says follows from the date and the reader, not from the rung's name. */
export function chaseLetter(facts: RequestFacts, role: 'spoc' | 'deputy' | 'governance-lead'): Letter {
  const late = isPast(facts);
  const due = formatDate(facts.plan.dueOn);
  const plea = late
    ? 'No answer has been recorded. Please answer now. If you hold nothing, or cannot share it, please say so.'
    : 'No answer has been recorded yet. Please answer in time.';
  const why = {
    spoc: [],
    deputy: ['You are asked as well because the contact of your organisation has not answered.'],
    'governance-lead': [
      'This is raised with you as the information governance lead because your organisation has not answered.',
    ],
  }[role];
  return {
    subject: `${facts.caseRef} ${late ? 'Overdue: answer was due' : 'Reminder: answer due'} ${due}`,
    heading: late ? `An answer to ${facts.askedBy} is overdue` : `An answer to ${facts.askedBy} is due on ${due}`,
    paragraphs: [...why, plea],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: role === 'spoc' ? forSpoc : forDeputy,
  };
}

/** A rung of the ladder to the CSP manager, who sees that the case exists and where it stands, not what is in it. */
export function escalationLetter(facts: RequestFacts): Letter {
  return {
    subject: `${facts.caseRef} Escalated: answer was due ${formatDate(facts.plan.dueOn)}`,
    heading: `${facts.asked} has not answered`,
    paragraphs: [
      'The reminders and escalations to this partner are finished. Nothing more is sent by itself.',
      'Please speak to the partner. You can close the request as unanswered on its page; an answer is taken until then.',
    ],
    facts: datesOf(facts),
    link: { label: 'Open the case', url: facts.url },
    footer: 'You get this as the CSP manager, the designated contact point of the information sharing protocol.',
  };
}

/** To the CSP manager, when a mail to a partner can never arrive. */
export function notDeliveredLetter(facts: RequestFacts): Letter {
  return {
    subject: `${facts.caseRef} Not delivered: ${facts.asked} cannot be reached by mail`,
    heading: `A mail to ${facts.asked} could not be delivered`,
    paragraphs: [
      'There is no address that works for this partner, or its mail server refuses it. The clock runs on.',
      'Please tell the partner by telephone, and put a working address in the directory.',
    ],
    facts: datesOf(facts),
    link: { label: 'Open the case', url: facts.url },
    footer: 'You get this as the CSP manager, the designated contact point of the information sharing protocol.',
  };
}

/** To the person who asked: an answer is there. What it says is read after signing in. */
export function answerReceivedLetter(facts: RequestFacts, receivedAt: IsoInstant): Letter {
  return {
    subject: `${facts.caseRef} Answered by ${facts.asked}`,
    heading: `${facts.asked} has answered your request`,
    paragraphs: [
      'Sign in to read the answer. Please confirm on the page that you have what you asked for; if you do nothing, the case ' +
        'closes by itself a few working days after the last answer.',
    ],
    facts: [...datesOf(facts), { label: 'Answer received', value: formatInstant(receivedAt) }],
    link: { label: 'Read the answer', url: facts.url },
    footer: 'You get this because you opened this request.',
  };
}
