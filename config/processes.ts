import type { ClockId } from './policy';
import type { ProtocolLadder, ProtocolProcess } from './protocol-types';
import type { Role } from './roles';

/**
 * The registry of processes: start reading here. A process is one slug; every layer names its part of it by that slug
 * (`workflows/<slug>/`, `api/processes/<slug>/`, `api/views/<slug>/`), and docs/adding-a-process.md says in which order to
 * write them. What a layer is missing of a process that is entered here, TypeScript and test/architecture say.
 */
export interface ProcessDefinition {
  /** Shown to people. */
  readonly title: string;
  /** Case references begin with it: `IR-2026-0001`. */
  readonly prefix: string;
  /** The name the workflow function is exported and registered under. */
  readonly workflowType: string;
  /** What a case of it is in a sentence, after "the" or "this": "request". */
  readonly thing: string;
  /** Section of the protocol, for pages and mails. */
  readonly source: string;
  /** The clock of its tasks (`clocks.ts`), whose length a protocol file may set. */
  readonly clock: ClockId;
  /** What a protocol file names its ladder and its retention by. */
  readonly inProtocol: ProtocolProcess;
  /**
   * What its clocks start with: the day of receipt of what is asked or the moment of detection, which can be put right, or
   * the opening of the case.
   */
  readonly countedFrom: 'receipt' | 'detection' | 'opening';
  /** Which address of a partner its mails go to first, where that is not its single point of contact's. */
  readonly mailedAt?: 'breach';
  /** The roles of the partner asked that have its tasks from the start, beside the contact. */
  readonly heldBy?: readonly Role[];
  /** Who may open a case of it. */
  readonly openedBy: readonly Role[];
  /** Whether, of the opener's team, only those who may open one see what is in it. */
  readonly onlyForOpeners?: true;
  /** Whether only a public authority within the meaning of FOIA and EIR can receive what it is about. */
  readonly onlyPublicAuthorities?: true;
  /** Whether an item is not disclosed before the partner that it came from was warned, and has answered or had its time. */
  readonly hardStop?: true;
  /** Whether somebody who did not decide looks at it again for an applicant who is not satisfied with the reply. */
  readonly internalReview?: true;
  /** Whether no partner that is consulted learns who has asked: what is asked for is answered whoever asks. */
  readonly hidesApplicant?: true;
  /** Whether it concerns former partners, too: what was shared before goes on (section 13). */
  readonly withFormerPartners?: true;
  /** Whether everybody who was asked is told that a case was withdrawn, and not only whoever has not answered. */
  readonly allToldOfWithdrawal?: true;
  /** Whether a case that has ended cannot be opened again. */
  readonly staysClosed?: true;
  /** The setting of the protocol after which a case closes by itself; without it somebody has to close it. */
  readonly closesAfter?: 'closeAfterLastAnswer' | 'dissatisfiedWithin';
  /** Who reads what is in its cases without being assigned to them. */
  readonly readBy: readonly Role[];
  /** How a task of it can be answered in the end. */
  readonly answers: Readonly<Record<string, AnswerRule>>;
  /** The kinds of its tasks, where more than one thing is asked in a case; without it they are of one kind. */
  readonly kinds?: Readonly<Record<string, TaskKindRule>>;
  /** What whoever opened a case can decide on the whole of it, beside withdrawing it. */
  readonly decisions: readonly string[];
  /** The rules of its own by which it refuses an act, each with what is said to whoever acts. */
  readonly refusals: Readonly<Record<string, string>>;
}

/** A kind of task: it has a clock and a ladder of its own, and is answered in some of the ways of its process. */
export interface TaskKindRule {
  readonly clock: ClockId;
  readonly ladder: ProtocolLadder;
  readonly answers: readonly string[];
  /** Whether it takes no question back: whoever has it decides by what it knows itself. */
  readonly noQuestions?: true;
}

/** What comes with a kind of answer. */
export interface AnswerRule {
  /** Whether it gives information away: then it goes on the disclosure register, with its handling conditions. */
  readonly discloses?: 'in-full' | 'in-part';
  /** Whether it has to say why: what is left out, or why it is refused. */
  readonly ground?: true;
}

