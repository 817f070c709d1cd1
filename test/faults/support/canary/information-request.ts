/** The information request with a mark in everything that is personal, by page, by link and by API, while parts fail. */
import { randomUUID } from 'node:crypto';
import { londonDateOf, workingDaysAfter } from '../../../../calendar';
import { systemClock, type IsoDate } from '../../../../config/clock';
import { cspManager, hiddenOf, officer, password, requestBody, spoc } from '../../../api/support';
import { holidays } from '../../../support/database';
import { callApi, type Api } from '../traffic';
import { filledIn, type Fields, type Page, type WebSession } from '../web-session';
import { cutOffUpload, must, refuseMail, until, type World } from './world';

const probationSpoc = 'spoc@probation.example';
const housingSpoc = 'spoc.housing@thurrock.example';
const auditor = 'auditor@thurrock.example';
const form = '/information-requests/new';

export async function informationRequest(world: World): Promise<void> {
  await withoutMail(world);
  await byPage(world);
  await byApi(world);
  await leftUnanswered(world);
  await withoutWorker(world);
  await refusedAtTheDoor(world);
}

const lead = 'governance-lead@essex-police.example';
const today = (): IsoDate => londonDateOf(systemClock.now());
const before = (workingDays: number): IsoDate => workingDaysAfter(today(), -workingDays, 'england-and-wales', holidays);

function dateFields(name: string, date: IsoDate): Fields {
  const [year = '', month = '', day = ''] = date.split('-');
  return { [`${name}-year`]: year, [`${name}-month`]: month, [`${name}-day`]: day };
}

const referenceIn = (text: string | null): string => {
  const reference = /IR-\d{4}-\d{4,}/.exec(text ?? '')?.[0];
  if (reference === undefined) throw new Error(`No reference in ${text ?? 'nothing'}`);
  return reference;
};

/** Posts to the API under a key of its own, which is a mark, too: nobody says what a program makes its keys of. */
async function act({ marks }: World, api: Api, path: string, body: object, ...statuses: number[]): Promise<Page> {
  const key = `${marks.plain('Idempotency-Key')}-${randomUUID()}`;
  return must(`POST ${path}`, await callApi(api, path, { key, body }), ...(statuses.length === 0 ? [200, 201] : statuses));
}

/** All that a request says about people, as the API takes it. */
function bodyOf({ marks }: World, more: object = {}): object {
  return {
    ...requestBody,
    personName: marks.of('person’s name, by API'),
    personDetails: marks.of('details, by API'),
    information: marks.long('what is asked, by API'),
    purpose: marks.of('purpose, by API'),
    asked: [{ partner: 'probation', categories: ['offender-management'] }],
    receivedOn: before(2),
    neededByOn: today(),
    urgentBecause: marks.of('reason of urgency, by API'),
    ...more,
  };
}

const open = async (world: World, api: Api, more: object = {}): Promise<string> =>
  referenceIn((await act(world, api, '/information-requests', bodyOf(world, more))).location);

const textFile = (name: string, content: string): File => new File([content], `${name}.txt`, { type: 'text/plain' });

/** Opened while the mail server is slow, and takes nothing now or an address never. Other mail comes once it is itself. */
async function withoutMail(world: World): Promise<void> {
  const { stack, store } = world;
  const asking = await world.api(officer);
  await stack.part('mail').kill('SIGKILL');
  for (const [reply, asked] of [
    ['451 not now', { partner: 'probation', categories: ['offender-management'] }],
    ['550 never', { partner: 'sanctuary', categories: ['linked-tenants-premises'] }],
  ] as const) {
    const refusing = await refuseMail(stack.ports.smtp, reply);
    const reference = await open(world, asking, { asked: [asked] });
    await until('the mail is refused', () => Promise.resolve(refusing.refused.length > 0 ? true : undefined));
    if (reply.startsWith('550')) {
      await until('the address is known to be refused', async () => {
        const { timeline = [] } = (await store.cases.get(reference)) ?? {};
        return timeline.some(({ event }) => event === 'notice-not-delivered') ? true : undefined;
      });
    }
    await refusing.close();
  }
  await stack.start('mail');
}

