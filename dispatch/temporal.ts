import { Client, Connection } from '@temporalio/client';
import type { TemporalSettings } from '../config/env';
import { processes, processSlugs } from '../config/processes';
import { temporalConnection } from '../config/temporal';

/** What lists of Temporal are asked by for the workflows of cases: it has those of Schedules as well. */
export const workflowsOfCases = `WorkflowType IN (${processSlugs.map((slug) => `'${processes[slug].workflowType}'`).join(', ')})`;

/**
 * A client that connects when it is first used and goes on through outages of the server: the web must start, and
 * take cases and answers, while Temporal is away.
 */
export function temporalClient(settings: TemporalSettings): Client {
  const connection = Connection.lazy(temporalConnection(settings));
  return new Client({ connection, namespace: settings.TEMPORAL_NAMESPACE });
}
