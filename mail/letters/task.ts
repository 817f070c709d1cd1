import { formatDate, formatDue, formatInstant } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { ClockPlan, LadderRole } from '../../config/policy';
import type { TaskKind } from '../../config/processes';
import type { PlanReason } from '../../store/cases';
import type { Letter } from '../letter';
import { countingInWords } from './counting';

/** A decision that nobody has made; or one that was made, and something was to follow to it. */
export interface LeftOut {
  readonly asked: string;
  readonly kind?: TaskKind | undefined;
  readonly what: 'undecided' | 'not-completed';
}

/** What a mail about a case says, whatever the process; everything here may stand in an inbox that others read. */
export interface CaseFacts {
  readonly caseRef: string;
  /** The name of an organisation, not of a person. */
  readonly askedBy: string;
  /** What people call the case, after "the": "request". */
  readonly thing: string;
  readonly url: string;
  /** Set where it comes to the contact of a partner in place of a person whom the case names, and who has no account any more. */
  readonly isForColleague?: boolean;
  /** What is not waited for any more, of a process that says so. */
  readonly left?: readonly LeftOut[];
}

/** What a mail about one task of it says. */
export interface TaskFacts extends CaseFacts {
  /** The name of an organisation, not of a person. */
  readonly asked: string;
  /** What is asked, where the process asks more than one thing. */
  readonly kind?: TaskKind | undefined;
  readonly plan: ClockPlan;
  /** What the process says besides. */
  readonly more: Letter['facts'];
  /** Set where the case had ended, and this is asked once more since it was opened again. */
  readonly isAskedAgain?: boolean;
  /** Set where it was answered in the opening of before. */
  readonly isAnsweredBefore?: boolean;
  /** The present, to say whether the date is ahead or past. */
  readonly now: IsoInstant;
  /** Whether the case has closed by the time of the mail: then nothing is left to be done about what it tells. */
  readonly isClosed?: boolean;
  /** Of a reply to an applicant: the day of receipt. Its clock can count from a later one, on which the last came that it waits for. */
  readonly receivedOn?: IsoDate;
  /** Set while the clock stands still until something has come of an applicant: what it was counted from says nothing then, nor its date. */
  readonly stands?: true;
}

export const isPast = ({ plan, now }: TaskFacts): boolean => Date.parse(plan.dueAt) <= Date.parse(now);

function startFacts({ plan: { from, dueOn }, receivedOn, stands }: TaskFacts): Letter['facts'] {
  if (dueOn === undefined) return [{ label: 'Counted from', value: formatInstant(from as IsoInstant) }];
  const later = stands === undefined ? laterStart(from as IsoDate, receivedOn) : undefined;
  return [
    { label: 'Received on', value: formatDate(receivedOn ?? (from as IsoDate)) },
    ...(later === undefined ? [] : [{ label: 'Counted from', value: later }]),
  ];
}

/** From which day on it counts, and why that is not the day of receipt. */
const laterStart = (from: IsoDate, receivedOn: IsoDate | undefined): string | undefined =>
  receivedOn === undefined || from === receivedOn ? undefined : `${formatDate(from)}, as the last came then of what is needed of the applicant`;

/** When it is due: the label of a date says that all of the day counts. */
function dueFact({ plan, ...facts }: TaskFacts): Letter['facts'][number] {
  if (facts.stands !== undefined) return { label: 'Due by', value: 'Not known yet: the clock stands still until what is awaited of the applicant has come' };
  const due = isPast({ plan, ...facts }) ? 'Was due by' : 'Due by';
  return plan.dueOn === undefined
    ? { label: due, value: formatInstant(plan.dueAt) }
    : { label: `${due} the end of`, value: formatDate(plan.dueOn) };
}

/** The day that a task is due, for a subject; the moment, of a clock in hours. */
export const dueInSubject = ({ dueOn, dueAt }: Pick<ClockPlan, 'dueOn' | 'dueAt'>): string =>
  dueOn === undefined ? formatInstant(dueAt) : formatDate(dueOn);

export const datesOf = (facts: TaskFacts): Letter['facts'] => [
  { label: 'Reference', value: facts.caseRef },
  { label: 'Asked by', value: facts.askedBy },
  { label: 'Asked of', value: facts.asked },
  ...startFacts(facts),
  dueFact(facts),
  ...facts.more,
  ...(facts.stands === undefined ? [{ label: 'Why this date', value: countingInWords(facts.plan) }] : []),
];

export const answerLink = (facts: TaskFacts): NonNullable<Letter['link']> => ({
  label: `Open and answer the ${facts.thing}`,
  url: facts.url,
});

export const forCspManager = 'You get this as the CSP manager, the designated contact point of the information sharing protocol.';