async function byPage(world: World): Promise<void> {
  const { marks, stack } = world;
  const asker = await world.signedIn(officer);
  const reference = await openByPage(world, asker);
  const tasks = `/cases/${reference}/tasks`;

  const officerApi = await world.api(officer);
  await act(world, officerApi, `/cases/${reference}/confirmation`, {}, 409, 503);
  const early = { decision: 'left-unanswered', reason: marks.of('reason of a decision that came too early') };
  await until('the case refuses a decision', async () => {
    const { status } = await callApi(await world.api(cspManager), `/cases/${reference}/tasks/T1/decision`, {
      key: randomUUID(),
      body: early,
    });
    return status === 409 ? true : undefined;
  });

  await datesByPage(world, asker, reference);

  // T1, by the link in the mail: a question, its reply, an answer, and its correction by whoever has an account.
  const mail = await world.mail(spoc, `${reference} Information request`);
  const link = /\/t\/[\w-]+/.exec(mail)?.[0] ?? '';
  const holder = world.visitor();
  await holder.send(link, {});
  const code = /Code: (\d{6})/.exec(await world.mail(spoc, `${reference} Your one-time code`))?.[1] ?? '';
  must('the code', await holder.send(`${link}/code`, { code }), 303);
  must('the question', await holder.send(`${link}/answer`, { kind: 'question', question: marks.long('question') }), 303);
  await world.mail(officer, `${reference} Essex Police asks you a question`);
  await stack.part('worker').kill('SIGKILL');
  must('the reply', await asker.send(`${tasks}/T1/reply`, { text: marks.long('reply') }), 303);
  await stack.start('worker');
  await world.mail(spoc, `${reference} Your question was answered`);

  const wrong = { kind: 'shared-in-part', shared: marks.of('answer that lacks a field'), leftOut: '', marking: 'other', markingWords: '' };
  must('an answer that lacks a field', await holder.send(`${link}/answer`, { ...wrong, handling: marks.of('handling that is shown again') }), 422);
  const removed = { newFiles: textFile(marks.of('name of a file that is removed'), marks.long('file that is removed')) };
  const kept = must('a file', await holder.send(`${link}/answer`, { kind: 'shared-in-part', add: 'file' }, removed), 200);
  const id = (hiddenOf(kept.text, `${link}/answer`)['fileIds'] ?? '').trim();
  must('the file is removed', await holder.submit(kept, `${link}/answer`, { kind: 'shared-in-part', remove: id }), 200);
  const inPart = {
    kind: 'shared-in-part',
    shared: marks.long('answer in part'),
    leftOut: marks.of('what is left out'),
    marking: 'other',
    markingWords: marks.of('words of the marking'),
    handling: marks.of('handling words'),
  };
  const files = { newFiles: textFile(marks.of('file name'), marks.long('file content')) };
  must('the answer by link', await holder.send(`${link}/answer`, { ...inPart, 'categories[]': 'asb-incidents' }, files), 303);
  const police = await world.signedIn(spoc);
  const corrected = { kind: 'refused', ground: marks.long('ground of a refusal, corrected') };
  must('the correction by page', await police.send(`${tasks}/T1/answer`, corrected), 303);

  // T2, by page: everything shared. T3, recorded: the partner has no address, and telephoned.
  const housing = await world.signedIn(housingSpoc);
  const inFull = { kind: 'shared-in-full', shared: marks.of('answer in full'), handling: marks.of('handling words of all'), 'categories[]': 'linked-tenants' };
  must('the answer by page', await housing.send(`${tasks}/T2/answer`, inFull), 303);
  const told = {
    givenByName: marks.of('who telephoned'),
    givenHow: 'telephone',
    ...dateFields('givenOn', before(2)),
    givenTime: '10:00',
    kind: 'shared-in-full',
    shared: marks.of('answer by telephone'),
    handling: marks.of('handling words by telephone'),
  };
  must('the answer by telephone', await asker.send(`${tasks}/T3/record-answer`, told), 303);

  await seenAndConfirmed(world, asker, reference);

  const overseer = await world.signedIn(auditor);
  const why = { reason: marks.of('reason of the auditor') };
  must('the auditor’s opening', await overseer.send(`/cases/${reference}/opening`, why), 303);
  must('the opened content', await overseer.request(`/cases/${reference}/opened-content`), 200);
  must('the record', await overseer.request(`/cases/${reference}/record`), 200);

  const again = { 'ask-T1': 'yes', reason: marks.of('reason of the reopening') };
  must('the reopening', await asker.send(`/cases/${reference}/reopening`, again), 303);
  await world.mail(spoc, `${reference} Information request`);
  await until('the case waits again', async () => ((await world.store.cases.get(reference))?.startedAt ? true : undefined));
  const late = await police.request(`${tasks}/T1/answer`);
  must('the withdrawal', await asker.send(`/cases/${reference}/withdrawal`, { reason: marks.of('reason of the withdrawal') }), 303);
  const tooLate = { kind: 'refused', ground: marks.of('ground of an answer that came too late') };
  must('an answer to a closed case', await police.submit(late, `${tasks}/T1/answer`, tooLate), 409);
}

