import { formatDate, formatInstant } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { ClockPlan, LadderRole } from '../../config/policy';
import type { MoveCause } from '../../store/cases';
import type { Letter } from '../letter';
import { countingInWords } from './counting';

/** What a mail of an information request says; everything here may stand in an inbox that others read. */
export interface RequestFacts {
  readonly caseRef: string;
  /** Names of organisations, not of people. */
  readonly askedBy: string;
  readonly asked: string;
  readonly plan: ClockPlan & { readonly dueOn: IsoDate };
  /** By when the requester needs it, where it is urgent; the clock is the protocol's all the same. */
  readonly neededByOn: IsoDate | null;
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
  ...(facts.neededByOn === null
    ? []
    : [{ label: 'Urgent: needed by', value: `${formatDate(facts.neededByOn)} (the time to answer stays as it is)` }]),
  { label: 'Why this date', value: countingInWords(facts.plan) },
];

const answerLink = (facts: RequestFacts): NonNullable<Letter['link']> => ({
  label: 'Open and answer the request',
  url: facts.url,
});

const forCspManager = 'You get this as the CSP manager, the designated contact point of the information sharing protocol.';

const forPartner = {
  spoc: 'the contact',
  deputy: 'the deputy of the contact',
  'governance-lead': 'the information governance lead',
} as const;
const footerFor = (role: keyof typeof forPartner): string =>
  `You get this as ${forPartner[role]} of your organisation under the information sharing protocol. The link is for this ` +
  'request only and needs no account: it sends a one-time code to this mailbox before it shows anything.';

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
    footer: footerFor('spoc'),
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
    footer: footerFor(role),
  };
}

/** A rung of the ladder to the CSP manager, who sees that the case exists and where it stands, not what is in it. */
export function escalationLetter(facts: RequestFacts): Letter {
  return {
    subject: `${facts.caseRef} Escalated: answer was due ${formatDate(facts.plan.dueOn)}`,
    heading: `${facts.asked} has not answered`,
    paragraphs: [
      'The reminders and escalations to this partner are finished. Nothing more is sent by itself.',
      'Please speak to the partner, and decide on the page of the case: ask again, or leave it unanswered. An answer is ' +
        'taken until the case is closed.',
    ],
    facts: datesOf(facts),
    link: { label: 'Open the case', url: facts.url },
    footer: forCspManager,
  };
}

/**
 * To the CSP manager, when a mail to a partner can never arrive.
 * @param away set where the contacts are away and nobody stands in; until when, where that is known
 */
export function notDeliveredLetter(facts: RequestFacts, away: { readonly until?: IsoDate } | null): Letter {
  return {
    subject: `${facts.caseRef} Not delivered: ${facts.asked} cannot be reached by mail`,
    heading: `A mail to ${facts.asked} could not be delivered`,
    paragraphs: [
      ...(away === null
        ? [
            'There is no address that works for this partner, or its mail server refuses it. The clock runs on.',
            'Please tell the partner by telephone, and put a working address in the directory.',
          ]
        : [
            `Its contact is away${away.until === undefined ? '' : ` until the end of ${formatDate(away.until)}`}, and ` +
              'nobody stands in. The clock runs on.',
            'Please tell the partner by telephone, and enter in the directory who stands in.',
          ]),
    ],
    facts: datesOf(facts),
    link: { label: 'Open the case', url: facts.url },
    footer: forCspManager,
  };
}

/** To the person who asked: an answer is there. What it says is read after signing in. */
export function answerReceivedLetter(
  facts: RequestFacts,
  answer: { readonly version: number; readonly receivedAt: IsoInstant } | null,
): Letter {
  const corrected = answer !== null && answer.version > 1;
  return {
    subject: `${facts.caseRef} ${corrected ? 'Answer corrected' : 'Answered'} by ${facts.asked}`,
    heading: `${facts.asked} has ${corrected ? 'corrected its answer' : 'answered your request'}`,
    paragraphs: [
      'Sign in to read the answer. When all have answered, please confirm on the page that you have what you asked for; if ' +
        'you do nothing, the case closes by itself a few working days after the last answer.',
    ],
    facts: [
      ...datesOf(facts),
      ...(answer === null ? [] : [{ label: 'Answer received', value: formatInstant(answer.receivedAt) }]),
    ],
    link: { label: 'Read the answer', url: facts.url },
    footer: forRequester,
  };
}

const forRequester = 'You get this because you opened this request.';

