/** The record of acts in plain words, for whom the policy lets read it; every reading of it is itself an act on record. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { formatDate, formatInstant, lastDayBefore } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { Decision } from '../../config/processes';
import { partnerName } from '../../config/protocol-rules';
import type { Actor, AuditAct, AuditEntry } from '../../store/audit';
import type { Account } from '../../store/accounts';
import { answerOf } from '../../store/answers';
import type { CaseDocument } from '../../store/cases';
import type { StoredFile } from '../../store/files';
import { taskName } from '../case-view';
import { dutyName } from '../duties';
import type { WebDependencies } from '../dependencies';
import { purposes, type Purpose } from '../persons';
import { text } from '../forms/fields';
import type { MoveCause, RejectionType } from '../../workflows/shared/contract';
import { rejections } from '../cases/acts';
import { submissionKey } from '../cases/dependencies';
import { readAnswer, noteIn, sealEntry, type AnswerContent, type NoteContent } from '../cases/content';
import { webProcess } from '.';
import type { Row } from './process';

type Dependencies = Pick<WebDependencies, 'store' | 'clock' | 'protocol' | 'holidays'>;

/** An entry as people read it. Nothing of what was written in the case is in it. */
export interface RecordLine {
  readonly number: number;
  readonly at: IsoInstant;
  readonly act: AuditAct;
  readonly what: string;
  readonly who: string;
  readonly from: string;
  readonly task: string | null;
}

/** How many entries are on one page. */
export const entriesOnPage = 50;

/**
 * Puts on record that somebody reads a chain; then gives its entries, the newest first: those before a number, or the
 * last ones, in which this reading is the first.
 */
export async function readRecord(
  chain: string,
  { by, before, limit = entriesOnPage, document }: {
    readonly by: Actor;
    readonly before?: number;
    readonly limit?: number;
    /** Of the chain of a case. */
    readonly document?: CaseDocument;
  },
  deps: Dependencies,
): Promise<RecordLine[]> {
  const { store, clock } = deps;
  await store.audit.append({
    chain,
    key: `viewed/${randomUUID()}`,
    at: clock.now(),
    act: 'record-viewed',
    by,
    facts: { before: before ?? null },
  });
  return linesOf(await store.audit.latestOf(chain, limit, before), document, deps);
}

/** Entries in words, with the names of people as they are now. */
async function linesOf(
  entries: readonly AuditEntry[],
  document: CaseDocument | undefined,
  { store, protocol }: Dependencies,
): Promise<RecordLine[]> {
  const ids = new Set(entries.flatMap(({ by, facts }) => [by.account, facts['account']]).filter(isText));
  const names = new Map<string, string>();
  for (const id of ids) names.set(id, (await store.accounts.byId(id))?.displayName ?? `an account that is gone (${id})`);
  const nameOf = (account: string): string => names.get(account) ?? account;
  const askedOf = (task: string): string => {
    const asked = document?.tasks.find(({ id }) => id === task);
    return asked === undefined || document === undefined ? task : taskName(document, asked, protocol);
  };
  return entries.map((entry) => ({
    number: entry.seq,
    at: entry.at,
    act: entry.act,
    what: inWords[entry.act](entry, { nameOf, askedOf, dutyOf: (duty) => dutyName(document ?? {}, duty), partnerOf: (code) => partnerName(protocol, code) }),
    who: whoIn(entry, { nameOf, askedOf }),
    from: fromIn(entry.by),
    task: entry.task,
  }));
}

const isText = (value: unknown): value is string => typeof value === 'string';
/** A code or number of an entry's facts. */
const textOf = (value: unknown): string => (typeof value === 'number' || isText(value) ? `${value}` : '');

interface Names {
  readonly nameOf: (account: string) => string;
  /** The partner or team that has a task. */
  readonly askedOf: (task: string) => string;
  /** What is to be done besides answering. */
  readonly dutyOf: (duty: string) => string;
  readonly partnerOf: (code: string) => string;
}

