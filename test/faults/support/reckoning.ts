import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { readAnswer } from '../../../api/cases/content';
import { endOfLondonDay } from '../../../calendar';
import type { Store } from '../../../store';
import { answerOf, type AnswerDocument } from '../../../store/answers';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument, CaseTask } from '../../../store/cases';
import type { MailEntry } from '../../../store/mail-ledger';
import type { CaseProjection } from '../../../workflows/shared/contract';
import type { ReceivedMail } from './inbox';
import { present, type Havoc } from './kills';
import type { MailLine } from './lines/mail-line';
import type { Received, Sent } from './traffic';

/** All that is there at the end. */
export interface Remains {
  readonly cases: readonly CaseDocument[];
  readonly answers: readonly AnswerDocument[];
  readonly ledger: readonly MailEntry[];
  readonly inbox: readonly ReceivedMail[];
}

export async function readRemains({ database }: Store, inbox: readonly ReceivedMail[]): Promise<Remains> {
  const all = async <T extends object>(name: string): Promise<T[]> => (await database.collection(name).find().toArray()) as T[];
  const answers = (await all<AuditEntry>('audit')).filter(({ act }) => act === 'answer-received').map(answerOf);
  return { cases: await all('cases'), answers, ledger: await all('mails'), inbox };
}

/** What is still on its way: not started, not delivered, not recorded, or not mailed. */
export function unsettled({ cases, answers, ledger, inbox }: Remains): string[] {
  const mailed = new Set(inbox.map(({ messageId }) => messageId));
  const told = new Set(ledger.map(({ _id }) => _id));
  return [
    ...cases.filter(({ startedAt }) => startedAt === null).map(({ _id }) => `${_id} is not started`),
    ...answers.filter(({ waiting }) => waiting).map((answer) => `${nameOf(answer)} is not delivered`),
    ...cases
      .flatMap(({ _id, tasks }) => tasks.map(({ id }) => `${_id}/${id}`))
      // Where no address is left, the CSP manager is told; of one that was answered before it was mailed, nobody need be.
      .filter((task) => !told.has(`${task}/request/1/spoc`) && !told.has(`${task}/not-delivered-request-spoc/1/csp-manager`))
      .filter((task) => !answers.some((answer) => `${answer.caseRef}/${answer.task}` === task))
      .map((task) => `${task} has not been mailed`),
    ...answers
      // Of an answer that was corrected before its case had heard of it, only the correction is told.
      .filter(({ caseRef, task, version }) =>
        [version, version + 1].every((each) => !told.has(`${caseRef}/${task}/answer-received-${each}/1/requester`)),
      )
      .map((answer) => `the requester was not told of ${nameOf(answer)}`),
    ...answers
      // One of an earlier opening is not in that of the next, where its partner is asked again.
      .filter(({ caseRef, seq }) => seq > (cases.find(({ _id }) => _id === caseRef)?.startInput.reopened?.after ?? 0))
      .filter(({ caseRef, task, version }) => versionIn(cases, caseRef, task) < version)
      .map((answer) => `${nameOf(answer)} is not in the projection`),
    ...ledger
      .filter((mail) => mail.state === 'claimed' && !givenUp(mail, answers))
      // Whose address was found to be no more meanwhile, before it was tried again: it is raised, and not tried.
      .filter(({ _id }) => !raisedAs(_id).some((mail) => mail !== _id && told.has(mail)))
      .map(({ _id, state }) => `the mail ${_id} is ${state}`),
    ...ledger
      .filter(({ _id, state }) => state === 'refused' && raisedAs(_id).every((mail) => !told.has(mail)))
      .map(({ _id }) => `the mail ${_id} was refused, and the CSP manager was not told`),
    ...ledger
      .filter(({ state, messageId }) => state === 'sent' && !mailed.has(messageId))
      .map(({ _id }) => `the mail ${_id} is not in the inbox`),
  ];
}

const nameOf = ({ caseRef, task, version }: Pick<AnswerDocument, 'caseRef' | 'version'> & { readonly task: string }): string =>
  `answer ${version} to ${task} of ${caseRef}`;

const versionIn = (cases: readonly CaseDocument[], caseRef: string, task: string): number =>
  cases.find(({ _id }) => _id === caseRef)?.projection.tasks.find(({ id }) => id === task)?.answer?.version ?? 0;

/** A request or chase that was claimed and not sent, and that nobody needs any more as the answer has come; or a code that was not to be had. */
export function givenUp({ _id, state }: MailEntry, answers: readonly AnswerDocument[]): boolean {
  const [caseRef = '', task = '', step = ''] = _id.split('/');
  const isAnswered = answers.some((answer) => answer.caseRef === caseRef && answer.task === task);
  return state === 'claimed' && (step === 'code' || (isAnswered && !step.startsWith('answer-received')));
}

