import { planClock } from '../../calendar';
import { clocks } from '../../config/clocks';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { loadBankHolidays } from '../../config/bank-holidays';
import { projectRoot } from '../../config/root';
import { render } from '../../mail';
import {
  answerReceivedLetter,
  answerRecordedLetter,
  askedAgainLetter,
  chaseLetter,
  escalationLetter,
  leftUnansweredLetter,
  notDeliveredLetter,
  passedOnLetter,
  questionLetter,
  replyLetter,
  requestLetter,
  withdrawnLetter,
  type RequestFacts,
} from '../../mail/letters/information-request';
import { oneTimeCodeLetter } from '../../mail/letters/one-time-code';

const holidays = loadBankHolidays(`${projectRoot}/config/bank-holidays.json`);
const plan = planClock(
  { clock: 'information-request', from: '2026-03-26' as IsoDate, ladder: [], spreadKey: 'IR-2026-0001' },
  { holidays, settings: clocks },
);
const facts = (changes: Partial<RequestFacts> = {}): RequestFacts => ({
  caseRef: 'IR-2026-0001',
  askedBy: 'Thurrock Council',
  asked: 'Essex Police',
  plan: { ...plan, dueOn: '2026-04-13' as IsoDate },
  neededByOn: null,
  now: '2026-03-26T10:00:00.000Z' as IsoInstant,
  url: 'https://concordat.example/t/token',
  ...changes,
});
const overdue = '2026-04-14T09:00:00.000Z' as IsoInstant;
const receivedAt = '2026-04-02T12:30:00.000Z' as IsoInstant;

const letters = (of: RequestFacts) => [
  requestLetter(of),
  ...(['spoc', 'deputy', 'governance-lead'] as const).map((role) => chaseLetter(of, role)),
  escalationLetter(of),
  notDeliveredLetter(of, null),
  notDeliveredLetter(of, { until: '2026-04-17' as IsoDate }),
  answerReceivedLetter(of, { version: 1, receivedAt }),
  answerRecordedLetter(of),
  questionLetter(of),
  replyLetter(of),
  passedOnLetter(of),
  askedAgainLetter(of, 'deputy'),
  leftUnansweredLetter(of),
];

describe('every letter of an information request', () => {
  it.each([
    ['before it is due', facts()],
    ['after it was due', facts({ now: overdue })],
  ])('%s says the same in its two parts: which case, of whom, due when, counted how, and a link', (_when, of) => {
    for (const { subject, text, html } of letters(of).map(render)) {
      expect(subject).toMatch(/^IR-2026-0001 \S/);
      for (const part of [text, html]) {
        expect(part).toContain('IR-2026-0001');
        expect(part).toContain('Thurrock Council');
        expect(part).toContain('Essex Police');
        expect(part).toContain('Monday 13 April 2026');
        expect(part).toContain('Thursday 26 March 2026');
        expect(part).toContain('Not counted: weekends, Fri 3 April 2026 (Good Friday), Mon 6 April 2026 (Easter Monday)');
        expect(part).toContain('https://concordat.example/t/token');
        expect(part).toMatch(/You get this /);
      }
      expect(text).not.toMatch(/[<>]/);
    }
  });

  it('speaks of the date as it is: ahead or past', () => {
    expect(requestLetter(facts()).subject).toBe('IR-2026-0001 Information request: answer due Monday 13 April 2026');
    expect(requestLetter(facts({ now: overdue })).subject).toBe(
      'IR-2026-0001 Information request: answer was due Monday 13 April 2026',
    );
    expect(chaseLetter(facts(), 'spoc').subject).toBe('IR-2026-0001 Reminder: answer due Monday 13 April 2026');
    expect(chaseLetter(facts({ now: overdue }), 'spoc').subject).toBe(
      'IR-2026-0001 Overdue: answer was due Monday 13 April 2026',
    );
    // The first instant after the day has ended in London, where it is summer time.
    const lastMoment = facts({ now: '2026-04-13T22:59:59.999Z' as IsoInstant });
    expect(chaseLetter(lastMoment, 'spoc').subject).toContain('Reminder');
    expect(chaseLetter(facts({ now: '2026-04-13T23:00:00.000Z' as IsoInstant }), 'spoc').subject).toContain('Overdue');
  });

  it('writes what could be markup as text', () => {
    const hostile = `<img src=x onerror="alert('1')"> & </title>`;
    const of = facts({ askedBy: hostile, asked: hostile, caseRef: hostile, url: 'https://concordat.example/"><b>' });
    for (const { text, html } of letters(of).map(render)) {
      expect(html).not.toContain('<img');
      expect(html).not.toContain('<b>');
      expect(html.match(/<\/title>/g)).toHaveLength(1);
      expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; &lt;/title&gt;');
      expect(text).toContain(hostile);
    }
  });
});

it('a withdrawn request is told without a date, a link or a plea: there is nothing left to do', () => {
  const { subject, text } = render(withdrawnLetter(facts()));
  expect(subject).toBe('IR-2026-0001 Withdrawn: no answer is needed any more');
  expect(text).not.toMatch(/https:|Due by|Please answer/);
});

it('an urgent request says by when it is needed, and that the clock stays as it is', () => {
  const { text } = render(requestLetter(facts({ neededByOn: '2026-04-01' as IsoDate })));
  expect(text).toContain('Urgent: needed by: Wednesday 1 April 2026 (the time to answer stays as it is)');
  expect(text).toContain('Due by the end of: Monday 13 April 2026');
});

it('a corrected answer is called so', () => {
  expect(answerReceivedLetter(facts(), { version: 2, receivedAt }).subject).toBe(
    'IR-2026-0001 Answer corrected by Essex Police',
  );
});

it('the one-time code stands in both parts, and not in the subject, which a locked screen shows', () => {
  const { subject, text, html } = render(oneTimeCodeLetter({ caseRef: 'IR-2026-0001', code: '012345', minutes: 15, mailboxOf: 'deputy' }));
  expect(subject).toBe('IR-2026-0001 Your one-time code');
  for (const part of [text, html]) {
    expect(part).toContain('012345');
    expect(part).toContain('within 15 minutes');
  }
});
