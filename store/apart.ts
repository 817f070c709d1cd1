/**
 * Of a request of an applicant, the partners that information came from do not learn of each other. This is a case as one of
 * them sees it: what is said of it, and what it is filtered and ordered by, is of the reply and of this partner's own tasks only.
 */
import { consultsOriginators, processSlugs, type ProcessSlug, type TaskKind } from '../config/processes';
import type { IsoInstant } from '../config/clock';
import type { CaseProjection } from './types';

/** The processes in whose cases partners are kept apart. */
export const keptApart: readonly ProcessSlug[] = processSlugs.filter(consultsOriginators);

/** What hangs on whether somebody is waited for, and on what is decided: of others that must not be told from it. */
const whileOthersMayBeAwaited = ['consulting', 'to-decide', 'to-reply'];

/** What of a case hangs on its partners, in a list as in a whole case. */
interface Standing {
  readonly openedBy: { readonly partner: string };
  readonly partners: readonly string[];
  readonly tasks: readonly { readonly id: string; readonly kind?: TaskKind; readonly partner: string; readonly plans: readonly { readonly dueAt: IsoInstant }[] }[];
  readonly projection: CaseProjection;
  readonly ended: boolean;
}

/** @param own the partners of whoever looks at it */
export function apartFor<Of extends Standing>(summary: Of, own: readonly string[]): Of {
  const { openedBy, partners, tasks, projection, ended } = summary;
  const seen = tasks.filter(({ kind, partner }) => kind !== 'consult' || own.includes(partner));
  const states = projection.tasks.filter(({ id }) => seen.some((task) => task.id === id));
  const awaited = states.filter(({ status }) => !ended && (status === 'open' || status === 'unanswered'));
  const isConsulted = awaited.some(({ id, overdue }) => !overdue && seen.some((task) => task.id === id && task.kind === 'consult'));
  const standing = isConsulted ? 'consulting' : 'to-decide';
  const dueFirst = (of: typeof awaited): IsoInstant | null => firstOf(of.flatMap(({ id }) => seen.find((task) => task.id === id)?.plans.at(-1)?.dueAt ?? []));
  return {
    ...summary,
    partners: partners.filter((code) => code === openedBy.partner || own.includes(code)),
    tasks: seen,
    projection: {
      ...projection,
      stage: whileOthersMayBeAwaited.includes(projection.stage) ? standing : projection.stage,
      tasks: states,
      // What there is to do besides answering is the receiver's.
      duties: [],
      overdue: states.some(({ overdue }) => overdue),
      openTasks: awaited.length,
      dueAt: dueFirst(awaited),
      overdueFrom: dueFirst(awaited.filter(({ pausedAt }) => pausedAt === null)),
    },
  };
}

/** Written as the workflow writes them, with milliseconds: only then do they compare as texts. */
const firstOf = (moments: readonly IsoInstant[]): IsoInstant | null =>
  (moments.map((at) => new Date(at).toISOString()).sort()[0] as IsoInstant | undefined) ?? null;
