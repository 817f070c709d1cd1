/**
 * What the review SPOC does on an ASB case review besides what every case knows: name the panel, set its day, record what
 * it decided, tell the applicant, have it looked at again, close it. Each is on record before it is done, and once
 * however often it is sent.
 */
import { z } from 'zod';
import { CalendarError, londonDateOf, planRungs, endOfLondonDay, workingDaysAfter } from '../../../calendar';
import type { IsoDate } from '../../../config/clock';
import type { PlannedRung, RungPolicy } from '../../../config/policy';
import { partnerByCode } from '../../../config/protocol-rules';
import type { Protocol } from '../../../config/protocol-types';
import { awaitedTasks } from '../../../dispatch/apply';
import { planInForce, planTask, wasRefused } from '../../../dispatch/clock';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument } from '../../../store/cases';
import { carryOutAct, NotPossible, rejections, type Acting } from '../../cases/acts';
import { sealedField, type NoteContent } from '../../cases/content';
import type { CaseDependencies } from '../../cases/dependencies';
import { lastActBefore } from '../../cases/questions';
import { civilDate, line, optionalText, text } from '../../forms/fields';
import { Invalid } from '../../http/refusals';
import { termsOf } from './content';

const mostActions = 20;

/** How the applicant is told. */
export const waysTold = { letter: 'By letter', email: 'By e-mail', telephone: 'By telephone', meeting: 'In person' } as const;
const wayCodes = Object.keys(waysTold) as [keyof typeof waysTold, ...(keyof typeof waysTold)[]];

const reason = text('Enter the reason', 2_000).meta({ description: 'Kept sealed, with the act' });

const pastDate = (name: string, missing: string, today: IsoDate) =>
  civilDate(name, missing)
    .superRefine((on, context) => {
      if (on > today) context.addIssue({ code: 'custom', message: `${name} must be today or in the past` });
    })
    .meta({ format: 'date' });

export const panelSchema = z.object({
  members: z
    .array(z.string())
    .max(30, 'Name 30 people or fewer')
    .transform((names) => [...new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ''))])
    .meta({ description: 'The sign-in addresses of those on the panel, all of them: who is left out is on it no more' }),
});

export const rescheduleSchema = z
  .object({
    panelOn: civilDate('Date of the panel', 'Enter the date of the panel').meta({ format: 'date' }),
    due: z
      .enum(['keep', 'panel', 'chosen'], 'Choose what becomes of the due date')
      .default('keep')
      .meta({ description: 'Whether the due date stays, is counted back from the panel, or is chosen' }),
    dueOn: civilDate('Due date', 'Enter the due date').nullable().default(null).meta({ format: 'date' }),
    reason,
  })
  .superRefine(({ due, dueOn, panelOn }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['dueOn'], message });
    if (due === 'chosen' && dueOn === null) refuse('Enter the due date');
    else if (due === 'chosen' && dueOn !== null && dueOn >= panelOn) refuse('Due date must be before the panel');
  });

export const outcomeSchema = (protocol: Protocol, today: IsoDate) =>
  z
    .object({
      heldOn: pastDate('Date of the meeting', 'Enter the date on which the panel met', today),
      text: text('Enter what the panel found', 10_000).meta({ description: 'What the panel found and recommends' }),
      actions: z
        .array(
          z
            .object({
              what: text('Enter what is to be done', 2_000),
              owner: z.string('Choose who does it').refine((code) => partnerByCode(protocol, code) !== undefined, 'Choose who does it'),
              dueOn: civilDate('Date of the action', 'Enter by when it is to be done').meta({ format: 'date' }),
            })
            .meta({ id: 'ReviewAction' }),
        )
        .max(mostActions, `Enter ${mostActions} actions or fewer`)
        .default([]),
    })
    .superRefine(({ heldOn, actions }, context) => {
      for (const [index, { dueOn }] of actions.entries()) {
        if (dueOn >= heldOn) continue;
        context.addIssue({ code: 'custom', path: ['actions', index, 'dueOn'], message: 'Date of the action must be on or after the meeting' });
      }
    });

export const toldSchema = (today: IsoDate) =>
  z.object({
    of: z.enum(['decision', 'outcome'], 'Choose what the applicant was told').meta({
      description: 'The decision on the threshold, or the outcome with the recommendations',
    }),
    toldOn: pastDate('Date told', 'Enter the date on which the applicant was told', today),
    how: z.enum(wayCodes, 'Choose how the applicant was told'),
    text: optionalText(4_000).meta({ description: 'What was said, where that is worth keeping' }),
  });

export const notSatisfiedSchema = (today: IsoDate) =>
  z.object({
    receivedOn: pastDate('Date received', 'Enter the date on which the applicant said so', today),
    text: text('Enter why the applicant is not satisfied', 4_000),
    looksAgain: line('Enter who looks at it again').meta({ description: 'Somebody who was not on the panel, by role' }),
  });

