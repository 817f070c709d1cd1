/** The mails of a personal data breach. None says what happened or to whom: who told, what is asked, by when, a link. */
import { formatInstant } from '../../calendar';
import type { IsoInstant } from '../../config/clock';
import type { LadderRole } from '../../config/policy';
import type { TaskKind } from '../../config/processes';
import type { Letter } from '../letter';
import { countingInWords } from './counting';
import { dueInSubject, footerFor, forCspManager, forRequester, isPast, type CaseFacts, type TaskFacts } from './task';

/** What is asked in a breach. */
export type BreachKind = Extract<TaskKind, 'acknowledge' | 'decide-ico' | 'give-view' | 'decide-telling'>;

/** What a mail of a breach is about, beside what every mail of a task says. */
export interface BreachFacts extends TaskFacts {
  readonly kind: BreachKind;
}

type RoleOfPartner = Exclude<LadderRole, 'csp-manager'>;
export type Reader = RoleOfPartner | 'csp-manager' | 'requester';

/** What is asked of a partner, in words for each place. */
interface Ask {
  /** After the reference, in the subject of the first mail. */
  readonly subject: string;
  readonly heading: (facts: BreachFacts) => string;
  readonly paragraphs: (facts: BreachFacts) => readonly string[];
  readonly link: string;
  /** After "has not": what a silent partner has not done. */
  readonly undone: string;
  /** In a sentence: what was done. */
  readonly done: string;
}

const late = (facts: BreachFacts, then: string, before: string): string => (isPast(facts) ? then : before);

const asks: Readonly<Record<BreachKind, Ask>> = {
  acknowledge: {
    subject: 'Personal data breach: acknowledge now',
    heading: ({ askedBy }) => `${askedBy} tells you of a personal data breach`,
    paragraphs: (facts) => [
      'Personal data that your organisation shares under the information sharing protocol are concerned, or it is involved ' +
        'otherwise. Open the link to read what happened, and acknowledge that you have taken notice.',
      late(
        facts,
        'The 24 hours in which all partners have to know have passed already. Please acknowledge at once.',
        'All partners have to know within 24 hours of the detection. You are chased until somebody acknowledges.',
      ),
    ],
    link: 'Read it and acknowledge',
    undone: 'acknowledged the breach',
    done: 'has acknowledged the breach',
  },
  'decide-ico': {
    subject: 'Personal data breach: decide whether to tell the ICO',
    heading: () => 'Decide whether to tell the Information Commissioner',
    paragraphs: (facts) => [
      'Your organisation is a controller of the copy that was breached. It decides for itself whether it has to tell the ' +
        'Information Commissioner’s Office (ICO), and puts on record that it did, or why not.',
      late(
        facts,
        'The 72 hours of the protocol have passed. If the ICO is told now, say why so late; where the 72 hours of the law have passed as well, ' +
          'the ICO has to be told the reasons for the delay. Both are below.',
        'The protocol gives 72 hours from the detection; the law counts 72 hours from when your organisation became aware. Both are below. What is not ' +
          'known yet can be told later, in phases.',
      ),
    ],
    link: 'Record the decision',
    undone: 'decided whether to tell the ICO',
    done: 'has decided on telling the ICO',
  },
  'give-view': {
    subject: 'Personal data breach: should the people concerned be told?',
    heading: () => 'Should the people concerned be told?',
    paragraphs: (facts) => [
      'Please say whether they should be told of the breach, and if so when, how and by whom. The partner whose data it was ' +
        'decides.',
      late(
        facts,
        'The time for views is over, and the owner decides now. Yours is still taken until the case is closed.',
        'The owner waits for views no longer than until the date below, and may decide before it.',
      ),
    ],
    link: 'Give your view',
    undone: 'given a view on telling the people concerned',
    done: 'has given its view on telling the people concerned',
  },
  'decide-telling': {
    subject: 'Personal data breach: you decide whether the people concerned are told',
    heading: () => 'You decide whether the people concerned are told',
    paragraphs: (facts) => [
      'The data were your organisation’s, so it has the final word. The other partners are asked for their views; the page ' +
        'that the link leads to shows what they have said.',
      late(
        facts,
        'The time to decide is over. Please decide now.',
        'You can decide at any time: where the risk is high, do not wait for the others. Their views come until the cut-off, and you are ' +
          'told when no more are awaited. Decide by the time below.',
      ),
    ],
    link: 'Decide',
    undone: 'decided whether the people concerned are told',
    done: 'has decided whether the people concerned are told',
  },
};

