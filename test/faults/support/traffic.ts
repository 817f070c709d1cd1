import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IsoDate } from '../../../config/clock';
import { answerKindsOf, processSlugs, type AnswerKind, type ProcessSlug, type TaskKind } from '../../../config/processes';
import { requestBody } from '../../api/support';
import { readInbox } from './inbox';
import { askedOf, often, requestOf, type Opening, type Openings } from './openings';
import type { Chance } from './random';
import { hasWords, isPlain, wordsOf } from './replies';
import { filledIn, type Fields, type Page, type WebSession } from './web-session';

/** A case that the web has called "sent". */
export interface Sent {
  readonly caseRef: string;
  /** Who was to be asked; of an information request in the order of its tasks. */
  readonly partners: readonly string[];
  /** Of this case alone, so that its content can be told from any other's. */
  readonly mark: string;
  readonly via: Via;
}
export type Via = 'form' | 'api' | 'link';

/** An answer, or the correction of one, that the web has called "received". */
export interface Received {
  readonly caseRef: string;
  readonly task: string;
  readonly version: number;
  readonly kind: AnswerKind;
  /** In its words, if this kind has any; empty if not. */
  readonly mark: string;
  readonly via: Via;
}

/** What people saw while the parts were killed around them. */
export class Notes {
  readonly sent: Sent[] = [];
  readonly received: Received[] = [];
  /** Posts whose reply was lost or said "not now", and that were sent again. */
  repeated = 0;
  readonly errorPages = new Map<number, number>();
  /** What nobody should have seen. */
  readonly faults: string[] = [];

  noteReply(what: string, { status, text }: Page): void {
    if (status < 500) return;
    this.errorPages.set(status, (this.errorPages.get(status) ?? 0) + 1);
    if (inside.test(text)) this.faults.push(`${what}: a page of status ${status} shows our inside: ${text.slice(0, 500)}`);
  }
}

/** Words of our inside: stack traces, file names, addresses of parts, names of libraries. */
const inside = /\bat .+:\d+:\d+|node_modules|\.ts\b|Mongo|ECONN|EPIPE|socket|gRPC|temporal|127\.0\.0\.1:(?!\d+\/(cases|sign-in))/i;

/** A post that is repeated, the same each time, until there is a word on it. */
export async function insist(
  what: string,
  notes: Notes,
  chance: Chance,
  post: () => Promise<Page>,
): Promise<Page> {
  for (;;) {
    try {
      const page = await post();
      notes.noteReply(what, page);
      if (page.status < 500 && page.status !== 429) return page;
    } catch {
      // The web was killed, or away: whether the post arrived, nobody knows.
    }
    notes.repeated += 1;
    await sleep(chance.between(100, 600));
  }
}

export interface Api {
  readonly url: string;
  readonly token: string;
}

/** Asks the API, or posts to it. @throws if the web does not answer, or the reply breaks off */
export async function callApi(
  { url, token }: Api,
  path: string,
  posted?: { readonly key: string; readonly body: object },
): Promise<Page> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(new URL(`/api/v1${path}`, url), {
    signal: AbortSignal.timeout(45_000),
    redirect: 'manual',
    ...(posted === undefined
      ? { headers }
      : {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': posted.key },
          body: JSON.stringify(posted.body),
        }),
  });
  return { status: response.status, location: response.headers.get('location'), text: await response.text() };
}

interface Posting {
  readonly notes: Notes;
  readonly chance: Chance;
  /** Some of these partners are asked; and the days on which the requests may have been received. */
  readonly partners: readonly string[];
  readonly receivedOn: readonly IsoDate[];
  /** How many times as long as usual to wait between two requests: a long run is of as many cases as a short one. */
  readonly slower?: number;
  readonly until: () => boolean;
}

/** Sends request after request. What it has begun it brings to an end. */
export async function post(from: WebSession | Api, { notes, chance, partners, receivedOn, slower = 1, until }: Posting): Promise<void> {
  for (let number = 1; !until(); number += 1) {
    const mark = `Example ${number} ${randomUUID()}`;
    const asked = chance.shuffled(partners).slice(0, chance.between(1, partners.length));
    const day = chance.oneOf(receivedOn);
    if ('username' in from) {
      const page = await postInSteps(from, stepsOf({ partners: asked, receivedOn: day, mark }), notes, chance);
      noteOpening(page, { partners: asked, mark, via: 'form' }, notes);
    } else {
      await openByApi(from, requestOf(mark, asked, day), mark, notes, chance);
    }
    await rest(chance, slower, until);
  }
}

