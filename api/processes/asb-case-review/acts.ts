/**
 * What the review SPOC does on an ASB case review besides what every case knows: name the panel, set its day, record what
 * it decided and what came of its plan, tell the applicant, have it looked at again, close it. Each is on record before it is done, and once
 * however often it is sent.
 */
import { z } from 'zod';
import { CalendarError, checkPanel, formatDate, formatInstant, isWorkingDay, londonDateOf, startDayOf, workingDaysAfter } from '../../../calendar';
import type { BankHolidaySource } from '../../../config/bank-holidays';
import type { IsoDate } from '../../../config/clock';
import { hasWithdrawn, partnerByCode } from '../../../config/protocol-rules';
import type { DueFor } from '../../../config/policy';
import type { Protocol } from '../../../config/protocol-types';
import { awaitedTasks } from '../../../dispatch/apply';
import { planInForce, planTask, wasRefused } from '../../../dispatch/clock';
import type { Account } from '../../../store/accounts';
import { answerOf, currentAnswer } from '../../../store/answers';
import type { AuditEntry, AuditFacts } from '../../../store/audit';
import { numberOf, type CaseDocument, type CaseDuty, type CaseTask } from '../../../store/cases';
import type { AsbCaseReviewInput } from '../../../workflows/asb-case-review/contract';
import { isDuty } from '../../../workflows/shared/duties';
import { carryOutAct, NotPossible, rejections, submissionOf, takeEffect, type Acting } from '../../cases/acts';
import { readNote, sealedField, type NoteContent } from '../../cases/content';
import type { CaseDependencies } from '../../cases/dependencies';
import { lastActBefore } from '../../cases/questions';
import { civilDate, line, nearDate, optionalText, text } from '../../forms/fields';
import { Invalid } from '../../http/refusals';
import { formerSince } from '../../memberships';
import { isContactOf, mayOnCase } from '../../policy';
import { termsOf } from './content';
import { calendar, lookAgainBy, nextNumber, planAction, planAnew, planAsking, planLookingAgain, planRecording, planTelling, remindedToLook } from './duties';

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

type HolidaysKnown = Pick<BankHolidaySource, 'current'>;

/** Nobody is there on a day off to do it, or to be reminded that it is due today. */
function dayOffFault(name: string, on: IsoDate, holidays: HolidaysKnown): string | undefined {
  const known = holidays.current();
  if (isWorkingDay(on, calendar, known)) return undefined;
  const [before, next] = [-1, 1].map((days) => formatDate(workingDaysAfter(on, days, calendar, known)));
  return `${name} must be a working day: ${formatDate(on)} is none. The one before is ${before}, the next ${next}`;
}
const refuseDayOff = (name: string, holidays: HolidaysKnown) => (on: IsoDate, context: z.RefinementCtx): void => {
  const message = dayOffFault(name, on, holidays);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
};

/** Why an action cannot be given so: to a former partner, or by a day on which nobody is there. */
function actionFaults({ owner, dueOn }: Pick<RecordedAction, 'owner' | 'dueOn'>, protocol: Protocol, today: IsoDate, holidays: HolidaysKnown) {
  const partner = partnerByCode(protocol, owner);
  const dayOff = dayOffFault('Date of the action', dueOn, holidays);
  return [
    ...(partner !== undefined && hasWithdrawn(partner, today) ? [{ field: 'owner', message: `${partner.name} is a former partner: give this to another one` }] : []),
    ...(dayOff === undefined ? [] : [{ field: 'dueOn', message: dayOff }]),
  ];
}

export const panelSchema = z.object({
  members: z
    .array(z.string())
    .max(30, 'Name 30 people or fewer')
    .transform((names) => [...new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ''))])
    .meta({ description: 'The sign-in addresses of those on the panel, all of them: who is left out is on it no more' }),
});

export const rescheduleSchema = (today: IsoDate) =>
  z
    .object({
      panelOn: nearDate('Date of the panel', 'Enter the date of the panel', today),
      due: z
        .enum(['keep', 'panel', 'chosen'], 'Choose what becomes of the due date')
        .default('keep')
        .meta({ description: 'Whether the due date stays, is counted back from the panel, or is chosen' }),
      dueOn: nearDate('Due date', 'Enter the due date', today).nullable().default(null),
      reason,
    })
    .superRefine(({ due, dueOn, panelOn }, context) => {
      const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['dueOn'], message });
      if (due === 'chosen' && dueOn === null) refuse('Enter the due date');
      else if (due === 'chosen' && dueOn !== null && dueOn >= panelOn) refuse('Due date must be before the panel');
    });