export const lookedAgainSchema = (today: IsoDate) =>
  z.object({
    result: z.enum(['stands', 'changed'], 'Choose what came of it'),
    text: text('Enter the reasons', 4_000),
    toldOn: pastDate('Date told', 'Enter the date on which the applicant was told', today),
    how: z.enum(wayCodes, 'Choose how the applicant was told'),
  });

export const closingSchema = z.object({});

/** What the panel decided, as it is kept sealed in its entry. */
export interface OutcomeContent extends NoteContent {
  readonly text: string;
  /** In the order of the entry's facts, which have their owners and dates. */
  readonly actions: readonly string[];
}

export interface RecordedOutcome {
  readonly entry: AuditEntry;
  readonly heldOn: IsoDate;
  readonly actions: readonly { readonly owner: string; readonly dueOn: IsoDate }[];
}

const acceptedOf = (record: readonly AuditEntry[], document: Pick<CaseDocument, 'startInput'>, act: AuditEntry['act']): AuditEntry[] =>
  record.filter((entry) => entry.act === act && entry.seq > lastActBefore(document) && !wasRefused(record, entry));

/** What the panel decided, by the record; the newest, where it was recorded again. */
export function outcomeOf(document: CaseDocument, record: readonly AuditEntry[]): RecordedOutcome | null {
  const entry = acceptedOf(record, document, 'outcome-recorded').at(-1);
  if (entry === undefined) return null;
  return {
    entry,
    heldOn: entry.facts['heldOn'] as IsoDate,
    actions: entry.facts['actions'] as unknown as RecordedOutcome['actions'],
  };
}

/** When and how the applicant was told, by the record: the last time. */
export function toldOf(document: CaseDocument, record: readonly AuditEntry[], of: 'decision' | 'outcome') {
  // What was told of an outcome that was recorded anew since is no telling of this one.
  const since = of === 'outcome' ? (outcomeOf(document, record)?.entry.seq ?? Infinity) : 0;
  const entry = acceptedOf(record, document, 'applicant-told').findLast(({ facts, seq }) => facts['of'] === of && seq > since);
  return entry === undefined ? null : { on: entry.facts['toldOn'] as IsoDate, how: waysTold[entry.facts['how'] as keyof typeof waysTold] };
}

/** Who looks at it again, while nobody has decided; null if the applicant has not said so. */
export function lookingAgainOf(document: CaseDocument, record: readonly AuditEntry[]) {
  const said = acceptedOf(record, document, 'not-satisfied').at(-1);
  if (said === undefined || document.ended) return null;
  const number = said.facts['number'] as number;
  const isDecided = acceptedOf(record, document, 'looked-at-again').some(({ facts }) => facts['number'] === number);
  return isDecided ? null : { number, said, dueOn: said.facts['dueOn'] as IsoDate };
}

/** Names the panel: these accounts see the board and the pack from now on. @throws Invalid for an address nobody has */
export async function namePanel(
  { members, ...acting }: Acting & z.output<typeof panelSchema>,
  deps: CaseDependencies,
): Promise<void> {
  const accounts = await Promise.all(members.map(async (name) => ({ name, account: await deps.store.accounts.byUsername(name) })));
  const unknown = accounts.filter(({ account }) => account === null);
  if (unknown.length > 0) {
    throw new Invalid([{ field: 'members', message: `Nobody signs in as ${unknown.map(({ name }) => name).join(', ')}: check the address` }]);
  }
  const panel = accounts.flatMap(({ account }) => (account === null ? [] : [account._id])).sort();
  await carryOutAct(
    acting,
    {
      name: 'panel',
      act: 'panel-named',
      facts: { panel },
    },
    deps,
  );
}

/**
 * Sets the day of the panel, and with it, if wished, by when those answer who are still awaited.
 * @throws Refusal 409; Invalid for a day that cannot be; CaseOutOfReach, and it may still be done later
 */
export async function reschedule(
  { panelOn, due, dueOn, reason: why, ...acting }: Acting & z.output<typeof rescheduleSchema>,
  deps: CaseDependencies,
): Promise<void> {
  const { document } = acting;
  if (!isGranted(document)) throw new NotPossible(rejections.NotGranted);
  const today = londonDateOf(deps.clock.now());
  if (panelOn <= today) throw new Invalid([{ field: 'panelOn', message: 'Date of the panel must be in the future' }]);
  const dueFor =
    due === 'panel' ? { panelOn, setOn: today } : due === 'chosen' && dueOn !== null ? { chosenOn: dueOn, setOn: today } : null;
  refuseDates(document, dueFor, deps);
  await carryOutAct(
    acting,
    {
      name: 'rescheduled',
      act: 'review-rescheduled',
      facts: { panelOn, dueFor },
      note: { text: why },
    },
    deps,
  );
}

/** As at the opening: of a day that is too soon, or no working day. */
function refuseDates(
  document: CaseDocument,
  dueFor: { readonly panelOn: IsoDate; readonly setOn: IsoDate } | { readonly chosenOn: IsoDate; readonly setOn: IsoDate } | null,
  { holidays }: Pick<CaseDependencies, 'holidays'>,
): void {
  const [task] = awaitedTasks(document);
  if (dueFor === null || task === undefined) return;
  const { from } = planInForce(task, []);
  try {
    planTask({ caseRef: document._id, from, version: 1, reason: 'rescheduled', dueFor }, document.policy, { holidays: holidays.current() });
  } catch (error) {
    if (!(error instanceof CalendarError)) throw error;
    throw new Invalid([{ field: error.field, message: error.message.replace(/\.$/, '') }]);
  }
}