const breachDates = (facts: BreachFacts): Letter['facts'] => [
  { label: 'Reference', value: facts.caseRef },
  { label: 'Reported by', value: facts.askedBy },
  { label: 'To', value: facts.asked },
  ...facts.more,
  { label: isPast(facts) ? 'Was due by' : 'Due by', value: formatInstant(facts.plan.dueAt) },
  { label: 'Why then', value: countingInWords(facts.plan) },
];

const linkFor = (facts: BreachFacts, reader: Reader): NonNullable<Letter['link']> => ({
  label: reader === 'requester' || reader === 'csp-manager' ? 'Open the case' : asks[facts.kind].link,
  url: facts.url,
});
const footFor = (facts: BreachFacts, reader: Reader): string =>
  reader === 'requester' ? forRequester(facts) : reader === 'csp-manager' ? forCspManager : footerFor(facts, reader);

/** After "has not": what was done before the breach was opened again was done, and is to be done once more. */
const undoneBy = (facts: BreachFacts): string =>
  `${asks[facts.kind].undone}${facts.isAnsweredBefore === true ? ' since the breach was opened again' : ''}`;

/** Of what was done before the breach was opened again: how it is late in that instant. */
const doneBefore = (facts: BreachFacts, who: string): readonly string[] =>
  facts.isAnsweredBefore === true
    ? [
        `${who} had ${asks[facts.kind].undone} before the breach had ended, and that stays on record. It was opened again, and is asked of ` +
          'it once more. The hours count from the detection as before: they are not given anew.',
      ]
    : [];

const openAgain = 'This breach had ended, and is open again. What an earlier mail said of its end does not hold any more.';

/** The first mail of each thing that is asked, at once, and at any hour: also once more, since the breach was opened again. */
export function breachRequestLetter(facts: BreachFacts, role: RoleOfPartner): Letter {
  const asked = breachAskLetter(facts, role);
  if (facts.isAskedAgain !== true) return asked;
  return {
    ...asked,
    subject: `${facts.caseRef} Opened again. ${asks[facts.kind].subject}`,
    paragraphs: [`${openAgain} Your organisation is asked once more.`, ...doneBefore(facts, 'Your organisation'), ...asked.paragraphs],
  };
}

/** What is asked, and by when. @param again by the CSP manager */
export function breachAskLetter(facts: BreachFacts, role: RoleOfPartner, again = false): Letter {
  const { subject, heading, paragraphs } = asks[facts.kind];
  return {
    subject: `${facts.caseRef} ${again ? 'Asked again. ' : ''}${subject}`,
    heading: heading(facts),
    paragraphs: paragraphs(facts),
    facts: breachDates(facts),
    link: linkFor(facts, role),
    footer: footFor(facts, role),
  };
}

