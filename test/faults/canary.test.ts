/**
 * Nothing personal leaves the sealed fields of the database. Every personal field and file of every process is filled
 * in with a mark of its own, cases are run to each of their ends on the whole stack while parts of it fail, and then
 * the marks are looked for wherever anything is kept, sent or shown.
 *
 * First the search is shown to find: in each encoding, and last a mark that is planted in each of the places.
 */
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync, deflateSync } from 'node:zlib';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import { createTransport } from 'nodemailer';
import { loadConfiguration } from '../../config/configuration';
import { workerSettings } from '../../config/env';
import { processes } from '../../config/processes';
import { temporalClient } from '../../dispatch/temporal';
import { findTemporalCli } from '../../embedded/find-temporal';
import { startStack, type Stack } from '../../embedded/stack';
import { openStore, type Store } from '../../store';
import { answerOf } from '../../store/answers';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument } from '../../store/cases';
import { connectDatabase } from '../../store/database';
import type { MailEntry } from '../../store/mail-ledger';
import { searchAttributeNames } from '../../workflows/shared/contract';
import { cspManager, officer } from '../api/support';
import { describeWithDatabase } from '../support/database';
import { coverageOf } from './support/canary/coverage';
import { Marks } from './support/canary/marks';
import { placeNames, places, type Exhibit, type PlaceName, type Scene } from './support/canary/places';
import { scenarios } from './support/canary/scenarios';
import { findMarks } from './support/canary/search';
import { World } from './support/canary/world';
import { givenUp } from './support/reckoning';
import { callApi } from './support/traffic';

describe('the search', () => {
  const marks = new Marks();
  const mark = marks.of('name');
  const encoded = (text: string, encoding: BufferEncoding): string => Buffer.from(text).toString(encoding);
  const wrapped = (text: string): string => text.replace(/(.{17})/g, '$1\r\n');
  const quotedPrintable = (text: string): string =>
    [...Buffer.from(text)].map((byte) => (byte < 128 ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase()}`)).join('');

  test.each<[string, string | Buffer]>([
    ['as it is', mark],
    ['without its foreign letters', mark.replace(/[^ -~]/g, '?')],
    ['in lower case', mark.toLowerCase()],
    ['in UTF-16', Buffer.from(mark, 'utf16le')],
    ['in UTF-16 of the other order', Buffer.from(mark, 'utf16le').swap16()],
    ['in Base64, first alignment', encoded(mark, 'base64')],
    ['in Base64, second alignment', encoded(`x${mark}`, 'base64')],
    ['in Base64, third alignment', encoded(`xx${mark}`, 'base64')],
    ['in Base64 for addresses', encoded(`x${mark}`, 'base64url')],
    ['in Base64 of Base64', encoded(encoded(`x${mark}`, 'base64'), 'base64')],
    ['in an address', encodeURIComponent(mark)],
    ['in an address, all of it', Array.from(Buffer.from(mark), (byte) => `%${byte.toString(16)}`).join('')],
    ['in JSON', JSON.stringify({ mark })],
    ['in JSON escapes', Array.from(mark, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')],
    ['in JSON in JSON', JSON.stringify(JSON.stringify({ mark }))],
    ['in a web page', Array.from(mark, (letter) => `&#${letter.charCodeAt(0)};`).join('')],
    ['in quoted-printable', quotedPrintable(mark)],
    ['in quoted-printable that is wrapped', quotedPrintable(mark).replace(/(.{7}[^=]{3})/g, '$1=\r\n')],
    ['in a Base64 part of a mail', wrapped(encoded(`Dear colleague, ${mark} was seen`, 'base64'))],
    ['in hex', encoded(mark, 'hex')],
    ['packed by gzip', gzipSync(mark)],
    ['packed by zlib', Buffer.concat([Buffer.from('before'), deflateSync(mark), Buffer.from('after')])],
    ['packed, in Base64', gzipSync(mark).toString('base64')],
    ['packed, in a part of a mail', `filename=a.gz\r\n\r\n${gzipSync(mark).toString('base64').replace(/(.{76})/g, '$1\r\n')}\r\n--x`],
  ])('finds a mark %s, and names its field', (_how, written) => {
    const around = Buffer.from('{"reference":"IR-2026-0001","stage":"answered"}');
    const bytes = Buffer.concat([around, Buffer.from(written as string), around]);
    expect(findMarks(bytes, marks).map(({ field }) => field)).toContain('name');
  });

  test('finds what is left of a long mark wherever it is cut', () => {
    const piece = marks.long('long').slice(1_234, 1_234 + 100);
    expect(findMarks(Buffer.from(piece), marks)).toEqual([expect.objectContaining({ field: 'long' })]);
  });

  test('finds a mark of which only the beginning is there, and says so', () => {
    const cut = marks.of('cut').slice(0, 5);
    expect(findMarks(Buffer.from(cut), marks)).toEqual([expect.objectContaining({ field: 'a mark that is cut' })]);
  });

  test('finds nothing where there is no mark', () => {
    const other = 'Żółw IR-2026-0001 Qz7 xVk9 essex-police'.repeat(50);
    expect(findMarks(Buffer.concat([Buffer.from(other), gzipSync(other), Buffer.from(encoded(other, 'base64'))]), marks)).toEqual([]);
  });
});

