/**
 * Generated requests to every route by everybody: sound, nearly sound and hostile. Whatever is sent, there is no fault
 * of ours, nothing of our inside, no word of a case that the sender may not see, and every answer of the API is as its
 * document says.
 *
 * The same requests each time, so that a failure is of what was changed: FUZZ_SEED=… sends others, FUZZ_RUNS=… more to
 * each route (4 unless it is set). A failure names the seed.
 */
import fc from 'fast-check';
import { endOfLondonDay, londonDateOf } from '../../calendar';
import { verifyRecord } from '../../store/audit-verification';
import { injectedHeading, csrfHere, requestsTo, tag, type Target } from './fuzz/inputs';
import type { VisitorName, Who } from './policy/people';
import { content, routes } from './policy/table';
import type { Answer, Sent, Visitor } from './policy/wire';
import { canariesIn, caseNames, makeWorld, partOf, type World } from './policy/world';

const seed = Number(process.env['FUZZ_SEED'] ?? 1181189826);
const runs = Number(process.env['FUZZ_RUNS'] ?? 2);

/** Each role, and the relations that see most and least. */
const senders: readonly (Who | VisitorName)[] = [
  'opener',
  'otherTeamSpoc',
  'policeSpoc',
  'policeStaff',
  'policeLead',
  'fireTeamSpoc',
  'strangerSpoc',
  'reviewSpoc',
  'cspManager',
  'manager',
  'auditor',
  'linkHolder',
  'nobody',
];

