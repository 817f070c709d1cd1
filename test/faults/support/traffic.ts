import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IsoDate } from '../../../config/clock';
import { hiddenOf, requestBody } from '../../api/support';
import { readInbox } from './inbox';
import type { Chance } from './random';
import type { Fields, Page, WebSession } from './web-session';

/** A request that the web has called "sent". */
export interface Sent {
  readonly caseRef: string;
  readonly partner: string;
  /** Of this request alone, so that its content can be told from any other's. */
  readonly personName: string;
  readonly via: 'form' | 'api';
}

/** An answer that the web has called "received". */
export interface Received {
  readonly caseRef: string;
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

async function postJson({ url, token }: Api, path: string, key: string, body: object): Promise<Page> {
  const response = await fetch(new URL(`/api/v1${path}`, url), {
    method: 'POST',
    signal: AbortSignal.timeout(45_000),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  return { status: response.status, location: response.headers.get('location'), text: await response.text() };
}

/** Posts the form of a page as a person would: opens it once, and posts it until there is a word on it. */
async function postForm(session: WebSession, path: string, fields: Fields, notes: Notes, chance: Chance): Promise<Page> {
  const page = await insist(`GET ${path}`, notes, chance, () => session.request(path));
  if (page.status !== 200) return page;
  const form = { ...hiddenOf(page.text, path), ...fields };
  return insist(`POST ${path}`, notes, chance, () => session.request(path, form));
}

interface Posting {
  readonly notes: Notes;
  readonly chance: Chance;
  /** The partners asked, and the days on which the requests may have been received. */
  readonly partners: readonly string[];
  readonly receivedOn: readonly IsoDate[];
  readonly until: () => boolean;
}

/** Sends request after request. What it has begun it brings to an end. */
export async function post(from: WebSession | Api, { notes, chance, partners, receivedOn, until }: Posting): Promise<void> {
  for (let number = 1; !until(); number += 1) {
    const isForm = 'username' in from;
    const personName = `Example ${isForm ? 'Form' : 'Api'} ${number} ${randomUUID()}`;
    const request = { ...requestBody, partner: chance.oneOf(partners), receivedOn: chance.oneOf(receivedOn), personName };
    const page = isForm
      ? await postForm(from, '/information-requests/new', fieldsOf(request), notes, chance)
      : await insistOnApi(from, '/information-requests', request, notes, chance);
    const caseRef = /IR-\d{4}-\d{4,}/.exec(page.location ?? '')?.[0];
    if (page.status === (isForm ? 303 : 201) && caseRef !== undefined) {
      notes.sent.push({ caseRef, partner: request.partner, personName, via: isForm ? 'form' : 'api' });
    } else {
      notes.faults.push(`a request by ${isForm ? 'form' : 'api'} got ${page.status}: ${page.text.slice(0, 500)}`);
    }
    await sleep(chance.between(20, 250));
  }
}

function fieldsOf({ receivedOn, ...request }: Fields & { readonly receivedOn: string }): Fields {
  const [year = '', month = '', day = ''] = receivedOn.split('-');
  return { ...request, 'receivedOn-year': year, 'receivedOn-month': month, 'receivedOn-day': day };
}

function insistOnApi(api: Api, path: string, body: object, notes: Notes, chance: Chance): Promise<Page> {
  const key = randomUUID();
  return insist(`POST ${path}`, notes, chance, () => postJson(api, path, key, body));
}

interface Answering {
  readonly notes: Notes;
  readonly chance: Chance;
  readonly spoc: string;
  readonly inboxPort: number;
  readonly until: () => boolean;
}

/** Answers most of the requests that arrive in the mailbox of a SPOC; the others it leaves alone. */
export async function answer(from: WebSession | Api, { notes, chance, spoc, inboxPort, until }: Answering): Promise<void> {
  const seen = new Set<string>();
  while (!until()) {
    const mails = await readInbox(inboxPort).catch(() => []);
    const asked = mails.filter(({ to, subject }) => to === spoc && subject.includes('Information request'));
    for (const { caseRef } of asked) {
      if (until() || seen.has(caseRef)) continue;
      seen.add(caseRef);
      if (chance.between(1, 5) === 1) continue;
      const kind = chance.oneOf(['nothing-held', 'refused']);
      const ground = kind === 'refused' ? `Ground ${randomUUID()}` : '';
      const isForm = 'username' in from;
      const page = isForm
        ? await postForm(from, `/cases/${caseRef}/tasks/T1/answer`, { kind, ground }, notes, chance)
        : await insistOnApi(from, `/cases/${caseRef}/tasks/T1/answers`, { kind, ground }, notes, chance);
      if (page.status === 201 || (page.status === 303 && page.location?.endsWith('/received') === true)) {
        notes.received.push({ caseRef, kind, ground, via: isForm ? 'form' : 'api' });
      } else {
        notes.faults.push(`an answer to ${caseRef} got ${page.status} ${page.location ?? ''}: ${page.text.slice(0, 500)}`);
      }
    }
    await sleep(chance.between(200, 600));
  }
}
