/**
 * Who may use what, walked: every route by everybody in every relation to every case, held against the table that was
 * written by hand (policy/table.ts). What is refused on a case, a task, a file, a link, a partner or a token looks the
 * same as what is not there; what is in a case is found by those with the right to it, and nowhere else.
 */
import { createHash, randomInt } from 'node:crypto';
import { scopeNames } from '../../config/scopes';
import { everybody, people, visitors, type VisitorName, type Who } from './policy/people';
import { cases, content, register, registerLines, routes, tasks, toAnswer, type RouteLine } from './policy/table';
import type { Answer, Visitor } from './policy/wire';
import { canariesIn, caseNames, makeWorld, partOf, planted, type CaseName, type World } from './policy/world';

let world: World;
/** Who was shown each unusual word, wherever it stood in an answer. */
const shown = new Map<string, Set<string>>();
beforeAll(async () => {
  world = await makeWorld();
  for (const partner of ['essex-police', 'mse-icb']) await world.absence(partner);
  world.wire.watch((_sent, { text, headers }, who) => {
    for (const word of canariesIn(text + JSON.stringify(headers))) {
      shown.set(word, (shown.get(word) ?? new Set()).add(who));
    }
  });
}, 240_000);
afterAll(async () => world.close());

type Outcome = 'allowed' | 'forbidden' | 'hidden' | 'to sign in' | `failed with ${number}`;
type Params = Readonly<Record<string, string>>;

/** What a route is asked about. */
interface Subject {
  readonly name: string;
  readonly params: Params;
  readonly allowed: readonly Who[];
}

/** What there is nowhere, in words that no page has by itself. */
const absent: Params = {
  ref: 'IR-2026-9999',
  task: 'T9',
  file: '00000000-0000-4000-8000-000000000000',
  partner: 'qq-partner',
  absence: 'qq-absence',
  token: 'qq-token',
  chain: 'qq-chain',
  decision: 'go-on',
  item: 'I9',
};

/**
 * The cases and tasks that show each relation: asked as a partner, as a team, passed on, before and after the ladder has
 * reached the governance lead, left by those who had it; each with the partners whose people are asked about it, null
 * for everybody. With POLICY_WALK=whole every route is asked about all of them by everybody.
 */
const isWhole = process.env['POLICY_WALK'] === 'whole';
/** Of what somebody is not let in on a quarter is asked about, by chance: POLICY_SEED repeats a run, and POLICY_WALK=whole asks it all. */
const seed = Number(process.env['POLICY_SEED'] || randomInt(1_000_000));
const isOfThisRun = (...what: readonly string[]): boolean =>
  isWhole || (createHash('sha256').update([seed, ...what].join('/')).digest()[0] ?? 0) % 4 === 0;
type Walked<Name extends string> = Readonly<Partial<Record<Name, readonly string[] | null>>>;
const forAll = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, null])) as unknown as Walked<Name>;
const walkedCases: Walked<CaseName> = isWhole
  ? forAll(caseNames)
  : { waiting: null, review: ['thurrock', 'essex-police', 'mse-icb'], moved: ['thurrock', 'essex-police'], elsewhere: ['mse-icb', 'ecfrs'], notice: ['swan'], breach: ['essex-police', 'probation'], access: ['thurrock', 'essex-police', 'probation'] };
const walkedTasks: Walked<string> = isWhole
  ? forAll(Object.keys(tasks))
  : {
      'waiting/T1': null,
      'waiting/T2': ['ecfrs'],
      'waiting/T3': ['probation'],
      'raised/T1': ['essex-police'],
      'review/T1': ['thurrock', 'essex-police'],
      'moved/T2': ['probation'],
      'notice/T1': ['essex-police', 'swan'],
      'breach/T1': ['essex-police', 'swan'],
      'breach/T5': ['probation'],
      'access/T1': ['thurrock'],
      'access/T2': ['thurrock', 'essex-police'],
    };
/** Of the other partners, those who are asked about everything. */
const always: readonly string[] = ['opener', 'movedOpener', 'movedAppointee', 'cspManager', 'auditor', 'strangerSpoc', 'nobody'];

const isWalked = <Name extends string>(walked: Walked<Name>, name: Name, who: Who | VisitorName): boolean => {
  if (!(name in walked)) return false;
  const partners = walked[name] ?? null;
  return partners === null || always.includes(who) || (who in people && partners.includes(people[who as Who].partner));
};

