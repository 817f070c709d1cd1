import { lastDayBefore } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { answerKindsOf, consultsOriginators, processes } from '../../config/processes';
import { askedName, partnerName } from '../../config/protocol-rules';
import type { Dependencies } from '../dependencies';
import { lettersOf } from '.';
import { reachOf } from '../../dispatch/addresses';
import { receivedOnRecord } from '../../dispatch/counted-from';
import { dutyMovedBy, ofDuty } from '../../dispatch/duties';
import { lapseMovedBy } from '../../dispatch/fee';
import { stopInForce } from '../../dispatch/items';
import { Memberships, openerLeft } from '../../dispatch/memberships';
import { render, type Letter, type RenderedLetter } from '../../mail';
import {
  answerRecordedLetter,
  caseNotDeliveredLetter,
  caseReopenedLetter,
  clockMovedLetter,
  closingMovedLetter,
  correctionDecidedLetter,
  correctionProposedLetter,
  notDeliveredLetter,
  questionLetter,
  replyLetter,
  toFormerPartner,
  type CaseFacts,
  type MovedDay,
  type Move,
  type TaskFacts,
} from '../../mail/letters/task';
import type { Telling } from '../../mail/letters/breach';
import type { EndMove } from '../../mail/letters/withdrawal';
import { answerOf, type AnswerDocument } from '../../store/answers';
import type { CaseDocument, CaseDuty, CaseTask, TaskPlan } from '../../store/cases';
import { dutyGeneration } from '../../store/links';
import { dutyStep, isOfDuty } from '../../workflows/shared/duties';
import { lostIn, rolesOfPartner, type RoleOfPartner } from '../../workflows/shared/lost-mail';
import { isToPerson, personIn } from '../../workflows/shared/person';
import { wholeCase } from '../../workflows/shared/contract';
import type { Notice, Recipient, TaskClock } from '../../workflows/shared/contract';

/** Whether a mail tells that the case closes by itself on another day; its number is that of the act. */
export const isOfClosing = (step: string): boolean => step.startsWith('closing-moved-');

/** What makes two mails about a case the same mail. */
export const mailKey = (caseRef: string, { task, step, clockVersion }: Pick<Notice, 'task' | 'step' | 'clockVersion'>, to: Recipient): string =>
  [caseRef, task, step, clockVersion, to].join('/');

/** The task that a notice speaks of. @throws Error if the case has none such */
export function taskOf(notice: Pick<Notice, 'task' | 'step'>, document: CaseDocument): CaseTask {
  const task = notice.task === wholeCase ? asTask(document, notice) : document.tasks.find(({ id }) => id === notice.task);
  if (task === undefined) throw new Error(`${document._id} has no task ${notice.task}.`);
  return task;
}

/** A notice of the case as a whole is of no task that somebody could answer; one of a duty goes to whoever has that, one to a person there. */
function asTask(document: CaseDocument, { step }: Pick<Notice, 'step'>): CaseTask {
  const { openedBy, duties = [] } = document;
  const person = personIn(step);
  if (person !== null) return ofDuty({ id: wholeCase, partner: partnerOf(person, document), holder: person.account });
  const duty = duties.find(({ id }) => isOfDuty(step, id));
  return ofDuty({ id: wholeCase, partner: duty?.partner ?? openedBy.partner, holder: duty?.holder ?? null });
}

/** The partner of somebody on a panel, as it was when the panel was named: whose contact has the mail once the person has no account. */
function partnerOf({ account }: { readonly account: string }, { openedBy, terms: { panel, panelPartners } }: CaseDocument): string {
  // A panel that was named before its partners were kept has none.
  const known = Array.isArray(panel) && Array.isArray(panelPartners) ? (panelPartners as readonly string[])[panel.indexOf(account)] : undefined;
  return known ?? openedBy.partner;
}

/** The mail of a notice to one of its recipients, from what is true now. */
export const composeNotice = async (
  what: Told & { readonly notice: Notice },
  deps: Dependencies,
): Promise<RenderedLetter> => render(await letterOf(what, deps));

interface Told {
  readonly notice: Pick<Notice, 'task' | 'step' | 'clockVersion'>;
  readonly to: Recipient;
  readonly document: CaseDocument;
  readonly task: CaseTask;
  readonly answer: AnswerDocument | null;
  readonly now: IsoInstant;
}

