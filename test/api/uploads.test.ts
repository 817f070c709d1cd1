import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type ErrorRequestHandler, type Request } from 'express';
import { ensureLimitIndexes, Limits } from '../../api/http/limits';
import { sendFile } from '../../api/http/downloads';
import { carriesFiles, fileIdsOf, readFieldsOnly, Uploads } from '../../api/http/uploads';
import { typedOf } from '../../api/http/held';
import { Invalid, Refusal } from '../../api/http/refusals';
import type { WebDependencies } from '../../api/dependencies';
import { fixedClock } from '../../config/clock';
import { largestFile } from '../../config/file-types';
import { segmentBytes } from '../../store/file-cipher';
import { describeWithDatabase, startStore, type TestStore } from '../support/database';

const caseRef = 'IR-2026-0001';
const token = 'the token of the session';
const boundary = '----concordat';
const asUsual = `multipart/form-data; boundary=${boundary}`;

interface Sent {
  readonly status: number;
  readonly body: { error?: string; errors?: unknown; typed?: Record<string, string>; taken?: string[] };
}

type Part =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly file: string; readonly content: Buffer };

const field = (name: string, value: string): Part => ({ name, value });
const file = (fileName: string, content: Buffer | string, name = 'files'): Part => ({
  name,
  file: fileName,
  content: Buffer.from(content),
});
const head = (part: Part): Buffer =>
  Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="${part.name}"` +
      ('file' in part ? `; filename="${part.file}"\r\nContent-Type: application/octet-stream` : '') +
      '\r\n\r\n',
  );
const bodyOf = (parts: readonly Part[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap((part) => [
      head(part),
      'file' in part ? part.content : Buffer.from(part.value),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
const ours = field('_csrf', token);
const atTheInput = (...messages: readonly RegExp[]) =>
  messages.map((message) => ({ field: 'files', message: expect.stringMatching(message) as unknown }));

describeWithDatabase('posts with files', () => {
  let running: TestStore;
  let server: Server;
  let base: { host: string; port: number };
  /** What the route ended with, also where nobody hears of it. */
  let ended: Promise<unknown>;
  let sender: string;

  const documents = () => running.store.database.collection('files');
  const segments = () => running.store.database.collection('file_segments');
  const counts = async () => [await documents().countDocuments(), await segments().countDocuments()];

  beforeAll(async () => {
    running = await startStore();
    const { store } = running;
    const deps = { store, clock: fixedClock('2026-04-09T09:00:00.000Z'), settings: { SESSION_SECRET: 'x'.repeat(32) } };
    await ensureLimitIndexes({ store });
    const limits = new Limits(deps as unknown as WebDependencies);
    const uploads = new Uploads({ ...deps, limits }, (request) => typedOf(request.body)['_csrf'] === token);
    const key = store.cipher.newCaseKey(caseRef);
    const app = express();
    app.post('/answer', async (request, response) => {
      const taking = uploads.take(request, { caseRef, key, task: 'T1', field: 'answer', sender, input: 'files' });
      ended = taking.catch((error: unknown) => error);
      const taken = await taking;
      response.json({ taken: taken.map(({ name }) => name), typed: request.body as unknown });
    });
    app.post('/not-let-in', async (request, response) => {
      await readFieldsOnly(request);
      response.status(401).json({ typed: request.body as unknown });
    });
    app.get('/files/:id', async (request, response) => {
      const found = await store.files.get(request.params.id, caseRef, key);
      if (found === null) throw new Refusal(404, 'x', 'x');
      const sending = sendFile(response, found, key, store.files);
      ended = sending.catch((error: unknown) => error);
      await sending;
    });
    const failed: ErrorRequestHandler = (error: Error, request, response, next) => {
      if (response.headersSent) {
        next(error);
        return;
      }
      const errors = error instanceof Invalid ? error.errors : undefined;
      response
        .status(error instanceof Refusal ? error.status : 500)
        .json({ error: error.constructor.name, errors, typed: request.body as unknown });
    };
    app.use(failed);
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  });
  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    await running.close();
  });
  beforeEach(async () => {
    sender = `account-${randomBytes(6).toString('hex')}`;
    await documents().deleteMany({});
    await segments().deleteMany({});
  });

  const open = (path: string, headers: OutgoingHttpHeaders = {}) =>
    httpRequest({
      ...base,
      path,
      method: 'POST',
      headers: { 'content-type': asUsual, ...headers },
    });
  const post = async (parts: readonly Part[] | Buffer, path = '/answer', type = asUsual): Promise<Sent> => {
    const sending = open(path, { 'content-type': type });
    sending.end(Buffer.isBuffer(parts) ? parts : bodyOf(parts));
    const [response] = (await once(sending, 'response')) as [IncomingMessage];
    const text = Buffer.concat((await response.toArray()) as Buffer[]).toString();
    return { status: response.statusCode ?? 0, body: JSON.parse(text) as Sent['body'] };
  };
  const get = async (path: string, method = 'GET') => {
    const sending = httpRequest({ ...base, path, method });
    sending.end();
    const [response] = (await once(sending, 'response')) as [IncomingMessage];
    return { response, content: Buffer.concat((await response.toArray()) as Buffer[]) };
  };
  const idOf = async (fileName: string, content: Buffer | string): Promise<string> => {
    const { body } = await post([ours, file(fileName, content)]);
    return fileIdsOf(body.typed ?? {})[0] ?? '';
  };

  it('give the fields, and keep the files', async () => {
    const { status, body } = await post([
      ours,
      field('shared', 'Zoë said\r\n"yes"'),
      field('fileIds', 'from-before'),
      file('one.txt', 'first words'),
      file('', ''),
      file('two.pdf', '%PDF-1.7 second'),
      field('shared', 'the last counts'),
      field('__proto__', 'x'),
    ]);
    expect(status).toBe(200);
    expect(body.taken).toEqual(['one.txt', 'two.pdf']);
    expect(body.typed).toMatchObject({ shared: 'the last counts' });
    const [before, one, two, ...more] = fileIdsOf(body.typed ?? {});
    expect([before, more]).toEqual(['from-before', []]);
    expect((await get(`/files/${one}`)).content.toString()).toBe('first words');
    expect((await get(`/files/${two}`)).content.toString()).toBe('%PDF-1.7 second');
    expect(await counts()).toEqual([2, 2]);
  });

  it('say at the input what is wrong with a file, keep what was typed, and take the others', async () => {
    const { status, body } = await post([
      ours,
      file('lie.pdf', Buffer.alloc(3_000_000, 'MZ')),
      file('empty.txt', ''),
      file('page.html', '<html>'),
      file('good.txt', 'words'),
      field('shared', 'typed'),
    ]);
    expect(status).toBe(422);
    expect(body.errors).toEqual(
      atTheInput(
        /^lie\.pdf: The content is not that of a PDF/,
        /^empty\.txt: The file is empty/,
        /^page\.html: Files of this kind are not taken/,
      ),
    );
    expect(body.typed).toMatchObject({ shared: 'typed' });
    expect(fileIdsOf(body.typed ?? {})).toHaveLength(1);
    expect(await counts()).toEqual([1, 1]);
  });

  it('say which files they bring under another name, or without one', async () => {
    const { status, body } = await post([
      ours,
      file('one.txt', 'first words'),
      file('other.txt', 'not of this input', 'elsewhere'),
      file('empty.txt', '', 'elsewhere'),
      file('', 'words'),
      file('', '', 'elsewhere'),
      field('shared', 'typed'),
    ]);
    expect(status).toBe(422);
    expect(body.errors).toEqual(
      atTheInput(
        /^other\.txt was not taken: send each with its name, in a part called files$/,
        /^empty\.txt was not taken: /,
        /^A file without a name was not taken: /,
      ),
    );
    expect(body.typed).toMatchObject({ shared: 'typed' });
    expect(await counts()).toEqual([1, 1]);
  });

  it.each<[string, readonly Part[]]>([
    ['without a token', [file('a.txt', 'words'), field('shared', 'typed')]],
    ['with a wrong one', [field('_csrf', 'wrong'), file('a.txt', 'words'), field('shared', 'typed')]],
    ['with one that comes after a file', [file('a.txt', 'words'), ours, field('shared', 'typed')]],
    ['with one in a file', [file('a.txt', token, '_csrf'), file('a.txt', 'words'), field('shared', 'typed')]],
    ['without a file and a token', [field('shared', 'typed')]],
  ])('are refused %s; no file is taken, and what was typed is kept', async (_what, parts) => {
    const { status, body } = await post(parts);
    expect([status, body.error]).toEqual([403, 'FormOutOfDate']);
    expect(body.typed).toMatchObject({ shared: 'typed', fileIds: '' });
    expect(await counts()).toEqual([0, 0]);
  });

  it('take 25 MB and not a byte more, one file after the other, in little memory', async () => {
    const exactly = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(largestFile - 9)]);
    const tooBig = Buffer.concat([exactly, Buffer.from('x')]);
    const all = [file('a.pdf', exactly), file('b.pdf', tooBig), file('c.pdf', exactly)];
    const body = bodyOf([ours, ...all, field('shared', 'typed')]);
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
    const sent = await post(body);
    clearInterval(watch);
    expect(sent.status).toBe(422);
    expect(sent.body.errors).toEqual(atTheInput(/^b\.pdf: .* 25 MB or smaller/));
    expect(sent.body.typed).toMatchObject({ shared: 'typed' });
    const [id] = fileIdsOf(sent.body.typed ?? {});
    expect(await counts()).toEqual([2, 200]);
    const { content } = await get(`/files/${id}`);
    expect(createHash('sha256').update(content).digest('hex')).toBe(createHash('sha256').update(exactly).digest('hex'));
    expect(most - before).toBeLessThan(3 * largestFile);
  });

  it('are not read faster than they are stored', async () => {
    const files = running.store.files;
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const receive = jest.spyOn(files, 'receive').mockImplementation(async (_draft, stream) => {
      await held;
      stream.resume();
      await once(stream, 'end');
      throw new Refusal(404, 'x', 'x');
    });
    const sending = open('/answer');
    sending.on('error', () => undefined);
    const whole = bodyOf([ours, file('a.pdf', randomBytes(20_000_000))]);
    let written = 0;
    for (let from = 0; from < whole.length; from += 100_000) {
      const isRoom = sending.write(whole.subarray(from, from + 100_000));
      written = from;
      if (!isRoom && !(await Promise.race([once(sending, 'drain').then(() => true), sleep(500, false)]))) break;
    }
    receive.mockRestore();
    // What the sockets hold is more than what the parser does; all of it is far from the whole.
    expect(written).toBeLessThan(15_000_000);
    release?.();
    sending.destroy();
  });

  it.each([
    ['the connection', true],
    ['the body', false],
  ])('leave nothing of a file when %s breaks off', async (_what, isConnection) => {
    const content = Buffer.concat([Buffer.from('%PDF-1.7'), randomBytes(4 * segmentBytes)]);
    const whole = bodyOf([ours, file('a.pdf', content)]);
    const part = whole.subarray(0, 3 * segmentBytes);
    if (isConnection) {
      const sending = open('/answer', { 'content-length': whole.length });
      sending.on('error', () => undefined);
      sending.write(part);
      while ((await segments().countDocuments()) === 0) await sleep(10);
      sending.destroy();
      expect(await ended).toMatchObject({ status: 400 });
    } else {
      expect(await post(part)).toMatchObject({ status: 400, body: { typed: { _csrf: token } } });
    }
    expect(await counts()).toEqual([0, 0]);
  });

  it('end with the fault of the store, and the sender hears of it at once', async () => {
    const receive = jest.spyOn(running.store.files, 'receive').mockRejectedValue(new Error('away'));
    const whole = bodyOf([ours, field('shared', 'typed'), file('a.txt', 'x'.repeat(500_000))]);
    const sending = open('/answer', { 'content-length': whole.length });
    sending.write(whole.subarray(0, 300_000));
    const [response] = (await once(sending, 'response')) as [IncomingMessage];
    sending.end(whole.subarray(300_000));
    const text = Buffer.concat((await response.toArray()) as Buffer[]).toString();
    receive.mockRestore();
    expect(response.statusCode).toBe(500);
    expect((JSON.parse(text) as Sent['body']).typed).toMatchObject({ shared: 'typed' });
  });

  it.each<[string, readonly Part[] | Buffer, number, string]>([
    ['too many fields', [ours, ...Array.from({ length: 100 }, (_, index) => field(`f${index}`, 'x'))], 413, asUsual],
    ['too much in all fields', [ours, field('a', 'x'.repeat(600_000)), field('b', 'x'.repeat(600_000))], 413, asUsual],
    ['one that is too long', [ours, field('a', 'x'.repeat(1_100_000))], 413, asUsual],
    ['no parts', Buffer.from('nothing'), 400, asUsual],
    ['no boundary', [ours], 400, 'multipart/form-data'],
    ['another multipart', [ours], 400, `multipart/mixed; boundary=${boundary}`],
  ])('are refused with %s', async (_what, parts, status, type) => {
    expect((await post(parts, '/answer', type)).status).toBe(status);
  });

  it('take so many files at a time, and so many in an hour', async () => {
    const eleven = Array.from({ length: 11 }, (_, index) => file(`${index}.txt`, 'words'));
    const { body } = await post([ours, ...eleven, field('shared', 'typed')]);
    expect(body.errors).toEqual(atTheInput(/^At most 10 files/));
    expect(body.typed).toMatchObject({ shared: 'typed' });
    expect(fileIdsOf(body.typed ?? {})).toHaveLength(10);
    for (let times = 0; times < 5; times += 1) await post([ours, ...eleven.slice(0, 10)]);
    const { body: after } = await post([ours, file('a.txt', 'words')]);
    expect(after.errors).toEqual(atTheInput(/^a\.txt: Too many files/));
  });

  it('give the typed fields of whoever is not let in, and take no file', async () => {
    const parts = [field('shared', 'typed'), file('a.txt', 'words'), field('kind', 'x')];
    const { status, body } = await post(parts, '/not-let-in');
    expect([status, body.typed]).toEqual([401, { shared: 'typed', kind: 'x' }]);
    expect(await counts()).toEqual([0, 0]);
  });

  it('are known by their type', () => {
    const isOne = (type?: string) => carriesFiles({ headers: { 'content-type': type } } as unknown as Request);
    expect([asUsual, 'Multipart/Mixed'].map(isOne)).toEqual([true, true]);
    expect(['application/x-www-form-urlencoded', undefined].map(isOne)).toEqual([false, false]);
  });

  describe('and come back', () => {
    it('to be saved only, whatever they are called', async () => {
      const id = await idOf('Zoë “x”; filename=evil.html\u202e\\..\\Zoë 100%; a=b.txt', 'words');
      const { response, content } = await get(`/files/${id}`);
      expect(content.toString()).toBe('words');
      expect(response.headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-length': '5',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; sandbox",
      });
      expect(response.headers['content-disposition']).toBe(
        `attachment; filename="Zo? 100%; a=b.txt"; filename*=UTF-8''Zo%C3%AB%20100%25%3B%20a%3Db.txt`,
      );
    });

    it('without their content for HEAD', async () => {
      const id = await idOf('a.txt', 'words');
      const { response, content } = await get(`/files/${id}`, 'HEAD');
      expect([response.headers['content-length'], content.length]).toEqual(['5', 0]);
    });

    it('as an error when the beginning is damaged, and broken off when a later part is', async () => {
      const id = await idOf('a.pdf', Buffer.concat([Buffer.from('%PDF-1.7'), randomBytes(3 * segmentBytes)]));
      await segments().updateOne({ _id: `${id}/2` as never }, { $set: { sealed: Buffer.alloc(100) } });
      const sending = httpRequest({ ...base, path: `/files/${id}` });
      sending.end();
      const [response] = (await once(sending, 'response')) as [IncomingMessage];
      let bytes = 0;
      response.on('data', (piece: Buffer) => (bytes += piece.length));
      await expect(once(response, 'end')).rejects.toThrow('aborted');
      expect(bytes).toBeLessThanOrEqual(2 * segmentBytes);
      await segments().updateOne({ _id: `${id}/0` as never }, { $set: { sealed: Buffer.alloc(100) } });
      expect((await get(`/files/${id}`)).response.statusCode).toBe(500);
    });

    it('no further than somebody takes them', async () => {
      const id = await idOf('a.pdf', Buffer.concat([Buffer.from('%PDF-1.7'), randomBytes(largestFile - 8)]));
      const reads = jest.spyOn(Object.getPrototypeOf(segments()) as { findOne: () => unknown }, 'findOne');
      const sending = httpRequest({ ...base, path: `/files/${id}` });
      sending.end();
      const [response] = (await once(sending, 'response')) as [IncomingMessage];
      await once(response, 'readable');
      response.destroy();
      expect(await ended).toBeUndefined();
      const sofar = reads.mock.calls.length;
      await sleep(200);
      expect(reads.mock.calls.length).toBe(sofar);
      expect(sofar).toBeLessThan(60);
      reads.mockRestore();
    });
  });
});
