/**
 * Who may do what: the one table that every route, list and figure asks. Metadata (that a case exists, its stage and
 * dates) and content (about whom, what was asked and answered) are two rights: a partner can be a whole police force,
 * so being of a partner shows that its cases exist, and only being assigned to one shows what is in it.
 */
import { consultsOriginators, definitionOf, processes, type ProcessSlug } from '../config/processes';
import type { Role } from '../config/roles';
import type { Account } from '../store/accounts';
import type { Assignment, CaseDocument, CaseScope, CaseTask, Opening } from '../store/cases';
import type { Disclosure } from '../store/disclosures';
import { isDuty } from '../workflows/shared/duties';

/** What the rules look at: an entry of a list has it as a whole case has. */
export type CaseFacts = Pick<CaseDocument, 'process' | 'openedAt' | 'openedBy' | 'partners' | 'tasks' | 'projection' | 'terms' | 'duties'>;
export type TaskFacts = Pick<CaseTask, 'id' | 'kind' | 'partner' | 'team' | 'holder' | 'plans'>;

const has = (account: Account, ...wanted: readonly Role[]): boolean =>
  wanted.some((role) => account.roles.includes(role));

/** Whoever looks after the whole partnership: sees that everything exists and where it stands. */
function isOverseer(account: Account): boolean {
  return has(account, 'csp-manager', 'manager', 'auditor');
}

/**
 * The opener, and whoever shares a team with the opener as it was when the case was opened; of some processes only those
 * of them who may open such a case.
 */
function isOpeningTeam(account: Account, { process, openedBy }: CaseFacts): boolean {
  if (account.partner !== openedBy.partner) return false;
  if (account._id === openedBy.account) return true;
  const { onlyForOpeners, openedBy: openers } = definitionOf(process);
  if (onlyForOpeners === true && !has(account, ...openers)) return false;
  return account.teams.some((team) => openedBy.teams.includes(team));
}

/** Whoever was named for the panel of a review, of whatever partner. */
function isOnPanel({ _id }: Account, { terms }: CaseFacts): boolean {
  const panel = terms['panel'];
  return Array.isArray(panel) && panel.includes(_id);
}

/** Whoever was named to look at a review again. */
const looksAgain = ({ _id }: Account, { duties = [] }: CaseFacts): boolean => duties.some(({ holder }) => holder === _id);

/** Whoever a case names, of whatever partner, beside its opener and the holders of its tasks. */
const isNamed = (account: Account, facts: CaseFacts): boolean => isOnPanel(account, facts) || looksAgain(account, facts);

/** Whether it is a request of an applicant in which originators are consulted: subject access, FOI, EIR. */
const isApplicantRequest = ({ process }: Pick<CaseFacts, 'process'>): boolean => consultsOriginators(process);

/** Of a request of an applicant, the governance lead of the partner that received it: it decides what is disclosed. */
const isDecider = (account: Account, facts: CaseFacts): boolean =>
  isApplicantRequest(facts) && account.partner === facts.openedBy.partner && has(account, 'governance-lead');

/** Whoever runs a case: the opening team, and whoever decides in it. */
const runs = (account: Account, facts: CaseFacts): boolean => isOpeningTeam(account, facts) || isDecider(account, facts);

/**
 * What a former partner has opened is run on by the contact point: nobody of it signs in any more (section 13). That opens no
 * content.
 */
const standsIn = ({ standsInFor = [] }: Account, { openedBy }: CaseFacts): boolean => standsInFor.includes(openedBy.partner);

/** Whether all that is in a case may be seen. */
const seesAll = (account: Account, facts: CaseFacts): boolean => runs(account, facts) || isNamed(account, facts);

/** Whether an action of the plan of a review was given to the partner that the account is a contact of. */
const hasAction = (account: Account, { duties = [] }: CaseFacts): boolean =>
  duties.some(({ id, partner, holder }) => isDuty(id, 'action') && holder === null && isContactOf(account, partner));

const isReview = ({ process }: CaseFacts): boolean => process === 'asb-case-review';

/** The contact of a partner as a whole. */
export const isContactOf = (account: Account, partner: string): boolean => isContact(account, { partner, team: null });

/** A contact of what is asked: of a team, whoever is SPOC in that team; of a whole partner, its SPOC or deputy. */
function isContact(account: Account, { partner, team }: Pick<TaskFacts, 'partner' | 'team'>): boolean {
  if (account.partner !== partner || !has(account, 'spoc')) return false;
  return team === null ? account.teams.length === 0 : account.teams.includes(team);
}