/** To the contact of the partner: the requester has put an answer on record that was given in another way. */
export function answerRecordedLetter(facts: RequestFacts): Letter {
  return {
    subject: `${facts.caseRef} ${facts.askedBy} has put your answer on record`,
    heading: 'Your answer was put on record',
    paragraphs: [
      `${facts.askedBy} has recorded an answer that your organisation gave by telephone or in another way. You get no more ` +
        'reminders. If you gave no answer, or another one, open the link and correct it, or speak to them.',
    ],
    facts: datesOf(facts),
    link: { label: 'See what was recorded', url: facts.url },
    footer: footerFor('spoc'),
  };
}

/** To the person who asked: the partner needs to know something before it can answer. */
export function questionLetter(facts: RequestFacts): Letter {
  return {
    subject: `${facts.caseRef} ${facts.asked} asks you a question`,
    heading: `${facts.asked} needs something from you to answer`,
    paragraphs: ['Sign in to read the question and reply to it. The sooner you reply, the sooner they can answer.'],
    facts: datesOf(facts),
    link: { label: 'Read and reply', url: facts.url },
    footer: forRequester,
  };
}

/** To the partner asked: its question was answered. @param before the date before the clock stood still, if it did */
export function replyLetter(facts: RequestFacts, before?: IsoDate): Letter {
  return {
    subject: `${facts.caseRef} Your question was answered`,
    heading: `${facts.askedBy} has replied to your question`,
    paragraphs: [
      'Please read the reply and answer the request.',
      ...(before === undefined
        ? []
        : [
            'The clock stood still while you waited for the reply. Your answer was due by the end of ' +
              `${formatDate(before)}; it is now due by the end of ${formatDate(facts.plan.dueOn)}.`,
          ]),
    ],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor('spoc'),
  };
}

/** A date that is another one now. */
export interface Move {
  readonly cause: MoveCause;
  readonly before: ClockPlan & { readonly dueOn: IsoDate };
}

/** To everybody whom a task has reached: its date has moved, from what to what, and why. */
export function clockMovedLetter(facts: RequestFacts, move: Move, reader: 'requester' | LadderRole): Letter {
  const { plan, asked, caseRef } = facts;
  const isOfPartner = reader !== 'requester' && reader !== 'csp-manager';
  return {
    subject: `${caseRef} New date: answer due ${formatDate(plan.dueOn)}, not ${formatDate(move.before.dueOn)}`,
    heading: isOfPartner ? 'Your answer is due on another day' : `The answer of ${asked} is due on another day`,
    paragraphs: [
      `${whyMoved(facts, move)} The answer was due by the end of ${formatDate(move.before.dueOn)}. ` +
        `It is now due by the end of ${formatDate(plan.dueOn)}.`,
      isPast(facts)
        ? 'That day has passed already: please see to it that the answer is given now.'
        : 'The reminders are counted from the new date.',
    ],
    facts: datesOf(facts),
    link: isOfPartner ? answerLink(facts) : { label: 'Open the case', url: facts.url },
    footer: isOfPartner ? footerFor(reader) : reader === 'requester' ? forRequester : forCspManager,
  };
}

/** To the person who asked: an answered case closes by itself on another day. */
export function closingMovedLetter(
  facts: RequestFacts,
  { before, closesOn }: { readonly before: IsoDate; readonly closesOn: IsoDate },
): Letter {
  return {
    subject: `${facts.caseRef} New date: closes by itself ${formatDate(closesOn)}, not ${formatDate(before)}`,
    heading: 'Your case closes by itself on another day',
    paragraphs: [
      'The bank holidays of England and Wales have changed. If you do nothing, the case was to close by itself at the end of ' +
        `${formatDate(before)}. It now closes at the end of ${formatDate(closesOn)}.`,
      'Please read the answers before then, and confirm on the page that you have what you asked for.',
    ],
    facts: [
      { label: 'Reference', value: facts.caseRef },
      { label: 'Asked by', value: facts.askedBy },
      { label: 'Closes by itself at the end of', value: formatDate(closesOn) },
    ],
    link: { label: 'Open the case', url: facts.url },
    footer: forRequester,
  };
}

function whyMoved({ plan, askedBy }: RequestFacts, { cause, before }: Move): string {
  switch (cause) {
    case 'extended':
      return `${askedBy} has given more time.`;
    case 'corrected':
      return (
        `The request was counted from ${formatDate(before.from as IsoDate)}. It was received on ` +
        `${formatDate(plan.from as IsoDate)}: one person has said so, and a second one has confirmed it.`
      );
    case 'bank-holidays-changed': {
      const days = [...newDaysOff(before, plan), ...newDaysOff(plan, before).map((day) => `${day}, which is none any more`)];
      return `The bank holidays of England and Wales have changed${days.length === 0 ? '' : `: ${days.join('; ')}`}.`;
    }
  }
}

