import type { IsoInstant } from '../config/clock';
import type { Audit, AuditEntry, Actor } from './audit';
import type { AnswerKind, IcoMore, TaskId } from './types';

/** A final answer to a task, or the correction of one: a view of its entry in the record of acts, where it is kept. */
export interface AnswerDocument {
  /** Its number in the case's record. */
  readonly seq: number;
  readonly key: string;
  readonly caseRef: string;
  readonly task: TaskId;
  /** 1 for the first answer; a correction, or the answer to a task that was asked again, has the next number. */
  readonly version: number;
  readonly kind: AnswerKind;
  /** On time is judged by this: for an answer put on record later, when it was given. */
  readonly receivedAt: IsoInstant;
  readonly recordedAt: IsoInstant;
  readonly by: Actor;
  /** Who put it on record, if it was given beside Concordat. */
  readonly recordedBy: 'requester' | 'holder' | null;
  /** How it was given then: by telephone, secure mail, another system. */
  readonly givenBy: string | null;
  /** Codes of the categories that were shared. */
  readonly categories: readonly string[];
  /** What was attached, by the ids of the files. */
  readonly files: readonly string[];
  /** From the form: the same form posted twice is one answer. */
  readonly submissionId: string;
  /** What was answered, sealed with the case's key under the field `audit/<key>`. */
  readonly sealed: string;
  /** Whether the workflow is still to be told. */
  readonly waiting: boolean;
}

/** What an answer's entry says in clear. */
export interface AnswerFacts {
  readonly version: number;
  readonly kind: AnswerKind;
  readonly receivedAt: IsoInstant;
  readonly submissionId: string;
  readonly recordedBy: AnswerDocument['recordedBy'];
  readonly givenBy: string | null;
  readonly categories: readonly string[];
  readonly files: readonly string[];
  /** Handling conditions, in codes: they are on the register too. */
  readonly marking: string;
  readonly notToBePassedOn: boolean;
  readonly notToBeRevealed: boolean;
  /** Of a controller that told the ICO in phases: that more is to follow. */
  readonly icoMore?: IcoMore;
}

export const answerKey = (task: string, version: number): string => `answer/${task}/${version}`;

/** @throws TypeError for the entry of another act */
export function answerOf(entry: AuditEntry): AnswerDocument {
  if (entry.act !== 'answer-received' || entry.sealed === null) throw new TypeError(`${entry._id} is no answer.`);
  const facts = entry.facts as unknown as AnswerFacts;
  return {
    seq: entry.seq,
    key: entry.key,
    caseRef: entry.chain,
    task: entry.task as TaskId,
    version: facts.version,
    kind: facts.kind,
    receivedAt: facts.receivedAt,
    recordedAt: entry.at,
    by: entry.by,
    recordedBy: facts.recordedBy,
    givenBy: facts.givenBy,
    categories: facts.categories,
    files: facts.files,
    submissionId: facts.submissionId,
    sealed: entry.sealed,
    waiting: entry.waiting,
  };
}

/** The answers of cases, as the record of acts has them. */
export class Answers {
  readonly #audit: Audit;

  constructor(audit: Audit) {
    this.#audit = audit;
  }

  /** All answers of a case with their corrections, in the order they came. */
  async of(caseRef: string): Promise<AnswerDocument[]> {
    return (await this.#audit.of(caseRef, 'answer-received')).map(answerOf);
  }

  /** The answer that a task waits for or has: its newest, not counting those from before it was asked again. */
  async ofTask(caseRef: string, task: { readonly id: string; readonly answersBefore: number }): Promise<AnswerDocument | null> {
    return currentAnswer((await this.#audit.of(caseRef, 'answer-received', task.id)).map(answerOf), task);
  }

  /** The first answers, by their keys as `<case>/<answerKey>`. */
  async byKeys(uniqueKeys: readonly string[]): Promise<AnswerDocument[]> {
    return (await this.#audit.byKeys(uniqueKeys)).map(answerOf);
  }
}

/** Of the answers of a case, the one in force for a task; null while there is none. */
export function currentAnswer(
  answers: readonly AnswerDocument[],
  { id, answersBefore }: { readonly id: string; readonly answersBefore: number },
): AnswerDocument | null {
  return answers.filter(({ task, version }) => task === id && version > answersBefore).at(-1) ?? null;
}
