/** Strict types and lint over the whole tree, so that one command says everything that is wrong. */
import { runTool } from '../support/run-tool';

test('the types are right', async () => {
  expect((await runTool('tsc', ['--noEmit'])).output).toBe('');
}, 180_000);

test('lint finds nothing', async () => {
  expect((await runTool('eslint', ['.', '--max-warnings=0'])).output).toBe('');
}, 600_000);
