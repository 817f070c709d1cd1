import { planClock } from '../../calendar';
import { clocks } from '../../config/clocks';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { loadBankHolidays, type BankHolidays } from '../../config/bank-holidays';
import { projectRoot } from '../../config/root';
import { render } from '../../mail';
import {
  answerReceivedLetter,
  askedAgainLetter,
  chaseLetter,
  escalationLetter,
  leftUnansweredLetter,
  passedOnLetter,
  requestLetter,
  withdrawnLetter,
} from '../../mail/letters/information-request';
import {
  answerRecordedLetter,
  clockMovedLetter,
  caseNotDeliveredLetter,
  closingMovedLetter,
  correctionDecidedLetter,
  correctionProposedLetter,
  notDeliveredLetter,
  questionLetter,
  replyLetter,
  type TaskFacts,
} from '../../mail/letters/task';
import { informationRequest } from '../../activities/letters/information-request';
import type { CaseDocument } from '../../store/cases';
import { oneTimeCodeLetter } from '../../mail/letters/one-time-code';

const holidays = loadBankHolidays(`${projectRoot}/config/bank-holidays.json`);
const plan = planClock(
  { clock: 'information-request', from: '2026-03-26' as IsoDate, ladder: [], spreadKey: 'IR-2026-0001' },
  { holidays, settings: clocks },
);
const facts = (changes: Partial<TaskFacts> = {}): TaskFacts => ({
  caseRef: 'IR-2026-0001',
  askedBy: 'Thurrock Council',
  asked: 'Essex Police',
  plan: { ...plan, dueOn: '2026-04-13' as IsoDate },
  thing: 'request',
  more: [],
  now: '2026-03-26T10:00:00.000Z' as IsoInstant,
  url: 'https://concordat.example/t/token',
  ...changes,
});
const overdue = '2026-04-14T09:00:00.000Z' as IsoInstant;
const receivedAt = '2026-04-02T12:30:00.000Z' as IsoInstant;

const before = { ...plan, dueOn: '2026-04-10' as IsoDate };
const otherClosing = { before: '2026-06-17' as IsoDate, closesOn: '2026-06-18' as IsoDate, plea: 'Please read the answers.' };
const readers = ['spoc', 'deputy', 'governance-lead', 'requester', 'csp-manager'] as const;

