/** Who may import whom: layers.mjs, docs/architecture.md. Lint sees single imports; this sees the whole graph. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../config/root';
import { runTool } from '../support/run-tool';

const layers = [...readFileSync(join(projectRoot, 'layers.mjs'), 'utf8').matchAll(/^ {2}(\w+): \{/gm)].map(
  ([, name]) => name ?? '',
);

test('every folder of code is a layer', () => {
  const notCode = ['node_modules', 'dist', 'docs', 'test', 'coverage', 'screenshots'];
  const folders = readdirSync(projectRoot, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !notCode.includes(entry.name))
    .map(({ name }) => name);
  expect(folders.sort()).toEqual(layers.toSorted());
});

test('each layer imports what it may, and there are no cycles', async () => {
  const { output } = await runTool('depcruise', [...layers, '--config', '.dependency-cruiser.mjs', '--output-type', 'json']);
  const { summary } = JSON.parse(output) as {
    summary: { totalCruised: number; violations: { from: string; to: string; rule: { name: string } }[] };
  };
  expect(summary.totalCruised).toBeGreaterThan(100);
  expect(summary.violations.map(({ rule, from, to }) => `${from} -> ${to}: ${rule.name}`)).toEqual([]);
}, 60_000);
