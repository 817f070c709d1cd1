import { formatDate, formatInstant } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { Letter } from '../letter';
import { answerLink, datesOf, dueInSubject, footerFor, forCspManager, forRequester, isPast, type TaskFacts } from './task';

const plea =
  'Please say what becomes of the information that your organisation holds by this sharing: it is returned, it is destroyed and ' +
  'you say how, or you keep it and say why. If you hold none, say that.';

/**
 * To the contact of each partner, and of the one that leaves: notice was given.
 * @param what who withdraws, in a sentence
 * @param since what has come since the notice, where that is why it is asked
 */
export function noticeOfWithdrawalLetter(facts: TaskFacts, what: string, since?: string): Letter {
  return {
    subject: `${facts.caseRef} ${what}: to be settled by ${dueInSubject(facts.plan)}`,
    heading: what,
    paragraphs: [
      'Four weeks’ written notice was given to the designated contact point of the information sharing protocol (section 13). ' +
        'Up to its last day a partner that leaves asks and is asked as before; after it, it is asked nothing new and asks nothing new.',
      ...(since === undefined ? [] : [since]),
      plea,
    ],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor(facts, 'spoc'),
  };
}

/** A rung of the ladder, before the last day and after it. */
export function toSettleLetter(facts: TaskFacts, what: string, role: 'spoc' | 'deputy' | 'governance-lead'): Letter {
  const late = isPast(facts);
  const why = {
    spoc: [],
    deputy: ['You are told as well because the contact of your organisation has not answered.'],
    'governance-lead': ['This is raised with you as the information governance lead because your organisation has not answered.'],
  }[role];
  return {
    subject: `${facts.caseRef} ${late ? 'Overdue: was' : 'Reminder:'} to be settled by ${dueInSubject(facts.plan)}`,
    heading: late ? 'What was shared is not settled' : 'What was shared is to be settled',
    paragraphs: [...why, `${what}. ${plea}`, ...(late ? ['The time for it has run out. It stays open until it is done.'] : [])],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor(facts, role),
  };
}

/** To the CSP manager: the ladder of a partner is finished, and it has not said what became of what it holds. */
export function notSettledLetter(facts: TaskFacts, what: string): Letter {
  return {
    subject: `${facts.caseRef} Not settled by ${facts.asked}`,
    heading: `${facts.asked} has not said what became of what was shared`,
    paragraphs: [
      `${what}. All reminders are done, and no more follow by themselves. Please speak to the partner; then ask again, or record ` +
        'what you were told. It cannot be left open (section 13).',
    ],
    facts: datesOf(facts),
    link: { label: 'Open the case', url: facts.url },
    footer: forCspManager,
  };
}

/** To whoever has the task now. */
export function withdrawalPassedOnLetter(facts: TaskFacts, what: string): Letter {
  return {
    ...toSettleLetter(facts, what, 'spoc'),
    subject: `${facts.caseRef} Passed on to you: to be settled by ${dueInSubject(facts.plan)}`,
    heading: 'A colleague passed this on to you',
  };
}

/** To the CSP manager, who put the notice on record: somebody has settled its part. */
export function partSettledLetter(
  facts: TaskFacts,
  answer: { readonly version: number; readonly receivedAt: IsoInstant } | null,
): Letter {
  const corrected = answer !== null && answer.version > 1;
  return {
    subject: `${facts.caseRef} ${corrected ? 'Corrected' : 'Settled'} by ${facts.asked}`,
    heading: `${facts.asked} has ${corrected ? 'corrected' : 'said'} what became of what was shared`,
    paragraphs: ['Sign in to read it. The page of the case shows who has answered and who has not.'],
    facts: [...datesOf(facts), ...(answer === null ? [] : [{ label: 'Answer received', value: formatInstant(answer.receivedAt) }])],
    link: { label: 'Open the case', url: facts.url },
    footer: forRequester(facts),
  };
}