const isOfTheApi = (path: string): boolean => path.startsWith('/api/v1/');

const fill = (path: string, params: Params): string =>
  path.replaceAll(/:(\w+)/g, (_all, name: string) => encodeURIComponent(params[name] ?? ''));

async function ask(visitor: Visitor, route: string, params: Params, token = visitor.token): Promise<Answer> {
  const [method = '', path = ''] = route.split(' ');
  const filled = fill(path, params);
  const { send } = routes[route] ?? {};
  if (!isOfTheApi(path)) return method === 'get' ? visitor.get(filled) : visitor.post(filled, {});
  if (send === 'no files') return visitor.upload(filled.replace('/api/v1', ''), {}, token);
  const wrong = { tasks: 5, text: 5, kind: 5, decision: 5, reason: 5, team: 5, version: 'one' };
  return visitor.call(method.toUpperCase(), filled.replace('/api/v1', ''), send === 'wrong json' ? wrong : undefined, token);
}

function outcomeOf({ status, headers }: Answer): Outcome {
  if (status === 401 || (headers.location ?? '').startsWith('/sign-in')) return 'to sign in';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'hidden';
  return status >= 500 ? `failed with ${status}` : 'allowed';
}

/** The whole answer without what differs from one request to the next, and without what was asked about. */
function looksOf({ status, headers, text }: Answer, params: Params): string {
  const kept = Object.entries(headers).filter(([name]) => name !== 'date' && name !== 'x-request-id');
  const whole = JSON.stringify([status, kept, text])
    .replaceAll(/Expires=[^;"]*|id=s%3A[^;"]*/gi, '')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'an id')
    // Forms of the same page differ in the length of what was asked about.
    .replaceAll(/"content-length","\d+"/g, '"content-length"');
  return Object.values(params).reduce((looks, value) => (value === '' ? looks : looks.replaceAll(value, '·')), whole);
}

/** From where on two texts differ, with a little of what is before. */
function whatDiffers(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const around = (text: string): string => text.slice(Math.max(0, at - 80), at + 80);
  return `${around(one)} – ${around(other)}`;
}

/** What the path of a route can be about, with who is let in on each by the table. */
async function subjectsOf(route: string, line: RouteLine, who: Who | VisitorName): Promise<Subject[]> {
  const [, path = ''] = route.split(' ');
  switch (line.on) {
    case 'nothing': {
      const allowed = line.allowed === 'anyone' ? everybody : line.allowed;
      const chains = path.includes(':chain') ? ['directory', 'accounts', 'register'] : [''];
      return chains.map((chain) => ({ name: chain, params: { chain, partner: 'essex-police' }, allowed }));
    }
    case 'case':
      return caseNames
        .filter((name) => isWalked(walkedCases, name, who) && line.notIn?.includes(name) !== true)
        .map((name) => ({ name, params: { ref: world.refs[name], decision: 'go-on', item: 'I1', letter: 'reply' }, allowed: line.allowed(cases[name]) }));
    case 'task':
    case 'file':
      return Object.entries(tasks).flatMap(([name, task]) => {
        const [caseName, id] = name.split('/') as [CaseName, string];
        const files = path.includes(':file') ? (world.files[name] ?? []) : isWalked(walkedTasks, name, who) ? [''] : [];
        const allowed = line.allowed(task, cases[caseName]);
        return files.map((file) => ({ name, params: { ref: world.refs[caseName], task: id, file }, allowed }));
      });
    case 'partner':
      return Promise.all(
        Object.entries(line.allowed).map(async ([partner, allowed]) => {
          // Whoever is let in ends it, so the next one needs another.
          const ends = path.includes(':absence') && allowed.some((each) => each === who);
          const absence = ends ? await world.absence(partner) : ((await world.web.deps.store.directory.get(partner))?.absences[0]?.id ?? 'qq-none');
          return { name: partner, params: { partner, absence }, allowed };
        }),
      );
    case 'own token': {
      const own = who in people ? [{ name: 'own', params: { token: (await world.tokenOf(who as Who)).id }, allowed: everybody }] : [];
      const another = (await world.tokenOf(who === 'opener' ? 'colleague' : 'opener')).id;
      return [...own, { name: 'another’s', params: { token: another }, allowed: [] }];
    }
    case 'link':
      return [];
  }
}

