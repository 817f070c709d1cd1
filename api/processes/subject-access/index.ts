import { z } from 'zod';
import { formatInstant } from '../../../calendar';
import type { ItemOnRecord } from '../../../dispatch/items';
import type { Store } from '../../../store';
import type { CaseDocument } from '../../../store/cases';
import type { SubjectAccessStage } from '../../../workflows/subject-access/state';
import { noteIn } from '../../cases/content';
import { mayOnCase } from '../../policy';
import type { Row, WebProcess } from '../process';
import { decisionNames, itemsOfTask, itemText, readSubjectAccess, regimes, termsOf } from './content';
import { particulars } from './particulars';
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

/** What was decided on an item, as its originator reads it: not the advice, which is for whoever decides. */
function decisionRows({ id, decided }: ItemOnRecord, document: CaseDocument, store: Pick<Store, 'cipher'>): Row[] {
  if (decided === null) return [];
  const note = noteIn(document, decided.entry, store);
  const wrote = (name: string): string => (typeof note?.[name] === 'string' ? note[name] : '');
  const [why, beforeTime] = [wrote('text'), wrote('beforeTime')];
  const of = `item ${id.slice(1)}`;
  return [
    { key: `Decision on ${of}`, text: `${decisionNames[decided.decision]}, decided at ${formatInstant(decided.at)}` },
    ...(why === '' ? [] : [{ key: `Why ${of} was decided so`, text: why }]),
    ...(beforeTime === '' ? [] : [{ key: `Why ${of} could not wait`, text: beforeTime }]),
  ];
}

/** Subject access request (protocol section 5), as the web shows it. */
export const subjectAccess: WebProcess = {
  words,
  isConfirmed: false,
  tellsOfWithdrawal: 'all',
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
  // An originator sees the items that came from it, and no others, each with what was decided on it and why.
  alongside: (document, { id, kind }, record, { store }) => {
    const items = kind === 'consult' ? itemsOfTask(document, id, record) : [];
    return {
      title: 'What came from you',
      names: items.flatMap((item) => [`${item.id}/item`, ...(item.decided === null ? [] : [`${item.id}/decision`])]),
      rows: () =>
        items.flatMap((item) => [
          { key: `Item ${item.id.slice(1)}`, text: itemText(document, item, record, store) },
          ...decisionRows(item, document, store),
        ]),
    };
  },
  toDo: (summary, account) => {
    const text = toDoIn[summary.projection.stage as SubjectAccessStage];
    if (text === null || !mayOnCase(account, 'run-subject-access', summary)) return [];
    const reply = summary.tasks.find(({ kind }) => kind === 'reply');
    return [{ text, href: `/cases/${summary._id}/items`, dueOn: reply?.plans.at(-1)?.dueOn ?? null }];
  },
  casePage: { view: 'subject-access/case.njk', locals: () => ({}) },
  neededByOn: () => null,
};
