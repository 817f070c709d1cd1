import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IsoDate } from '../../../config/clock';
import { requestBody } from '../../api/support';
import { readInbox } from './inbox';
import type { Chance } from './random';
import { filledIn, type Fields, type Page, type WebSession } from './web-session';

/** A request that the web has called "sent". */
export interface Sent {
  readonly caseRef: string;
  /** Whom it asks, in the order of the tasks. */
  readonly partners: readonly string[];
  /** Of this request alone, so that its content can be told from any other's. */
  readonly personName: string;
  readonly via: 'form' | 'api';
}

/** An answer, or the correction of one, that the web has called "received". */
export interface Received {
  readonly caseRef: string;
  readonly task: string;
  readonly version: number;
  readonly kind: string;
  readonly ground: string;
  readonly via: 'form' | 'api';
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
async function insist(
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

/** What is asked of the partners that the traffic asks. */
const categories: Readonly<Record<string, string>> = { 'essex-police': 'asb-incidents', probation: 'offender-management' };

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
    const isForm = 'username' in from;
    const personName = `Example ${isForm ? 'Form' : 'Api'} ${number} ${randomUUID()}`;
    const asked = chance.shuffled(partners).slice(0, chance.between(1, partners.length));
    const request = { partners: asked, receivedOn: chance.oneOf(receivedOn), personName };
    const page = isForm
      ? await postInSteps(from, stepsOf(request), notes, chance)
      : await insistOnApi(from, '/information-requests', bodyOf(request), notes, chance);
    const caseRef = /IR-\d{4}-\d{4,}/.exec(page.location ?? '')?.[0];
    if (page.status === (isForm ? 303 : 201) && caseRef !== undefined) {
      notes.sent.push({ caseRef, partners: asked, personName, via: isForm ? 'form' : 'api' });
    } else {
      notes.faults.push(`a request by ${isForm ? 'form' : 'api'} got ${page.status}: ${page.text.slice(0, 500)}`);
    }
    for (let waited = 0; waited < slower && !until(); waited += 1) await sleep(chance.between(20, 250));
  }
}

interface Request {
  readonly partners: readonly string[];
  readonly receivedOn: IsoDate;
  readonly personName: string;
}

const bodyOf = ({ partners, ...request }: Request): object => ({
  ...requestBody,
  ...request,
  asked: partners.map((partner) => ({ partner, categories: [categories[partner]] })),
});

/** What is filled in on each page of the form, the answers that are checked at last. */
function stepsOf({ partners, receivedOn, personName }: Request): readonly Fields[] {
  const { identifiability, personDetails, information, purpose, legalBasis, channel, means } = requestBody;
  const [year = '', month = '', day = ''] = receivedOn.split('-');
  const date = { 'receivedOn-year': year, 'receivedOn-month': month, 'receivedOn-day': day };
  const of = Object.fromEntries(partners.map((partner) => [`${partner}.categories[]`, categories[partner] ?? '']));
  return [
    { 'asked[]': partners.join(' ') },
    { identifiability, personName, personDetails, ...of, information },
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

/** Posts the form of a page as a person would: opens it once, and posts it until there is a word on it. */
async function postForm(session: WebSession, path: string, fields: Fields, notes: Notes, chance: Chance): Promise<Page> {
  const page = await insist(`GET ${path}`, notes, chance, () => session.request(path));
  if (page.status !== 200) return page;
  return insist(`POST ${path}`, notes, chance, () => session.request(path, filledIn(page, path, fields)));
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

/** Answers most of the requests that arrive in the mailbox of a SPOC, and corrects some; the others it leaves alone. */
export async function answer(
  from: WebSession | Api,
  { notes, chance, partner, spoc, inboxPort, until }: Answering,
): Promise<void> {
  const seen = new Set<string>();
  while (!until()) {
    const mails = await readInbox(inboxPort).catch(() => []);
    const asked = mails.filter(({ to, subject }) => to === spoc && subject.includes('Information request'));
    for (const { caseRef } of asked) {
      if (until() || seen.has(caseRef)) continue;
      seen.add(caseRef);
      if (chance.between(1, 5) === 1) continue;
      const task = await taskOf(from, caseRef, partner, notes, chance);
      const versions = task === undefined ? 0 : chance.oneOf([1, 1, 2]);
      for (let version = 1; version <= versions; version += 1) {
        // A correction says something else: twice the same answer is one answer.
        const kind = version === 1 ? chance.oneOf(['nothing-held', 'refused']) : 'refused';
        const ground = kind === 'refused' ? `Ground ${randomUUID()}` : '';
        const path = `/cases/${caseRef}/tasks/${task ?? ''}`;
        const page =
          'username' in from
            ? await postForm(from, `${path}/answer`, { kind, ground }, notes, chance)
            : await insistOnApi(from, `${path}/answers`, { kind, ground, corrects: version - 1 }, notes, chance);
        if (page.status === 201 || (page.status === 303 && page.location?.endsWith('/received') === true)) {
          const via = 'username' in from ? 'form' : 'api';
          notes.received.push({ caseRef, task: task ?? '', version, kind, ground, via });
        } else {
          notes.faults.push(`an answer to ${caseRef} got ${page.status} ${page.location ?? ''}: ${page.text.slice(0, 500)}`);
        }
      }
    }
    await sleep(chance.between(200, 600));
  }
}

/** Which task of a case is the partner's: the page of the case leads to it, the API says it. */
async function taskOf(
  from: WebSession | Api,
  caseRef: string,
  partner: string,
  notes: Notes,
  chance: Chance,
): Promise<string | undefined> {
  const path = `/cases/${caseRef}`;
  const isForm = 'username' in from;
  const page = await insist(`GET ${path}`, notes, chance, () => (isForm ? from.request(path) : callApi(from, path)));
  const { tasks } = isForm
    ? { tasks: [{ partner, id: /\/tasks\/(T\d+)\/answer"/.exec(page.text)?.[1] }] }
    : (JSON.parse(page.text) as { tasks: { partner: string; id: string }[] });
  const own = tasks.find((task) => task.partner === partner)?.id;
  if (own === undefined) notes.faults.push(`${spokenOf(from)} finds no task in ${caseRef}: ${page.status} ${page.text.slice(0, 500)}`);
  return own;
}

const spokenOf = (from: WebSession | Api): string => ('username' in from ? from.username : 'a token');
