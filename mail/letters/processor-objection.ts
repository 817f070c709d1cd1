import { formatDue, formatInstant } from '../../calendar';
import type { IsoInstant } from '../../config/clock';
import type { Letter } from '../letter';
import { answerLink, datesOf, dueInSubject, footerFor, forCspManager, forRequester, type TaskFacts } from './task';

const silence = 'If you say nothing by then, you have not objected in time. If you have no objection, please say so: no more reminders are sent then.';

/** To the contact of a controller: a processor is to be added or replaced. */
export function noticeLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} Change of processor: you can object until ${dueInSubject(facts.plan)}`,
    heading: `${facts.askedBy} tells you of a change of processor`,
    paragraphs: [
      'A processor is to be added or replaced under the information sharing protocol. As a joint controller you can object ' +
        `by ${formatDue(facts.plan)}.`,
      silence,
    ],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor(facts, 'spoc'),
  };
}

/** A rung of the ladder, while there is time. */
export function objectionReminderLetter(facts: TaskFacts, role: 'spoc' | 'deputy' | 'governance-lead'): Letter {
  const why = {
    spoc: [],
    deputy: ['You are told as well because the contact of your organisation has not answered.'],
    'governance-lead': [
      'This is raised with you as the information governance lead because your organisation has not answered.',
    ],
  }[role];
  return {
    subject: `${facts.caseRef} Reminder: you can object until ${dueInSubject(facts.plan)}`,
    heading: 'Do you object to a change of processor?',
    paragraphs: [...why, `You can object by ${formatDue(facts.plan)}. ${silence}`],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor(facts, role),
  };
}

/** To whoever opened the case: a controller has answered. */
export function controllerAnsweredLetter(
  facts: TaskFacts,
  answer: { readonly kind: string; readonly version: number; readonly receivedAt: IsoInstant } | null,
): Letter {
  const objects = answer?.kind === 'objection';
  const corrected = answer !== null && answer.version > 1 ? ', and has corrected what it said before' : '';
  return {
    subject: `${facts.caseRef} ${facts.asked} ${objects ? 'objects' : 'does not object'}`,
    heading: `${facts.asked} ${objects ? 'objects to' : 'does not object to'} the change of processor${corrected}`,
    paragraphs: [
      objects
        ? 'Sign in to read why. When nobody can object in time any more, you decide: withdraw the change, or go on and say why.'
        : 'You need to do nothing. You get a mail when the time to object has ended, or when all have answered.',
    ],
    facts: [
      ...datesOf(facts),
      ...(answer === null ? [] : [{ label: 'Answer received', value: formatInstant(answer.receivedAt) }]),
    ],
    link: { label: objects ? 'Read the objection' : 'Open the case', url: facts.url },
    footer: forRequester(facts),
  };
}

/** To the CSP manager, at once: a controller objects. */
export function objectionLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} ${facts.asked} objects to a change of processor`,
    heading: `${facts.asked} objects to a change of processor`,
    paragraphs: [
      `${facts.askedBy} intends the change, and decides on it when nobody can object in time any more. Sign in to read the ` +
        'objection, and speak to both if you can help.',
    ],
    facts: datesOf(facts),
    link: { label: 'Read the objection', url: facts.url },
    footer: forCspManager,
  };
}

