import { z } from 'zod';
import type { SubjectAccessStage } from '../../../workflows/subject-access/state';
import { whatCameFrom } from '../../applicant-requests/content';
import { replyDueOn } from '../../applicant-requests/standing';
import { particulars } from '../../applicant-requests/particulars';
import { mayOnCase } from '../../policy';
import type { WebProcess } from '../process';
import { readSubjectAccess, regimes, termsOf } from './content';
import { subjectAccessRows, words } from './words';

/** What whoever runs a request has to see to, by its stage. */
const toDoIn = {
  'clock-stopped': 'Subject access request: start the clock as soon as what is awaited of the applicant has come',
  consulting: 'Subject access request: reply to the applicant, once the originators have answered or had their time',
  'to-decide': 'Subject access request: decide what is disclosed of its items',
  'to-reply': 'Subject access request: reply to the applicant',
  closed: null,
} as const satisfies Record<SubjectAccessStage, string | null>;

const day = z.string().meta({ format: 'date' });

/** Subject access request (protocol section 5), as the web shows it. */
export const subjectAccess: WebProcess = {
  words,
  isConfirmed: false,
  decisionsOf: () => [],
  rows: (document, { all }, { store }) => subjectAccessRows(document, readSubjectAccess(document, store), all),
  content: (document, { all }, { store }) => {
    const { applicant, actsFor, contact, asked } = readSubjectAccess(document, store);
    return { request: { applicant, actsFor, contact: all ? contact : '', asked, ...termsOf(document) }, justifications: {} };
  },
  contentSchema: z
    .object({
      applicant: z.string(),
      actsFor: z.string(),
      contact: z.string(),
      asked: z.string(),
      regime: z.enum(Object.keys(regimes) as [keyof typeof regimes, ...(keyof typeof regimes)[]]),
      receivedOn: day,
      identityOn: day.nullable(),
      feeOn: day.nullable(),
    })
    .meta({ id: 'SubjectAccessContent' }),
  particulars,
  alongside: (document, task, record, deps) => whatCameFrom(document, task, record, deps),
  toDo: (summary, account) => {
    const text = toDoIn[summary.projection.stage as SubjectAccessStage];
    if (text === null || !mayOnCase(account, 'run-applicant-request', summary)) return [];
    return [{ text, href: `/cases/${summary._id}/items`, dueOn: replyDueOn(summary) }];
  },
  casePage: { view: 'applicant-requests/case.njk', locals: () => ({}) },
  neededByOn: () => null,
};