/** What the mail of a notice says to one of its recipients. */
export async function letterOf(told: Told, deps: Dependencies): Promise<Letter> {
  const letter = await ownLetterOf(told, deps);
  const { to, document, now } = told;
  if (to !== 'requester' && to !== 'decider') return letter;
  const memberships = new Memberships(deps.store);
  await memberships.refresh();
  const since = openerLeft(document, now, memberships.inForce(deps.protocol));
  if (since === undefined) return letter;
  const { title, partner } = deps.protocol.contactPoint;
  return toFormerPartner(letter, {
    thing: processes[document.process].thing,
    since,
    contactPoint: `${title} of ${partnerName(deps.protocol, partner)}`,
    isOwedByLaw: consultsOriginators(document.process),
  });
}

/** As it is to whoever takes part. */
async function ownLetterOf({ notice, to, document, task, answer, now }: Told, deps: Dependencies): Promise<Letter> {
  const { store, protocol, publicUrl } = deps;
  if (notice.task === wholeCase) return ofWholeCase(notice, to, document, deps);
  // Of a date that has moved again meanwhile, each mail of a move says what it was sent for.
  const isOfMove = notice.step === 'clock-moved' || notice.step.startsWith('reply-');
  const index = isOfMove
    ? task.plans.findLastIndex(({ version }) => version <= notice.clockVersion)
    : task.plans.length - 1;
  const plan = task.plans[index];
  if (plan === undefined) throw new Error(`${document._id} ${task.id} has no plan.`);
  const own = lettersOf[document.process];
  const ofCase = factsOf(document, deps);
  const facts: TaskFacts = {
    ...ofCase,
    asked: askedName(protocol, task),
    kind: task.kind,
    plan,
    ...(task.plans.some(({ reason }) => reason === 'reopened') ? { isAskedAgain: true } : {}),
    ...(task.answersBefore > 0 ? { isAnsweredBefore: true } : {}),
    more: own.facts(document, task),
    now,
    isClosed: document.ended,
    ...(task.kind === 'reply' ? await standing(document, store, isOfMove ? { task, plan } : undefined) : {}),
    url:
      to === 'requester' || to === 'decider' || to === 'csp-manager' || answerKindsOf(document.process, task.kind).length === 0
        ? ofCase.url
        : `${publicUrl}/t/${await store.links.issue(document._id, task.id, to, task.linkGeneration)}`,
  };
  if (notice.step.startsWith('not-delivered')) {
    const lost = lostIn(notice.step);
    if (lost !== null) return notDeliveredLetter(facts, await notReached({ ...lost, task: notice.task }, document, task, deps));
    return caseNotDeliveredLetter(ofCase, notice.step.endsWith('-decider') ? { partner: ofCase.askedBy } : 'requester');
  }
  const hasMoved = notice.step === 'clock-moved' || (await movedByReply(document, notice, store));
  // A step is named by what has happened and, where that can happen again, its number: `question-2`.
  const name = notice.step.replace(/-\d+$/, '');
  if (name === 'fee-lapse-moved' && own.lapseMoved !== undefined) return own.lapseMoved(await lapseMoveOf(notice, document, store), to, facts);
  if (name === 'end-moved' && own.endMoved !== undefined) return own.endMoved(await endMoveOf(notice, document, store), to, facts);
  if (name === 'telling-decided' && own.tellingDecided !== undefined) return own.tellingDecided(await tellingOf(notice, document, store), to, facts);
  const move = hasMoved ? moveTo(plan, task.plans[index - 1]) : null;
  return ofAnyProcess(name, to, facts, move) ?? own.letter(name, to, facts, answer);
}

/**
 * When a request was received that is to be replied to, and whether its clock stands still, by the record: its case may not have
 * heard of it yet.
 * @param moved set where a mail tells of the move to a clock: what was corrected since is told by another
 */
async function standing(
  document: CaseDocument,
  { audit }: Pick<Dependencies['store'], 'audit'>,
  moved?: { readonly task: CaseTask; readonly plan: TaskPlan },
): Promise<Pick<TaskFacts, 'receivedOn' | 'stands'>> {
  const record = await audit.of(document._id);
  const versionIn = (plan: unknown): number | undefined => (plan as TaskPlan | null | undefined)?.version;
  const move = moved === undefined ? undefined : record.find(({ task, facts }) => task === moved.task.id && versionIn(facts['plan']) === moved.plan.version);
  return { receivedOn: receivedOnRecord(document, record, move?.seq), ...(stopInForce(record) === null ? {} : { stands: true }) };
}

