/**
 * `npm run seed`: opens a set of cases in every state, for a newcomer to look at, through the public API only. A second
 * run on the same day changes nothing: each case has its key.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newToken } from '../api/accounts/tokens';
import { deadline, formatShortDate, londonDateOf, workingDaysAfter } from '../calendar';
import { loadBankHolidays, type BankHolidays } from '../config/bank-holidays';
import { systemClock, type IsoDate } from '../config/clock';
import { clocks } from '../config/clocks';
import { loadDemoAccounts, type DemoAccount } from '../config/demo-accounts';
import { loadProtocol, type Protocol } from '../config/protocol';
import { categoriesOf, clockSettings, partnerByCode, signedBy, takesPart } from '../config/protocol-rules';
import { projectRoot } from '../config/root';
import { Memberships } from '../dispatch/memberships';
import { Accounts } from '../store/accounts';
import { Cases } from '../store/cases';
import { Audit } from '../store/audit';
import { connectDatabase } from '../store/database';
import { seedAccess, seedInformation } from './seed-applicant-requests';
import { seedBreaches } from './seed-breaches';
import { seedReviews } from './seed-reviews';
import { seedWithdrawal } from './seed-withdrawal';
import { auditSecret, databaseUri } from './token';

/** One case of the set. `dueIn` is counted in working days from today; negative is overdue, by a day more than its rung. */
interface Story {
  readonly what: string;
  readonly dueIn: number;
  /** What the partner asked answers, by its demo account; without it a partner is asked that stays silent. */
  readonly answer?: {
    readonly kind: string;
    readonly shared?: string;
    readonly ground?: string;
    readonly handling?: string;
  };
  /** How many more are asked, who stay silent. */
  readonly andOthers?: number;
  readonly then?: 'confirmed' | 'left-unanswered';
}

const stories: readonly Story[] = [
  { what: 'Sent today', dueIn: 10 },
  { what: 'Due tomorrow', dueIn: 1 },
  { what: 'Overdue', dueIn: -2 },
  { what: 'Overdue, raised with the deputy', dueIn: -4 },
  { what: 'Overdue, raised with the governance lead', dueIn: -6 },
  { what: 'Escalated: the CSP manager decides', dueIn: -9 },
  { what: 'Closed as unanswered', dueIn: -15, then: 'left-unanswered' },
  {
    what: 'Answered: waits to be confirmed',
    dueIn: 4,
    answer: { kind: 'shared-in-full', shared: 'Two calls in March, both closed.', handling: 'Not to be passed on.' },
  },
  { what: 'Nothing held, confirmed', dueIn: 2, answer: { kind: 'nothing-held' }, then: 'confirmed' },
  { what: 'Three asked, one has answered', dueIn: 3, answer: { kind: 'nothing-held' }, andOthers: 2 },
  { what: 'Refused', dueIn: 6, answer: { kind: 'refused', ground: 'Prejudice to a live investigation.' } },
  {
    what: 'Long ago, answered late',
    dueIn: -120,
    answer: { kind: 'shared-in-part', shared: 'The dates of contact.', ground: 'Notes are left out: they concern others.' },
  },
];

class Api {
  constructor(
    readonly url: string,
    readonly token: string,
  ) {}

