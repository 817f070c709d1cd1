/**
 * Who may use which route on what, written down by hand from the rules of the product: that a case exists, its stage
 * and dates are seen by the partners in it and the overseers; what is in it by those assigned to it, that is the
 * opener's team, each task's holders for their own task, and whoever opened it with a reason. Nothing here is worked
 * out by `api/policy.ts`, which it is there to check.
 */
import type { Scope } from '../../../config/scopes';
import { everybody, type VisitorName, type Who } from './people';
import type { CaseName } from './world';

const thurrock: readonly Who[] = [
  'opener',
  'colleague',
  'colleagueWithoutRole',
  'otherTeam',
  'otherTeamSpoc',
  'ownPartnerSpoc',
  'ownPartnerLead',
  'reviewSpoc',
  'formerColleague',
  'movedAppointee',
];
const police: readonly Who[] = [
  'policeSpoc',
  'policeDeputy',
  'policeStaff',
  'policeLead',
  'formerSpoc',
  'formerLead',
  'movedOpener',
];
const fire: readonly Who[] = ['fireTeamSpoc', 'fireTeamStaff', 'fireOtherTeamSpoc', 'fireSpoc', 'fireLead'];
const probation: readonly Who[] = ['probationSpoc', 'probationStaff', 'appointee'];
const strangers: readonly Who[] = ['strangerSpoc', 'strangerLead', 'namesake'];
const auditors: readonly Who[] = ['auditor', 'auditorWithReason'];
const overseers: readonly Who[] = ['cspManager', 'manager', ...auditors];

const team: readonly Who[] = ['opener', 'colleague', 'colleagueWithoutRole'];
const policeContacts: readonly Who[] = ['policeSpoc', 'policeDeputy'];

interface CaseLine {
  /** See that it exists, its stage and its dates. */
  readonly metadata: readonly Who[];
  /** The opener, and the opener's team as it was then. */
  readonly openingTeam: readonly Who[];
  /** Of a review: who is on its panel, and sees all of it. */
  readonly panel?: readonly Who[];
  /** Whether it is a breach, which has a room. */
  readonly isBreach?: true;
  /** Whether it is a request of an applicant, which has items. */
  readonly isAccess?: true;
  /** Whether it is an FOI or EIR request, whose reply can be looked at again. */
  readonly isFreedom?: true;
}

export const cases: Readonly<Record<CaseName, CaseLine>> = {
  waiting: { metadata: [...thurrock, ...police, ...fire, ...probation, ...overseers], openingTeam: team },
  raised: { metadata: [...thurrock, ...police, ...fire, ...overseers], openingTeam: team },
  answered: { metadata: [...thurrock, ...police, ...overseers], openingTeam: team },
  withdrawn: { metadata: [...thurrock, ...police, ...probation, ...overseers], openingTeam: team },
  reopened: { metadata: [...thurrock, ...police, ...overseers], openingTeam: team },
  // The opener works elsewhere now; the team that was left has it.
  moved: { metadata: [...thurrock, ...police, ...probation, ...overseers], openingTeam: team },
  elsewhere: { metadata: [...strangers, ...fire, ...overseers], openingTeam: ['strangerSpoc'] },
  // A change of processor: every other joint controller is told.
  notice: { metadata: [...thurrock, ...police, ...fire, ...probation, ...strangers, ...overseers], openingTeam: team },
  // Of the team of a review only those who may open one; its panel is of a partner that is not asked.
  review: {
    metadata: [...thurrock, ...police, ...probation, 'strangerLead', ...overseers],
    openingTeam: ['reviewSpoc'],
    panel: ['strangerLead'],
  },
  breach: { metadata: [...thurrock, ...police, ...probation, ...overseers], openingTeam: team, isBreach: true },
  access: { metadata: [...thurrock, ...police, ...probation, ...overseers], openingTeam: ['ownPartnerLead'], isAccess: true },
  // Under FOIA.
  freedom: { metadata: [...thurrock, ...police, ...probation, ...overseers], openingTeam: ['ownPartnerLead'], isAccess: true, isFreedom: true },
};

interface TaskLine {
  /** The contact of what is asked, whoever it was passed on to, the governance lead once it was raised with that role. */
  readonly holders: readonly Who[];
  /** The contact of the partner as a whole, who may take it back from a team without seeing it. */
  readonly partnersContact: readonly Who[];
  /** Who reads what is in it besides, by the rules of its process. */
  readonly readers?: readonly Who[];
  /** What it asks, of a breach or a request of an applicant. */
  readonly kind?: 'acknowledge' | 'decide-ico' | 'telling' | 'reply' | 'consult';
}

