import type { IsoInstant } from '../../config/clock';
import { answerTo } from '../support/cases';
import { describeWithDatabase } from '../support/database';
import { askedCase } from './answering';
import { cspManager, errorsOf, officer, SetClock, spoc, startWeb, thursday, unescaped, type Web } from './support';

const auditor = 'auditor@thurrock.example';
const reason = 'Complaint 12 says that too much was shared';

/** The text of a page without its markup. */
const textOf = (html: string): string => unescaped(html.replaceAll(/<[^>]+>/g, ' ')).replaceAll(/\s+/g, ' ');

describeWithDatabase('the record of acts', () => {
  let web: Web;
  const clock = new SetClock(thursday);

  beforeAll(async () => {
    web = await startWeb(clock);
  }, 300_000);
  afterAll(async () => web.close());
  beforeEach(() => clock.set(thursday));

  const recordOf = (chain: string) => web.deps.store.audit.of(chain);
  async function answeredCase(): Promise<string> {
    const document = await askedCase(web);
    const { store } = web.deps;
    await store.audit.append({
      chain: document._id,
      key: 'opened',
      at: document.openedAt,
      act: 'case-opened',
      by: { account: 'thurrock-officer', via: 'page', from: 'abcdefghijklmnop' },
      facts: {},
    });
    await store.audit.append(answerTo(document, store, thursday));
    return document._id;
  }

  describe('of a case', () => {
    test('says number, when, who, what and from where; and that it is looked at', async () => {
      const ref = await answeredCase();
      const browser = await web.signedIn(cspManager);
      expect((await browser.get(`/cases/${ref}`)).text).toContain(`href="/cases/${ref}/record"`);
      const page = await browser.get(`/cases/${ref}/record`);
      expect(page.status).toBe(200);
      const rows = [...page.text.matchAll(/<tr class="govuk-table__row">\s*<td[\s\S]*?<\/tr>/g)].map(([row]) => textOf(row).trim());
      expect(rows).toHaveLength(3);
      expect(rows[0]).toMatch(/^3 10:00am on Thursday 9 April 2026 Community Safety Partnership Manager Looked at this record The pages, network /);
      expect(rows[1]).toMatch(/^2 10:00am on Thursday 9 April 2026 .* Answered \(T1, Essex Police\)/);
      expect(rows[2]).toMatch(/^1 .* Community safety officer, Thurrock Council Opened the case The pages, network abcdefgh$/);
      expect(await recordOf(ref)).toMatchObject([{}, {}, { act: 'record-viewed', by: { account: 'csp-manager', via: 'page' } }]);
      expect(page.text).not.toMatch(/Jordan|Nothing held/);
    });

    test('says to which day the bank holidays have moved the closing', async () => {
      const ref = await answeredCase();
      await web.deps.store.audit.append({
        chain: ref,
        key: 'closing/1',
        at: thursday as IsoInstant,
        act: 'closing-moved',
        by: { account: null, via: 'concordat', from: null },
        facts: { closeAt: '2026-04-16T23:00:00Z' },
      });
      const { text } = await (await web.signedIn(cspManager)).get(`/cases/${ref}/record`);
      expect(textOf(text)).toContain(
        'Concordat Moved the day on which the case closes by itself to Thursday 16 April 2026: the bank holidays have changed By itself',
      );
    });

    test('comes in pages of 50, the latest first; older ones do not shift when entries are added', async () => {
      const ref = await answeredCase();
      for (let number = 0; number < 60; number += 1) {
        await web.deps.store.audit.append({
          chain: ref,
          key: `viewed/${number}`,
          at: thursday as never,
          act: 'content-viewed',
          by: { account: 'thurrock-officer', via: 'api', from: null },
          facts: { what: ['request'] },
        });
      }
      const browser = await web.signedIn(auditor);
      const numbers = (html: string) => [...html.matchAll(/data-label="Number">(\d+)</g)].map(([, number]) => Number(number));
      const first = await browser.get(`/cases/${ref}/record`);
      expect(numbers(first.text)).toEqual(Array.from({ length: 50 }, (_, index) => 63 - index));
      const older = /href="([^"]*)">Older entries/.exec(first.text)?.[1] ?? '';
      const second = await browser.get(older);
      expect(numbers(second.text)).toEqual(Array.from({ length: 13 }, (_, index) => 13 - index));
      expect(second.text).not.toContain('Older entries');
      expect(second.text).toContain('Latest entries');
    });

    test.each([officer, spoc, 'manager@thurrock.example', 'governance-lead@essex-police.example'])('is not there for %s', async (username) => {
      const ref = await answeredCase();
      const browser = await web.signedIn(username);
      for (const page of ['record', 'opening', 'opened-content']) {
        expect((await browser.get(`/cases/${ref}/${page}`)).status).toBe(404);
      }
      expect(await recordOf(ref)).toHaveLength(2);
    });

    test('by the API, with the scope audit:read only', async () => {
      const ref = await answeredCase();
      const path = `/api/v1/cases/${ref}/record`;
      const get = async (token: string, query = '') => web.browser().agent.get(`${path}${query}`).auth(token, { type: 'bearer' });
      const token = await web.token(auditor, ['audit:read']);
      const first = await get(token, '?limit=2');
      expect(first.status).toBe(200);
      expect(first.body).toMatchObject({
        entries: [
          { number: 3, at: thursday, act: 'record-viewed', who: 'Auditor, Thurrock Council', task: null },
          { number: 2, act: 'answer-received', task: 'T1' },
        ],
        next: `${web.deps.settings.PUBLIC_URL}${path}?before=2&limit=2`,
      });
      expect((await get(token, '?before=2')).body).toMatchObject({ entries: [{ number: 1 }], next: null });
      expect((await get(await web.token(auditor, ['cases:read']))).status).toBe(403);
      expect((await get(await web.token(officer))).status).toBe(404);
      expect((await get(token, '?before=x')).status).toBe(422);
      expect(await recordOf(ref)).toHaveLength(4);
    });
  });

  describe('the opening of content with a reason', () => {
    test.each([
      ['', ['Enter why you need to see the content']],
      ['too short', ['Enter the reason in 10 characters or more']],
      [`${'much '.repeat(200)}more`, ['Use 1,000 characters or fewer']],
    ])('refuses a reason of the wrong length, and keeps it: %j', async (typed, errors) => {
      const ref = await answeredCase();
      const browser = await web.signedIn(auditor);
      const page = await browser.send(`/cases/${ref}/opening`, { reason: typed });
      expect([page.status, errorsOf(page.text)]).toEqual([422, errors]);
      expect(page.text).toContain(`>${typed}</textarea>`);
      expect(await recordOf(ref)).toHaveLength(2);
    });

    test('shows the content for 60 minutes to whoever gave the reason, each view on record, and the opener’s team sees it', async () => {
      const ref = await answeredCase();
      const browser = await web.signedIn(auditor);
      expect((await browser.get(`/cases/${ref}/opened-content`)).headers['location']).toBe(`/cases/${ref}/opening`);
      const sent = await browser.send(`/cases/${ref}/opening`, { reason });
      expect([sent.status, sent.headers['location']]).toEqual([303, `/cases/${ref}/opened-content`]);

      const shown = await browser.get(`/cases/${ref}/opened-content`);
      expect(textOf(shown.text)).toContain('Jordan Example');
      expect(textOf(shown.text)).toContain('Open to you until 11:00am on Thursday 9 April 2026');
      expect(textOf(shown.text)).toContain(reason);
      const [, , opening, view] = await recordOf(ref);
      expect(opening).toMatchObject({ act: 'content-opened-with-reason', by: { account: 'auditor' }, facts: { minutes: 60 } });
      expect(view).toMatchObject({ act: 'content-viewed', by: { account: 'auditor' }, facts: { what: ['everything'], opening: 3 } });
      expect(JSON.stringify(await web.deps.store.database.collection('audit').find({}).toArray())).not.toContain('Complaint 12');

      const timeline = await (await web.signedIn(officer)).get(`/cases/${ref}`);
      expect(textOf(timeline.text)).toContain('An auditor opened what was asked and answered, with a reason on record');
      expect(timeline.text).not.toContain('Complaint 12');

      clock.pass(59);
      expect((await browser.get(`/cases/${ref}/opened-content`)).status).toBe(200);
      clock.pass(1);
      const late = await (await web.signedIn(auditor)).get(`/cases/${ref}/opened-content`);
      expect([late.status, late.headers['location']]).toEqual([303, `/cases/${ref}/opening`]);
    });

    test('one auditor’s reason opens nothing to another, and none of another case', async () => {
      const [ref, other] = [await answeredCase(), await answeredCase()];
      const browser = await web.signedIn(auditor);
      await browser.send(`/cases/${ref}/opening`, { reason });
      expect((await browser.get(`/cases/${other}/opened-content`)).status).toBe(303);
      const account = await web.deps.store.accounts.byUsername(auditor);
      if (account === null) throw new Error('There is no auditor.');
      await web.deps.store.accounts.save({ ...account, _id: 'auditor-2', username: 'second.auditor@thurrock.example' });
      const second = await web.signedIn('second.auditor@thurrock.example');
      expect((await second.get(`/cases/${ref}/opened-content`)).status).toBe(303);
    });

    test('the same form sent twice is one opening', async () => {
      const ref = await answeredCase();
      const browser = await web.signedIn(auditor);
      const submissionId = '11111111-2222-3333-4444-555555555555';
      const send = async () => browser.send(`/cases/${ref}/opening`, { reason, submissionId });
      expect([(await send()).status, (await send()).status]).toEqual([303, 303]);
      expect((await recordOf(ref)).filter(({ act }) => act === 'content-opened-with-reason')).toHaveLength(1);
    });
  });

  describe('of what belongs to no case', () => {
    test('lists its chains, shows each, and puts the look on record', async () => {
      const browser = await web.signedIn(cspManager);
      expect((await browser.get('/')).text).toContain('href="/record"');
      expect((await (await web.signedIn(officer)).get('/')).text).not.toContain('href="/record"');
      const page = await browser.get('/record');
      const links = [...page.text.matchAll(/href="(\/record\/[^"]*)"/g)].map(([, href = '']) => href);
      const chains = ['directory', 'accounts', 'register', 'calendar'].map((chain) => `/record/chains/${chain}`);
      expect(links).toEqual([...chains, '/record/seals']);
      await web.deps.store.audit.append({
        chain: 'calendar',
        key: 'bank-holidays/1/v',
        at: web.deps.clock.now(),
        act: 'bank-holidays-changed',
        by: { account: null, via: 'concordat', from: null },
        facts: { version: 'v', before: 'u', added: ['scotland/2026-06-15', 'scotland/2026-06-16'], removed: [] },
      });
      expect(textOf((await browser.get('/record/chains/calendar')).text)).toContain(
        'Changed the bank holidays to version v; added Monday 15 June 2026 (scotland), Tuesday 16 June 2026 (scotland)',
      );
      await web.deps.store.audit.append({
        chain: 'calendar',
        key: 'bank-holidays/2/w',
        at: web.deps.clock.now(),
        act: 'bank-holidays-changed',
        by: { account: 'csp-manager', via: 'command', from: null },
        facts: { version: 'w', before: 'v', added: [], removed: ['scotland/2026-06-15'], reason: 'Taken back by <the Crown>' },
      });
      expect((await browser.get('/record/chains/calendar')).text).toMatch(
        /removed Monday 15 June 2026 \(scotland\); because: Taken back by &lt;the Crown&gt;[\s\S]*A command on the server/,
      );
      await web.token(spoc, ['cases:read']);
      const accounts = textOf((await browser.get('/record/chains/accounts')).text);
      expect(accounts).toContain('Made an API token for Single point of contact, Essex Police until Friday 9 April 2027: cases:read');
      expect(accounts).toContain('The operator');
      expect((await recordOf('accounts')).at(-1)).toMatchObject({ act: 'record-viewed', by: { account: 'csp-manager' } });
      expect((await browser.get('/record/chains/IR-2026-0001')).status).toBe(404);
    });

    test('is for the CSP manager and auditors only', async () => {
      for (const username of [officer, spoc, 'manager@thurrock.example']) {
        const browser = await web.signedIn(username);
        for (const path of ['/record', '/record/seals', '/record/chains/directory']) {
          expect((await browser.get(path)).status).toBe(403);
        }
      }
    });

    test('the seals show their hashes, and that one is overdue', async () => {
      const browser = await web.signedIn(auditor);
      expect(textOf((await browser.get('/record/seals')).text)).toContain('There is no seal yet');
      const { seal } = await web.deps.store.auditSeals.make('2026-04-08' as never, thursday as never);
      const page = await browser.get('/record/seals');
      expect(page.text).toContain(seal.hash);
      expect(page.text).not.toContain('more than a day late');
      clock.set('2026-04-11T09:00:00.000Z');
      expect(textOf((await (await web.signedIn(auditor)).get('/record/seals')).text)).toContain('more than a day late');
    });
  });
});
