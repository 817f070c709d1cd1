/** The deadline calculator page: what it answers, that it says what the API says, and that nothing typed is lost. */
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deadline } from '../../calendar';
import { projectRoot } from '../../config/root';
import { runDeadline } from '../../commands/deadline';
import { errorsOf, startWeb, unescaped, type Web } from './support';

const folder = mkdtempSync(join(tmpdir(), 'concordat-deadlines-'));
// A partnership with other times and a proclaimed day: what all three must count with.
const own = {
  PROTOCOL_FILE: join(folder, 'own.yaml'),
  BANK_HOLIDAYS_FILE: join(folder, 'own.json'),
};
let web: Web;
beforeAll(async () => {
  const shipped = (name: string) => readFileSync(join(projectRoot, 'config', name), 'utf8');
  writeFileSync(own.PROTOCOL_FILE, shipped('protocols/thurrock.yaml').replace('length: { workingDays: 10 } # section 7, R', 'length: { workingDays: 8 } # R'));
  const feed = JSON.parse(shipped('bank-holidays.json')) as Record<string, { events: object[] }>;
  feed['england-and-wales']?.events.push({ title: 'One-off day', date: '2026-04-08', notes: '' });
  writeFileSync(own.BANK_HOLIDAYS_FILE, JSON.stringify(feed));
  web = await startWeb(undefined, { env: own });
}, 240_000);
afterAll(async () => {
  await web.close();
  rmSync(folder, { recursive: true, force: true });
});

const parts = (name: string, day: string, month: string, year: string) => ({
  [`${name}-day`]: day,
  [`${name}-month`]: month,
  [`${name}-year`]: year,
});
const blank = parts('from', '', '', '');
const send = (fields: Readonly<Record<string, string>>) => web.browser().agent.get('/deadlines').query(fields);
const valueOf = (html: string, name: string) => {
  const input = new RegExp(`<input[^>]* name="${name}"[^>]*>`).exec(html)?.[0] ?? '';
  return / value="([^"]*)"/.exec(input)?.[1] ?? '';
};
const checked = (html: string) => [...html.matchAll(/<input[^>]* value="([^"]*)"[^>]* checked/g)].map(([, value]) => value);

const questions = [
  ['clock=information-request&from=2026-03-26', 'Due by the end of Friday 10 April 2026'],
  ['clock=asb-case-review-request&from=2026-06-08', 'Due by the end of Monday 22 June 2026'],
  ['clock=subject-access&from=2026-01-31&extended=true&paused=2026-02-10/2026-02-14', 'Due by the end of Tuesday 5 May 2026'],
  ['clock=subject-access&from=2026-09-03&paused=2026-09-04/2026-09-08&paused=2026-09-14/2026-09-16', 'Due by the end of Monday 12 October 2026'],
  ['clock=subject-access-law-enforcement&from=2026-06-30', 'Due by the end of Monday 3 August 2026'],
  ['clock=freedom-of-information&from=2026-11-13', 'Due by the end of Monday 14 December 2026'],
  ['clock=environmental-information&from=2026-11-02&extended=true', 'Due by the end of Thursday 31 December 2026'],
  ['clock=withdrawal&from=2026-03-02', 'Due by the end of Monday 30 March 2026'],
  ['clock=breach-partners&from=2026-10-24T11:00:00Z', 'Due by 11:00am GMT on Sunday 25 October 2026'],
  ['clock=breach-ico&from=2026-03-27T16:00:00Z', 'Due by 5:00pm on Monday 30 March 2026'],
] as const;

test.each(questions)('page, API and command line say the same of %s', async (query, due) => {
  const page = await web.browser().get(`/deadlines?${query}`);
  expect(page.status).toBe(200);
  expect(unescaped(page.text).replaceAll(/\s+/g, ' ')).toContain(due);
  const apiUrl = `/api/v1/deadlines?${query}`;
  expect(unescaped(page.text)).toContain(`href="${apiUrl}"`);
  const { steps } = (await web.browser().agent.get(apiUrl)).body as Deadline;
  const shown = [...page.text.matchAll(/<li class="concordat-working--[\w-]+">([^<]*)<\/li>/g)].map(([, text = '']) => unescaped(text));
  expect(shown).toEqual(steps.map(({ text }) => text));
  const args = [...new URLSearchParams(query)].flatMap(([name, value]) => (name === 'extended' ? ['--extended'] : [`--${name}`, value]));
  expect(JSON.parse(runDeadline([...args, '--json'], own).stdout)).toMatchObject({ steps });
});

