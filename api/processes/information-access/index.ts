import { z } from 'zod';
import { accessRegimes } from '../../../config/access-grounds';
import type { InformationAccessStage } from '../../../workflows/information-access/state';
import { whatCameFrom } from '../../applicant-requests/content';
import { replyDueOn } from '../../applicant-requests/standing';
import { particulars } from '../../applicant-requests/particulars';
import { mayOnCase } from '../../policy';
import type { WebProcess } from '../process';
import { groundsInWords, readInformationAccess, termsOf } from './content';
import { informationAccessRows, words } from './words';

/** What whoever runs a request has to see to, by its stage. */
const toDoIn = {
  'clock-stopped': 'FOI or EIR request: start the clock as soon as what is awaited of the applicant has come',
  'fee-unpaid': 'FOI or EIR request: the fee was not paid in time. If it was, put that on record',
  consulting: 'FOI or EIR request: reply to the applicant, with the advice of the originators or without',
  'to-decide': 'FOI or EIR request: decide what is disclosed',
  'to-reply': 'FOI or EIR request: reply to the applicant',
  'looked-at-again': 'FOI or EIR request: look at the reply again, as the applicant is not satisfied',
  closed: null,
} as const satisfies Record<InformationAccessStage, string | null>;

/** FOI or EIR request (protocol section 5), as the web shows it. */
export const informationAccess: WebProcess = {
  words,
  isConfirmed: false,
  // While it is looked at again, what came of that closes it.
  isWithdrawable: ({ projection }) => projection.stage !== 'looked-at-again',
  decisionsOf: () => [],
  rows: (document, { all }, { store }) => informationAccessRows(document, readInformationAccess(document, store), all),
  // A request is answered whoever asks: no originator is told who does.
  content: (document, { all }, { store }) => {
    const { applicant, contact, asked } = readInformationAccess(document, store);
    return { request: { applicant: all ? applicant : '', contact: all ? contact : '', asked, ...termsOf(document) }, justifications: {} };
  },
  contentSchema: z
    .object({
      applicant: z.string(),
      contact: z.string(),
      asked: z.string(),
      regime: z.enum(accessRegimes),
      receivedOn: z.string().meta({ format: 'date' }),
    })
    .meta({ id: 'InformationAccessContent' }),
  particulars,
  alongside: (document, task, record, deps) => whatCameFrom(document, task, record, deps, (codes) => groundsInWords(document, codes)),
  toDo: (summary, account) => {
    const text = toDoIn[summary.projection.stage as InformationAccessStage];
    if (text === null) return [];
    if (summary.projection.stage === 'looked-at-again') {
      const review = summary.duties?.find(({ id }) => summary.projection.duties?.includes(id));
      const isOwn = mayOnCase(account, 'decide-internal-review', summary);
      return isOwn ? [{ text, href: `/cases/${summary._id}/internal-review/outcome`, dueOn: review?.dueOn ?? null }] : [];
    }
    if (!mayOnCase(account, 'run-applicant-request', summary)) return [];
    return [{ text, href: `/cases/${summary._id}/items`, dueOn: replyDueOn(summary) }];
  },
  casePage: { view: 'applicant-requests/case.njk', locals: () => ({}) },
  neededByOn: () => null,
};
