/**
 * What differs between the requests of an applicant in which originators are consulted: subject access, and FOI and EIR. What
 * is alike stands beside this file.
 */
import type { BankHolidaySource } from '../../config/bank-holidays';
import type { IsoInstant } from '../../config/clock';
import type { Protocol } from '../../config/protocol-types';
import type { Store } from '../../store';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument, CaseDuty } from '../../store/cases';
import type { ItemDecision, ReplyOutcome } from '../../workflows/shared/contract';
import type { BlockDocument } from '../documents/blocks';
import type { Awaiting, ReplyChoice } from './content';

/** What the clock can be stopped for, once it runs. */
export interface StopChoice {
  readonly awaiting: Awaiting;
  /** As it is chosen, where there is more than one. */
  readonly text: string;
  readonly hint?: string;
}

/** A ground on which something is withheld, as the form offers it. */
export interface GroundChoice {
  readonly value: string;
  readonly text: string;
  readonly isQualified: boolean;
  /** Whether it can be neither confirmed nor denied by it that something is held. */
  readonly allowsNeither: boolean;
}

/** The request that a letter is of, when it is written. */
export interface WrittenAt {
  readonly document: CaseDocument;
  readonly record: readonly AuditEntry[];
  readonly now: IsoInstant;
}
export interface LetterDependencies {
  readonly protocol: Protocol;
  readonly store: Pick<Store, 'cipher'>;
  readonly holidays: Pick<BankHolidaySource, 'current'>;
}

/** A letter to the applicant, as a template of what is on record. */
export interface ApplicantLetter {
  /** In its address: `reply`, `extension`, or what the applicant is told of the request as a whole. */
  readonly name: string;
  /** The link to it. */
  readonly text: string;
  /** @throws ContentUnreadable; Refusal 409 where there is nothing to write of */
  readonly write: (at: WrittenAt, deps: LetterDependencies) => BlockDocument;
}

export interface ApplicantRequestKind {
  /** How an item can be decided, in the order of the form: what is chosen, with what may have to be said. */
  readonly decisions: readonly { readonly value: ItemDecision; readonly text: string; readonly hint?: string }[];
  readonly stops: readonly StopChoice[];
  /** Sentences of the pages on which the clock is stopped, and started again. */
  readonly stopNote: string;
  readonly startNotes: Readonly<Partial<Record<Awaiting, string>>>;
  /** The link to the extension of the time, for the law that the request is answered by. */
  readonly extendLink: (document: Pick<CaseDocument, 'terms'>) => string;
  /** What the applicant can have been told. */
  readonly replies: readonly { readonly value: ReplyChoice; readonly text: string; readonly hint?: string }[];
  /** Whether only whoever decides on items says that a request is not answered item by item. */
  readonly onlyDeciderRefuses: boolean;
  /** Whether what is said item by item needs at least one item. */
  readonly needsItems: boolean;
  /** How the case ends by what the applicant was told. */
  readonly outcomeOf: (said: ReplyChoice, decided: readonly ItemDecision[]) => ReplyOutcome;
  /** On what grounds an item can be withheld; none where they are not named by code. */
  readonly groundsOf: (document: Pick<CaseDocument, 'terms'>) => readonly GroundChoice[];
  /** Whose request it is, as those see it who run it. @throws ContentUnreadable */
  readonly applicantOf: (document: CaseDocument, store: Pick<Store, 'cipher'>) => string;
  /** How a reply stands that is looked at again, or can be; null where there is no such thing. */
  readonly review: ((document: CaseDocument, record: readonly AuditEntry[]) => { readonly running: CaseDuty | null; readonly canBegin: boolean }) | null;
  /** Whom the disclosure register is searched for to propose items; null where the request is about no person. @throws ContentUnreadable */
  readonly isAbout: (document: CaseDocument, store: Pick<Store, 'cipher'>) => string | null;
  /** The letters to the applicant, the reply first. */
  readonly letters: readonly ApplicantLetter[];
}
