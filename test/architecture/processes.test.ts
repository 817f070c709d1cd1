/** What a process that is entered in the registry still lacks, in plain words. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processes, processSlugs } from '../../config/processes';
import { projectRoot } from '../../config/root';

const has = (path: string): boolean => existsSync(join(projectRoot, path));
const text = (path: string): string => (has(path) ? readFileSync(join(projectRoot, path), 'utf8') : '');
const camel = (slug: string): string => slug.replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());

/** Each part in words, and whether it is there. The registries of the layers are held by their types. */
const partsOf = (slug: string, workflowType: string): Readonly<Record<string, boolean>> => ({
  [`its input and result: workflows/${slug}/contract.ts`]: has(`workflows/${slug}/contract.ts`),
  [`its stages and outcomes: workflows/${slug}/state.ts`]: has(`workflows/${slug}/state.ts`),
  [`its rules: workflows/${slug}/rules.ts`]: has(`workflows/${slug}/rules.ts`),
  [`its procedure: workflows/${slug}/workflow.ts`]: has(`workflows/${slug}/workflow.ts`),
  [`${workflowType} among what the worker registers: workflows/index.ts`]: text('workflows/index.ts').includes(`export { ${workflowType} } from`),
  [`its words and content: api/processes/${slug}/index.ts`]: has(`api/processes/${slug}/index.ts`),
  [`the pages that open a case: api/processes/${slug}/pages.ts`]: has(`api/processes/${slug}/pages.ts`),
  [`the same for programs: api/processes/${slug}/api.ts`]: has(`api/processes/${slug}/api.ts`),
  [`its views, with the answers checked: api/views/${slug}/check.njk`]: has(`api/views/${slug}/check.njk`),
  [`its mails: activities/letters/${slug}.ts`]: has(`activities/letters/${slug}.ts`),
  [`the texts of its mails: mail/letters/${slug}.ts`]: has(`mail/letters/${slug}.ts`),
  [`every path of its workflow on skipped time: test/workflows/${slug}.test.ts`]: has(`test/workflows/${slug}.test.ts`),
  [`a recorded history: test/replay/histories/${slug}-*.json`]: readdirSync(join(projectRoot, 'test/replay/histories')).some((file) =>
    file.startsWith(`${slug}-`),
  ),
  [`its form in a browser: test/browser/${slug}.test.ts`]: has(`test/browser/${slug}.test.ts`),
  [`what of it must never leave its case: test/faults/support/canary/${slug}.ts`]: has(`test/faults/support/canary/${slug}.ts`),
});

const missingOf = (slug: string, workflowType: string): string[] =>
  Object.entries(partsOf(slug, workflowType)).flatMap(([part, isThere]) => (isThere ? [] : [part]));

test.each(processSlugs)('%s has all its parts', (slug) => {
  expect(missingOf(slug, processes[slug].workflowType)).toEqual([]);
});

test.each(processSlugs)('%s is named alike everywhere, and like no other', (slug) => {
  const { workflowType, prefix } = processes[slug];
  expect(workflowType).toBe(camel(slug));
  expect(prefix).toMatch(/^[A-Z]{2,5}$/);
  const prefixes = Object.values(processes).map((each): string => each.prefix);
  expect(prefixes.filter((each) => each === prefix)).toHaveLength(1);
});

test('a process of which there is nothing lacks every part, and is told each', () => {
  const missing = missingOf('lost-property', 'lostProperty');
  expect(missing).toHaveLength(15);
  expect(missing).toContain('its procedure: workflows/lost-property/workflow.ts');
});
