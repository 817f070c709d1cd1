/**
 * What is to be done in a review besides answering: tell the applicant, look at it again, carry out the plan. Who has it,
 * by when, and when they are reminded; whether it waits still, the case says.
 */
import { endOfLondonDay, londonDateOf } from '../../../calendar';
import type { IsoDate, IsoInstant } from '../../../config/clock';
import { planDuty, remindedAfter, type DutyDate, type PlannedDuty } from '../../../dispatch/duties';
import type { Account } from '../../../store/accounts';
import type { AuditEntry } from '../../../store/audit';
import { numberOf, type CaseDocument, type CaseDuty, type CaseSummary } from '../../../store/cases';
import { isBeforePanel } from '../../../workflows/asb-case-review/state';
import type { Recipient } from '../../../workflows/shared/contract';
import { isDuty } from '../../../workflows/shared/duties';
import type { CaseDependencies } from '../../cases/dependencies';
import { dutiesThatWait, type WaitingDuty } from '../../duties';
import { isContactOf, mayOnCase } from '../../policy';
import type { ToDo } from '../process';
import type { ReviewTerms } from './content';

export const dutyKinds = ['telling-decision', 'telling-outcome', 'looking-again', 'asking', 'recording', 'anew', 'action'] as const;
export type DutyKind = (typeof dutyKinds)[number];

type Basis = Pick<CaseDependencies, 'protocol' | 'holidays' | 'clock'>;

/** What the days of a review are counted by. */
export const calendar = 'england-and-wales';

/**
 * An action of the plan: whoever has it is told at once, and reminded; the review SPOC is told once it is overdue, and the CSP
 * manager where that goes on. Where a reminder is past already, that one tells of it. Where even the last is past, which goes to the
 * CSP manager alone, the notice that it is overdue goes to all of them: whoever has the action hears of none by another mail.
 */
export function planAction(
  { caseRef, dueOn, ...action }: Pick<CaseDuty, 'id' | 'number' | 'partner' | 'dueOn'> & { readonly caseRef: string },
  { clock, holidays }: Pick<Basis, 'holidays' | 'clock'>,
): PlannedDuty {
  const now = clock.now();
  const planned = planDuty({ ...action, holder: null, by: { chosen: dueOn }, caseRef, to: ['spoc'], above: 'requester', last: 'csp-manager' }, holidays.current());
  const past = planned.rungs.filter(({ at }) => Date.parse(at) <= Date.parse(now));
  if (past.length === 0) return { ...planned, rungs: [{ step: 'asked', at: now, to: ['spoc'] }, ...planned.rungs] };
  const last = past.find(({ step }) => step === 'escalated');
  if (last === undefined) return planned;
  const left = planned.rungs.filter((rung) => rung !== last);
  return { ...planned, rungs: left.map((rung) => (rung.step === 'overdue' ? { ...rung, to: [...rung.to, ...last.to] } : rung)) };
}

/** The applicant is to be told: the review SPOC does it, some working days from today. */
export function planTelling(
  { caseRef, of, number, partner }: { readonly caseRef: string; readonly of: 'decision' | 'outcome'; readonly number: number; readonly partner: string },
  { protocol, clock, holidays }: Basis,
): PlannedDuty {
  const by = { on: londonDateOf(clock.now()), ...protocol.settings.applicantToldWithin };
  const duty = { id: `telling-${of}-${number}`, partner, holder: null };
  return planDuty({ ...duty, by, caseRef, to: ['requester'], above: 'csp-manager' }, holidays.current());
}

/** A review is granted after all: the review SPOC asks the partners, within as long as the applicant is told in. */
export function planAsking(
  { caseRef, number, partner }: { readonly caseRef: string; readonly number: number; readonly partner: string },
  { protocol, clock, holidays }: Basis,
): PlannedDuty {
  const by = { on: londonDateOf(clock.now()), ...protocol.settings.applicantToldWithin };
  return planDuty({ id: `asking-${number}`, partner, holder: null, by, caseRef, to: ['requester'], above: 'csp-manager' }, holidays.current());
}

/**
 * The panel meets: what it decides is to be on record within as long after that day as the applicant is told in, whoever of the
 * partners is silent; or another day is set, where it did not meet.
 */
