/** The workflows of cases without Temporal: their rules, run in this process as soon as a case is told something. */
import { holidays } from '../../support/database';
import { ActRejected } from '../../../dispatch';
import { applyToStore } from '../../../dispatch/apply';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument } from '../../../store/cases';
import { messageOf } from '../../../store/messages';
import { rulesOf } from '../../../workflows/processes';
import type { RejectionType } from '../../../workflows/shared/contract';
import { takeOrder, takeReport } from '../../../workflows/shared/order';
import type { CaseState } from '../../../workflows/shared/state';
import type { WebDependencies } from '../../../api/dependencies';

/** Puts the rules in the place of Temporal. No mail is sent, and no timer fires. */
export function runWorkflowsHere({ dispatch, store, clock }: WebDependencies): void {
  const states = new Map<string, CaseState>();
  const now = () => Date.parse(clock.now());

  const record = async ({ _id: caseRef, process }: Pick<CaseDocument, '_id' | 'process'>, state: CaseState): Promise<void> => {
    const order = takeOrder(state, caseRef, () => rulesOf[process].projectionOf(state));
    await store.cases.record(caseRef, order.projection, order.events);
    takeReport(state, { deferred: [], undeliverable: [] }, now(), () => undefined);
  };

  const start = async (document: CaseDocument): Promise<void> => {
    const state = rulesOf[document.process].open(document.startInput, now());
    states.set(document._id, state);
    await record(document, state);
    await store.cases.markStarted(document._id, clock.now());
  };

  const deliver = async (entry: AuditEntry): Promise<RejectionType | null> => {
    const document = await store.cases.get(entry.chain);
    if (document === null) throw new Error(`${entry._id} is an act on a case that is not there.`);
    const following = await applyToStore(entry, document, { store, holidays });
    const message = messageOf(entry);
    const state = states.get(entry.chain);
    let rejection: RejectionType | null = null;
    if (message !== null && state !== undefined) {
      rejection = rulesOf[document.process].take(state, message, now());
      if (rejection === null) await record(document, state);
      else if (entry.act !== 'answer-received') await refuse(entry, rejection);
    }
    for (const each of following) await deliver(each);
    await store.audit.markTold(entry._id);
    return rejection;
  };

  const refuse = async ({ chain, seq, act }: AuditEntry, rejection: RejectionType): Promise<void> => {
    await store.audit.append({
      chain,
      key: `refused/${seq}`,
      at: clock.now(),
      act: 'act-refused',
      by: { account: null, via: 'concordat', from: null },
      facts: { act, seq, rejection },
    });
  };

  const act = async (entry: AuditEntry): Promise<void> => {
    let rejection: RejectionType | null = null;
    for (const waiting of await store.audit.waitingOf(entry.chain)) {
      const word = await deliver(waiting);
      if (waiting._id === entry._id) rejection = word;
    }
    const refusal = await store.audit.byKey(entry.chain, `refused/${entry.seq}`);
    rejection ??= (refusal?.facts['rejection'] as RejectionType | undefined) ?? null;
    if (rejection !== null) throw new ActRejected(rejection);
  };

  Object.assign(dispatch, { start, deliver, act });
}