const linkRoles: Readonly<Record<string, string>> = {
  spoc: 'The SPOC',
  deputy: 'The deputy SPOC',
  'governance-lead': 'The governance lead',
};

function whoIn({ by, task, facts }: AuditEntry, { nameOf, askedOf }: Pick<Names, 'nameOf' | 'askedOf'>): string {
  if (by.account !== null) return nameOf(by.account);
  if (by.via === 'link') {
    const role = linkRoles[textOf(facts['role'])] ?? 'Whoever got the mail';
    return task === null ? role : `${role} of ${askedOf(task)}`;
  }
  return by.via === 'command' ? 'The operator' : 'Concordat';
}

const ways: Readonly<Record<Actor['via'], string>> = {
  page: 'The pages',
  link: 'A link in a mail',
  api: 'The API',
  command: 'A command on the server',
  concordat: 'By itself',
};

/** The digest tells one network from another, and not which it is; its beginning is enough for that. */
const fromIn = ({ via, from }: Actor): string => (from === null ? ways[via] : `${ways[via]}, network ${from.slice(0, 8)}`);

type InWords = (entry: AuditEntry, names: Names) => string;

const on = ({ task }: AuditEntry, { askedOf }: Names): string => (task === null ? '' : ` (${task}, ${askedOf(task)})`);
const listOf = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : '');
const dateOf = (value: unknown): string => formatDate(value as IsoDate);
/** What a correction puts in the place of the start. */
const startOf = ({ from, terms }: AuditEntry['facts']): string =>
  typeof from === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(from)
    ? `${dateOf(receivedIn(terms) ?? from)} as the day of receipt`
    : `${formatInstant(from as IsoInstant)} as the time of detection`;
/** Where a clock waits for more than the request, the day of receipt that is put right is not always the one it counts from. */
const receivedIn = (terms: unknown): unknown => (terms as { readonly receivedOn?: IsoDate } | undefined)?.receivedOn;
/** `scotland/2026-06-15`: a bank holiday by its division and date. */
const daysOf = (value: unknown): string =>
  (Array.isArray(value) ? value.map(String) : [])
    .map((day) => {
      const [division = '', on] = day.split('/');
      return `${dateOf(on)} (${division})`;
    })
    .join(', ');

/** What a view was of: `request`, `T1/answer/2`, `I1/decision`, or the reason of an act by its entry, `request-withdrawn/7`. */
const seenIn = (what: unknown, { askedOf, dutyOf, partnerOf }: Names): string =>
  (Array.isArray(what) ? what.map(String) : [])
    .map((seen) => {
      const [first = '', kind, number] = seen.split('/');
      if (first === 'letter') return `a letter to the applicant (${(kind ?? '').replaceAll('-', ' ')})`;
      if (first === 'disclosures') return `what the disclosure register shows of ${partnerOf(kind ?? '')} to ${partnerOf(number ?? '')}`;
      if (first === 'action' && kind !== undefined) return `${dutyOf(`action-${kind}`)} of the plan`;
      if (/^I\d+$/.test(first)) return `${kind === 'decision' ? 'the decision on ' : ''}item ${first.slice(1)}`;
      if (kind === undefined) return seen === 'request' ? 'the request' : seen;
      return number === undefined ? `the reason of entry ${kind}` : `${kind} ${number} of ${askedOf(first)}`;
    })
    .join(', ');

const plainly =
  (words: string): InWords =>
  (entry, names) =>
    `${words}${on(entry, names)}`;

/** By the link of a task, or of something else that is to be done. */
const byLink =
  (words: string): InWords =>
  (entry, names) => {
    const { duty, partner } = entry.facts;
    return `${words}${isText(duty) ? ` (${names.dutyOf(duty)}, ${names.partnerOf(textOf(partner))})` : on(entry, names)}`;
  };

const absence =
  (words: string): InWords =>
  ({ facts }, { partnerOf }) =>
    `${words} of ${partnerOf(textOf(facts['partner']))}: ${facts['team'] === null ? '' : `${textOf(facts['team'])}, `}` +
    `${textOf(facts['role'])}, from ${dateOf(facts['from'])} until ${dateOf(facts['until'])}`;

