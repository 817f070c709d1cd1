import type { lapseMovedBy } from '../../dispatch/fee';
import type { Letter } from '../../mail';
import type { Telling } from '../../mail/letters/breach';
import type { EndMove } from '../../mail/letters/withdrawal';
import type { CaseFacts, LeftOut, MovedDay, TaskFacts } from '../../mail/letters/task';
import type { AnswerDocument } from '../../store/answers';
import type { CaseDocument, CaseDuty, CaseTask } from '../../store/cases';
import type { Recipient } from '../../workflows/shared/contract';

/** A task of which something is not waited for any more. */
export interface LeftTask {
  readonly task: CaseTask;
  readonly what: LeftOut['what'];
}

/** The mails of a process, beside those that every process sends alike (`compose.ts`). */
export interface ProcessLetters {
  /** What its mails say besides who asks whom, and by when. */
  readonly facts: (document: CaseDocument, task: Pick<CaseTask, 'id' | 'kind' | 'byLaw'>) => Letter['facts'];
  /**
   * @param name the step of the notice without its number: `request`, `answer-received`, a rung of the ladder
   * @throws Error for a mail that there is none of to this recipient
   */
  readonly letter: (name: string, to: Recipient, facts: TaskFacts, answer: AnswerDocument | null) => Letter;
  /** The tasks of which nobody waits for a decision any more, or for what was to follow to it, where its mails say so. */
  readonly left?: (document: CaseDocument) => readonly LeftTask[];
  /** What whoever opened a case can do before it closes by itself, if it does. */
  readonly beforeClosing?: string;
  /** That something is to be done by another day. @throws Error for something that there is none of */
  readonly dutyMoved?: (duty: CaseDuty, moved: MovedDay, to: Recipient, facts: CaseFacts) => Letter;
  /** That a fee can be paid for longer, or that its case closes by itself later. @throws Error for a mail that there is none of to this recipient */
  readonly lapseMoved?: (moved: Pick<ReturnType<typeof lapseMovedBy>, 'lapse' | 'before'>, to: Recipient, facts: TaskFacts) => Letter;
  /** That a partner leaves on another day. */
  readonly endMoved?: (moved: EndMove, to: Recipient, facts: TaskFacts) => Letter;
  /** That it is decided whether the people concerned by a breach are told. */
  readonly tellingDecided?: (telling: Telling, to: Recipient, facts: TaskFacts) => Letter;
  /** Whether what came of something that is to be done can be said by the link of its mail, without an account. */
  readonly isAnsweredByLink?: (duty: CaseDuty) => boolean;
  /** Those about a case as a whole that only this process sends. @throws Error for a mail that there is none of */
  readonly ofCase?: (step: string, to: Recipient, document: CaseDocument, facts: CaseFacts) => Letter;
}

/** The roles of the partner asked. */
export function roleOfPartner(to: Recipient): 'spoc' | 'deputy' | 'governance-lead' {
  if (to === 'requester' || to === 'decider' || to === 'csp-manager') throw new Error(`This mail is not for the ${to}.`);
  return to;
}

/** Of a process in which nobody decides on items. */
export function notDecider(to: Recipient): Exclude<Recipient, 'decider'> {
  if (to === 'decider') throw new Error(`This mail is not for the ${to}.`);
  return to;
}
