import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { readAnswer, readRequest } from '../../../api/processes/information-request';
import type { Store } from '../../../store';
import { answerId, type AnswerDocument } from '../../../store/answers';
import type { CaseDocument } from '../../../store/cases';
import type { MailEntry } from '../../../store/mail-ledger';
import type { CaseProjection } from '../../../workflows/shared/contract';
import type { ReceivedMail } from './inbox';
import type { Kill } from './kills';
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
  return { cases: await all('cases'), answers: await all('answers'), ledger: await all('mails'), inbox };
}

/** What is still on its way: not started, not delivered, not recorded, or not mailed. */
export function unsettled({ cases, answers, ledger, inbox }: Remains): string[] {
  const mailed = new Set(inbox.map(({ messageId }) => messageId));
  const told = new Set(ledger.map(({ _id }) => _id));
  return [
    ...cases.filter(({ startedAt }) => startedAt === null).map(({ _id }) => `${_id} is not started`),
    ...answers.filter(({ deliveredAt }) => deliveredAt === null).map(({ _id }) => `the answer ${_id} is not delivered`),
    ...cases.filter(({ _id }) => !told.has(`${_id}/T1/request/1/spoc`)).map(({ _id }) => `${_id} has not been mailed`),
    ...answers
      .filter(({ caseRef }) => !told.has(`${caseRef}/T1/answer-received/1/requester`))
      .map(({ caseRef }) => `the requester of ${caseRef} was not told`),
    ...answers
      .filter(({ caseRef }) => cases.find(({ _id }) => _id === caseRef)?.projection.stage !== 'answered')
      .map(({ caseRef }) => `the answer to ${caseRef} is not in the projection`),
    ...ledger
      .filter((mail) => mail.state !== 'sent' && !givenUp(mail, answers))
      .map(({ _id, state }) => `the mail ${_id} is ${state}`),
    ...ledger
      .filter(({ state, messageId }) => state === 'sent' && !mailed.has(messageId))
      .map(({ _id }) => `the mail ${_id} is not in the inbox`),
  ];
}

/** A request or chase whose sender was killed, and that nobody needs any more as the answer has come. */
function givenUp({ _id, state }: MailEntry, answers: readonly AnswerDocument[]): boolean {
  const [caseRef = '', task = '', step] = _id.split('/');
  return state === 'claimed' && step !== 'answer-received' && answers.some((answer) => answer._id === answerId(caseRef, task));
}

/** Each "sent" has its case with its content, and there is no other case. */
export function lostRequests(sent: readonly Sent[], { cases }: Remains, store: Store): string[] {
  const found = new Map(cases.map((document) => [document._id, document]));
  const called = new Set(sent.map(({ caseRef }) => caseRef));
  return [
    ...sent.flatMap(({ caseRef, personName, partner, via }) => {
      const document = found.get(caseRef);
      if (document === undefined) return [`${caseRef} (${via}) was called sent and is not there`];
      const whole = readRequest(document, store).personName === personName && document.partners[1] === partner;
      return whole ? [] : [`${caseRef} (${via}) is there with the content of another`];
    }),
    ...cases.filter(({ _id }) => !called.has(_id)).map(({ _id }) => `${_id} is there, and nobody was told "sent"`),
    ...(called.size === sent.length ? [] : ['two requests were told the same reference']),
  ];
}

/** Each "received" has its answer with its content, delivered, and there is no other answer. */
export function lostAnswers(received: readonly Received[], { cases, answers }: Remains, store: Store): string[] {
  return [
    ...received.flatMap(({ caseRef, kind, ground, via }) => {
      const document = cases.find(({ _id }) => _id === caseRef);
      const answer = answers.find((each) => each.caseRef === caseRef);
      if (document === undefined || answer === undefined) return [`the answer to ${caseRef} (${via}) is not there`];
      const content = readAnswer(document, answer, store);
      if (content.kind !== kind || content.ground !== ground) return [`the answer to ${caseRef} (${via}) is another one`];
      return answer.deliveredAt === null ? [`the answer to ${caseRef} (${via}) is not delivered`] : [];
    }),
    ...answers
      .filter(({ caseRef }) => !received.some((each) => each.caseRef === caseRef))
      .map(({ caseRef }) => `${caseRef} has an answer that nobody was told was received`),
  ];
}