test('it is open to anybody, linked from every page, and empty at first', async () => {
  const visitor = await web.browser().get('/deadlines');
  expect(visitor.status).toBe(200);
  expect(errorsOf(visitor.text)).toEqual([]);
  expect(visitor.text).not.toContain('id="result"');
  expect((await web.browser().get('/sign-in')).text).toContain('href="/deadlines"');
  const officer = await web.signedIn('officer@thurrock.example');
  expect((await officer.get('/')).text).toContain('href="/deadlines"');
});

describe('the form', () => {
  test('leads to an address with the question as the API takes it', async () => {
    const fields = {
      clock: 'subject-access',
      ...parts('from', '31', '1', '2026'),
      extended: 'true',
      ...parts('pause-1-from', '10', '02', '2026'),
      ...parts('pause-1-to', '14', '2', '2026'),
      ...parts('pause-2-from', '', '', ''),
      ...parts('pause-2-to', '', '', ''),
      ...parts('pause-3-from', '20', '2', '2026'),
      ...parts('pause-3-to', '20', '2', '2026'),
    };
    const sent = await send(fields);
    expect(sent.status).toBe(303);
    expect(sent.headers['location']).toBe(
      '/deadlines?clock=subject-access&from=2026-01-31&extended=true&paused=2026-02-10/2026-02-14&paused=2026-02-20/2026-02-20',
    );
    const { text } = await web.browser().get(String(sent.headers['location']));
    expect(checked(text)).toEqual(['subject-access', 'true']);
    const shown = ['from-day', 'pause-1-from-day', 'pause-2-to-month'].map((name) => valueOf(text, name));
    expect(shown).toEqual(['31', '10', '02']);
  });

  test('takes the moment of a breach in London’s time, and shows it so again', async () => {
    const sent = await send({ clock: 'breach-ico', ...parts('from', '24', '10', '2026'), time: '9:05' });
    expect(sent.headers['location']).toBe('/deadlines?clock=breach-ico&from=2026-10-24T08:05:00Z');
    const { text } = await web.browser().get(String(sent.headers['location']));
    expect([valueOf(text, 'from-day'), valueOf(text, 'time')]).toEqual(['24', '09:05']);
    expect(text).not.toContain('<table');
  });

  test('asks which it was of a time that comes twice, and keeps what was chosen', async () => {
    const night = { clock: 'breach-partners', ...parts('from', '25', '10', '2026'), time: '01:30' };
    const asked = await send(night);
    expect([asked.status, errorsOf(asked.text)]).toEqual([
      422,
      ['01:30 came twice on Sunday 25 October 2026, as the clocks went back. Choose which it was'],
    ]);
    expect(asked.text).toContain('href="#occurrence"');
    for (const [occurrence, moment] of [['first', '2026-10-25T00:30:00Z'], ['second', '2026-10-25T01:30:00Z']] as const) {
      const sent = await send({ ...night, occurrence });
      expect(sent.headers['location']).toBe(`/deadlines?clock=breach-partners&from=${moment}`);
      const { text } = await web.browser().get(String(sent.headers['location']));
      expect(checked(text)).toEqual(['breach-partners', occurrence]);
    }
  });

  test('refuses a time that the clocks leave out', async () => {
    const { text } = await send({ clock: 'breach-partners', ...parts('from', '28', '3', '2027'), time: '1:30' });
    expect(errorsOf(text)).toEqual([
      '01:30 did not exist on Sunday 28 March 2027: the clocks went forward from 1am to 2am. Enter a time that they showed',
    ]);
    expect(valueOf(text, 'time')).toBe('1:30');
  });

  test('refuses what the clock does not have where it stands, in the words of the API, and keeps it', async () => {
    const other = { extended: 'true', time: '9:05', ...parts('pause-2-from', '10', '', '') };
    const { status, text } = await send({ clock: 'withdrawal', ...parts('from', '2', '3', '2026'), ...other });
    expect(status).toBe(422);
    const said = ['The clock withdrawal cannot be extended.', 'The clock withdrawal cannot be paused.'];
    expect(errorsOf(text)).toEqual(said);
    expect(text).toContain('<a href="#extended">');
    expect(text).toContain('<a href="#pause-2-from-day">');
    expect([checked(text), valueOf(text, 'pause-2-from-day')]).toEqual([['withdrawal', 'true'], '10']);
    // The style sheet hides what the clock has not: not where it is wrong.
    const group = (id: string) => new RegExp(`<div class="([^"]*)"[^>]*>\\s*<fieldset[^>]*aria-describedby="${id}-error"`).exec(text)?.[1];
    expect(group('extended')?.trim()).toBe('govuk-form-group govuk-form-group--error');
    expect(text).not.toMatch(/<div class="concordat-choice--pausable">/);
    const { body } = (await web.browser().agent.get('/api/v1/deadlines?clock=withdrawal&from=2026-03-02&extended=true&paused=2026-03-10/2026-03-11')) as {
      body: { errors: { message: string }[] };
    };
    expect(body.errors.map(({ message }) => message)).toEqual(said);
  });

  test('leaves out a time where the clock is in days', async () => {
    const sent = await send({ clock: 'withdrawal', ...parts('from', '2', '3', '2026'), time: '9:05' });
    expect(sent.headers['location']).toBe('/deadlines?clock=withdrawal&from=2026-03-02');
  });

  test('has as many pauses as are asked for, and keeps what was typed', async () => {
    const { status, text } = await send({ clock: 'subject-access', ...parts('from', '31', 'x', ''), ...parts('pause-1-from', '10', '2', ''), pauses: '2' });
    expect(status).toBe(200);
    expect(errorsOf(text)).toEqual([]);
    expect(['from-day', 'from-month', 'pause-1-from-day', 'pause-2-to-year'].map((name) => valueOf(text, name))).toEqual(['31', 'x', '10', '']);
    expect(text).toContain('Pause 2: day answered');
    expect(text).toMatch(/name="pauses" value="3"|value="3"[^>]* name="pauses"/);
    expect((await send({ ...blank, pauses: '99' })).text).not.toContain('Add another pause');
    expect((await send({ ...blank, pauses: '-1' })).text).toContain('Pause 1: day asked');
  });

  test.each([
    [{ ...blank }, ['Choose what the deadline is for', 'Enter the day on which the clock starts']],
    [{ clock: 'withdrawal', ...parts('from', '30', '2', '2026') }, ['The start must be a real date: check the day, the month and the year']],
    [{ clock: 'breach-ico', ...parts('from', '24', '10', '2026'), time: '25:00' }, ['Enter the time in hours and minutes, such as 14:05']],
    [{ clock: 'breach-ico', ...parts('from', '24', '10', '2026') }, ['Enter the time in hours and minutes, such as 14:05']],
    [
      { clock: 'subject-access', ...parts('from', '31', '1', '2026'), ...parts('pause-1-from', '10', '2', '2026'), ...parts('pause-2-from', '3', '', '2026') },
      ['Enter the last day of pause 1', 'The first day of pause 2 must include a month', 'Enter the last day of pause 2'],
    ],
  ])('is shown again with what was typed where it is wrong: %j', async (fields: Record<string, string>, errors) => {
    const { status, text } = await send({ ...blank, ...fields });
    expect(status).toBe(422);
    expect(errorsOf(text)).toEqual(errors);
    for (const [name, value] of Object.entries(fields)) if (name !== 'clock') expect(valueOf(text, name)).toBe(value);
    for (const [, id = ''] of text.matchAll(/<a href="#([^"]*)">/g)) expect(text).toContain(`id="${id}"`);
  });
});