function factsOf(document: CaseDocument, { protocol, publicUrl }: Pick<Dependencies, 'protocol' | 'publicUrl'>): CaseFacts {
  const { _id, process, openedBy } = document;
  const left = lettersOf[process].left?.(document);
  return {
    caseRef: _id,
    askedBy: partnerName(protocol, openedBy.partner),
    thing: processes[process].thing,
    url: `${publicUrl}/cases/${_id}`,
    ...(left === undefined ? {} : { left: left.map(({ task, what }) => ({ asked: askedName(protocol, task), kind: task.kind, what })) }),
  };
}

/** A step is named by what has happened and its number, as those of a task. */
async function ofWholeCase(
  { step, clockVersion }: Pick<Notice, 'step' | 'clockVersion'>,
  to: Recipient,
  document: CaseDocument,
  deps: Dependencies,
): Promise<Letter> {
  const { ofCase, dutyMoved, isAnsweredByLink, beforeClosing: plea } = lettersOf[document.process];
  const facts = factsOf(document, deps);
  if (step.startsWith('not-delivered')) {
    const duty = step.endsWith('-spoc') ? document.duties?.find(({ id }) => isOfDuty(step, id)) : undefined;
    if (duty !== undefined) return caseNotDeliveredLetter(facts, { partner: partnerName(deps.protocol, duty.partner) });
    return caseNotDeliveredLetter(facts, isToPerson(step) ? 'person' : 'requester');
  }
  if (step.startsWith('reopened-')) return caseReopenedLetter(facts);
  if (isOfClosing(step) && plea !== undefined) return closingMovedLetter(facts, { ...(await closingOf(step, document, deps.store)), plea });
  const duty = document.duties?.find(({ id }) => step === dutyStep(id, 'moved'));
  if (duty !== undefined && dutyMoved !== undefined) {
    return dutyMoved(duty, await dutyMoveOf(duty, clockVersion, document, deps.store), to, facts);
  }
  if (ofCase === undefined) throw new Error(`${document.process} sends no mail "${step}" about a case as a whole.`);
  const person = personIn(step);
  if (person !== null) {
    const isForColleague = (await deps.store.accounts.byId(person.account)) === null;
    return ofCase(step, to, document, { ...facts, isForColleague });
  }
  const linked = to === 'spoc' ? document.duties?.find((each) => isOfDuty(step, each.id) && isAnsweredByLink?.(each) === true) : undefined;
  if (linked === undefined) return ofCase(step, to, document, facts);
  const token = await deps.store.links.issue(document._id, linked.id, 'spoc', dutyGeneration);
  return ofCase(step, to, document, { ...facts, url: `${deps.publicUrl}/t/${token}` });
}

/** The days that an act has moved the closing from and to. */
async function closingOf(
  step: string,
  { _id }: CaseDocument,
  { audit }: Dependencies['store'],
): Promise<{ readonly before: IsoDate; readonly closesOn: IsoDate }> {
  const entry = (await audit.of(_id, 'closing-moved')).find(({ seq }) => step === `closing-moved-${seq}`);
  if (entry === undefined) throw new Error(`${_id} has no act that ${step} tells of.`);
  const { before, closeAt } = entry.facts as { readonly before: IsoInstant; readonly closeAt: IsoInstant };
  return { before: lastDayBefore(before), closesOn: lastDayBefore(closeAt) };
}

/** The days that an act has moved a duty from and to. */
async function dutyMoveOf({ id }: CaseDuty, version: number, { _id }: CaseDocument, { audit }: Dependencies['store']): Promise<MovedDay> {
  const entry = (await audit.of(_id, 'duty-moved')).find((each) => {
    const moved = dutyMovedBy(each);
    return moved.id === id && moved.counted.version === version;
  });
  if (entry === undefined) throw new Error(`${_id} has no act ${version} that moves ${id}.`);
  return entry.facts as unknown as MovedDay;
}

/** The days that an act has moved the end of a fees notice from and to. */
async function lapseMoveOf({ step }: Pick<Notice, 'step'>, { _id }: CaseDocument, { audit }: Dependencies['store']) {
  const entry = (await audit.of(_id, 'fee-lapse-moved')).find(({ seq }) => step === `fee-lapse-moved-${seq}`);
  if (entry === undefined) throw new Error(`${_id} has no act that ${step} tells of.`);
  return lapseMovedBy(entry);
}

