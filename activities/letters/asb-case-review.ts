import type { IsoDate } from '../../config/clock';
import { askedAgainLetter, chaseLetter, escalationLetter } from '../../mail/letters/information-request';
import {
  collatedLetter,
  lookAgainLetter,
  reviewAnswerLetter,
  reviewLeftUnansweredLetter,
  reviewPassedOnLetter,
  reviewRequestLetter,
  reviewWithdrawnLetter,
} from '../../mail/letters/asb-case-review';
import { formatDate } from '../../calendar';
import { roleOfPartner, type ProcessLetters } from './process';

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
  ofCase: async (name, to, document, facts, { store }) => {
    if (name === 'collated') return collatedLetter(facts, document.terms['panelOn'] as IsoDate | null);
    const about = abouts.find((each) => name === `looking-again-${each}`);
    const said = (await store.audit.of(document._id, 'not-satisfied')).at(-1);
    if (about === undefined || said === undefined) throw new Error(`A review has no mail "${name}".`);
    return lookAgainLetter(facts, about, said.facts['dueOn'] as IsoDate, to === 'csp-manager' ? to : 'requester');
  },
};
