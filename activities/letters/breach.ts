import { formatInstant } from '../../calendar';
import type { IsoInstant } from '../../config/clock';
import {
  awarenessCorrectedLetter,
  breachAnsweredLetter,
  breachAskLetter,
  breachChaseLetter,
  breachEndedLetter,
  breachEscalationLetter,
  breachLeftAsItIsLetter,
  breachLeftLetter,
  breachPassedOnLetter,
  breachReadyLetter,
  breachReopenedLetter,
  breachRequestLetter,
  breachUndecidedLetter,
  icoRecordedLetter,
  isEnding,
  reasonsForDelayLetter,
  tellingDecidedLetter,
  viewsInLetter,
  type BreachFacts,
} from '../../mail/letters/breach';
import type { TaskFacts } from '../../mail/letters/task';
import { isOwnDecision } from '../../workflows/breach/decisions';
import { notDecider, roleOfPartner, type LeftTask, type ProcessLetters } from './process';

export const breach: ProcessLetters = {
  facts: (document, { byLaw }) => [
    { label: 'Detected', value: formatInstant(document.terms['detectedAt'] as IsoInstant) },
    ...(byLaw === undefined
      ? []
      : [
          { label: 'Became aware', value: formatInstant(byLaw.from) },
          { label: 'By law, 72 hours from then', value: formatInstant(byLaw.dueAt) },
        ]),
  ],
  left: ({ tasks, projection }) =>
    tasks.flatMap((task): readonly LeftTask[] => {
      const state = projection.tasks.find(({ id }) => id === task.id);
      if (isOwnDecision(task) && state?.status === 'left-unanswered') return [{ task, what: 'undecided' }];
      return state?.answer?.icoMore === 'left' ? [{ task, what: 'not-completed' }] : [];
    }),
  tellingDecided: (telling, to, facts) => tellingDecidedLetter(ofKind(facts), telling, roleOfPartner(to)),
  letter: (name, to, given, answer) => {
    const facts = ofKind(given);
    const ending = name.replace(/^ended-/, '');
    if (isEnding(ending)) return breachEndedLetter(facts, ending);
    switch (name) {
      case 'request':
        return breachRequestLetter(facts, roleOfPartner(to));
      case 'reopened':
        return breachReopenedLetter(facts, roleOfPartner(to));
      case 'passed-on':
        return breachPassedOnLetter(facts);
      case 'answer-received':
        return breachAnsweredLetter(facts, answer);
      case 'views-in':
        return viewsInLetter(facts, roleOfPartner(to));
      case 'awareness-corrected':
        return awarenessCorrectedLetter(facts, answer !== null, notDecider(to));
      case 'ico-recorded':
        return icoRecordedLetter(facts, roleOfPartner(to));
      case 'reasons-for-delay':
        return reasonsForDelayLetter(facts, roleOfPartner(to));
      case 'left-unanswered':
        return breachLeftLetter(facts);
      case 'left-undecided':
        return breachUndecidedLetter(facts, roleOfPartner(to));
      case 'left-as-it-is':
        return breachLeftAsItIsLetter(facts, notDecider(to));
      case 'asked-again':
        return breachAskLetter(facts, roleOfPartner(to), true);
      default:
        return to === 'csp-manager' ? breachEscalationLetter(facts) : breachChaseLetter(facts, roleOfPartner(to));
    }
  },
  ofCase: (step, _to, { _id }, facts) => {
    if (!step.startsWith('to-close-')) throw new Error(`${_id} sends no mail "${step}" about the case as a whole.`);
    return breachReadyLetter(facts);
  },
};

function ofKind({ kind, ...facts }: TaskFacts): BreachFacts {
  if (kind === undefined || kind === 'reply' || kind === 'consult') throw new Error(`A task of ${facts.caseRef} is none of a breach.`);
  return { ...facts, kind };
}