const causes = {
  extended: 'more time was given',
  corrected: 'the day of receipt was corrected',
  rescheduled: 'another date was set',
  'statutory-date-moved': 'the statutory date has moved',
  'bank-holidays-changed': 'the bank holidays have changed',
} as const satisfies Record<MoveCause, string>;

/** What was done, by the act; from codes, enumerations and dates only. */
const inWords: Readonly<Record<AuditAct, InWords>> = {
  'case-opened': plainly('Opened the case'),
  'content-viewed': (entry, names) => `Looked at ${seenIn(entry.facts['what'], names)}${on(entry, names)}`,
  'content-opened-with-reason': plainly('Opened the content, with a reason on record'),
  'answer-received': (entry, names) => {
    const { version, recordedBy } = entry.facts;
    const recorded = recordedBy === null ? 'Answered' : 'Put an answer on record that was given otherwise';
    const again = Number(version) > 1 ? `, answer ${textOf(version)}` : '';
    return `${recorded}${again}${on(entry, names)}`;
  },
  'question-asked': plainly('Asked a question back'),
  'question-answered': plainly('Answered the question'),
  'task-passed-on': (entry, names) => `Passed the task on to ${textOf(entry.facts['name'])}${on(entry, names)}`,
  'clock-extended': ({ facts }) =>
    facts['toldOn'] === undefined ? 'Gave more time to answer' : `Extended the time to reply, of which the applicant was told on ${formatDate(facts['toldOn'] as IsoDate)}`,
  'correction-proposed': ({ facts }) => `Proposed ${startOf(facts)}`,
  'correction-confirmed': ({ facts }) => `Confirmed ${startOf(facts)}`,
  'correction-declined': ({ facts }) => `Did not agree to ${startOf(facts)}`,
  'clock-moved': (entry, names) =>
    `Moved the due date${on(entry, names)}: ${causes[entry.facts['cause'] as keyof typeof causes]}`,
  'closing-moved': ({ facts }) =>
    `Moved the day on which the case closes by itself to ${dateOf(lastDayBefore(facts['closeAt'] as IsoInstant))}: the bank holidays have changed`,
  'duty-moved': ({ facts }, { dutyOf }) =>
    `Moved the day of what is to be done (${dutyOf(textOf(facts['duty']))}) to ${dateOf(facts['dueOn'])}: the bank holidays have changed`,
  'fee-lapse-moved': ({ facts }) =>
    `Moved the last day on which the fee can be paid to ${dateOf(lastDayBefore((facts['lapse'] as { readonly lapsesAt: IsoInstant }).lapsesAt))}: the bank holidays have changed`,
  'answers-confirmed': plainly('Confirmed the answers'),
  'left-unanswered': plainly('Decided not to wait for an answer any more'),
  'asked-again': plainly('Decided to ask again'),
  'left-as-it-is': plainly('Decided not to wait any more for what the ICO was still to be told'),
  'request-withdrawn': plainly('Withdrew the case'),
  'case-decided': ({ facts }) => `Decided on the case: ${(facts['decision'] as Decision).replaceAll('-', ' ')}`,
  'case-reopened': plainly('Opened the case again'),
  'panel-named': ({ facts }, { nameOf }) => `Named the panel: ${(facts['panel'] as readonly string[]).map(nameOf).join('; ') || 'nobody'}`,
  'review-rescheduled': ({ facts }) => `Set the panel on ${dateOf(facts['panelOn'])}`,
  'outcome-recorded': ({ facts }) => `Put on record what the panel decided on ${dateOf(facts['heldOn'])}`,
  'applicant-told': ({ facts }) => `Put on record that the applicant was told the ${textOf(facts['of'])} on ${dateOf(facts['toldOn'])}`,
  'not-satisfied': ({ facts }) => `Put on record that the applicant is not satisfied, since ${dateOf(facts['receivedOn'])}`,
  'looked-at-again': ({ facts }) => `Put on record what came of looking at it again: ${facts['granted'] !== undefined ? 'the review is granted' : facts['result'] === 'changed' ? 'it is changed' : 'it stands'}`,
  'action-settled': ({ facts }, { dutyOf }) => `Recorded that ${dutyOf(textOf(facts['duty']))} of the plan was ${facts['result'] === 'done' ? 'done' : 'not done, and is not followed any more'}`,
  'review-closed': plainly('Closed the review'),
  'tasks-added': ({ facts }, { partnerOf }) =>
    `Added ${[...new Set((facts['tasks'] as unknown as readonly { partner: string }[]).map(({ partner }) => partnerOf(partner)))].join('; ')} to those who are asked`,
  'call-recorded': (entry, names) => `Put on record that a partner was told${on(entry, names)}`,
  'ico-informed': (entry, names) => `Put on record that the ICO was given further information${on(entry, names)}`,
  'breach-closed': ({ facts }, { askedOf }) => {
    const undecided = (facts['undecided'] ?? []) as readonly string[];
    const left = undecided.length === 0 ? '' : `; left undecided: ${undecided.map(askedOf).join('; ')}`;
    return `Closed the breach: ${textOf(facts['outcome']).replaceAll('-', ' ')}${left}`;
  },
  'items-changed': ({ facts }) => `Put items on record: ${(facts['items'] as unknown as readonly { id: string }[]).map(({ id }) => id).join(', ')}`,
  'item-decided': ({ facts }) =>
    `Decided on item ${textOf(facts['item'])}: ${textOf(facts['decision']).replaceAll('-', ' ')}${facts['exceptional'] === true ? ', before its originator’s time had run out' : ''}`,
  referred: plainly('Referred the items'),
  'clock-stopped': ({ facts }) => `Stopped the statutory clock from ${dateOf(facts['since'])}: ${textOf(facts['awaiting']).replaceAll('-', ' ')} awaited`,
  'clock-started': ({ facts }) => `Started the statutory clock again: what was awaited came on ${dateOf(facts['cameOn'])}`,
  'applicant-replied': ({ facts }) => `Put on record that the applicant was ${textOf(facts['outcome']).startsWith('refused') ? 'told that the request is refused' : 'replied to'}`,
  'act-refused': ({ facts }) =>
    typeof facts['openedAs'] === 'string'
      ? `Did not open the case: the same form had opened ${facts['openedAs']}`
      : `The case did not accept entry ${textOf(facts['seq'])}. ${rejections[textOf(facts['rejection']) as RejectionType]}`,
  'act-lost': (entry, names) =>
    `The act with the number ${textOf(entry.facts['number'])} was lost when the database was put back from an older copy` +
    (entry.facts['type'] === null ? '' : `: ${textOf(entry.facts['type']).replaceAll('-', ' ')}${on(entry, names)}`),
  'file-stored': plainly('Sent a file'),
  'file-removed': plainly('Removed a file that was not used yet'),
  'file-downloaded': plainly('Downloaded a file'),
  'code-sent': byLink('Asked for a one-time code by mail'),
  'signed-in-by-code': byLink('Signed in with a one-time code'),
  'contacts-changed': ({ facts }, { partnerOf }) =>
    `Changed the contacts of ${partnerOf(textOf(facts['partner']))}: ${listOf(facts['roles'])}`,
  'absence-set': absence('Set an absence'),
  'absence-ended': absence('Ended an absence'),
  'token-created': ({ facts }, { nameOf }) =>
    `Made an API token for ${nameOf(textOf(facts['account']))} until ${dateOf(facts['expiresOn'])}: ${listOf(facts['scopes'])}`,
  'token-revoked': ({ facts }, { nameOf }) => `Revoked an API token of ${nameOf(textOf(facts['account']))}`,
  'register-viewed': plainly('Looked at the disclosure register'),
  'person-searched': ({ facts }) => `Looked for a person (${purposes[facts['purpose'] as Purpose]}), and found ${listOf(facts['cases']) || 'no case'}`,
  'record-viewed': plainly('Looked at this record'),
  'keys-rotated': ({ facts }) => `Had the keys of cases wrapped with "${textOf(facts['to'])}"`,
  'bank-holidays-changed': ({ facts }) =>
    [
      `Changed the bank holidays to version ${textOf(facts['version'])}`,
      ...(['added', 'removed'] as const).flatMap((what) => {
        const days = daysOf(facts[what]);
        return days === '' ? [] : [`${what} ${days}`];
      }),
      ...(isText(facts['reason']) ? [`because: ${facts['reason']}`] : []),
    ].join('; '),
};

