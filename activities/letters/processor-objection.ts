import {
  changeReopenedLetter,
  changeWithdrawnLetter,
  controllerAnsweredLetter,
  goneOnLetter,
  noObjectionLetter,
  noticeLetter,
  noticePassedOnLetter,
  objectionLetter,
  objectionLiftedLetter,
  objectionReminderLetter,
  toDecideLetter,
  toldAgainLetter,
} from '../../mail/letters/processor-objection';
import { roleOfPartner, type ProcessLetters } from './process';

export const processorObjection: ProcessLetters = {
  facts: () => [],
  beforeClosing: 'Whoever has objected can read until then why you go on.',
  letter: (name, to, facts, answer) => {
    switch (name) {
      case 'request':
        return noticeLetter(facts);
      case 'passed-on':
        return noticePassedOnLetter(facts);
      case 'reopened':
        return changeReopenedLetter(facts);
      case 'withdrawn':
        return changeWithdrawnLetter(facts);
      case 'answer-received':
        return controllerAnsweredLetter(facts, answer);
      case 'objection':
        return objectionLetter(facts);
      case 'objection-lifted':
        return objectionLiftedLetter(facts);
      case 'to-decide':
        return toDecideLetter(facts, to === 'requester' ? to : 'csp-manager');
      case 'no-objection':
        return noObjectionLetter(facts);
      case 'gone-on':
        return goneOnLetter(facts, roleOfPartner(to));
      case 'asked-again':
        return toldAgainLetter(facts, roleOfPartner(to));
      default:
        // A ladder that a partnership raises to the CSP manager says what the last mail of ours says.
        return to === 'csp-manager' ? toDecideLetter(facts, to) : objectionReminderLetter(facts, roleOfPartner(to));
    }
  },
};
