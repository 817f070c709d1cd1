import { formatDate, formatInstant } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { Letter } from '../letter';
import { answerLink, datesOf, dueInSubject, footerFor, forCspManager, isPast, type CaseFacts, type TaskFacts } from './task';

const forReviewSpoc = 'You get this because you opened this review.';

/** To the partner: the review SPOC asks for all that it holds. */
export function reviewRequestLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} ASB case review: answer due ${dueInSubject(facts.plan)}`,
    heading: `${facts.askedBy} asks you for an ASB case review`,
    paragraphs: [
      'A review of a case of anti-social behaviour was applied for. The review SPOC asks your organisation for all that it holds ' +
        'with regard to it. Public bodies must normally comply (Anti-social Behaviour, Crime and Policing Act 2014, Schedule 4).',
      'If you hold nothing, please send a nil return. If you cannot share it, please say why: that is an answer too.',
    ],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor(facts, 'spoc'),
  };
}

/** To whoever has the task now. */
export function reviewPassedOnLetter(facts: TaskFacts): Letter {
  const late = isPast(facts);
  return {
    subject: `${facts.caseRef} ASB case review passed on to you: answer ${late ? 'was due' : 'due'} ${dueInSubject(facts.plan)}`,
    heading: 'A request for an ASB case review was passed on to you',
    paragraphs: [
      `${facts.askedBy} asks your organisation for all that it holds with regard to a review, and a colleague passed this on to you. ` +
        (late ? 'The time to answer has already run out: please answer as soon as you can.' : 'Please answer in time.'),
      'The time to answer is the same as before.',
    ],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor(facts, 'spoc'),
  };
}

/** To whoever was asked and is still waited for: it is not needed any more. */
export function reviewWithdrawnLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} Withdrawn: no answer is needed any more`,
    heading: 'The application for this review was withdrawn',
    paragraphs: ['You do not need to answer. If you have already begun to gather information, please stop.'],
    facts: [
      { label: 'Reference', value: facts.caseRef },
      { label: 'Asked by', value: facts.askedBy },
      { label: 'Asked of', value: facts.asked },
    ],
    footer: 'You get this as the contact of your organisation under the information sharing protocol.',
  };
}

/** To the review SPOC: an answer is there. What it says is read after signing in. */
export function reviewAnswerLetter(
  facts: TaskFacts,
  answer: { readonly version: number; readonly receivedAt: IsoInstant } | null,
): Letter {
  const corrected = answer !== null && answer.version > 1;
  return {
    subject: `${facts.caseRef} ${corrected ? 'Answer corrected' : 'Answered'} by ${facts.asked}`,
    heading: `${facts.asked} has ${corrected ? 'corrected its answer' : 'answered for the review'}`,
    paragraphs: ['Sign in to read it. The collation board shows who has answered and who has not.'],
    facts: [
      ...datesOf(facts),
      ...(answer === null ? [] : [{ label: 'Answer received', value: formatInstant(answer.receivedAt) }]),
    ],
    link: { label: 'Read the answer', url: facts.url },
    footer: forReviewSpoc,
  };
}

/** To the review SPOC: the CSP manager has decided not to wait for a partner any more. */
export function reviewLeftUnansweredLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} Not answered by ${facts.asked}`,
    heading: `${facts.asked} has not answered, and is not waited for any more`,
    paragraphs: [
      'All reminders and escalations are done, and the CSP manager has decided. The reason is on the page of the case. The pack ' +
        'says that this answer is missing; if it still comes, it is taken until the review is closed.',
    ],
    facts: datesOf(facts),
    link: { label: 'Open the case', url: facts.url },
    footer: forReviewSpoc,
  };
}

/** To the review SPOC: nobody is waited for any more. */
export function collatedLetter({ caseRef, url }: CaseFacts, panelOn: IsoDate | null): Letter {
  return {
    subject: `${caseRef} All answers are in: the pack can go to the panel`,
    heading: 'Nobody is waited for any more',
    paragraphs: [
      'Everybody who was asked for this review has answered, or is not waited for any more. Sign in to see what was collated and ' +
        'what is missing.',
      panelOn === null ? 'No day is set for the panel yet: please set one.' : `The panel meets on ${formatDate(panelOn)}.`,
    ],
    facts: [{ label: 'Reference', value: caseRef }],
    link: { label: 'See the collated pack', url: `${url}/pack` },
    footer: forReviewSpoc,
  };
}

/** To the review SPOC and, at its beginning and its end, the CSP manager: a review is to be looked at again. */
export function lookAgainLetter(
  { caseRef, url }: CaseFacts,
  about: 'asked' | 'reminder' | 'due-today' | 'overdue',
  dueOn: IsoDate,
  reader: 'requester' | 'csp-manager',
): Letter {
  const day = formatDate(dueOn);
  const [subject, heading, plea] = {
    asked: [
      `The applicant is not satisfied: to be looked at again by ${day}`,
      'The applicant of this review is not satisfied',
      'Somebody who was not on the panel looks at it again. Put on record what comes of it, and tell the applicant.',
    ],
    reminder: [`To be looked at again by ${day}`, 'This review is to be looked at again', 'Nothing is on record yet of what came of it.'],
    'due-today': [`To be looked at again by today, ${day}`, 'This review is to be looked at again by today', 'Nothing is on record yet of what came of it.'],
    overdue: [
      `Overdue: was to be looked at again by ${day}`,
      'Looking at this review again is overdue',
      'Nothing is on record of what came of it, and the applicant waits. Please see to it now.',
    ],
  }[about] as [string, string, string];
  return {
    subject: `${caseRef} ${subject}`,
    heading,
    paragraphs: [plea],
    facts: [
      { label: 'Reference', value: caseRef },
      { label: 'By the end of', value: day },
    ],
    link: { label: 'Open the case', url },
    footer: reader === 'csp-manager' ? forCspManager : forReviewSpoc,
  };
}