const forPartner = {
  spoc: 'the contact',
  deputy: 'the deputy of the contact',
  'governance-lead': 'the information governance lead',
} as const;
/** Of a mail without a link. */
export const footerOf = (role: keyof typeof forPartner): string =>
  `You get this as ${forPartner[role]} of your organisation under the information sharing protocol.`;

export const footerFor = ({ thing }: Pick<TaskFacts, 'thing'>, role: keyof typeof forPartner): string =>
  `${footerOf(role)} The link is for this ` +
  `${thing} only and needs no account: it sends a one-time code to this mailbox before it shows anything.`;

/**
 * To the CSP manager, when a mail to a partner can never arrive.
 * @param roles whom it was for, and did not reach
 * @param away set where all of these are away and nobody stands in; until when, where that is known
 */
export function notDeliveredLetter(
  facts: TaskFacts,
  { roles, away }: { readonly roles: readonly (keyof typeof forPartner)[]; readonly away: { readonly until?: IsoDate } | null },
): Letter {
  const whom = roles.map((role) => forPartner[role]).join(' and ');
  return {
    subject: `${facts.caseRef} Not delivered: ${facts.asked} cannot be reached by mail`,
    heading: `A mail to ${facts.asked} could not be delivered`,
    paragraphs: [
      ...(away === null
        ? [
            `It was for ${whom}. There is no address that works, or the mail server refuses it. The clock runs on.`,
            'Please tell the partner by telephone, and put a working address in the directory, which says what was refused.',
          ]
        : [
            `It was for ${whom}. ${roles.length > 1 ? 'They are' : 'Its contact is'} away${away.until === undefined ? '' : ` until the end of ${formatDate(away.until)}`}, and ` +
              'nobody stands in. The clock runs on.',
            'Please tell the partner by telephone, and enter in the directory who stands in.',
          ]),
    ],
    facts: datesOf(facts),
    link: { label: 'Open the case', url: facts.url },
    footer: forCspManager,
  };
}

/**
 * To the CSP manager, when a mail about the case as a whole did not arrive.
 * @param to the partner of whoever was to do something; who opened the case; or somebody whom it names
 */
export function caseNotDeliveredLetter({ caseRef, askedBy, thing, url }: CaseFacts, to: { readonly partner: string } | 'requester' | 'person'): Letter {
  const partner = typeof to === 'object' ? to.partner : null;
  const who = partner ?? (to === 'person' ? `somebody whom the ${thing} names` : `whoever opened the ${thing}`);
  return {
    subject: `${caseRef} Not delivered: ${who} cannot be reached by mail`,
    heading: `A mail to ${who} could not be delivered`,
    paragraphs: [`Please tell ${partner ?? askedBy} by telephone to look at the case. The clock runs on.`],
    facts: [
      { label: 'Reference', value: caseRef },
      { label: 'Opened by', value: askedBy },
    ],
    link: { label: 'Open the case', url },
    footer: forCspManager,
  };
}

export const forRequester = ({ thing }: Pick<CaseFacts, 'thing'>): string => `You get this because you opened this ${thing}.`;

/** To whoever opened a case: somebody else has opened it again. */
export function caseReopenedLetter(facts: CaseFacts): Letter {
  return {
    subject: `${facts.caseRef} Open again`,
    heading: `The ${facts.thing} is open again`,
    paragraphs: [`A colleague or the CSP manager has opened the ${facts.thing} again. The page of the case says who did, why, and who is asked again.`],
    facts: [{ label: 'Reference', value: facts.caseRef }],
    link: { label: 'Open the case', url: facts.url },
    footer: forRequester(facts),
  };
}

/** A mail to whoever opened a case for a partner that has left since: nobody there signs in, so that it leads nowhere. */
export const toFormerPartner = (
  { subject, heading, facts, footer }: Letter,
  { thing, since, contactPoint, isOwedByLaw }: { readonly thing: string; readonly since: IsoDate; readonly contactPoint: string; readonly isOwedByLaw: boolean },
): Letter => ({
  subject,
  heading,
  paragraphs: [
    `Your organisation is a former partner of the information sharing protocol from ${formatDate(since)} on, and its access has ended: ` +
      `nobody of it can sign in to open the ${thing}. If you still need something of it, speak to the ${contactPoint}, the designated ` +
      `contact point, who can also end the ${thing} for you.`,
    ...(isOwedByLaw ? ['By law the applicant is still answered by your organisation: go on with that outside Concordat.'] : []),
  ],
  facts,
  footer,
});

