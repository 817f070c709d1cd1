import type { ApplicantRequestKind } from '../../applicant-requests/kind';
import { readSubjectAccess } from './content';
import { letters } from './letters';

/** What subject access has of its own among the requests of an applicant. */
export const subjectAccessKind: ApplicantRequestKind = {
  decisions: [
    { value: 'disclose', text: 'All of it' },
    { value: 'disclose-in-part', text: 'A part of it' },
    { value: 'withhold', text: 'Nothing: it is withheld' },
  ],
  stops: [{ awaiting: 'clarification', text: 'Clarification' }],
  stopNote:
    'The days from the one on which you asked the applicant to the one on which the answer comes are left out, both included. Only clarification that you need to answer stops the clock.',
  startNotes: { clarification: 'The days until it came are left out, both included.' },
  extendLink: () => 'Extend the time to three months',
  replies: [
    { value: 'replied', text: 'What is disclosed, as it was decided' },
    { value: 'refused', text: 'That the request is refused as a whole', hint: 'It is manifestly unfounded or excessive, or nobody could be identified' },
  ],
  onlyDeciderRefuses: false,
  needsItems: false,
  outcomeOf: (said) => (said === 'replied' ? 'replied' : 'refused'),
  groundsOf: () => [],
  applicantOf: (document, store) => readSubjectAccess(document, store).applicant,
  review: null,
  isAbout: (document, store) => readSubjectAccess(document, store).applicant,
  letters,
};
