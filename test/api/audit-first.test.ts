/**
 * No act and no view of content without its record: every route that the application has registered is asked while the
 * record cannot be written. It must say so, show nothing and change nothing. A route that is added without an example
 * here fails the test.
 */
import { randomUUID } from 'node:crypto';
import { Collection, type Document } from 'mongodb';
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { AuditAct } from '../../store/audit';
import { askedCase, categories, endCase, linkOf, openedLink } from './answering';
import {
  cspManager,
  filledForm,
  hiddenOf,
  officer,
  password,
  requestBody,
  SetClock,
  spoc,
  startWeb,
  thursday,
  type Browser,
  type Web,
} from './support';
import { describeWithDatabase } from '../support/database';

const auditor = 'auditor@thurrock.example';
const manager = 'manager@thurrock.example';
const reviewSpoc = 'asb-review@thurrock.example';
const lead = 'governance-lead@essex-police.example';
const governance = 'governance-lead@thurrock.example';
const everybody = [officer, spoc, cspManager, auditor, manager, reviewSpoc, lead, governance] as const;

/** What is in the cases of these tests, and must be nowhere that is not on record. */
const content = ['Jordan Example', 'Any contact since January', 'canary answer', 'canary question', 'canary file', 'canary.txt'];

/**
 * Not compared: what guards a session or a secret and is spent by trying; and references, which are allocated before
 * the record names them, and may leave a gap.
 */
const spent = ['sessions', 'limits', 'link_codes', 'counters'];

const writes = ['insertOne', 'insertMany', 'updateOne', 'updateMany', 'replaceOne', 'findOneAndUpdate', 'bulkWrite', 'deleteOne'] as const;

/** Lets something be done before each such call on a collection, whoever makes it. @returns what ends it */
function before(name: (typeof writes)[number], act: (collection: string) => Promise<void>): () => void {
  const prototype = Collection.prototype as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const real = prototype[name];
  if (real === undefined) throw new TypeError(`A collection has no ${name}.`);
  prototype[name] = async function (this: Collection, ...args: unknown[]) {
    await act(this.collectionName);
    return real.apply(this, args);
  };
  return () => {
    prototype[name] = real;
  };
}

/** From now on nothing can be written to the record. @returns what ends it */
function breakRecord(): () => void {
  const mends = writes.map((name) =>
    before(name, (collection) =>
      collection === 'audit' ? Promise.reject(new Error('the disk is full')) : Promise.resolve(),
    ),
  );
  return () => {
    for (const mend of mends) mend();
  };
}

async function whileBroken<T>(act: () => Promise<T>): Promise<T> {
  const mend = breakRecord();
  try {
    return await act();
  } finally {
    mend();
  }
}

type Answer = Awaited<ReturnType<Browser['get']>>;

/** All that came back, also of a file. */
function textOf(answer: Answer): string {
  const { text, headers } = answer as Pick<Answer, 'headers'> & { readonly text?: string };
  const body: unknown = answer.body;
  const file = Buffer.isBuffer(body) ? body.toString('latin1') : '';
  return [text, file, headers['location'], headers['content-disposition']].join('\n');
}
const contentIn = (answer: Answer): string[] => content.filter((each) => textOf(answer).includes(each));

