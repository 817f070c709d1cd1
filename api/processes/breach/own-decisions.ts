/** What one partner alone decides in a breach: whether it is still to come, and what nobody waits for any more (ADR 36). */
import type { Protocol } from '../../../config/protocol';
import { partnerName } from '../../../config/protocol-rules';
import { wasRefused } from '../../../dispatch/clock';
import { answerTo, icoMoreOf } from '../../../dispatch/items';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument, CaseTask } from '../../../store/cases';
import type { BreachInput } from '../../../workflows/breach/contract';
import { isOwnDecision, owesIcoMore } from '../../../workflows/breach/decisions';
import { isAwaited } from '../../../workflows/shared/ladder';
import { words } from './words';

type Breach = Pick<CaseDocument, 'tasks' | 'projection' | 'startInput'>;

const stateOf = ({ projection }: Pick<Breach, 'projection'>, { id }: CaseTask) => projection.tasks.find((task) => task.id === id);

/** Whether it ends only once those have decided whose decision it is; not one that was opened before that was so. */
const waitsForDecisions = ({ startInput }: Pick<Breach, 'startInput'>): boolean => (startInput as BreachInput).ownDecisions === true;

/** Whether somebody has still to decide, or has more to tell the ICO: until then the breach is neither closed nor withdrawn. */
export const awaitsOwnDecision = (breach: Breach): boolean =>
  waitsForDecisions(breach) &&
  breach.tasks.filter(isOwnDecision).some((task) => {
    const state = stateOf(breach, task);
    return state === undefined || isAwaited(state) || owesIcoMore(state.answer);
  });

/** Whether a controller has more to tell the ICO, for which the breach waits: the CSP manager can decide not to. */
export const isLeavable = (breach: Pick<Breach, 'projection' | 'startInput'>, task: CaseTask): boolean =>
  waitsForDecisions(breach) && owesIcoMore(stateOf(breach, task)?.answer ?? null);

/** The decisions that the CSP manager has decided not to wait for, and that nobody has made. */
export const leftUndecided = (breach: Breach, record: readonly AuditEntry[]): readonly CaseTask[] =>
  breach.tasks.filter(
    (task) => stateOf(breach, task)?.status === 'left-unanswered' && isUndecided(task, record) && leftAt(task, record) !== undefined,
  );

/** Those that nobody has made, and nobody has decided not to wait for: a breach that ended before it waited for them asks for them again. */
export const neverDecided = ({ tasks }: Pick<Breach, 'tasks'>, record: readonly AuditEntry[]): readonly CaseTask[] =>
  tasks.filter((task) => isUndecided(task, record) && leftAt(task, record) === undefined);

const isUndecided = (task: CaseTask, record: readonly AuditEntry[]): boolean => isOwnDecision(task) && answerTo(task, record) === null;

/** The controllers that the CSP manager has decided not to wait for with what they were still to tell the ICO. */
export const leftAsItIs = ({ tasks }: Pick<Breach, 'tasks'>, record: readonly AuditEntry[]): readonly CaseTask[] =>
  tasks.filter((task) => icoMoreOf(task, record) === 'left');

/** A task of a breach by its name: "The Probation Service: decision on the ICO". */
export const decisionName = ({ partner, kind }: Pick<CaseTask, 'partner' | 'kind'>, protocol: Protocol): string =>
  `${partnerName(protocol, partner)}: ${kind === undefined ? '' : (words.kinds?.[kind]?.name ?? '')}`;

/** When the CSP manager decided not to wait for it any more, or for what was to follow to it. */
export const leftAt = ({ id }: Pick<CaseTask, 'id'>, record: readonly AuditEntry[], act: 'left-unanswered' | 'left-as-it-is' = 'left-unanswered') =>
  record.findLast((entry) => entry.act === act && entry.task === id && !wasRefused(record, entry))?.at;