export const isGranted = (document: Pick<CaseDocument, 'terms'>): boolean => termsOf(document).threshold !== 'not-granted';

/** @throws Refusal 409; CaseOutOfReach, and the act may still be done later */
export async function recordOutcome(
  { heldOn, text: found, actions, ...acting }: Acting & z.output<ReturnType<typeof outcomeSchema>>,
  deps: CaseDependencies,
): Promise<void> {
  const content: OutcomeContent = { text: found, actions: actions.map(({ what }) => what) };
  await carryOutAct(
    acting,
    {
      name: 'outcome',
      act: 'outcome-recorded',
      facts: { heldOn, actions: actions.map(({ owner, dueOn }) => ({ owner, dueOn })) },
      note: content,
    },
    deps,
  );
}

/** @throws Refusal 409; CaseOutOfReach, and the act may still be done later */
export async function tellApplicant(
  { of, toldOn, how, text: said, ...acting }: Acting & z.output<ReturnType<typeof toldSchema>>,
  deps: CaseDependencies,
): Promise<void> {
  await carryOutAct(
    acting,
    { name: `told/${of}`, act: 'applicant-told', facts: { of, toldOn, how }, ...(said === '' ? {} : { note: { text: said } }) },
    deps,
  );
}

/** Who looks at it again is reminded; past its day, the CSP manager is told as well. */
const lookAgainLadder: readonly RungPolicy[] = [
  { step: 'reminder', offset: { workingDays: -2 }, to: [] },
  { step: 'due-today', offset: { workingDays: 0 }, to: [] },
  { step: 'overdue', offset: { workingDays: 1 }, to: ['csp-manager'] },
];

/** By when it is looked at again, with what is sent. */
export function lookAgainBy(
  caseRef: string,
  receivedOn: IsoDate,
  { protocol, holidays }: Pick<CaseDependencies, 'protocol' | 'holidays'>,
): { readonly dueOn: IsoDate; readonly rungs: readonly PlannedRung[] } {
  const calendar = 'england-and-wales';
  const { workingDays } = protocol.settings.lookedAtAgainWithin;
  const dueOn = workingDaysAfter(receivedOn, workingDays, calendar, holidays.current());
  const dueAt = endOfLondonDay(dueOn);
  return { dueOn, rungs: planRungs({ dueOn, dueAt, ladder: lookAgainLadder, spreadKey: caseRef, calendar }, holidays.current()) };
}

/** @throws Refusal 409; CaseOutOfReach, and the act may still be done later */
export async function recordNotSatisfied(
  { receivedOn, text: why, looksAgain, ...acting }: Acting & z.output<ReturnType<typeof notSatisfiedSchema>>,
  deps: CaseDependencies,
): Promise<void> {
  const { document } = acting;
  const record = await deps.store.audit.of(document._id);
  const number = record.filter(({ act }) => act === 'not-satisfied').length + 1;
  const { dueOn, rungs } = lookAgainBy(document._id, receivedOn, deps);
  await carryOutAct(
    acting,
    {
      name: 'not-satisfied',
      act: 'not-satisfied',
      facts: { receivedOn },
      worked: { number, dueOn, rungs: rungs.map((rung) => ({ ...rung })) },
      note: { text: why, looksAgain },
    },
    deps,
  );
}

/** @throws Refusal 409; CaseOutOfReach, and the act may still be done later */
export async function decideAgain(
  { result, text: why, toldOn, how, ...acting }: Acting & z.output<ReturnType<typeof lookedAgainSchema>>,
  deps: CaseDependencies,
): Promise<void> {
  const record = await deps.store.audit.of(acting.document._id);
  const looking = lookingAgainOf(acting.document, record);
  if (looking === null) throw new NotPossible(acting.document.ended ? rejections.CaseEnded : rejections.NotLookedAtAgain);
  await carryOutAct(
    acting,
    {
      name: `looked-again/${looking.number}`,
      act: 'looked-at-again',
      facts: { number: looking.number, result, toldOn, how },
      note: { text: why },
    },
    deps,
  );
}

/** @throws Refusal 409; CaseOutOfReach, and the act may still be done later */
export async function closeReview(acting: Acting, deps: CaseDependencies): Promise<void> {
  await carryOutAct(acting, { name: 'closed', act: 'review-closed', facts: {} }, deps);
}

/** @throws ContentUnreadable */
export function readOutcome(
  { _id, key }: Pick<CaseDocument, '_id' | 'key'>,
  { entry }: RecordedOutcome,
  { cipher }: Pick<CaseDependencies['store'], 'cipher'>,
): OutcomeContent {
  return JSON.parse(cipher.open(key, _id, sealedField(entry.key), entry.sealed ?? '')) as OutcomeContent;
}

