import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProtocolCheck } from '../../commands/protocol-check';

const second = join(__dirname, 'marlow-vale.yaml');
const folder = mkdtempSync(join(tmpdir(), 'protocol-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file in order: 0 and one line', () => {
  expect(runProtocolCheck([second])).toEqual({
    exitCode: 0,
    stdout:
      `${second} is in order: Marlow Vale Safer Together Board, version 3a, review by 2028-01-31; ` +
      '5 organisations (1 not signed, 1 withdrawn); 3 categories; 2 statutes (1 repealed)\n',
    stderr: '',
  });
});

test('a wrong file: 1 and all faults', () => {
  const path = join(folder, 'wrong.yaml');
  const text = readFileSync(second, 'utf8');
  writeFileSync(path, text.replace('kind: processor', 'kind: friend').replace('[lantern]', '[lamp]'));
  const { exitCode, stdout, stderr } = runProtocolCheck([path]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
  expect(stdout.trim().split('\n')).toEqual([
    `${path} has 2 faults:`,
    expect.stringMatching(/^ {2}line \d+, organisations\[2\]\.kind: expected one of .*, found "friend"$/),
    expect.stringMatching(/^ {2}line \d+, categories\[2\]\.sharedBy\[0\]: expected the code .*, found "lamp"$/),
  ]);
});

test.each([
  ['no file named', [], 'expected the path of one protocol file, found none'],
  ['two files', [second, second], 'expected the path of one protocol file, found 2'],
  ['no such file', ['nowhere.yaml'], 'there is no such file'],
  ['a folder', [__dirname], 'it is a folder'],
])('%s: 2 and one clear line', (_, args, reason) => {
  const { exitCode, stdout, stderr } = runProtocolCheck(args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(/^protocol:check: [^\n]+\n$/);
  expect(stderr).toContain(reason);
});