test.each([
  ['clock=none&from=2026-01-31', 'clock', '"none" is not a clock'],
  ['from=2026-01-31', 'clock', 'clock is missing'],
  ['clock=subject-access&from=2026-02-30', 'from-day', '2026-02-30 does not exist'],
  ['clock=breach-ico&from=2026-02-03', 'from-day', 'is not an instant'],
  ['clock=withdrawal&from=2026-02-03&extended=true', 'extended', 'cannot be extended'],
  ['clock=withdrawal&from=2026-02-03&paused=2026-02-04/2026-02-05', 'pause-1-from-day', 'cannot be paused'],
  ['clock=breach-ico&from=2026-10-24T12:00:00+01:00', 'from-day', 'in an address write it as %2B'],
  ['clock=subject-access&from=2026-02-03&extended=perhaps', 'extended', 'must be true or false'],
  ['clock=subject-access&from=2026-02-03&paused=2026-02-04', 'pause-1-from-day', 'is not a pause'],
  ['clock=subject-access&from=2026-02-03&paused=2026-02-04/2026-02-05&paused=2026-02-09/2026-02-08', 'pause-2-from-day', 'ends before it begins'],
  ['clock=subject-access&from=2026-02-03&paused=2026-02-04/2026-02-06&paused=2026-02-05/2026-02-08', 'pause-2-from-day', 'overlaps the pause'],
  ['clock=subject-access&from=2026-02-03&from=2026-02-04', 'from-day', 'from is given 2 times'],
])('a wrong address says what is wrong at its input: %s', async (query, input, message) => {
  const { status, text } = await web.browser().get(`/deadlines?${query}`);
  expect(status).toBe(422);
  expect(errorsOf(text)).toEqual([expect.stringContaining(message)]);
  expect(text).toContain(`<a href="#${input}">`);
  expect(text).toContain(`id="${input}"`);
});