/** To the contact of the partner: the requester has put an answer on record that was given in another way. */
export function answerRecordedLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} ${facts.askedBy} has put your answer on record`,
    heading: 'Your answer was put on record',
    paragraphs: [
      `${facts.askedBy} has recorded an answer that your organisation gave by telephone or in another way. You get no more ` +
        'reminders. If you gave no answer, or another one, open the link and correct it, or speak to them.',
    ],
    facts: datesOf(facts),
    link: { label: 'See what was recorded', url: facts.url },
    footer: footerFor(facts, 'spoc'),
  };
}

/** To the person who asked: the partner needs to know something before it can answer. */
export function questionLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} ${facts.asked} asks you a question`,
    heading: `${facts.asked} needs something from you to answer`,
    paragraphs: ['Sign in to read the question and reply to it. The sooner you reply, the sooner they can answer.'],
    facts: datesOf(facts),
    link: { label: 'Read and reply', url: facts.url },
    footer: forRequester(facts),
  };
}

/** To the partner asked: its question was answered. @param before the clock before it stood still, if it did */
export function replyLetter(facts: TaskFacts, before?: ClockPlan): Letter {
  return {
    subject: `${facts.caseRef} Your question was answered`,
    heading: `${facts.askedBy} has replied to your question`,
    paragraphs: [
      `Please read the reply and answer the ${facts.thing}.`,
      ...(before === undefined
        ? []
        : [
            'The clock stood still while you waited for the reply. Your answer was due by ' +
              `${formatDue(before)}; it is now due by ${formatDue(facts.plan)}.`,
          ]),
    ],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor(facts, 'spoc'),
  };
}

/** A date that is another one now. */
export interface Move {
  readonly cause: Exclude<PlanReason, 'opened' | 'reopened'>;
  readonly before: ClockPlan;
}

/** What is due of a partner, after "your": it can be asked several things in one case, each with a time of its own. */
const dueOf: Readonly<Record<TaskKind, string>> = {
  acknowledge: 'acknowledgement',
  'decide-ico': 'decision on the ICO',
  'give-view': 'view on telling the people concerned',
  'decide-telling': 'decision on telling the people concerned',
  consult: 'answer',
  reply: 'reply to the applicant',
};

/** To everybody whom a task has reached: its date has moved, from what to what, and why. */
export function clockMovedLetter(facts: TaskFacts, move: Move, reader: 'requester' | LadderRole): Letter {
  const { plan, asked, caseRef } = facts;
  const what = facts.kind === undefined ? 'answer' : dueOf[facts.kind];
  const timeOrDate = plan.dueOn === undefined ? 'time' : 'date';
  const isOfPartner = reader !== 'requester' && reader !== 'csp-manager';
  const rest = {
    facts: datesOf(facts),
    link: isOfPartner ? answerLink(facts) : { label: 'Open the case', url: facts.url },
    footer: isOfPartner ? footerFor(facts, reader) : reader === 'requester' ? forRequester(facts) : forCspManager,
  };
  if (facts.stands !== undefined) {
    const isLonger = Date.parse(plan.dueAt) > Date.parse(move.before.dueAt);
    return {
      subject: `${caseRef} The time to reply is ${isLonger ? 'longer' : 'another one'}, and its clock stands still`,
      heading: `The time to reply is ${isLonger ? 'longer' : 'another one'}`,
      paragraphs: [`${whyMoved(facts, move)} Something is awaited of the applicant: you are told the new date as soon as that has come.`],
      ...rest,
    };
  }
  return {
    subject: `${caseRef} New ${timeOrDate}: ${what} due ${dueInSubject(plan)}, not ${dueInSubject(move.before)}`,
    heading: isOfPartner ? `Your ${what} is due ${otherTime(plan)}` : `The ${what} of ${asked} is due ${otherTime(plan)}`,
    paragraphs: [
      `${whyMoved(facts, move)} The ${what} was due by ${formatDue(move.before)}. ` +
        `It is now due by ${formatDue(plan)}.`,
      isPast(facts)
        ? `That ${plan.dueOn === undefined ? 'moment' : 'day'} has passed already: please see to it that ${facts.kind === undefined ? 'the answer is given' : 'it comes'} now.`
        : `The reminders are counted from the new ${timeOrDate}.`,
    ],
    ...rest,
  };
}

/** A day on which something was to be, and the one on which it is now. */
export interface MovedDay {
  readonly before: IsoDate;
  readonly dueOn: IsoDate;
}