/** A rung of a ladder to the partner that has not answered. */
export function breachChaseLetter(facts: BreachFacts, role: RoleOfPartner): Letter {
  const { heading, paragraphs } = asks[facts.kind];
  const undone = undoneBy(facts);
  const why = {
    spoc: `Nobody of your organisation has ${undone}.`,
    deputy: `You are told as well because nobody of your organisation has ${undone}.`,
    'governance-lead': `This is raised with you as the information governance lead: nobody of your organisation has ${undone}.`,
  }[role];
  const due = dueInSubject(facts.plan);
  const standing = isPast(facts)
    ? facts.isAnsweredBefore === true ? 'Opened again. Once more awaited, was due by' : 'Overdue since'
    : 'Still awaited, due by';
  return {
    subject: `${facts.caseRef} ${standing} ${due}: ${lowerFirst(asks[facts.kind].subject)}`,
    heading: heading(facts),
    paragraphs: [why, ...doneBefore(facts, 'Your organisation'), ...paragraphs(facts)],
    facts: breachDates(facts),
    link: linkFor(facts, role),
    footer: footFor(facts, role),
  };
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** A rung of a ladder to the CSP manager: a partner is silent. */
export function breachEscalationLetter(facts: BreachFacts): Letter {
  const undone = undoneBy(facts);
  return {
    subject: `${facts.caseRef} Escalated: ${facts.asked} has not ${undone}`,
    heading: `${facts.asked} has not ${undone}`,
    paragraphs: [
      ...doneBefore(facts, facts.asked),
      facts.kind === 'acknowledge'
        ? 'This was due by the moment below. Please speak to the partner by telephone, and put the call on record on the page ' +
          'of the case.'
        : 'This was due by the moment below. Please speak to the partner. On the page of the case you can ask it again, or ' +
          'decide not to wait for it.',
    ],
    facts: breachDates(facts),
    link: linkFor(facts, 'csp-manager'),
    footer: forCspManager,
  };
}

/** To whoever reported the breach: a partner has acknowledged, decided, or given its view. */
export function breachAnsweredLetter(
  facts: BreachFacts,
  answer: { readonly version: number; readonly receivedAt: IsoInstant } | null,
): Letter {
  const again = answer !== null && answer.version > 1 ? ', and has changed what it said before' : '';
  return {
    subject: `${facts.caseRef} ${facts.asked} ${asks[facts.kind].done}`,
    heading: `${facts.asked} ${asks[facts.kind].done}${again}`,
    paragraphs: [
      // It can have come in the instant of the end, which it would have held up.
      facts.isClosed === true
        ? 'The breach is closed, and this changes nothing in that. Sign in to read what was said: if something is still to come of it, open the breach again.'
        : 'You need to do nothing. The breach room shows who is still awaited.',
    ],
    facts: [
      ...breachDates(facts),
      // That the ICO was told, and when, is read after signing in.
      ...(answer === null || facts.kind === 'decide-ico' ? [] : [{ label: 'Received', value: formatInstant(answer.receivedAt) }]),
    ],
    link: { label: 'Open the case', url: facts.url },
    footer: forRequester(facts),
  };
}

/** To whoever was told of the hours of a controller: by law they count from another time. @param isDecided whether it has decided by now */
export function awarenessCorrectedLetter(facts: BreachFacts, isDecided: boolean, reader: Reader): Letter {
  const isOfController = reader !== 'requester' && reader !== 'csp-manager';
  return {
    subject: `${facts.caseRef} Personal data breach: the hours by law were corrected`,
    heading: 'The law counts the 72 hours from another time',
    paragraphs: [
      `The time at which ${facts.asked} became aware of the breach was corrected. Its 72 hours by law are counted from the time ` +
        'below, and no longer from the one that earlier mails named. The time of the protocol stays as it was.',
      ...(isDecided && isOfController
        ? [
            'What your organisation has put on record about the ICO stays as it is. Look whether it still holds by the new time, and correct ' +
              'it if it does not. If the time below is wrong, or the ICO was told another one, say so at once to ' +
              `${facts.askedBy}.`,
          ]
        : []),
    ],
    facts: breachDates(facts),
    link: isDecided && isOfController ? { label: 'See what is on record', url: facts.url } : linkFor(facts, reader),
    footer: footFor(facts, reader),
  };
}

/** To a controller: something that it said of the ICO was put on record for it. That the ICO was told, and what, is read after signing in. */
export function icoRecordedLetter(facts: BreachFacts, role: RoleOfPartner): Letter {
  return {
    subject: `${facts.caseRef} Personal data breach: ${facts.askedBy} has put on record what you said about the ICO`,
    heading: 'Something that your organisation said was put on record',
    paragraphs: [
      `${facts.askedBy} has put on record what it was told by your organisation about the ICO. Sign in to read it in the breach room. If ` +
        `nobody of your organisation said so, or said something else, tell ${facts.askedBy} at once, and put on record what is right.`,
    ],
    facts: breachDates(facts),
    link: { label: 'See what is on record', url: facts.url },
    footer: footFor(facts, role),
  };
}

/** To a controller that told the ICO: by the corrected detection it did so after the hours. */
export function reasonsForDelayLetter(facts: BreachFacts, role: RoleOfPartner): Letter {
  return {
    subject: `${facts.caseRef} Personal data breach: give the reasons for a delay`,
    heading: 'Please give the reasons for a delay',
    paragraphs: [
      'The time of detection was corrected. By the new time the 72 hours of the protocol had passed already when your organisation did what ' +
        'it has put on record about the ICO. Please correct the record and add the reasons for the delay. If the 72 hours of the law had passed ' +
        'as well, tell the ICO of them.',
    ],
    facts: breachDates(facts),
    link: { label: 'Add the reasons', url: facts.url },
    footer: footFor(facts, role),
  };
}

/** To the owner: nobody's view is awaited any more. */
export function viewsInLetter(facts: BreachFacts, role: RoleOfPartner): Letter {
  return {
    subject: `${facts.caseRef} Decide now whether the people concerned are told`,
    heading: 'No more views are awaited: please decide',
    paragraphs: [
      'The views of the other partners are in, or the time for them is over. Whether they agree or not, your organisation ' +
        'decides whether the people concerned are told, when, how and by whom.',
    ],
    facts: breachDates(facts),
    link: linkFor(facts, role),
    footer: footFor(facts, role),
  };
}

/** What the owner has decided on telling the people concerned; `before`: the decision that this one replaces. */
export interface Telling {
  readonly now: string;
  readonly before: string | null;
}

/** To everybody who was consulted: the owner has decided, for the first time or anew. */
export function tellingDecidedLetter(facts: BreachFacts, telling: Telling, role: RoleOfPartner): Letter {
  const isAnew = telling.before !== null;
  return {
    subject: `${facts.caseRef} ${isAnew ? 'Decided anew: whether the people concerned are told' : 'It is decided whether the people concerned are told'}`,
    heading: isAnew ? 'It is decided anew whether the people concerned are told' : 'It is decided whether the people concerned are told',
    paragraphs: [
      ...(isAnew ? [`This replaces what you were told before. ${howChanged(telling)}`] : []),
      `The partner whose data it was has decided${isAnew ? ' anew' : ''}. Open the link, or sign in, to read what it decided. If you have not given ` +
        'your view you still can, until the case is closed.',
    ],
    facts: breachDates(facts),
    link: { label: 'Read the decision', url: facts.url },
    footer: footFor(facts, role),
  };
}

function howChanged({ now, before }: Telling): string {
  if (now === before) return 'Whether they are told stays as it was; when, how, by whom or why may be another.';
  return now === 'tell' ? 'They were not to be told, and now they are.' : 'They were to be told, and now they are not.';
}

/** What is not waited for any more, and of whom. That the ICO was told, no mail says. */
const leftIn = ({ left = [] }: CaseFacts): Letter['facts'] =>
  left.map(({ asked, kind, what }) => {
    if (what === 'not-completed') return { label: 'Left as it is', value: `${asked}: what was still to come of it on the ICO` };
    return {
      label: 'Left undecided',
      value: kind === 'decide-ico' ? `${asked}: whether to tell the ICO` : `${asked}: whether the people concerned are told`,
    };
  });

/** To whoever reported the breach: nothing is awaited any more. */
export function breachReadyLetter(facts: CaseFacts): Letter {
  const left = leftIn(facts);
  return {
    subject: `${facts.caseRef} The breach can be closed`,
    heading: 'Nothing is awaited any more',
    paragraphs: [
      left.length === 0
        ? 'Every controller has decided on the ICO and has nothing more to tell it, and it is decided whether the people concerned are ' +
          'told. Every partner has acknowledged, unless it was decided not to wait for it.'
        : 'Not all has come: the CSP manager does not wait any longer for what is named below. It stays on record so.',
      'Please close the breach on its page, with its outcome.',
    ],
    facts: [{ label: 'Reference', value: facts.caseRef }, ...left],
    link: { label: 'Open the case', url: facts.url },
    footer: forRequester(facts),
  };
}

const endings = {
  'dealt-with': { subject: 'The breach is closed', text: 'The breach was dealt with, and the case is closed.' },
  'no-breach': {
    subject: 'It was no personal data breach',
    text: 'It was found that there was no personal data breach. Nothing is asked of you any more.',
  },
  withdrawn: {
    subject: 'The breach was reported by mistake',
    text: 'The report was a mistake and was withdrawn. Nothing is asked of you any more.',
  },
} as const;
export type Ending = keyof typeof endings;
export const isEnding = (name: string): name is Ending => Object.hasOwn(endings, name);

/** To every partner that was told of it: it has ended. */
export function breachEndedLetter(facts: BreachFacts, ending: Ending): Letter {
  const { subject, text } = endings[ending];
  const left = leftIn(facts);
  return {
    subject: `${facts.caseRef} ${subject}`,
    heading: subject,
    paragraphs: [
      text,
      ...(left.length === 0
        ? []
        : [
            'Not all has come: the CSP manager did not wait any longer for what is named below, and it stays on record so. ' +
              'What the law asks of a controller does not end with the case.',
          ]),
      `If you have questions, or it has to be opened again, speak to ${facts.askedBy}.`,
    ],
    facts: [
      { label: 'Reference', value: facts.caseRef },
      { label: 'Reported by', value: facts.askedBy },
      { label: 'To', value: facts.asked },
      ...left,
    ],
    footer: 'You get this as a contact of your organisation under the information sharing protocol.',
  };
}

/** To everybody who was told of its end: it goes on. */
export function breachReopenedLetter(facts: BreachFacts, role: RoleOfPartner): Letter {
  return {
    subject: `${facts.caseRef} The personal data breach is open again`,
    heading: `${facts.askedBy} has opened a personal data breach again`,
    paragraphs: [
      openAgain,
      'This mail asks nothing of you: what your organisation has put on record stays, and it can still be changed. Whatever is asked ' +
        'once more comes in a mail of its own.',
      `If you have questions, speak to ${facts.askedBy}.`,
    ],
    facts: [
      { label: 'Reference', value: facts.caseRef },
      { label: 'Reported by', value: facts.askedBy },
      { label: 'To', value: facts.asked },
    ],
    link: { label: 'Read what happened', url: facts.url },
    footer: footFor(facts, role),
  };
}

/** To whoever has the task now. */
export function breachPassedOnLetter(facts: BreachFacts): Letter {
  const asked = breachAskLetter(facts, 'spoc');
  return {
    ...asked,
    subject: `${facts.caseRef} Passed on to you. ${asks[facts.kind].subject}`,
    paragraphs: ['A colleague passed this on to you. The time stays as it was.', ...asked.paragraphs],
  };
}

/** To whoever reported it: the CSP manager has decided not to wait for a partner any more. */
export function breachLeftLetter(facts: BreachFacts): Letter {
  return {
    subject: `${facts.caseRef} ${facts.asked} is not waited for any more`,
    heading: `${facts.asked} has not ${undoneBy(facts)}, and is not waited for any more`,
    paragraphs: [
      `The CSP manager has decided so. The reason is on the page of the case.${facts.kind === 'acknowledge' ? '' : ' It stays on record as undecided.'}`,
    ],
    facts: breachDates(facts),
    link: { label: 'Open the case', url: facts.url },
    footer: forRequester(facts),
  };
}

/**
 * To whoever reported it, and to the controller itself: what was still to come of it on the ICO is not waited for any more. That
 * the ICO was told, and what, is read after signing in.
 */
export function breachLeftAsItIsLetter(facts: BreachFacts, reader: Reader): Letter {
  const isOfController = reader !== 'requester' && reader !== 'csp-manager';
  return {
    subject: `${facts.caseRef} Personal data breach: what was still to come is not waited for any more`,
    heading: `What was still to come of ${facts.asked} on the ICO is not waited for any more`,
    paragraphs: [
      'The CSP manager has decided so. It stays on record, and the breach can be closed without it.',
      isOfController
        ? 'Your organisation can still put it on record in the breach room until the breach is closed. What the law asks of a controller does not end with the case.'
        : 'The reason is on the page of the case.',
    ],
    facts: [
      { label: 'Reference', value: facts.caseRef },
      { label: 'Reported by', value: facts.askedBy },
      { label: 'Controller', value: facts.asked },
    ],
    link: { label: isOfController ? 'See what is on record' : 'Open the case', url: facts.url },
    footer: footFor(facts, reader),
  };
}

/** To whoever alone could decide it: its decision is not waited for any more. */
export function breachUndecidedLetter(facts: BreachFacts, role: RoleOfPartner): Letter {
  const undone = undoneBy(facts);
  return {
    subject: `${facts.caseRef} Personal data breach: your organisation has not decided`,
    heading: `Your organisation has not ${undone}`,
    paragraphs: [
      'The CSP manager does not wait for it any longer, so the breach can be closed without it. Nobody has decided in its place: it ' +
        'stays on record as undecided.',
      `You can still decide until the breach is closed.${facts.kind === 'decide-ico' ? ' What the law asks of a controller does not end with the case.' : ''}`,
    ],
    facts: breachDates(facts),
    link: linkFor(facts, role),
    footer: footFor(facts, role),
  };
}