test('all that is wrong with an address is said at once, by page and API', async () => {
  const query = 'clock=none&paused=soon';
  const said: unknown[] = [
    expect.stringMatching(/^"none" is not a clock: use information-request, /),
    'from is missing: give it, such as 2026-01-31.',
    '"soon" is not a pause: write two dates, such as 2026-02-10/2026-02-14.',
  ];
  const { status, body } = (await web.browser().agent.get(`/api/v1/deadlines?${query}`)) as {
    status: number;
    body: { errors: { field: string; message: string }[] };
  };
  expect(status).toBe(422);
  expect(body.errors).toEqual(['clock', 'from', 'paused'].map((field, index) => ({ field, message: said[index] })));
  expect(errorsOf((await web.browser().get(`/deadlines?${query}&from=`)).text)).toEqual(said);
});

test('a plus that was not encoded is told how to be written', async () => {
  const ask = (from: string) => web.browser().agent.get(`/api/v1/deadlines?clock=breach-ico&from=${from}`);
  const refused = (await ask('2026-10-24T12:00:00+01:00')) as { status: number; body: { errors: object[] } };
  expect([refused.status, refused.body.errors]).toEqual([
    422,
    [
      {
        field: 'from',
        message:
          '"2026-10-24T12:00:00 01:00" has a blank for a plus: in an address write it as %2B, such as 2026-10-24T12:00:00%2B01:00.',
      },
    ],
  ]);
  expect((await ask('2026-10-24T12:00:00%2B01:00')).body).toMatchObject({ from: '2026-10-24T11:00:00Z' });
});

test('what others put into the address does not matter, and what is typed is never markup', async () => {
  expect((await web.browser().get('/deadlines?clock=withdrawal&from=2026-03-02&utm_source=letter')).status).toBe(200);
  const hostile = '"><script>alert(1)</script>';
  const { text } = await send({ clock: hostile, ...parts('from', hostile, hostile, hostile), time: hostile, ...parts('pause-1-from', hostile, '', '') });
  expect(text).not.toContain('<script>alert');
  expect((await send({ clock: 'subject-access', from: hostile, paused: hostile })).text).not.toContain('<script>alert');
});

test('the months are tables that can be listened to', async () => {
  const { text } = await web.browser().get('/deadlines?clock=information-request&from=2026-03-26');
  const tables = text.match(/<table class="concordat-month">[\s\S]*?<\/table>/g) ?? [];
  expect(tables).toHaveLength(2);
  expect(tables[1]).toContain('<caption>April 2026</caption>');
  expect(tables[1]?.match(/<th scope="col">/g)).toHaveLength(7);
  for (const words of [', counted, day 4', ', not counted: Good Friday', ', not counted: One-off day', ', due']) {
    expect(tables[1]).toContain(`<span class="govuk-visually-hidden">${words}</span>`);
  }
});

test('until when an extension can be told, or had to be', async () => {
  const ask = async (query: string) => (await web.browser().get(`/deadlines?${query}`)).text;
  const paused = 'clock=subject-access&from=2026-09-03&paused=2026-09-04/2026-09-08';
  expect(await ask(paused)).toContain('An extension can be told by the end of <strong>Thursday 8 October 2026</strong>');
  expect(await ask(`${paused}&extended=true`)).toContain('told of the extension by the end of <strong>Thursday 8 October 2026</strong>');
  expect(await ask('clock=withdrawal&from=2026-03-02')).not.toContain('extension');
});
