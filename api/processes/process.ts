/** What the web knows of a process beside its routes: the words for its cases, and what is in them. One for each. */
import type { z } from 'zod';
import type { BankHolidaySource } from '../../config/bank-holidays';
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { AnswerKind, Decision, processes, ProcessSlug, TaskKind } from '../../config/processes';
import type { ClockId } from '../../config/policy';
import type { Protocol } from '../../config/protocol';
import type { Store } from '../../store';
import type { Account } from '../../store/accounts';
import type { AnswerFacts } from '../../store/answers';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument, CaseSummary, CaseTask, CaseTerms } from '../../store/cases';
import type { DayAhead, Reopens } from '../cases/acts';
import type { AnswerParticulars } from '../cases/content';
import type { WebDependencies } from '../dependencies';
import type { Typed } from '../http/held';

/** A key with what belongs to it, which somebody may have typed. */
export interface Row {
  readonly key: string;
  readonly text: string;
}

/** A kind of answer in words. */
export interface AnswerWords {
  /** As it stands on the page of a case: "Shared in full". */
  readonly name: string;
  /** As it is chosen by whoever answers: "We share all of it". */
  readonly choice: string;
  /** As it is chosen by whoever puts it on record: "All of it was shared". */
  readonly recorded: string;
  /** Where not the receipt of the answer is in time or late: what was done at the moment that counts. "The ICO was told". */
  readonly counts?: string;
}

/** Against what the particulars of an answer are checked. */
export interface AnsweredAt {
  readonly terms: CaseTerms;
  /** When the task is due. */
  readonly dueAt: IsoInstant;
  readonly now: IsoInstant;
  /** Of a controller's part in a breach, when it became aware. */
  readonly awareAt?: IsoInstant;
  /** Of a request of an applicant, the items that are asked about. */
  readonly items: readonly string[];
  /** And those that it was asked about before: they came from somebody else after all. */
  readonly movedItems: readonly string[];
}

/** What a process asks in its answers beside the kind and the reasons: kept sealed with the answer. */
export interface Particulars {
  /** What an answer of this kind has; null for one that has none. */
  readonly schemaOf: (kind: AnswerKind, at: AnsweredAt) => z.ZodType<AnswerParticulars> | null;
  /** Each of them, for the document of the API. */
  readonly documented: readonly z.ZodType<object>[];
  /** The inputs, included in the form of an answer. */
  readonly view: string;
  /** From these inputs, for the kind that was chosen. */
  readonly read: (typed: Typed) => object;
  /** What the inputs need besides what was typed. */
  readonly present?: (task: CaseTask) => object;
  /** The input that an error leads to; undefined for a field of another process. @param field below the particulars: `toldAt.time` */
  readonly inputOf: (field: string, typed: Typed) => string | undefined;
  /** The inputs as they are filled in for a correction. */
  readonly typed: (kind: AnswerKind, particulars: AnswerParticulars) => Typed;
  /** When what is answered was done, where that counts, and not when it was put on record; null else. */
  readonly doneAt: (particulars: AnswerParticulars) => IsoInstant | null;
  /** What of them the case itself has to know, in codes. */
  readonly facts?: (particulars: AnswerParticulars) => Pick<AnswerFacts, 'icoMore'>;
  readonly rows: (particulars: AnswerParticulars) => readonly Row[];
}

/** What a kind of task is called. */
export interface TaskKindWords {
  /** After the name of whom it asks: "Essex Police: acknowledgement". */
  readonly name: string;
  /** On the timeline, once it is done: "acknowledged the breach". */
  readonly done: string;
  /** The heading of the page on which it is answered. */
  readonly title: string;
  /** Above the ways to answer it. */
  readonly question: string;
  /** On the page that says that it was received: what can come of it later, and how that is put on record. */
  readonly afterwards?: string;
  /** Where somebody alone can decide it: what is said once it is not waited for any more, and what comes of that. */
  readonly undecided?: { readonly tag: string; readonly consequences: string };
}

/** A decision on a whole case in words. */
export interface DecisionWords {
  /** What happened, on the timeline: "decided to go on in spite of an objection". */
  readonly done: string;
  /** What the page of the case calls it, and its own page. */
  readonly link: string;
  readonly title: string;
  readonly consequences: string;
  readonly reason: string;
  /** Above the reason, on the page of the case. */
  readonly name: string;
}

