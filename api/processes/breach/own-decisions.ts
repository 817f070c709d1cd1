/** What one partner alone decides in a breach: whether it is still to come, and what nobody waits for any more (ADR 36). */
import type { Protocol } from '../../../config/protocol';
import { partnerName } from '../../../config/protocol-rules';
import { wasRefused } from '../../../dispatch/clock';
import { answerTo } from '../../../dispatch/items';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument, CaseTask } from '../../../store/cases';
import { isOwnDecision, owesIcoMore } from '../../../workflows/breach/decisions';
import { isAwaited } from '../../../workflows/shared/ladder';
import { words } from './words';

type Breach = Pick<CaseDocument, 'tasks' | 'projection'>;

const stateOf = ({ projection }: Breach, { id }: CaseTask) => projection.tasks.find((task) => task.id === id);

/** Whether somebody has still to decide, or has more to tell the ICO: until then the breach is neither closed nor withdrawn. */
export const awaitsOwnDecision = (breach: Breach): boolean =>
  breach.tasks.filter(isOwnDecision).some((task) => {
    const state = stateOf(breach, task);
    return state === undefined || isAwaited(state) || owesIcoMore(state.answer);
  });

/** The decisions that nobody waits for any more, and that nobody has made. */
export const leftUndecided = (breach: Breach, record: readonly AuditEntry[]): readonly CaseTask[] =>
  breach.tasks.filter(
    (task) => isOwnDecision(task) && stateOf(breach, task)?.status === 'left-unanswered' && answerTo(task, record) === null,
  );

/** A task of a breach by its name: "The Probation Service: decision on the ICO". */
export const decisionName = ({ partner, kind }: Pick<CaseTask, 'partner' | 'kind'>, protocol: Protocol): string =>
  `${partnerName(protocol, partner)}: ${kind === undefined ? '' : (words.kinds?.[kind]?.name ?? '')}`;

/** When the CSP manager decided not to wait for it any more. */
export const leftAt = ({ id }: Pick<CaseTask, 'id'>, record: readonly AuditEntry[]) =>
  record.findLast((entry) => entry.act === 'left-unanswered' && entry.task === id && !wasRefused(record, entry))?.at;
