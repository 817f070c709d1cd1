/**
 * Who may do what: the one table that every route, list and figure asks. Metadata (that a case exists, its stage and
 * dates) and content (about whom, what was asked and answered) are two rights: a partner can be a whole police force,
 * so being of a partner shows that its cases exist, and only being assigned to one shows what is in it.
 */
import type { Role } from '../config/roles';
import type { Account } from '../store/accounts';
import type { CaseDocument, CaseTask } from '../store/cases';

/** What the rules look at: an entry of a list has it as a whole case has. */
export type CaseFacts = Pick<CaseDocument, 'openedBy' | 'partners'>;
export type TaskFacts = Pick<CaseTask, 'partner'>;

const has = (account: Account, ...wanted: readonly Role[]): boolean =>
  wanted.some((role) => account.roles.includes(role));

/** The opener, and whoever shares a team with the opener as it was when the case was opened. */
function isOpeningTeam(account: Account, { openedBy }: CaseFacts): boolean {
  return (
    account._id === openedBy.account ||
    (account.partner === openedBy.partner && account.teams.some((team) => openedBy.teams.includes(team)))
  );
}

/** The SPOC of the partner asked. A team's SPOC holds the tasks of that team, not those of the whole partner. */
function isHolder(account: Account, task: TaskFacts): boolean {
  return account.partner === task.partner && account.teams.length === 0 && has(account, 'spoc');
}

/** What needs no case. */
export const generalRules = {
  'open-information-request': (account) => has(account, 'staff'),
} as const satisfies Record<string, (account: Account) => boolean>;

/** What is done to, or seen of, a whole case. */
export const caseRules = {
  'see-case': (account, facts) =>
    facts.partners.includes(account.partner) || has(account, 'csp-manager', 'manager', 'auditor'),
  'see-content': isOpeningTeam,
  'confirm-answers': isOpeningTeam,
  'close-unanswered': (account) => has(account, 'csp-manager'),
} as const satisfies Record<string, (account: Account, facts: CaseFacts) => boolean>;

/** What is done to, or seen of, one task of a case. */
export const taskRules = {
  /** What was asked, and this task's own answer. */
  'see-task-content': (account, facts, task) => isOpeningTeam(account, facts) || isHolder(account, task),
  'answer-task': (account, _facts, task) => isHolder(account, task),
} as const satisfies Record<string, (account: Account, facts: CaseFacts, task: TaskFacts) => boolean>;

export type GeneralAct = keyof typeof generalRules;
export type CaseAct = keyof typeof caseRules;
export type TaskAct = keyof typeof taskRules;

export const may = (account: Account, act: GeneralAct): boolean => generalRules[act](account);

export const mayOnCase = (account: Account, act: CaseAct, facts: CaseFacts): boolean => caseRules[act](account, facts);

export const mayOnTask = (account: Account, act: TaskAct, facts: CaseFacts, task: TaskFacts): boolean =>
  taskRules[act](account, facts, task);