describeWithDatabase('nothing is done or shown without its record', () => {
  let web: Web;
  const clock = new SetClock(thursday);
  const people = new Map<string, Browser>();
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    web = await startWeb(clock);
    const { dispatch } = web.deps;
    // As with Temporal there: the word of a case comes, and what it brings over does not disturb the comparison.
    jest.spyOn(dispatch, 'act').mockResolvedValue(undefined);
    jest.spyOn(dispatch, 'deliver').mockResolvedValue(undefined);
    jest.spyOn(dispatch, 'start').mockResolvedValue(undefined);
    for (const username of everybody) {
      people.set(username, await web.signedIn(username));
      tokens.set(username, await web.token(username));
      // Its first use is noted, once an hour.
      await web.browser().agent.get('/api/v1/cases').auth(tokens.get(username) ?? '', { type: 'bearer' });
    }
  }, 300_000);
  afterAll(async () => web.close());

  const by = (username: string): Browser => people.get(username) as Browser;
  const api = (username: string) => ({ type: 'bearer' as const, token: tokens.get(username) ?? '' });

  /** Everything that is kept, but for what is spent by trying. */
  async function kept(): Promise<Record<string, Document[]>> {
    const { db } = web.deps.store.database;
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort();
    const all: Record<string, Document[]> = {};
    for (const name of names.filter((each) => !spent.includes(each))) {
      const documents = await db.collection(name).find({}).sort({ _id: 1 }).toArray();
      if (documents.length > 0) all[name] = documents;
    }
    return all;
  }
  const entries = (): Promise<number> => web.deps.store.database.collection('audit').countDocuments({});

  async function append(chain: string, key: string, act: AuditAct, more: object = {}): Promise<void> {
    const from = { account: 'essex-police-spoc', via: 'page', from: null } as const;
    await web.deps.store.audit.append({ chain, key, at: thursday as IsoInstant, act, by: from, facts: {}, ...more });
  }

  /** A case of Thurrock Council to Essex Police with one open task. */
  async function fresh(more: { readonly holder?: string } = {}): Promise<string> {
    const document = await askedCase(web, [{ partner: 'essex-police', categories: [...categories], ...more }]);
    await append(document._id, 'opened', 'case-opened');
    return document._id;
  }
  async function ended(): Promise<string> {
    const ref = await fresh();
    await endCase(web, ref);
    return ref;
  }
  async function asking(): Promise<string> {
    const ref = await fresh();
    await post(spoc, `/api/v1/cases/${ref}/tasks/T1/questions`, { text: 'canary question' });
    return ref;
  }
  const corrected = { from: '2026-03-25', reason: 'It came a day before' };
  async function correcting(): Promise<string> {
    const ref = await fresh();
    await post(officer, `/api/v1/cases/${ref}/correction`, corrected);
    return ref;
  }
  async function answered(): Promise<{ readonly ref: string; readonly file: string }> {
    const ref = await asking();
    await post(officer, `/api/v1/cases/${ref}/tasks/T1/reply`, { text: 'canary question, answered' });
    const sent = await web
      .browser()
      .agent.post(`/api/v1/cases/${ref}/tasks/T1/files`)
      .auth(api(spoc).token, { type: 'bearer' })
      .attach('files', Buffer.from('canary file\n'), 'canary.txt');
    const [file] = (sent.body as { files: { id: string }[] }).files;
    const shared = { kind: 'shared-in-full', categories: [...categories], shared: 'canary answer', marking: 'official', files: [file?.id] };
    const stored = await post(spoc, `/api/v1/cases/${ref}/tasks/T1/answers`, shared);
    if (stored.status !== 201) throw new Error(JSON.stringify(stored.body));
    return { ref, file: file?.id ?? '' };
  }
  async function absence(from = '2026-05-01', until = '2026-05-02'): Promise<string> {
    const set = await post(cspManager, '/api/v1/directory/essex-police/absences', {
      team: null,
      role: 'spoc',
      from,
      until,
    });
    const absences = (set.body as { absences: { id: string; from: string }[] }).absences;
    return absences.find((each) => each.from === from)?.id ?? '';
  }
  async function withLink(ref: string): Promise<{ readonly browser: Browser; readonly link: string }> {
    const link = await linkOf(web, ref);
    return { browser: await openedLink(web, ref, link), link };
  }

  const post = async (username: string, path: string, body: object, method: 'post' | 'put' = 'post', key: string = randomUUID()) =>
    web.browser().agent[method](path).auth(api(username).token, { type: 'bearer' }).set('Idempotency-Key', key).send(body);

  /** One post, told twice: while the record is broken, and again after. */
  type Act = (time: 'broken' | 'again') => Promise<Answer>;
  /** A form of the pages, with a token of its session that was had before. */
  async function form(username: string | Browser, path: string, fields: Record<string, string>): Promise<Act> {
    const browser = typeof username === 'string' ? by(username) : username;
    const csrf = hiddenOf((await browser.get(typeof username === 'string' ? '/' : '/sign-in')).text)['_csrf'] ?? '';
    const submissionId = randomUUID();
    return async () => browser.post(path, { submissionId, ...fields, _csrf: csrf });
  }
  function call(username: string, path: string, body: object, method: 'post' | 'put' = 'post'): Act {
    const key = randomUUID();
    return async () => post(username, path, body, method, key);
  }

  /** What is typed comes back when it could not be sent; so it is none of the content that is looked for. */
  const otherPerson = { personName: 'Alex Example', information: 'Reports of May' };
  const change = { processor: 'Example Storage Ltd', change: 'addition', work: 'Keeps files', guarantees: 'A contract' } as const;
  const answer = { kind: 'nothing-held' };
  const given = { ...answer, givenByName: 'Robin Example', givenHow: 'telephone', 'givenOn-day': '9', 'givenOn-month': '4', 'givenOn-year': '2026', givenTime: '09:30' };
  const passOnTo = 'essex-police-deputy';
  const away = { 'from-day': '1', 'from-month': '6', 'from-year': '2026', 'until-day': '2', 'until-month': '6', 'until-year': '2026' };
  async function contacts(address: string): Promise<{ version: number; contacts: object; teams: object }> {
    const entry = await web.deps.store.directory.get('probation');
    if (entry === null) throw new Error('The directory has no such partner.');
    return { version: entry.version, contacts: { ...entry.contacts, deputy: address }, teams: entry.teams };
  }

  const moment = (name: string, time = '08:00') => ({ [`${name}-day`]: '9', [`${name}-month`]: '4', [`${name}-year`]: '2026', [`${name}Time`]: time });
  const eight = { on: '2026-04-09', time: '08:00' };
  const breachReport = { what: 'A folder was lost', where: 'A train', owner: 'essex-police', regime: 'uk-gdpr', effect: 'Distress' };
  async function breach(): Promise<string> {
    const report = { ...breachReport, detected: eight, aware: eight, controllers: ['essex-police'], categories: ['asb-incidents'] };
    const opened = await post(officer, '/api/v1/breaches', report);
    return (opened.body as { readonly reference: string }).reference;
  }
  /** A breach of which the ICO was told. */
  async function told(): Promise<string> {
    const ref = await breach();
    await post(spoc, `/api/v1/cases/${ref}/tasks/T2/answers`, { kind: 'told-ico', particulars: { toldAt: { on: '2026-04-09', time: '08:30' } } });
    return ref;
  }

  const wanted = {
    applicant: 'Robin Applicant',
    asked: 'All that is held',
    regime: 'uk-gdpr',
    receivedOn: '2026-04-08',
    items: [{ originator: 'essex-police', description: 'A report' }],
  };
  /** A subject access request whose originator has answered. */
  async function access(): Promise<string> {
    const opened = await post(governance, '/api/v1/subject-access-requests', wanted);
    const ref = (opened.body as { readonly reference: string }).reference;
    await post(spoc, `/api/v1/cases/${ref}/tasks/T2/answers`, { kind: 'no-objection' });
    return ref;
  }
  /** One whose clock stands still. */
  async function stopped(): Promise<string> {
    const ref = await access();
    const answered = await post(governance, `/api/v1/cases/${ref}/clock-stop`, { since: '2026-04-09' });
    if (answered.status >= 300) throw new Error(JSON.stringify(answered.body));
    return ref;
  }
  /** One of which all is decided. */
  async function settled(): Promise<string> {
    const ref = await access();
    const answered = await post(governance, `/api/v1/cases/${ref}/items/I1/decision`, { decision: 'disclose', answerSeen: 'T2/1' });
    if (answered.status >= 300) throw new Error(JSON.stringify(answered.body));
    return ref;
  }

  const unsatisfied = { receivedOn: '2026-04-09', text: 'Too little', looksAgain: 'The monitoring officer' };
  /** An FOI request that was replied to. */
  async function replied(): Promise<string> {
    const opened = await post(governance, '/api/v1/information-access-requests', { applicant: 'Robin Applicant', asked: 'Figures', regime: 'foi', receivedOn: '2026-04-08' });
    const ref = (opened.body as { readonly reference: string }).reference;
    const answered = await post(governance, `/api/v1/cases/${ref}/applicant-reply`, { outcome: 'refused-cost', repliedOn: '2026-04-09', text: 'Too much' });
    if (answered.status >= 300) throw new Error(JSON.stringify(answered.body));
    await endCase(web, ref);
    return ref;
  }
  /** One whose reply is looked at again. */
  async function lookedAt(): Promise<string> {
    const ref = await replied();
    const answered = await post(governance, `/api/v1/cases/${ref}/internal-review`, unsatisfied);
    if (answered.status >= 300) throw new Error(JSON.stringify(answered.body));
    return ref;
  }

  const application = {
    appliedOn: '2026-04-08',
    applicantName: 'Robin Applicant',
    persons: 'Sam Victim',
    behaviour: 'Loud nights',
    complaints: [
      { behaviourOn: '2026-02-10', complainedOn: '2026-02-12' },
      { behaviourOn: '2026-03-01', complainedOn: '2026-03-20' },
      { behaviourOn: '2026-03-28', complainedOn: '2026-04-01' },
    ],
    asked: [{ partner: 'essex-police' }],
    legalBasis: 'public-task',
  };
  const on = (name: string, day: string, month = '4') => ({ [`${name}-day`]: day, [`${name}-month`]: month, [`${name}-year`]: '2026' });
  const today = '2026-04-09';
  const decided = { heldOn: today, text: 'Nothing was wrong', actions: [{ what: 'A letter', owner: 'essex-police', dueOn: '2026-05-06' }] };
  const toldHow = { of: 'outcome', toldOn: today, how: 'letter' };
  const unhappy = { receivedOn: today, text: 'Too little', looksAgain: 'The deputy' };
  type Done = 'outcome' | 'applicant-told' | 'not-satisfied';
  /** A review with so many of its acts done. */
  async function review(...done: readonly Done[]): Promise<string> {
    const opened = await post(reviewSpoc, '/api/v1/asb-case-reviews', application);
    const ref = (opened.body as { readonly reference: string }).reference;
    const bodies = { outcome: decided, 'applicant-told': toldHow, 'not-satisfied': unhappy };
    for (const act of done) {
      const answered = await post(reviewSpoc, `/api/v1/cases/${ref}/${act}`, bodies[act]);
      if (answered.status >= 300) throw new Error(`${act}: ${JSON.stringify(answered.body)}`);
    }
    return ref;
  }
  /** A review that was not granted, and was on looking at it again: no workflow is here to say so. */
  async function granted(): Promise<string> {
    const one = { ...application, complaints: application.complaints.slice(2), decision: 'not-granted', decisionReason: 'One evening', asked: [] };
    const ref = ((await post(reviewSpoc, '/api/v1/asb-case-reviews', one)).body as { readonly reference: string }).reference;
    for (const [act, body] of [
      ['applicant-told', { ...toldHow, of: 'decision' }],
      ['not-satisfied', unhappy],
      ['looked-at-again', { result: 'changed', text: 'It was no single evening', toldOn: today, how: 'letter' }],
    ] as const) {
      const answered = await post(reviewSpoc, `/api/v1/cases/${ref}/${act}`, body);
      if (answered.status >= 300) throw new Error(`${act}: ${JSON.stringify(answered.body)}`);
    }
    await web.deps.store.cases.setTerms(ref, { threshold: 'granted' });
    return ref;
  }
  /** A review with an action that waits to be done. */
  async function withAction(): Promise<string> {
    const { cases } = web.deps.store;
    const ref = await review('outcome');
    await cases.addDuties(ref, [{ id: 'action-1', partner: 'essex-police', holder: null, dueOn: '2026-05-06' as IsoDate }]);
    const document = await cases.get(ref);
    if (document !== null) await cases.record(ref, { ...document.projection, seq: document.projection.seq + 1, duties: ['action-1'] }, []);
    return ref;
  }
  const untilNotSatisfied = ['outcome', 'applicant-told', 'not-satisfied'] as const;
  const onReview = (act: string, ...done: readonly Done[]) => async () => `/cases/${await review(...done)}/${act}`;

  /** An act by each route that takes one. */
  const acts: Readonly<Record<string, () => Promise<Act>>> = {
    'post /information-requests/new': () => form(officer, '/information-requests/new', { ...filledForm, ...otherPerson }),
    'post /withdrawals/new': () =>
      form(cspManager, '/withdrawals/new', { step: 'check', withdraws: 'pathways', ...on('receivedOn', '9'), notice: 'Another agreement' }),
    'post /information-access-requests/new': () =>
      form(governance, '/information-access-requests/new', {
        step: 'check',
        asked: 'Figures since January',
        regime: 'eir',
        ...on('receivedOn', '8'),
        'originator-1': 'essex-police',
        'item-1': 'A table',
      }),
    'post /subject-access-requests/new': () =>
      form(governance, '/subject-access-requests/new', {
        step: 'check',
        applicant: 'Robin Applicant',
        asked: 'All that is held',
        regime: 'uk-gdpr',
        ...on('receivedOn', '8'),
        identity: 'not-needed',
        fee: 'not-needed',
        'originator-1': 'essex-police',
        'item-1': 'A report',
      }),
    'post /cases/:ref/items/new': async () => form(governance, `/cases/${await access()}/items/new`, { originator: 'probation', item: 'A letter' }),
    'post /cases/:ref/items/:item/decision': async () =>
      form(governance, `/cases/${await access()}/items/I1/decision`, { decision: 'disclose', answerSeen: 'T2/1', reason: '', dpoAdvice: 'Go on' }),
    'post /cases/:ref/items/:item/originator': async () =>
      form(governance, `/cases/${await access()}/items/I1/originator`, { originator: 'own', reason: 'Written here' }),
    'post /cases/:ref/tasks/:task/referral': async () => form(governance, `/cases/${await access()}/tasks/T2/referral`, { reason: 'It knows the file' }),
    'post /cases/:ref/clock-stop': async () => form(governance, `/cases/${await access()}/clock-stop`, { ...on('since', '9'), text: 'Which years?' }),
    'post /cases/:ref/clock-start': async () => form(governance, `/cases/${await stopped()}/clock-start`, { ...on('cameOn', '9'), text: 'Since 2020' }),
    'post /cases/:ref/applicant-reply': async () =>
      form(governance, `/cases/${await settled()}/applicant-reply`, { outcome: 'replied', ...on('repliedOn', '9'), text: 'The letter' }),
    'post /cases/:ref/internal-review': async () =>
      form(governance, `/cases/${await replied()}/internal-review`, { ...on('receivedOn', '9'), within: '20', text: 'Too little', looksAgain: 'The monitoring officer' }),
    'post /cases/:ref/internal-review/outcome': async () =>
      form(governance, `/cases/${await lookedAt()}/internal-review/outcome`, { result: 'stands', ...on('toldOn', '9'), text: 'It is right' }),
    'post /processor-changes/new': () =>
      form(officer, '/processor-changes/new', {
        ...change,
        step: 'check',
        'categories[]': 'asb-incidents',
        'beginsOn-day': '1',
        'beginsOn-month': '7',
        'beginsOn-year': '2026',
      }),
    'post /asb-case-reviews/new': () =>
      form(reviewSpoc, '/asb-case-reviews/new', {
        step: 'check',
        ...on('appliedOn', '8'),
        applicantName: 'Robin Applicant',
        persons: 'Sam Victim',
        behaviour: 'Loud nights',
        ...on('complaint1-behaviourOn', '10', '2'),
        ...on('complaint1-complainedOn', '12', '2'),
        ...on('complaint2-behaviourOn', '1', '3'),
        ...on('complaint2-complainedOn', '20', '3'),
        ...on('complaint3-behaviourOn', '28', '3'),
        ...on('complaint3-complainedOn', '1', '4'),
        decision: 'granted',
        'asked[]': 'essex-police',
        legalBasis: 'public-task',
        due: 'clock',
      }),
    'post /cases/:ref/schedule': async () => form(reviewSpoc, await onReview('schedule')(), { ...on('panelOn', '20', '5'), due: 'panel', reason: 'A room' }),
    'post /cases/:ref/asking': async () =>
      form(reviewSpoc, `/cases/${await granted()}/asking`, { step: 'check', 'asked[]': 'essex-police', legalBasis: 'public-task', due: 'clock' }),
    'post /api/v1/cases/:ref/asking': async () =>
      call(reviewSpoc, `/api/v1/cases/${await granted()}/asking`, { asked: [{ partner: 'essex-police' }], legalBasis: 'public-task' }),
    'post /t/:token/action': async () => {
      const ref = await withAction();
      const link = `/t/${await web.deps.store.links.issue(ref, 'action-1', 'spoc', 1)}`;
      return form(await openedLink(web, ref, link), `${link}/action`, { result: 'done', ...on('on', '9') });
    },
    'post /cases/:ref/outcome': async () => form(reviewSpoc, await onReview('outcome')(), { ...on('heldOn', '9'), text: 'Nothing was wrong' }),
    'post /cases/:ref/applicant-told': async () =>
      form(reviewSpoc, await onReview('applicant-told', 'outcome')(), { of: 'outcome', ...on('toldOn', '9'), how: 'letter' }),
    'post /cases/:ref/not-satisfied': async () =>
      form(reviewSpoc, await onReview('not-satisfied', 'outcome', 'applicant-told')(), { ...on('receivedOn', '9'), text: 'Too little', looksAgain: 'The deputy' }),
    'post /cases/:ref/actions': async () =>
      form(reviewSpoc, await onReview('actions', 'outcome')(), { action: 'action-1', result: 'done', ...on('on', '9') }),
    'post /cases/:ref/closing': async () => form(reviewSpoc, await onReview('closing', 'outcome', 'applicant-told')(), {}),
    'post /cases/:ref/panel': async () => form(reviewSpoc, await onReview('panel')(), { members: manager }),
    'post /cases/:ref/looked-at-again': async () =>
      form(reviewSpoc, await onReview('looked-at-again', ...untilNotSatisfied)(), { result: 'stands', text: 'It was enough', ...on('toldOn', '9'), how: 'letter' }),
    'post /api/v1/cases/:ref/looked-at-again': async () =>
      call(reviewSpoc, `/api/v1${await onReview('looked-at-again', ...untilNotSatisfied)()}`, { result: 'stands', text: 'It was enough', toldOn: today, how: 'letter' }),
    'post /api/v1/asb-case-reviews': () => Promise.resolve(call(reviewSpoc, '/api/v1/asb-case-reviews', application)),
    'post /api/v1/cases/:ref/schedule': async () =>
      call(reviewSpoc, `/api/v1${await onReview('schedule')()}`, { panelOn: '2026-05-20', due: 'panel', reason: 'A room' }),
    'post /api/v1/cases/:ref/panel': async () => call(reviewSpoc, `/api/v1${await onReview('panel')()}`, { members: [manager] }),
    'post /api/v1/cases/:ref/outcome': async () => call(reviewSpoc, `/api/v1${await onReview('outcome')()}`, decided),
    'post /api/v1/cases/:ref/applicant-told': async () => call(reviewSpoc, `/api/v1${await onReview('applicant-told', 'outcome')()}`, toldHow),
    'post /api/v1/cases/:ref/not-satisfied': async () =>
      call(reviewSpoc, `/api/v1${await onReview('not-satisfied', 'outcome', 'applicant-told')()}`, unhappy),
    'post /api/v1/cases/:ref/actions': async () =>
      call(reviewSpoc, `/api/v1${await onReview('actions', 'outcome')()}`, { action: 'action-1', result: 'done', on: today }),
    'post /api/v1/cases/:ref/closing': async () => call(reviewSpoc, `/api/v1${await onReview('closing', 'outcome', 'applicant-told')()}`, {}),
    'post /breaches/new': () =>
      form(officer, '/breaches/new', {
        ...breachReport,
        ...moment('detected'),
        ...moment('aware'),
        step: 'check',
        'controllers[]': 'essex-police',
        'categories[]': 'asb-incidents',
      }),
    'post /cases/:ref/breach-partners': async () =>
      form(officer, `/cases/${await breach()}/breach-partners`, { partner: 'probation', as: 'controller', ...moment('aware'), reason: 'Its copy' }),
    'post /cases/:ref/breach-times': async () =>
      form(officer, `/cases/${await breach()}/breach-times`, { ...moment('detected', '07:00'), ...moment('aware-essex-police'), reason: 'The log' }),
    'post /cases/:ref/breach-closing': async () =>
      form(officer, `/cases/${await breach()}/breach-closing`, { outcome: 'no-breach', reason: 'It was empty' }),
    'post /cases/:ref/tasks/:task/call': async () =>
      form(officer, `/cases/${await breach()}/tasks/T1/call`, { ...moment('called', '08:30'), how: 'telephone', text: 'The inspector' }),
    'post /cases/:ref/tasks/:task/ico-information': async () =>
      form(spoc, `/cases/${await told()}/tasks/T2/ico-information`, { ...moment('informed', '08:40'), isLast: 'yes', text: 'Twelve' }),
    'post /cases/:ref/decisions/:decision': async () => form(officer, `/cases/${await fresh()}/decisions/go-on`, { reason: 'Put right' }),
    'post /cases/:ref/confirmation': async () => form(officer, `/cases/${await fresh()}/confirmation`, {}),
    'post /cases/:ref/withdrawal': async () => form(officer, `/cases/${await fresh()}/withdrawal`, { reason: 'Settled otherwise' }),
    'post /cases/:ref/correction': async () =>
      form(officer, `/cases/${await fresh()}/correction`, {
        'from-day': '25',
        'from-month': '3',
        'from-year': '2026',
        reason: 'It came a day before',
      }),
    'post /cases/:ref/correction/decision': async () =>
      form(officer, `/cases/${await correcting()}/correction/decision`, { decision: 'declined', reason: 'It did not' }),
    'post /cases/:ref/tasks/:task/extension': async () =>
      form(officer, `/cases/${await fresh()}/tasks/T1/extension`, { reason: 'Short of staff' }),
    'post /cases/:ref/reopening': async () => form(officer, `/cases/${await ended()}/reopening`, { 'ask-T1': 'yes', reason: 'New facts' }),
    'post /cases/:ref/tasks/:task/decision': async () =>
      form(cspManager, `/cases/${await fresh()}/tasks/T1/decision`, { decision: 'asked-again', reason: 'They are back' }),
    'post /cases/:ref/tasks/:task/reply': async () => form(officer, `/cases/${await asking()}/tasks/T1/reply`, { text: 'Since January' }),
    'post /cases/:ref/tasks/:task/answer': async () => form(spoc, `/cases/${await fresh()}/tasks/T1/answer`, answer),
    'post /cases/:ref/tasks/:task/record-answer': async () => form(officer, `/cases/${await fresh()}/tasks/T1/record-answer`, given),
    'post /cases/:ref/tasks/:task/pass-on': async () => form(spoc, `/cases/${await fresh()}/tasks/T1/pass-on`, { to: `person/${passOnTo}` }),
    'post /cases/:ref/opening': async () => form(auditor, `/cases/${await fresh()}/opening`, { reason: 'A complaint was made' }),
    'post /t/:token': async () => form(web.browser(), await linkOf(web, await fresh()), {}),
    'post /t/:token/code': async () => {
      const ref = await fresh();
      const link = await linkOf(web, ref);
      const browser = web.browser();
      await browser.send(link, {});
      const mailed = async () => /Code: (\d{6})/.exec((await web.mails()).find(({ subject }) => subject.startsWith(ref))?.text ?? '')?.[1];
      const csrf = hiddenOf((await browser.get('/sign-in')).text)['_csrf'] ?? '';
      const first = (await mailed()) ?? '';
      return async (time) => {
        // A code is spent by trying it: the second time needs another.
        if (time === 'again') await browser.post(link, { _csrf: csrf });
        return browser.post(`${link}/code`, { code: time === 'again' ? ((await mailed()) ?? '') : first, _csrf: csrf });
      };
    },
    'post /t/:token/answer': async () => {
      const { browser, link } = await withLink(await fresh());
      return form(browser, `${link}/answer`, answer);
    },
    'post /t/:token/pass-on': async () => {
      // Nobody is named to whoever came by a link: it can go back to the partner.
      const { browser, link } = await withLink(await fresh({ holder: passOnTo }));
      return form(browser, `${link}/pass-on`, { to: 'partner' });
    },
    'post /directory/:partner/contacts': async () => {
      const { version, contacts: addresses, teams } = await contacts('deputy.two@probation.example');
      const fields = Object.entries(addresses).map(([role, address]) => [`contacts.${role}`, String(address ?? '')]);
      expect(teams).toEqual({});
      return form(cspManager, '/directory/probation/contacts', { version: String(version), ...(Object.fromEntries(fields) as object) });
    },
    'post /directory/:partner/absences': () => form(cspManager, '/directory/essex-police/absences', { who: 'spoc', ...away }),
    'post /directory/:partner/absences/:absence/end': async () =>
      form(cspManager, `/directory/essex-police/absences/${await absence()}/end`, {}),
    'post /persons': () => form(lead, '/persons', { purpose: 'subject-access', name: 'Somebody Else' }),
    'post /api/v1/person-searches': () =>
      Promise.resolve(call(lead, '/api/v1/person-searches', { purpose: 'subject-access', name: 'Jordan Example' })),
    'post /tokens/new': () =>
      form(officer, '/tokens/new', {
        name: 'a test',
        kind: 'system',
        'scope-cases-read': 'yes',
        'expiresOn-day': '1',
        'expiresOn-month': '5',
        'expiresOn-year': '2026',
      }),
    'post /tokens/:token/revocation': async () => {
      await web.token(manager);
      const page = await by(manager).get('/tokens');
      const path = /\/tokens\/[\w-]+\/revocation/.exec(page.text)?.[0] ?? '';
      return form(manager, path, {});
    },
    'post /api/v1/information-requests': () => Promise.resolve(call(officer, '/api/v1/information-requests', { ...requestBody, ...otherPerson })),
    'post /api/v1/withdrawals': () =>
      Promise.resolve(call(cspManager, '/api/v1/withdrawals', { withdraws: 'ecfrs', receivedOn: '2026-04-09', notice: 'Another agreement' })),
    'post /api/v1/information-access-requests': () =>
      Promise.resolve(call(governance, '/api/v1/information-access-requests', { asked: 'Figures', regime: 'eir', receivedOn: '2026-04-08' })),
    'post /api/v1/subject-access-requests': () => Promise.resolve(call(governance, '/api/v1/subject-access-requests', wanted)),
    'post /api/v1/cases/:ref/items': async () =>
      call(governance, `/api/v1/cases/${await access()}/items`, { items: [{ originator: 'probation', description: 'A letter' }] }),
    'post /api/v1/cases/:ref/items/:item/originator': async () =>
      call(governance, `/api/v1/cases/${await access()}/items/I1/originator`, { originator: null, reason: 'Written here' }),
    'post /api/v1/cases/:ref/items/:item/decision': async () =>
      call(governance, `/api/v1/cases/${await access()}/items/I1/decision`, { decision: 'withhold', reason: 'Names of others' }),
    'post /api/v1/cases/:ref/tasks/:task/referral': async () =>
      call(governance, `/api/v1/cases/${await access()}/tasks/T2/referral`, { reason: 'It knows the file' }),
    'post /api/v1/cases/:ref/clock-stop': async () => call(governance, `/api/v1/cases/${await access()}/clock-stop`, { since: '2026-04-09' }),
    'post /api/v1/cases/:ref/clock-start': async () => call(governance, `/api/v1/cases/${await stopped()}/clock-start`, { cameOn: '2026-04-09' }),
    'post /api/v1/cases/:ref/applicant-reply': async () =>
      call(governance, `/api/v1/cases/${await settled()}/applicant-reply`, { outcome: 'replied', repliedOn: '2026-04-09', text: 'The letter' }),
    'post /api/v1/cases/:ref/internal-review': async () => call(governance, `/api/v1/cases/${await replied()}/internal-review`, unsatisfied),
    'post /api/v1/cases/:ref/internal-review/outcome': async () =>
      call(governance, `/api/v1/cases/${await lookedAt()}/internal-review/outcome`, { result: 'stands', toldOn: '2026-04-09', text: 'It is right' }),
    'post /api/v1/processor-changes': () =>
      Promise.resolve(call(officer, '/api/v1/processor-changes', { ...change, categories: ['asb-incidents'], beginsOn: '2026-07-01' })),
    'post /api/v1/breaches': () =>
      Promise.resolve(
        call(officer, '/api/v1/breaches', { ...breachReport, detected: eight, aware: eight, controllers: ['essex-police'], categories: ['asb-incidents'] }),
      ),
    'post /api/v1/cases/:ref/breach-partners': async () =>
      call(officer, `/api/v1/cases/${await breach()}/breach-partners`, { partner: 'probation', as: 'involved', reason: 'Its copy' }),
    'post /api/v1/cases/:ref/breach-times': async () =>
      call(officer, `/api/v1/cases/${await breach()}/breach-times`, { detected: { ...eight, time: '07:00' }, awareOf: { 'essex-police': eight }, reason: 'The log' }),
    'post /api/v1/cases/:ref/breach-closing': async () =>
      call(officer, `/api/v1/cases/${await breach()}/breach-closing`, { outcome: 'no-breach', reason: 'It was empty' }),
    'post /api/v1/cases/:ref/tasks/:task/calls': async () =>
      call(officer, `/api/v1/cases/${await breach()}/tasks/T1/calls`, { called: { ...eight, time: '08:30' }, how: 'telephone', text: 'The inspector' }),
    'post /api/v1/cases/:ref/tasks/:task/ico-information': async () =>
      call(spoc, `/api/v1/cases/${await told()}/tasks/T2/ico-information`, { informed: { ...eight, time: '08:40' }, isLast: true, text: 'Twelve' }),
    'post /api/v1/cases/:ref/decision': async () =>
      call(officer, `/api/v1/cases/${await fresh()}/decision`, { decision: 'go-on', reason: 'Put right' }),
    'post /api/v1/cases/:ref/confirmation': async () => call(officer, `/api/v1/cases/${await fresh()}/confirmation`, {}),
    'post /api/v1/cases/:ref/withdrawal': async () => call(officer, `/api/v1/cases/${await fresh()}/withdrawal`, { reason: 'Settled' }),
    'post /api/v1/cases/:ref/correction': async () =>
      call(officer, `/api/v1/cases/${await fresh()}/correction`, corrected),
    'post /api/v1/cases/:ref/correction/decision': async () =>
      call(officer, `/api/v1/cases/${await correcting()}/correction/decision`, { decision: 'declined', reason: 'No' }),
    'post /api/v1/cases/:ref/tasks/:task/extension': async () =>
      call(officer, `/api/v1/cases/${await fresh()}/tasks/T1/extension`, { reason: 'Short of staff' }),
    'post /api/v1/cases/:ref/reopening': async () =>
      call(officer, `/api/v1/cases/${await ended()}/reopening`, { tasks: ['T1'], reason: 'New facts' }),
    'post /api/v1/cases/:ref/tasks/:task/decision': async () =>
      call(cspManager, `/api/v1/cases/${await fresh()}/tasks/T1/decision`, { decision: 'asked-again', reason: 'They are back' }),
    'post /api/v1/cases/:ref/tasks/:task/reply': async () =>
      call(officer, `/api/v1/cases/${await asking()}/tasks/T1/reply`, { text: 'Since January' }),
    'post /api/v1/cases/:ref/tasks/:task/answers': async () => call(spoc, `/api/v1/cases/${await fresh()}/tasks/T1/answers`, answer),
    'post /api/v1/cases/:ref/tasks/:task/recorded-answers': async () =>
      call(officer, `/api/v1/cases/${await fresh()}/tasks/T1/recorded-answers`, {
        ...answer,
        givenByName: 'Robin Example',
        givenHow: 'telephone',
        givenOn: '2026-04-09',
        givenTime: '09:30',
      }),
    'post /api/v1/cases/:ref/tasks/:task/questions': async () =>
      call(spoc, `/api/v1/cases/${await fresh()}/tasks/T1/questions`, { text: 'Which address?' }),
    'post /api/v1/cases/:ref/tasks/:task/assignments': async () =>
      call(spoc, `/api/v1/cases/${await fresh()}/tasks/T1/assignments`, { person: passOnTo }),
    'post /api/v1/cases/:ref/tasks/:task/files': async () => {
      const path = `/api/v1/cases/${await fresh()}/tasks/T1/files`;
      return async () =>
        web.browser().agent.post(path).auth(api(spoc).token, { type: 'bearer' }).attach('files', Buffer.from('a file\n'), 'a.txt');
    },
    'put /api/v1/directory/:partner/contacts': async () =>
      call(cspManager, '/api/v1/directory/probation/contacts', await contacts('deputy.three@probation.example'), 'put'),
    'post /api/v1/directory/:partner/absences': () =>
      Promise.resolve(
        call(cspManager, '/api/v1/directory/essex-police/absences', { team: null, role: 'deputy', from: '2026-07-01', until: '2026-07-02' }),
      ),
    'post /api/v1/directory/:partner/absences/:absence/end': async () =>
      call(cspManager, `/api/v1/directory/essex-police/absences/${await absence()}/end`, {}),
  };

  /** Posts that do nothing but to the session: they go on, and change nothing else. */
  const ofTheSession: Readonly<Record<string, () => Promise<Act>>> = {
    'post /sign-in': () => form(web.browser(), '/sign-in', { username: manager, password }),
    'post /form-again': () => form(officer, '/form-again', {}),
    'post /sign-out': async () => form(await web.signedIn(manager), '/sign-out', {}),
  };

  // Before the acts: each look compares all that is kept, which is little as long as few of them are done.
  describe('what is shown', () => {
    let shown: Readonly<Record<string, string>>;
    let link: string;
    let onLink: Browser;

    beforeAll(async () => {
      const { ref, file } = await answered();
      link = await linkOf(web, ref);
      onLink = await openedLink(web, ref, link);
      await (await form(auditor, `/cases/${ref}/opening`, { reason: 'A complaint was made' }))('again');
      const [token = ''] = [...(await by(manager).get('/tokens')).text.matchAll(/\/tokens\/([\w-]{12})\//g)].map(([, id]) => id);
      shown = { ref, file, task: 'T1', partner: 'essex-police', absence: await absence('2026-09-01', '2026-09-02'), chain: 'directory', token };
    });

    const pathOf = (path: string): string => path.replace('/t/:token', link).replaceAll(/:(\w+)/g, (_, name: string) => shown[name] ?? '');

    /** Whoever could look at a path: everybody who is signed in or has a token, or the link of a mail. */
    function lookersAt(path: string): (() => Promise<Answer>)[] {
      const at = pathOf(path);
      if (path.startsWith('/t/')) return [async () => onLink.get(at)];
      if (path.startsWith('/api/')) return everybody.map((who) => async () => web.browser().agent.get(at).auth(api(who).token, { type: 'bearer' }));
      return [...everybody.map((who) => async () => by(who).get(at)), async () => web.browser().get(at)];
    }

    test('every route that shows something: with content only after its entry, without the record not at all', async () => {
      const faults: string[] = [];
      const withContent = new Set<string>();
      const onRecord = new Set<string>();
      const paths = web.app.routes.filter(({ method }) => method === 'get').map(({ path }) => path);
      for (const path of new Set(paths)) {
        const looks = lookersAt(path).map((look, index) => ({ look, who: `${path} (${everybody[index] ?? 'nobody'})`, isRecorded: false }));
        for (const each of looks) {
          const count = await entries();
          const seen = await each.look();
          each.isRecorded = (await entries()) > count;
          if (seen.status >= 500) faults.push(`${each.who}: ${seen.status}`);
          if (contentIn(seen).length > 0) withContent.add(path);
          if (each.isRecorded) onRecord.add(path);
          if (contentIn(seen).length > 0 && !each.isRecorded) faults.push(`${each.who} shows ${contentIn(seen).join()} without an entry`);
        }
        // Compared once for all who look, as it reads all that is kept.
        const wasKept = await kept();
        for (const { look, who, isRecorded } of looks) {
          const refused = await whileBroken(look);
          if (contentIn(refused).length > 0) faults.push(`${who} shows ${contentIn(refused).join()} while the record is broken`);
          if (isRecorded && refused.status !== 503) faults.push(`${who} gives ${refused.status} while the record is broken`);
        }
        if (JSON.stringify(await kept()) !== JSON.stringify(wasKept)) faults.push(`${path} changes something`);
      }
      expect(faults).toEqual([]);
      // That content was found where it is shown: what is looked for is what is there.
      expect([...withContent].sort()).toEqual(expect.arrayContaining([
        '/api/v1/cases/:ref',
        '/api/v1/cases/:ref/tasks/:task/files/:file',
        '/cases/:ref',
        '/cases/:ref/files/:file',
        '/cases/:ref/opened-content',
        '/cases/:ref/tasks/:task/answer',
        '/t/:token/answer',
        '/t/:token/files/:file',
      ]));
      expect([...onRecord]).toEqual(expect.arrayContaining(['/disclosures', '/cases/:ref/record', '/record/chains/:chain', '/api/v1/disclosures']));
    }, 400_000);
  });

  const idOf = ({ method, path }: { readonly method: string; readonly path: string }): string => `${method} ${path}`;

  test('every route that takes something has an example here', () => {
    const registered = web.app.routes.filter(({ method }) => method !== 'get').map(idOf);
    expect([...new Set(registered)].sort()).toEqual([...Object.keys(acts), ...Object.keys(ofTheSession)].sort());
  });

  test.each(Object.keys(acts))('%s', async (name) => {
    const act = await (acts[name] as () => Promise<Act>)();
    const wasKept = await kept();
    const mend = breakRecord();
    const refused = await act('broken').finally(mend);
    const after = await kept();
    expect([refused.status, contentIn(refused)]).toEqual([503, []]);
    expect(after).toEqual(wasKept);
    const count = await entries();
    const done = await act('again');
    expect(done.status < 400 ? '' : `${done.status} ${done.text}`).toBe('');
    expect(await entries()).toBeGreaterThan(count);
  });

  test('a file that comes with the form of an answer', async () => {
    const path = `/cases/${await fresh()}/tasks/T1/answer`;
    const csrf = hiddenOf((await by(spoc).get('/')).text)['_csrf'] ?? '';
    const send = async () =>
      by(spoc)
        .agent.post(path)
        .field({ _csrf: csrf, submissionId: randomUUID(), upload: 'yes' })
        .attach('newFiles', Buffer.from('a file\n'), 'a.txt');
    const wasKept = await kept();
    expect((await whileBroken(send)).status).toBe(503);
    expect(await kept()).toEqual(wasKept);
    expect((await send()).status).toBeLessThan(500);
    expect((await kept())['files']?.length ?? 0).toBe((wasKept['files']?.length ?? 0) + 1);
  });

  test.each(Object.keys(ofTheSession))('%s changes nothing but the session', async (name) => {
    const act = await (ofTheSession[name] as () => Promise<Act>)();
    const wasKept = await kept();
    const done = await whileBroken(() => act('broken'));
    expect([done.status, await kept()]).toEqual([303, wasKept]);
  });

  test('the database is killed between the question and the record: nothing is done; sent again, it is done once', async () => {
    const ref = await fresh();
    const act = await form(spoc, `/cases/${ref}/tasks/T1/answer`, answer);
    const wasKept = await kept();
    let kills = 0;
    const restore = before('insertMany', async (collection) => {
      if (collection === 'audit' && (kills += 1) === 1) await web.stack.part('mongo').kill('SIGKILL');
    });
    const refused = await act('broken');
    restore();
    expect([refused.status, kills > 0]).toEqual([503, true]);
    expect(refused.text).toContain('taken once only');
    await web.stack.start('mongo');
    expect(await kept()).toEqual(wasKept);
    expect((await act('again')).status).toBe(303);
    expect((await act('again')).status).toBe(303);
    expect(await web.deps.store.answers.of(ref)).toHaveLength(1);
  }, 400_000);
});