/** The days of a notice, and those in whose place they came. */
export interface EndMove {
  readonly now: { readonly receivedOn: IsoDate; readonly lastDay: IsoDate };
  readonly before: { readonly receivedOn: IsoDate; readonly lastDay: IsoDate };
}

/** To the contact of each partner that has settled its part, and to the CSP manager who put the notice on record: the last day is another one. */
export function endMovedLetter(facts: TaskFacts, what: string, { now, before }: EndMove, reader: 'spoc' | 'requester'): Letter {
  return {
    subject: `${facts.caseRef} New last day: ${formatDate(now.lastDay)}, not ${formatDate(before.lastDay)}`,
    heading: 'The four weeks of notice end on another day',
    paragraphs: [
      `${what}. The notice was counted from ${formatDate(before.receivedOn)}. It was received on ${formatDate(now.receivedOn)}: one person ` +
        `has said so, and a second one has confirmed it. The last day as a partner was to be ${formatDate(before.lastDay)}. It is now ${formatDate(now.lastDay)}.`,
      reader === 'spoc' ? 'What your organisation has said of what it holds stays as you said it.' : 'Whoever has still to say what it holds is told its new date.',
    ],
    facts: [{ label: 'Reference', value: facts.caseRef }],
    ...(reader === 'spoc'
      ? { footer: 'You get this as the contact of your organisation under the information sharing protocol.' }
      : { link: { label: 'Open the case', url: facts.url }, footer: forRequester(facts) }),
  };
}

/** To the contact of each partner, and of the one that has left: the last day is over. */
export function membershipEndedLetter(facts: TaskFacts, what: string): Letter {
  return {
    subject: `${facts.caseRef} The last day is over: a former partner from now on`,
    heading: 'The four weeks of notice are over',
    paragraphs: [
      `${what}, and its last day is over. It is a former partner: it is asked nothing new, asks nothing new, and its general access ` +
        'has ended. For what was shared before, it goes on taking part in consultations, and in notices of breaches and of rights.',
      'What is still open is done as before: by the link in the mail about it.',
    ],
    facts: datesOf(facts),
    footer: 'You get this as the contact of your organisation under the information sharing protocol.',
  };
}

/** To the contact of each that was told: the notice was taken back before the last day. */
export function takenBackLetter(facts: TaskFacts, what: string): Letter {
  return {
    subject: `${facts.caseRef} Taken back: the partner stays`,
    heading: 'The notice of withdrawal was taken back',
    paragraphs: [`${what}: that does not happen. The partner stays one, and nothing is asked of you any more. What you have returned or destroyed by then stays so.`],
    facts: [
      { label: 'Reference', value: facts.caseRef },
      { label: 'Told', value: facts.asked },
    ],
    footer: 'You get this as the contact of your organisation under the information sharing protocol.',
  };
}

/** To the CSP manager, who put the notice on record: what was settled is open again. */
export function openedAgainLetter(facts: TaskFacts, what: string): Letter {
  return {
    subject: `${facts.caseRef} Open again: more was disclosed since all was settled`,
    heading: 'Something is to be settled again',
    paragraphs: [
      `${what}. All was settled, and the case was closed. Since then information was disclosed by what had been asked before. Concordat has ` +
        'opened the case again, and asks whoever got it what becomes of it. Nobody else has to do anything.',
    ],
    facts: [{ label: 'Reference', value: facts.caseRef }],
    link: { label: 'Open the case', url: facts.url },
    footer: forRequester(facts),
  };
}

/** To the CSP manager, who put the notice on record: nothing is open any more. */
export function allSettledLetter(facts: TaskFacts, what: string): Letter {
  return {
    subject: `${facts.caseRef} All is settled`,
    heading: 'Everybody has said what became of what was shared',
    paragraphs: [`${what}. Its last day is over, and nothing is open any more. The case is closed; who said what is on its page.`],
    facts: [{ label: 'Reference', value: facts.caseRef }],
    link: { label: 'Open the case', url: facts.url },
    footer: forRequester(facts),
  };
}
