import { formatDate } from '../../calendar';
import type { IsoDate } from '../../config/clock';
import { correctionProposedLetter, type TaskFacts } from '../../mail/letters/task';
import {
  allSettledLetter,
  endMovedLetter,
  membershipEndedLetter,
  notSettledLetter,
  openedAgainLetter,
  noticeOfWithdrawalLetter,
  partSettledLetter,
  takenBackLetter,
  toSettleLetter,
  withdrawalPassedOnLetter,
} from '../../mail/letters/withdrawal';
import { roleOfPartner, type ProcessLetters } from './process';

const whatHappens = 'What happens';
const sinceTheNotice = 'Since the notice';
const disclosedSince = 'Information was disclosed after the notice, and it is to be settled as well. What you have said before stays as you said it.';

const whatIn = ({ more }: TaskFacts): string => more.find(({ label }) => label === whatHappens)?.value ?? '';

export const withdrawal: ProcessLetters = {
  // It names organisations only.
  facts: ({ title, terms, startInput }, { id }) => [
    { label: whatHappens, value: title },
    { label: 'Last day as a partner', value: formatDate(terms['lastDay'] as IsoDate) },
    ...(startInput.tasks.some((task) => task.id === id) ? [] : [{ label: sinceTheNotice, value: disclosedSince }]),
  ],
  endMoved: (moved, to, facts) => endMovedLetter(facts, whatIn(facts), moved, to === 'requester' ? to : 'spoc'),
  letter: (name, to, facts, answer) => {
    const what = whatIn(facts);
    switch (name) {
      case 'correction-proposed':
        return correctionProposedLetter(facts, 'decider');
      case 'request':
        return noticeOfWithdrawalLetter(facts, what, facts.more.find(({ label }) => label === sinceTheNotice)?.value);
      case 'passed-on':
        return withdrawalPassedOnLetter(facts, what);
      case 'answer-received':
        return partSettledLetter(facts, answer);
      case 'membership-ended':
        return membershipEndedLetter(facts, what);
      case 'withdrawn':
        return takenBackLetter(facts, what);
      case 'opened-again':
        return openedAgainLetter(facts, what);
      case 'settled':
        return allSettledLetter(facts, what);
      default:
        return to === 'csp-manager' ? notSettledLetter(facts, what) : toSettleLetter(facts, what, roleOfPartner(to));
    }
  },
};