/** Of what no answer may speak: our code, our libraries, our database, values that are none. */
const inside =
  /node_modules|\.(ts|js|njk):\d+|\bat \w+ \(|(Type|Reference|Syntax|Range|URI|Mongo\w*|Zod|Assertion)Error|Cannot (read|set) prop|is not a function|E11000|ECONN|ENOENT|\$argon2|BSON|nunjucks|busboy|express-session|grpc|\[object Object\]|>\s*(undefined|NaN|null)\s*</i;

let world: World;
/** What somebody may see besides the table, because of what was sent here: a task that was passed on, an opening. */
const grown = new Set<string>();
beforeAll(async () => {
  process.stdout.write(`FUZZ_SEED=${seed} FUZZ_RUNS=${runs}\n`);
  world = await makeWorld();
}, 240_000);
afterAll(async () => {
  const statuses = [...world.wire.answered].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`);
  process.stdout.write(`${world.wire.count} requests, answered with ${statuses.join(', ')}\n`);
  await world.close();
});

async function deliver(visitor: Visitor, sent: Sent): Promise<Answer> {
  const isOfTheApi = sent.path.startsWith('/api/v1');
  const headers: Record<string, string> = { ...sent.headers };
  if (isOfTheApi && visitor.token !== undefined) headers['authorization'] = `Bearer ${visitor.token}`;
  const body = typeof sent.body === 'string' ? sent.body.replace(csrfHere, visitor.csrf) : sent.body;
  const whole = { ...sent, headers, ...(body === undefined ? {} : { body }) };
  return isOfTheApi ? world.wire.send(whole, visitor.who) : visitor.send(whole);
}

/** How often a form of a page was read, and taken or shown again with its errors: the door is not all that is tried. */
let formsRead = 0;

/** What is wrong with an answer; empty if nothing is. */
function faultsOf(sent: Sent, { status, headers, text }: Answer, who: Who | VisitorName): string[] {
  const faults: string[] = [];
  if (status >= 500) faults.push(`it failed with ${status}`);
  const leak = inside.exec(sent.path.includes('openapi.json') ? '' : text);
  if (leak !== null && !asked(sent, leak[0])) faults.push(`it speaks of our inside: ${text.slice(Math.max(0, leak.index - 60), leak.index + 80)}`);
  const isPage = headers['content-type']?.startsWith('text/html') === true;
  if (isPage && text.includes(tag)) faults.push('it has what was typed, not escaped');
  if (injectedHeading in headers) faults.push('a heading was injected');
  if (sent.method === 'HEAD' && text !== '') faults.push('a HEAD has a body');
  for (const word of canariesIn(text + JSON.stringify(headers))) {
    const part = partOf(word);
    if (content[part]?.includes(who) === true || grown.has(`${part.split('_')[0] ?? ''} ${who}`)) continue;
    faults.push(`it has ${word}, which ${who} may not see`);
  }
  return faults;
}

/** Whether it is only what the sender has typed. */
const asked = ({ path, body }: Sent, words: string): boolean =>
  `${decoded(path)} ${decoded(String(body ?? ''))}`.toLowerCase().includes(words.trim().toLowerCase().replace(/^>\s*|\s*<$/g, ''));
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** A task that was passed on is its new holder's, and content that was opened with a reason is the auditor's. */
function follow(sent: Sent, { status }: Answer, who: Who | VisitorName): void {
  if (sent.method !== 'POST') return;
  if (!sent.path.startsWith('/api/') && [303, 409, 422].includes(status)) formsRead += 1;
  if (status >= 400) return;
  const name = caseNames.find((each) => sent.path.includes(world.refs[each]));
  if (/\/opening/.test(sent.path)) grown.add(`${name ?? ''} ${who}`);
  if (!/pass-on|assignments/.test(sent.path)) return;
  const gained: Who[] = ['fireTeamSpoc', 'otherTeamSpoc', 'policeSpoc', 'policeStaff', 'policeLead'];
  for (const each of gained) grown.add(`${name ?? 'waiting'} ${each}`);
}

async function targetOf(route: string): Promise<Target> {
  const [method = '', path = ''] = route.split(' ');
  const template = path.replace('/api/v1', '').replaceAll(/:(\w+)/g, '{$1}');
  const { document } = world.web.contract;
  const own = await world.tokenOf('opener');
  return {
    method,
    path,
    operation: path.startsWith('/api/v1') ? document.paths[template]?.[method] : undefined,
    schemas: document.components.schemas,
    params: {
      ref: Object.values(world.refs),
      task: ['T1', 'T2', 'T3'],
      file: Object.values(world.files).flat(),
      partner: ['essex-police', 'thurrock', 'mse-icb'],
      absence: [await world.absence('essex-police')],
      chain: ['directory', 'accounts', 'register'],
      // Of a link or of an API token, as the route has it.
      token: path.startsWith('/t/') ? [await world.link('waiting', 'T1')] : [own.id],
    },
  };
}

/** What closes a case or takes it out of somebody's hands comes last: after it there is less to try. */
const inOrder = Object.keys(routes).sort((a, b) => Number(endsSomething(a)) - Number(endsSomething(b)));
function endsSomething(route: string): boolean {
  return /^post .*(withdrawal|confirmation|decision|pass-on|assignments)$/.test(route);
}

test.each(inOrder)('%s', async (route) => {
  const target = await targetOf(route);
  const property = fc.asyncProperty(requestsTo(target), async (sent) => {
    for (const who of senders) {
      // Whoever has signed out would send nothing more of interest.
      const csrf = route === 'post /sign-out' && sent.method === 'POST' ? 'not this one' : undefined;
      const visitor = world.visitors[who];
      const answer = await deliver(visitor, csrf === undefined ? sent : { ...sent, body: `_csrf=${csrf}` });
      follow(sent, answer, who);
      const faults = faultsOf(sent, answer, who);
      if (faults.length > 0) throw new Error(`${who}: ${faults.join('; ')}`);
    }
  });
  await fc.assert(property, { seed, numRuns: runs, endOnFailure: true });
});

// Last: what was left behind by all that was sent.
test('nobody sees more of any case than before, and nothing is wrong with a case', async () => {
  const faults: string[] = [];
  for (const who of senders) {
    const visitor = world.visitors[who];
    for (const path of ['/', '/cases', '/disclosures', '/disclosures.csv', '/tokens', '/directory/essex-police', '/record/chains/directory']) {
      const sent = { method: 'GET', path };
      faults.push(...faultsOf(sent, await visitor.send(sent), who).map((fault) => `${who} at ${path}: ${fault}`));
    }
    for (const name of caseNames) {
      for (const path of [`/cases/${world.refs[name]}`, `/cases/${world.refs[name]}/record`, `/api/v1/cases/${world.refs[name]}`]) {
        const sent = { method: 'GET', path };
        faults.push(...faultsOf(sent, await deliver(visitor, sent), who).map((fault) => `${who} at ${path}: ${fault}`));
      }
    }
  }
  expect(faults).toEqual([]);
  expect(formsRead).toBeGreaterThan(10 * runs);
});

test('the record of acts is in order', async () => {
  const { store, clock } = world.web.deps;
  const found: string[] = [];
  const summary = await verifyRecord(store, {
    today: londonDateOf(clock.now()),
    nextDay: (day) => londonDateOf(endOfLondonDay(day)),
    tell: ({ chain, seq, isFault, ...finding }) => {
      if (isFault) found.push(`${chain} ${seq ?? ''}: expected ${finding.expected}; found: ${finding.found}`);
    },
  });
  // No day has ended, so nothing was sealed.
  expect(found.filter((fault) => !/seal/.test(fault))).toEqual([]);
  expect(summary.entries).toBeGreaterThan(100);
});
