/**
 * What is done on a personal data breach besides what every case knows: put a call on record, tell the ICO more, add whoever
 * else it concerns, put its times right, close it. Each is on record before it is done, and once however often it is sent.
 */
import { z } from 'zod';
import { formatInstant } from '../../../calendar';
import type { IsoInstant } from '../../../config/clock';
import type { Protocol } from '../../../config/protocol-types';
import { partnerName } from '../../../config/protocol-rules';
import { byLawFrom } from '../../../dispatch/breach-hours';
import { answerBefore, answerTo, tasksNumbered, tasksOnRecord } from '../../../dispatch/items';
import { newTask, taskInputOf } from '../../../dispatch/tasks';
import type { AuditEntry, AuditFacts } from '../../../store/audit';
import type { CaseTask } from '../../../store/cases';
import {
  carryOutAct,
  NotPossible,
  refuseIfChanged,
  rejections,
  submissionOf,
  takeEffect,
  type Acting,
  type ActingOnTask,
} from '../../cases/acts';
import { codesOf, waysGiven } from '../../cases/codes';
import { sealEntry } from '../../cases/content';
import { awareFirst, proposeStart } from '../../cases/dates';
import type { CaseDependencies } from '../../cases/dependencies';
import { line, text } from '../../forms/fields';
import { pastMoment } from '../../forms/moments';
import { Invalid } from '../../http/refusals';
import type { OnTask } from '../../http/routes';
import { mayOnTask } from '../../policy';
import { awareEach, awareTogether, notController, onceSound, refuseAwareFirst } from './awareness';
import { tasksOf, termsOf } from './content';
import { leftUndecided } from './own-decisions';
import { momentOfDetection, partnerCode } from './report';

const reason = text('Enter the reason', 2_000).meta({ description: 'Kept sealed, with the act' });

const icoInformationSchema = (now: IsoInstant) =>
  z.object({
    informed: pastMoment({ day: 'Day on which the ICO was told', what: 'the ICO was told' }, now),
    isLast: z.boolean('Choose whether more is to follow').meta({ description: 'Whether nothing more is to follow' }),
    text: text('Enter what the ICO was told', 4_000).meta({ description: 'What the ICO was told, and by which reference; kept sealed' }),
  });

/** Of another controller: whoever puts it on record says as well who told it, how and when. */
export const icoInformationOfAnotherSchema = (now: IsoInstant) =>
  icoInformationSchema(now).extend({
    givenByName: line('Enter who of the controller said so').meta({ description: 'Who of the controller said so; kept sealed' }),
    givenHow: z.enum(codesOf(waysGiven), 'Choose how it was said').meta({ description: 'How it was said' }),
    given: pastMoment({ day: 'Day on which it was said', what: 'it was said' }, now),
  });

/** Whether the decision on the ICO is of whoever acts: each controller decides for itself, and anybody else records what it was told. */
export const decidesItself = ({ account, document, task }: Pick<OnTask, 'account' | 'document' | 'task'>): boolean =>
  mayOnTask(account, 'answer-task', document, task);

export const icoInformationFor = (context: Parameters<typeof decidesItself>[0], now: IsoInstant) =>
  (decidesItself(context) ? icoInformationSchema : icoInformationOfAnotherSchema)(now);

export const breachTimesSchema = (protocol: Protocol, now: IsoInstant) =>
  z
    .object({
      detected: momentOfDetection(now),
      awareOf: awareEach(protocol, now).meta({ description: 'When controllers became aware, by their codes; of those left out it stays as it is' }),
      reason,
    })
    .superRefine((times, context) => refuseAwareFirst(times, context, protocol), onceSound('detected', 'awareOf'));