/**
 * The days off of the second plan that are none of the first, of those that both have counted over: "Fri 3 July 2026
 * (Victory Day)". Past the earlier of the two dates one of them says nothing of a day.
 */
function newDaysOff(before: ClockPlan, after: ClockPlan): string[] {
  const counted = new Set(before.steps.filter(({ counts }) => counts === 'counted' || counts === 'due').map(({ on }) => on));
  return after.steps
    .filter(({ counts, on }) => counts === 'not-counted' && counted.has(on))
    .map(({ text }) => /^(?<day>[^:]+): (?<reason>.+), not counted/.exec(text)?.groups)
    .flatMap((groups) => (groups === undefined || /^S(atur|un)day$/.test(groups['reason'] ?? '') ? [] : [`${groups['day'] ?? ''} (${groups['reason'] ?? ''})`]));
}

/** To those who can be the second person on a correction. */
export function correctionProposedLetter(facts: RequestFacts): Letter {
  return {
    subject: `${facts.caseRef} A second person has to look at a date`,
    heading: 'A correction of the day of receipt waits for a second person',
    paragraphs: [
      'Somebody says that this request was received on another day than the one it is counted from. The dates stay as ' +
        'they are until a second person confirms it. Whoever proposed it cannot confirm it.',
    ],
    facts: datesOf(facts),
    link: { label: 'Look at the correction', url: `${facts.url}/correction/decision` },
    footer: 'You get this because you opened this request, or as the CSP manager.',
  };
}

/** To whoever proposed a correction: a second person has looked at it. */
export function correctionDeclinedLetter(facts: RequestFacts, reader: 'requester' | LadderRole): Letter {
  return {
    subject: `${facts.caseRef} The correction of the day of receipt was declined`,
    heading: 'The correction of the day of receipt was declined',
    paragraphs: [
      'A second person has looked at the correction and has not confirmed it. The dates stay as they are. Speak to each ' +
        'other if the day is still wrong: a correction can be proposed again on the page of the case.',
    ],
    facts: datesOf(facts),
    link: { label: 'Open the case', url: facts.url },
    footer: reader === 'csp-manager' ? forCspManager : forRequester,
  };
}

/** To whoever has the task now. */
export function passedOnLetter(facts: RequestFacts): Letter {
  const late = isPast(facts);
  return {
    subject: `${facts.caseRef} Information request passed on to you: answer ${late ? 'was due' : 'due'} ${formatDate(facts.plan.dueOn)}`,
    heading: 'A request for information was passed on to you',
    paragraphs: [
      `${facts.askedBy} asks your organisation for information, and a colleague passed the request on to you. ` +
        (late ? 'The time to answer has already run out: please answer as soon as you can.' : 'Please answer it in time.'),
      'The time to answer is the same as before.',
    ],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor('spoc'),
  };
}

/** To whoever was asked and has not answered: it is not needed any more. */
export function withdrawnLetter(facts: RequestFacts): Letter {
  return {
    subject: `${facts.caseRef} Withdrawn: no answer is needed any more`,
    heading: `${facts.askedBy} has withdrawn its request`,
    paragraphs: ['You do not need to answer it. If you have already begun to gather information, please stop.'],
    facts: [
      { label: 'Reference', value: facts.caseRef },
      { label: 'Asked by', value: facts.askedBy },
      { label: 'Asked of', value: facts.asked },
    ],
    footer: 'You get this as the contact of your organisation under the information sharing protocol.',
  };
}

/** To the person who asked: the CSP manager has decided not to wait for a partner any more. */
export function leftUnansweredLetter(facts: RequestFacts): Letter {
  return {
    subject: `${facts.caseRef} Left unanswered by ${facts.asked}`,
    heading: `${facts.asked} has not answered, and is not waited for any more`,
    paragraphs: [
      'All reminders and escalations are done, and the CSP manager has decided. The reason is on the page of the case.',
      'If nobody else is waited for, the case is closed. You can reopen it there.',
    ],
    facts: datesOf(facts),
    link: { label: 'Open the case', url: facts.url },
    footer: forRequester,
  };
}

/** By the CSP manager's decision: when the ladder is finished, or when a partner could not be reached before. */
export function askedAgainLetter(facts: RequestFacts, role: 'spoc' | 'deputy' | 'governance-lead'): Letter {
  const late = isPast(facts);
  return {
    subject: `${facts.caseRef} Asked again: answer ${late ? 'was due' : 'due'} ${formatDate(facts.plan.dueOn)}`,
    heading: `${facts.askedBy} waits for your answer`,
    paragraphs: [
      'The CSP manager has looked at this request and asks your organisation again to answer it.',
      `Please answer ${late ? 'now' : 'in time'}. If you hold nothing, or cannot share it, please say so.`,
    ],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor(role),
  };
}
