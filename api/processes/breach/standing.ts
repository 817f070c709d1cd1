/** How a breach stands by its record: who was told, who has said what, and what is to be done next. */
import type { IsoInstant } from '../../../config/clock';
import { wasRefused } from '../../../dispatch/clock';
import { icoMoreOf } from '../../../dispatch/items';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument, CaseTask } from '../../../store/cases';
import type { CaseInput } from '../../../workflows/shared/contract';
import { rolesOfPartner } from '../../../workflows/shared/lost-mail';
import { partnersOf, tasksOf } from './content';

/** What a controller told the ICO later, the first first. */
export const icoInformationOf = (task: CaseTask, record: readonly AuditEntry[]): readonly AuditEntry[] =>
  record
    .filter((entry) => entry.act === 'ico-informed' && entry.task === task.id && !wasRefused(record, entry))
    .toSorted((a, b) => toldAtIn(a) - toldAtIn(b));

// It can be put on record in another order than it was told in.
const toldAtIn = ({ facts }: AuditEntry): number => Date.parse(facts['informedAt'] as IsoInstant);

/**
 * The controllers that told the ICO that more is to follow, and have told no last of it: information may come in phases, without
 * undue further delay (Article 33(4); Data Protection Act 2018, section 67(6)).
 */
export const owingIcoMore = (document: CaseDocument, record: readonly AuditEntry[]): readonly CaseTask[] =>
  tasksOf(document, 'decide-ico').filter((task) => icoMoreOf(task, record) === 'to-follow');

/**
 * Whom each partner's notice of the breach was raised with, besides its contact: they are told of its end, as the workflow has it, and
 * that it goes on where it is opened again.
 */
export const toldOfEnd = (document: Pick<CaseDocument, 'tasks' | 'timeline'>): NonNullable<CaseInput['toldOfEnd']> =>
  Object.fromEntries(
    tasksOf(document, 'acknowledge').map(({ id }) => {
      const mailed = document.timeline.flatMap((event) => (event.event === 'notice-sent' && event.task === id ? [event.to] : []));
      return [id, rolesOfPartner.filter((role) => role === 'spoc' || mailed.includes(role))];
    }),
  );

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
