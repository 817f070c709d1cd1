import { formatDate } from '../../calendar';
import type { IsoDate } from '../../config/clock';
import {
  answerReceivedLetter,
  askedAgainLetter,
  chaseLetter,
  escalationLetter,
  leftUnansweredLetter,
  passedOnLetter,
  requestLetter,
  withdrawnLetter,
} from '../../mail/letters/information-request';
import { roleOfPartner, type ProcessLetters } from './process';

export const informationRequest: ProcessLetters = {
  facts: ({ terms }) => {
    const neededByOn = terms['neededByOn'] as IsoDate | null;
    if (neededByOn === null) return [];
    return [{ label: 'Urgent: needed by', value: `${formatDate(neededByOn)} (the time to answer stays as it is)` }];
  },
  beforeClosing: 'Please read the answers before then, and confirm on the page that you have what you asked for.',
  letter: (name, to, facts, answer) => {
    switch (name) {
      case 'request':
        return requestLetter(facts);
      case 'passed-on':
        return passedOnLetter(facts);
      case 'withdrawn':
        return withdrawnLetter(facts);
      case 'answer-received':
        return answerReceivedLetter(facts, answer);
      case 'left-unanswered':
        return leftUnansweredLetter(facts);
      case 'asked-again':
        return askedAgainLetter(facts, roleOfPartner(to));
      default:
        return to === 'csp-manager' ? escalationLetter(facts) : chaseLetter(facts, roleOfPartner(to));
    }
  },
};