/** What is said of the cases of a process. */
export interface ProcessWords {
  /** The link to the form that opens one, with what it is for. */
  readonly start: { readonly href: string; readonly text: string; readonly hint: string };
  /** What whoever opened it does, after the name: "asks Essex Police; Probation for information". */
  readonly does: (asked: readonly string[]) => string;
  /** Above what it holds: "What was asked". */
  readonly content: string;
  /** Each stage as a list is filtered by it. */
  readonly stages: Readonly<Record<string, string>>;
  /** Stages in which no answer is waited for but something else, as they stand in place of a tag. */
  readonly stageTags?: Readonly<Record<string, string>>;
  /** How it ended, after "Case closed:". */
  readonly outcomes: Readonly<Record<string, string>>;
  readonly answers: Readonly<Partial<Record<AnswerKind, AnswerWords>>>;
  /** What its tasks ask, where that is none of what the opener would call its request. */
  readonly asks?: Omit<TaskKindWords, 'done'>;
  /** The kinds of its tasks, where it has several. */
  readonly kinds?: Readonly<Partial<Record<TaskKind, TaskKindWords>>>;
  /** Why an answer says what it does, where it has to. */
  readonly ground: {
    readonly label: string;
    readonly recorded: string;
    readonly hint: string;
    readonly missing: string;
    /** Above it on the page of a case. */
    readonly name: string;
  };
  /** Mails that no other process sends, by their step: "News that nobody has objected". */
  readonly steps?: Readonly<Record<string, string>>;
  /** What is to be done besides answering, as the subject of a sentence, by the kind of duty. */
  readonly duties?: Readonly<Record<string, string>>;
  /** What a link leads to that is of something to be done besides answering, by its number. */
  readonly byLink?: (number: number) => string;
  /** When the time of a reply to an applicant can be extended, by the clock that it is counted with. */
  readonly extension?: (clock: ClockId) => string;
  /** Of a task whose time is over without an answer. */
  readonly becameOverdue?: (asked: string, kind: TaskKind | undefined) => string;
  /** What the timeline says of a case that goes on after it had ended, where that is no act of a person. */
  readonly reopened?: string;
  /** What whoever opened a case can decide on it. */
  readonly decisions: Readonly<Partial<Record<Decision, DecisionWords>>>;
  /** Above the reason for asking more in an open case, where that is not for adding one partner. */
  readonly asked?: string;
  /** Of a task that is not waited for any more. */
  readonly notAwaited: string;
  /** What follows once nobody of those asked has answered and none is waited for any more; missing where the case goes on. */
  readonly allUnanswered?: string;
  /** When to withdraw it, and what stays. */
  readonly withdrawal: string;
  /** What that act is called, where it is not "Withdraw the request". */
  readonly withdraw?: string;
  /** The page that says that it is stored. */
  readonly sent: {
    readonly title: string;
    readonly due: string;
    /** By when what is to be done: "For each that does not answer". */
    readonly silent: (isOne: boolean) => string;
    readonly next: (asked: string) => string;
    readonly again: string;
  };
}

/** The words of one process: each of its answers and decisions has some. */
export type WordsOf<Slug extends ProcessSlug> = ProcessWords & {
  readonly answers: Readonly<Record<AnswerKind<Slug>, AnswerWords>>;
  readonly decisions: Readonly<Record<(typeof processes)[Slug]['decisions'][number], DecisionWords>>;
};