/** More time for one partner, refused the second time; a correction that lacks a field, is declined, is confirmed. */
async function datesByPage(world: World, asker: WebSession, reference: string): Promise<void> {
  const { marks, stack } = world;
  const extension = `/cases/${reference}/tasks/T2/extension`;
  const sooner = await asker.request(extension);
  must('more time', await asker.submit(sooner, extension, { reason: marks.of('reason to give more time') }), 303);
  const once = { reason: marks.of('reason to give more time once more'), submissionId: randomUUID() };
  must('more time once more', await asker.submit(sooner, extension, once), 409);

  const correction = `/cases/${reference}/correction`;
  const wrong = { ...dateFields('from', before(3)), 'from-day': '40', reason: marks.of('reason of a correction that lacks a day') };
  must('a correction that lacks a day', await asker.send(correction, wrong), 422);
  const propose = async (days: number, reason: string): Promise<void> => {
    must('the correction', await asker.send(correction, { ...dateFields('from', before(days)), reason }), 303);
  };
  await propose(3, marks.of('reason of a correction that is declined'));
  await world.mail(cspManager, `${reference} A second person`);
  const second = await world.signedIn(cspManager);
  const decision = `${correction}/decision`;
  const late = await second.request(decision);
  must('nothing is chosen', await second.submit(late, decision, { reason: marks.of('reason without a decision') }), 422);
  const no = { decision: 'declined', reason: marks.of('reason to decline') };
  must('the correction is declined', await second.submit(late, decision, no), 303);
  const again = { decision: 'confirmed', reason: marks.of('reason to confirm what was declined'), submissionId: randomUUID() };
  must('it was declined', await second.submit(late, decision, again), 409);

  // Confirmed while no worker runs: Temporal keeps it for the case, which hears of it once one runs again.
  await propose(4, marks.of('reason of a correction'));
  await stack.part('worker').kill('SIGKILL');
  const yes = { decision: 'confirmed', reason: marks.of('reason to confirm') };
  const confirming = await second.request(decision);
  must('the correction without a worker', await second.submit(confirming, decision, yes), 303);
  await stack.start('worker');
  await world.mail(spoc, `${reference} New date`);
}

/** Opens a request to three: page by page, with an error, a session that ends, and a database that dies. */
async function openByPage(world: World, asker: WebSession): Promise<string> {
  const { marks, stack } = world;
  const how = { channel: 'telephone', means: 'concordat', ...dateFields('receivedOn', before(2)), ...dateFields('neededByOn', today()) };
  const steps: readonly Fields[] = [
    { 'asked[]': 'essex-police thurrock/housing riverview' },
    {
      identifiability: 'personal',
      personName: marks.of('person’s name'),
      personDetails: marks.of('details'),
      'essex-police.categories[]': 'asb-incidents violence-incidents',
      'thurrock/housing.categories[]': 'linked-tenants',
      'riverview.justification': marks.of('justification'),
      information: marks.long('what is asked'),
    },
    { purpose: marks.of('purpose'), legalBasis: 'public-task' },
  ];
  let page = await asker.request(form);
  for (const fields of steps) page = must('a page of the form', await asker.submit(page, form, fields), 200);
  const urgentBecause = marks.of('reason of urgency');
  const wrong = { ...how, 'receivedOn-day': '40', urgentBecause };
  page = must('a wrong date', await asker.submit(page, form, wrong), 422);
  page = must('the answers to be checked', await asker.submit(page, form, { ...how, urgentBecause }), 200);

  asker.forget();
  const signIn = must('a session that has ended', await asker.submit(page, form, {}), 401, 403);
  const { username } = asker;
  must('a wrong password', await asker.submit(signIn, '/sign-in', { username, password: 'wrong' }), 422, 403);
  const signInAgain = await asker.submit(signIn, '/sign-in', { username, password });
  page = must('what was typed is there again', signInAgain.status === 200 ? signInAgain : await retried(asker, signInAgain), 200);

  const posted = filledIn(page, form, {});
  await stack.part('mongo').kill('SIGKILL');
  must('the database is away', await asker.request(form, posted), 503);
  await stack.start('mongo');
  return referenceIn(must('the request', await asker.request(form, posted), 303).location);
}