const letters = (of: TaskFacts) => [
  requestLetter(of),
  ...(['spoc', 'deputy', 'governance-lead'] as const).map((role) => chaseLetter(of, role)),
  escalationLetter(of),
  notDeliveredLetter(of, { roles: ['spoc', 'deputy'], away: null }),
  notDeliveredLetter(of, { roles: ['spoc'], away: { until: '2026-04-17' as IsoDate } }),
  answerReceivedLetter(of, { version: 1, receivedAt }),
  answerRecordedLetter(of),
  questionLetter(of),
  replyLetter(of),
  passedOnLetter(of),
  askedAgainLetter(of, 'deputy'),
  leftUnansweredLetter(of),
  ...readers.map((reader) => clockMovedLetter(of, { cause: 'extended', before }, reader)),
  correctionProposedLetter(of),
  correctionDecidedLetter(of, 'declined', 'requester'),
  correctionDecidedLetter(of, 'declined', 'csp-manager'),
  correctionDecidedLetter(of, 'confirmed', 'requester'),
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
        expect(part).toContain('10 working days were counted, from Fri 27 March 2026 (day 1) to Mon 13 April 2026 (day 10)');
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
    for (const { text, html } of [...letters(of), closingMovedLetter(of, otherClosing)].map(render)) {
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
  const more = informationRequest.facts({ terms: { neededByOn: '2026-04-01' } } as unknown as CaseDocument, { id: 'T1' });
  const { text } = render(requestLetter(facts({ more })));
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

test('whoever opened a case cannot be reached: the CSP manager is told whom to ring', () => {
  const { subject, text } = render(caseNotDeliveredLetter(facts(), 'requester'));
  expect(subject).toBe('IR-2026-0001 Not delivered: whoever opened the request cannot be reached by mail');
  expect(text).toContain('Please tell Thurrock Council by telephone to look at the case.');
  expect(caseNotDeliveredLetter(facts(), { partner: 'Probation' }).paragraphs[0]).toMatch(/^Please tell Probation by telephone/);
});

test('the news of another closing says the old day, the new one, why, and what to do', () => {
  const { subject, text } = render(closingMovedLetter(facts(), otherClosing));
  expect(subject).toBe('IR-2026-0001 New date: closes by itself Thursday 18 June 2026, not Wednesday 17 June 2026');
  expect(text.replace(/\s+/g, ' ')).toContain(
    'The bank holidays of England and Wales have changed. If you do nothing, the case was to close by itself at the end of ' +
      'Wednesday 17 June 2026. It now closes at the end of Thursday 18 June 2026. Please read the answers.',
  );
});

describe('the news of a moved date', () => {
  const planned = (
    from: string,
    { extended = false, of = holidays }: { readonly extended?: boolean; readonly of?: BankHolidays } = {},
  ) => {
    const counted = planClock(
      { clock: 'information-request', from: from as IsoDate, extended, ladder: [], spreadKey: 'IR-2026-0001' },
      {
        holidays: of,
        settings: { ...clocks, 'information-request': { ...clocks['information-request'], extendedLength: { workingDays: 20 } } },
      },
    );
    if (counted.dueOn === undefined) throw new Error('There is no date.');
    return { ...counted, dueOn: counted.dueOn };
  };
  /** The bank holidays of England and Wales with some more, and without some. */
  const changed = (more: Readonly<Record<string, string>>, without: readonly string[] = []): BankHolidays => {
    const days = new Map(holidays.divisions['england-and-wales'].entries());
    for (const [on, name] of Object.entries(more)) days.set(on as IsoDate, name);
    for (const on of without) days.delete(on as IsoDate);
    return { ...holidays, divisions: { ...holidays.divisions, 'england-and-wales': days } };
  };
  const news = (
    cause: 'extended' | 'corrected' | 'bank-holidays-changed',
    [old, now]: readonly [ReturnType<typeof planned>, ReturnType<typeof planned>],
    reader: (typeof readers)[number] = 'spoc',
    at = '2026-03-30T10:00:00.000Z',
  ) => render(clockMovedLetter(facts({ plan: now, now: at as IsoInstant }), { cause, before: old }, reader));

  it('says which date it was, which it is, and that more time was given', () => {
    const { subject, text, html } = news('extended', [planned('2026-03-26'), planned('2026-03-26', { extended: true })]);
    expect(subject).toBe('IR-2026-0001 New date: answer due Monday 27 April 2026, not Monday 13 April 2026');
    for (const part of [text, html]) {
      expect(part).toContain('Thurrock Council has given more time.');
      expect(part).toContain('was due by the end of Monday 13 April 2026');
      expect(part).toContain('now due by the end of Monday 27 April 2026');
      expect(part).toContain('The reminders are counted from the new date.');
      expect(part).not.toContain('has passed');
    }
    expect(text).toContain('Your answer is due on another day');
  });

  it('says of a correction from which day it was counted, and that two persons say so', () => {
    const { text } = news('corrected', [planned('2026-03-26'), planned('2026-03-24')]);
    expect(text).toContain('was counted from Thursday 26 March 2026. It was received on Tuesday 24 March 2026');
    expect(text).toContain('a second one has confirmed it');
  });

  it.each([
    ['requester', 'The answer of Essex Police is due on another day', 'Open the case', 'You get this because you opened'],
    ['csp-manager', 'The answer of Essex Police is due on another day', 'Open the case', 'You get this as the CSP manager'],
    ['governance-lead', 'Your answer is due on another day', 'answer', 'You get this '],
  ] as const)('speaks to the %s', (reader, heading, link, footer) => {
    const { text } = news('extended', [planned('2026-03-26'), planned('2026-03-26', { extended: true })], reader);
    for (const words of [heading, link, footer]) expect(text).toContain(words);
  });

  it('says so when the new date has passed already', () => {
    const { text } = news('corrected', [planned('2026-03-26'), planned('2026-03-02')], 'spoc', '2026-03-30T10:00:00.000Z');
    expect(text).toContain('That day has passed already');
    expect(text).not.toContain('The reminders are counted');
  });

  describe('when the bank holidays have changed', () => {
    const day = { '2026-03-31': 'National Day' };

    it('names the new day, and no other: not those that only the longer count comes to', () => {
      // Due on Thursday 2 April; a day more takes it over Good Friday and Easter to Tuesday 7 April.
      const { text } = news('bank-holidays-changed', [planned('2026-03-19'), planned('2026-03-19', { of: changed(day) })]);
      expect(text).toContain('was due by the end of Thursday 2 April 2026. It is now due by the end of Tuesday 7 April 2026');
      expect(text).toContain('have changed: Tue 31 March 2026 (National Day). The answer');
    });

    it('names a day that is none any more, and no other', () => {
      const { text } = news('bank-holidays-changed', [planned('2026-03-19', { of: changed(day) }), planned('2026-03-19')]);
      expect(text).toContain('have changed: Tue 31 March 2026 (National Day), which is none any more. The answer');
    });

    it('names a day that became another one', () => {
      const moved = changed({ '2026-04-08': 'Easter Wednesday' }, ['2026-04-06']);
      const other = changed({ '2026-04-07': 'Easter Tuesday', '2026-04-08': 'Easter Wednesday' }, ['2026-04-06']);
      const { text } = news('bank-holidays-changed', [planned('2026-03-26', { of: moved }), planned('2026-03-26', { of: other })]);
      expect(text).toContain('have changed: Tue 7 April 2026 (Easter Tuesday). The answer');
    });
  });
});

it('a correction that waits leads to where it is decided, and says that whoever proposed it cannot confirm it', () => {
  const { subject, text } = render(correctionProposedLetter(facts({ url: 'https://concordat.example/cases/IR-2026-0001' })));
  expect(subject).toBe('IR-2026-0001 A second person has to look at a date');
  expect(text).toContain('https://concordat.example/cases/IR-2026-0001/correction/decision');
  expect(text).toContain('Whoever proposed it cannot confirm it.');
});

it('a reply says of the date only where the clock had stood still', () => {
  expect(render(replyLetter(facts())).text).not.toContain('stood still');
  expect(render(replyLetter(facts(), { ...plan, dueOn: '2026-04-09' as IsoDate })).text).toContain(
    'Your answer was due by the end of Thursday 9 April 2026; it is now due by the end of Monday 13 April 2026.',
  );
});
