/** In what the store and Temporal can differ, and how that is said to the operator and to whoever looks after the protocol. */
import { formatInstant } from '../calendar';
import type { AuditEntry } from '../store/audit';
import type { CaseDocument } from '../store/cases';
import type { CaseMessage, CaseProjection } from '../workflows/shared/contract';
import type { Unheard } from './unheard';

/** An act that a case has heard, and that the store has lost: under its number, with what is left of it in Temporal. */
export interface LostAct {
  readonly number: number;
  /** Null where its history does not have it any more, as it has gone on in a new one. */
  readonly message: CaseMessage | null;
}

/** Something in which the two do not agree. */
export type Difference =
  /** An open case that no workflow keeps the clock of. */
  | { readonly kind: 'no-workflow'; readonly caseRef: string; readonly document: CaseDocument; readonly endedAs: string | null }
  /** An opening of which its workflow stands at an earlier moment than the store; with what it has not heard. */
  | { readonly kind: 'workflow-behind'; readonly caseRef: string; readonly run: number; readonly unheard: readonly Unheard[] }
  /** A case that stands at an earlier moment in the store than in its workflow; with the acts that are lost. */
  | {
      readonly kind: 'store-behind';
      readonly caseRef: string;
      readonly document: CaseDocument;
      readonly known: CaseProjection;
      readonly lost: readonly LostAct[];
    }
  /** A case that has taken what the store was never brought: nobody does that any more. */
  | { readonly kind: 'not-taken-in'; readonly caseRef: string; readonly entries: readonly AuditEntry[] }
  /** A workflow whose case, or opening of a case, the store does not have; with what it says of itself, if it can. */
  | {
      readonly kind: 'no-case';
      readonly caseRef: string;
      readonly run: number;
      readonly title: string;
      readonly isRunning: boolean;
      readonly known: CaseProjection | null;
    }
  /** A case under whose reference another case has its workflow. */
  | { readonly kind: 'other-case'; readonly caseRef: string }
  /** A workflow that runs and answers no question. */
  | { readonly kind: 'no-word'; readonly caseRef: string; readonly because: string }
  /** The store would give references a second time that Temporal knows, as `IR-2026`. */
  | { readonly kind: 'references-lost'; readonly series: string; readonly last: number; readonly known: number };

export interface DifferenceInWords {
  /** The case; null for what concerns none. */
  readonly caseRef: string | null;
  readonly what: string;
  /** What `npm run reconcile -- --mend` does for it, or what somebody has to do. */
  readonly todo: string;
}

export function differenceInWords(difference: Difference): DifferenceInWords {
  const caseRef = 'caseRef' in difference ? difference.caseRef : null;
  return { caseRef, ...wordsOf(difference) };
}

function wordsOf(difference: Difference): Pick<DifferenceInWords, 'what' | 'todo'> {
  switch (difference.kind) {
    case 'no-workflow':
      return {
        what:
          difference.endedAs === null
            ? 'the case is open, and Temporal has no workflow of it: its clock stands'
            : `the case is open, and its workflow was ended past Concordat (${difference.endedAs.toLowerCase()}): its clock stands`,
        todo: 'Mending starts it again: it stands where it would stand, and nothing is mailed twice',
      };
    case 'workflow-behind':
      return behind(difference);
    case 'store-behind':
      return {
        what:
          `the store stands at an earlier moment than the workflow, which has it as ${stateIn(difference.known)}` +
          (difference.lost.length === 0 ? '' : `. ${counted(difference.lost.length, 'act is', 'acts are')} lost: ${difference.lost.map(lostAct).join('; ')}`),
        todo:
          'Mending takes over what the workflow knows' +
          (difference.lost.length === 0
            ? ''
            : ', and puts the lost acts on record as lost. What was written in them is not to be had again: ask for it anew'),
      };
    case 'not-taken-in':
      return {
        what: `the store lacks what ${counted(difference.entries.length, 'act', 'acts')} on record changed, and the case has taken: ${difference.entries.map(recordedAct).join('; ')}`,
        todo: 'Mending brings it into the store. Mails that failed for want of it go out by themselves then',
      };
    case 'no-case':
      return {
        what:
          `Temporal has ${difference.run === 1 ? 'a workflow of it' : `a workflow of its opening ${difference.run}`}, which ` +
          `${difference.isRunning ? 'runs' : 'has ended'} (${difference.title}; ${difference.known === null ? 'it says nothing' : stateIn(difference.known)}), ` +
          `and the store has no such ${difference.run === 1 ? 'case' : 'opening'}: it is lost`,
        todo:
          'Nothing can mend it. ' +
          (difference.isRunning ? 'Terminate the workflow in the Temporal UI, ' : 'If it is still needed, ') +
          (difference.run === 1 ? 'open the case anew' : 'open the case again on its page, run this once more') +
          ', and tell those who take part',
      };
    case 'other-case':
      return {
        what: 'under this reference Temporal has the workflow of another case, which is lost: this one has no clock',
        todo: 'Nothing can mend it. Open it anew, under the next reference, and keep its clock by hand until then',
      };
    case 'no-word':
      return {
        what: `its workflow runs and answers no question (${difference.because})`,
        todo: 'Look at its failed task in the Temporal UI: it goes on with the version of Concordat that it fits',
      };
    case 'references-lost': {
      const { series, last, known } = difference;
      return {
        what: `the references after ${referenceOf(series, last)} would be given again, and Temporal knows them up to ${referenceOf(series, known)}`,
        todo: `Mending has the next case be ${referenceOf(series, known + 1)}`,
      };
    }
  }
}

function behind({ run, unheard }: Extract<Difference, { readonly kind: 'workflow-behind' }>): Pick<DifferenceInWords, 'what' | 'todo'> {
  const which = run === 1 ? 'its workflow' : `the workflow of its opening ${run}`;
  if (unheard.length === 0) {
    return {
      what: `${which} stands at an earlier moment than the store`,
      todo: 'It catches up by itself at its next step: what was mailed is not mailed again',
    };
  }
  return {
    what: `${which} knows nothing of ${counted(unheard.length, 'act', 'acts')} on record: ${unheard.map(unheardAct).join('; ')}`,
    todo: 'Mending tells it again',
  };
}

const recordedAct = ({ act, task, at }: AuditEntry): string => actIn(act, task, at);
const unheardAct = ({ entry }: Unheard): string => recordedAct(entry);
const lostAct = ({ number, message }: LostAct): string =>
  message === null ? `number ${number}, of which nothing is known` : actIn(message.type, 'task' in message ? message.task : null, message.at);

const actIn = (act: string, task: string | null, at: Parameters<typeof formatInstant>[0]): string =>
  `${inPlainWords(act)}${task === null ? '' : ` (${task})`} at ${formatInstant(at)}`;

const stateIn = ({ stage, tasks }: CaseProjection): string =>
  [inPlainWords(stage), ...tasks.map(({ id, status }) => `${id} ${inPlainWords(status)}`)].join(', ');

const inPlainWords = (slug: string): string => slug.replaceAll('-', ' ');
const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
const referenceOf = (series: string, number: number): string => `${series}-${String(number).padStart(4, '0')}`;