/** The page of the sign-in was older than the session: its own token is in what it shows instead. */
async function retried(asker: WebSession, page: Page): Promise<Page> {
  return asker.submit(page, '/sign-in', { username: asker.username, password });
}

async function seenAndConfirmed(world: World, asker: WebSession, reference: string): Promise<void> {
  const page = must('the case', await asker.request(`/cases/${reference}`), 200);
  const file = /\/cases\/[\w-]+\/files\/[\w-]+/.exec(page.text)?.[0] ?? '';
  must('the file', await asker.request(file), 200);
  await until('all have answered', async () =>
    (await world.store.cases.get(reference))?.projection.stage === 'answered' ? true : undefined,
  );
  must('the confirmation', await asker.send(`/cases/${reference}/confirmation`, {}), 303);
  await until('the case is closed', async () => ((await world.store.cases.get(reference))?.ended === true ? true : undefined));
}

async function byApi(world: World): Promise<void> {
  const { marks } = world;
  const [asking, answering] = [await world.api(officer), await world.api(spoc)];
  const reference = await open(world, asking, { asked: requestBody.asked });
  const task = `/cases/${reference}/tasks/T1`;
  await act(world, asking, `${task}/extension`, { reason: marks.of('reason to give more time, by API') });
  await act(world, asking, `/cases/${reference}/correction`, { from: before(3), reason: marks.of('reason of a correction, by API') });
  const own = { decision: 'confirmed', reason: marks.of('reason to confirm one’s own correction') };
  await act(world, asking, `/cases/${reference}/correction/decision`, own, 409);
  const no = { decision: 'declined', reason: marks.of('reason to take it back, by API') };
  await act(world, asking, `/cases/${reference}/correction/decision`, no);
  await act(world, answering, `${task}/questions`, { text: marks.of('question, by API') });
  await act(world, asking, `${task}/reply`, { text: marks.of('reply, by API') });
  await act(world, answering, `${task}/assignments`, { person: 'essex-police-officer' });
  await cutOffUpload(answering, `${task}/files`, `${marks.plain('name of a file that is cut off')}.txt`, marks.long('file that is cut off'));
  const refused = new File([marks.long('file that is refused')], `${marks.of('name of a file that is refused')}.exe`);
  must('a file that is refused', await upload(answering, `${task}/files`, refused), 422);
  const sent = must(
    'a file by API',
    await upload(answering, `${task}/files`, textFile(marks.of('file name, by API'), marks.long('file content, by API'))),
    201,
  );
  const { files } = JSON.parse(sent.text) as { files: { id: string }[] };
  await act(world, answering, `${task}/answers`, { kind: 'refused', ground: marks.of('ground, by API') });
  await act(world, answering, `${task}/answers`, {
    kind: 'shared-in-full',
    shared: marks.long('answer, corrected by API'),
    marking: 'other',
    markingWords: marks.of('words of the marking, by API'),
    handling: marks.of('handling words, by API'),
    files: files.map(({ id }) => id),
    corrects: 1,
  });
  const recorded = {
    givenByName: marks.of('who telephoned, by API'),
    givenHow: 'telephone',
    givenOn: before(2),
    givenTime: '10:00',
    kind: 'shared-in-part',
    shared: marks.of('answer recorded by API'),
    ground: marks.of('what is left out, by API'),
    corrects: 2,
  };
  await act(world, asking, `${task}/recorded-answers`, recorded);
  must('the case by API', await callApi(asking, `/cases/${reference}`), 200);
  must('the file by API', await callApi(asking, `${task}/files/${files[0]?.id ?? ''}`), 200);
  await until('it is confirmed', async () => {
    const { status } = await callApi(asking, `/cases/${reference}/confirmation`, { key: randomUUID(), body: {} });
    return status === 200 ? true : undefined;
  });
  await act(world, asking, `/cases/${reference}/reopening`, { tasks: ['T1'], reason: marks.of('reason of the reopening, by API') });
}

async function upload({ url, token }: Api, path: string, file: File): Promise<Page> {
  const parts = new FormData();
  parts.append('files', file);
  const response = await fetch(new URL(`/api/v1${path}`, url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: parts,
  });
  return { status: response.status, location: null, text: await response.text() };
}