/** How long an opening shows the content to whoever gave the reason. */
export const openingMinutes = 60;

export const openingSchema = z.object({
  reason: text('Enter why you need to see the content', 1_000).pipe(
    z.string().min(10, 'Enter the reason in 10 characters or more'),
  ),
});

/** Opens the content of a case to an auditor. The reason is sealed in the record. The same form sent twice opens it once. */
export async function openContent(
  document: CaseDocument,
  { reason }: z.infer<typeof openingSchema>,
  { account, by, submissionId }: { readonly account: Account; readonly by: Actor; readonly submissionId: string },
  { store, clock }: Dependencies,
): Promise<void> {
  const key = `opening/${submissionKey(account._id, submissionId)}`;
  await store.audit.append({
    chain: document._id,
    key,
    at: clock.now(),
    act: 'content-opened-with-reason',
    by,
    facts: { minutes: openingMinutes },
    sealed: sealEntry(document, key, { text: reason }, store),
  });
}

/** The newest opening of a case by this account that has not run out; null if there is none. */
export async function openingOf(
  { _id }: Pick<CaseDocument, '_id'>,
  account: Account,
  { store, clock }: Dependencies,
): Promise<AuditEntry | null> {
  const since = new Date(Date.parse(clock.now()) - openingMinutes * 60_000).toISOString() as IsoInstant;
  return (await store.audit.ofAccount(_id, 'content-opened-with-reason', account._id, since)).at(-1) ?? null;
}

