/** What a personal data breach holds: what was written sealed under its case, the rest in codes and moments. */
import type { IsoInstant } from '../../../config/clock';
import type { TaskKind } from '../../../config/processes';
import { partnerByCode, partnerName } from '../../../config/protocol-rules';
import type { Protocol } from '../../../config/protocol-types';
import type { Store } from '../../../store';
import type { CaseDocument, CaseTask } from '../../../store/cases';
import type { ByLaw } from '../../../workflows/shared/contract';

/** Under which law the data were processed: which articles what the ICO is told follows. */
export const regimes = {
  'uk-gdpr': 'UK GDPR',
  'law-enforcement': 'Law enforcement (Part 3 of the Data Protection Act 2018)',
} as const;
export type BreachRegime = keyof typeof regimes;

/** The breach in codes of the protocol file, and the moment of its detection, which can be put right by two people. */
export interface BreachTerms {
  readonly detectedAt: IsoInstant;
  /** The partner whose data it was. */
  readonly owner: string;
  /** As it was reported; who was added since has a task. */
  readonly controllers: readonly string[];
  readonly involved: readonly string[];
  readonly categories: readonly string[];
  readonly regime: BreachRegime;
}

/** What was written: sealed in the case under the field `request`. */
export interface BreachContent {
  readonly what: string;
  readonly where: string;
  readonly effect: string;
  /** About how many people, and records; empty where nobody knows yet. */
  readonly people: string;
  readonly records: string;
  readonly measures: string;
}

/**
 * The law that one controller is under. Part 3 is for competent authorities only (Data Protection Act 2018, section 30): where data of
 * law enforcement were breached at another controller, that one processed them under UK GDPR.
 */
export const regimeOf = (document: Pick<CaseDocument, 'terms'>, controller: string, protocol: Protocol): BreachRegime =>
  regimeAt(controller, termsOf(document).regime, protocol);

const regimeAt = (controller: string, reported: BreachRegime, protocol: Protocol): BreachRegime =>
  partnerByCode(protocol, controller)?.competentAuthority === true ? reported : 'uk-gdpr';

/** The law that the data were processed under: by controller where it is not the same for all. @param reported as it was chosen for the breach */
export function regimesInWords(reported: BreachRegime, controllers: readonly string[], protocol: Protocol): string {
  const each = controllers.map((code) => [code, regimeAt(code, reported, protocol)] as const);
  const [first = reported, ...others] = new Set(each.map(([, regime]) => regime));
  if (others.length === 0) return regimes[first];
  return each.map(([code, regime]) => `${partnerName(protocol, code)}: ${regimes[regime]}`).join('\n');
}

export const termsOf = ({ terms }: Pick<CaseDocument, 'terms'>): BreachTerms => terms as unknown as BreachTerms;

/** @throws ContentUnreadable */
export function readBreach({ _id, key, content }: CaseDocument, { cipher }: Pick<Store, 'cipher'>): BreachContent {
  return JSON.parse(cipher.open(key, _id, 'request', content['request'] ?? '')) as BreachContent;
}

/** The tasks of a breach that ask one thing. */
export const tasksOf = ({ tasks }: Pick<CaseDocument, 'tasks'>, kind: TaskKind): readonly CaseTask[] =>
  tasks.filter((task) => task.kind === kind);

/** From when the law counts for a controller, and until when. @throws Error for a task that is no decision on the ICO */
export function byLawOf({ id, byLaw }: Pick<CaseTask, 'id' | 'byLaw'>): ByLaw {
  if (byLaw === undefined) throw new Error(`${id} has no time of awareness.`);
  return byLaw;
}

/** Whom it concerns, each once, as they were told. */
export const partnersOf = (document: Pick<CaseDocument, 'tasks'>): readonly string[] => [
  ...new Set(document.tasks.map(({ partner }) => partner)),
];
