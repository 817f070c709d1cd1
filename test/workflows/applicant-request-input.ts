/** What a request of an applicant starts with in the tests of its workflow: the reply, and a consultation for each originator. */
import type { InformationAccessInput } from '../../workflows/information-access/contract';
import type { CaseInput, DutyRung, ItemInput, TaskId, TaskInput } from '../../workflows/shared/contract';
import { at, day, movedClock } from './support';

/** So long after the consultations the reply is due. */
export const replyAfterDays = 10;

/** T1 is the reply of the first partner; each other one is consulted on an item of its own; the last item is nobody's. */
export function applicantRequestInput(input: CaseInput): CaseInput & { readonly items: readonly ItemInput[] } {
  const [first, ...others] = input.tasks;
  if (first === undefined) throw new Error('A request of an applicant has a reply.');
  const replyDue = Date.parse(first.clock.dueAt) + replyAfterDays * day;
  const items = others.map(({ id }, index) => ({ id: `I${index + 1}`, task: id }));
  return {
    ...input,
    questionPausesClock: false,
    tasks: [
      { ...first, kind: 'reply', clock: movedClock(replyDue, 1) },
      ...others.map((task): TaskInput => ({ ...task, kind: 'consult' })),
    ],
    items: [...items, { id: `I${items.length + 1}`, task: null }],
  };
}

/** A task of an originator that is asked later. */
export const consultation = (id: TaskId, partner: string, dueAt: number): TaskInput => ({
  id,
  kind: 'consult',
  partner,
  name: partner,
  clock: { ...movedClock(dueAt, 1), dueAt: at(dueAt) },
});

/** The run of an FOI or EIR request whose reply is looked at again: everybody has answered or is not waited for any more. */
export function lookedAtAgain(input: CaseInput): CaseInput & Pick<InformationAccessInput, 'items' | 'review'> {
  const request = applicantRequestInput(input);
  const [first] = input.tasks;
  const dueAt = Date.parse(first?.clock.dueAt ?? '');
  const rung = (step: string, days: number, to: DutyRung['to']): DutyRung => ({ step, at: at(dueAt + days * day), to });
  return {
    ...request,
    tasks: request.tasks.map((task) => ({ ...task, settled: { status: 'left-unanswered', answer: null } })),
    reopened: { run: 2, seq: 9, after: 0 },
    review: {
      number: 1,
      duty: { id: 'looking-again-1', rungs: [rung('reminder', 3, ['requester']), rung('overdue', 6, ['requester', 'csp-manager'])] },
      told: ['requester'],
    },
  };
}
