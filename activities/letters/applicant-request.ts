/** The mails of a request of an applicant: the reply of its receiver, and what originators are asked and told. */
import {
  clockStartedLetter,
  consultationChaseLetter,
  consultationPassedOnLetter,
  consultationSilentLetter,
  isToldOriginator,
  notWaitedForLetter,
  originatorAnsweredLetter,
  referredLetter,
  replyDueLetter,
  replyOverdueLetter,
  requestReceivedLetter,
  toldOriginatorLetter,
  warningLetter,
  type RequestWords,
} from '../../mail/letters/applicant-request';
import { roleOfPartner, type ProcessLetters } from './process';

/** Which notice is which letter, in the words of one law. */
export const lettersOfRequest = (words: RequestWords): ProcessLetters => ({
  facts: () => [],
  letter: (name, to, facts, answer) => {
    if (facts.kind === 'reply') {
      if (name === 'request') return requestReceivedLetter(facts, roleOfPartner(to), words);
      if (name === 'clock-started') return clockStartedLetter(facts, to === 'csp-manager' ? to : roleOfPartner(to));
      return to === 'csp-manager' ? replyOverdueLetter(facts) : replyDueLetter(facts, roleOfPartner(to), words);
    }
    if (isToldOriginator(name, words)) return toldOriginatorLetter(facts, name, roleOfPartner(to), words);
    switch (name) {
      case 'request':
        return warningLetter(facts, roleOfPartner(to), words);
      case 'passed-on':
        return consultationPassedOnLetter(facts, words);
      case 'answer-received':
        return originatorAnsweredLetter(facts, (answer?.version ?? 1) > 1, to === 'decider' ? to : 'requester');
      case 'referred':
        return referredLetter(facts, roleOfPartner(to), words);
      case 'left-unanswered':
        return notWaitedForLetter(facts);
      case 'asked-again':
        return warningLetter(facts, roleOfPartner(to), words, true);
      default:
        return to === 'csp-manager' ? consultationSilentLetter(facts) : consultationChaseLetter(facts, roleOfPartner(to), words);
    }
  },
});