/** The days that a correction has put in the place of others, of a notice of withdrawal. */
async function endMoveOf({ step }: Pick<Notice, 'step'>, { _id }: CaseDocument, { audit }: Dependencies['store']): Promise<EndMove> {
  const entry = (await audit.of(_id, 'correction-confirmed')).find(({ seq }) => step === `end-moved-${seq}`);
  if (entry === undefined) throw new Error(`${_id} has no act that ${step} tells of.`);
  const { terms, before } = entry.facts as unknown as { readonly terms: EndMove['now']; readonly before: { readonly terms: EndMove['before'] } };
  return { now: terms, before: before.terms };
}

/** The owner's decision that a mail tells of, which is not the one in force where that was made since, and the one before it. */
async function tellingOf({ step }: Pick<Notice, 'step'>, { _id, tasks }: CaseDocument, { audit }: Dependencies['store']): Promise<Telling> {
  const owner = tasks.find(({ kind }) => kind === 'decide-telling');
  const decided = (await audit.of(_id, 'answer-received')).filter(({ task }) => task === owner?.id).map(answerOf);
  const told = decided.find(({ version }) => step === `telling-decided-${version}`);
  if (told === undefined) throw new Error(`${_id} has no decision that ${step} tells of.`);
  return { now: told.kind, before: decided.findLast(({ version }) => version < told.version)?.kind ?? null };
}

/** Whether it was this reply that gave the task the clock it has: a clock that did not stand still is not moved by one. */
async function movedByReply(
  { _id }: CaseDocument,
  { step, task, clockVersion }: Pick<Notice, 'task' | 'step' | 'clockVersion'>,
  { audit }: Dependencies['store'],
): Promise<boolean> {
  const number = /^reply-(?<number>\d+)$/.exec(step)?.groups?.['number'];
  if (number === undefined) return false;
  const replies = await audit.of(_id, 'question-answered');
  return replies.some(
    ({ facts, ...reply }) =>
      reply.task === task &&
      facts['number'] === Number(number) &&
      (facts['clock'] as TaskClock | null)?.version === clockVersion,
  );
}

/** Whom at the partner a mail did not reach the last time; and, if all of those are away, until when. */
async function notReached(
  { task: id, lost, to }: Pick<Notice, 'task'> & NonNullable<ReturnType<typeof lostIn>>,
  document: CaseDocument,
  task: CaseTask,
  deps: Dependencies,
): Promise<Parameters<typeof notDeliveredLetter>[1]> {
  const mails = document.timeline.filter((event) => event.event === 'notice-sent' || event.event === 'notice-not-delivered');
  const lastTo = (role: RoleOfPartner) => mails.findLast((mail) => mail.task === id && mail.step === lost && mail.to === role)?.event;
  const roles = rolesOfPartner.filter((role) => role === to || lastTo(role) === 'notice-not-delivered');
  const away = await Promise.all(
    roles.map(async (role) => {
      const reach = await reachOf(role, document, task, deps);
      return reach.address === null && reach.because === 'all-away' ? reach : null;
    }),
  );
  return { roles, away: away.every((each) => each !== null) ? (away[0] ?? null) : null };
}

function moveTo({ reason }: TaskPlan, before: TaskPlan | undefined): Move | null {
  if (before === undefined || reason === 'opened' || reason === 'reopened') return null;
  return { cause: reason, before };
}

/** What every process says alike; null for what it says in its own words. */
function ofAnyProcess(name: string, to: Recipient, facts: TaskFacts, move: Move | null): Letter | null {
  // Whoever decides is told in the words of the process that knows one.
  if (to === 'decider') return null;
  switch (name) {
    case 'question':
      return questionLetter(facts);
    case 'reply':
      return replyLetter(facts, move?.cause === 'paused' ? move.before : undefined);
    case 'clock-moved':
      if (move === null) throw new Error(`The clock of ${facts.caseRef} has not moved.`);
      return clockMovedLetter(facts, move, to);
    case 'correction-proposed':
      return correctionProposedLetter(facts);
    case 'correction-confirmed':
      return correctionDecidedLetter(facts, 'confirmed', to);
    case 'correction-declined':
      return correctionDecidedLetter(facts, 'declined', to);
    case 'answer-recorded':
      return answerRecordedLetter(facts);
    default:
      return null;
  }
}