/** Each case has its workflow, which runs, has its clock, its answer, and nothing under way that goes wrong. */
export async function lostClocks({ cases, answers }: Remains, client: Client): Promise<string[]> {
  const looked = await Promise.all(
    cases.map(async ({ _id, tasks, projection }) => {
      const handle = client.workflow.getHandle(_id);
      try {
        const { status, raw } = await handle.describe();
        if (status.name !== 'RUNNING') return [`the workflow of ${_id} is ${status.name}`];
        const pending = (raw.pendingActivities ?? []).map(({ activityType }) => activityType?.name ?? '');
        const state = await handle.query<CaseProjection>('status');
        const [task] = state.tasks;
        const expected = answers.find(({ caseRef }) => caseRef === _id)?.kind;
        const dueAt = expected === undefined ? tasks[0]?.plans.at(-1)?.dueAt : null;
        return [
          ...(pending.length === 0 ? [] : [`${_id} is stuck in ${pending.join(', ')}`]),
          ...differs(`the answer of ${_id}`, task?.answer?.kind, expected),
          ...differs(`the due moment of ${_id}`, momentOf(state.dueAt), momentOf(dueAt)),
          ...differs(`the state of ${_id}`, state.seq, projection.seq),
          ...differs(`the next wake of ${_id}`, momentOf(state.nextWakeAt), momentOf(projection.nextWakeAt)),
        ];
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return [`${_id} has no workflow`];
        throw error;
      }
    }),
  );
  return looked.flat();
}

const momentOf = (at: string | null | undefined): number | null => (typeof at === 'string' ? Date.parse(at) : null);
const differs = (what: string, inTemporal: unknown, inStore: unknown): string[] =>
  inTemporal === inStore ? [] : [`${what} is ${String(inTemporal)} in the workflow and ${String(inStore)} in the store`];

export interface Mailed {
  readonly copies: number;
  /** Kills of a part between a mail's leaving and the record of it: the one window for a second copy. */
  readonly killsInWindow: number;
  readonly faults: readonly string[];
}

/** Every mail is there; second copies only by a kill in the window; none to one who has answered. */
export function reckonMails({ ledger, inbox, answers }: Remains, kills: readonly Kill[]): Mailed {
  const faults: string[] = [];
  const inWindow = new Set<Kill>();
  let copies = 0;
  const known = new Set(ledger.map(({ messageId }) => messageId));
  for (const { messageId, to, subject } of inbox) {
    if (messageId !== null && !known.has(messageId)) faults.push(`the ledger does not know the mail ${messageId} to ${to}: ${subject}`);
  }
  for (const { _id, messageId, settledAt } of ledger) {
    const same = inbox.filter((mail) => mail.messageId === messageId);
    const first = Math.min(...same.map(({ writtenAt }) => writtenAt));
    const until = settledAt === null ? Infinity : Date.parse(settledAt);
    const hits = kills.filter(({ part, at }) => part !== 'web' && part !== 'temporal' && at >= first && at <= until);
    for (const hit of hits) inWindow.add(hit);
    copies += Math.max(0, same.length - 1);
    if (same.length - 1 > hits.length) {
      faults.push(`${_id} was mailed ${same.length} times, and ${hits.length} kills fell between its leaving and its record`);
    }
  }
  for (const { caseRef, receivedAt } of answers) {
    for (const { to, subject, writtenAt } of inbox.filter((mail) => mail.caseRef === caseRef)) {
      if (subject.includes('Answered') || writtenAt <= Date.parse(receivedAt) + 1_000) continue;
      faults.push(`${caseRef} was answered at ${receivedAt}, and then ${to} was mailed: ${subject}`);
    }
  }
  return { copies, killsInWindow: inWindow.size, faults };
}
