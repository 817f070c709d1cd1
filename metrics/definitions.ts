/**
 * Every metric of ours: its name, what it is, its labels. Prometheus's rules (`docs/runbooks/alarms.yml`) and the runbooks
 * name them, and a test holds the three together. Labels are enumerations: no reference, no partner, nothing of a case.
 */
interface Definition {
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Which program counts it, for itself; or whether it is read from the store, where each program finds the same. */
  readonly of: 'store' | 'both' | 'web' | 'worker';
}

const gauge = (help: string, labels: readonly string[] = [], of: Definition['of'] = 'store'): Definition => ({ type: 'gauge', help, labels, of });

export const definitions = {
  concordat_database_answers: gauge('1 if the database gave the figures of all cases; without it they are left out', [], 'both'),
  concordat_cases_open: gauge('Open cases', ['process']),
  concordat_cases_overdue: gauge('Open cases in which an answer, or something else that is to be done, is overdue', ['process']),
  concordat_cases_not_started: gauge('Stored cases that Temporal does not have yet'),
  concordat_rungs_late: gauge('Open cases whose next step should have been done more than a minute ago'),
  concordat_rungs_late_seconds: gauge('How long the one of them that waits longest has waited'),
  concordat_cases_stuck: gauge('Cases that the watchdog found without a sign when it last looked'),
  concordat_watchdog_looked_timestamp_seconds: gauge('When the watchdog last looked; 0 if never'),
  concordat_acts_waiting: gauge('Stored acts of people on which their case owes its word', ['what']),
  concordat_acts_waiting_seconds: gauge('How long the oldest of them has waited', ['what']),
  concordat_mails: gauge('Mails by state: sent, refused, sending, waiting to be tried again', ['state']),
  concordat_stores_differ: gauge('Differences between the database and Temporal, found when they were last compared'),
  concordat_record_sealed_timestamp_seconds: gauge('When the record of acts was last sealed; 0 if never'),
  concordat_http_requests_total: {
    type: 'counter',
    help: 'Requests that were answered, by the part of the web and the class of the status',
    labels: ['part', 'status'],
    of: 'web',
  },
  concordat_http_request_seconds: {
    type: 'histogram',
    help: 'How long answers took, by the part of the web',
    labels: ['part'],
    of: 'web',
  },
  concordat_worker_polls: gauge('1 while the worker takes work from Temporal', [], 'worker'),
  concordat_swept_total: {
    type: 'counter',
    help: 'Starts and acts that the sweep brought to Temporal, and those that it could not bring yet',
    labels: ['what'],
    of: 'worker',
  },
} as const satisfies Record<string, Definition>;

export type MetricName = keyof typeof definitions;
