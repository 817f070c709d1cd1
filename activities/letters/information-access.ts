import { feeLapsedLetter, informationAccessWords } from '../../mail/letters/information-access';
import { lettersOfRequest } from './applicant-request';
import { roleOfPartner, type ProcessLetters } from './process';

const ofRequest = lettersOfRequest(informationAccessWords);

export const informationAccess: ProcessLetters = {
  ...ofRequest,
  letter: (name, to, facts, answer) =>
    name === 'fee-lapsed' ? feeLapsedLetter(facts, roleOfPartner(to)) : ofRequest.letter(name, to, facts, answer),
};
