/** Mends what can be mended of the differences between the store and Temporal; what is left is somebody's to decide. */
import type { Clock } from '../config/clock';
import type { Store } from '../store';
import type { Actor, AuditFacts } from '../store/audit';
import type { CaseDocument, TaskPlan } from '../store/cases';
import type { LinkRole } from '../store/links';
import type { CaseMessage } from '../workflows/shared/contract';
import type { Dispatch } from '.';
import type { Difference, LostAct } from './differences';

interface Dependencies {
  readonly dispatch: Pick<Dispatch, 'startAgain' | 'takeIn' | 'tellAgain'>;
  readonly store: Pick<Store, 'audit' | 'cases' | 'links'>;
  readonly clock: Clock;
}

/**
 * Can be repeated, and broken off anywhere: what is left is found at the next comparison. No mail goes out a second time
 * that the ledger knows.
 * @returns whether there was something to be done for it
 * @throws any fault of Temporal or the database
 */
export async function mend(difference: Difference, deps: Dependencies): Promise<boolean> {
  const { dispatch, store } = deps;
  switch (difference.kind) {
    case 'no-workflow':
      await dispatch.startAgain(difference.document);
      return true;
    case 'workflow-behind':
      await dispatch.tellAgain({ _id: difference.caseRef, run: difference.run }, difference.unheard);
      return difference.unheard.length > 0;
    case 'store-behind':
      await takeOver(difference, deps);
      return true;
    case 'not-taken-in':
      await dispatch.takeIn(difference.entries);
      return true;
    case 'references-lost':
      await store.cases.passOverReferences(difference.series, difference.known);
      return true;
    case 'no-case':
    case 'other-case':
    case 'no-word':
      return false;
  }
}

/** The store has the state of the workflow, and says of each act that is lost that it is. */
async function takeOver(
  { document, known, lost }: Extract<Difference, { readonly kind: 'store-behind' }>,
  deps: Dependencies,
): Promise<void> {
  const { cases } = deps.store;
  const { _id: caseRef } = document;
  if (lost.length > 0) {
    await recordAsLost(document, lost, deps);
    for (const { message } of lost) if (message !== null) await standInFor(message, document, deps);
  }
  await linkAgain(document, deps);
  await cases.record(caseRef, known, []);
}

const operator: Actor = { account: null, via: 'command', from: null };

/**
 * Puts on record, under their numbers where these are free, that acts were lost. The case has heard their numbers and
 * would take another act under one of them for the one that it knows: so none is given again.
 */
async function recordAsLost({ _id: chain }: CaseDocument, lost: readonly LostAct[], { store: { audit }, clock }: Dependencies): Promise<void> {
  const known = new Map(lost.map(({ number, message }) => [number, message]));
  const last = (await audit.of(chain)).at(-1)?.seq ?? 0;
  const highest = Math.max(...known.keys());
  for (let number = 1; number <= highest; number += 1) {
    // Between them, too: of what the case was not told, such as a look at it, nothing is left but that it had a number.
    if (number <= last && !known.has(number)) continue;
    const message = known.get(number) ?? null;
    await audit.append({
      chain,
      key: `lost/${number}`,
      at: clock.now(),
      act: 'act-lost',
      by: operator,
      ...(message !== null && 'task' in message ? { task: message.task } : {}),
      facts: factsOf(number, message),
    });
  }
}

const factsOf = (number: number, message: CaseMessage | null): AuditFacts => ({
  number,
  type: message?.type ?? null,
  doneAt: message?.at ?? null,
  ...(message?.type === 'answer' ? { version: message.answer.version } : {}),
});

/** What the store needs of a lost act so that those after it are not taken for older ones by the case. */
async function standInFor(message: CaseMessage, { _id: caseRef, tasks }: CaseDocument, { store: { cases } }: Dependencies): Promise<void> {
  if (message.type === 'answer') await cases.answerIsLost(caseRef, message.task, message.answer.version);
  const current = 'task' in message ? tasks.find(({ id }) => id === message.task)?.plans.at(-1) : undefined;
  const plan = current === undefined ? null : planIn(message, current);
  if (plan !== null && 'task' in message) await cases.addPlan(caseRef, message.task, plan);
}

/** The date that a lost act has set, as the case knows it. How it was counted is lost with the act. */
function planIn(message: CaseMessage, current: TaskPlan): TaskPlan | null {
  if ((message.type !== 'clock-moved' && message.type !== 'clock-started' && message.type !== 'reply') || message.clock === undefined) return null;
  const reason = message.type === 'clock-moved' ? message.cause : 'paused';
  const text = 'How this date was counted is lost: the database was put back from an older copy';
  return { ...current, ...message.clock, extended: current.extended || reason === 'extended', reason, steps: [{ counts: 'remark', text }] };
}

const linkRoles: readonly LinkRole[] = ['spoc', 'deputy', 'governance-lead'];

/** The links that were mailed since the copy lead to their tasks again: they are made of what is there. */
async function linkAgain({ _id: caseRef, tasks }: CaseDocument, { store: { links } }: Dependencies): Promise<void> {
  for (const { id, linkGeneration } of tasks) {
    for (const role of linkRoles) await links.issue(caseRef, id, role, linkGeneration);
  }
}
