/** Works out the dates of the open cases again when the bank holidays have changed. */
import { setImmediate as others } from 'node:timers/promises';
import type { BankHolidays } from '../config/bank-holidays';
import type { CaseClocks, TaskPlan } from '../store/cases';
import { Dispatch } from '../dispatch';
import { awaitedTasks, byItself, isSameLadder, moveByConcordat, plannedAgain } from '../dispatch/apply';
import { moveClosingByConcordat } from '../dispatch/closing';
import { countedDuties, moveDutyByConcordat } from '../dispatch/duties';
import { moveLapseByConcordat } from '../dispatch/fee';
import type { AuditEntry } from '../store/audit';
import type { Recounted } from '../workflows/bank-holidays/contract';
import type { Dependencies } from './dependencies';
import { sideBySide } from '../dispatch/side-by-side';

/**
 * How many cases one call reads and looks at, and how many of them are moved at once. People open cases meanwhile: what is
 * read or moved at once, they wait for.
 */
const batch = 1_000;
const atOnce = 4;

/**
 * Works out again the dates of some open cases that were counted with other bank holidays than those in force: of the
 * tasks that wait for an answer, of what else is to be done, of the time to pay a fee, and of the closing. Where a date or a rung moves, that is put on record
 * and brought to the case, which tells everybody whom it has reached.
 * Can be repeated at any point: what was moved has moved.
 * @param after the last case of the call before; null to begin with the first
 * @throws when the database does not answer. A case that Temporal cannot be told of now is told by the sweep.
 */
export async function recountOpenCases(after: string | null, deps: Dependencies): Promise<Recounted> {
  const { store } = deps;
  const holidays = await deps.holidays.reload();
  const dispatch = new Dispatch(deps);
  const documents = await store.cases.openAfter(after, batch);
  const moves = await sideBySide(documents, atOnce, async (document) => {
    const entries = await movesOf(document, { ...deps, holidays });
    await bringOver(entries, document, dispatch, deps);
    // Counting leaves no room for others in this process unless it gives way.
    await others();
    return entries.length;
  });
  const moved = moves.reduce((sum, each) => sum + each, 0);
  return { looked: documents.length, moved, next: documents.length < batch ? null : (documents.at(-1)?._id ?? null) };
}

async function movesOf(
  document: CaseClocks,
  { store, clock, holidays }: Pick<Dependencies, 'store' | 'clock'> & Parameters<typeof moveByConcordat>[1],
): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (const task of awaitedTasks(document)) {
    const plan = task.plans.at(-1);
    if (plan === undefined || plan.calendarVersion === holidays.version || staysWith(plan, document, holidays)) continue;
    const move = { document, task, cause: 'bank-holidays-changed', because: holidays.version, at: clock.now() } as const;
    const entry = await moveByConcordat(move, { store, holidays });
    if (entry !== null) entries.push(entry);
  }
  for (const duty of countedDuties(document)) {
    const entry = await moveDutyByConcordat(document, duty, { at: clock.now(), by: byItself }, { store, holidays });
    if (entry !== null) entries.push(entry);
  }
  const lapse = await moveLapseByConcordat(document, { at: clock.now(), by: byItself }, { store, holidays });
  if (lapse !== null) entries.push(lapse);
  const closing = await moveClosingByConcordat(document, { at: clock.now(), by: byItself }, { store, holidays });
  return closing === null ? entries : [...entries, closing];
}

/** Most dates stay when a day is proclaimed: those need no look at the record. */
const staysWith = (plan: TaskPlan, { _id, policy }: CaseClocks, holidays: BankHolidays): boolean =>
  isSameLadder(plannedAgain(plan, { caseRef: _id, policy }, holidays), plan);

/** All moves of a case at once: with the last of them in the record go those before it. */
async function bringOver(moves: readonly AuditEntry[], document: CaseClocks, dispatch: Dispatch, { logger }: Dependencies): Promise<void> {
  const [last] = [...moves].sort((a, b) => b.seq - a.seq);
  if (last === undefined) return;
  try {
    await dispatch.deliver(last, document);
  } catch (err) {
    logger.warn({ err, caseRef: last.chain }, 'a moved date is not brought to Temporal yet; the sweep tries again');
  }
}
