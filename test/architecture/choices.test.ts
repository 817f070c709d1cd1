/** Inputs that belong to a choice are hidden until it is made: the style sheet has to show each kind that a page has. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../config/root';

const views = join(projectRoot, 'api', 'views');
const kindsIn = (text: string) => [...text.matchAll(/concordat-choice--([a-z]+(?:-[a-z]+)*)/g)].map(([, kind]) => kind as string);

test('each kind of input that belongs to a choice is shown by the style sheet', () => {
  const pages = readdirSync(views, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.njk'));
  const used = new Set(pages.flatMap((name) => kindsIn(readFileSync(join(views, name), 'utf8'))));
  const sheet = readFileSync(join(projectRoot, 'api', 'styles', 'concordat.scss'), 'utf8');
  const shown = new Set([...sheet.matchAll(/:has\([^\n]*:checked\) \.concordat-choice--([a-z-]+)/g)].map(([, kind]) => kind as string));
  expect(used.size).toBeGreaterThan(5);
  expect([...used].filter((kind) => !shown.has(kind))).toEqual([]);
});