/** How the table has it that somebody is answered. */
function expected(line: RouteLine, subject: Subject, who: Who | VisitorName): Outcome {
  if (line.on === 'nothing' && line.allowed === 'anyone') return 'allowed';
  if (!(who in people)) return 'to sign in';
  if (subject.allowed.includes(who as Who)) return 'allowed';
  return line.on === 'nothing' ? 'forbidden' : 'hidden';
}

const walkers = [...everybody, ...visitors] as const;
let combinations = 0;

beforeAll(() => process.stdout.write(`POLICY_SEED=${seed}\n`));

test('every route has a line in the table, and every line a route', () => {
  const served = world.web.app.routes.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(served).size).toBe(served.length);
  expect(Object.keys(routes).sort()).toEqual([...served].sort());
});

describe('every route is answered as the table says', () => {
  const walked = Object.entries(routes).filter(([route, { on }]) => on !== 'link' && route !== 'post /sign-out');

  test.each(walked)('%s', async (route, line) => {
    const wrong: string[] = [];
    await Promise.all(
      walkers.map(async (who) => {
        const visitor = world.visitors[who];
        let nothing: string | undefined;
        for (const subject of await subjectsOf(route, line, who)) {
          const wanted = expected(line, subject, who);
          if (wanted !== 'allowed' && !isOfThisRun(route, who, subject.name)) continue;
          const answer = await ask(visitor, route, subject.params);
          const outcome = outcomeOf(answer);
          combinations += 1;
          if (outcome !== wanted) wrong.push(`${who} on ${subject.name}: ${outcome} (${answer.status}), expected ${wanted}`);
          if (outcome !== 'hidden' || wanted !== 'hidden') continue;
          nothing ??= looksOf(await ask(visitor, route, absent), absent);
          const looks = looksOf(answer, subject.params);
          if (looks !== nothing) {
            const difference = whatDiffers(looks, nothing);
            wrong.push(`${who} on ${subject.name}: can be told from what is not there: ${difference}`);
          }
        }
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('a link', () => {
  const walked = Object.entries(routes).filter(([, { on }]) => on === 'link');
  const landing = (token: string) => `/t/${token}`;

  test.each(walked)('%s', async (route, line) => {
    if (line.on !== 'link') throw new Error('Not of a link.');
    const [own, other] = [await world.link('waiting', 'T1'), await world.link('waiting', 'T2')];
    const file = world.files['answered/T1']?.[0] ?? '';
    for (const who of ['linkHolder', 'linkWithoutCode', 'opener'] as const) {
      const visitor = world.visitors[who];
      const wrong = await ask(visitor, route, { ...absent, file });
      const altered = await ask(visitor, route, { file, token: `${own}x` });
      expect([who, wrong.status, altered.status]).toEqual([who, 404, 404]);
      expect(looksOf(altered, { token: `${own}x` })).toBe(looksOf(wrong, { token: absent['token'] ?? '' }));

      if (line.allowed === 'of an action') {
        // The link of a task leads to no action; that of an action nowhere before a code was given for it.
        expect([who, (await ask(visitor, route, { token: own })).status]).toEqual([who, 404]);
        const token = await world.link('review', 'action-1');
        const { status, headers, text } = await ask(visitor, route, { token });
        combinations += 1;
        expect([who, text.includes(`action="${landing(token)}"`) || (status === 303 && headers.location === landing(token))]).toEqual([who, true]);
        continue;
      }

      for (const token of [own, other]) {
        const { status, headers, text } = await ask(visitor, route, { token, file });
        combinations += 1;
        const isOpen = who === 'linkHolder' && token === own;
        const isLanding = text.includes(`action="${landing(token)}"`);
        const isTurnedAway = isLanding || (status === 303 && headers.location === landing(token));
        if (line.allowed === 'link alone') expect([who, status]).toEqual([who, status >= 200 && status < 500 && ![403, 404].includes(status) ? status : 200]);
        // A file of another case is not there for it; as long as there is no answer, none was received; and what is still asked is not read as decided.
        else if (isOpen && route.includes(':file')) expect([who, status]).toEqual([who, 404]);
        else if (isOpen && !/\/(received|decision)$/.test(route)) expect([who, route, isTurnedAway, status < 500]).toEqual([who, route, false, true]);
        else expect([who, route, isTurnedAway]).toEqual([who, route, true]);
      }
    }
  });
});

describe('lists, counts and searches show what the table says', () => {
  const refsOf = (names: readonly CaseName[]) => names.map((name) => world.refs[name]).sort();
  const seenBy = (who: Who) => caseNames.filter((name) => cases[name].metadata.includes(who));
  const linesOf = (who: Who) =>
    caseNames.filter((name) => register[name].includes(who)).flatMap((name) => Array<CaseName>(registerLines[name] ?? 0).fill(name));
  const linked = ({ text }: Answer) => [...text.matchAll(/data-label="(?:Reference|Case)"><a class="govuk-link" href="\/cases\/([^"]+)"/g)].map(([, ref = '']) => ref).sort();
  const count = ({ text }: Answer, what: string) => Number(new RegExp(`>(\\d+) ${what}s?\\b`).exec(text)?.[1] ?? 0);

  test.each(everybody)('%s', async (who) => {
    const visitor = world.visitors[who];
    const seen = seenBy(who);

    const listed = JSON.parse((await visitor.call('GET', '/cases?limit=200')).text) as { cases: { reference: string }[]; total: number; next: null };
    expect([listed.cases.map(({ reference }) => reference).sort(), listed.total, listed.next]).toEqual([refsOf(seen), seen.length, null]);
    const page = await visitor.get('/cases');
    expect([linked(page), count(page, 'case')]).toEqual([refsOf(seen), seen.length]);

    // Each filter alone counts no more than it shows, and no case that is not seen without it.
    for (const filter of ['partner=essex-police', 'partner=mse-icb&side=asking', 'state=closed', 'stage=unanswered', 'overdue=yes', 'waits=reply', 'openedBy=my-team', 'dueFrom=2026-01-01']) {
      const filtered = JSON.parse((await visitor.call('GET', `/cases?limit=200&${filter}`)).text) as typeof listed;
      const onPage = await visitor.get(`/cases?${filter}`);
      const found = filtered.cases.map(({ reference }) => reference).sort();
      expect([filter, filtered.total, linked(onPage)]).toEqual([filter, found.length, found]);
      expect(refsOf(seen)).toEqual(expect.arrayContaining(found));
    }

    // The search leads to a case that may be seen; of any other it says what it says of one that is not there.
    const missing = absent['ref'] ?? '';
    const nothing = looksOf(await visitor.get(`/cases?q=${missing}`), { ref: missing });
    for (const name of caseNames) {
      const found = await visitor.get(`/cases?q=${world.refs[name]}`);
      if (seen.includes(name)) expect([found.status, found.headers.location]).toEqual([303, `/cases/${world.refs[name]}`]);
      else expect(looksOf(found, { ref: world.refs[name] }).replaceAll('·', '')).toBe(nothing.replaceAll('·', '').replaceAll(world.refs[name], ''));
    }

    const work = await visitor.get('/');
    const answers = [...work.text.matchAll(/href="\/cases\/([^"/]+)\/tasks\/([^"/]+)\/answer"/g)].map(([, ref = '', task = '']) => `${ref}/${task}`);
    expect(answers.sort()).toEqual(toAnswer[who].map((name) => name.replace(/^\w+/, (caseName) => world.refs[caseName as CaseName])).sort());
    for (const [, ref = ''] of work.text.matchAll(/href="\/cases\/(IR-[^"/?]+)/g)) expect(refsOf(seen)).toContain(ref);

    const lines = linesOf(who);
    const registered = JSON.parse((await visitor.call('GET', '/disclosures?limit=200')).text) as { disclosures: { case: string }[]; total: number };
    expect([registered.disclosures.map((line) => line.case).sort(), registered.total]).toEqual([refsOf(lines), lines.length]);
    const registerPage = await visitor.get('/disclosures');
    expect([linked(registerPage), count(registerPage, 'disclosure')]).toEqual([refsOf(lines), lines.length]);
    const csv = await visitor.get('/disclosures.csv');
    expect((csv.text.match(/^[A-Z]+-[\d-]+/gm) ?? []).sort()).toEqual(refsOf(lines));
    for (const name of caseNames) {
      const own = JSON.parse((await visitor.call('GET', `/disclosures?case=${world.refs[name]}`)).text) as { total: number };
      expect([name, own.total]).toEqual([name, lines.filter((each) => each === name).length]);
    }
  });
});

describe('a token', () => {
  const guarded = Object.entries(routes).filter(([route]) => isOfTheApi(route.split(' ')[1] ?? ''));

  test.each(guarded.filter(([, { scope }]) => scope !== undefined))('of every scope but its own is refused by %s', async (route, { scope }) => {
    const others = scopeNames.filter((each) => each !== scope);
    const params = { ref: world.refs.waiting, task: 'T1', file: world.files['answered/T1']?.[0] ?? '', partner: 'essex-police', absence: 'qq-none', item: 'I1', letter: 'reply' };
    for (const who of ['opener', 'policeSpoc', 'cspManager', 'auditor'] as const) {
      const { token } = await world.tokenOf(who, others);
      const refused = await ask(world.visitors[who], route, params, token);
      const nothing = await ask(world.visitors[who], route, absent, token);
      expect([who, refused.status]).toEqual([who, 403]);
      expect(looksOf(refused, params)).toBe(looksOf(nothing, absent));
    }
  });

  test('without the scope to see content is shown none, by any route', async () => {
    const scopes = scopeNames.filter((each) => each !== 'content:read');
    const found: string[] = [];
    for (const who of ['opener', 'policeSpoc', 'auditorWithReason'] as const) {
      const { token } = await world.tokenOf(who, scopes);
      for (const [route, line] of guarded) {
        for (const { params } of await subjectsOf(route, line, who)) {
          const answer = await ask(world.visitors[who], route, params, token);
          if (canariesIn(answer.text + JSON.stringify(answer.headers)).length > 0) found.push(`${who} by ${route}`);
        }
      }
    }
    expect(found).toEqual([]);
  });
});

// Last, as it looks back on all that was answered.
describe('what is in a case', () => {
  /** Everybody opens every case, by page and by token, and each link and opening what it leads to. */
  beforeAll(async () => {
    await Promise.all(
      walkers.map(async (who) => {
        const visitor = world.visitors[who];
        for (const name of caseNames) {
          await visitor.get(`/cases/${world.refs[name]}`);
          await visitor.get(`/cases/${world.refs[name]}/breach-room`);
          if (cases[name].isAccess === true) await visitor.get(`/cases/${world.refs[name]}/items`);
          await visitor.get(`/cases/${world.refs[name]}/opened-content`);
          await visitor.call('GET', `/cases/${world.refs[name]}`);
        }
        await visitor.get(`/t/${await world.link('waiting', 'T1')}/answer`);
        for (const [task, files] of Object.entries(world.files)) {
          const [name = '', id = ''] = task.split('/');
          for (const file of files) await visitor.call('GET', `/cases/${world.refs[name as CaseName]}/tasks/${id}/files/${file}`);
        }
      }),
    );
  }, 240_000);

  test('is found by those with the right to it, and by nobody else in any answer', () => {
    const wrong = [...shown].flatMap(([word, all]) =>
      [...all].filter((who) => content[partOf(word)]?.includes(who as Who) !== true).map((who) => `${who} found ${word}`),
    );
    expect(wrong).toEqual([]);
    const missed = Object.entries(content).flatMap(([part, finders]) =>
      finders
        .filter((who) => ![...shown].some(([word, all]) => partOf(word) === part && all.has(who)))
        .map((who) => `${who} found nothing of ${part}`),
    );
    expect(missed).toEqual([]);
    expect([...planted].filter((word) => !shown.has(word))).toEqual([]);
    expect(planted.size).toBeGreaterThan(40);
  });

  test('and the walk was a long one', () => {
    process.stdout.write(`${Object.keys(routes).length} routes, ${walkers.length} people, ${combinations} combinations, ${world.wire.count} requests\n`);
    expect(combinations).toBeGreaterThan(3_000);
  });
});

// Whoever signs out is not let in any more.
test('post /sign-out', async () => {
  for (const who of ['opener', 'auditor', 'nobody'] as const) {
    const left = await ask(world.visitors[who], 'post /sign-out', {});
    expect([left.status, left.headers.location]).toEqual([303, '/sign-in']);
    expect(outcomeOf(await world.visitors[who].get('/cases'))).toBe('to sign in');
  }
});