/** What is forbidden while a case is looked at again, and while it is not. */
const lookingAgainRefusals = {
  LookedAtAgain: 'It is being looked at again. Record first what came of that.',
  NotLookedAtAgain: 'Nobody looks at it again at the moment.',
} as const;

/** What the rules of every request of an applicant forbid. */
const requestRefusals = {
  ItemsUndecided: 'Not every item is decided. Decide on each first, or record that the request is refused as a whole.',
  NoSuchItem: 'The request has no such item any more. Look at its items again.',
  ClockStands: 'The clock stands still already. Start it again first.',
  ClockRuns: 'The clock is running, so there is nothing to start again.',
} as const;

export const processes = {
  'information-request': {
    title: 'Information request',
    prefix: 'IR',
    workflowType: 'informationRequest',
    thing: 'request',
    source: 'Protocol section 7, Request and Response',
    clock: 'information-request',
    inProtocol: 'information-request',
    countedFrom: 'receipt',
    openedBy: ['staff'],
    closesAfter: 'closeAfterLastAnswer',
    readBy: [],
    answers: {
      'shared-in-full': { discloses: 'in-full' },
      'shared-in-part': { discloses: 'in-part', ground: true },
      'nothing-held': {},
      refused: { ground: true },
    },
    decisions: [],
    refusals: {
      NotYetAnswered: 'Not everybody has answered yet, so there is nothing to confirm.',
    },
  },
  'processor-objection': {
    title: 'Change of processor',
    prefix: 'PC',
    workflowType: 'processorObjection',
    thing: 'notice',
    source: 'Protocol section 4, Responsibilities',
    clock: 'processor-objection',
    inProtocol: 'processor-objection',
    allToldOfWithdrawal: true,
    countedFrom: 'opening',
    openedBy: ['staff'],
    closesAfter: 'closeAfterLastAnswer',
    readBy: ['csp-manager'],
    answers: { 'no-objection': {}, objection: { ground: true } },
    decisions: ['go-on'],
    refusals: {
      NothingToDecide: 'There is nothing to decide: nobody has objected, or somebody still has time to.',
    },
  },
  'asb-case-review': {
    title: 'ASB case review',
    prefix: 'CR',
    workflowType: 'asbCaseReview',
    thing: 'review request',
    source: 'Protocol section 7, ASB case review; Anti-social Behaviour, Crime and Policing Act 2014, section 104',
    clock: 'asb-case-review-request',
    inProtocol: 'asb-case-review',
    openedBy: ['asb-review-spoc'],
    onlyForOpeners: true,
    closesAfter: 'dissatisfiedWithin',
    readBy: [],
    countedFrom: 'opening',
    answers: {
      holds: { discloses: 'in-full' },
      'holds-part-withheld': { discloses: 'in-part', ground: true },
      'nil-return': {},
      refused: { ground: true },
    },
    decisions: [],
    refusals: {
      NotGranted: 'The threshold was not met, so there is no review.',
      NobodyAsked: 'Nobody was asked yet. Ask the partners first.',
      AskedBefore: 'The partners were asked already. Look at the case.',
      NoOutcome: 'What the panel decided is not on record yet. Record it first.',
      PanelHasMet: 'The panel has met, and what it decided is on record: its day cannot be changed any more. If it is to decide again, close the review and reopen it, and ask again.',
      ToBeRecordedAnew: 'It was changed on looking at it again. Record anew what the panel decided first.',
      ApplicantNotTold: 'The applicant was not told yet how it ended.',
      ...lookingAgainRefusals,
      NotToBeDone: 'This is not to be done any more, so its date cannot be moved.',
      NoSuchAction: 'What came of this action is on record already, or it is none of the plan.',
      ActionsOpen: 'Actions of the plan are still to be done. Record first what came of each.',
    },
  },
  breach: {
    title: 'Personal data breach',
    prefix: 'PB',
    workflowType: 'breach',
    thing: 'breach notice',
    source: 'Protocol section 10, Personal data breach; UK GDPR, Articles 33 and 34; Data Protection Act 2018, section 67',
    clock: 'breach-partners',
    inProtocol: 'breach',
    allToldOfWithdrawal: true,
    countedFrom: 'detection',
    withFormerPartners: true,
    mailedAt: 'breach',
    heldBy: ['governance-lead'],
    openedBy: ['staff', 'spoc', 'governance-lead'],
    readBy: [],
    answers: {
      acknowledged: {},
      'told-ico': {},
      'not-told-ico': { ground: true },
      tell: { ground: true },
      'do-not-tell': { ground: true },
    },
    kinds: {
      /** Each partner that is involved, for the 24 hours. */
      acknowledge: { clock: 'breach-partners', ladder: 'breach', answers: ['acknowledged'] },
      /** Each controller of the breached copy, for the 72 hours. */
      'decide-ico': { clock: 'breach-ico', ladder: 'breach-ico', answers: ['told-ico', 'not-told-ico'], noQuestions: true },
      /** Each partner but the owner, on telling the people concerned, until the cut-off. */
      'give-view': { clock: 'breach-consultation', ladder: 'breach-view', answers: ['tell', 'do-not-tell'] },
      /** The owner's word on it: taken at any time, and due some hours after the cut-off. */
      'decide-telling': { clock: 'breach-telling', ladder: 'breach-telling', answers: ['tell', 'do-not-tell'] },
    },
    decisions: [],
    refusals: {
      NotDecidedYet:
        'A controller has not decided on the ICO or has more to tell it, or the owner has not decided on telling the people concerned. ' +
        'Each decides for itself, so the breach is not closed or withdrawn before. The breach room shows who it is.',
      NotAllDecided:
        'Somebody is still awaited: an acknowledgement, a decision on the ICO, or the decision on telling the people concerned.',
      IcoNotTold: 'The ICO was not told by this controller, so there is nothing to add. Record first that it was told.',
      NothingToFollow: 'This controller has nothing more to tell the ICO, so there is nothing to leave as it is. Look at the breach room.',
    },
  },
  withdrawal: {
    title: 'Withdrawal of a partner',
    prefix: 'WD',
    workflowType: 'withdrawal',
    thing: 'notice of withdrawal',
    source: 'Protocol section 13, Withdrawal',
    clock: 'withdrawal',
    inProtocol: 'withdrawal',
    allToldOfWithdrawal: true,
    countedFrom: 'receipt',
    openedBy: ['csp-manager'],
    readBy: ['csp-manager'],
    withFormerPartners: true,
    staysClosed: true,
    answers: { returned: {}, destroyed: { ground: true }, kept: { ground: true }, 'nothing-held': {} },
    decisions: [],
    refusals: {
      HasLeft: 'The last day is over: this is a former partner, and its notice can be neither taken back nor put right any more.',
      MustBeSettled: 'What was shared has to be returned, destroyed or kept with a reason. Ask again, or record what you were told.',
    },
  },
  'subject-access': {
    title: 'Subject access request',
    prefix: 'SA',
    workflowType: 'subjectAccess',
    thing: 'subject access request',
    source: 'Protocol section 5; UK GDPR, Articles 12 and 15; Data Protection Act 2018, sections 45 and 54',
    clock: 'subject-access',
    inProtocol: 'subject-access',
    allToldOfWithdrawal: true,
    countedFrom: 'receipt',
    withFormerPartners: true,
    // A statutory clock does not begin anew: what the applicant asks after the reply is another request.
    staysClosed: true,
    heldBy: ['governance-lead'],
    openedBy: ['spoc', 'governance-lead'],
    onlyForOpeners: true,
    hardStop: true,
    readBy: [],
    answers: { 'no-objection': {}, representations: {} },
    kinds: {
      /** The reply to the applicant, by whoever received the request: the statutory clock. */
      reply: { clock: 'subject-access', ladder: 'subject-access-reply', answers: [], noQuestions: true },
      /** An originator, on the items that came from it: warned before anything of them is disclosed. */
      consult: { clock: 'originator-consultation', ladder: 'subject-access', answers: ['no-objection', 'representations'] },
    },
    decisions: [],
    refusals: requestRefusals,
  },
  'information-access': {
    title: 'FOI or EIR request',
    prefix: 'IA',
    workflowType: 'informationAccess',
    thing: 'FOI or EIR request',
    source: 'Protocol section 5; Freedom of Information Act 2000; Environmental Information Regulations 2004',
    clock: 'freedom-of-information',
    inProtocol: 'information-access',
    allToldOfWithdrawal: true,
    countedFrom: 'receipt',
    withFormerPartners: true,
    // What the applicant asks after the reply is another request, or an internal review, which has a run of its own.
    staysClosed: true,
    heldBy: ['governance-lead'],
    openedBy: ['spoc', 'governance-lead'],
    onlyForOpeners: true,
    onlyPublicAuthorities: true,
    hidesApplicant: true,
    internalReview: true,
    readBy: [],
    answers: { 'no-objection': {}, representations: {} },
    kinds: {
      /** The reply to the applicant, by the authority that received the request: the statutory clock. */
      reply: { clock: 'freedom-of-information', ladder: 'information-access-reply', answers: [], noQuestions: true },
      /** An originator, on the items that came from it: its advice is sought before release. */
      consult: { clock: 'originator-consultation', ladder: 'information-access', answers: ['no-objection', 'representations'] },
    },
    decisions: [],
    refusals: { ...requestRefusals, ...lookingAgainRefusals },
  },
} as const satisfies Record<string, ProcessDefinition>;

