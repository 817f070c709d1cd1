/** Who walks the routes: each stands for one relation to the cases of `world.ts`. */
import type { Role } from '../../../config/roles';
import type { Account } from '../../../store/accounts';

export type Person = Pick<Account, 'partner' | 'teams' | 'roles'>;

const person = (place: string, ...roles: Role[]): Person => {
  const [partner = '', ...teams] = place.split('/');
  return { partner, teams, roles };
};

/**
 * As they are when the routes are walked. The overseers work for a partner that is in none of the cases but one, so that
 * what they see they see by their role.
 */
export const people = {
  // The partner that asks.
  opener: person('thurrock/environment', 'staff'),
  colleague: person('thurrock/environment/youth', 'staff'),
  colleagueWithoutRole: person('thurrock/environment'),
  otherTeam: person('thurrock/housing', 'staff'),
  otherTeamSpoc: person('thurrock/housing', 'staff', 'spoc'),
  ownPartnerSpoc: person('thurrock', 'staff', 'spoc'),
  ownPartnerLead: person('thurrock', 'governance-lead'),
  reviewSpoc: person('thurrock', 'staff', 'asb-review-spoc'),
  // The partners that are asked.
  policeSpoc: person('essex-police', 'staff', 'spoc'),
  policeDeputy: person('essex-police', 'spoc'),
  policeStaff: person('essex-police', 'staff'),
  policeLead: person('essex-police', 'governance-lead'),
  fireTeamSpoc: person('ecfrs/comm-safety', 'spoc'),
  fireTeamStaff: person('ecfrs/comm-safety', 'staff'),
  fireOtherTeamSpoc: person('ecfrs/builders', 'spoc'),
  fireSpoc: person('ecfrs', 'spoc'),
  fireLead: person('ecfrs', 'governance-lead'),
  probationSpoc: person('probation', 'spoc'),
  probationStaff: person('probation', 'staff'),
  /** A task was passed on to this person. */
  appointee: person('probation', 'staff'),
  // Partners that have nothing to do with it.
  strangerSpoc: person('mse-icb', 'staff', 'spoc'),
  strangerLead: person('mse-icb', 'governance-lead'),
  /** A team of the same code as the opener's, of another partner. */
  namesake: person('mse-icb/environment', 'staff', 'spoc'),
  // Those who look after the whole partnership.
  cspManager: person('swan', 'csp-manager'),
  manager: person('swan', 'manager'),
  auditor: person('swan', 'auditor'),
  /** Has opened the content of the case `raised` with a reason. */
  auditorWithReason: person('swan', 'auditor'),
  // Those who were something else when the cases were opened.
  /** Opened the case `moved` for Thurrock Council, and works for a partner now that is asked in it. */
  movedOpener: person('essex-police/environment', 'staff'),
  /** Was passed a task of the case `moved`, and works for the partner now that asks in it. */
  movedAppointee: person('thurrock', 'staff'),
  /** Was single point of contact of Essex Police, and has only the role of staff left. */
  formerSpoc: person('essex-police', 'staff'),
  /** Was governance lead of Essex Police, and has no role any more. */
  formerLead: person('essex-police'),
  /** Was of the opener's team at the opening, and is of another team now. */
  formerColleague: person('thurrock/housing', 'staff'),
} as const satisfies Record<string, Person>;

export type Who = keyof typeof people;
export const everybody = Object.keys(people) as Who[];

/** As they were before: their sessions and tokens are of that time. */
export const before: Partial<Record<Who, Person>> = {
  movedOpener: person('thurrock/environment', 'staff'),
  movedAppointee: person('probation', 'staff'),
  formerSpoc: person('essex-police', 'staff', 'spoc'),
  formerLead: person('essex-police', 'governance-lead'),
  formerColleague: person('thurrock/environment', 'staff'),
};

/** Browsers of nobody who has signed in. */
export const visitors = ['nobody', 'linkHolder', 'linkWithoutCode'] as const;
export type VisitorName = (typeof visitors)[number];