/** Of a breach the governance lead has every task of the partner from the start. */
const policeInBreach: readonly Who[] = [...policeContacts, 'policeLead'];
const thurrockInBreach: readonly Who[] = ['ownPartnerSpoc', 'ownPartnerLead'];

export const tasks: Readonly<Record<`${CaseName}/T${number}`, TaskLine>> = {
  'waiting/T1': { holders: policeContacts, partnersContact: policeContacts },
  'waiting/T2': { holders: ['fireTeamSpoc'], partnersContact: ['fireSpoc'] },
  'waiting/T3': { holders: ['probationSpoc', 'appointee'], partnersContact: ['probationSpoc'] },
  // Of a partner for which nobody signs in.
  'waiting/T4': { holders: [], partnersContact: [] },
  'raised/T1': { holders: [...policeContacts, 'policeLead'], partnersContact: policeContacts },
  'raised/T2': { holders: ['fireOtherTeamSpoc', 'fireLead'], partnersContact: ['fireSpoc'] },
  'answered/T1': { holders: policeContacts, partnersContact: policeContacts },
  // A team of the partner that asks.
  'answered/T2': { holders: ['otherTeamSpoc'], partnersContact: ['ownPartnerSpoc'] },
  'withdrawn/T1': { holders: policeContacts, partnersContact: policeContacts },
  'withdrawn/T2': { holders: ['probationSpoc'], partnersContact: ['probationSpoc'] },
  // Asked again with a new clock: the ladder has not reached the lead again.
  'reopened/T1': { holders: policeContacts, partnersContact: policeContacts },
  'moved/T1': { holders: policeContacts, partnersContact: policeContacts },
  // Passed on to somebody who has left the partner since: the contact still has it.
  'moved/T2': { holders: ['probationSpoc'], partnersContact: ['probationSpoc'] },
  'elsewhere/T1': { holders: ['fireOtherTeamSpoc'], partnersContact: ['fireSpoc'] },
  // An objection is read by the CSP manager, too.
  'notice/T1': { holders: policeContacts, partnersContact: policeContacts, readers: ['cspManager'] },
  'notice/T2': { holders: ['probationSpoc'], partnersContact: ['probationSpoc'], readers: ['cspManager'] },
  'notice/T3': { holders: ['strangerSpoc'], partnersContact: ['strangerSpoc'], readers: ['cspManager'] },
  'review/T1': { holders: policeContacts, partnersContact: policeContacts },
  'review/T2': { holders: ['probationSpoc'], partnersContact: ['probationSpoc'] },
  'notice/T4': { holders: ['fireSpoc'], partnersContact: ['fireSpoc'], readers: ['cspManager'] },
  'breach/T1': { holders: policeInBreach, partnersContact: policeContacts, kind: 'acknowledge' },
  'breach/T2': { holders: thurrockInBreach, partnersContact: ['ownPartnerSpoc'], kind: 'acknowledge' },
  'breach/T3': { holders: ['probationSpoc'], partnersContact: ['probationSpoc'], kind: 'acknowledge' },
  'breach/T4': { holders: thurrockInBreach, partnersContact: ['ownPartnerSpoc'], kind: 'decide-ico' },
  'breach/T5': { holders: ['probationSpoc'], partnersContact: ['probationSpoc'], kind: 'decide-ico' },
  'breach/T6': { holders: policeInBreach, partnersContact: policeContacts, kind: 'telling' },
  'breach/T7': { holders: thurrockInBreach, partnersContact: ['ownPartnerSpoc'], kind: 'telling' },
  'breach/T8': { holders: ['probationSpoc'], partnersContact: ['probationSpoc'], kind: 'telling' },
  // The reply to the applicant is given by no answer.
  'access/T1': { holders: thurrockInBreach, partnersContact: ['ownPartnerSpoc'], kind: 'reply' },
  'access/T2': { holders: policeInBreach, partnersContact: policeContacts, kind: 'consult' },
  'access/T3': { holders: ['probationSpoc'], partnersContact: ['probationSpoc'], kind: 'consult' },
  'access/T4': { holders: ['probationSpoc'], partnersContact: ['probationSpoc'], kind: 'consult' },
  'freedom/T1': { holders: thurrockInBreach, partnersContact: ['ownPartnerSpoc'], kind: 'reply' },
  'freedom/T2': { holders: policeInBreach, partnersContact: policeContacts, kind: 'consult' },
  'freedom/T3': { holders: ['probationSpoc'], partnersContact: ['probationSpoc'], kind: 'consult' },
};

