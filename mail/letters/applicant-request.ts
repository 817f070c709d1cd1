/**
 * The mails of a request of an applicant in which originators are consulted. None says who the applicant is, or what an item is:
 * which partner asks, what is to be done, by when, a link.
 */
import { formatDue } from '../../calendar';
import type { Letter } from '../letter';
import { answerLink, datesOf, dueInSubject, footerFor, footerOf, forCspManager, forRequester, isPast, type TaskFacts } from './task';

/** What is said in another way by the law that the request is answered by. */
export interface RequestWords {
  /** "Subject access request" */
  readonly title: string;
  /** "A subject access request" */
  readonly a: string;
  /** Before a colon, in subjects: "Subject access" */
  readonly short: string;
  /** What the receiver does to an originator: "warns you". */
  readonly warns: string;
  /** How what came from others is dealt with. */
  readonly rule: string;
  /** When the time can be extended. */
  readonly extension: string;
  /** What originators are told of how it ended, by the name of the mail: `ended-replied`. */
  readonly ends: Readonly<Record<string, ToldOriginator>>;
}

/** What an originator is told of a request. */
export interface ToldOriginator {
  readonly subject: string;
  readonly text: string;
  /** Whether what was decided on what came from it is read by the link. */
  readonly isReadByLink?: true;
}

/** The applicant was told what was decided on each item. */
export const repliedByItem: ToldOriginator = {
  subject: 'The applicant has the reply',
  text: 'The request is closed. Open the link, or sign in, to read what was decided on each item that came from your organisation, and why.',
  isReadByLink: true,
};

const lowerFirst = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

export type RoleOfPartner = 'spoc' | 'deputy' | 'governance-lead';

export const openRequest = ({ url }: TaskFacts): NonNullable<Letter['link']> => ({ label: 'Open the request', url });

export const forReceiver = (role: RoleOfPartner): string =>
  `You get this as ${{ spoc: 'the contact', deputy: 'the deputy of the contact', 'governance-lead': 'the information governance lead' }[role]} of your organisation ` +
  'under the information sharing protocol. Sign in to see what is in it.';

/** To the partner that received the request: its statutory clock runs. */
export function requestReceivedLetter(facts: TaskFacts, role: RoleOfPartner, words: RequestWords): Letter {
  const received = `Your organisation has received ${lowerFirst(words.a)}, and has to reply to the applicant`;
  return {
    subject: `${facts.caseRef} ${words.title}: ${facts.stands === undefined ? `the reply is due ${dueInSubject(facts.plan)}` : 'put on record, and its clock stands still'}`,
    heading: `${words.a} was put on record`,
    paragraphs: [
      facts.stands === undefined
        ? `${received} by the date below. ${words.rule}`
        : `${received}. The time to do so does not run yet: something is awaited of the applicant. Please put on record as soon as it has come, and you are told the date. ${words.rule}`,
    ],
    facts: datesOf(facts),
    link: openRequest(facts),
    footer: forReceiver(role),
  };
}

/** A rung of the statutory clock. */
export function replyDueLetter(facts: TaskFacts, role: RoleOfPartner, words: RequestWords): Letter {
  const late = isPast(facts);
  const why = {
    spoc: [],
    deputy: ['You are told as well because the applicant has no reply yet.'],
    'governance-lead': ['This is raised with you as the information governance lead: the applicant has no reply yet.'],
  }[role];
  return {
    subject: `${facts.caseRef} ${late ? 'Overdue since' : 'Reply to the applicant due'} ${dueInSubject(facts.plan)}`,
    heading: late ? 'The applicant should have had the reply' : 'The reply to the applicant is due soon',
    paragraphs: [
      ...why,
      late
        ? 'The statutory time has run out. Please decide on what is left, reply to the applicant at once, and say why it is late.'
        : `Please decide on every item and reply to the applicant. ${words.extension}`,
    ],
    facts: datesOf(facts),
    link: openRequest(facts),
    footer: forReceiver(role),
  };
}

