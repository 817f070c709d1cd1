/**
 * What is to be settled when a partner leaves (protocol section 13): what each side holds of the other, by the disclosure
 * register and the open cases as they are now. It goes on growing after the notice.
 */
import { consultsOriginators } from '../../../config/processes';
import { termsOf, type WithdrawalTerms } from '../../../dispatch/notice-of-withdrawal';
import type { CaseDocument, CaseTask } from '../../../store/cases';
import type { Store } from '../../../store';

/** What one side holds of another. */
export interface Obligation {
  /** Code of the partner that holds it. */
  readonly holds: string;
  /** Code of the partner that it came from; null for all that came in no way that the register knows of. */
  readonly of: string | null;
  /** How many disclosures the register has. */
  readonly disclosures: number;
  /** References of the open cases that both take part in. */
  readonly openCases: readonly string[];
}

/** What each task is to settle, in their order. */
export type TaskObligation = Obligation & { readonly task: string; readonly part?: number };

/** What a partner shares with each other one, by their codes. */
export interface Shared {
  readonly given: ReadonlyMap<string, number>;
  readonly received: ReadonlyMap<string, number>;
  readonly openCases: (partner: string) => string[];
  /** The open cases that it has opened itself. */
  readonly opened: readonly string[];
}

type Reads = Pick<Store, 'cases' | 'disclosures'>;

export async function sharedWith(code: string, { cases, disclosures }: Reads): Promise<Shared> {
  const open = await cases.openWith(code);
  const [given, received] = [new Map<string, number>(), new Map<string, number>()];
  const add = (to: Map<string, number>, partner: string) => to.set(partner, (to.get(partner) ?? 0) + 1);
  for await (const { from, to } of disclosures.all({ partners: [code] })) {
    if (from.partner === code && to.partner !== code) add(given, to.partner);
    if (to.partner === code && from.partner !== code) add(received, from.partner);
  }
  return {
    given,
    received,
    openCases: (partner) =>
      open
        // The originators of a request do not learn of each other.
        .filter(({ process, openedBy }) => !consultsOriginators(process) || [code, partner].includes(openedBy.partner))
        .filter(({ partners }) => partners.includes(partner))
        .map(({ _id }) => _id),
    opened: open.filter(({ openedBy }) => openedBy.partner === code).map(({ _id }) => _id),
  };
}

/** The partner that what a task is to settle came from; null for all that came in no way that the register knows of. */
export function givenBy({ partner, about }: Pick<CaseTask, 'partner' | 'about'>, { withdraws }: Pick<WithdrawalTerms, 'withdraws'>): string | null {
  return partner === withdraws ? (about ?? null) : withdraws;
}

/** What each task of a withdrawal is to settle, as it is now. */
export function obligationsIn(document: Pick<CaseDocument, 'terms' | 'tasks'>, { given, received, openCases }: Shared): readonly TaskObligation[] {
  const terms = termsOf(document);
  return document.tasks.map((task) => {
    const { id, partner, part } = task;
    const of = givenBy(task, terms);
    const ofTask = { task: id, ...(part === undefined ? {} : { part }), holds: partner, of };
    if (of === null) return { ...ofTask, disclosures: 0, openCases: [] };
    const disclosures = (partner === terms.withdraws ? received.get(of) : given.get(partner)) ?? 0;
    return { ...ofTask, disclosures, openCases: openCases(partner === terms.withdraws ? of : partner) };
  });
}
