/**
 * Every kept history replays on this build: a case that was opened by an earlier build goes on. Guards determinism and
 * the order of commands; it does not notice a changed deadline, which the tables of test/calendar prove.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { bundleFile } from '../support/build-workflow-bundle';
import { scenarios } from './scenarios';
import { quietRuntime } from '../support/quiet-runtime';

const folder = join(__dirname, 'histories');
const kept = readdirSync(folder).map((file) => file.replace('.json', ''));

beforeAll(() => {
  quietRuntime();
});

test('each behaviour has a history', () => {
  expect(kept.toSorted()).toEqual(scenarios.map(({ name }) => name).sort());
});

test.each(kept)('%s', async (name) => {
  const history = historyFromJSON(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')));
  expect(history.events?.at(-1)?.workflowExecutionCompletedEventAttributes).toBeDefined();
  await Worker.runReplayHistory({ workflowBundle: { codePath: bundleFile } }, history, 'IR-2026-0001');
});
