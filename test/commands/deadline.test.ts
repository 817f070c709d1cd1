/** `npm run -s deadline`: what it prints, and how it refuses. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDeadline } from '../../commands/deadline';
import { projectRoot } from '../../config/root';
import { count } from '../calendar/support';

const run = (line: string, env: NodeJS.ProcessEnv = {}) => runDeadline(line.split(' ').filter(Boolean), env);

test('says when and how it was counted', () => {
  expect(run('--clock subject-access --from 2026-01-31 --extended --paused 2026-02-10/2026-02-14')).toEqual({
    exitCode: 0,
    stderr: '',
    stdout: [
      'Due by the end of Tuesday 5 May 2026',
      'subject-access: UK GDPR, Article 12(3); ICO, right of access guidance',
      '',
      '  Sat 31 January 2026: the start; counted from this day, working or not',
      '  Thu 30 April 2026: 3 months after Sat 31 January 2026 (April has no day 31), without pauses',
      '  Tue 10 February 2026: paused day 1',
      '  Wed 11 February 2026: paused day 2',
      '  Thu 12 February 2026: paused day 3',
      '  Fri 13 February 2026: paused day 4',
      '  Sat 14 February 2026: paused day 5',
      '  Tue 5 May 2026: 5 paused days after Thu 30 April 2026, the due date',
      '',
      'Counted with the bank holidays of the file: with MONGODB_URI it takes those that a feed has brought since.',
      '',
    ].join('\n'),
  });
});

test('an hour clock is due at a moment', () => {
  expect(run('--clock breach-partners --from 2026-10-24T11:00:00Z').stdout).toMatch(
    /^Due by 11:00am GMT on Sunday 25 October 2026\n/,
  );
});

test('--json answers as the API does, with several pauses', () => {
  const { stdout, exitCode } = run(
    '--json --clock subject-access --from 2026-09-03 --paused 2026-09-04/2026-09-08 --paused=2026-09-14/2026-09-16',
  );
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual(
    count('subject-access', '2026-09-03', { paused: ['2026-09-04/2026-09-08', '2026-09-14/2026-09-16'] }),
  );
});

test.each([
  ['--clock subject-access', 'from is missing'],
  ['--clock nonsense --from 2026-01-31', '"nonsense" is not a clock'],
  ['--clock subject-access --from 2026-02-30', '2026-02-30 does not exist'],
  ['--clock subject-access --from 31/01/2026', '"31/01/2026" is not a date'],
  ['--clock subject-access --from 2026-01-31 --from 2026-02-01', 'from is given 2 times'],
  ['--clock subject-access --from 2026-01-31 --paused 2026-02-14/2026-02-10', 'ends before it begins'],
  ['--clock subject-access --from 2026-01-31 --paused 2026-02-10', 'is not a pause'],
  ['--clock withdrawal --from 2026-01-31 --extended', 'cannot be extended'],
  ['--clock breach-ico --from 2026-01-31', 'is not an instant'],
  ['--clock subject-access --from 2026-01-31 --pause 2026-02-10/2026-02-14', "Unknown option '--pause'"],
  ['--clock subject-access --from', "'--from <value>' argument missing"],
  ['--clock subject-access --from --extended', "'--from' argument is ambiguous"],
  ['--extended=yes', "'--extended' does not take an argument"],
  ['subject-access 2026-01-31', "Unexpected argument 'subject-access'"],
])('a wrong argument ends with 2 and one line: %s', (line, message) => {
  const { exitCode, stdout, stderr } = run(line);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^deadline: [^\n]+\n$/);
});

test('all that is wrong is said at once, a line for each', () => {
  expect(run('--extended --paused soon')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'deadline: clock is missing: give it, such as subject-access.\n' +
      'deadline: from is missing: give it, such as 2026-01-31.\n' +
      'deadline: "soon" is not a pause: write two dates, such as 2026-02-10/2026-02-14.\n',
  });
});

describe('with files of one’s own, as the web has them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-deadline-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const shipped = (name: string) => readFileSync(join(projectRoot, 'config', name), 'utf8');

  test('PROTOCOL_FILE: the time that a partnership sets', () => {
    const own = shipped('protocols/thurrock.yaml').replace('length: { workingDays: 10 } # section 7, R', 'length: { workingDays: 5 } # R');
    const env = { PROTOCOL_FILE: file('own.yaml', own) };
    expect(run('--clock information-request --from 2026-03-26', env).stdout).toMatch(/^Due by the end of Thursday 2 April 2026\n/);
    expect(run('--clock information-request --from 2026-03-26').stdout).toMatch(/^Due by the end of Monday 13 April 2026\n/);
  });

  test('BANK_HOLIDAYS_FILE: a day that was proclaimed', () => {
    const feed = JSON.parse(shipped('bank-holidays.json')) as Record<string, { events: object[] }>;
    feed['england-and-wales']?.events.push({ title: 'One-off day', date: '2026-04-08', notes: '' });
    const env = { BANK_HOLIDAYS_FILE: file('own.json', JSON.stringify(feed)) };
    expect(run('--clock information-request --from 2026-03-26', env).stdout).toContain('Wed 8 April 2026: One-off day, not counted');
  });

  test('a file that cannot be used ends with 1 and is named', () => {
    const wrong = run('--clock information-request --from 2026-03-26', { BANK_HOLIDAYS_FILE: file('empty.json', '') });
    expect(wrong).toMatchObject({ exitCode: 1, stdout: '' });
    expect(wrong.stderr).toMatch(/^deadline: \S+empty\.json cannot be used: it is empty\.\n$/);
    expect(run('--clock information-request --from 2026-03-26', { PROTOCOL_FILE: join(folder, 'none.yaml') })).toMatchObject({ exitCode: 1 });
  });
});

test('--help names every clock', () => {
  const { exitCode, stdout } = run('--help');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/subject-access-law-enforcement[\s\S]+--paused/);
});

test('as a command of its own, without any setting', () => {
  const command = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', join(projectRoot, 'commands', 'deadline.ts'), ...args], {
      cwd: projectRoot,
      env: { PATH: process.env.PATH },
      encoding: 'utf8',
    });
  const wrong = command('--clock', 'nonsense', '--from', '2026-01-31');
  expect([wrong.status, wrong.stdout, wrong.stderr.split('\n').length]).toEqual([2, '', 2]);
  const right = command('--clock', 'information-request', '--from', '2026-03-26', '--json');
  expect([right.status, right.stderr]).toEqual([0, '']);
  expect(JSON.parse(right.stdout)).toMatchObject({ due: '2026-04-13', dueAt: '2026-04-13T23:00:00Z' });
});