/** Who finds the unusual words of each part of a case's content; nobody else finds them anywhere. */
export const content: Readonly<Record<string, readonly (Who | VisitorName)[]>> = {
  waiting_request: [...team, ...policeContacts, 'linkHolder', 'fireTeamSpoc', 'probationSpoc', 'appointee'],
  waiting_T1: [...team, ...policeContacts, 'linkHolder'],
  waiting_T4: team,
  raised_request: [...team, ...policeContacts, 'policeLead', 'fireOtherTeamSpoc', 'fireLead', 'auditorWithReason'],
  raised_opening: ['auditorWithReason'],
  answered_request: [...team, ...policeContacts, 'otherTeamSpoc'],
  answered_T1: [...team, ...policeContacts],
  answered_T2: [...team, 'otherTeamSpoc'],
  withdrawn_request: [...team, ...policeContacts, 'probationSpoc'],
  withdrawn_T1: [...team, ...policeContacts],
  withdrawn_reason: team,
  reopened_request: [...team, ...policeContacts],
  // The team, and whoever has decided.
  reopened_decision: [...team, 'cspManager'],
  reopened_reason: team,
  moved_request: [...team, ...policeContacts, 'probationSpoc'],
  elsewhere_request: ['strangerSpoc', 'fireOtherTeamSpoc'],
  elsewhere_T1: ['strangerSpoc', 'fireOtherTeamSpoc'],
  notice_request: [...team, ...policeContacts, 'probationSpoc', 'strangerSpoc', 'fireSpoc', 'cspManager'],
  notice_T1: [...team, ...policeContacts, 'cspManager'],
  review_request: ['reviewSpoc', 'strangerLead', ...policeContacts, 'probationSpoc'],
  review_application: ['reviewSpoc', 'strangerLead'],
  /** How the applicant is reached: the review team alone. */
  review_contact: ['reviewSpoc'],
  review_T1: ['reviewSpoc', 'strangerLead', ...policeContacts],
  breach_request: [...team, ...policeInBreach, ...thurrockInBreach, 'probationSpoc'],
  // Whoever has a part in it sees what was said in it; whoever put a call on record reads that.
  breach_said: [...team, ...policeInBreach, ...thurrockInBreach, 'probationSpoc'],
  breach_call: [...team, ...policeInBreach, ...thurrockInBreach, 'probationSpoc', 'cspManager'],
  // An originator has to know whose data it is about, and sees what came from it; the reply has no business with it.
  access_request: [...thurrockInBreach, ...policeInBreach, 'probationSpoc'],
  access_contact: ['ownPartnerLead'],
  access_I1: ['ownPartnerLead', ...policeInBreach],
  access_I2: ['ownPartnerLead', 'probationSpoc'],
  access_advice: ['ownPartnerLead'],
  access_call: ['ownPartnerLead', 'cspManager'],
  // An originator is asked about information, and never told who asks for it.
  freedom_request: [...thurrockInBreach, ...policeInBreach, 'probationSpoc'],
  freedom_applicant: ['ownPartnerLead'],
  freedom_I1: ['ownPartnerLead', ...policeInBreach],
  freedom_I2: ['ownPartnerLead', 'probationSpoc'],
  freedom_advice: ['ownPartnerLead'],
};

/** The cases in whose lines of the disclosure register each partner's people are: what it gave or got. */
export const register: Readonly<Record<CaseName, readonly Who[]>> = {
  waiting: [],
  raised: [],
  // Twice, with the correction.
  answered: [...thurrock, ...police, ...overseers],
  withdrawn: [...thurrock, ...police, ...overseers],
  reopened: [],
  moved: [],
  elsewhere: [...strangers, ...fire, ...overseers],
  // An objection discloses nothing.
  notice: [],
  review: [...thurrock, ...police, ...overseers],
  breach: [],
  access: [],
  freedom: [],
};
export const registerLines: Readonly<Partial<Record<CaseName, number>>> = { answered: 2, withdrawn: 1, elsewhere: 1, review: 1 };

/** What "My tasks" lists as waiting for an answer, by task. */
export const toAnswer: Readonly<Record<Who, readonly string[]>> = {
  ...(Object.fromEntries(everybody.map((who) => [who, []])) as unknown as Record<Who, readonly string[]>),
  ownPartnerSpoc: ['breach/T2', 'breach/T4', 'breach/T7'],
  ownPartnerLead: ['breach/T2', 'breach/T4', 'breach/T7'],
  policeSpoc: ['waiting/T1', 'raised/T1', 'reopened/T1', 'moved/T1', 'breach/T1', 'breach/T6'],
  policeDeputy: ['waiting/T1', 'raised/T1', 'reopened/T1', 'moved/T1', 'breach/T1', 'breach/T6'],
  policeLead: ['raised/T1', 'breach/T1', 'breach/T6'],
  fireTeamSpoc: ['waiting/T2'],
  fireOtherTeamSpoc: ['raised/T2'],
  fireLead: ['raised/T2'],
  probationSpoc: ['waiting/T3', 'moved/T2', 'notice/T2', 'breach/T3', 'access/T3', 'access/T4', 'freedom/T3'],
  strangerSpoc: ['notice/T3'],
  fireSpoc: ['notice/T4'],
  appointee: ['waiting/T3'],
};