export function planRecording(
  { panelOn, ...duty }: { readonly caseRef: string; readonly number: number; readonly partner: string; readonly panelOn: IsoDate },
  { protocol, holidays }: Pick<Basis, 'protocol' | 'holidays'>,
): PlannedDuty {
  return toBeRecorded({ ...duty, kind: 'recording', from: panelOn, since: endOfLondonDay(panelOn) }, { protocol, holidays });
}

/** What the panel decided is changed on looking at it again: the review SPOC puts it on record anew, within as long as well. */
export function planAnew(duty: { readonly caseRef: string; readonly number: number; readonly partner: string }, deps: Basis): PlannedDuty {
  const since = deps.clock.now();
  return toBeRecorded({ ...duty, kind: 'anew', from: londonDateOf(since), since }, deps);
}

/** @param since until when nobody is reminded of it */
function toBeRecorded(
  { kind, from, since, number, ...duty }: {
    readonly kind: 'recording' | 'anew';
    readonly from: IsoDate;
    readonly since: IsoInstant;
    readonly caseRef: string;
    readonly number: number;
    readonly partner: string;
  },
  { protocol, holidays }: Pick<Basis, 'protocol' | 'holidays'>,
): PlannedDuty {
  const by = { on: from, ...protocol.settings.applicantToldWithin };
  const planned = planDuty({ ...duty, id: `${kind}-${number}`, holder: null, by, to: ['requester'], above: 'csp-manager' }, holidays.current());
  return remindedAfter(since, planned);
}

/**
 * The number of the next duty of a kind: each has one of its own in the case, as its mails have.
 * @param record what of it may not have come to the case yet
 */
export const nextNumber = ({ duties = [] }: Pick<CaseDocument, 'duties'>, kind: DutyKind, record: readonly AuditEntry[]): number =>
  Math.max(0, ...[...duties, ...record.flatMap(plannedIn)].filter(({ id }) => isDuty(id, kind)).map(({ id }) => numberIn(id, kind))) + 1;

/** What is to be done by an act on record. */
const plannedIn = ({ facts }: AuditEntry): readonly Pick<CaseDuty, 'id'>[] =>
  ['duties', 'duty', 'granted', 'anew', 'recording']
    .flatMap((name) => (facts[name] ?? []) as unknown as Pick<CaseDuty, 'id'> | string)
    // A move, and what came of an action, have only the name of theirs.
    .filter((each) => typeof each !== 'string');

/**
 * What is to be done from the reopening of a review on, by a day counted from today: telling the applicant the decision, asking
 * partners of whom none was asked; and, of a panel that meets anew, recording what it decides.
 */
export function dutiesAgain(
  document: Pick<CaseDocument, '_id' | 'openedBy' | 'duties'>,
  record: readonly AuditEntry[],
  { toTell, isToAsk, panelOn }: { readonly toTell: readonly ('decision' | 'outcome')[]; readonly isToAsk: boolean; readonly panelOn: IsoDate | null },
  deps: Basis,
): PlannedDuty[] {
  const duty = (kind: DutyKind) => ({ caseRef: document._id, number: nextNumber(document, kind, record), partner: document.openedBy.partner });
  return [
    ...toTell.map((of) => planTelling({ ...duty(`telling-${of}`), of }, deps)),
    ...(isToAsk ? [planAsking(duty('asking'), deps)] : []),
    ...(panelOn === null ? [] : [planRecording({ ...duty('recording'), panelOn }, deps)]),
  ];
}

const numberIn = (id: string, kind: DutyKind): number => Number(id.slice(kind.length + 1));

/** Whoever is named looks at it again; somebody without an account is reminded by the review SPOC. */
export const planLookingAgain = (
  { number, holder, ...duty }: Pick<CaseDuty, 'partner' | 'holder'> & { readonly caseRef: string; readonly number: number; readonly by: DutyDate },
  { holidays, clock }: Pick<Basis, 'holidays' | 'clock'>,
): PlannedDuty => {
  const planned = planDuty({ ...duty, id: `looking-again-${number}`, holder, to: remindedToLook(holder), above: 'csp-manager' }, holidays.current());
  return remindedAfter(clock.now(), planned);
};

