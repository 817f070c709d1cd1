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
} from '../../mail/letters/subject-access';
import { roleOfPartner, type ProcessLetters } from './process';

export const subjectAccess: ProcessLetters = {
  facts: () => [],
  letter: (name, to, facts, answer) => {
    if (facts.kind === 'reply') {
      if (name === 'request') return requestReceivedLetter(facts, roleOfPartner(to));
      if (name === 'clock-started') return clockStartedLetter(facts, to === 'csp-manager' ? to : roleOfPartner(to));
      return to === 'csp-manager' ? replyOverdueLetter(facts) : replyDueLetter(facts, roleOfPartner(to));
    }
    if (isToldOriginator(name)) return toldOriginatorLetter(facts, name, roleOfPartner(to));
    switch (name) {
      case 'request':
        return warningLetter(facts, roleOfPartner(to));
      case 'passed-on':
        return consultationPassedOnLetter(facts);
      case 'answer-received':
        return originatorAnsweredLetter(facts, (answer?.version ?? 1) > 1);
      case 'referred':
        return referredLetter(facts, roleOfPartner(to));
      case 'left-unanswered':
        return notWaitedForLetter(facts);
      case 'asked-again':
        return warningLetter(facts, roleOfPartner(to), true);
      default:
        return to === 'csp-manager' ? consultationSilentLetter(facts) : consultationChaseLetter(facts, roleOfPartner(to));
    }
  },
};