/**
 * Whether the ladder of a task has reached the governance lead of its partner: then it is that person's task too. Of the
 * rungs that were past when the case was opened only the last was fired; nobody was mailed for those before it.
 */
export function isRaisedWithLead(
  { openedAt, projection }: Pick<CaseFacts, 'openedAt' | 'projection'>,
  { id, plans }: Pick<TaskFacts, 'id' | 'plans'>,
): boolean {
  const passed = projection.tasks.find((task) => task.id === id)?.rungsPassed ?? 0;
  const rungs = plans.at(-1)?.rungs.slice(0, passed) ?? [];
  const pastAtOpening = rungs.filter(({ at }) => Date.parse(at) <= Date.parse(openedAt)).length;
  return rungs.slice(Math.max(0, pastAtOpening - 1)).some(({ to }) => to.includes('governance-lead'));
}

/** Whoever has the task: its contact, the person it was passed on to, the governance lead once it was raised there. */
function isHolder(account: Account, facts: CaseFacts, task: TaskFacts): boolean {
  if (account.partner !== task.partner) return false;
  return (
    account._id === task.holder ||
    isContact(account, task) ||
    has(account, ...(definitionOf(facts.process).heldBy ?? [])) ||
    (has(account, 'governance-lead') && isRaisedWithLead(facts, task))
  );
}

/** Whether a task is answered by whoever has it. */
const isAnswered = ({ process }: Pick<CaseFacts, 'process'>, { kind }: Pick<TaskFacts, 'kind'>): boolean =>
  kind === undefined || definitionOf(process).kinds?.[kind]?.answers.length !== 0;

const isBreach = ({ process }: CaseFacts): boolean => process === 'breach';

/** Of a breach, whoever reported it, and whoever has one of its tasks: all of them act on it together. */
const hasPart = (account: Account, facts: CaseFacts): boolean =>
  isBreach(facts) && (isOpeningTeam(account, facts) || facts.tasks.some((task) => isHolder(account, facts, task)));

/** Whoever reads what is in the cases of a process without being assigned to them. */
const readsAll = (account: Account, { process }: CaseFacts): boolean => has(account, ...processes[process].readBy);

/** What comes of a task whose ladder is finished without an answer. */
export function decidesSilence(account: Account): boolean {
  return has(account, 'csp-manager');
}

type OpeningAct = `open-${ProcessSlug}`;

/** Opening a case of each process: the roles that the registry names. */
const openingRules = Object.fromEntries(
  Object.entries(processes).map(([slug, { openedBy }]) => [`open-${slug}`, (account: Account) => has(account, ...openedBy)]),
) as Readonly<Record<OpeningAct, (account: Account) => boolean>>;

/** What needs no case. */
export const generalRules = {
  ...openingRules,
  /** The contacts of all partners: mailboxes of roles. */
  'see-directory': () => true,
  'edit-directory': (account) => has(account, 'csp-manager'),
  'see-protocol-health': isOverseer,
  /** Answering for a feed of bank holidays that lacks known days (`npm run holidays:accept`): it moves the dates of all. */
  'accept-bank-holidays': (account) => has(account, 'csp-manager'),
  /** The record of acts of what belongs to no case, and the seals of all records. */
  'see-general-record': (account) => has(account, 'csp-manager', 'auditor'),
  /** The register of disclosures; of its lines, those that `seesDisclosure` allows. */
  'see-disclosures': () => true,
  /** Across the cases of one's own partner, for a request about the person's rights. */
  'find-person': (account) => has(account, 'governance-lead'),
} as const satisfies Record<string, (account: Account) => boolean>;

