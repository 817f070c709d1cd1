import { readFileSync } from 'node:fs';
import { temporal } from '@temporalio/proto';
import { workflowIdOf } from '../../../store/cases';
import type { Running } from './running';

/** How a case stands in Temporal, in the store, in the mail ledger and in the worker's log: what to look at when it does not go on. */
export async function standingOf({ client, stack, store }: Running, caseRef: string): Promise<string> {
  const document = await store.cases.get(caseRef);
  const mails = await store.database.collection('mails').find().toArray();
  const handle = client.workflow.getHandle(document === null ? caseRef : workflowIdOf(document));
  const { events } = await handle.fetchHistory();
  const { raw } = await handle.describe();
  const log = stack.part('worker').logFile;
  const sections: Record<string, unknown> = {
    history: events?.map((event) => {
      const at = new Date(Number(event.eventTime?.seconds) * 1_000 + (event.eventTime?.nanos ?? 0) / 1e6).toISOString();
      return `${String(event.eventId)} ${at} ${temporal.api.enums.v1.EventType[event.eventType ?? 0] ?? ''}`;
    }),
    pending: { task: raw.pendingWorkflowTask, activities: raw.pendingActivities },
    projection: document?.projection,
    timeline: document?.timeline,
    mails: mails.filter(({ _id }) => String(_id).startsWith(`${caseRef}/`)),
    log: log === undefined ? [] : readFileSync(log, 'utf8').trim().split('\n').slice(-40),
  };
  return Object.entries(sections)
    .map(([name, content]) => `${name}: ${JSON.stringify(content, null, 1)}`)
    .join('\n');
}
