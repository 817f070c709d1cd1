import type { IsoDate } from './clock';
import type { ClockId, ClockSettings, RungPolicy } from './policy';
import type { Role } from './roles';

/** The processes a protocol sets ladders and retention for. */
export const protocolProcesses = [
  'information-request',
  'asb-case-review',
  'subject-access',
  'breach',
  'withdrawal',
  'processor-objection',
  'information-access',
] as const;
export type ProtocolProcess = (typeof protocolProcesses)[number];

/** The ladders that a protocol sets: one for each process, and one more for each other kind of task that a process has. */
export const protocolLadders = [...protocolProcesses, 'breach-ico', 'breach-view', 'breach-telling', 'subject-access-reply', 'information-access-reply'] as const;
export type ProtocolLadder = (typeof protocolLadders)[number];

/** What an organisation is to the sharing: section 4, and section 15 for those it does not define. */
export const partnerKinds = ['joint-controller', 'processor', 'signatory'] as const;
export type PartnerKind = (typeof partnerKinds)[number];

/** The addresses of a partner, all of them roles; `null` where it has given none that works. */
export interface Contacts {
  readonly spoc: string | null;
  readonly deputy: string | null;
  readonly 'governance-lead': string | null;
  /** Where notices of a personal data breach go, at any hour (section 10). */
  readonly breach: string | null;
}

/** A part of a partner that is asked by itself; what it lacks (governance lead, breach address) is its partner's. */
export interface Team {
  /** Unique in its partner; at most 12 characters, lower-case kebab. */
  readonly code: string;
  readonly name: string;
  readonly contacts: Pick<Contacts, 'spoc' | 'deputy'>;
}

export interface Partner {
  /** Unique in the protocol; at most 12 characters, lower-case kebab. */
  readonly code: string;
  readonly name: string;
  readonly kind: PartnerKind;
  /** Whether it answers requests under FOIA and EIR itself. */
  readonly publicAuthority: boolean;
  readonly publicAuthorityNote?: string;
  /** Whether it processes for law enforcement under Part 3 of the Data Protection Act 2018: named in Schedule 7, or by its functions (section 30). */
  readonly competentAuthority: boolean;
  readonly icoReference: string | null;
  readonly signed: boolean;
  /** `null` if it has not signed, or if the protocol shows its signature without a date. */
  readonly signedOn: IsoDate | null;
  /** What the protocol shows, where there is no date or more than one. */
  readonly signedNote?: string;
  /**
   * From when its signature counts (section 12); `null` if it has not signed. An undated signature counts from the
   * date of the version that bears it: on that day it was there.
   */
  readonly signedFrom: IsoDate | null;
  /** The first day on which it is a former partner (section 13); only where it has withdrawn, or is about to. */
  readonly withdrawnOn?: IsoDate;
  /** Who in the partner may share, in the protocol's words (section 2). */
  readonly sharers?: string;
  readonly contacts: Contacts;
  readonly teams: readonly Team[];
}

/** Whether information of a category may name the persons it is about (section 2). */
export const identifiabilities = ['personal', 'anonymised'] as const;
export type Identifiability = (typeof identifiabilities)[number];

/** A partner, or one of its teams, that may share a category. */
export interface Sharer {
  readonly partner: string;
  readonly team?: string;
}

/** A kind of information that section 2 lists. */
export interface Category {
  readonly code: string;
  readonly name: string;
  readonly sharedAs: Identifiability;
  readonly sharedBy: readonly Sharer[];
}

/** UK GDPR Article 6 (any personal data) or 9 (special categories), or DPA 2018 Part 3 (law enforcement). */
export const regimes = ['article-6', 'article-9', 'dpa-part-3'] as const;
export type Regime = (typeof regimes)[number];

export interface LegalBasis {
  readonly code: string;
  readonly regime: Regime;
  readonly name: string;
  /** "UK GDPR Article 6(1)(e)" */
  readonly provision: string;
}

export interface Statute {
  readonly code: string;
  readonly name: string;
  /** Kept, since the protocol lists it, but no longer to be relied on. */
  readonly repealed: boolean;
  /** What repealed and replaced it; or what to check. */
  readonly note?: string;
}

/** A right of data subjects that the partners have processes for (section 5). */
export interface Right {
  readonly code: string;
  readonly name: string;
  readonly provision: string;
  readonly summary: string;
}

/** How long after its end a case is kept. Whole calendar months. */
export interface Retention {
  readonly months: number;
}

export interface Protocol {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** When this version was agreed. */
  readonly versionOn: IsoDate;
  /** The review is overdue after this day. */
  readonly reviewOn: IsoDate;
  readonly reviewNote?: string;
  /** The designated contact point for data subjects, withdrawals and escalations: the CSP manager, as a role. */
  readonly contactPoint: { readonly title: string; readonly partner: string; readonly address: string | null };
  readonly organisations: readonly Partner[];
  readonly categories: readonly Category[];
  readonly legalBases: readonly LegalBasis[];
  readonly statutes: readonly Statute[];
  readonly rights: readonly Right[];
  /** Where this partnership differs from the clock rules; only what is a partnership's to set. */
  readonly clocks: { readonly [clock in ClockId]?: Partial<Pick<ClockSettings, 'length' | 'extendedLength' | 'countedFrom'>> };
  /** In the order they fire; working days for date clocks, hours for those of a breach. */
  readonly ladders: Readonly<Record<ProtocolLadder, readonly RungPolicy[]>>;
  readonly settings: {
    /** An information request that all have answered closes by itself after this. */
    readonly closeAfterLastAnswer: { readonly workingDays: number };
    /** Whether the clock stands still from a question back to the requester to its answer. */
    readonly questionBackPausesClock: boolean;
    /** How many qualifying complaints oblige a review; the 2014 Act (s104) allows no more than 3. */
    readonly qualifyingComplaints: number;
    /** How long before the panel of a review meets the answers are due, where they are counted back from it. */
    readonly answersBeforePanel: { readonly workingDays: number };
    /** Within which the applicant of a review is told the decision on the threshold, and later the outcome. */
    readonly applicantToldWithin: { readonly workingDays: number };
    /** A review closes by itself after this, unless its applicant, who was told of it, is not satisfied. */
    readonly dissatisfiedWithin: { readonly workingDays: number };
    /** Within which it is looked at again then. */
    readonly lookedAtAgainWithin: { readonly workingDays: number };
    /** From detection; without agreement on telling the data subjects by then, the owner decides (section 10). */
    readonly breachCutOff: { readonly hours: number };
    /** From the cut-off: how long the owner has to decide then, with the views of the others before it. */
    readonly breachOwnerDecides: { readonly hours: number };
  };
  readonly retention: {
    /** True while the partnership has not confirmed that these are its partners' published policies (section 8). */
    readonly toConfirm: boolean;
    readonly note?: string;
    readonly default: Readonly<Record<ProtocolProcess, Retention>>;
    /** By partner code, where its policy differs. */
    readonly partners: { readonly [partner: string]: { readonly [process in ProtocolProcess]?: Retention } };
  };
  /** The partnership's own titles of the roles. */
  readonly roles: Readonly<Record<Role, { readonly title: string; readonly note?: string }>>;
}