/** The timeline of each case has the mails that were sent for it. */
export function unnoted({ cases, ledger }: Remains): string[] {
  return cases.flatMap(({ _id, timeline }) => {
    const noted = timeline.filter(({ event }) => event === 'notice-sent').length;
    const sent = ledger.filter((mail) => mail.state === 'sent' && mail._id.startsWith(`${_id}/`) && !isOfNoCase(mail)).length;
    return noted === sent ? [] : [`${sent} mails of ${_id} were sent, and its timeline has ${noted}`];
  });
}

/** By which mail a mail that is refused for good is raised; none where nobody has to be told. */
function raisedAs(key: string): string[] {
  const [caseRef, task, step = '', version, to] = key.split('/');
  if (to === 'csp-manager' || /^(not-delivered|answer-recorded|code)/.test(step)) return [key];
  return [`${caseRef}/${task}/not-delivered-${step}-${to}/${version}/csp-manager`];
}

/** What the web sends by itself, and what the watchdog does: no workflow notes it. */
const isOfNoCase = ({ _id }: MailEntry): boolean => /^[^/]+\/(watchdog|[^/]+\/code)\//.test(_id);

/** Each "sent" has its case with its content, and there is no other case. */
export function lostRequests(sent: readonly Sent[], { cases }: Remains, store: Store): string[] {
  const found = new Map(cases.map((document) => [document._id, document]));
  const called = new Set(sent.map(({ caseRef }) => caseRef));
  return [
    ...sent.flatMap(({ caseRef, mark, partners, via }) => {
      const document = found.get(caseRef);
      if (document === undefined) return [`${caseRef} (${via}) was called sent and is not there`];
      const asked = document.tasks.map(({ partner }) => partner);
      const isAsked = document.process === 'information-request' ? asked.join() === partners.join() : partners.every((partner) => asked.includes(partner));
      return isAsked && contentOf(document, store).includes(mark) ? [] : [`${caseRef} (${via}) is there with the content of another`];
    }),
    ...cases.filter(({ _id }) => !called.has(_id)).map(({ _id }) => `${_id} is there, and nobody was told "sent"`),
    ...(called.size === sent.length ? [] : ['two cases were told the same reference']),
  ];
}

/** All that is sealed in a case. */
const contentOf = ({ _id, key, content }: CaseDocument, { cipher }: Store): string =>
  Object.entries(content)
    .map(([field, sealed]) => cipher.open(key, _id, field, sealed))
    .join('\n');

/** Each "received" has its answer with its content, delivered, and there is no other answer. */
export function lostAnswers(received: readonly Received[], { cases, answers }: Remains, store: Store): string[] {
  return [
    ...received.flatMap(({ caseRef, task, version, kind, mark, via }) => {
      const name = `${nameOf({ caseRef, task, version })} (${via})`;
      const document = cases.find(({ _id }) => _id === caseRef);
      const answer = answers.find((each) => nameOf(each) === nameOf({ caseRef, task, version }));
      if (document === undefined || answer === undefined) return [`${name} is not there`];
      const content = readAnswer(document, answer, store);
      if (content.kind !== kind || !JSON.stringify(content).includes(mark)) return [`${name} is another one`];
      return answer.waiting ? [`${name} is not delivered`] : [];
    }),
    ...answers
      .filter((answer) => !received.some((each) => nameOf(each) === nameOf(answer)))
      .map((answer) => `${nameOf(answer)} is there, and nobody was told that it was received`),
  ];
}

/** Each case has its workflow, which runs, has its clock, its rungs and its answer, and nothing under way that goes wrong. */
export async function lostClocks({ cases, answers }: Remains, client: Client): Promise<string[]> {
  const looked = await Promise.all(
    cases.map(async (document) => {
      const { _id, tasks, duties = [], projection } = document;
      const handle = client.workflow.getHandle(_id);
      try {
        const { status, raw } = await handle.describe();
        if (status.name !== 'RUNNING') return [`the workflow of ${_id} is ${status.name}`];
        const pending = (raw.pendingActivities ?? []).map(({ activityType }) => activityType?.name ?? '');
        const before = present();
        const state = await handle.query<CaseProjection>('status');
        const ofCase = answers.filter(({ caseRef }) => caseRef === _id);
        const answered = (id: string) => ofCase.findLast(({ task }) => task === id);
        const awaited = tasks.filter((task) => answered(task.id) === undefined && !isNoMoreAwaited(task, document, ofCase));
        const due = [
          ...awaited.map(({ plans }) => momentOf(plans.at(-1)?.dueAt) ?? NaN),
          ...duties.map(({ dueOn }) => Date.parse(endOfLondonDay(dueOn))),
        ];
        return [
          ...(pending.length === 0 ? [] : [`${_id} is stuck in ${pending.join(', ')}`]),
          ...state.tasks.flatMap(({ id, answer }) =>
            differs(
              `the answer to ${id} of ${_id}`,
              answer === null ? undefined : `${answer.version} ${answer.kind}`,
              answered(id) && `${answered(id)?.version} ${answered(id)?.kind}`,
            ),
          ),
          ...differs(`the due moment of ${_id}`, momentOf(state.dueAt), due.length === 0 ? null : Math.min(...due)),
          ...awaited.flatMap(({ id, plans }) => {
            const rungs = (by: number) => plans.at(-1)?.rungs.filter(({ at }) => Date.parse(at) <= by).length ?? 0;
            const passed = state.tasks.find((task) => task.id === id)?.rungsPassed ?? NaN;
            // One may have come while the workflow was asked.
            return passed >= rungs(before) && passed <= rungs(present()) ? [] : [`${id} of ${_id} is on rung ${passed}, not ${rungs(before)}`];
          }),
          ...(Object.keys(projection) as (keyof CaseProjection)[])
            .filter((field) => field !== 'seq')
            .flatMap((field) => differs(`${field} of ${_id}`, inWords(state[field]), inWords(projection[field]))),
          // Read again from its history, the workflow can come to a later number for the same state: see `takeOrder`.
          ...(state.seq >= projection.seq ? [] : [`the workflow of ${_id} has an older state than the store: ${state.seq}, ${projection.seq}`]),
        ];
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return [`${_id} has no workflow`];
        throw error;
      }
    }),
  );
  return looked.flat();
}

