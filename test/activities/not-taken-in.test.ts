/** What a case has taken and its store was never brought, by the record alone; that it is brought over: test/faults/put-back.test.ts. */
import { notTakenIn } from '../../dispatch/not-taken-in';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument } from '../../store/cases';

const entry = (seq: number, act: string, facts: object, more: object = {}) => ({ seq, act, facts, task: 'T1', waiting: false, ...more }) as unknown as AuditEntry;
const document = (more: object = {}) =>
  ({ startInput: {}, tasks: [{ id: 'T1', plans: [{ version: 1 }, { version: 2 }] }], duties: [{ id: 'action-1', counted: { version: 1 } }], ...more }) as unknown as CaseDocument;
const seqsIn = (record: AuditEntry[], of = document()): number[] => notTakenIn(of, record).map(({ seq }) => seq);
const moved = (version: number) => ({ plan: { version } });

test('a clock that is newer than that of the store is missing; one that another has followed is not', () => {
  expect(seqsIn([entry(1, 'clock-extended', moved(1)), entry(2, 'clock-moved', moved(2)), entry(3, 'clock-moved', moved(3)), entry(4, 'question-answered', { plan: null })])).toEqual([3]);
});

test('a task, an action or the day of one that the store does not have is missing', () => {
  const record = [
    entry(1, 'tasks-added', { tasks: [{ id: 'T1' }] }),
    entry(2, 'items-changed', { tasks: [{ id: 'T2' }] }),
    entry(3, 'outcome-recorded', { duties: [{ id: 'action-1' }] }),
    entry(4, 'outcome-recorded', { duties: [{ id: 'action-1' }, { id: 'action-2' }] }),
    entry(5, 'duty-moved', { duty: 'action-1', counted: { version: 2 } }),
    entry(6, 'looked-at-again', {}),
    entry(7, 'looked-at-again', { anew: { id: 'anew-1' } }),
    entry(8, 'review-rescheduled', { recording: { id: 'recording-1' } }),
  ];
  expect(seqsIn(record)).toEqual([2, 4, 5, 7, 8]);
});

test('nothing is missing of what waits, was refused, or is of an earlier opening', () => {
  const record = [entry(1, 'clock-moved', moved(3)), entry(2, 'clock-moved', moved(4), { waiting: true }), entry(3, 'clock-moved', moved(5)), entry(4, 'act-refused', { seq: 3 })];
  expect(seqsIn(record, document({ startInput: { reopened: { after: 1 } } }))).toEqual([]);
});