/** To the person who opened it: a case closes by itself on another day. @param plea what can be done before then */
export function closingMovedLetter(
  facts: CaseFacts,
  { before, closesOn, plea }: { readonly before: IsoDate; readonly closesOn: IsoDate; readonly plea: string },
): Letter {
  return {
    subject: `${facts.caseRef} New date: closes by itself ${formatDate(closesOn)}, not ${formatDate(before)}`,
    heading: 'Your case closes by itself on another day',
    paragraphs: [
      'The bank holidays of England and Wales have changed. If you do nothing, the case was to close by itself at the end of ' +
        `${formatDate(before)}. It now closes at the end of ${formatDate(closesOn)}.`,
      plea,
    ],
    facts: [
      { label: 'Reference', value: facts.caseRef },
      { label: 'Asked by', value: facts.askedBy },
      { label: 'Closes by itself at the end of', value: formatDate(closesOn) },
    ],
    link: { label: 'Open the case', url: facts.url },
    footer: forRequester(facts),
  };
}

const otherTime = ({ dueOn }: ClockPlan): string => (dueOn === undefined ? 'at another time' : 'on another day');

/** What a clock is counted from, after "the": it can be put right by two people. */
const startOf = ({ dueOn }: ClockPlan): string => (dueOn === undefined ? 'time of detection' : 'day of receipt');

/** The day of receipt, as it was put right; and from which later one it counts. */
function correctedReceipt({ plan, thing, receivedOn, stands }: TaskFacts, before: ClockPlan): string {
  const from = plan.from as IsoDate;
  const later = stands === undefined ? laterStart(from, receivedOn) : undefined;
  return (
    `The ${thing} was counted from ${formatDate(before.from as IsoDate)}. It was received on ` +
    `${formatDate(receivedOn ?? from)}: one person has said so, and a second one has confirmed it.` +
    (later === undefined ? '' : ` It is counted from ${later}.`)
  );
}

function whyMoved(facts: TaskFacts, { cause, before }: Move): string {
  const { plan, askedBy, asked } = facts;
  switch (cause) {
    case 'extended':
      return plan.clock.startsWith('subject-access') ? 'The statutory time was extended, and the applicant told why.' : `${askedBy} has given more time.`;
    case 'paused':
      return plan.clock.startsWith('subject-access')
        ? 'The clock stood still while something was awaited of the applicant.'
        : `The clock stood still while ${asked} waited for the reply to a question.`;
    case 'corrected':
      if (plan.dueOn === undefined) {
        return (
          `It was counted from ${formatInstant(before.from as IsoInstant)}. It was detected at ` +
          `${formatInstant(plan.from as IsoInstant)}: one person has said so, and a second one has confirmed it.`
        );
      }
      return correctedReceipt(facts, before);
    case 'statutory-date-moved':
      return `The date by which ${askedBy} has to reply to the applicant has moved, and your time with it.`;
    case 'rescheduled':
      return `${askedBy} has set another date by which it needs the answers.`;
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

/**
 * To those who can be the second person on a correction.
 * @param reader the governance lead of the partner that opened it, where that can be one; others have opened it, or are the CSP manager
 */
export function correctionProposedLetter(facts: TaskFacts, reader?: 'decider'): Letter {
  return {
    subject: `${facts.caseRef} A second person has to look at a date`,
    heading: `A correction of the ${startOf(facts.plan)} waits for a second person`,
    paragraphs: [
      (facts.plan.dueOn === undefined
        ? 'Somebody says that a time is wrong by which this breach is counted. '
        : `Somebody says that this ${facts.thing} was received on another day than the one it is counted from. `) +
        'The dates stay as they are until a second person confirms it. Whoever proposed it cannot confirm it.',
    ],
    facts: datesOf(facts),
    link: { label: 'Look at the correction', url: `${facts.url}/correction/decision` },
    footer:
      reader === undefined
        ? `You get this because you opened this ${facts.thing}, or as the CSP manager.`
        : `You get this as the information governance lead of ${facts.askedBy}.`,
  };
}

/** To whoever proposed a correction: a second person has declined it, or has confirmed it and no date moves by it, so that no mail tells of a date. */
export function correctionDecidedLetter(facts: TaskFacts, decision: 'declined' | 'confirmed', reader: 'requester' | LadderRole): Letter {
  const what = `The correction of the ${startOf(facts.plan)} was ${decision}`;
  return {
    subject: `${facts.caseRef} ${what}`,
    heading: what,
    paragraphs: [
      decision === 'declined'
        ? 'A second person has looked at the correction and has not confirmed it. The dates stay as they are. Speak to each ' +
          'other if it is still wrong: a correction can be proposed again on the page of the case.'
        : 'A second person has looked at the correction and has confirmed it. No date moves by it: the clock counts from a later day, on ' +
          'which the last came, or was asked for, of what is needed of the applicant.',
    ],
    facts: datesOf(facts),
    link: { label: 'Open the case', url: facts.url },
    footer: reader === 'csp-manager' ? forCspManager : forRequester(facts),
  };
}