/** Whom a route lets in: of everybody for what belongs to no case; by the case, the task, the partner of its path. */
type Rule =
  | { readonly on: 'nothing'; readonly allowed: readonly Who[] | 'anyone' }
  | { readonly on: 'case'; readonly allowed: (line: CaseLine) => readonly Who[] }
  | { readonly on: 'task'; readonly allowed: (line: TaskLine, of: CaseLine) => readonly Who[] }
  /** A file of a task, where the path names only the case. */
  | { readonly on: 'file'; readonly allowed: (line: TaskLine, of: CaseLine) => readonly Who[] }
  | { readonly on: 'partner'; readonly allowed: Readonly<Record<string, readonly Who[]>> }
  | { readonly on: 'own token' }
  /** With the code; or with the link alone, which shows that there is a request and no more. */
  | { readonly on: 'link'; readonly allowed: 'with code' | 'link alone' | 'of an action' };

export type RouteLine = Rule & {
  /** What is sent: nothing that is accepted, so that no act is done. */
  readonly send?: 'empty form' | 'wrong json' | 'no files';
  readonly scope?: Scope;
  /** Cases in which the act would be done with nothing sent. */
  readonly notIn?: readonly CaseName[];
};

const anyone: RouteLine = { on: 'nothing', allowed: 'anyone' };
const signedIn: RouteLine = { on: 'nothing', allowed: everybody };
/** Those who hold the role of staff now. */
const staff: RouteLine = {
  on: 'nothing',
  allowed: [
    'opener',
    'colleague',
    'otherTeam',
    'otherTeamSpoc',
    'ownPartnerSpoc',
    'reviewSpoc',
    'formerColleague',
    'policeSpoc',
    'policeStaff',
    'formerSpoc',
    'fireTeamStaff',
    'probationStaff',
    'appointee',
    'strangerSpoc',
    'namesake',
    'movedOpener',
    'movedAppointee',
  ],
};
/** Those of staff, the contacts, and the governance leads. */
const reportsBreaches: RouteLine = {
  on: 'nothing',
  allowed: [
    ...(staff.allowed as readonly Who[]),
    'policeDeputy',
    'fireTeamSpoc',
    'fireOtherTeamSpoc',
    'fireSpoc',
    'probationSpoc',
    'ownPartnerLead',
    'policeLead',
    'fireLead',
    'strangerLead',
  ],
};
/** Each for the cases of its own partner. */
const leads: RouteLine = { on: 'nothing', allowed: ['ownPartnerLead', 'policeLead', 'fireLead', 'strangerLead'] };
/** The contacts of partners and teams, and the governance leads. */
const contactsAndLeads: RouteLine = {
  on: 'nothing',
  allowed: [
    'otherTeamSpoc',
    'ownPartnerSpoc',
    'policeSpoc',
    'policeDeputy',
    'fireTeamSpoc',
    'fireOtherTeamSpoc',
    'fireSpoc',
    'probationSpoc',
    'strangerSpoc',
    'namesake',
    ...(leads.allowed as readonly Who[]),
  ],
};
const cspManager: RouteLine = { on: 'nothing', allowed: ['cspManager'] };
const reviewSpocs: RouteLine = { on: 'nothing', allowed: ['reviewSpoc'] };
const overseersOnly: RouteLine = { on: 'nothing', allowed: overseers };
const readsRecords: RouteLine = { on: 'nothing', allowed: ['cspManager', ...auditors] };
/** The CSP manager everywhere; a partner's contacts and governance lead for their own. */
const absences: RouteLine = {
  on: 'partner',
  allowed: {
    'essex-police': ['policeSpoc', 'policeDeputy', 'policeLead', 'cspManager'],
    'mse-icb': ['strangerSpoc', 'strangerLead', 'namesake', 'cspManager'],
  },
};

