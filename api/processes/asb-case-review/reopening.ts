/**
 * An ASB case review that is opened again. Where partners are asked again, or nothing was decided, its panel meets anew and what it
 * decides is told anew. Where nobody is asked again, it goes on from what was decided: an applicant who is not satisfied
 * can have it looked at again.
 */
import { CalendarError, checkPanel, endOfLondonDay, formatDate, londonDateOf } from '../../../calendar';
import type { Clock, IsoDate } from '../../../config/clock';
import type { DueFor } from '../../../config/policy';
import { planTask, policyOf } from '../../../dispatch/clock';
import type { PlannedDuty } from '../../../dispatch/duties';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument, CaseDuty } from '../../../store/cases';
import type { AsbCaseReviewInput } from '../../../workflows/asb-case-review/contract';
import type { Reopens } from '../../cases/acts';
import type { CaseDependencies } from '../../cases/dependencies';
import { Invalid } from '../../http/refusals';
import { changedOf, isGranted, nextWord, outcomeOf, toldOf, undecidedWord, type RecordedOutcome } from './acts';
import { process } from './application';
import { termsOf } from './content';
import { calendar, dutiesAgain, lookAgainBy, nextNumber, planAnew, planLookingAgain } from './duties';

/** Whether the panel that is named can still meet as it was set. */
export const isToMeet = (document: Pick<CaseDocument, 'terms'>, clock: Clock, panelOn = termsOf(document).panelOn): boolean =>
  termsOf(document).panel.length > 0 && (panelOn === null || panelOn >= londonDateOf(clock.now()));

export const reopenReview: Reopens = (document, record, { tasks, panelOn: given = null }, deps) => {
  const isReview = isGranted(document);
  const before = outcomeOf(document, record);
  const kept = tasks.length === 0 ? before : null;
  const meetsAnew = isReview && kept === null;
  if (given !== null && !meetsAnew) throw new Invalid([{ field: 'panelOn', message: isReview ? 'The panel has met, and nobody is asked again: leave out its date, or choose whom to ask again' : 'No review is granted, so no panel meets: leave out its date' }]);
  const panelOn = given ?? termsOf(document).panelOn;
  const dueFor = meetsAnew && panelOn !== null ? dueBefore(panelOn, { document, tasks, isGiven: given !== null }, deps) : undefined;
  // The threshold is decided, and told, once for the case.
  const isDecisionTold = toldOf(document, record, 'decision') !== null;
  const isOutcomeTold = kept !== null && toldOf(document, record, 'outcome') !== null;
  // What the applicant has said of what stays in force is looked at again for as long as nobody has decided that.
  const looking = meetsAnew ? null : undecidedWord(document, record);
  const isTold = isReview ? isOutcomeTold : isDecisionTold;
  const isToAsk = isReview && document.tasks.length === 0;
  const actions = openActionsOf(kept, document);
  return {
    input: {
      panelOn,
      panel: termsOf(document).panel,
      ...(meetsAnew && isToMeet(document, deps.clock, panelOn) ? { tellsPanel: true } : {}),
      ...(isToAsk ? { isGranted: true } : {}),
      ...(kept === null ? {} : { keepsOutcome: true }),
      ...(actions.length === 0 ? {} : { tellsActions: true }),
      ...(isTold ? { isApplicantTold: true } : {}),
      ...(looking === null ? {} : { lookingAgain: looking.number }),
    } satisfies { [Name in keyof AsbCaseReviewInput]?: unknown },
    duties: [
      ...dutiesAgain(
        document,
        record,
        {
          toTell: [...(isDecisionTold ? [] : ['decision' as const]), ...(kept === null || isOutcomeTold ? [] : ['outcome' as const])],
          isToAsk,
          panelOn: meetsAnew ? panelOn : null,
        },
        deps,
      ),
      ...(looking === null ? [] : [lookedAtAgain(looking, document, record, deps)]),
      // What was changed is still to be decided anew.
      ...(kept === null || changedOf(document, record) === undefined ? [] : [planAnew({ caseRef: document._id, number: nextNumber(document, 'anew', record), partner: document.openedBy.partner }, deps)]),
      ...actions,
    ],
    dueFor,
    ...(given === null ? {} : { terms: { panelOn: given } }),
  };
};

/**
 * By when those answer who are asked again, before a panel that meets anew: counted back from it, if that was so before or the time of
 * the protocol would end after it.
 * @throws Invalid for a day of the panel before which nobody could answer: another one is asked for
 */
function dueBefore(
  panelOn: IsoDate,
  { document, tasks, isGiven }: { readonly document: CaseDocument; readonly tasks: readonly string[]; readonly isGiven: boolean },
  { protocol, holidays, clock }: Pick<CaseDependencies, 'protocol' | 'holidays' | 'clock'>,
): DueFor | undefined {
  const today = londonDateOf(clock.now());
  const counted = { holidays: holidays.current() };
  const planned = (dueFor?: DueFor) => planTask({ caseRef: document._id, from: today, version: 1, reason: 'reopened', dueFor }, policyOf(protocol, process), counted);
  try {
    // It may have met, and the review was closed before that was put on record.
    if (tasks.length === 0 && !isGiven) return undefined;
    checkPanel({ panelOn, dueOn: undefined, calendar }, counted);
    if (panelOn <= today) throw new CalendarError('panelOn', 'Date of the panel must be in the future.');
    if (tasks.length === 0) return undefined;
    const wasByPanel = document.tasks.some(({ id, plans }) => tasks.includes(id) && 'panelOn' in (plans.at(-1)?.dueFor ?? {}));
    const byClock = planned().dueOn;
    if (!wasByPanel && byClock !== undefined && byClock < panelOn) return undefined;
    const dueFor = { panelOn, setOn: today };
    planned(dueFor);
    return dueFor;
  } catch (error) {
    if (!(error instanceof CalendarError)) throw error;
    const why = error.message.replace(/\.$/, '');
    throw new Invalid([{ field: 'panelOn', message: isGiven ? why : `The panel was set to meet on ${formatDate(panelOn)}. Enter another date: ${why.charAt(0).toLowerCase()}${why.slice(1)}` }]);
  }
}

/** By another day: with the new number it is told, and reminded of, anew. */
const lookedAtAgain = (
  { partner, holder }: Pick<CaseDuty, 'partner' | 'holder'>,
  { _id: caseRef }: CaseDocument,
  record: readonly AuditEntry[],
  deps: Pick<CaseDependencies, 'protocol' | 'holidays' | 'clock'>,
): PlannedDuty => planLookingAgain({ caseRef, number: nextWord(record), partner, holder, by: lookAgainBy(londonDateOf(deps.clock.now()), deps) }, deps);

/** The actions of the plan of which nothing is on record yet go on as they were, with their links. */
function openActionsOf(kept: RecordedOutcome | null, { duties = [] }: CaseDocument): PlannedDuty[] {
  const open = (kept?.actions ?? []).filter(({ settled }) => settled === null);
  return duties.flatMap((duty): PlannedDuty[] => {
    const { rungs, counted, dueOn } = duty;
    return rungs === undefined || counted === undefined || !open.some(({ id }) => id === duty.id) ? [] : [{ ...duty, rungs, counted, dueAt: endOfLondonDay(dueOn) }];
  });
}
