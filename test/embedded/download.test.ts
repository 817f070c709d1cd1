import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { create } from 'tar';
import { download, extractProgram, fetchText } from '../../embedded/download';
import { temporaryFolder } from './support/folder';

const folder = temporaryFolder();
let server: Server;
let url: string;
let archive: Buffer;

beforeEach(async () => {
  mkdirSync(join(folder(), 'server-1.0', 'bin'), { recursive: true });
  writeFileSync(join(folder(), 'server-1.0', 'bin', 'program'), 'what it does'.repeat(10_000));
  writeFileSync(join(folder(), 'server-1.0', 'LICENSE'), 'a licence');
  await create({ gzip: true, cwd: folder(), file: join(folder(), 'made.tar.gz') }, ['server-1.0']);
  archive = readFileSync(join(folder(), 'made.tar.gz'));
  server = createServer((request, response) => {
    if (request.url === '/program.tar.gz') response.writeHead(200, { 'content-length': archive.length }).end(archive);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

describe('a download', () => {
  it('is checked, and the program is taken out of it', async () => {
    const file = join(folder(), 'fetched.tar.gz');
    const sha256 = createHash('sha256').update(archive).digest('hex');
    const lines: string[] = [];
    await download(`${url}/program.tar.gz`, file, { sha256, progress: (line) => lines.push(line) });
    expect(lines.at(-1)).toBe('    100 % of 1 MB');

    const into = join(folder(), 'into');
    mkdirSync(into);
    await extractProgram(file, 'bin/program', into, 'program');
    expect(readFileSync(join(into, 'program'), 'utf8')).toBe('what it does'.repeat(10_000));
    expect(statSync(join(into, 'program')).mode & 0o111).toBe(0o111);
    await expect(extractProgram(file, 'bin/other', into, 'other')).rejects.toThrow('the archive has no bin/other');
  });

  it('fails with a reason', async () => {
    const file = join(folder(), 'fetched');
    await expect(download(`${url}/program.tar.gz`, file, { sha256: 'no' })).rejects.toThrow('its checksum names');
    await expect(download(`${url}/missing`, file)).rejects.toThrow(/127\.0\.0\.1:\d+ answered 404/);
    await expect(fetchText('http://127.0.0.1:1/')).rejects.toThrow('fetch failed');
  });
});
