/** The commands that README.md shows: each exists, and takes what it is shown with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDeadline } from '../../commands/deadline';
import { runHolidaysAccept } from '../../commands/holidays-accept';
import { readArguments } from '../../commands/token';
import { fixedClock, type IsoDate } from '../../config/clock';
import { projectRoot } from '../../config/root';

const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { scripts: object };

/** The arguments after `--` of the one place that shows a command with some, as a shell splits them. */
function argumentsOf(command: string): string[] {
  const [shown = '', ...more] = [...readme.matchAll(new RegExp(`npm run -s ${command} -- ([^\`\\n]+)`, 'g'))].map(([, args]) => args);
  expect([shown === '', more]).toEqual([false, []]);
  return [...shown.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
}

test('every one is a script of package.json', () => {
  const shown = [...readme.matchAll(/npm run (?:-s )?([a-z][a-z:-]*)/g)].map(([, name = '']) => name);
  expect(shown).toContain('token');
  expect(shown.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test('the one that makes a token asks for a token', () => {
  expect(readArguments(argumentsOf('token'), '2026-06-01' as IsoDate)).toEqual({
    username: 'officer@thurrock.example',
    form: { name: 'what for', kind: 'system', scopes: ['cases:read'], expiresOn: '2026-12-31' },
  });
});

test('the one that accepts a moved bank holiday knows what it is shown with', async () => {
  const complained: string[] = [];
  const around = { env: { BANK_HOLIDAYS_URL: '' }, clock: fixedClock('2026-06-01T09:00:00.000Z'), print: () => undefined };
  await runHolidaysAccept(argumentsOf('holidays:accept'), { ...around, complain: (line) => complained.push(line) });
  expect(complained).toEqual(['holidays:accept: BANK_HOLIDAYS_URL is not set: without a feed, a new file is put in place.']);
});

test('the one that counts a deadline counts one', () => {
  expect(runDeadline(argumentsOf('deadline'), {})).toMatchObject({ exitCode: 0, stderr: '' });
});
