import { feeLapsedLetter, feeLapseMovedLetter, feeLapsesSoonLetter, informationAccessWords, reviewAbouts, reviewLetter, reviewMovedLetter } from '../../mail/letters/information-access';
import { isOfDuty } from '../../workflows/shared/duties';
import { lettersOfRequest } from './applicant-request';
import { roleOfPartner, type ProcessLetters } from './process';

const ofRequest = lettersOfRequest(informationAccessWords);

export const informationAccess: ProcessLetters = {
  ...ofRequest,
  letter: (name, to, facts, answer) => {
    if (name === 'fee-lapses-soon') return feeLapsesSoonLetter(facts, roleOfPartner(to));
    return name === 'fee-lapsed' ? feeLapsedLetter(facts, roleOfPartner(to)) : ofRequest.letter(name, to, facts, answer);
  },
  lapseMoved: (moved, to, facts) => feeLapseMovedLetter(facts, moved, roleOfPartner(to)),
  dutyMoved: (_, moved, to, facts) => reviewMovedLetter(facts, moved, to),
  ofCase: (step, to, { duties = [] }, facts) => {
    const duty = duties.find(({ id }) => isOfDuty(step, id));
    const about = reviewAbouts.find((each) => step.includes(`-${each}-`));
    if (duty === undefined || about === undefined) throw new Error(`An FOI or EIR request has no mail "${step}".`);
    return reviewLetter(facts, { about, dueOn: duty.dueOn }, to);
  },
};