/** What is done to, or seen of, a whole case. */
export const caseRules = {
  'see-case': (account, facts) =>
    facts.partners.includes(account.partner) || isOverseer(account) || isNamed(account, facts),
  'see-content': seesAll,
  /** How the applicant can be reached safely: who is named to decide on a panel, or to look again, has no need of it. */
  'see-safe-contact': runs,
  'confirm-answers': isOpeningTeam,
  /** Of a partner's withdrawal, whoever is the contact point: that it takes its notice back is told to any of them. */
  'withdraw-request': (account, facts) =>
    runs(account, facts) || standsIn(account, facts) || (facts.process === 'withdrawal' && has(account, 'csp-manager')),
  /** What the process leaves to whoever opened the case. */
  'decide-case': isOpeningTeam,
  'reopen-case': (account, facts) =>
    definitionOf(facts.process).staysClosed !== true && (isOpeningTeam(account, facts) || has(account, 'csp-manager')),
  /** Proposing another day of receipt, and, as the second person, confirming it. */
  'correct-date': (account, facts) =>
    runs(account, facts) ||
    has(account, 'csp-manager') ||
    // A CSP manager alone finds the second person in the governance lead of the contact point.
    (facts.process === 'withdrawal' && account.partner === facts.openedBy.partner && has(account, 'governance-lead')),
  /** The collation board and the collated pack of a review. */
  'see-board': (account, facts) => isReview(facts) && seesAll(account, facts),
  /** What only the review SPOC does: name the panel, record what it decides, tell the applicant. */
  'run-review': (account, facts) => isReview(facts) && isOpeningTeam(account, facts),
  /** What came of an action of the plan: whoever has one, of its own, or the review SPOC. */
  'settle-action': (account, facts) => isReview(facts) && (isOpeningTeam(account, facts) || hasAction(account, facts)),
  /** What came of looking at a review again: whoever was named for it, or the review SPOC. */
  'look-again': (account, facts) => isReview(facts) && (isOpeningTeam(account, facts) || looksAgain(account, facts)),
  /** Of a breach: what was said in it, and the letter to the people concerned that is made of it. */
  'see-breach-content': hasPart,
  /** Of a breach: the room in which all is seen at a glance; what was said in it, 'see-breach-content' allows. */
  'see-breach-room': (account, facts) => isBreach(facts) && (facts.partners.includes(account.partner) || isOverseer(account)),
  /** Of a breach: adding whoever else it concerns, and closing it. */
  'run-breach': (account, facts) => isBreach(facts) && (isOpeningTeam(account, facts) || standsIn(account, facts)),
  /** Of a breach: proposing other times; confirming them, as the second person, is 'correct-date'. */
  'correct-breach-times': (account, facts) =>
    isBreach(facts) && (isOpeningTeam(account, facts) || has(account, 'csp-manager')),
  /** Of a request of an applicant: where its items stand; what they are, and what was said of them, `seesItem` allows. */
  'see-items': (account, facts) => isApplicantRequest(facts) && (facts.partners.includes(account.partner) || isOverseer(account)),
  /** Of a request of an applicant: its items, its clock, the reply to the applicant. */
  'run-applicant-request': (account, facts) => isApplicantRequest(facts) && runs(account, facts),
  /** Of a request of an applicant who is not satisfied: having the reply looked at again. */
  'ask-internal-review': (account, facts) => definitionOf(facts.process).internalReview === true && runs(account, facts),
  /** What came of that: whoever was named for it, or whoever runs the request; of a former partner's, whoever ends what it has left. */
  'decide-internal-review': (account, facts) =>
    definitionOf(facts.process).internalReview === true && (runs(account, facts) || looksAgain(account, facts) || standsIn(account, facts)),
  /** What is disclosed of an item: the governance lead of the partner that received the request. */
  'decide-item': isDecider,
  'see-record': (account) => has(account, 'csp-manager', 'auditor'),
  /** Content by a reasoned, recorded opening only. */
  'open-content-with-reason': (account) => has(account, 'auditor'),
} as const satisfies Record<string, (account: Account, facts: CaseFacts) => boolean>;