export type ProcessSlug = keyof typeof processes;
export const processSlugs = Object.keys(processes) as [ProcessSlug, ...ProcessSlug[]];

/** How tasks can be answered, of any process or of one. */
export type AnswerKind<Slug extends ProcessSlug = ProcessSlug> = {
  [Each in Slug]: keyof (typeof processes)[Each]['answers'];
}[Slug];

/** The rules of single processes that forbid an act. */
export type OwnRefusal = { [Each in ProcessSlug]: keyof (typeof processes)[Each]['refusals'] }[ProcessSlug];

/** Each of them with what is said to whoever acts. */
export const ownRefusals = Object.assign({}, ...Object.values(processes).map(({ refusals }) => refusals)) as Readonly<
  Record<OwnRefusal, string>
>;

/** What whoever opened a case can decide on it. */
export type Decision = { [Each in ProcessSlug]: (typeof processes)[Each]['decisions'][number] }[ProcessSlug];
export const decisions = Object.values(processes).flatMap((process): readonly Decision[] => process.decisions);

/** A process as every one of them is described. */
export const definitionOf = (process: ProcessSlug): ProcessDefinition => processes[process];

/** Whether originators are consulted in it: a request of an applicant, for what came from other partners. */
export const consultsOriginators = (process: ProcessSlug): boolean => definitionOf(process).kinds?.['consult'] !== undefined;

