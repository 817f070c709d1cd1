import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { webSettings } from '../../config/env';
import { silent } from '../../embedded/fault';
import { prepareHome } from '../../embedded/home';
import { identify, isAlive } from '../../embedded/processes';
import { RunningFile } from '../../embedded/running';
import { secretsOf } from '../../embedded/secrets';
import { temporaryFolder } from './support/folder';

const folder = temporaryFolder();

describe('the folder of the stack', () => {
  it('needs room, and says so with what to do', () => {
    expect(() => prepareHome(folder(), () => 120 * 1024 * 1024)).toThrow(
      `Only 120 MB are free where ${folder()} is, and 500 MB are needed: ` +
        'free some room, or set CONCORDAT_HOME to a folder on another disk.',
    );
  });

  it('must be one that can be made', () => {
    writeFileSync(join(folder(), 'file'), '');
    expect(() => prepareHome(join(folder(), 'file'))).toThrow(/cannot be made .*set CONCORDAT_HOME to a folder/);
  });
});

describe('the secrets', () => {
  it('are made once, for their owner only, in the shape that the settings ask for', () => {
    const secrets = secretsOf(folder());
    expect(statSync(join(folder(), 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(secretsOf(folder())).toEqual(secrets);
    const others = { MONGODB_URI: 'mongodb://a.example', SMTP_URL: 'smtp://a.example', PUBLIC_URL: 'http://a.example' };
    const settings = webSettings({ ...secrets, ...others, OPERATOR_EMAIL: 'operator@partnership.example' });
    expect(settings.CONTENT_KEYS.map(({ key }) => key.length)).toEqual([32]);
  });

  it('that are damaged are not replaced: what is stored could not be read any more', () => {
    writeFileSync(join(folder(), 'secrets.json'), '{}');
    expect(() => secretsOf(folder())).toThrow(`${join(folder(), 'secrets.json')} is damaged`);
    expect(readFileSync(join(folder(), 'secrets.json'), 'utf8')).toBe('{}');
  });
});

describe('a home', () => {
  it('is taken by one start at a time', async () => {
    const running = await RunningFile.take(folder(), silent);
    await expect(RunningFile.take(folder(), silent)).rejects.toThrow(
      `Concordat already runs from ${folder()} (process ${process.pid}): stop it with Ctrl+C where it was started`,
    );
    running.release();
    const next = await RunningFile.take(folder(), silent);
    next.release();
    expect(existsSync(join(folder(), 'running.json'))).toBe(false);
  });

  it('of a start that was killed: its processes are ended by id, none that was given such an id since', async () => {
    const [leftover, stranger] = [0, 1].map(() => spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }));
    const [left, other] = [identify(leftover?.pid ?? 0), identify(stranger?.pid ?? 0)];
    if (left === undefined || other === undefined) throw new Error('sleep does not run');
    try {
      writeFileSync(
        join(folder(), 'running.json'),
        // The start's own id is one that no process has: ids end at 4,194,304.
        JSON.stringify({
          supervisor: { pid: 99_999_999, began: '1' },
          children: [
            { title: 'The database', ...left },
            { title: 'The mail server', ...other, began: 'earlier' },
          ],
        }),
      );
      const ended = leftover && once(leftover, 'exit');
      const lines: string[] = [];
      const running = await RunningFile.take(folder(), (line) => lines.push(line));
      await ended;
      running.release();
      expect(lines).toEqual([`Ending what an earlier start left behind: The database, process ${left.pid}`]);
      expect(isAlive(left)).toBe(false);
      expect(isAlive(other)).toBe(true);
    } finally {
      for (const child of [leftover, stranger]) child?.kill('SIGKILL');
    }
  });
});
