import { formatDate, formatInstant } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { LadderRole } from '../../config/policy';
import type { Letter } from '../letter';
import { answerLink, datesOf, dueInSubject, footerFor, forCspManager, isPast, type CaseFacts, type MovedDay, type TaskFacts } from './task';

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
      panelOn === null ? 'No day is set for the panel yet: please set one.' : `The day of the panel is ${formatDate(panelOn)}.`,
    ],
    facts: [{ label: 'Reference', value: caseRef }],
    link: { label: 'See the collated pack', url: `${url}/pack` },
    footer: forReviewSpoc,
  };
}

/** To a partner that has not answered by then: the panel has met. */
export function panelMetLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} ASB case review: the panel has met without your answer`,
    heading: 'The panel of this review has met',
    paragraphs: [
      `${facts.asked} was asked for what it holds, and no answer has come. You are not reminded any more.`,
      'Public bodies must normally comply (Anti-social Behaviour, Crime and Policing Act 2014, Schedule 4). An answer is still taken, as a late one, until the review is closed: please send what you hold, a nil return, or why you cannot share it.',
    ],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor(facts, 'spoc'),
  };
}

/**
 * To somebody on the panel: of being on it, of another day, or that it does not meet. To the contact of the partner, where the person
 * has no account any more.
 */
export function panelLetter({ caseRef, askedBy, url, isForColleague = false }: CaseFacts, about: 'named' | 'moved' | 'withdrawn', panelOn: IsoDate | null): Letter {
  const when = panelOn === null ? '' : `, ${formatDate(panelOn)}`;
  // A colleague who is not on the panel sees nothing of the case.
  const toCome = [dayOf(panelOn, isForColleague), ...(isForColleague ? [] : [forPanelOnly])];
  const { subject, heading, paragraphs } = {
    named: {
      subject: isForColleague ? `Somebody of your organisation is on the panel of an ASB case review${when}` : `You are on the panel of an ASB case review${when}`,
      heading: isForColleague ? 'Somebody of your organisation is on the panel of an ASB case review' : 'You are on the panel of an ASB case review',
      paragraphs: toCome,
    },
    moved: {
      subject: `New day of the panel of an ASB case review${when}`,
      heading: 'The day of the panel was set anew',
      paragraphs: toCome,
    },
    withdrawn: {
      subject: 'Withdrawn: the panel of an ASB case review does not meet',
      heading: 'The review was withdrawn, and its panel does not meet',
      paragraphs: isForColleague ? [] : ['You need to do nothing.'],
    },
  }[about];
  const isOver = about === 'withdrawn';
  return {
    subject: `${caseRef} ${subject}`,
    heading,
    paragraphs: [
      ...paragraphs,
      ...(isForColleague ? [`The person of your organisation whom ${askedBy} has named has no account any more, so this comes to you. Please pass it on${isOver ? '' : `, or tell ${askedBy} whom to name`}.`] : []),
    ],
    facts: [
      { label: 'Reference', value: caseRef },
      { label: 'Review by', value: askedBy },
      ...(panelOn === null ? [] : [{ label: isOver ? 'The panel was to meet' : 'The panel meets', value: formatDate(panelOn) }]),
    ],
    // Whom the case does not name sees nothing of it.
    ...(isForColleague ? {} : { link: { label: 'Open the case', url } }),
    footer: isForColleague ? 'You get this as the contact of your organisation under the information sharing protocol.' : 'You get this because the review SPOC has named you to the panel.',
  };
}

const dayOf = (panelOn: IsoDate | null, isForColleague: boolean): string =>
  panelOn === null ? `The day is not set yet${isForColleague ? '' : ': you are told it by mail'}.` : `The panel meets on ${formatDate(panelOn)}.`;
const forPanelOnly = 'Sign in to see who has answered, and the collated pack. What is in it is for the review SPOC and the panel only.';

/** What is to be done in a review besides answering, and where that stands. */
export interface DutyFacts {
  readonly kind: 'telling-decision' | 'telling-outcome' | 'looking-again' | 'asking' | 'recording' | 'anew' | 'action';
  readonly number: number;
  readonly about: 'asked' | 'reminder' | 'due-today' | 'overdue' | 'escalated' | 'again';
  readonly dueOn: IsoDate;
}

const dutyInWords = {
  'telling-decision': () => ['The applicant is to be told the decision', 'Tell the applicant whether the threshold is met, and put it on record. A letter is on the page of the case.'],
  'telling-outcome': () => ['The applicant is to be told the outcome', 'Tell the applicant the outcome with every recommendation, and put it on record. A letter is on the page of the case.'],
  'looking-again': () => ['The review is to be looked at again', 'The applicant is not satisfied. Somebody who was not on the panel looks at it again. Put on record what comes of it, and tell the applicant.'],
  asking: () => ['The partners are to be asked', 'It was looked at again, and the review is granted. Choose whom to ask: each is mailed then, and its time starts on that day.'],
  recording: () => ['What the panel decided is to be recorded', 'The day on which the panel was to meet has passed. Put on record what it decided, also if some have not answered. If it did not meet, set another day on the page of the case.'],
  anew: () => ['What the panel decided is to be recorded anew', 'It was looked at again, and what the panel decided is changed. Record anew what is decided now, with its action plan, and tell the applicant. Until then the review does not close.'],
  action: (number: number, askedBy: string) => [
    `Action ${number} of the plan is to be done`,
    `The panel of a review by ${askedBy} has given your organisation something to do. Follow the link to read what it is, and to put on record what came of it: then the reminders end. You need no account: a code is mailed to you.`,
  ],
} as const satisfies Record<DutyFacts['kind'], (number: number, askedBy: string) => readonly [string, string]>;

/** To whoever has something to do in a review besides answering, and to who sees to it that it is done. */
export function dutyLetter(facts: CaseFacts, { kind, number, about, dueOn }: DutyFacts, reader: 'requester' | LadderRole): Letter {
  const day = formatDate(dueOn);
  const [what, plea] = dutyInWords[kind](number, facts.askedBy);
  const when = {
    asked: `by ${day}`,
    reminder: `by ${day}`,
    'due-today': `by the end of ${day}`,
    overdue: `overdue since ${day}`,
    escalated: `still not done, overdue since ${day}`,
    again: `after all, by ${day}`,
  }[about];
  return {
    subject: `${facts.caseRef} ${what}: ${when}`,
    heading: about === 'overdue' || about === 'escalated' ? `${what}, and it is overdue` : what,
    // Who only has to know that the applicant is not satisfied has nothing to see to while there is time.
    paragraphs: [reader === 'csp-manager' && about === 'asked' ? `There is time until the end of ${day}. You need to do nothing now: you are told again if it is overdue.` : reader === 'csp-manager' || (kind === 'action' && reader !== 'spoc') ? 'Nothing is on record yet of it. Please see to it.' : about === 'again' ? `The review was withdrawn, and is opened again: what the panel decided is in force. ${plea}` : plea],
    facts: dutyRows(facts, dueOn),
    link: { label: kind === 'action' && reader === 'spoc' ? 'Read what it is' : 'Open the case', url: facts.url },
    footer: dutyFooter(reader),
  };
}

const dutyRows = ({ caseRef, askedBy }: CaseFacts, dueOn: IsoDate): Letter['facts'] => [
  { label: 'Reference', value: caseRef },
  { label: 'Review by', value: askedBy },
  { label: 'By the end of', value: formatDate(dueOn) },
];

const dutyFooter = (reader: 'requester' | LadderRole): string =>
  ({ 'csp-manager': forCspManager, requester: forReviewSpoc })[reader as string] ??
  'You get this because it was given to you or your organisation in a review.';

/** To whoever was reminded of something, or is to be: it is to be done by another day, and why. */
export function dutyMovedLetter(
  facts: CaseFacts,
  { kind, number, before, dueOn }: Pick<DutyFacts, 'kind' | 'number'> & MovedDay,
  reader: 'requester' | LadderRole,
): Letter {
  const [what] = dutyInWords[kind](number, facts.askedBy);
  return {
    subject: `${facts.caseRef} New date: ${inSentence(what)} by ${formatDate(dueOn)}, not ${formatDate(before)}`,
    heading: `${what} by another day`,
    paragraphs: [
      `The bank holidays of England and Wales have changed. The day was ${formatDate(before)}. It is now ${formatDate(dueOn)}.`,
      'The reminders are counted from the new day.',
    ],
    facts: dutyRows(facts, dueOn),
    link: { label: 'Open the case', url: facts.url },
    footer: dutyFooter(reader),
  };
}

const inSentence = (what: string): string => what.charAt(0).toLowerCase() + what.slice(1);

/**
 * To whoever has had an action: the plan was recorded anew without it, it was changed, or the review was withdrawn. Its link shows nothing
 * any more.
 */
export function actionEndedLetter({ caseRef, askedBy }: CaseFacts, number: number, end: 'dropped' | 'changed' | 'withdrawn'): Letter {
  const what = `Action ${number} of the plan ${end === 'changed' ? 'was changed' : 'is not to be done any more'}`;
  const anew = `What the panel of a review by ${askedBy} decided was recorded anew.`;
  return {
    subject: `${caseRef} ${what}`,
    heading: what,
    paragraphs: [
      {
        dropped: `${anew} The action that was given to your organisation is none of the plan any more. You need to do nothing, and are not reminded of it.`,
        changed: `${anew} What was given to your organisation before does not hold any more: another mail leads to what is to be done now, and by when.`,
        withdrawn: `A review by ${askedBy} was withdrawn, and with it the action that its panel has given to your organisation. You need to do nothing, and are not reminded of it.`,
      }[end],
    ],
    facts: [
      { label: 'Reference', value: caseRef },
      { label: 'Review by', value: askedBy },
    ],
    footer: dutyFooter('spoc'),
  };
}

/** To the review SPOC: whoever has an action of the plan has put on record what came of it. */
export function actionSettledLetter({ caseRef, url }: CaseFacts, number: number): Letter {
  return {
    subject: `${caseRef} Action ${number} of the plan: what came of it is on record`,
    heading: `What came of action ${number} of the plan is on record`,
    paragraphs: ['The organisation that has it has put this on record. Sign in to read it. The review closes by itself a while after the applicant was told and nothing of the plan is to be done any more.'],
    facts: [{ label: 'Reference', value: caseRef }],
    link: { label: 'Open the case', url },
    footer: forReviewSpoc,
  };
}