/** Something that was written or sent in a case, as the opened content shows it. */
interface OpenedEntry {
  readonly number: number;
  readonly at: IsoInstant;
  readonly what: string;
  readonly answer: AnswerContent | null;
  readonly note: string;
}

export interface OpenedContent {
  readonly request: readonly Row[];
  readonly entries: readonly OpenedEntry[];
  readonly files: readonly StoredFile[];
}

/** All that was written with an act, one after the other. */
const allOf = (note: NoteContent | null): string =>
  Object.values(note ?? {}).flatMap((part) => (typeof part === 'string' ? [part] : part)).filter((part) => part !== '').join('\n');

/** All that a case holds. Put on record before anything is opened. @throws ContentUnreadable */
export async function openedContent(
  document: CaseDocument,
  opening: AuditEntry,
  by: Actor,
  deps: Dependencies,
): Promise<OpenedContent> {
  const { store, clock } = deps;
  await store.audit.append({
    chain: document._id,
    key: `viewed/${randomUUID()}`,
    at: clock.now(),
    act: 'content-viewed',
    by,
    facts: { what: ['everything'], opening: opening.seq },
  });
  const entries = (await store.audit.of(document._id)).filter(({ sealed }) => sealed !== null);
  const lines = await linesOf(entries, document, deps);
  return {
    request: await webProcess(document.process).rows(document, { tasks: document.tasks.map(({ id }) => id), all: true, safeContact: true }, deps),
    entries: entries.map((entry, index) => ({
      number: entry.seq,
      at: entry.at,
      what: lines[index]?.what ?? entry.act,
      answer: entry.act === 'answer-received' ? readAnswer(document, answerOf(entry), store) : null,
      note: entry.act === 'answer-received' ? '' : allOf(noteIn(document, entry, store)),
    })),
    files: (await store.files.of(document._id, document.key)).filter(({ attachedTo }) => attachedTo !== null),
  };
}