  /** Posts, trying again while the workflow is on its way. @throws Error if it is refused */
  async post(path: string, key: string, body: object): Promise<Record<string, unknown>> {
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(`${this.url}/api/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
      });
      const answer = (await response.json()) as Record<string, unknown>;
      const notYet = response.status === 503 || (response.status === 409 && tries < 5 && /confirmation|decision|outcome|told|satisfied/.test(path));
      if (response.ok) return answer;
      if (!notYet || tries === 10) throw new Error(`${path} got ${response.status}: ${JSON.stringify(answer)}`);
      await sleep(1_000);
    }
  }
}

async function main(): Promise<void> {
  const env = process.env;
  const url = (env['CONCORDAT_URL'] || `http://127.0.0.1:${env['PORT'] || '3000'}`).replace(/\/+$/, '');
  const file = loadProtocol(env['PROTOCOL_FILE'] || join(projectRoot, 'config/protocols/thurrock.yaml'));
  const holidays = loadBankHolidays(env['BANK_HOLIDAYS_FILE'] || join(projectRoot, 'config/bank-holidays.json'));
  const { accounts } = loadDemoAccounts(
    env['DEMO_ACCOUNTS'] || join(projectRoot, 'config/demo-accounts.yaml'),
    file,
  );
  const today = londonDateOf(systemClock.now());

  const database = await connectDatabase(databaseUri(env), 10_000);
  const memberships = new Memberships({ cases: new Cases(database) });
  await memberships.refresh();
  const protocol = memberships.inForce(file);
  const cast = castOf(accounts, protocol, today);
  const tokens = { accounts: new Accounts(database), audit: new Audit(database, auditSecret(env)) };
  const apiOf = async ({ username }: DemoAccount): Promise<Api> => {
    const token = await newToken(tokens, username, 'seed');
    if (token === null) throw new Error(`There is no account ${username}: start the web with DEMO_ACCOUNTS first.`);
    return new Api(url, token);
  };
  const rows: string[][] = [['Case', 'What it shows', 'Asked', 'Due', 'Address']];
  try {
    const opener = await apiOf(cast.opener);
    const manager = await apiOf(cast.manager);
    const holders = await Promise.all(cast.holders.map(async (holder) => ({ holder, api: await apiOf(holder) })));
    for (const [index, story] of stories.entries()) {
      const key = `seed-${today}-${index}`;
      const { holder, api } = holders[index % holders.length] as (typeof holders)[number];
      const turn = index % cast.silent.length;
      const silent = [...cast.silent.slice(turn), ...cast.silent.slice(0, turn)];
      const [first, ...others] = story.answer === undefined ? silent : [holder.partner, ...silent];
      const asked = [first, ...others.slice(0, story.andOthers ?? 0)].map((code) => askedOf(protocol, code ?? ''));
      const opened = await opener.post('/information-requests', key, {
        asked,
        identifiability: 'personal',
        personName: `Jordan Example ${index + 1}`,
        personDetails: 'Born 1 January 1990',
        information: 'Contacts in the last six months, and any risk that is known.',
        purpose: 'To protect a neighbour from anti-social behaviour.',
        legalBasis: protocol.legalBases.find(({ regime }) => regime !== 'article-9')?.code,
        channel: 'email',
        receivedOn: receivedFor(story.dueIn, today, protocol, holidays),
        means: 'concordat',
      });
      const reference = String(opened['reference']);
      const task = `/cases/${reference}/tasks/T1`;
      if (story.answer !== undefined) await api.post(`${task}/answers`, key, story.answer);
      if (story.then === 'confirmed') await opener.post(`/cases/${reference}/confirmation`, key, {});
      if (story.then === 'left-unanswered') {
        await manager.post(`${task}/decision`, key, { decision: story.then, reason: 'Silent through every reminder.' });
      }
      const [{ dueOn } = { dueOn: today }] = opened['tasks'] as { dueOn: IsoDate }[];
      rows.push([
        reference,
        story.what,
        asked.map(({ partner }) => partner).join(', '),
        formatShortDate(dueOn),
        String(opened['url']),
      ]);
    }
    const change = await opener.post('/processor-changes', `seed-${today}-change`, {
      processor: 'Example Storage Ltd',
      change: 'addition',
      work: 'Keeps the files of joint visits, and nothing else.',
      guarantees: 'A contract under Article 28, data kept in the United Kingdom, encrypted.',
      categories: protocol.categories.slice(0, 2).map(({ code }) => code),
      beginsOn: workingDaysAfter(today, 40, 'england-and-wales', holidays),
    });
    const reference = String(change['reference']);
    const tasks = change['tasks'] as { readonly id: string; readonly partner: string; readonly dueOn: IsoDate }[];
    for (const { id, partner } of tasks) {
      // A partner can have several contacts: one of them answers.
      const contact = holders.find(({ holder }) => holder.partner === partner);
      const objection = { kind: 'objection', ground: 'The contract names no one who answers for a breach.' };
      const answer = id === 'T1' ? objection : { kind: 'no-objection' };
      await contact?.api.post(`/cases/${reference}/tasks/${id}/answers`, `seed-${today}-change`, answer);
    }
    const [{ dueOn } = { dueOn: today }] = tasks;
    const told = tasks.map(({ partner }) => partner).join(', ');
    rows.push([reference, 'A change of processor, objected to', told, formatShortDate(dueOn), String(change['url'])]);
    const as = (api: Api) => (path: string, key: string, body: object) => api.post(path, key, body);
    // One contact of each partner.
    const contacts = [...new Map(holders.map(({ holder, api }) => [holder.partner, { partner: holder.partner, post: as(api) }])).values()];
    if (cast.reviewSpoc !== undefined) {
      const [silent = ''] = cast.silent;
      const reviewSpoc = as(await apiOf(cast.reviewSpoc));
      const looker = cast.opener.username;
      rows.push(...(await seedReviews({ today, holidays, protocol, reviewSpoc, holders: contacts, silent, looker })));
    }
    const [owner, ...others] = contacts;
    if (owner !== undefined) {
      const controllers = [cast.opener.partner, ...others.map(({ partner }) => partner)];
      rows.push(...(await seedBreaches({ today, protocol, opener: as(opener), owner, controllers })));
    }
    const [answers] = contacts;
    const [silent] = cast.silent;
    if (cast.lead !== undefined && answers !== undefined && silent !== undefined) {
      const received = { today, holidays, lead: as(await apiOf(cast.lead)), answers, silent };
      rows.push(...(await seedAccess(received)));
      const isAuthority = protocol.organisations.some(({ code, publicAuthority }) => code === cast.lead?.partner && publicAuthority);
      if (isAuthority) rows.push(...(await seedInformation(received)));
    }
    rows.push(...(await seedWithdrawal({ today, partners: cast.silent.toReversed(), manager: as(manager) })));
  } finally {
    await database.close();
  }
  process.stdout.write(
    `${asTable(rows)}\n\nThe mails are in the inbox. Sign in as ${cast.opener.username} to see the cases.\n`,
  );
}

/** Who plays whom: an asker, partners that answer, partners that stay silent, and the CSP manager. */
function castOf(accounts: readonly DemoAccount[], protocol: Protocol, today: IsoDate) {
  const opener = accounts.find(({ roles }) => roles.includes('staff') && !roles.includes('spoc'));
  const manager = accounts.find(({ roles }) => roles.includes('csp-manager'));
  if (opener === undefined || manager === undefined) {
    throw new Error('The demo accounts need one of staff and one of the CSP manager.');
  }
  const holders = accounts.filter(
    ({ roles, teams, partner }) => roles.includes('spoc') && teams.length === 0 && partner !== opener.partner,
  );
  const silent = protocol.organisations
    .filter(
      (partner) =>
        partner.code !== opener.partner && signedBy(partner, '2023-04-01' as IsoDate) && takesPart(partner, today),
    )
    .map(({ code }) => code)
    .filter((code) => maySharePersonal(protocol, code))
    .filter((code) => !holders.some(({ partner }) => partner === code));
  if (holders.length === 0 || silent.length === 0)
    throw new Error('The demo accounts and the protocol give nobody to ask.');
  return {
    opener,
    manager,
    holders,
    silent,
    reviewSpoc: accounts.find(({ roles }) => roles.includes('asb-review-spoc')),
    lead: accounts.find(({ roles, partner }) => roles.includes('governance-lead') && partner === opener.partner),
  };
}

/** Whether a person can be asked about: a partner for which section 2 lists nothing is asked with a justification. */
function maySharePersonal(protocol: Protocol, code: string): boolean {
  const listed = listedFor(protocol, code);
  return listed.length === 0 || listed.some(({ sharedAs }) => sharedAs === 'personal');
}

function listedFor(protocol: Protocol, code: string) {
  const partner = partnerByCode(protocol, code);
  return partner === undefined ? [] : categoriesOf(protocol, partner);
}

/** The partner, with the first of what it shares, as the API takes it. */
function askedOf(protocol: Protocol, partner: string) {
  const listed = listedFor(protocol, partner).filter(({ sharedAs }) => sharedAs === 'personal');
  return listed.length === 0
    ? { partner, justification: 'It works with the person concerned.' }
    : { partner, categories: listed.slice(0, 2).map(({ code }) => code) };
}

/** The day to have received a request on for it to be due that many working days from today. */
function receivedFor(dueIn: number, today: IsoDate, protocol: Protocol, holidays: BankHolidays): IsoDate {
  const due = workingDaysAfter(today, dueIn, 'england-and-wales', holidays);
  const settings = { ...clocks, 'information-request': clockSettings(protocol, 'information-request') };
  const dueOf = (from: IsoDate) => deadline({ clock: 'information-request', from }, { holidays, settings }).due ?? from;
  let received = today;
  while (dueOf(received) > due) received = workingDaysAfter(received, -1, 'england-and-wales', holidays);
  return received;
}

function asTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

main().catch((error: unknown) => {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  process.stderr.write(`seed: ${error instanceof Error ? error.message : String(error)}${cause}\n`);
  process.exitCode = 1;
});
