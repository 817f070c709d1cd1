/** The workflows of cases without Temporal: their rules, run in this process as soon as a case is told something. */
import { holidays } from '../../support/database';
import { ActRejected } from '../../../dispatch';
import { applyToStore } from '../../../dispatch/apply';
import { recordRefusal, refusalOf } from '../../../dispatch/word';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument } from '../../../store/cases';
import { messageOf } from '../../../store/messages';
import { rulesOf } from '../../../workflows/processes';
import { takeOrder, takeReport } from '../../../workflows/shared/order';
import type { CaseState } from '../../../workflows/shared/state';
import type { WebDependencies } from '../../../api/dependencies';

/** Puts the rules in the place of Temporal. No mail is sent, and no timer fires. */
export function runWorkflowsHere({ dispatch, store, clock, protocol }: WebDependencies): void {
  const states = new Map<string, CaseState>();
  const now = () => Date.parse(clock.now());

  const record = async ({ _id: caseRef, process }: Pick<CaseDocument, '_id' | 'process'>, state: CaseState): Promise<void> => {
    const order = takeOrder(state, caseRef, now(), () => rulesOf[process].projectionOf(state));
    await store.cases.record(caseRef, order.projection, order.events);
    // Without its number: here the next order can be under way by now, which a workflow waits with.
    takeReport(state, { deferred: [], undeliverable: [] }, now(), () => undefined);
  };

  const start = async (document: CaseDocument): Promise<void> => {
    const state = rulesOf[document.process].open(document.startInput, now());
    states.set(document._id, state);
    await record(document, state);
    await store.cases.markStarted(document._id, clock.now());
  };

  const deliver = async (entry: AuditEntry): Promise<void> => {
    const document = await store.cases.get(entry.chain);
    if (document === null) throw new Error(`${entry._id} is an act on a case that is not there.`);
    const following = await applyToStore(entry, () => Promise.resolve(document), { store, holidays, protocol });
    // As the sweep does it before it brings over what comes next.
    const next = entry.act === 'case-reopened' ? await store.cases.get(entry.chain) : null;
    if (next?.startedAt === null) await start(next);
    const message = messageOf(entry);
    const state = states.get(entry.chain);
    if (message !== null && state !== undefined) {
      const rejection = rulesOf[document.process].take(state, message, now());
      if (rejection === null) await record(document, state);
      else await recordRefusal(entry, rejection, { store, clock, protocol, holidays: { current: () => holidays } });
    }
    for (const each of following) await deliver(each);
    await store.audit.markSettled([entry._id]);
  };

  const act = async (entry: AuditEntry): Promise<void> => {
    for (const waiting of await store.audit.waitingOf(entry.chain)) await deliver(waiting);
    const rejection = await refusalOf(entry, store);
    if (rejection !== null) throw new ActRejected(rejection);
  };

  Object.assign(dispatch, { start, deliver, act });
}
