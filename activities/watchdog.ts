import { WorkflowNotFoundError } from '@temporalio/client';
import { render, sendOnce } from '../mail';
import { formatInstant } from '../calendar';
import type { IsoInstant } from '../config/clock';
import { workflowIdOf, type CaseSummary } from '../store/cases';
import type { Dependencies } from './dependencies';

/** A case may be this late in giving a sign before it counts as stuck: rungs are spread, workers restart. */
const graceMs = 5 * 60_000;
/** What has failed so often in a row is not failing by a short outage: an activity has been tried for seven minutes then. */
const tooManyTries = { ofAnActivity: 15, ofTheWorkflow: 5 };

/**
 * Finds open cases that passed their waking time without a sign, or whose workflow is not running, and alarms by mail
 * to the operator, once for each case and waking time. The health page shows when it last looked.
 */
export async function lookForStuckCases(deps: Dependencies): Promise<{ readonly stuck: readonly string[] }> {
  const { store, clock, logger } = deps;
  const now = clock.now();
  const before = new Date(Date.parse(now) - graceMs);
  const late = await store.cases.withoutSign(before, 1_000);
  const stuck = new Map(late.map((found) => [found._id, { found, why: lateWords(found) }]));
  for await (const open of store.cases.openCases()) {
    if (stuck.has(open._id) || Date.parse(open.openedAt) > before.getTime()) continue;
    const why = await whyNotRunning(open, deps);
    if (why !== null) stuck.set(open._id, { found: open, why });
  }
  await store.signs.noteWatchdog(now, [...stuck.keys()]);
  for (const { found, why } of stuck.values()) {
    logger.error({ caseRef: found._id, why }, 'a case gives no sign');
    await alarm(found, why, deps);
  }
  return { stuck: [...stuck.keys()] };
}

/** Of a case that was found by its waking time. */
const lateWords = ({ projection }: CaseSummary): string =>
  `it should have woken at ${formatInstant(projection.nextWakeAt as IsoInstant)}`;

/** Why the case has no clock that goes; null if it has one, or has ended since the list was read. */
async function whyNotRunning(
  { _id, run, startedAt, projection }: CaseSummary,
  { client, store }: Dependencies,
): Promise<string | null> {
  if (startedAt === null) return 'its workflow could not be started';
  try {
    const { status, raw } = await client.workflow.getHandle(workflowIdOf({ _id, run })).describe();
    if (status.name === 'RUNNING') {
      const fails =
        (raw.pendingWorkflowTask?.attempt ?? 0) >= tooManyTries.ofTheWorkflow ||
        (raw.pendingActivities ?? []).some(({ attempt }) => (attempt ?? 0) >= tooManyTries.ofAnActivity);
      if (fails) return 'its workflow fails again and again';
      // The first thing that a workflow does is to record its state: without that, nobody has been asked yet.
      return projection.seq === 0 ? 'its workflow has not begun' : null;
    }
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  return (await store.cases.get(_id))?.ended === true ? null : 'its workflow is not running';
}

async function alarm(found: CaseSummary, why: string, deps: Dependencies): Promise<void> {
  const { store, transport, clock, publicUrl, operatorEmail } = deps;
  const { nextWakeAt } = found.projection;
  const letter = render({
    subject: `${found._id} Alarm: the case gives no sign`,
    heading: `${found._id} gives no sign`,
    paragraphs: [
      'Its clock may have stopped. Look at its workflow in the Temporal UI, at the worker’s log, and at the health page.',
    ],
    facts: [
      { label: 'Reference', value: found._id },
      { label: 'Found', value: why },
    ],
    link: { label: 'Open the case', url: `${publicUrl}/cases/${found._id}` },
    footer: 'You get this as the operator of Concordat. It is sent once for each time that a case falls silent.',
  });
  await sendOnce(
    { key: `${found._id}/watchdog/${nextWakeAt ?? 'not-running'}/operator`, caseRef: found._id, to: operatorEmail, letter },
    { ledger: store.mailLedger, transport, clock, domain: new URL(publicUrl).hostname },
  );
}