/** To the CSP manager: an applicant has no reply after the statutory time. */
export function replyOverdueLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} Escalated: ${facts.asked} has not replied to an applicant`,
    heading: `${facts.asked} has not replied to an applicant in the statutory time`,
    paragraphs: ['Please speak to its information governance lead. You see that the request exists and where it stands, not what is in it.'],
    facts: datesOf(facts),
    link: openRequest(facts),
    footer: forCspManager,
  };
}

/** To those who were reminded: what was awaited of the applicant has come. */
export function clockStartedLetter(facts: TaskFacts, role: RoleOfPartner | 'csp-manager'): Letter {
  return {
    subject: `${facts.caseRef} The clock goes on: the reply is due ${dueInSubject(facts.plan)}`,
    heading: 'The statutory clock goes on',
    paragraphs: [`What was awaited of the applicant has come. The reply is now due by ${formatDue(facts.plan)}.`],
    facts: datesOf(facts),
    link: openRequest(facts),
    footer: role === 'csp-manager' ? forCspManager : forReceiver(role),
  };
}

const plea =
  'Open the link to see the items. For each of them you can say that you have no objection, make representations, or claim an ' +
  'exemption. The decision is then made by the organisation that received the request; it does not have to follow you, and it ' +
  'tells you what it decided.';

/** To an originator: information that came from it may be disclosed. */
export function warningLetter(facts: TaskFacts, role: RoleOfPartner, words: RequestWords, again = false): Letter {
  return {
    subject: `${facts.caseRef} ${again ? 'Asked again. ' : ''}${words.short}: say by ${dueInSubject(facts.plan)} what may be disclosed`,
    heading: `${facts.askedBy} ${words.warns}: information of yours may be disclosed`,
    paragraphs: [
      `${facts.askedBy} has received ${lowerFirst(words.a)}, and some of what it holds came from your organisation (section 5 ` +
        'of the protocol).',
      plea,
      isPast(facts)
        ? 'The time to say so is over. What you say is still taken until the applicant has the reply.'
        : 'If you say nothing by the date below, that is put on record, and it decides without you.',
    ],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor(facts, role),
  };
}

/** A rung of a consultation. */
export function consultationChaseLetter(facts: TaskFacts, role: RoleOfPartner, words: RequestWords): Letter {
  const why = {
    spoc: [],
    deputy: ['You are told as well because the contact of your organisation has not answered.'],
    'governance-lead': ['This is raised with you as the information governance lead: your organisation has not answered.'],
  }[role];
  return {
    ...warningLetter(facts, role, words),
    subject: `${facts.caseRef} ${isPast(facts) ? 'Overdue since' : 'Still awaited, due'} ${dueInSubject(facts.plan)}: what may be disclosed`,
    paragraphs: [...why, ...warningLetter(facts, role, words).paragraphs],
  };
}

/** To the CSP manager: an originator is silent. */
export function consultationSilentLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} Escalated: ${facts.asked} has not said what may be disclosed`,
    heading: `${facts.asked} has not said what may be disclosed`,
    paragraphs: ['Its time is over, and its silence is on record. Please speak to it: its information may now be disclosed without its word.'],
    facts: datesOf(facts),
    link: openRequest(facts),
    footer: forCspManager,
  };
}

/** To whoever put the request on record, and to whoever decides: an originator has answered. */
export function originatorAnsweredLetter(facts: TaskFacts, isCorrection: boolean, reader: 'requester' | 'decider'): Letter {
  return {
    subject: `${facts.caseRef} ${facts.asked} has said what may be disclosed`,
    heading: `${facts.asked} has said what may be disclosed${isCorrection ? ', and has changed what it said before' : ''}`,
    paragraphs: [
      facts.isClosed === true
        ? 'It came as the request was closed, so nothing that was decided or sent is changed by it. Sign in to read it. If it is a reason not to have disclosed something, speak to them.'
        : 'Sign in to read it beside each item, and decide. What was disclosed before it came is to be decided again.',
    ],
    facts: datesOf(facts),
    link: openRequest(facts),
    footer: reader === 'decider' ? forReceiver('governance-lead') : forRequester(facts),
  };
}

