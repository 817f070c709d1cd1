import { WorkflowNotFoundError } from '@temporalio/client';
import { render, sendOnce } from '../mail';
import { formatInstant } from '../calendar';
import type { CaseSummary } from '../store/cases';
import type { Dependencies } from './dependencies';

/** A case may be this late in giving a sign before it counts as stuck: rungs are spread, workers restart. */
const graceMs = 5 * 60_000;

/**
 * Finds open cases that passed their waking time without a sign, or whose workflow is not running, and alarms by mail
 * to the operator, once for each case and waking time. The health page shows when it last looked.
 */
export async function lookForStuckCases(deps: Dependencies): Promise<{ readonly stuck: readonly string[] }> {
  const { store, clock, logger } = deps;
  const now = clock.now();
  const before = new Date(Date.parse(now) - graceMs);
  const stuck = new Map((await store.cases.withoutSign(before, 1_000)).map((found) => [found._id, found]));
  for await (const open of store.cases.openCases()) {
    if (stuck.has(open._id) || Date.parse(open.openedAt) > before.getTime()) continue;
    if (!(await isRunning(open, deps))) stuck.set(open._id, open);
  }
  await store.signs.noteWatchdog(now, [...stuck.keys()]);
  for (const found of stuck.values()) {
    logger.error({ caseRef: found._id, nextWakeAt: found.projection.nextWakeAt }, 'a case gives no sign');
    await alarm(found, deps);
  }
  return { stuck: [...stuck.keys()] };
}

async function isRunning({ _id, projection }: CaseSummary, { client, store }: Dependencies): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(_id).describe();
    // It may have ended since the list was read: then its last record is there.
    return status.name === 'RUNNING' || (await store.cases.get(_id))?.ended === true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return projection.outcome !== null;
    throw error;
  }
}

async function alarm(found: CaseSummary, { store, transport, clock, publicUrl, operatorEmail }: Dependencies): Promise<void> {
  const { nextWakeAt } = found.projection;
  const letter = render({
    subject: `${found._id} Alarm: the case gives no sign`,
    heading: `${found._id} gives no sign`,
    paragraphs: [
      'Its clock may have stopped. Look at its workflow in the Temporal UI, at the worker’s log, and at the health page.',
    ],
    facts: [
      { label: 'Reference', value: found._id },
      { label: 'Should have woken', value: nextWakeAt === null ? 'its workflow is not running' : formatInstant(nextWakeAt) },
    ],
    link: { label: 'Open the case', url: `${publicUrl}/cases/${found._id}` },
    footer: 'You get this as the operator of Concordat. It is sent once for each time that a case falls silent.',
  });
  await sendOnce(
    { key: `${found._id}/watchdog/${nextWakeAt ?? 'not-running'}/operator`, caseRef: found._id, to: operatorEmail, letter },
    { ledger: store.mailLedger, transport, clock, domain: new URL(publicUrl).hostname },
  );
}