const seesCase: RouteLine = { on: 'case', allowed: ({ metadata }) => metadata };
const openingTeam: RouteLine = { on: 'case', allowed: (line) => line.openingTeam };
const openingTeamOrPanel: RouteLine = { on: 'case', allowed: (line) => [...line.openingTeam, ...(line.panel ?? [])] };
/** What only a review knows. */
const seesBoard: RouteLine = { on: 'case', allowed: ({ openingTeam: spocs, panel }) => (panel === undefined ? [] : [...spocs, ...panel]) };
const runsReview: RouteLine = { on: 'case', allowed: ({ openingTeam: spocs, panel }) => (panel === undefined ? [] : spocs) };
/** The one action of the plan is that of Probation. */
const settlesActions: RouteLine = { on: 'case', allowed: ({ openingTeam: spocs, panel }) => (panel === undefined ? [] : [...spocs, 'probationSpoc']) };
/** A request of an applicant is not opened again. */
const reopens: RouteLine = { on: 'case', allowed: (line) => (line.isAccess === true ? [] : [...line.openingTeam, 'cspManager']) };
const openingTeamOrCspManager: RouteLine = { on: 'case', allowed: (line) => [...line.openingTeam, 'cspManager'] };
const readsCaseRecord: RouteLine = { on: 'case', allowed: () => ['cspManager', ...auditors] };
const opensWithReason: RouteLine = { on: 'case', allowed: () => auditors };

const holders: RouteLine = { on: 'task', allowed: (line) => (line.kind === 'reply' ? [] : line.holders) };
const holdersAndPartnersContact: RouteLine = { on: 'task', allowed: (line) => (line.kind === 'reply' ? [] : [...line.holders, ...line.partnersContact]) };
const seesTask: RouteLine = { on: 'task', allowed: (line, of) => (line.kind === 'reply' ? [] : [...of.openingTeam, ...line.holders]) };
const taskOfOpeningTeam: RouteLine = { on: 'task', allowed: (_line, of) => of.openingTeam };
const taskOfCspManager: RouteLine = { on: 'task', allowed: ({ kind }) => (kind === 'reply' ? [] : ['cspManager']) };
const seesRoom: RouteLine = { on: 'case', allowed: ({ metadata, isBreach }) => (isBreach === true ? metadata : []) };
/** Whoever reported it, and whoever has a task in it. */
const hasPartInBreach: RouteLine = {
  on: 'case',
  allowed: ({ isBreach, openingTeam: reporters }) => (isBreach === true ? [...reporters, ...policeInBreach, ...thurrockInBreach, 'probationSpoc'] : []),
};
const runsBreach: RouteLine = { on: 'case', allowed: (line) => (line.isBreach === true ? line.openingTeam : []) };
const correctsTimes: RouteLine = {
  on: 'case',
  allowed: (line) => (line.isBreach === true ? [...line.openingTeam, 'cspManager'] : []),
};
const recordsCall: RouteLine = {
  on: 'task',
  allowed: ({ kind }, of) => (kind === 'acknowledge' || kind === 'consult' ? [...of.openingTeam, 'cspManager'] : []),
};
const informsIco: RouteLine = {
  on: 'task',
  allowed: ({ kind, holders: own }, of) => (kind === 'decide-ico' ? [...of.openingTeam, ...own] : []),
};
const seesItems: RouteLine = { on: 'case', allowed: ({ metadata, isAccess }) => (isAccess === true ? metadata : []) };
/** Of a request of an applicant: the governance lead of the partner that received it has opened it, and decides. */
const runsAccess: RouteLine = { on: 'case', allowed: (line) => (line.isAccess === true ? line.openingTeam : []) };
const looksAgain: RouteLine = { on: 'case', allowed: (line) => (line.isFreedom === true ? line.openingTeam : []) };
const refersItems: RouteLine = { on: 'task', allowed: ({ kind }, of) => (kind === 'consult' ? of.openingTeam : []) };
const file: RouteLine = {
  on: 'file',
  allowed: (line, of) => [...of.openingTeam, ...(of.panel ?? []), ...line.holders, ...(line.readers ?? [])],
};

const withCode: RouteLine = { on: 'link', allowed: 'with code' };
const ofAnAction: RouteLine = { on: 'link', allowed: 'of an action' };
const linkAlone: RouteLine = { on: 'link', allowed: 'link alone' };

const page = { get: {}, post: { send: 'empty form' } } as const;
const json = { send: 'wrong json' } as const;