/** To an originator: it is asked to deal with the items itself. */
export function referredLetter(facts: TaskFacts, role: RoleOfPartner, words: RequestWords): Letter {
  return {
    subject: `${facts.caseRef} ${words.short}: items are referred to you`,
    heading: `${facts.askedBy} refers items of ${lowerFirst(words.a)} to you`,
    paragraphs: [
      'They came from your organisation, and you are asked to deal with them yourselves, with the applicant. The statutory clock ' +
        'does not stop for that, neither for you nor for the organisation that received the request. Please say what you do.',
    ],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor(facts, role),
  };
}

const told = {
  dropped: {
    subject: 'You are not consulted any more',
    text: 'The items did not come from your organisation after all, or came from another part of it. Nothing is asked of you any more.',
  },
  'item-moved': {
    subject: 'An item is said not to have come from you',
    text:
      'You were told of an item of a request. It is on record now that it did not come from your organisation, so it ' +
      'is decided without your word. If it did come from you, tell the organisation that received the request at once.',
  },
  decided: {
    subject: 'It is decided what is disclosed of your information',
    text: 'Open the link, or sign in, to read what was decided on each item that came from your organisation.',
    isReadByLink: true,
  },
  'disclosed-before': {
    subject: 'Your information is disclosed before your time has run out',
    text:
      'The statutory date comes before the time that you have. It was decided, with a reason that is on record, to disclose an item ' +
      'that came from your organisation. Open the link, or sign in, to read which, and speak to them at once if you object.',
    isReadByLink: true,
  },
  'ended-left': {
    subject: 'The organisation that received the request has left the sharing',
    text:
      'It is no partner any more, so the request goes on outside Concordat. It was not withdrawn: that organisation has still to answer ' +
      'it by law, and may disclose what came from yours. If you object to that, or have something to say, speak to it directly.',
  },
  'ended-withdrawn': {
    subject: 'The request was withdrawn',
    text: 'The request was withdrawn. Nothing that came from your organisation is disclosed by it, and nothing is asked of you any more.',
  },
} as const satisfies Readonly<Record<string, ToldOriginator>>;

/** What an originator is told, under the name of the mail; undefined for a mail of another kind. */
const toldOf = (name: string, { ends }: RequestWords): ToldOriginator | undefined =>
  ({ ...told, ...ends } as Readonly<Record<string, ToldOriginator>>)[name];

export const isToldOriginator = (name: string, words: RequestWords): boolean => toldOf(name, words) !== undefined;

/** To an originator: what has become of the request. @throws Error for a mail that there is none of */
export function toldOriginatorLetter(facts: TaskFacts, name: string, role: RoleOfPartner, words: RequestWords): Letter {
  const about = toldOf(name, words);
  if (about === undefined) throw new Error(`No originator is told ${name}.`);
  const { subject, text, isReadByLink } = about;
  return {
    subject: `${facts.caseRef} ${subject}`,
    heading: subject,
    paragraphs: [text],
    facts: [
      { label: 'Reference', value: facts.caseRef },
      { label: 'Received by', value: facts.askedBy },
      { label: 'Consulted', value: facts.asked },
    ],
    ...(isReadByLink === true
      ? { link: { label: 'Read what was decided', url: facts.url }, footer: footerFor(facts, role) }
      : { footer: footerOf(role) }),
  };
}

/** To whoever has the task now. */
export function consultationPassedOnLetter(facts: TaskFacts, words: RequestWords): Letter {
  const asked = warningLetter(facts, 'spoc', words);
  return {
    ...asked,
    subject: `${facts.caseRef} Passed on to you. ${words.short}: say by ${dueInSubject(facts.plan)} what may be disclosed`,
    paragraphs: ['A colleague passed this on to you. The date stays as it was.', ...asked.paragraphs],
  };
}

/** To whoever put the request on record: the CSP manager has decided not to wait for an originator any more. */
export function notWaitedForLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} ${facts.asked} is not waited for any more`,
    heading: `${facts.asked} has not said what may be disclosed, and is not waited for any more`,
    paragraphs: ['The CSP manager has decided so. The reason is on the page of the case.'],
    facts: datesOf(facts),
    link: openRequest(facts),
    footer: forRequester(facts),
  };
}