export interface WebProcess {
  readonly words: ProcessWords;
  /** Whether whoever opened a case closes it by confirming the answers. */
  readonly isConfirmed: boolean;
  /** What can be decided on a case as it stands. */
  readonly decisionsOf: (document: Pick<CaseDocument, 'projection'>) => readonly Decision[];
  /** Whether an open case can still be withdrawn; missing where each can. */
  readonly isWithdrawable?: (document: Pick<CaseDocument, 'projection' | 'tasks' | 'startInput'>) => boolean;
  /** Whether more was to follow to what was answered, and the CSP manager can decide not to wait for it; missing where nothing can. */
  readonly isLeavable?: (document: Pick<CaseDocument, 'projection' | 'startInput'>, task: CaseTask) => boolean;
  /** Who is told of a withdrawal besides those who were asked, in a sentence; missing where nobody is. */
  readonly withdrawalTellsBesides?: (document: Pick<CaseDocument, 'projection' | 'terms' | 'duties'>) => string | undefined;
  /** The same of a reopening. */
  readonly reopeningTellsBesides?: (document: Pick<CaseDocument, 'terms' | 'projection'>, deps: Pick<WebDependencies, 'clock'>) => string | undefined;
  /**
   * What was asked, with names in place of codes. Opens what is sealed, so that it is on record before.
   * @throws ContentUnreadable
   */
  readonly rows: (document: CaseDocument, seen: Seen, deps: ReadsContent) => readonly Row[] | Promise<readonly Row[]>;
  /** The same as the API gives it, and the shape of it. @throws ContentUnreadable */
  readonly content: (document: CaseDocument, seen: Seen, deps: { readonly store: ReadsContent['store'] & Pick<Store, 'audit'> }) => ApiContent | Promise<ApiContent>;
  readonly contentSchema: z.ZodType<object>;
  readonly particulars?: Particulars;
  /** What was on record when an answer was given, and contradicts it: to be checked before it is taken all the same. Null where nothing is. */
  readonly contradictedBy?: (
    answer: { readonly kind: AnswerKind; readonly givenAt: IsoInstant },
    document: CaseDocument,
    task: CaseTask,
    deps: Pick<WebDependencies, 'store' | 'protocol'>,
  ) => Promise<string | null>;
  /** How much an answer speaks of that is shown beside it and grows; missing where an answer holds whatever has come since. */
  readonly countsAlongside?: (document: CaseDocument, task: CaseTask, deps: Pick<WebDependencies, 'store'>) => Promise<number>;
  /** Whether what was put on record by an act is not in force any more; missing where each stays so. */
  readonly isOfBefore?: (document: CaseDocument, record: readonly AuditEntry[], entry: Pick<AuditEntry, 'act' | 'seq'>) => boolean;
  /** Why an answer cannot be given by what is on record of its task since the one before, with what can be done; null where it can. */
  readonly whyNoAnswer?: (kind: AnswerKind, task: Pick<CaseTask, 'id'>, record: readonly AuditEntry[]) => string | null;
  /**
   * What others have put on record that whoever has a task needs to see, under a title ("What the others said"): under which names it goes on record that it is shown,
   * and how it is opened then. @throws ContentUnreadable
   */
  readonly alongside?: (
    document: CaseDocument,
    task: CaseTask,
    record: readonly AuditEntry[],
    deps: ReadsContent & Pick<WebDependencies, 'clock'>,
  ) => { readonly title?: string; readonly names: readonly string[]; readonly rows: () => readonly Row[] | Promise<readonly Row[]> };
  /** What the page of a case says that only this process knows: a view, and what it needs. */
  readonly casePage?: {
    readonly view: string;
    readonly locals: (document: CaseDocument, record: readonly AuditEntry[], account: Account, deps: WebDependencies) => object;
  };
  /** What follows where a case is opened again, besides asking. */
  readonly reopenedWith?: Reopens;
  /** Whether a case in which partners were asked can be opened again without asking any of them: it goes on from how it ended. */
  readonly reopensWithoutAsking?: true;
  /** The day of a case by which its answers are needed, where a reopening can set another one. */
  readonly dayAhead?: DayAhead;
  /** What waits in an open case for an account besides answering, the first due first. */
  readonly toDo?: (summary: CaseSummary, account: Account, deps: Pick<WebDependencies, 'clock'>) => readonly ToDo[];
  /** By when it is needed, where that is before its time has run out; null if that was not said. */
  readonly neededByOn: (document: Pick<CaseDocument, 'terms'>) => string | null;
}

/** Something that waits for somebody, on the page of what is to do. */
export interface ToDo {
  readonly text: string;
  readonly href: string;
  readonly dueOn: IsoDate | null;
}

/** How much of what was asked is shown. */
export interface Seen {
  /** The tasks of which it may be shown. */
  readonly tasks: readonly string[];
  /** Whether it is shown to whoever sees all of the case, and not to those who are asked. */
  readonly all: boolean;
  /** Whether it is shown to whoever may reach the applicant. */
  readonly safeContact: boolean;
}

export interface ReadsContent {
  readonly store: Pick<Store, 'cipher' | 'cases' | 'disclosures'>;
  readonly protocol: Protocol;
  readonly holidays: Pick<BankHolidaySource, 'current'>;
}

/** What was asked, for the API. */
export interface ApiContent {
  readonly request: object;
  /** Why a partner is asked, by its task, where that had to be said. */
  readonly justifications: Readonly<Record<string, string>>;
}
