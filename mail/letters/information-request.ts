import { formatInstant } from '../../calendar';
import type { IsoInstant } from '../../config/clock';
import type { Letter } from '../letter';
import { answerLink, datesOf, dueInSubject, footerFor, forCspManager, forRequester, isPast, type TaskFacts } from './task';

/** The request itself. */
export function requestLetter(facts: TaskFacts): Letter {
  const late = isPast(facts);
  return {
    subject: `${facts.caseRef} Information request: answer ${late ? 'was' : ''} due ${dueInSubject(facts.plan)}`.replace('  ', ' '),
    heading: `${facts.askedBy} asks you for information`,
    paragraphs: [
      late
        ? 'The time to answer this request has already run out. Please answer it as soon as you can.'
        : 'Please answer this request in time. If you hold nothing, or cannot share it, please say so: that is an answer too.',
    ],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor(facts, 'spoc'),
  };
}

/** A rung of the ladder to the partner asked: what it says follows from the date and the reader, not from the rung's name. */
export function chaseLetter(facts: TaskFacts, role: 'spoc' | 'deputy' | 'governance-lead'): Letter {
  const late = isPast(facts);
  const due = dueInSubject(facts.plan);
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
    footer: footerFor(facts, role),
  };
}

/** A rung of the ladder to the CSP manager, who sees that the case exists and where it stands, not what is in it. */
export function escalationLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} Escalated: answer was due ${dueInSubject(facts.plan)}`,
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

/** To the person who asked: an answer is there. What it says is read after signing in. */
export function answerReceivedLetter(
  facts: TaskFacts,
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
    footer: forRequester(facts),
  };
}

/** To whoever has the task now. */
export function passedOnLetter(facts: TaskFacts): Letter {
  const late = isPast(facts);
  return {
    subject: `${facts.caseRef} Information request passed on to you: answer ${late ? 'was due' : 'due'} ${dueInSubject(facts.plan)}`,
    heading: 'A request for information was passed on to you',
    paragraphs: [
      `${facts.askedBy} asks your organisation for information, and a colleague passed the request on to you. ` +
        (late ? 'The time to answer has already run out: please answer as soon as you can.' : 'Please answer it in time.'),
      'The time to answer is the same as before.',
    ],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor(facts, 'spoc'),
  };
}

/** To whoever was asked and has not answered: it is not needed any more. */
export function withdrawnLetter(facts: TaskFacts): Letter {
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
export function leftUnansweredLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} Left unanswered by ${facts.asked}`,
    heading: `${facts.asked} has not answered, and is not waited for any more`,
    paragraphs: [
      'All reminders and escalations are done, and the CSP manager has decided. The reason is on the page of the case.',
      'If nobody else is waited for, the case is closed. You can reopen it there.',
    ],
    facts: datesOf(facts),
    link: { label: 'Open the case', url: facts.url },
    footer: forRequester(facts),
  };
}

/** By the CSP manager's decision: when the ladder is finished, or when a partner could not be reached before. */
export function askedAgainLetter(facts: TaskFacts, role: 'spoc' | 'deputy' | 'governance-lead'): Letter {
  const late = isPast(facts);
  return {
    subject: `${facts.caseRef} Asked again: answer ${late ? 'was due' : 'due'} ${dueInSubject(facts.plan)}`,
    heading: `${facts.askedBy} waits for your answer`,
    paragraphs: [
      'The CSP manager has looked at this request and asks your organisation again to answer it.',
      `Please answer ${late ? 'now' : 'in time'}. If you hold nothing, or cannot share it, please say so.`,
    ],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor(facts, role),
  };
}
