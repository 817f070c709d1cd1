/** Cases in every stage with an unusual word in each field that holds content, and people in every relation to them. */
import { holidays as holidaysOf } from '../../support/database';
import { londonDateOf, workingDaysAfter } from '../../../calendar';
import type { IsoDate } from '../../../config/clock';
import type { Scope } from '../../../config/scopes';
import { tokenHash, tokenId } from '../../../store/accounts';
import type { CaseDocument } from '../../../store/cases';
import { officer, SetClock, startWeb, type Web } from '../support';
import { before, everybody, people, visitors, type Person, type VisitorName, type Who } from './people';
import { Visitor, Wire } from './wire';
import { runWorkflowsHere } from './workflows-here';

export const caseNames = [
  'waiting',
  'raised',
  'answered',
  'withdrawn',
  'reopened',
  'moved',
  'elsewhere',
  'notice',
  'review',
  'breach',
  'access',
  'freedom',
] as const;
export type CaseName = (typeof caseNames)[number];

/** Thursday 16 April 2026, 10:00 in London. */
export const start = '2026-04-16T09:00:00.000Z';

/** All words that were put into some field. */
export const planted = new Set<string>();

/** The word of a field: `canary('waiting_request', 'purpose')`. */
function canary(part: string, field: string): string {
  const word = `zq-${part}_${field}-qz`;
  planted.add(word);
  return word;
}
export const canariesIn = (text: string): string[] => text.match(/zq-\w+-qz/g) ?? [];
/** What of a case it is of: `waiting_request`. */
export const partOf = (word: string): string => word.slice('zq-'.length).split('_').slice(0, 2).join('_');

export interface World {
  readonly web: Web;
  readonly wire: Wire;
  readonly clock: SetClock;
  readonly visitors: Readonly<Record<Who | VisitorName, Visitor>>;
  readonly refs: Readonly<Record<CaseName, string>>;
  /** By task, `answered/T1`: the files of its answers. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** The token of the link of a task's SPOC, alive as long as it is not passed on. */
  link(name: CaseName, task: string): Promise<string>;
  /** An absence of a partner's SPOC that has not begun: each call makes another. */
  absence(partner: string): Promise<string>;
  /** An API token of a person, and the id by which its page names it. */
  tokenOf(who: Who, scopes?: readonly Scope[]): Promise<{ readonly token: string; readonly id: string }>;
  document(name: CaseName): Promise<CaseDocument>;
  close(): Promise<void>;
}

const usernameOf = (who: Who): string => `${who.toLowerCase()}@example.org`;
const received = (workingDays: number): IsoDate =>
  workingDaysAfter(londonDateOf(start as never), -workingDays, 'england-and-wales', holidaysOf);

