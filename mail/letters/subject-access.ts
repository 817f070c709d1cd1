/** What the mails of a subject access request say in their own words. */
import { repliedByItem, type RequestWords } from './applicant-request';

export const subjectAccessWords: RequestWords = {
  title: 'Subject access request',
  a: 'A subject access request',
  short: 'Subject access',
  warns: 'warns you',
  rule: 'What came from other partners is disclosed only after they were warned, and have answered or had their time.',
  extension:
    'If the request is complex, or one of several, the time can be extended once: the applicant has to be told, with the reasons, ' +
    'before it runs out.',
  ends: {
    'ended-replied': repliedByItem,
    'ended-refused': {
      subject: 'The request was refused',
      text: 'The request was refused as a whole: nothing that came from your organisation was disclosed by it.',
    },
  },
};
