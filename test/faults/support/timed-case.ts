import type { Client } from '@temporalio/client';
import { systemClock, type IsoInstant } from '../../../config/clock';
import { createLogger } from '../../../config/logger';
import type { ClockPlan } from '../../../config/policy';
import { Dispatch } from '../../../dispatch';
import type { Store } from '../../../store';
import type { CaseDocument } from '../../../store/cases';
import { firstProjection } from '../../../workflows/processes';
import { informationRequest } from '../../support/cases';
import { holidays, protocol } from '../../support/database';
import { present } from './kills';

/**
 * Opens a case of two partners, Essex Police (T1) and Probation (T2), whose first three rungs (a reminder, the day on which
 * it is due, overdue) come this many seconds from now, and the next one in an hour.
 */
export async function openTimedCase(
  caseRef: string,
  seconds: readonly [number, number, number],
  { store, client }: { readonly store: Store; readonly client: Client },
): Promise<void> {
  const now = present();
  const at = (second: number) => new Date(now + second * 1_000).toISOString() as IsoInstant;
  const rungs: ClockPlan['rungs'] = [
    { step: 'reminder', at: at(seconds[0]), to: ['spoc'] },
    { step: 'due-today', at: at(seconds[1]), to: ['spoc'] },
    { step: 'overdue', at: at(seconds[2]), to: ['spoc'] },
    { step: 'escalate-deputy', at: at(3_600), to: ['spoc', 'deputy'] },
  ];
  const clock = { rungs, dueAt: at(seconds[2] - 1) };
  const plain = informationRequest(caseRef, store, { asked: [{ partner: 'essex-police' }, { partner: 'probation' }] });
  const input = plain.startInput;
  const startInput = { ...input, tasks: input.tasks.map((task) => ({ ...task, clock: { ...task.clock, ...clock } })) };
  const projection = firstProjection('information-request', startInput, now);
  const document: CaseDocument = {
    ...plain,
    openedAt: at(0),
    tasks: plain.tasks.map((task) => ({ ...task, plans: task.plans.map((plan) => ({ ...plan, ...clock })) })),
    startInput,
    projection,
    nextWakeAt: projection.nextWakeAt === null ? null : new Date(projection.nextWakeAt),
  };
  await store.audit.append({
    chain: caseRef,
    key: 'opened',
    at: document.openedAt,
    act: 'case-opened',
    by: { account: document.openedBy.account, via: 'page', from: null },
    facts: { process: document.process, partners: document.partners, asked: document.tasks.map(({ partner }) => partner) },
  });
  await store.cases.open(document);
  const logger = createLogger('test', 'silent');
  await new Dispatch({ client, store, clock: systemClock, logger, protocol, holidays: { current: () => holidays } }).start(document);
}