export async function makeWorld(): Promise<World> {
  const clock = new SetClock(start);
  const web = await startWeb(clock);
  const { store } = web.deps;
  runWorkflowsHere(web.deps);
  const wire = new Wire(web.app.express, web.contract);

  const { passwordHash = '' } = (await store.accounts.byUsername(officer)) ?? {};
  const save = async (who: Who, { partner, teams, roles }: Person) =>
    store.accounts.save({ _id: who, username: usernameOf(who), displayName: `The ${who}`, partner, teams, roles, passwordHash });
  const found: Record<string, Visitor> = {};
  for (const who of everybody) {
    await save(who, before[who] ?? people[who]);
    const visitor = new Visitor(who, wire);
    await visitor.signIn(usernameOf(who));
    visitor.token = await web.token(usernameOf(who));
    found[who] = visitor;
  }
  for (const who of visitors) {
    found[who] = new Visitor(who, wire);
    await found[who].takeUp('/sign-in');
  }
  const all = found as Record<Who | VisitorName, Visitor>;

  const call = async (who: Who, method: string, path: string, body: unknown): Promise<Record<string, unknown>> => {
    const answer = await all[who].call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} by ${who}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as Record<string, unknown>;
  };
  const refs: Record<string, string> = {};
  const open = async (name: CaseName, by: Who, asked: readonly string[], other: object = {}): Promise<void> => {
    const word = (field: string) => canary(`${name}_request`, field);
    const { reference } = await call(by, 'POST', '/information-requests', {
      asked: asked.map((whom, index) => askedOf(whom, `${name}_T${index + 1}`)),
      identifiability: 'personal',
      personName: word('personName'),
      personDetails: word('personDetails'),
      information: word('information'),
      purpose: word('purpose'),
      legalBasis: 'public-task',
      channel: 'telephone',
      receivedOn: received(2),
      neededByOn: '2026-05-29',
      urgentBecause: word('urgentBecause'),
      means: 'concordat',
      ...other,
    });
    refs[name] = String(reference);
  };
  const files: Record<string, string[]> = {};
  const send = async (who: Who, name: CaseName, task: string, version: number): Promise<string> => {
    const part = `${name}_${task}`;
    const path = `/cases/${refs[name]}/tasks/${task}/files`;
    const sent = await all[who].upload(path, { [`${canary(part, `fileName${version}`)}.txt`]: canary(part, `file${version}`) });
    const id = (JSON.parse(sent.text) as { files: { id: string }[] }).files[0]?.id;
    if (id === undefined) throw new Error(`No file was taken: ${sent.status} ${sent.text}`);
    (files[`${name}/${task}`] ??= []).push(id);
    return id;
  };
  const answer = async (who: Who, name: CaseName, task: string, version = 1, body: object = {}): Promise<void> => {
    const word = (field: string) => canary(`${name}_${task}`, `${field}${version}`);
    await call(who, 'POST', `/cases/${refs[name]}/tasks/${task}/answers`, {
      kind: 'shared-in-part',
      shared: word('shared'),
      ground: word('ground'),
      marking: 'other',
      markingWords: word('marking'),
      handling: word('handling'),
      files: [await send(who, name, task, version)],
      corrects: version - 1,
      ...body,
    });
  };
  const note = (who: Who, name: CaseName, path: string, body: object) => call(who, 'POST', `/cases/${refs[name]}${path}`, body);

  await open('waiting', 'opener', ['essex-police', 'ecfrs/comm-safety', 'probation', 'riverview']);
  await note('policeSpoc', 'waiting', '/tasks/T1/questions', { text: canary('waiting_T1', 'question') });
  await note('probationSpoc', 'waiting', '/tasks/T3/assignments', { person: 'appointee' });

  await open('raised', 'opener', ['essex-police', 'ecfrs/builders'], { receivedOn: received(16) });
  await all.auditorWithReason.post(`/cases/${refs['raised']}/opening`, { reason: canary('raised_opening', 'reason') });

  await open('answered', 'opener', ['essex-police', 'thurrock/housing']);
  await note('policeSpoc', 'answered', '/tasks/T1/questions', { text: canary('answered_T1', 'question') });
  await note('opener', 'answered', '/tasks/T1/reply', { text: canary('answered_T1', 'reply') });
  await answer('policeSpoc', 'answered', 'T1');
  await answer('policeSpoc', 'answered', 'T1', 2);
  await note('opener', 'answered', '/tasks/T2/recorded-answers', {
    givenByName: canary('answered_T2', 'givenByName'),
    givenHow: 'telephone',
    givenOn: londonDateOf(clock.now()),
    givenTime: '09:00',
    kind: 'refused',
    ground: canary('answered_T2', 'ground'),
  });

  await open('withdrawn', 'opener', ['essex-police', 'probation']);
  await answer('policeSpoc', 'withdrawn', 'T1');
  await note('colleague', 'withdrawn', '/withdrawal', { reason: canary('withdrawn_reason', 'withdrawal') });

  await open('reopened', 'opener', ['essex-police'], { receivedOn: received(30) });
  await note('cspManager', 'reopened', '/tasks/T1/decision', { decision: 'left-unanswered', reason: canary('reopened_decision', 'reason') });
  await note('opener', 'reopened', '/reopening', { tasks: ['T1'], reason: canary('reopened_reason', 'reopening') });

  await open('moved', 'movedOpener', ['essex-police', 'probation']);
  await note('probationSpoc', 'moved', '/tasks/T2/assignments', { person: 'movedAppointee' });

  await open('elsewhere', 'strangerSpoc', ['ecfrs/builders']);
  await answer('fireOtherTeamSpoc', 'elsewhere', 'T1');

  const told = await call('opener', 'POST', '/processor-changes', {
    processor: canary('notice_request', 'processor'),
    change: 'addition',
    work: canary('notice_request', 'work'),
    guarantees: canary('notice_request', 'guarantees'),
    categories: ['asb-incidents'],
    beginsOn: '2026-06-01',
  });
  refs['notice'] = String(told['reference']);
  await note('policeSpoc', 'notice', '/tasks/T1/answers', { kind: 'objection', ground: canary('notice_T1', 'ground') });

  const applied = (field: string) => canary('review_application', field);
  const review = await call('reviewSpoc', 'POST', '/asb-case-reviews', {
    appliedOn: received(1),
    applicantName: applied('applicant'),
    applicantContact: canary('review_contact', 'how'),
    victimName: applied('victim'),
    persons: canary('review_request', 'persons'),
    behaviour: canary('review_request', 'behaviour'),
    complaints: [{ behaviourOn: received(3), complainedOn: received(2), complainedTo: applied('complained') }],
    decisionReason: applied('decision'),
    asked: [{ partner: 'essex-police' }, { partner: 'probation' }],
    legalBasis: 'public-task',
  });
  refs['review'] = String(review['reference']);
  await answer('policeSpoc', 'review', 'T1', 1, { kind: 'holds-part-withheld' });
  await note('reviewSpoc', 'review', '/panel', { members: [usernameOf('strangerLead')] });
  await note('reviewSpoc', 'review', '/schedule', { panelOn: '2026-06-10', due: 'keep', reason: canary('review_application', 'reason') });
  await note('reviewSpoc', 'review', '/outcome', {
    heldOn: londonDateOf(clock.now()),
    text: canary('review_application', 'outcome'),
    actions: [{ what: canary('review_application', 'action'), owner: 'probation', dueOn: '2026-06-01' }],
  });

  const word = (field: string) => canary('breach_request', field);
  const breach = await call('opener', 'POST', '/breaches', {
    detected: { on: londonDateOf(start as never), time: '09:00' },
    aware: { on: londonDateOf(start as never), time: '09:30' },
    what: word('what'),
    where: word('where'),
    owner: 'essex-police',
    controllers: ['thurrock', 'probation'],
    categories: ['asb-incidents'],
    regime: 'uk-gdpr',
    people: word('people'),
    records: word('records'),
    effect: word('effect'),
    measures: word('measures'),
  });
  refs['breach'] = String(breach['reference']);
  const called = { on: londonDateOf(start as never), time: '09:45' };
  await note('cspManager', 'breach', '/tasks/T1/calls', { called, how: 'telephone', text: canary('breach_call', 'text') });
  await note('probationSpoc', 'breach', '/tasks/T5/answers', { kind: 'not-told-ico', ground: canary('breach_said', 'ico') });
  await note('probationSpoc', 'breach', '/tasks/T8/answers', { kind: 'do-not-tell', ground: canary('breach_said', 'view') });

  const access = await call('ownPartnerLead', 'POST', '/subject-access-requests', {
    applicant: canary('access_request', 'applicant'),
    actsFor: canary('access_request', 'actsFor'),
    contact: canary('access_contact', 'contact'),
    asked: canary('access_request', 'asked'),
    regime: 'uk-gdpr',
    receivedOn: received(2),
    items: [
      { originator: 'essex-police', description: canary('access_I1', 'item') },
      { originator: 'probation', description: canary('access_I2', 'item') },
    ],
  });
  refs['access'] = String(access['reference']);
  await note('policeSpoc', 'access', '/tasks/T2/answers', {
    kind: 'representations',
    particulars: { I1: { stance: 'representation', words: canary('access_I1', 'words') } },
  });
  await note('ownPartnerLead', 'access', '/items/I1/decision', {
    decision: 'disclose-in-part',
    answerSeen: 'T2/1',
    reason: canary('access_I1', 'reason'),
    dpoAdvice: canary('access_advice', 'advice'),
  });
  await note('ownPartnerLead', 'access', '/items', { items: [{ originator: 'probation', description: canary('access_I2', 'added') }] });
  await note('cspManager', 'access', '/tasks/T3/calls', { called: { on: londonDateOf(clock.now()), time: '10:00' }, how: 'telephone', text: canary('access_call', 'text') });

  const freedom = await call('ownPartnerLead', 'POST', '/information-access-requests', {
    applicant: canary('freedom_applicant', 'name'),
    contact: canary('freedom_applicant', 'contact'),
    asked: canary('freedom_request', 'asked'),
    regime: 'foi',
    receivedOn: received(2),
    items: [
      { originator: 'essex-police', description: canary('freedom_I1', 'item') },
      { originator: 'probation', description: canary('freedom_I2', 'item') },
    ],
  });
  refs['freedom'] = String(freedom['reference']);
  await note('policeSpoc', 'freedom', '/tasks/T2/answers', {
    kind: 'representations',
    particulars: { I1: { stance: 'exemption', words: canary('freedom_I1', 'words') } },
  });
  await note('ownPartnerLead', 'freedom', '/items/I1/decision', {
    decision: 'withhold',
    grounds: ['s31'],
    reason: canary('freedom_I1', 'reason'),
    publicInterest: canary('freedom_I1', 'publicInterest'),
    dpoAdvice: canary('freedom_advice', 'advice'),
  });

  for (const who of Object.keys(before) as Who[]) await save(who, people[who]);

  const links = new Map<string, Promise<string>>();
  const link = async (name: CaseName, task: string): Promise<string> => {
    const known = links.get(`${name}/${task}`) ?? store.links.issue(refs[name] ?? '', task, 'spoc', 1);
    links.set(`${name}/${task}`, known);
    return known;
  };
  await openLink(all.linkHolder, await link('waiting', 'T1'), web);

  let absences = 0;
  let added = Promise.resolve();
  return {
    web,
    wire,
    clock,
    visitors: all,
    refs: refs as Record<CaseName, string>,
    files,
    link,
    absence: async (partner) => {
      absences += 1;
      const day = new Date(Date.parse('2027-01-01') + absences * 86_400_000).toISOString().slice(0, 10) as IsoDate;
      const absence = { id: `absence-${absences}`, team: null, role: 'spoc', from: day, until: day } as const;
      const add = async (): Promise<void> => {
        for (;;) {
          const entry = await store.directory.get(partner);
          if (entry === null) throw new Error(`There is no partner ${partner}.`);
          const change = { absences: [...entry.absences, absence] };
          if ((await store.directory.change(entry, change, { account: null, at: clock.now() })) !== null) return;
        }
      };
      // One after the other: each changes the same document.
      added = added.then(add);
      await added;
      return absence.id;
    },
    tokenOf: async (who, scopes) => {
      const token = await web.token(usernameOf(who), scopes);
      return { token, id: tokenId({ _id: tokenHash(token) }) };
    },
    document: async (name) => {
      const document = await store.cases.get(refs[name] ?? '');
      if (document === null) throw new Error(`The case ${name} is not there.`);
      return document;
    },
    close: async () => {
      await wire.close();
      await web.close();
    },
  };
}

/** What is asked of a partner or team: what section 2 lists for it, or else something with a reason. */
function askedOf(whom: string, part: string): object {
  const [partner = '', team = null] = whom.split('/');
  const listed: Readonly<Record<string, readonly string[]>> = {
    'essex-police': ['asb-incidents', 'violence-incidents'],
    ecfrs: ['primary-fires'],
    probation: ['offender-management'],
    thurrock: ['linked-tenants'],
  };
  const categories = listed[partner];
  return categories === undefined ? { partner, team, justification: canary(part, 'justification') } : { partner, team, categories };
}

/** Asks for a code, reads the mail, and gives it. */
async function openLink(visitor: Visitor, token: string, web: Web): Promise<void> {
  await visitor.takeUp(`/t/${token}`);
  await visitor.post(`/t/${token}`, {});
  const code = /Code: (\d{6})/.exec((await web.mails())[0]?.text ?? '')?.[1] ?? '';
  const { status } = await visitor.post(`/t/${token}/code`, { code });
  if (status !== 303) throw new Error(`The link was not opened: ${status}`);
  await visitor.takeUp(`/t/${token}/answer`);
}
