import type { IsoDate } from '../../config/clock';
import { askedAgainLetter, chaseLetter, escalationLetter } from '../../mail/letters/information-request';
import {
  actionEndedLetter,
  actionSettledLetter,
  collatedLetter,
  dutyLetter,
  dutyMovedLetter,
  panelLetter,
  panelMetLetter,
  reviewAnswerLetter,
  reviewLeftUnansweredLetter,
  reviewPassedOnLetter,
  reviewRequestLetter,
  reviewWithdrawnLetter,
} from '../../mail/letters/asb-case-review';
import { formatDate } from '../../calendar';
import { numberOf, type CaseDuty } from '../../store/cases';
import { isBeforePanel } from '../../workflows/asb-case-review/state';
import { isDuty, isOfDuty } from '../../workflows/shared/duties';
import { personIn } from '../../workflows/shared/person';
import { notDecider, roleOfPartner, type ProcessLetters } from './process';

const duties = ['telling-decision', 'telling-outcome', 'looking-again', 'asking', 'recording', 'anew', 'action'] as const;
const kindOf = ({ id }: CaseDuty) => duties.find((each) => isDuty(id, each));
const abouts = ['asked', 'reminder', 'due-today', 'overdue', 'escalated', 'again'] as const;
const ends = ['dropped', 'changed', 'withdrawn'] as const;
const aboutPanel = ['named', 'moved', 'withdrawn'] as const;

export const asbCaseReview: ProcessLetters = {
  facts: ({ terms, projection: { stage } }) => {
    const panelOn = terms['panelOn'] as IsoDate | null;
    // Once it has met, that it meets is said no more.
    return panelOn === null || !isBeforePanel(stage) ? [] : [{ label: 'Day of the panel', value: formatDate(panelOn) }];
  },
  beforeClosing: 'Until then an applicant who is not satisfied can have it looked at again: please put on record if you hear of it.',
  isAnsweredByLink: ({ id }) => isDuty(id, 'action'),
  letter: (name, to, facts, answer) => {
    switch (name) {
      case 'request':
        return reviewRequestLetter(facts);
      case 'passed-on':
        return reviewPassedOnLetter(facts);
      case 'withdrawn':
        return reviewWithdrawnLetter(facts);
      case 'answer-received':
        return reviewAnswerLetter(facts, answer);
      case 'panel-met':
        // The case as it was before this wake may still have the panel ahead.
        return panelMetLetter({ ...facts, more: [] });
      case 'left-unanswered':
        return reviewLeftUnansweredLetter(facts);
      case 'asked-again':
        return askedAgainLetter(facts, roleOfPartner(to));
      default:
        return to === 'csp-manager' ? escalationLetter(facts) : chaseLetter(facts, roleOfPartner(to));
    }
  },
  dutyMoved: (duty, moved, to, facts) => {
    const kind = kindOf(duty);
    if (kind === undefined) throw new Error(`A review has nothing to do that is called "${duty.id}".`);
    return dutyMovedLetter(facts, { kind, number: numberOf(duty), ...moved }, notDecider(to));
  },
  ofCase: (step, to, document, facts) => {
    const person = personIn(step);
    const about = person === null ? undefined : aboutPanel.find((each) => person.what === `panel-${each}`);
    if (about !== undefined) return panelLetter(facts, about, document.terms['panelOn'] as IsoDate | null);
    if (step.startsWith('collated-')) return collatedLetter(facts, document.terms['panelOn'] as IsoDate | null);
    const duty = document.duties?.find(({ id }) => isOfDuty(step, id));
    if (duty !== undefined && step.startsWith('action-settled-')) return actionSettledLetter(facts, numberOf(duty));
    const end = ends.find((each) => step.startsWith(`action-${each}-`));
    if (duty !== undefined && end !== undefined) return actionEndedLetter(facts, numberOf(duty), end);
    const kind = duty === undefined ? undefined : kindOf(duty);
    const ofDuty = abouts.find((each) => step.includes(`-${each}-`));
    if (duty === undefined || kind === undefined || ofDuty === undefined) throw new Error(`A review has no mail "${step}".`);
    return dutyLetter(facts, { kind, about: ofDuty, number: numberOf(duty), dueOn: duty.dueOn }, notDecider(to));
  },
};