/** Opens cases of every process one after the other, each by whoever may. @param by the accounts, each with its token */
export async function openEach(
  by: ReadonlyMap<string, Api>,
  openings: Openings,
  { notes, chance, slower = 1, until }: Pick<Posting, 'notes' | 'chance' | 'slower' | 'until'>,
): Promise<void> {
  // Each of them soon, and then by chance.
  const first = chance.shuffled(processSlugs);
  while (!until()) {
    const mark = `Example ${randomUUID()}`;
    const opening = openings.of(first.shift() ?? chance.oneOf(often), mark);
    const from = opening === null ? undefined : by.get(opening.by);
    if (opening !== null && from !== undefined) await openByApi(from, opening, mark, notes, chance);
    await rest(chance, slower, until);
  }
}

async function openByApi(from: Api, { path, body, partners }: Opening, mark: string, notes: Notes, chance: Chance): Promise<void> {
  noteOpening(await insistOnApi(from, path, body, notes, chance), { partners, mark, via: 'api' }, notes);
}

function noteOpening(page: Page, sent: Omit<Sent, 'caseRef'>, notes: Notes): void {
  const caseRef = /[A-Z]{2}-\d{4}-\d{4,}/.exec(page.location ?? '')?.[0];
  if (page.status === (sent.via === 'form' ? 303 : 201) && caseRef !== undefined) notes.sent.push({ caseRef, ...sent });
  else notes.faults.push(`a case by ${sent.via} got ${page.status}: ${page.text.slice(0, 500)}`);
}

async function rest(chance: Chance, slower: number, until: () => boolean): Promise<void> {
  for (let waited = 0; waited < slower && !until(); waited += 1) await sleep(chance.between(20, 250));
}

interface Request {
  readonly partners: readonly string[];
  readonly receivedOn: IsoDate;
  readonly mark: string;
}

/** What is filled in on each page of the form, the answers that are checked at last. */
function stepsOf({ partners, receivedOn, mark }: Request): readonly Fields[] {
  const { identifiability, personDetails, information, purpose, legalBasis, channel, means } = requestBody;
  const [year = '', month = '', day = ''] = receivedOn.split('-');
  const date = { 'receivedOn-year': year, 'receivedOn-month': month, 'receivedOn-day': day };
  const of = Object.fromEntries(partners.map((partner) => [`${partner}.categories[]`, askedOf(partner).categories.join(' ')]));
  return [
    { 'asked[]': partners.join(' ') },
    { identifiability, personName: mark, personDetails, ...of, information },
    { purpose, legalBasis },
    { channel, ...date, means },
    {},
  ];
}

/** Posts page after page of the form as a person would, each until there is a word on it. */
async function postInSteps(session: WebSession, steps: readonly Fields[], notes: Notes, chance: Chance): Promise<Page> {
  const path = '/information-requests/new';
  let page = await insist(`GET ${path}`, notes, chance, () => session.request(path));
  for (const fields of steps) {
    if (page.status !== 200) return page;
    const filled = filledIn(page, path, fields);
    page = await insist(`POST ${path}`, notes, chance, () => session.request(path, filled));
  }
  return page;
}

function insistOnApi(api: Api, path: string, body: object, notes: Notes, chance: Chance): Promise<Page> {
  const key = randomUUID();
  return insist(`POST ${path}`, notes, chance, () => callApi(api, path, { key, body }));
}

interface Answering {
  readonly notes: Notes;
  readonly chance: Chance;
  readonly partner: string;
  readonly spoc: string;
  readonly inboxPort: number;
  readonly until: () => boolean;
}

/** Answers most of what arrives in the mailboxes of a partner, and corrects some; the rest it leaves alone. */
export async function answer(
  from: WebSession | Api,
  { notes, chance, partner, spoc, inboxPort, until }: Answering,
): Promise<void> {
  const seen = new Set<string>();
  while (!until()) {
    for (const { caseRef } of await asksOf([spoc, `breach@${partner}.example`], inboxPort)) {
      if (until() || seen.has(caseRef)) continue;
      seen.add(caseRef);
      if (chance.between(1, 5) === 1) continue;
      const path = `/cases/${caseRef}`;
      const page = await insist(`GET ${path}`, notes, chance, () => ('username' in from ? from.request(path) : callApi(from, path)));
      const tasks = 'username' in from ? tasksOnPage(page) : tasksInCase(page, partner);
      if (tasks.length === 0) notes.faults.push(`${spoc} finds no task in ${caseRef}: ${page.status} ${page.text.slice(0, 500)}`);
      for (const { id, kinds } of tasks) {
        await giveAnswers({ caseRef, task: id }, notes, chance, (version) =>
          'username' in from
            ? answerByForm(from, `${path}/tasks/${id}/answer`, version, notes, chance)
            : answerByApi(from, `${path}/tasks/${id}/answers`, { kinds, version }, notes, chance),
        );
      }
    }
    await sleep(chance.between(200, 600));
  }
}