test('every process has a scenario', () => {
  expect(Object.keys(scenarios).sort()).toEqual(Object.keys(processes).sort());
});

describeWithDatabase('what people write', () => {
  const marks = new Marks();
  const shown: Exhibit[] = [];
  const envBefore = Object.fromEntries(['TEMPORAL_CLI', 'MAILDEV_VERBOSE', 'TMPDIR', 'TMP', 'TEMP'].map((name) => [name, process.env[name]]));
  let home: string;
  let temp: string;
  let stack: Stack;
  let store: Store;
  let client: Client;
  let world: World;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'concordat-canary-'));
    temp = mkdtempSync(join(tmpdir(), 'concordat-canary-temp-'));
    process.env['TEMPORAL_CLI'] = await temporalAtDebug();
    process.env['MAILDEV_VERBOSE'] = 'true';
    // Where the parts put what they need for a while.
    for (const name of ['TMPDIR', 'TMP', 'TEMP']) process.env[name] = temp;
    stack = await startStack({ home, ports: 'free', env: { LOG_LEVEL: 'debug', SWEEP_EVERY_MS: '1000' } });
    const { settings, protocol } = loadConfiguration(workerSettings, stack.env);
    store = await openStore(await connectDatabase(settings.MONGODB_URI), protocol, {
      linkSecret: settings.LINK_SECRET,
      auditSecret: settings.AUDIT_SECRET,
      contentKeys: settings.CONTENT_KEYS,
    });
    client = temporalClient(settings);
    world = new World(stack, store, marks);
  }, 300_000);

  afterAll(async () => {
    for (const [name, value] of Object.entries(envBefore)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    await client.connection.close();
    await store.database.close();
    await stack.stop();
    for (const folder of [home, temp]) rmSync(folder, { recursive: true, force: true });
  });

  /** The program of the Temporal server, which is told everywhere else to log warnings only. */
  async function temporalAtDebug(): Promise<string> {
    const { command } = await findTemporalCli();
    const script = join(temp, 'temporal-at-debug');
    const changed = 'n=$#; for each do [ "$each" = warn ] && each=debug; set -- "$@" "$each"; done; shift $n';
    writeFileSync(script, `#!/bin/sh\n${changed}\nexec "${command[0]}" "$@"\n`);
    chmodSync(script, 0o700);
    return script;
  }

  const scene = (more: Partial<Scene> = {}): Scene => ({
    stack,
    store,
    client,
    temp,
    addresses: world.addresses,
    shown,
    healthPages: [
      ...['live', 'ready'].flatMap((name) => [`${world.url}/health/${name}`, `http://127.0.0.1:${stack.ports.workerHealth}/health/${name}`]),
      ...['metrics', 'health/metrics'].flatMap((name) => [
        ...[`${world.url}/${name}`, `http://127.0.0.1:${stack.ports.webHealth}/${name}`, `http://127.0.0.1:${stack.ports.workerHealth}/${name}`],
      ]),
    ],
    ...more,
  });

  async function search(place: PlaceName, where = scene()): Promise<string[]> {
    const exhibits: readonly Exhibit[] = await places[place](where);
    const bytes = exhibits.reduce((sum, exhibit) => sum + exhibit.bytes.length, 0);
    searched.set(place, `${exhibits.length} pieces, ${Math.ceil(bytes / 1024)} KB`);
    return exhibits.flatMap(({ name, bytes }) =>
      findMarks(bytes, marks).map(({ field, encoding, around }) => `${field}: ${name}, ${encoding}: ${around}`),
    );
  }
  const searched = new Map<PlaceName, string>();

  test('is written into every field, in cases that end in every way, while parts fail', async () => {
    for (const scenario of Object.values(scenarios)) await scenario(world);
    await nothingWaits();
    const { filled, faults } = await coverageOf(store, marks);
    expect(faults).toEqual([]);
    process.stdout.write(`Canaries: ${marks.all.length} marks, in ${filled.length} sealed fields: ${filled.toSorted().join(', ')}\n`);
    const cases = (await store.database.collection('cases').find().toArray()) as unknown as CaseDocument[];
    const happened = cases.flatMap(({ timeline }) => timeline.map((each) => (each.event === 'case-closed' ? each.outcome : each.event)));
    expect(happened).toEqual(expect.arrayContaining(['answers-confirmed', 'closed-unanswered', 'withdrawn', 'case-reopened']));
  }, 400_000);

  /** Until what the scenarios have set off has come everywhere it goes. */
  async function nothingWaits(): Promise<void> {
    const record = store.database.collection<AuditEntry>('audit');
    const onItsWay = async (): Promise<string[]> => {
      const answers = (await record.find({ act: 'answer-received' }).toArray()).map(answerOf);
      const acts = await record.find({ waiting: true }).toArray();
      const claims = await store.database.collection<MailEntry>('mails').find({ state: 'claimed' }).toArray();
      return [...acts.map(({ chain, seq, act }) => `${chain} ${seq} ${act}`), ...claims.filter((mail) => !givenUp(mail, answers)).map(({ _id }) => _id)];
    };
    let still = await onItsWay();
    for (let tries = 0; still.length > 0 && tries < 120; tries += 1) {
      await sleep(1_000);
      still = await onItsWay();
    }
    if (still.length === 0) return;
    throw new Error(`There is still something on its way after two minutes: ${still.join('; ')}`);
  }

  test('passes through parts that log all they can', () => {
    const logged = (part: string): string => readFileSync(join(home, 'logs', `${part}.log`), 'utf8');
    expect(logged('web')).toContain('"url":"/cases"');
    expect(logged('worker')).toContain('"level":20');
    expect(logged('temporal')).toContain('"level":"DEBUG"');
    expect(logged('mail').length).toBeGreaterThan(1_000);
  });

  test('is shown to those who are assigned only', async () => {
    const references = (await store.cases.list({ partners: null }, 100)).map(({ _id }) => _id);
    const general = ['/', '/cases', '/disclosures', '/directory', '/protocol-health', '/record'];
    const overseer = await world.signedIn(cspManager);
    for (const path of [...general, ...references.flatMap((each) => [`/cases/${each}`, `/cases/${each}/record`])]) {
      const { status, text } = await overseer.request(path);
      expect([path, status]).toEqual([path, 200]);
      // Whoever gave a reason sees it again: it is that person's own.
      if (!/^\/cases\/[^/]+$/.test(path)) shown.push({ name: path, bytes: Buffer.from(text) });
    }
    const performance = await world.signedIn('manager@thurrock.example');
    for (const path of ['/', '/cases', '/disclosures', ...references.map((each) => `/cases/${each}`)]) {
      const { text } = await performance.request(path);
      shown.push({ name: `${path} of the manager`, bytes: Buffer.from(text) });
    }
    const withoutContent = await world.api(officer, ['cases:read', 'disclosures:read', 'directory:read']);
    for (const path of ['/cases', '/disclosures', '/directory', ...references.map((each) => `/cases/${each}`)]) {
      const { status, text } = await callApi(withoutContent, path);
      expect([path, status]).toEqual([path, 200]);
      shown.push({ name: `${path} by API`, bytes: Buffer.from(text) });
    }
    expect(await search('pages of those who see no content')).toEqual([]);
  });

  test.each(placeNames)('is not in %s', async (place) => {
    expect(await search(place)).toEqual([]);
    process.stdout.write(`Canaries: nothing in ${place} (${searched.get(place) ?? ''})\n`);
    expect((await places[place](scene())).some(({ bytes }) => bytes.length > 0)).toBe(true);
  }, 300_000);

  describe('is found where it is planted:', () => {
    let server: Server | undefined;
    afterAll(() => server?.close());

    const start = (workflowId: string, options: object): Promise<unknown> =>
      client.workflow.start('nobody', { taskQueue: 'nobody', workflowId, ...options });
    const mail = async (content: object): Promise<void> => {
      const transport = createTransport(`smtp://127.0.0.1:${stack.ports.smtp}`);
      await transport.sendMail({ from: 'a@partner.example', to: 'b@partner.example', ...content });
      transport.close();
    };
    const insert = async (collection: string, document: object): Promise<void> => {
      await store.database.collection(collection).insertOne(document);
    };
    const key = defineSearchAttributeKey(searchAttributeNames.stage, SearchAttributeType.KEYWORD);

    test.each<[PlaceName, string, (mark: string) => unknown]>([
      ['the files of Temporal', 'the input of a workflow', (mark) => start('planted-file', { args: [{ asked: mark }] })],
      ['the histories of workflows', 'the input of a workflow', (mark) => start('planted-input', { args: [{ asked: mark }] })],
      ['the histories of workflows', 'a signal', async (mark) => {
        await start('planted-signal', {});
        await client.workflow.getHandle('planted-signal').signal('anything', mark);
      }],
      ['search attributes, memos and summaries', 'a memo', (mark) => start('planted-memo', { memo: { about: mark } })],
      ['search attributes, memos and summaries', 'a search attribute', (mark) =>
        start('planted-attribute', { typedSearchAttributes: new TypedSearchAttributes([{ key, value: mark }]) })],
      ['search attributes, memos and summaries', 'a summary', (mark) => start('planted-summary', { staticSummary: mark })],
      ['mails as they were taken', 'a subject', (mark) => mail({ subject: mark, text: 'nothing' })],
      ['mails as they were taken', 'a text', (mark) => mail({ subject: 'nothing', text: `${'word '.repeat(30)}${mark}`, html: `<p>${mark}</p>` })],
      ['mails as they were taken', 'a packed file', (mark) => mail({ subject: 'nothing', attachments: [{ filename: 'a.gz', content: gzipSync(mark) }] })],
      ['logs of all parts', 'a line', (mark) => appendFileSync(join(home, 'logs', 'web.log'), `${JSON.stringify({ url: `/cases?q=${encodeURIComponent(mark)}` })}\n`)],
      ['addresses that pages and headers lead to', 'a header', (mark) => void world.addresses.push(`/sign-in?next=${encodeURIComponent(`/cases?q=${encodeURIComponent(mark)}`)}`)],
      ['the record of acts', 'a fact', (mark) => insert('audit', { uniqueKey: 'planted', chain: 'planted', facts: { name: mark } })],
      ['the other collections', 'a session', (mark) => insert('sessions', { session: { notice: mark } })],
      ['the files of the database', 'a document', (mark) => insert('planted', { about: mark })],
      ['health pages', 'a page', async (mark) => {
        server = createServer((_request, response) => response.end(`concordat_cases{about="${mark}"} 1\n`));
        await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
      }],
      ['folders for temporary files', 'a packed file', (mark) => writeFileSync(join(temp, 'planted.gz'), gzipSync(mark))],
      ['all that the parts keep on the disk', 'a name', (mark) => writeFileSync(join(home, mark), 'nothing')],
      ['pages of those who see no content', 'a page', (mark) => void shown.push({ name: 'planted', bytes: Buffer.from(`<p>${mark}</p>`) })],
    ])('%s: %s', async (place, what, plant) => {
      const field = `planted in ${place}: ${what}`;
      await plant(marks.of(field));
      const planted = server === undefined ? [] : [`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`];
      const finds = await retried(() => search(place, scene({ healthPages: [...scene().healthPages, ...planted] })), field);
      expect(finds.filter((found) => found.startsWith(field)).length).toBeGreaterThan(0);
    }, 300_000);

    /** What a server keeps it may write a moment later. */
    async function retried(look: () => Promise<string[]>, field: string): Promise<string[]> {
      for (let tries = 1; ; tries += 1) {
        const finds = await look();
        if (tries === 10 || finds.some((found) => found.startsWith(field))) return finds;
        await sleep(500);
      }
    }

    test('each place has had one', () => {
      expect(placeNames.filter((place) => !marks.all.some(([, field]) => field.startsWith(`planted in ${place}:`)))).toEqual([]);
    });
  });
});
