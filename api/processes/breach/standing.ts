/** How a breach stands by its record: who was told, who has said what, and what is to be done next. */
import { wasRefused } from '../../../dispatch/clock';
import type { IsoInstant } from '../../../config/clock';
import { answerOf, currentAnswer, type AnswerDocument } from '../../../store/answers';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument, CaseTask } from '../../../store/cases';
import type { CaseEvent } from '../../../workflows/shared/contract';
import { partnersOf, tasksOf } from './content';

/** How a partner came to know. */
export interface Told {
  readonly at: IsoInstant;
  readonly how: 'mail' | 'call' | 'acknowledgement';
}

/**
 * When a partner was first told: its mail server took the notice, a call is on record, or it has acknowledged. Null where
 * none of this is known.
 */
export function toldAt(document: CaseDocument, task: CaseTask, record: readonly AuditEntry[]): Told | null {
  const reachesPartner = (event: CaseEvent): boolean =>
    event.event === 'notice-sent' && event.task === task.id && event.to !== 'requester' && event.to !== 'csp-manager';
  const answer = answerTo(task, record);
  const known: Told[] = [
    ...document.timeline.filter(reachesPartner).map(({ at }): Told => ({ at, how: 'mail' })),
    ...callsTo(task, record).map(({ facts }): Told => ({ at: facts['calledAt'] as IsoInstant, how: 'call' })),
    ...(answer === null ? [] : [{ at: answer.receivedAt, how: 'acknowledgement' } as const]),
  ];
  return known.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))[0] ?? null;
}

const accepted = (record: readonly AuditEntry[], act: AuditEntry['act'], task: CaseTask): readonly AuditEntry[] =>
  record.filter((entry) => entry.act === act && entry.task === task.id && !wasRefused(record, entry));

export const callsTo = (task: CaseTask, record: readonly AuditEntry[]): readonly AuditEntry[] =>
  accepted(record, 'call-recorded', task);

/** What a controller told the ICO later, the first first. */
export const icoInformationOf = (task: CaseTask, record: readonly AuditEntry[]): readonly AuditEntry[] =>
  accepted(record, 'ico-informed', task);

/** The answer in force to a task; null while there is none. */
export const answerTo = (task: CaseTask, record: readonly AuditEntry[]): AnswerDocument | null =>
  currentAnswer(record.filter(({ act }) => act === 'answer-received').map(answerOf), task);

/** A partner with each of its tasks. */
export interface PartnerTasks {
  readonly partner: string;
  readonly acknowledge: CaseTask | undefined;
  readonly ico: CaseTask | undefined;
  readonly view: CaseTask | undefined;
}

/** Whom it concerns, the owner first. */
export function concernedIn(document: CaseDocument): readonly PartnerTasks[] {
  const of = (kind: NonNullable<CaseTask['kind']>, partner: string) => tasksOf(document, kind).find((task) => task.partner === partner);
  return partnersOf(document).map((partner) => ({
    partner,
    acknowledge: of('acknowledge', partner),
    ico: of('decide-ico', partner),
    view: of('give-view', partner) ?? of('decide-telling', partner),
  }));
}