/** Received so long ago that its ladder is over: asked again, and then left unanswered. */
async function leftUnanswered(world: World): Promise<void> {
  const { marks } = world;
  const [asking, deciding] = [await world.api(officer), await world.api(cspManager)];
  const reference = await open(world, asking, { receivedOn: before(60) });
  await until('the ladder is over', async () =>
    (await world.store.cases.get(reference))?.projection.stage === 'unanswered' ? true : undefined,
  );
  const decision = `/cases/${reference}/tasks/T1/decision`;
  const reason = marks.of('reason to ask again');
  await until('it is asked again', async () => {
    const { status } = await callApi(deciding, decision, { key: randomUUID(), body: { decision: 'asked-again', reason } });
    return status === 200 ? true : undefined;
  });
  await act(world, deciding, decision, { decision: 'left-unanswered', reason: marks.of('reason to leave it unanswered') });
}

/** Opened and withdrawn while no worker runs. */
async function withoutWorker(world: World): Promise<void> {
  const { marks, stack } = world;
  const asking = await world.api(officer);
  await stack.part('worker').kill('SIGKILL');
  const reference = await open(world, asking);
  await act(world, await world.api(probationSpoc), `/cases/${reference}/tasks/T1/answers`, {
    kind: 'refused',
    ground: marks.of('ground while no worker runs'),
  });
  const reason = marks.of('reason of the withdrawal, by API');
  const withdrawal = { key: randomUUID(), body: { reason } };
  const path = `/cases/${reference}/withdrawal`;
  must('a withdrawal out of reach', await callApi(asking, path, withdrawal), 503);
  await stack.start('worker');
  await until('it is withdrawn', async () => ((await callApi(asking, path, withdrawal)).status === 200 ? true : undefined));
}

/** What is typed where it is not taken. */
async function refusedAtTheDoor(world: World): Promise<void> {
  const { marks } = world;
  const session = await world.signedIn(officer);
  const { _csrf = '' } = hiddenOf((await session.request(form)).text, form);
  const typed = (field: string): Fields => ({ personName: marks.of(field), information: marks.long(field) });
  must('a page that is not there', await session.request('/nowhere', { _csrf, ...typed('a page that is not there') }), 404);
  must('a wrong token of a form', await session.request(form, { _csrf: 'wrong', ...typed('a wrong token of a form') }), 403);
  must('a case that is not there', await session.request('/cases/IR-2026-9999/withdrawal', { _csrf, reason: marks.of('a case that is not there') }), 404);
  const tooLong = { _csrf, information: `${marks.of('a form that is too long')}${'x'.repeat(1_100_000)}` };
  must('a form that is too long', await session.request(form, tooLong), 413);
  must('a sign-in', await world.visitor().send('/sign-in', { username: marks.of('a name that signs in'), password }), 422);

  const search = (path: string, name = 'q'): string => `${path}?${name}=${encodeURIComponent(marks.of(`search box of ${path}`))}`;
  for (const address of [search('/cases'), search('/directory'), search('/cases', 'stage'), search('/disclosures', 'from')]) {
    await session.request(address);
    // What is asked for next says where it comes from.
    must('the page after a search', await session.request('/'), 200);
  }
  for (const path of ['/cases', '/directory']) {
    const { location } = must('a search without a session', await world.visitor().request(`${search(path)}&sort=newest`), 303);
    if (!location?.includes('sort')) throw new Error(`A search without a session leads to ${location ?? 'nowhere'}.`);
  }
  const api = await world.api(officer);
  for (const path of ['/directory', '/cases', '/disclosures']) await callApi(api, search(path));

  const looksFor = (where: string) => ({ purpose: 'subject-access', name: marks.of(`a person who is looked for ${where}`) });
  must('a person who is looked for', await (await world.signedIn(lead)).send('/persons', looksFor('on the page')), 200);
  await act(world, await world.api(lead), '/person-searches', looksFor('by the API'), 200);

  await act(world, api, '/nowhere', typed('a route of the API that is not there'), 404);
  await act(world, api, '/information-requests', { ...bodyOf(world), receivedOn: 'soon', means: marks.of('an enumeration') }, 422);
  await act(world, { ...api, token: marks.plain('a token') }, '/information-requests', bodyOf(world), 401);
  await act(world, api, '/information-requests', { information: `${marks.of('a body that is too long')}${'x'.repeat(300_000)}` }, 413);
  const headers = { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' };
  for (const [type, status] of [['application/json', 400], ['text/plain', 415]] as const) {
    const body = `{ "personName": "${marks.of('a body that is no JSON')}"`;
    const response = await fetch(new URL('/api/v1/information-requests', api.url), { method: 'POST', headers: { ...headers, 'content-type': type }, body });
    must('a body that is no JSON', { status: response.status, location: null, text: await response.text() }, status);
  }
}