export const addedSchema = (protocol: Protocol, now: IsoInstant) =>
  z
    .object({
      partner: partnerCode(protocol, 'Choose a partner of the list').meta({ description: 'Code of the partner' }),
      as: z.enum(['controller', 'involved'], 'Choose what the partner is to the breach').meta({
        description: 'A controller of the breached copy, which decides on the ICO; or a partner that is involved otherwise',
      }),
      aware: awareTogether(now).optional().meta({ description: 'Of a controller: when it became aware, from which the 72 hours of the law count' }),
      reason,
    })
    .superRefine(({ as, aware }, context) => {
      if (as === 'controller' && aware === undefined) context.addIssue({ code: 'custom', path: ['aware'], message: 'Enter when the controller became aware' });
    }, onceSound('as', 'aware'))
    // Of a partner that decides on no ICO nobody asks when it became aware.
    .transform(({ as, aware, ...rest }) => ({ ...rest, as, aware: as === 'controller' ? aware : undefined }));

export const closings = ['dealt-with', 'no-breach'] as const;
export const breachClosingSchema = z.object({ outcome: z.enum(closings, 'Choose how it ended'), reason });

type IcoInformation = z.output<ReturnType<typeof icoInformationSchema>> & Partial<z.output<ReturnType<typeof icoInformationOfAnotherSchema>>>;

/** @throws Invalid before the ICO was told first; Refusal 409, also before it is decided anew in a breach that was opened again; CaseOutOfReach, and the act may still be done later */
export async function informIco(
  { document, task, informed, isLast, text: words, givenByName, givenHow, given, ...acting }: ActingOnTask & IcoInformation,
  deps: CaseDependencies,
): Promise<void> {
  const record = await deps.store.audit.of(document._id);
  const first = answerTo(task, record);
  const before = answerBefore(task, record);
  if (first === null && before?.kind === 'told-ico') {
    throw new NotPossible(
      `It is on record that this controller told the ICO at ${formatInstant(before.receivedAt)}. The breach was opened again since, and it is to ` +
        'be decided anew: record the new decision first, then what the ICO was told besides.',
    );
  }
  if (first?.kind === 'told-ico' && Date.parse(informed) < Date.parse(first.receivedAt)) {
    const message = `The ICO cannot have been told more before it was told first, at ${formatInstant(first.receivedAt)}`;
    throw new Invalid([{ field: 'informed', message }]);
  }
  const ofAnother = given !== undefined && givenHow !== undefined;
  const facts = { informedAt: informed, isLast, ...(ofAnother ? { recordedBy: 'requester', givenBy: givenHow, givenAt: given } : {}) };
  const note = { text: words, ...(givenByName === undefined ? {} : { givenByName }) };
  await carryOutAct({ document, ...acting }, { name: `ico/${task.id}`, act: 'ico-informed', task: task.id, facts, note }, deps);
}

/** @throws Refusal 409, also while somebody has not decided whose own decision it is; CaseOutOfReach, and the act may still be done later */
export async function closeBreach(
  { outcome, reason: why, ...acting }: Acting & z.output<typeof breachClosingSchema>,
  deps: CaseDependencies,
): Promise<void> {
  const { document } = acting;
  const undecided = leftUndecided(document, await deps.store.audit.of(document._id));
  const worked = undecided.length === 0 ? {} : { undecided: undecided.map(({ id }) => id) };
  await carryOutAct(acting, { name: 'closed', act: 'breach-closed', facts: { outcome }, worked, note: { text: why } }, deps);
}

/** Proposes other times for a breach; a second person confirms them. @throws Invalid for who is no controller; as `proposeStart` */
export async function proposeTimes(
  { detected, awareOf, reason: why, ...acting }: Acting & z.output<ReturnType<typeof breachTimesSchema>>,
  deps: CaseDependencies,
): Promise<void> {
  const decisions = tasksOf(acting.document, 'decide-ico');
  const byLaw = Object.entries(awareOf).flatMap(([code, at]) => {
    if (at === undefined) return [];
    const task = decisions.find(({ partner }) => partner === code);
    if (task === undefined) throw new Invalid([{ field: `awareOf.${code}`, message: notController(deps.protocol, code) }]);
    return [[task.id, byLawFrom(at)] as const];
  });
  await proposeStart({ ...acting, from: detected, terms: { detectedAt: detected }, byLaw: Object.fromEntries(byLaw), why }, deps);
}

