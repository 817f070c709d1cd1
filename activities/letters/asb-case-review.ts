import type { IsoDate } from '../../config/clock';
import { askedAgainLetter, chaseLetter, escalationLetter } from '../../mail/letters/information-request';
import {
  actionSettledLetter,
  collatedLetter,
  dutyLetter,
  reviewAnswerLetter,
  reviewLeftUnansweredLetter,
  reviewPassedOnLetter,
  reviewRequestLetter,
  reviewWithdrawnLetter,
} from '../../mail/letters/asb-case-review';
import { formatDate } from '../../calendar';
import { isOfDuty } from '../../workflows/shared/duties';
import { roleOfPartner, type ProcessLetters } from './process';

const duties = ['telling-decision', 'telling-outcome', 'looking-again', 'action'] as const;
const abouts = ['asked', 'reminder', 'due-today', 'overdue'] as const;

export const asbCaseReview: ProcessLetters = {
  facts: ({ terms }) => {
    const panelOn = terms['panelOn'] as IsoDate | null;
    return panelOn === null ? [] : [{ label: 'The panel meets', value: formatDate(panelOn) }];
  },
  beforeClosing: 'Until then an applicant who is not satisfied can have it looked at again: please put on record if you hear of it.',
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
      case 'left-unanswered':
        return reviewLeftUnansweredLetter(facts);
      case 'asked-again':
        return askedAgainLetter(facts, roleOfPartner(to));
      default:
        return to === 'csp-manager' ? escalationLetter(facts) : chaseLetter(facts, roleOfPartner(to));
    }
  },
  ofCase: (step, to, document, facts) => {
    if (step.startsWith('collated-')) return collatedLetter(facts, document.terms['panelOn'] as IsoDate | null);
    const duty = document.duties?.find(({ id }) => isOfDuty(step, id));
    if (duty !== undefined && step.startsWith('action-settled-')) return actionSettledLetter(facts, Number(duty.id.replace(/^.*-/, '')));
    const kind = duties.find((each) => step.startsWith(`${each}-`));
    const about = abouts.find((each) => step.includes(`-${each}-`));
    if (duty === undefined || kind === undefined || about === undefined) throw new Error(`A review has no mail "${step}".`);
    return dutyLetter(facts, { kind, about, number: Number(duty.id.replace(/^.*-/, '')), dueOn: duty.dueOn }, to);
  },
};