export const remindedToLook = (holder: string | null): Recipient[] => (holder === null ? ['requester'] : ['spoc', 'requester']);

/** By when it is looked at again, where no other day was given. */
export const lookAgainBy = (receivedOn: IsoDate, { protocol }: Pick<Basis, 'protocol'>): DutyDate => ({
  on: receivedOn,
  ...protocol.settings.lookedAtAgainWithin,
});

/** A duty that waits, as a page says it. */
export interface ReviewDuty extends WaitingDuty {
  readonly kind: DutyKind;
  readonly number: number;
}

/** What waits to be done, the first due first. */
export const waitingDuties = (document: Pick<CaseDocument, 'duties' | 'projection' | 'ended'>, { clock }: Pick<Basis, 'clock'>): readonly ReviewDuty[] =>
  dutiesThatWait(document, clock.now()).flatMap((duty): ReviewDuty[] => {
    const kind = dutyKinds.find((each) => isDuty(duty.id, each));
    return kind === undefined ? [] : [{ ...duty, kind, number: numberOf(duty) }];
  });


/** What waits in a review for somebody: of the review SPOC, of who looks at it again, of the panel, of who has an action. */
export function toDoInReview(summary: CaseSummary, account: Account, { clock }: Pick<Basis, 'clock'>): readonly ToDo[] {
  const base = `/cases/${summary._id}`;
  const runs = mayOnCase(account, 'run-review', summary);
  const { stage } = summary.projection;
  const { panelOn, panel } = summary.terms as unknown as Pick<ReviewTerms, 'panelOn' | 'panel'>;
  const waiting = waitingDuties(summary, { clock });
  const isCollated = stage === 'collated';
  const today = londonDateOf(clock.now());
  const duties = waiting.flatMap(({ kind, number, dueOn, holder, partner }): ToDo[] => {
    // Until its day nobody can record what the panel decides, and the partners are waited for.
    if (kind === 'recording' && !isCollated && panelOn !== null && panelOn > today) return [];
    const isOwn = holder === account._id || (kind === 'action' && isContactOf(account, partner));
    if (!runs && !isOwn) return [];
    const { text, page } = dutyPages[kind](number);
    return [{ text, dueOn, href: `${base}${page}` }];
  });
  const atPanel = panel.includes(account._id) && stage !== 'granted' && isBeforePanel(stage);
  return [
    ...duties,
    // One that was opened again before that had a day of its own.
    ...(runs && stage === 'granted' && duties.length === 0 ? [{ text: dutyPages.asking().text, href: `${base}${dutyPages.asking().page}`, dueOn: null }] : []),
    ...(runs && isCollated && panelOn === null ? [{ text: 'Set the day of the panel', href: `${base}/schedule`, dueOn: null }] : []),
    // A panel whose day was set before that was to be on record by a day.
    ...(runs && isCollated && panelOn !== null && !waiting.some(({ kind }) => kind === 'recording') ? [{ text: dutyPages.recording().text, href: `${base}${dutyPages.recording().page}`, dueOn: panelOn }] : []),
    ...(atPanel && !runs ? [{ text: 'Read the pack for the panel', href: `${base}/pack`, dueOn: panelOn }] : []),
  ];
}

const dutyPages = {
  'telling-decision': () => ({ text: 'Tell the applicant the decision on the threshold', page: '/applicant-told' }),
  'telling-outcome': () => ({ text: 'Tell the applicant the outcome', page: '/applicant-told' }),
  'looking-again': () => ({ text: 'Look at it again, as the applicant is not satisfied', page: '/looked-at-again' }),
  asking: () => ({ text: 'Ask the partners for the review that was granted', page: '/asking' }),
  recording: () => ({ text: 'Record what the panel decided', page: '/outcome' }),
  anew: () => ({ text: 'Record anew what the panel decided, as it was changed', page: '/outcome' }),
  action: (number: number) => ({ text: `Action ${number} of the plan`, page: '/actions' }),
} as const satisfies Record<DutyKind, (number: number) => { readonly text: string; readonly page: string }>;