/** To the CSP manager: a controller that had objected has corrected that. */
export function objectionLiftedLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} ${facts.asked} does not object any more`,
    heading: `${facts.asked} does not object to the change of processor any more`,
    paragraphs: ['It has corrected its objection to that it has none. You need to do nothing.'],
    facts: datesOf(facts),
    link: { label: 'Open the case', url: facts.url },
    footer: forCspManager,
  };
}

/** Nobody can object in time any more, and somebody has. */
export function toDecideLetter(facts: TaskFacts, reader: 'requester' | 'csp-manager'): Letter {
  return {
    subject: `${facts.caseRef} The change of processor is to be decided`,
    heading: 'There is an objection, and nobody else can object in time',
    paragraphs: [
      reader === 'requester'
        ? 'Please decide on the page of the case: withdraw the change, or go on and say why. Those who objected are told either way.'
        : `${facts.askedBy} decides now: it withdraws the change, or goes on and says why.`,
    ],
    facts: [
      { label: 'Reference', value: facts.caseRef },
      { label: 'From', value: facts.askedBy },
    ],
    link: { label: 'Open the case', url: facts.url },
    footer: reader === 'requester' ? forRequester(facts) : forCspManager,
  };
}

/** To whoever opened the case: it has ended without an objection. */
export function noObjectionLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} Nobody objected to the change of processor`,
    heading: 'Nobody objected in time',
    paragraphs: [
      'All controllers that were told have answered, or their time to object has ended. The case is closed; who said what, ' +
        'and who said nothing, is on its page.',
    ],
    facts: [{ label: 'Reference', value: facts.caseRef }],
    link: { label: 'Open the case', url: facts.url },
    footer: forRequester(facts),
  };
}

/** To a controller that has objected: the change goes on all the same. */
export function goneOnLetter(facts: TaskFacts, role: 'spoc' | 'deputy' | 'governance-lead'): Letter {
  return {
    subject: `${facts.caseRef} The change of processor goes on`,
    heading: `${facts.askedBy} goes on with the change of processor`,
    paragraphs: [
      'Your organisation has objected. Open the notice to read why the change goes on: you can for some working days, until ' +
        `the case closes by itself. If you do not agree, speak to ${facts.askedBy} or to the CSP manager.`,
    ],
    facts: datesOf(facts),
    link: { label: 'Read why', url: facts.url },
    footer: footerFor(facts, role),
  };
}

/** To whoever has the task now. */
export function noticePassedOnLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} Change of processor passed on to you: object until ${dueInSubject(facts.plan)}`,
    heading: 'A notice of a change of processor was passed on to you',
    paragraphs: [
      `${facts.askedBy} tells your organisation of a change of processor, and a colleague passed the notice on to you. You ` +
        `can object by ${formatDue(facts.plan)}: the time is the same as before.`,
      silence,
    ],
    facts: datesOf(facts),
    link: answerLink(facts),
    footer: footerFor(facts, 'spoc'),
  };
}

/** To every controller that was told, whatever it said. */
export function changeWithdrawnLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} Withdrawn: the processor does not change`,
    heading: `${facts.askedBy} has withdrawn the change of processor`,
    paragraphs: ['No processor is added or replaced by this notice, and nothing is asked of you any more.'],
    facts: [
      { label: 'Reference', value: facts.caseRef },
      { label: 'From', value: facts.askedBy },
      { label: 'To', value: facts.asked },
    ],
    footer: 'You get this as the contact of your organisation under the information sharing protocol.',
  };
}

/** To every controller that was told that it was withdrawn, and is not asked again. */
export function changeReopenedLetter(facts: TaskFacts): Letter {
  return {
    subject: `${facts.caseRef} Opened again: the change of processor`,
    heading: `${facts.askedBy} has opened the change of processor again`,
    paragraphs: [
      'You were told that the processor does not change. That does not hold any more. Whatever your organisation has said stays. It is ' +
        'not waited for, but it can still say something, or something else, until the case is closed: open the link.',
    ],
    facts: [
      { label: 'Reference', value: facts.caseRef },
      { label: 'From', value: facts.askedBy },
      { label: 'To', value: facts.asked },
    ],
    link: answerLink(facts),
    footer: footerFor(facts, 'spoc'),
  };
}

/** By the CSP manager, while there is time: as when an address was put right. */
export function toldAgainLetter(facts: TaskFacts, role: 'spoc' | 'deputy' | 'governance-lead'): Letter {
  return { ...objectionReminderLetter(facts, role), subject: `${facts.caseRef} Told again: you can object until ${dueInSubject(facts.plan)}` };
}
