/**
 * Asking the partners in a review that was granted on looking at it again (2014 Act section 104): it was applied for once,
 * so it stays one case, with its application and all that was decided on it.
 */
import { isDeepStrictEqual } from 'node:util';
import { CalendarError, formatDate, londonDateOf } from '../../../calendar';
import { partnerByCode, partnerName } from '../../../config/protocol-rules';
import { wasRefused } from '../../../dispatch/clock';
import { newTask, taskInputOf } from '../../../dispatch/tasks';
import type { AuditEntry, AuditFacts } from '../../../store/audit';
import type { CaseDocument } from '../../../store/cases';
import { NotPossible, refuseIfChanged, rejections, SentBefore, submissionOf, takeEffect, type Acting } from '../../cases/acts';
import type { Opener } from '../../cases/addressees';
import { sealEntry, type NoteContent } from '../../cases/content';
import type { CaseDependencies } from '../../cases/dependencies';
import { addresseeKey } from '../../cases/opening';
import { partFault } from '../../cases/taking-part';
import { askingSchema, dueForOf, planOf, whomAsked, type AskingForm, type DueInput } from './application';
import { isGranted, recordingAnew } from './acts';
import { termsOf } from './content';

/** Whether a review is granted in which nobody was asked yet. */
export const isToBeAsked = (document: Pick<CaseDocument, 'terms' | 'tasks' | 'ended'>): boolean =>
  !document.ended && isGranted(document) && document.tasks.length === 0;

/** The schema as it applies to somebody now, in this case. */
export const askingSchemaFor = (
  opener: Opener,
  document: Pick<CaseDocument, 'policy' | 'terms'>,
  deps: Pick<CaseDependencies, 'protocol' | 'clock' | 'holidays'>,
) => askingSchema({ protocol: deps.protocol, opener, today: londonDateOf(deps.clock.now()), plan: (due) => planWithPanel(due, document, deps) });

/** The clock of everybody who is asked, over before the panel meets, also where its day was set before. @throws CalendarError */
function planWithPanel(due: DueInput, { policy, terms }: Pick<CaseDocument, 'policy' | 'terms'>, deps: Parameters<typeof planOf>[1]): void {
  const { panelOn } = termsOf({ terms });
  if (due.panelOn !== null || panelOn === null) {
    planOf(due, deps, policy);
    return;
  }
  try {
    planOf({ ...due, panelOn }, deps, policy);
  } catch (error) {
    if (!(error instanceof CalendarError) || error.field !== 'panelOn') throw error;
    throw new CalendarError('panelOn', `The panel was set to meet on ${formatDate(panelOn)}. ${error.message}`);
  }
}

/**
 * Asks the partners: each gets its mail, and its clock starts today.
 * @throws Refusal 409; CaseOutOfReach, and it may still be done later
 */
export async function askPartners(
  { asked, allReason, unlistedReason, legalBasis, specialBasis, statute, due, panelOn, dueOn, ...acting }: Acting & AskingForm,
  deps: CaseDependencies,
): Promise<void> {
  const { store, protocol, clock, holidays } = deps;
  const { document, by } = acting;
  const { _id: chain } = document;
  const { submission, isSame } = submissionOf(acting, 'tasks-added');
  const terms = { legalBasis, specialBasis, statute, ...(panelOn === null ? {} : { panelOn }) };
  const given = { whom: asked.map(addresseeKey), due, dueOn, panelOn, terms };
  const note: NoteContent | null = allReason === '' && unlistedReason === '' ? null : { text: [allReason, unlistedReason].filter((text) => text !== '').join('\n') };
  const sameAs = async (entry: AuditEntry): Promise<void> => {
    if (!isDeepStrictEqual(Object.fromEntries(Object.keys(given).map((name) => [name, entry.facts[name]])), given)) throw new SentBefore();
    refuseIfChanged(document, entry, note, deps);
    await takeEffect(entry, deps);
  };
  const record = await store.audit.of(chain);
  const earlier = record.find(isSame);
  if (earlier !== undefined) {
    await sameAs(earlier);
    return;
  }
  if (document.ended) throw new NotPossible(rejections.CaseEnded);
  if (!isGranted(document)) throw new NotPossible(rejections.NotGranted);
  if (document.tasks.length > 0) throw new NotPossible(rejections.AskedBefore);
  const today = londonDateOf(clock.now());
  const opener = document.openedBy.partner;
  const fault = partFault(partnerByCode(protocol, opener), today);
  if (fault !== undefined) throw new NotPossible(`${partnerName(protocol, opener)} ${fault}, so it cannot ask.`);
  // The last day of a partner can end between the look at the form and this moment.
  for (const { partner } of asked) {
    const gone = partFault(partnerByCode(protocol, partner), today);
    if (gone !== undefined) throw new NotPossible(`${partnerName(protocol, partner)} ${gone}, so it cannot be asked.`);
  }
  const plan = { caseRef: chain, from: today, dueFor: dueForOf({ due, panelOn, dueOn }, today), reason: 'opened' } as const;
  const tasks = whomAsked(protocol, asked).map((each, index) => newTask(each, index, plan, document.policy, holidays.current()));
  // Once in an opening of the case: of two at once the other one has come too late. What the case refused asks nobody.
  const refused = record.filter((entry) => entry.act === 'tasks-added' && wasRefused(record, entry)).length;
  const key = refused === 0 ? `asked/${document.run}` : `asked/${document.run}/${refused + 1}`;
  const { entry, isNew } = await store.audit.append({
    chain,
    key,
    at: clock.now(),
    act: 'tasks-added',
    by,
    facts: {
      ...given,
      before: Object.fromEntries(Object.keys(terms).map((name) => [name, document.terms[name] ?? null])),
      tasks,
      asked: tasks.map((task) => taskInputOf(task, protocol)),
      ...(panelOn === null ? {} : { recording: recordingAnew(document, record, panelOn, deps) }),
      submissionId: submission,
    } as unknown as AuditFacts,
    ...(note === null ? {} : { sealed: sealEntry(document, key, note, store) }),
    waiting: true,
  });
  if (isNew) await takeEffect(entry, deps);
  else if (isSame(entry)) await sameAs(entry);
  else throw new NotPossible(rejections.AskedBefore);
}