export const outcomeSchema = (protocol: Protocol, today: IsoDate, holidays: HolidaysKnown) =>
  z
    .object({
      heldOn: pastDate('Date of the meeting', 'Enter the date on which the panel met', today),
      text: text('Enter what the panel found', 10_000).meta({ description: 'What the panel found and recommends' }),
      actions: z
        .array(
          z
            .object({
              id: z
                .string()
                .regex(/^action-\d+$/, 'Name an action of the plan, such as action-1, or leave this out')
                .nullable()
                .default(null)
                .meta({ description: 'Where the outcome is recorded anew: the action of the plan in force that this one is. As it was, it goes on; changed, its owner is told' }),
              what: text('Enter what is to be done', 2_000),
              owner: z.string('Choose who does it').refine((code) => partnerByCode(protocol, code) !== undefined, 'Choose who does it'),
              dueOn: nearDate('Date of the action', 'Enter by when it is to be done', today),
            })
            .superRefine((action, context) => {
              // What goes on as it was, was right when it was given.
              if (action.id !== null) return;
              for (const { field, message } of actionFaults(action, protocol, today, holidays)) context.addIssue({ code: 'custom', path: [field], message });
            })
            .meta({ id: 'ReviewAction' }),
        )
        .max(mostActions, `Enter ${mostActions} actions or fewer`)
        .superRefine((actions, context) => {
          const named = actions.map(({ id }) => id);
          const again = named.findIndex((id, index) => id !== null && named.indexOf(id) < index);
          if (again !== -1) context.addIssue({ code: 'custom', path: [again, 'id'], message: 'Name each action of the plan once' });
        })
        .default([]),
      outcomeSeen: z
        .string()
        .regex(/^outcome-\d{1,4}$/, 'Send the name of the outcome that was read, as outcome-1')
        .optional()
        .meta({
          description:
            'The outcome that this one takes the place of, as `name` in the content of the case has it: `outcome-1`. Needed where one is in force, so ' +
            'that nobody replaces what somebody else has recorded meanwhile without knowing',
        }),
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

export const notSatisfiedSchema = (today: IsoDate, holidays: HolidaysKnown) =>
  z.object({
    receivedOn: pastDate('Date received', 'Enter the date on which the applicant said so', today),
    text: text('Enter why the applicant is not satisfied', 4_000),
    looksAgain: line('Enter who looks at it again').meta({ description: 'Somebody who was not on the panel, by role' }),
    account: optionalText(200)
      .transform((address) => address.trim().toLowerCase())
      .meta({ description: 'The sign-in address of whoever looks at it again: sees the case, is reminded, and can record what came of it' }),
    dueOn: nearDate('Date by which it is looked at again', 'Enter the date', today)
      .refine((on) => on >= today, 'Date by which it is looked at again must be today or in the future')
      .superRefine(refuseDayOff('Date by which it is looked at again', holidays))
      .nullable()
      .default(null)
      .meta({ format: 'date', description: 'By when; within the time that the protocol gives, if not given' }),
  });

export const actionSchema = (today: IsoDate) =>
  z
    .object({
      action: z.string('Choose the action').regex(/^action-\d+$/, 'Choose the action').meta({ examples: ['action-1'] }),
      result: z.enum(['done', 'not-done'], 'Choose what came of it'),
      on: pastDate('Date', 'Enter the date', today),
      text: optionalText(4_000).meta({ description: 'What was done; why, where it was not' }),
    })
    .superRefine(({ result, text: said }, context) => {
      if (result === 'not-done' && said === '') context.addIssue({ code: 'custom', path: ['text'], message: 'Enter why it is not followed any more' });
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
  /** By which the one that takes its place names it: `outcome-2`. */
  readonly name: string;
  readonly heldOn: IsoDate;
  readonly actions: readonly RecordedAction[];
}

/** An action of the plan, as it is put on record; what it is, is sealed. */
interface PlannedAction {
  /** That of its duty: `action-3`. */
  readonly id: string;
  /** In the plan. */
  readonly number: number;
  readonly owner: string;
  readonly dueOn: IsoDate;
}

export interface RecordedAction extends PlannedAction {
  /** What came of it; null while that is not on record. */
  readonly settled: { readonly result: 'done' | 'not-done'; readonly on: IsoDate } | null;
}

const acceptedOf = (record: readonly AuditEntry[], document: Pick<CaseDocument, 'startInput'>, act: AuditEntry['act']): AuditEntry[] =>
  record.filter((entry) => entry.act === act && entry.seq > heldSince(document) && !wasRefused(record, entry));

/** After which act what is on record is in force: the last before this opening, unless that goes on with what was decided before. */
const heldSince = (document: Pick<CaseDocument, 'startInput'>): number =>
  (document.startInput as AsbCaseReviewInput).keepsOutcome === true ? 0 : lastActBefore(document);

/** What the panel decided, by the record; the newest, where it was recorded again. */
export const outcomeOf = (document: CaseDocument, record: readonly AuditEntry[]): RecordedOutcome | null =>
  outcomeIn(acceptedOf(record, document, 'outcome-recorded').at(-1), record);

/** What a panel decided before the review was opened again to be decided anew, while that is not on record. */
export function earlierOutcomeOf(document: CaseDocument, record: readonly AuditEntry[]): RecordedOutcome | null {
  if (outcomeOf(document, record) !== null) return null;
  return outcomeIn(record.findLast((entry) => entry.act === 'outcome-recorded' && !wasRefused(record, entry)), record);
}

function outcomeIn(entry: AuditEntry | undefined, record: readonly AuditEntry[]): RecordedOutcome | null {
  if (entry === undefined) return null;
  const { plan, duties } = entry.facts as unknown as { readonly plan?: readonly PlannedAction[]; readonly duties: readonly CaseDuty[] };
  // An entry of before has no plan beside what was to be done anew: none went on.
  const planned = plan ?? duties.filter(({ id }) => isDuty(id, 'action')).map((duty) => ({ id: duty.id, number: numberOf(duty), owner: duty.partner, dueOn: duty.dueOn }));
  return {
    entry,
    name: `outcome-${record.filter(({ act, seq }) => act === 'outcome-recorded' && seq <= entry.seq).length}`,
    heldOn: entry.facts['heldOn'] as IsoDate,
    actions: planned.map((action) => ({ ...action, settled: settledOf(record, action.id) })),
  };
}

/** What came of an action, by the record; null while that is not on record. */
export function settledOf(record: readonly AuditEntry[], action: string): RecordedAction['settled'] {
  const facts = record.find((entry) => entry.act === 'action-settled' && entry.facts['duty'] === action && !wasRefused(record, entry))?.facts;
  return facts === undefined ? null : { result: facts['result'] as 'done' | 'not-done', on: facts['on'] as IsoDate };
}

/** The tasks whose answers in force are not to be revealed to the person concerned: what is written to the applicant leaves them out. */
export function notToBeRevealed(document: CaseDocument, record: readonly AuditEntry[]): CaseTask[] {
  const answers = record.filter(({ act }) => act === 'answer-received');
  return document.tasks.filter((task) => {
    const inForce = currentAnswer(answers.map(answerOf), task);
    return answers.some(({ key, facts }) => key === inForce?.key && facts['notToBeRevealed'] === true);
  });
}

/** Where a review was granted on looking at it again: the entry which says so, with when and how the applicant was told. */
export const grantedAgain = (document: Pick<CaseDocument, 'terms'>, record: readonly AuditEntry[]): AuditEntry | undefined =>
  record.find(({ act, key }) => act === 'looked-at-again' && key === termsOf(document).grantedBy);

/** The entry by which the applicant was told, the last time; undefined while there is none. */
function tellingOf(document: CaseDocument, record: readonly AuditEntry[], of: 'decision' | 'outcome'): AuditEntry | undefined {
  // What was told of a decision that was changed since, or an outcome that was recorded anew, is no telling of this one.
  const changed = grantedAgain(document, record);
  const since = of === 'outcome' ? (outcomeOf(document, record)?.entry.seq ?? Infinity) : (changed?.seq ?? 0);
  // The threshold is decided for the case, also in one that was reopened.
  const told = of === 'outcome' ? acceptedOf(record, document, 'applicant-told') : record.filter((entry) => entry.act === 'applicant-told' && !wasRefused(record, entry));
  return told.findLast(({ facts, seq }) => facts['of'] === of && seq > since) ?? (of === 'decision' ? changed : undefined);
}

/** When and how the applicant was told, by the record: the last time. */
export function toldOf(document: CaseDocument, record: readonly AuditEntry[], of: 'decision' | 'outcome') {
  const entry = tellingOf(document, record, of);
  return entry === undefined ? null : { on: entry.facts['toldOn'] as IsoDate, how: waysTold[entry.facts['how'] as keyof typeof waysTold] };
}

/** Where what the panel decided was changed on looking at it again, and is not on record anew: the entry which says so. */
export function changedOf(document: CaseDocument, record: readonly AuditEntry[]): AuditEntry | undefined {
  const outcome = outcomeOf(document, record);
  return outcome === null ? undefined : acceptedOf(record, document, 'looked-at-again').findLast(({ facts, seq }) => facts['result'] === 'changed' && seq > outcome.entry.seq);
}

/** Who looks at it again, while nobody has decided; null if the applicant has not said so, and once the case has ended. */
export const lookingAgainOf = (document: CaseDocument, record: readonly AuditEntry[]) => (document.ended ? null : undecidedWord(document, record));

/** What the applicant has said, who looks at it again and by when, while nobody has decided: also as the case ended so. */
export function undecidedWord(document: CaseDocument, record: readonly AuditEntry[]) {
  const { lookingAgain: kept } = document.startInput as AsbCaseReviewInput;
  const before = kept === undefined ? undefined : record.find(({ act, facts }) => act === 'not-satisfied' && facts['number'] === kept);
  const said = acceptedOf(record, document, 'not-satisfied').at(-1) ?? before;
  if (said === undefined) return null;
  const number = said.facts['number'] as number;
  const isDecided = acceptedOf(record, document, 'looked-at-again').some(({ facts }) => facts['number'] === number);
  if (isDecided) return null;
  const put = said.facts['duty'] as unknown as CaseDuty;
  // Its day can have moved since, and is another one in a case that was opened again; the act can have not reached the store yet.
  const waits = document.duties?.find(({ id }) => isDuty(id, 'looking-again') && document.projection.duties?.includes(id) === true);
  return { number, said, ...(waits ?? document.duties?.find(({ id }) => id === put.id) ?? put) };
}

/**
 * Names the panel: these accounts see the board and the pack from now on, and each is told so once.
 * @throws Refusal 409; Invalid for an address nobody has, or that of who looks at it again
 */
export async function namePanel(
  { members, ...acting }: Acting & z.output<typeof panelSchema>,
  deps: CaseDependencies,
): Promise<void> {
  if (!isGranted(acting.document)) throw new NotPossible(rejections.NotGranted);
  const accounts = await Promise.all(members.map(async (name) => ({ name, account: await deps.store.accounts.byUsername(name) })));
  const unknown = accounts.filter(({ account }) => account === null);
  if (unknown.length > 0) {
    throw new Invalid([{ field: 'members', message: `Nobody signs in as ${unknown.map(({ name }) => name).join(', ')}: check the address` }]);
  }
  const left = accounts.find(({ account }) => account !== null && formerSince(account, deps) !== undefined);
  if (left !== undefined) throw new Invalid([{ field: 'members', message: `${left.name} is of a partner that has left, and cannot sign in` }]);
  const looking = lookingAgainOf(acting.document, await deps.store.audit.of(acting.document._id));
  const looksAgain = accounts.find(({ account }) => account !== null && account._id === looking?.holder);
  if (looksAgain !== undefined) {
    throw new Invalid([{ field: 'members', message: `${looksAgain.name} looks at it again, and can have no part in the panel` }]);
  }
  const named = accounts.flatMap(({ account }) => account ?? []).sort((a, b) => (a._id < b._id ? -1 : 1));
  const panel = named.map(({ _id }) => _id);
  const { panel: before, panelPartners: partnersBefore = [] } = termsOf(acting.document);
  await carryOutAct(
    acting,
    {
      name: 'panel',
      act: 'panel-named',
      facts: { panel },
      worked: { partners: named.map(({ partner }) => partner), before, partnersBefore },
    },
    deps,
  );
}

/**
 * Sets the day of the panel, and with it, if wished, by when those answer who are still awaited.
 * @throws Refusal 409; Invalid for a day that cannot be; CaseOutOfReach, and it may still be done later
 */
export async function reschedule(
  { panelOn, due, dueOn, reason: why, ...acting }: Acting & z.output<ReturnType<typeof rescheduleSchema>>,
  deps: CaseDependencies,
): Promise<void> {
  const { document } = acting;
  if (!isGranted(document)) throw new NotPossible(rejections.NotGranted);
  const onRecord = await deps.store.audit.of(document._id);
  // The same form sent again says what it came to.
  if (outcomeOf(document, onRecord) !== null && !onRecord.some(submissionOf(acting, 'review-rescheduled').isSame)) throw new NotPossible(rejections.PanelHasMet);
  const today = londonDateOf(deps.clock.now());
  if (panelOn <= today) throw new Invalid([{ field: 'panelOn', message: 'Date of the panel must be in the future' }]);
  const dueFor =
    due === 'panel' ? { panelOn, setOn: today } : due === 'chosen' && dueOn !== null ? { chosenOn: dueOn, setOn: today } : null;
  refuseDates(document, { panelOn, dueFor }, deps);
  await carryOutAct(
    acting,
    (record) =>
      Promise.resolve({
        name: 'rescheduled',
        act: 'review-rescheduled',
        facts: { panelOn, dueFor },
        worked: facts({ before: termsOf(document).panelOn, recording: recordingAnew(document, record, panelOn, deps) }),
        note: { text: why },
      }),
    deps,
  );
}

/** By when what the panel decides is to be on record, now that it meets on this day. */
export const recordingAnew = (
  document: Pick<CaseDocument, '_id' | 'openedBy' | 'duties'>,
  record: readonly AuditEntry[],
  panelOn: IsoDate,
  deps: Pick<CaseDependencies, 'protocol' | 'holidays'>,
): ReturnType<typeof planRecording> =>
  planRecording({ caseRef: document._id, number: nextNumber(document, 'recording', record), partner: document.openedBy.partner, panelOn }, deps);

/** As at the opening: of a day that is too soon, or no working day, or that comes before the answers. */
function refuseDates(
  document: CaseDocument,
  { panelOn, dueFor }: { readonly panelOn: IsoDate; readonly dueFor: DueFor | null },
  { holidays }: Pick<CaseDependencies, 'holidays'>,
): void {
  const counted = { holidays: holidays.current() };
  const plans = awaitedTasks(document).map((task) => planInForce(task, []));
  const [plan] = plans;
  try {
    if (dueFor !== null && plan !== undefined) {
      planTask({ caseRef: document._id, from: plan.from, version: 1, reason: 'rescheduled', dueFor }, document.policy, counted);
    }
    const kept = dueFor === null ? plans.flatMap(({ dueOn }) => dueOn ?? []).sort() : [];
    checkPanel({ panelOn, dueOn: kept.at(-1), calendar }, counted);
  } catch (error) {
    if (!(error instanceof CalendarError)) throw error;
    throw new Invalid([{ field: error.field, message: error.message.replace(/\.$/, '') }]);
  }
}

/** What follows from something cannot have been before it. @throws Invalid */
function refuseBefore(earliest: IsoDate | undefined, on: IsoDate, field: string, message: string): void {
  if (earliest !== undefined && on < earliest) throw new Invalid([{ field, message: `${message}, ${formatDate(earliest)}` }]);
}

export const isGranted = (document: Pick<CaseDocument, 'terms'>): boolean => termsOf(document).threshold !== 'not-granted';

/** Puts on record what the panel decided, in the place of the outcome that was seen. @throws Invalid; Refusal 409; CaseOutOfReach, and the act may still be done later */
export async function recordOutcome(
  { heldOn, text: found, actions, outcomeSeen, ...acting }: Acting & z.output<ReturnType<typeof outcomeSchema>>,
  deps: CaseDependencies,
): Promise<void> {
  const { _id: caseRef, openedBy: { partner }, tasks } = acting.document;
  if (!isGranted(acting.document)) throw new NotPossible(rejections.NotGranted);
  if (tasks.length === 0) throw new NotPossible(rejections.NobodyAsked);
  const [firstAsked] = tasks.flatMap(({ plans }) => plans.slice(0, 1).map(startDayOf)).sort();
  refuseBefore(firstAsked, heldOn, 'heldOn', 'Date of the meeting must be on or after the day on which the partners were asked');
  const { isSame } = submissionOf(acting, 'outcome-recorded');
  await carryOutAct(
    acting,
    (record) => {
      // Sent again, it is concluded from what there was when it was sent first.
      const since = record.find(isSame)?.seq ?? Infinity;
      const before = record.filter(({ seq }) => seq < since);
      refuseUnseen(outcomeOf(acting.document, before), outcomeSeen);
      const { plan, content, keeps, changes, added } = planAfter({ text: found, actions }, acting.document, before, deps);
      const telling = planTelling({ caseRef, of: 'outcome', number: nextNumber(acting.document, 'telling-outcome', before), partner }, deps);
      return Promise.resolve({
        name: 'outcome',
        act: 'outcome-recorded',
        facts: { heldOn, actions: actions.map(({ id, owner, dueOn }) => ({ ...(id === null ? {} : { id }), owner, dueOn })) },
        worked: facts({
          plan,
          keeps,
          changes,
          duties: [telling, ...added.map(({ owner, ...action }) => planAction({ ...action, partner: owner, caseRef }, deps))],
        }),
        note: content,
      });
    },
    deps,
  );
}

/** What somebody else has recorded meanwhile is read before it is replaced: its plan would be dropped by who has not seen it. @throws Refusal 409 */
function refuseUnseen(inForce: RecordedOutcome | null, seen: string | undefined): void {
  if (seen === inForce?.name) return;
  const now = inForce === null
    ? 'The outcome that you saw is not in force any more'
    : `An outcome that you have not seen was recorded at ${formatInstant(inForce.entry.at)}: of a meeting on ${formatDate(inForce.heldOn)}, with ${counted(inForce.actions.length)}`;
  throw new NotPossible(`${now}. What you sent was not put on record. Look at what is on record now, and record anew what is to be otherwise.`);
}

const counted = (actions: number): string => (actions === 0 ? 'no action' : actions === 1 ? '1 action' : `${actions} actions`);

/**
 * The plan that takes the place of the one in force: an action that is named and stays as it was goes on, with its number; one
 * that is changed has the number of that which it takes the place of. The others have numbers that no action in force has: a
 * number in a mail means one thing.
 * @throws Invalid for one that is none of the plan in force, or was changed to what cannot be
 */
function planAfter(
  { text: found, actions }: Pick<z.output<ReturnType<typeof outcomeSchema>>, 'text' | 'actions'>,
  document: CaseDocument,
  record: readonly AuditEntry[],
  { protocol, store, clock, holidays }: CaseDependencies,
) {
  const inForce = outcomeOf(document, record);
  const said = inForce === null ? [] : readOutcome(document, inForce, store).actions;
  const earlier = (inForce?.actions ?? []).map((action, index) => ({ ...action, what: said[index] ?? '' }));
  const faults = actions.flatMap((action, index) => {
    const of = earlier.find(({ id }) => id === action.id);
    if (action.id !== null && of === undefined) return [{ field: `actions.${index}.id`, message: `There is no ${action.id} in the plan in force: leave its name out to give it anew` }];
    if (of === undefined || isAsItWas(action, of)) return [];
    return actionFaults(action, protocol, londonDateOf(clock.now()), holidays).map(({ field, message }) => ({ field: `actions.${index}.${field}`, message }));
  });
  if (faults.length > 0) throw new Invalid(faults);
  const taken = new Set(earlier.map(({ number }) => number));
  const free = Array.from({ length: 2 * mostActions }, (_, index) => index + 1).filter((number) => !taken.has(number));
  // Each action of a case has an id of its own, also where the outcome was recorded anew, or the case did not accept one.
  let next = nextNumber(document, 'action', record);
  const planned = actions.map(({ id: named, what, owner, dueOn }) => {
    const of = earlier.find(({ id }) => id === named);
    const goesOn = of !== undefined && isAsItWas({ what, owner, dueOn }, of);
    return { of, goesOn, what, owner, dueOn, id: goesOn ? of.id : `action-${next++}`, number: of?.number ?? free.shift() ?? 0 };
  }).sort((one, other) => one.number - other.number);
  const content: OutcomeContent = { text: found, actions: planned.map(({ what }) => what) };
  const plan = planned.map(({ id, number, owner, dueOn }): PlannedAction => ({ id, number, owner, dueOn }));
  return {
    content,
    plan,
    keeps: planned.filter(({ goesOn }) => goesOn).map(({ id }) => id),
    // Whose action went to somebody else has nothing to do any more.
    changes: planned.flatMap(({ of, goesOn, owner }) => (of === undefined || goesOn || of.owner !== owner ? [] : [of.id])),
    added: plan.filter((_, index) => planned[index]?.goesOn === false),
  };
}

const isAsItWas = (action: Pick<RecordedAction, 'owner' | 'dueOn'> & { readonly what: string }, before: Pick<RecordedAction, 'owner' | 'dueOn'> & { readonly what: string }): boolean =>
  action.what === before.what && action.owner === before.owner && action.dueOn === before.dueOn;

/** @throws Refusal 409; CaseOutOfReach, and the act may still be done later */
export async function tellApplicant(
  { of, toldOn, how, text: said, ...acting }: Acting & z.output<ReturnType<typeof toldSchema>>,
  deps: CaseDependencies,
): Promise<void> {
  const { document } = acting;
  const record = await deps.store.audit.of(document._id);
  if (of === 'decision') refuseBefore(termsOf(document).appliedOn, toldOn, 'toldOn', 'Date told must be on or after the day of the application');
  else {
    refuseBefore(outcomeOf(document, record)?.heldOn, toldOn, 'toldOn', 'Date told must be on or after the day of the meeting');
    // What was decided anew nobody can have been told before.
    const changed = acceptedOf(record, document, 'looked-at-again').findLast(({ facts }) => facts['result'] === 'changed');
    refuseBefore(changed?.facts['toldOn'] as IsoDate | undefined, toldOn, 'toldOn', 'Date told must be on or after the day on which the applicant was told that it is changed');
  }
  // Put on record twice, by whom and however it was sent, it was told once: the day on which the case closes stays.
  const told = of === 'outcome' && changedOf(document, record) !== undefined ? undefined : tellingOf(document, record, of);
  if (told?.act === 'applicant-told' && told.seq > lastActBefore(document) && told.facts['toldOn'] === toldOn && told.facts['how'] === how && readNote(document, told, deps.store) === said) {
    await takeEffect(told, deps);
    return;
  }
  await carryOutAct(
    acting,
    (current) =>
      Promise.resolve({
        name: `told/${of}`,
        act: 'applicant-told',
        facts: { of, toldOn, how },
        worked: facts({ closesFrom: toldOn, ...(of === 'outcome' ? ofOutcome(acting, 'applicant-told', current) : {}) }),
        ...(said === '' ? {} : { note: { text: said } }),
      }),
    deps,
  );
}

/**
 * Which outcome is in force, for an act that is about it. None can be about one that was changed, until what the panel decided is on record anew.
 * @throws Refusal 409
 */
function ofOutcome(acting: Acting, act: AuditEntry['act'], record: readonly AuditEntry[]): { readonly outcome?: string } {
  const { document } = acting;
  // Sent again, it is about the one that there was when it was sent first.
  const since = record.find(submissionOf(acting, act).isSame)?.seq ?? Infinity;
  const before = record.filter(({ seq }) => seq < since);
  if (changedOf(document, before) !== undefined) throw new NotPossible(rejections.ToBeRecordedAnew);
  const outcome = outcomeOf(document, before);
  return outcome === null ? {} : { outcome: outcome.name };
}

/** The number of what an applicant says next, and of its duty: a duty that goes on in another opening of the case has one as well. */
export const nextWord = (record: readonly AuditEntry[]): number =>
  record.filter(({ act, facts }) => {
    const again = (facts['duties'] ?? []) as unknown as readonly Pick<CaseDuty, 'id'>[];
    return act === 'not-satisfied' || (act === 'case-reopened' && again.some(({ id }) => isDuty(id, 'looking-again')));
  }).length + 1;

/**
 * The applicant is not satisfied: whoever is named looks at it again by the day that is given, or within the time of the
 * protocol. Somebody without an account is reminded by the review SPOC.
 * @throws Refusal 409; Invalid for an account that there is none of, or of the panel; CaseOutOfReach, as above
 */
export async function recordNotSatisfied(
  { receivedOn, text: why, looksAgain, account: named, dueOn: given, ...acting }: Acting & z.output<ReturnType<typeof notSatisfiedSchema>>,
  deps: CaseDependencies,
): Promise<void> {
  const { document } = acting;
  await carryOutAct(
    acting,
    async (record) => {
      const of = ofOutcome(acting, 'not-satisfied', record);
      const told = toldOf(document, record, isGranted(document) ? 'outcome' : 'decision');
      refuseBefore(told?.on, receivedOn, 'receivedOn', 'Date received must be on or after the day on which the applicant was told');
      const holder = await lookerOf(named, document, record, deps);
      // Of two in the same instant each has its own: the case takes one of them, and the other is taken back.
      const number = nextWord(record);
      const partner = holder?.partner ?? document.openedBy.partner;
      const by = given === null ? lookAgainBy(receivedOn, deps) : { chosen: given };
      const duty = planLookingAgain({ caseRef: document._id, number, partner, holder: holder?._id ?? null, by }, deps);
      return {
        name: 'not-satisfied',
        act: 'not-satisfied',
        facts: { receivedOn, given, holder: duty.holder },
        worked: facts({
          number,
          duty,
          told: [...remindedToLook(duty.holder), 'csp-manager'],
          ...of,
        }),
        note: { text: why, looksAgain },
      };
    },
    deps,
  );
}

/** @throws Invalid for an account that there is none of, or that decided on the panel */
async function lookerOf(username: string, document: CaseDocument, record: readonly AuditEntry[], deps: CaseDependencies): Promise<Account | null> {
  if (username === '') return null;
  const account = await deps.store.accounts.byUsername(username);
  const refuse = (message: string) => new Invalid([{ field: 'account', message }]);
  if (account === null) throw refuse(`Nobody signs in as ${username}: check the address`);
  if (formerSince(account, deps) !== undefined) throw refuse('Name somebody else: the partner of this one has left');
  if (wereOnPanel(document, record).has(account._id)) throw refuse('Name somebody who was not on the panel');
  const hadPart = [document.openedBy.account, ...record.filter(({ act }) => act === 'outcome-recorded').map(({ by }) => by.account)];
  if (hadPart.includes(account._id)) throw refuse('Name somebody who had no part in the decision: this one has put it on record');
  return account;
}

/** Who is on the panel, and who was when it decided: taking a name off afterwards changes nothing of that. */
function wereOnPanel(document: CaseDocument, record: readonly AuditEntry[]): ReadonlySet<string> {
  const named = record.filter(({ act }) => act === 'panel-named');
  const decided = record.filter((entry) => entry.act === 'outcome-recorded' && !wasRefused(record, entry));
  const inForce = decided.flatMap(({ seq }) => {
    const naming = named.findLast((entry) => entry.seq < seq);
    // What a panel decides can be put on record without its being named here.
    return naming === undefined ? [] : (naming.facts['panel'] as readonly string[]);
  });
  return new Set([...termsOf(document).panel, ...inForce]);
}

/** Whether what came of an action is for an account to say: its own, or all of them for the review SPOC. */
export const maySettle = (account: Account, document: CaseDocument, { owner }: Pick<RecordedAction, 'owner'>): boolean =>
  mayOnCase(account, 'run-review', document) || isContactOf(account, owner);

/**
 * Puts on record what came of an action of the plan.
 * @param account null for who came by the link of this action
 * @throws Invalid for one of somebody else; Refusal 409; CaseOutOfReach, and it may still be done later
 */
export async function settleAction(
  { action, result, on, text: said, account, ...acting }: Acting & z.output<ReturnType<typeof actionSchema>> & { readonly account: Account | null },
  deps: CaseDependencies,
): Promise<void> {
  const { document } = acting;
  const outcome = outcomeOf(document, await deps.store.audit.of(document._id));
  const isOthers = account !== null && outcome?.actions.some((each) => each.id === action && !maySettle(account, document, each)) === true;
  if (isOthers) throw new Invalid([{ field: 'action', message: 'Choose an action of your organisation' }]);
  const recordedBy = account !== null && mayOnCase(account, 'run-review', document) ? 'requester' : 'holder';
  refuseBefore(outcome?.heldOn, on, 'on', 'Date must be on or after the day of the meeting');
  await carryOutAct(
    acting,
    { name: `settled/${action}`, act: 'action-settled', facts: { duty: action, result, on, recordedBy }, ...(said === '' ? {} : { note: { text: said } }) },
    deps,
  );
}

const facts = (worked: object): AuditFacts => worked as AuditFacts;

/** @throws Refusal 409; CaseOutOfReach, and the act may still be done later */
export async function decideAgain(
  { result, text: why, toldOn, how, ...acting }: Acting & z.output<ReturnType<typeof lookedAgainSchema>>,
  deps: CaseDependencies,
): Promise<void> {
  const record = await deps.store.audit.of(acting.document._id);
  const looking = lookingAgainOf(acting.document, record);
  const number = looking?.number ?? (record.find(submissionOf(acting, 'looked-at-again').isSame)?.facts['number'] as number | undefined);
  if (number === undefined) throw new NotPossible(acting.document.ended ? rejections.CaseEnded : rejections.NotLookedAtAgain);
  const receivedOn = looking?.said.facts['receivedOn'] as IsoDate | undefined;
  refuseBefore(receivedOn, toldOn, 'toldOn', 'Date told must be on or after the day on which the applicant said so');
  // What was not granted is granted by this: the partners are to be asked.
  const { _id: caseRef, openedBy: { partner } } = acting.document;
  const grants = result === 'changed' && !isGranted(acting.document);
  const decidesAnew = result === 'changed' && !grants;
  await carryOutAct(
    acting,
    (record) =>
      Promise.resolve({
        name: `looked-again/${number}`,
        act: 'looked-at-again',
        facts: { number, result, toldOn, how },
        worked: facts({
          closesFrom: toldOn,
          ...(grants ? { granted: planAsking({ caseRef, number, partner }, deps) } : {}),
          // Of two in the same instant each has its own: the case takes one of them, and the other is taken back.
          ...(decidesAnew ? { anew: planAnew({ caseRef, number: nextNumber(acting.document, 'anew', record), partner }, deps) } : {}),
        }),
        note: { text: why },
      }),
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