/** What is done to, or seen of, one task of a case. */
export const taskRules = {
  /** What was asked, and this task's own answer. */
  'see-task-content': (account, facts, task) =>
    seesAll(account, facts) || isHolder(account, facts, task) || readsAll(account, facts),
  /** Of a breach, what each controller decided and each partner thinks, as it stands: the questions of others are not seen with it. */
  'see-what-was-said': (account, facts, task) => task.kind !== 'acknowledge' && hasPart(account, facts),
  /** A reply to an applicant is put on record as such, and answered in no other way. */
  'answer-task': (account, facts, task) => isAnswered(facts, task) && isHolder(account, facts, task),
  /** The contact of the whole partner may take back what was passed on wrongly, without seeing what is in it. */
  'pass-task-on': (account, facts, task) =>
    isAnswered(facts, task) && (isHolder(account, facts, task) || isContact(account, { ...task, team: null })),
  /** An answer that came by telephone or otherwise. */
  'record-answer': (account, facts, task) => isAnswered(facts, task) && (runs(account, facts) || isHolder(account, facts, task)),
  'reply-to-question': runs,
  'extend-task': runs,
  'decide-silence': (account, facts, task) => isAnswered(facts, task) && decidesSilence(account),
  /** Of a breach, and of an originator's warning: that a partner was told by telephone. The CSP manager is asked to, where mail does not arrive. */
  'record-call': (account, facts, task) =>
    (task.kind === 'acknowledge' || task.kind === 'consult') && (runs(account, facts) || has(account, 'csp-manager')),
  /** Of a request of an applicant: asking an originator to deal with its items itself. */
  'refer-items': (account, facts, task) => task.kind === 'consult' && runs(account, facts),
  /** Of a breach: what a controller told the ICO later, and the draft of what it tells. */
  'inform-ico': (account, facts, task) =>
    task.kind === 'decide-ico' && (isOpeningTeam(account, facts) || isHolder(account, facts, task)),
} as const satisfies Record<string, (account: Account, facts: CaseFacts, task: TaskFacts) => boolean>;

/** What is done to the entry of one partner in the directory. */
export const partnerRules = {
  'set-absence': (account, partner) =>
    has(account, 'csp-manager') || (account.partner === partner && has(account, 'spoc', 'governance-lead')),
} as const satisfies Record<string, (account: Account, partner: string) => boolean>;

/** A line of the register of disclosures: whoever's partner gave or got. */
export const seesDisclosure = (account: Account, { from, to }: Pick<Disclosure, 'from' | 'to'>): boolean =>
  [from.partner, to.partner].includes(account.partner) || isOverseer(account);

// The same rules, as lists and counts ask the database for what they allow; test/store/case-list.test.ts proves them equal.

/** What 'see-case' and `seesDisclosure` allow: what these partners are part of; everything where it is null. */
export const seenBy = (account: Account): CaseScope => ({
  partners: isOverseer(account) ? null : [account.partner],
  named: account._id,
});

/** The cases that the account is of the opening team of, as 'see-content' has it. */
export const openedByTeamOf = ({ _id, partner, teams }: Account): Opening => ({ account: _id, partner, teams });

/** Tasks among which are all that 'answer-task' allows: only its ladder shows whether one was raised with the lead. */
export const assignedTo = (account: Account): Assignment => {
  const contactOf = account.teams.length === 0 ? [null] : account.teams;
  const teams = has(account, 'governance-lead') ? null : has(account, 'spoc') ? contactOf : [];
  return { account: account._id, partner: account.partner, teams };
};

/** Of a request of an applicant, an item and what was said of it: whoever sees all of the request, and whoever has the task of its originator. */
export const seesItem = (account: Account, document: CaseDocument, item: { readonly task: string | null }): boolean =>
  seesAll(account, document) || document.tasks.some((task) => task.id === item.task && task.kind === 'consult' && isHolder(account, document, task));

/** Whether an account sees all partners of a case. Those that a request of an applicant came from do not learn of each other. */
export const knowsOriginators = (account: Account, facts: CaseFacts): boolean =>
  !isApplicantRequest(facts) || account.partner === facts.openedBy.partner || isOverseer(account) || isNamed(account, facts);

/** Whether the person that a case is about, or who asks, is found by an account of one of its partners. */
export const findsPersonIn = ({ partner }: Account, { process, openedBy }: Pick<CaseFacts, 'process' | 'openedBy'>): boolean =>
  definitionOf(process).hidesApplicant !== true || partner === openedBy.partner;

export type GeneralAct = keyof typeof generalRules;
export type CaseAct = keyof typeof caseRules;
export type TaskAct = keyof typeof taskRules;
export type PartnerAct = keyof typeof partnerRules;

export const may = (account: Account, act: GeneralAct): boolean => generalRules[act](account);

export const mayOnCase = (account: Account, act: CaseAct, facts: CaseFacts): boolean => caseRules[act](account, facts);

export const mayOnTask = (account: Account, act: TaskAct, facts: CaseFacts, task: TaskFacts): boolean =>
  taskRules[act](account, facts, task);

export const mayOnPartner = (account: Account, act: PartnerAct, partner: string): boolean =>
  partnerRules[act](account, partner);