/** What its clocks start with, where two people can put it right: "the day of receipt was corrected". */
export const startName = (process: ProcessSlug): string =>
  processes[process].countedFrom === 'detection' ? 'time of detection' : 'day of receipt';

/** The kinds of task, of any process that has several. */
export type TaskKind = {
  [Each in ProcessSlug]: (typeof processes)[Each] extends { readonly kinds: infer Kinds } ? keyof Kinds : never;
}[ProcessSlug];

/** The kinds of answer to a task of a process; to one of a kind, where it has several. */
export const answerKindsOf = (process: ProcessSlug, kind?: TaskKind): readonly AnswerKind[] => {
  const { answers, kinds } = definitionOf(process);
  return (kind === undefined ? Object.keys(answers) : (kinds?.[kind]?.answers ?? [])) as AnswerKind[];
};

/** Whether whoever is asked can ask something back before answering. */
export const takesQuestions = (process: ProcessSlug, kind?: TaskKind): boolean =>
  kind === undefined || definitionOf(process).kinds?.[kind]?.noQuestions !== true;

/** What comes with an answer of this kind. */
export const answerRule = (process: ProcessSlug, kind: AnswerKind): AnswerRule =>
  (processes[process].answers as Partial<Record<AnswerKind, AnswerRule>>)[kind] ?? {};

/** `IR-2026-0001`: the reference is the workflow's id, the threading key of mails, and what people quote on the phone. */
export type CaseRef = `${(typeof processes)[ProcessSlug]['prefix']}-${number}-${string}`;

/** Every workflow and worker of Concordat meets on this queue. */
export const taskQueue = 'concordat';