/** Every route. */
export const routes: Readonly<Record<string, RouteLine>> = {
  'get /sign-in': anyone,
  'post /sign-in': { ...anyone, ...page.post },
  'post /sign-out': { ...anyone, ...page.post },
  'post /form-again': { ...signedIn, ...page.post },
  'get /deadlines': anyone,
  'get /': signedIn,
  'get /start': signedIn,
  'get /cases': signedIn,
  'get /disclosures': signedIn,
  'get /disclosures.csv': signedIn,
  'get /persons': leads,
  'post /persons': { ...leads, ...page.post },
  'get /directory': signedIn,
  'get /directory/:partner': signedIn,
  'get /tokens': signedIn,
  'get /tokens/new': signedIn,
  'post /tokens/new': { ...signedIn, ...page.post },
  'get /tokens/:token/revocation': { on: 'own token' },
  'post /tokens/:token/revocation': { on: 'own token', ...page.post },

  'get /asb-case-reviews/new': reviewSpocs,
  'post /asb-case-reviews/new': { ...reviewSpocs, ...page.post },
  'get /breaches/new': reportsBreaches,
  'post /breaches/new': { ...reportsBreaches, ...page.post },
  'get /withdrawals/new': cspManager,
  'post /withdrawals/new': { ...cspManager, ...page.post },
  'get /information-access-requests/new': contactsAndLeads,
  'post /information-access-requests/new': { ...contactsAndLeads, ...page.post },
  'get /subject-access-requests/new': contactsAndLeads,
  'post /subject-access-requests/new': { ...contactsAndLeads, ...page.post },
  'get /processor-changes/new': staff,
  'post /processor-changes/new': { ...staff, ...page.post },
  'get /information-requests/new': staff,
  'post /information-requests/new': { ...staff, ...page.post },
  'get /directory/:partner/contacts': cspManager,
  'post /directory/:partner/contacts': { ...cspManager, ...page.post },
  'get /directory/:partner/absences': absences,
  'post /directory/:partner/absences': { ...absences, ...page.post },
  'get /directory/:partner/absences/:absence/end': absences,
  'post /directory/:partner/absences/:absence/end': { ...absences, ...page.post },
  'get /protocol-health': overseersOnly,
  'get /record': readsRecords,
  'get /record/seals': readsRecords,
  'get /record/chains/:chain': readsRecords,

  'get /cases/:ref': seesCase,
  'get /cases/:ref/sent': openingTeamOrPanel,
  'get /cases/:ref/board': seesBoard,
  'get /cases/:ref/pack': seesBoard,
  'get /cases/:ref/pack.pdf': seesBoard,
  'get /cases/:ref/panel': runsReview,
  'post /cases/:ref/panel': { ...runsReview, ...page.post, notIn: ['review'] },
  'get /cases/:ref/asking': runsReview,
  'post /cases/:ref/asking': { ...runsReview, ...page.post },
  'get /cases/:ref/schedule': runsReview,
  'post /cases/:ref/schedule': { ...runsReview, ...page.post },
  'get /cases/:ref/outcome': runsReview,
  'post /cases/:ref/outcome': { ...runsReview, ...page.post },
  'get /cases/:ref/applicant-told': runsReview,
  'post /cases/:ref/applicant-told': { ...runsReview, ...page.post },
  'get /cases/:ref/not-satisfied': runsReview,
  'post /cases/:ref/not-satisfied': { ...runsReview, ...page.post },
  'get /cases/:ref/letters/decision': runsReview,
  'get /cases/:ref/letters/outcome': runsReview,
  'get /cases/:ref/actions': settlesActions,
  'post /cases/:ref/actions': { ...settlesActions, ...page.post },
  'get /cases/:ref/looked-at-again': runsReview,
  'post /cases/:ref/looked-at-again': { ...runsReview, ...page.post },
  'get /cases/:ref/closing': runsReview,
  'post /cases/:ref/closing': { ...runsReview, ...page.post },
  'get /cases/:ref/confirmation': openingTeam,
  'post /cases/:ref/confirmation': { ...openingTeam, ...page.post, notIn: ['answered'] },
  'get /cases/:ref/withdrawal': openingTeam,
  'post /cases/:ref/withdrawal': { ...openingTeam, ...page.post },
  'get /cases/:ref/decisions/:decision': openingTeam,
  'post /cases/:ref/decisions/:decision': { ...openingTeam, ...page.post },
  'get /cases/:ref/reopening': reopens,
  'post /cases/:ref/reopening': { ...reopens, ...page.post },
  'get /cases/:ref/correction': openingTeamOrCspManager,
  'post /cases/:ref/correction': { ...openingTeamOrCspManager, ...page.post },
  'get /cases/:ref/correction/decision': openingTeamOrCspManager,
  'post /cases/:ref/correction/decision': { ...openingTeamOrCspManager, ...page.post },
  'get /cases/:ref/breach-room': seesRoom,
  'get /cases/:ref/letters/people-concerned': hasPartInBreach,
  'get /cases/:ref/letters/people-concerned.pdf': hasPartInBreach,
  'get /cases/:ref/breach-partners': runsBreach,
  'post /cases/:ref/breach-partners': { ...runsBreach, ...page.post },
  'get /cases/:ref/breach-times': correctsTimes,
  'post /cases/:ref/breach-times': { ...correctsTimes, ...page.post },
  'get /cases/:ref/breach-closing': runsBreach,
  'post /cases/:ref/breach-closing': { ...runsBreach, ...page.post },
  'get /cases/:ref/items': seesItems,
  'get /cases/:ref/items/new': runsAccess,
  'post /cases/:ref/items/new': { ...runsAccess, ...page.post },
  'get /cases/:ref/items/:item/decision': runsAccess,
  'post /cases/:ref/items/:item/decision': { ...runsAccess, ...page.post },
  'get /cases/:ref/items/:item/originator': runsAccess,
  'post /cases/:ref/items/:item/originator': { ...runsAccess, ...page.post },
  'get /cases/:ref/clock-stop': runsAccess,
  'post /cases/:ref/clock-stop': { ...runsAccess, ...page.post },
  'get /cases/:ref/clock-start': runsAccess,
  'post /cases/:ref/clock-start': { ...runsAccess, ...page.post },
  'get /cases/:ref/applicant-reply': runsAccess,
  'post /cases/:ref/applicant-reply': { ...runsAccess, ...page.post },
  'get /cases/:ref/applicant-letters/:letter': runsAccess,
  'get /cases/:ref/internal-review': looksAgain,
  'post /cases/:ref/internal-review': { ...looksAgain, ...page.post },
  'get /cases/:ref/internal-review/outcome': looksAgain,
  'post /cases/:ref/internal-review/outcome': { ...looksAgain, ...page.post },
  'get /cases/:ref/record': readsCaseRecord,
  'get /cases/:ref/opening': opensWithReason,
  'post /cases/:ref/opening': { ...opensWithReason, ...page.post },
  'get /cases/:ref/opened-content': opensWithReason,
  'get /cases/:ref/files/:file': file,

  'get /cases/:ref/tasks/:task/answer': holders,
  'post /cases/:ref/tasks/:task/answer': { ...holders, ...page.post },
  'get /cases/:ref/tasks/:task/question': holders,
  'get /cases/:ref/tasks/:task/record-answer': seesTask,
  'post /cases/:ref/tasks/:task/record-answer': { ...seesTask, ...page.post },
  'get /cases/:ref/tasks/:task/received': seesTask,
  'get /cases/:ref/tasks/:task/pass-on': holdersAndPartnersContact,
  'post /cases/:ref/tasks/:task/pass-on': { ...holdersAndPartnersContact, ...page.post },
  'get /cases/:ref/tasks/:task/call': recordsCall,
  'post /cases/:ref/tasks/:task/call': { ...recordsCall, ...page.post },
  'get /cases/:ref/tasks/:task/referral': refersItems,
  'post /cases/:ref/tasks/:task/referral': { ...refersItems, ...page.post },
  'get /cases/:ref/tasks/:task/ico-information': informsIco,
  'post /cases/:ref/tasks/:task/ico-information': { ...informsIco, ...page.post },
  'get /cases/:ref/tasks/:task/ico-draft': informsIco,
  'get /cases/:ref/tasks/:task/extension': taskOfOpeningTeam,
  'post /cases/:ref/tasks/:task/extension': { ...taskOfOpeningTeam, ...page.post },
  'get /cases/:ref/tasks/:task/reply': taskOfOpeningTeam,
  'post /cases/:ref/tasks/:task/reply': { ...taskOfOpeningTeam, ...page.post },
  'get /cases/:ref/tasks/:task/decision': taskOfCspManager,
  'post /cases/:ref/tasks/:task/decision': { ...taskOfCspManager, ...page.post },

  'get /t/:token': linkAlone,
  'post /t/:token': { ...linkAlone, ...page.post },
  'get /t/:token/code': linkAlone,
  'post /t/:token/code': { ...linkAlone, ...page.post },
  'get /t/:token/answer': withCode,
  'post /t/:token/answer': { ...withCode, ...page.post },
  'get /t/:token/pass-on': withCode,
  'post /t/:token/pass-on': { ...withCode, ...page.post },
  'get /t/:token/action': ofAnAction,
  'post /t/:token/action': { ...ofAnAction, ...page.post },
  'get /t/:token/settled': ofAnAction,
  'get /t/:token/received': withCode,
  'get /t/:token/decision': withCode,
  'get /t/:token/question': withCode,
  'get /t/:token/files/:file': withCode,

  'get /api/v1/openapi.json': anyone,
  'get /api/v1/deadlines': anyone,
  'get /api/v1/cases': { ...signedIn, scope: 'cases:read' },
  'get /api/v1/disclosures': { ...signedIn, scope: 'disclosures:read' },
  'post /api/v1/person-searches': { ...leads, ...json, scope: 'persons:find' },
  'get /api/v1/directory': { ...signedIn, scope: 'directory:read' },
  'get /api/v1/directory/:partner': { ...signedIn, scope: 'directory:read' },
  'get /api/v1/protocol-health': { ...overseersOnly, scope: 'directory:read' },
  'put /api/v1/directory/:partner/contacts': { ...cspManager, ...json, scope: 'directory:write' },
  'post /api/v1/directory/:partner/absences': { ...absences, ...json, scope: 'directory:write' },
  'post /api/v1/directory/:partner/absences/:absence/end': { ...absences, ...json, scope: 'directory:write' },
  'post /api/v1/asb-case-reviews': { ...reviewSpocs, ...json, scope: 'requests:write' },
  'post /api/v1/breaches': { ...reportsBreaches, ...json, scope: 'requests:write' },
  'post /api/v1/withdrawals': { ...cspManager, ...json, scope: 'requests:write' },
  'post /api/v1/information-access-requests': { ...contactsAndLeads, ...json, scope: 'requests:write' },
  'post /api/v1/subject-access-requests': { ...contactsAndLeads, ...json, scope: 'requests:write' },
  'post /api/v1/processor-changes': { ...staff, ...json, scope: 'requests:write' },
  'post /api/v1/information-requests': { ...staff, ...json, scope: 'requests:write' },

  'get /api/v1/cases/:ref': { ...seesCase, scope: 'cases:read' },
  'get /api/v1/cases/:ref/board': { ...seesBoard, scope: 'content:read' },
  'post /api/v1/cases/:ref/panel': { ...runsReview, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/asking': { ...runsReview, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/schedule': { ...runsReview, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/outcome': { ...runsReview, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/applicant-told': { ...runsReview, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/not-satisfied': { ...runsReview, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/actions': { ...settlesActions, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/looked-at-again': { ...runsReview, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/closing': { ...runsReview, ...json, scope: 'requests:write' },
  'get /api/v1/cases/:ref/record': { ...readsCaseRecord, scope: 'audit:read' },
  'post /api/v1/cases/:ref/confirmation': { ...openingTeam, ...json, scope: 'requests:write', notIn: ['answered'] },
  'post /api/v1/cases/:ref/decision': { ...openingTeam, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/withdrawal': { ...openingTeam, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/correction': { ...openingTeamOrCspManager, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/correction/decision': { ...openingTeamOrCspManager, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/reopening': { ...reopens, ...json, scope: 'requests:write' },

  'post /api/v1/cases/:ref/breach-partners': { ...runsBreach, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/breach-times': { ...correctsTimes, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/breach-closing': { ...runsBreach, ...json, scope: 'requests:write' },

  'get /api/v1/cases/:ref/items': { ...seesItems, scope: 'content:read' },
  'post /api/v1/cases/:ref/items': { ...runsAccess, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/items/:item/originator': { ...runsAccess, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/items/:item/decision': { ...runsAccess, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/clock-stop': { ...runsAccess, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/clock-start': { ...runsAccess, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/applicant-reply': { ...runsAccess, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/internal-review': { ...looksAgain, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/internal-review/outcome': { ...looksAgain, ...json, scope: 'requests:write' },

  'post /api/v1/cases/:ref/tasks/:task/referral': { ...refersItems, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/tasks/:task/calls': { ...recordsCall, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/tasks/:task/ico-information': { ...informsIco, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/tasks/:task/answers': { ...holders, ...json, scope: 'answers:write' },
  'post /api/v1/cases/:ref/tasks/:task/recorded-answers': { ...seesTask, ...json, scope: 'answers:write' },
  'post /api/v1/cases/:ref/tasks/:task/questions': { ...holders, ...json, scope: 'answers:write' },
  'post /api/v1/cases/:ref/tasks/:task/assignments': { ...holdersAndPartnersContact, ...json, scope: 'answers:write' },
  'post /api/v1/cases/:ref/tasks/:task/files': { ...holders, send: 'no files', scope: 'answers:write' },
  'get /api/v1/cases/:ref/tasks/:task/files/:file': { ...file, scope: 'content:read' },
  'post /api/v1/cases/:ref/tasks/:task/decision': { ...taskOfCspManager, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/tasks/:task/extension': { ...taskOfOpeningTeam, ...json, scope: 'requests:write' },
  'post /api/v1/cases/:ref/tasks/:task/reply': { ...taskOfOpeningTeam, ...json, scope: 'requests:write' },
};