/** Once the owner of the breached data has decided, views are taken and not waited for. */
const isNoMoreAwaited = ({ kind }: CaseTask, { tasks }: CaseDocument, answers: readonly AnswerDocument[]): boolean =>
  kind === 'give-view' && tasks.some((other) => other.kind === 'decide-telling' && answers.some(({ task }) => task === other.id));

const momentOf = (at: string | null | undefined): number | null => (typeof at === 'string' ? Date.parse(at) : null);
/** With instants as moments: the same one is written in two ways. */
const inWords = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) => (typeof each === 'string' && /^\d{4}-.*Z$/.test(each) ? momentOf(each) : each));
const differs = (what: string, inTemporal: unknown, inStore: unknown): string[] =>
  inTemporal === inStore ? [] : [`${what} is ${String(inTemporal)} in the workflow and ${String(inStore)} in the store`];

export interface Mailed {
  readonly copies: number;
  /** Kills and troubles between a mail's leaving and the record of it: the one window for a second copy. */
  readonly inWindow: number;
  readonly faults: readonly string[];
}

/** What was done around the mails; nothing, where nothing was. */
type Around = Pick<Havoc, 'kills' | 'troubles'> & Pick<MailLine, 'cuts'>;

/** Every mail is there; second copies only by what fell into the window; no request or chase to one who has answered. */
export function reckonMails({ cases, ledger, inbox, answers }: Remains, { kills, troubles, cuts }: Around = { kills: [], troubles: [], cuts: [] }): Mailed {
  const faults: string[] = [];
  const inWindow = new Set<object>();
  let copies = 0;
  // What ends the sender, the server that has taken the mail, or the database that is to record it, for a moment or a while.
  const risks = [
    ...kills.filter(({ part }) => part !== 'web' && part !== 'temporal').map(({ at }) => ({ from: at, until: at })),
    ...troubles.filter(({ name }) => name.startsWith('database')),
  ];
  const known = new Set(ledger.map(({ messageId }) => messageId));
  for (const { messageId, to, subject } of inbox) {
    if (messageId !== null && !known.has(messageId)) faults.push(`the ledger does not know the mail ${messageId} to ${to}: ${subject}`);
  }
  for (const { _id, messageId, settledAt } of ledger) {
    const same = inbox.filter((mail) => mail.messageId === messageId);
    const first = Math.min(...same.map(({ writtenAt }) => writtenAt));
    const settled = settledAt === null ? Infinity : Date.parse(settledAt);
    const hits = [
      ...risks.filter(({ from, until }) => until >= first && from <= settled),
      ...cuts.filter((cut) => cut.messageId === messageId),
    ];
    for (const hit of hits) inWindow.add(hit);
    copies += Math.max(0, same.length - 1);
    if (same.length - 1 > hits.length) {
      faults.push(`${_id} was mailed ${same.length} times, and ${hits.length} kills or troubles fell between its leaving and its record`);
    }
  }
  for (const answer of answers) {
    const plans = cases.find(({ _id }) => _id === answer.caseRef)?.tasks.find(({ id }) => id === answer.task)?.plans ?? [];
    const asking = new Set(['request', ...plans.flatMap(({ rungs }) => rungs.map(({ step }) => step))]);
    const ofTask = ledger.filter(({ _id }) => _id.startsWith(`${answer.caseRef}/${answer.task}/`) && asking.has(_id.split('/')[2] ?? ''));
    const sent = new Set(ofTask.map(({ messageId }) => messageId));
    for (const { messageId, to, subject, writtenAt } of inbox) {
      if (messageId === null || !sent.has(messageId) || writtenAt <= Date.parse(answer.recordedAt) + 1_000) continue;
      faults.push(`${nameOf(answer)} was put on record at ${answer.recordedAt}, and then ${to} was mailed: ${subject}`);
    }
  }
  return { copies, inWindow: inWindow.size, faults };
}