/** The mails to these addresses that ask for an answer: each has the link to it. */
export async function asksOf(addresses: readonly string[], inboxPort: number): Promise<{ readonly caseRef: string; readonly link: string }[]> {
  const mails = await readInbox(inboxPort).catch(() => []);
  return mails.flatMap(({ to, text, caseRef }) => {
    const link = /\/t\/[\w-]+/.exec(text)?.[0];
    return link !== undefined && addresses.includes(to) ? [{ caseRef, link }] : [];
  });
}

/** What was answered, and the word on it; null where nothing is to be said that was not said before. */
export interface Given extends Pick<Received, 'kind' | 'mark' | 'via'> {
  readonly page: Page;
}

/** An answer and, by chance, its correction. */
export async function giveAnswers(
  of: Pick<Received, 'caseRef' | 'task'>,
  notes: Notes,
  chance: Chance,
  give: (version: number) => Promise<Given | null>,
): Promise<void> {
  const versions = chance.oneOf([1, 1, 2]);
  for (let version = 1; version <= versions; version += 1) {
    const given = await give(version);
    if (given === null) return;
    const { page, ...said } = given;
    if (page.status === 201 || (page.status === 303 && page.location?.endsWith('/received') === true)) {
      notes.received.push({ ...of, version, ...said });
    } else {
      notes.faults.push(`answer ${version} to ${of.task} of ${of.caseRef} got ${page.status} ${page.location ?? ''}: ${page.text.slice(0, 500)}`);
      return;
    }
  }
}

/** A correction says something else, and so has words: twice the same answer is one answer. */
function choose(kinds: readonly AnswerKind[], version: number, chance: Chance): Pick<Received, 'kind' | 'mark'> | null {
  const possible = version === 1 ? kinds : kinds.filter(hasWords);
  if (possible.length === 0) return null;
  const kind = chance.oneOf(possible);
  return { kind, mark: hasWords(kind) ? `Words ${randomUUID()}` : '' };
}

async function answerByApi(
  from: Api,
  path: string,
  { kinds, version }: { readonly kinds: readonly AnswerKind[]; readonly version: number },
  notes: Notes,
  chance: Chance,
): Promise<Given | null> {
  const said = choose(kinds, version, chance);
  if (said === null) return null;
  const body = { kind: said.kind, ...wordsOf(said.kind, said.mark), corrects: version - 1 };
  return { ...said, via: 'api', page: await insistOnApi(from, path, body, notes, chance) };
}

/** As a person would: opens the page, chooses among what it offers, and posts it until there is a word on it. */
export async function answerByForm(
  session: WebSession,
  path: string,
  version: number,
  notes: Notes,
  chance: Chance,
  via: Via = 'form',
): Promise<Given | null> {
  const opened = await insist(`GET ${path}`, notes, chance, () => session.request(path));
  if (opened.status !== 200) return { kind: 'refused', mark: '', via, page: opened };
  const offered = valuesOf(opened, 'kind').filter((kind) => kind !== 'question') as AnswerKind[];
  const said = choose(offered.filter(isPlain), version, chance);
  if (said === null) return null;
  const { shared = '', ground = '' } = wordsOf(said.kind, said.mark);
  const fields = { kind: said.kind, shared, ground, leftOut: ground, 'categories[]': valuesOf(opened, 'categories[]').join(' ') };
  const filled = filledIn(opened, path, fields);
  return { ...said, via, page: await insist(`POST ${path}`, notes, chance, () => session.request(path, filled)) };
}

/** What the radios or checkboxes of a page offer under a name. */
const valuesOf = ({ text }: Page, name: string): string[] =>
  (text.match(/<input [^>]*type="(?:radio|checkbox)"[^>]*>/g) ?? [])
    .filter((input) => input.includes(`name="${name}"`))
    .map((input) => /value="([^"]*)"/.exec(input)?.[1] ?? '');

/** A task of a partner, and how it can be answered; what is answered by form, its page says. */
interface AskedTask {
  readonly id: string;
  readonly kinds: readonly AnswerKind[];
}

/** The page of a case leads to the tasks of whoever looks at it. */
function tasksOnPage({ text }: Page): AskedTask[] {
  const ids = [...text.matchAll(/\/tasks\/(T\d+)\/answer"/g)].map(([, id = '']) => id);
  return [...new Set(ids)].map((id) => ({ id, kinds: [] }));
}

/** The API says whose they are, and of which kind. */
function tasksInCase({ status, text }: Page, partner: string): AskedTask[] {
  if (status !== 200) return [];
  const { process, tasks } = JSON.parse(text) as { process: ProcessSlug; tasks: { id: string; partner: string; kind: TaskKind | null }[] };
  return tasks.filter((task) => task.partner === partner).map(({ id, kind }) => ({ id, kinds: answerKindsOf(process, kind ?? undefined) }));
}