/**
 * Adds a partner to those whom a breach concerns, or makes one of them a controller: it is told at once, and asked what the
 * others are. Its hours count from the same detection, so what is past by then is said to be.
 * @throws Refusal 409; Invalid for one that is there already; CaseOutOfReach, and it may still be done later
 */
export async function addPartner(
  { partner, as, aware, reason: why, ...acting }: Acting & z.output<ReturnType<typeof addedSchema>>,
  deps: CaseDependencies,
): Promise<void> {
  const { store, clock, protocol, holidays } = deps;
  const { document, by } = acting;
  const { _id: chain, policy } = document;
  const { submission, isSame } = submissionOf(acting, 'tasks-added');
  const refuseIfOther = (entry: AuditEntry): void => {
    const { partner: added, as: role, aware: since } = entry.facts;
    if (added !== partner || role !== as || since !== (aware ?? null)) throw new NotPossible('This form was sent before with something else in it.');
    refuseIfChanged(document, entry, { text: why }, deps);
  };
  for (;;) {
    const record = await store.audit.of(chain);
    const earlier = record.find(isSame);
    if (earlier !== undefined) {
      refuseIfOther(earlier);
      await takeEffect(earlier, deps);
      return;
    }
    if (document.ended) throw new NotPossible(rejections.CaseEnded);
    const { detectedAt } = termsOf(document);
    if (aware !== undefined && Date.parse(aware) < Date.parse(detectedAt)) {
      throw new Invalid([{ field: 'aware', message: awareFirst(partnerName(protocol, partner), detectedAt) }]);
    }
    const known = tasksOnRecord(document, record);
    const asked = missingOf(known, { partner, as, isTellingDecided: isTellingDecided(known, record) }).map((kind) => ({
      kind,
      partner,
      team: null,
      categories: [],
      ...(kind === 'decide-ico' && aware !== undefined ? { byLaw: byLawFrom(aware) } : {}),
    }));
    if (asked.length === 0) throw new Invalid([{ field: 'partner', message: 'This partner is there already, as what you chose' }]);
    const plan = { caseRef: chain, from: detectedAt, reason: 'opened' } as const;
    const tasks = asked.map((each, index) => newTask(each, tasksNumbered(document, record) + index, plan, policy, holidays.current()));
    const key = `tasks-added/${tasks[0]?.id ?? ''}`;
    const { entry, isNew } = await store.audit.append({
      chain,
      key,
      at: clock.now(),
      act: 'tasks-added',
      by,
      facts: {
        partner,
        as,
        aware: aware ?? null,
        tasks,
        asked: tasks.map((task) => taskInputOf(task, protocol)),
        submissionId: submission,
      } as unknown as AuditFacts,
      sealed: sealEntry(document, key, { text: why }, store),
      waiting: true,
    });
    // Another one was added in the same instant: this one is numbered on after it.
    if (!isNew && !isSame(entry)) continue;
    await takeEffect(entry, deps);
    return;
  }
}

type Kind = NonNullable<CaseTask['kind']>;

/** Whether the owner has said whether the people concerned are told: then nobody is asked for a view any more. */
const isTellingDecided = (known: readonly CaseTask[], record: readonly AuditEntry[]): boolean =>
  known.some((task) => task.kind === 'decide-telling' && answerTo(task, record) !== null);

interface Added {
  readonly partner: string;
  readonly as: 'controller' | 'involved';
  readonly isTellingDecided: boolean;
}

/** What a partner is still to be asked, as what it is to the breach. */
function missingOf(known: readonly CaseTask[], { partner, as, isTellingDecided }: Added): Kind[] {
  const has = (...kinds: readonly Kind[]): boolean =>
    known.some((task) => task.partner === partner && task.kind !== undefined && kinds.includes(task.kind));
  return [
    ...(has('acknowledge') ? [] : (['acknowledge'] as const)),
    ...(as === 'involved' || has('decide-ico') ? [] : (['decide-ico'] as const)),
    ...(isTellingDecided || has('give-view', 'decide-telling') ? [] : (['give-view'] as const)),
  ];
}
