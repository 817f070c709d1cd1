import { processes } from '../../config/processes';
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { CaseDocument, CaseTask } from '../../store/cases';
import type { Store } from '../../store';
import type { CaseProjection, TaskProjection } from '../../workflows/shared/contract';
import { informationRequest } from './cases';

/** How a case of a list differs from a plain one: an open request of Thurrock Council to Essex Police. */
export interface ListedCase {
  readonly openedAt?: string;
  readonly openedBy?: Partial<CaseDocument['openedBy']>;
  readonly asked?: readonly Partial<CaseTask>[];
  /** By their order, what the workflow says of the tasks. */
  readonly tasks?: readonly Partial<TaskProjection>[];
  /** Midnight in London after a day in summer: `2026-04-01T23:00:00.000Z` ends 1 April. */
  readonly dueAt?: string;
  readonly stage?: string;
  readonly outcome?: string;
  readonly closeAt?: string;
}

/** A case as it lies in the store some time after its opening, in whatever state a list has to show. */
export function listedCase(reference: string, store: Pick<Store, 'cipher'>, listed: ListedCase = {}): CaseDocument {
  const { asked = [{}], outcome = null } = listed;
  const opener = { account: 'thurrock-officer', partner: 'thurrock', teams: ['environment'], ...listed.openedBy };
  const document = informationRequest(reference, store, {
    asked: asked.map(({ partner = 'essex-police' }) => ({ partner })),
  });
  const tasks = document.tasks.map((task, at) => ({ ...task, ...asked[at] }));
  const states = document.projection.tasks.map((state, at) => ({ ...state, ...listed.tasks?.[at] }));
  const openTasks = states.filter(({ status }) => status === 'open' || status === 'unanswered').length;
  const awaits = outcome === null && openTasks > 0;
  const dueAt = listed.dueAt as IsoInstant | undefined;
  const due = dueAt === undefined ? {} : { dueAt, dueOn: dueAt.slice(0, 10) as IsoDate };
  const projection: CaseProjection = {
    ...document.projection,
    tasks: states,
    openTasks: outcome === null ? openTasks : 0,
    dueAt: awaits ? (dueAt ?? document.projection.dueAt) : null,
    overdueFrom: awaits && states.some(({ status, pausedAt }) => (status === 'open' || status === 'unanswered') && pausedAt === null) ? (dueAt ?? document.projection.dueAt) : null,
    closeAt: (listed.closeAt ?? null) as IsoInstant | null,
    stage: listed.stage ?? (outcome !== null ? 'closed' : openTasks > 0 ? 'awaiting-answers' : 'answered'),
    outcome,
  };
  return {
    ...document,
    openedAt: (listed.openedAt ?? document.openedAt) as IsoInstant,
    openedBy: opener,
    partners: [...new Set([opener.partner, ...tasks.map(({ partner }) => partner)])],
    tasks: tasks.map((task) => ({ ...task, plans: task.plans.map((plan) => ({ ...plan, ...due })) })),
    projection,
    ended: outcome !== null,
  };
}

export const storeCases = async ({ database }: Store, documents: readonly CaseDocument[]): Promise<void> => {
  await database.collection<CaseDocument>('cases').insertMany([...documents]);
};

export const reference = (number: number): string =>
  `${processes['information-request'].prefix}-2026-${String(number).padStart(4, '0')}`;
