/** Every case's key goes under the new key of the ring while cases are opened, read and answered; none is lost. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { readNote, sealEntry } from '../../api/cases/content';
import { readRequest } from '../../api/processes/information-request/content';
import { runKeysRotate } from '../../commands/keys-rotate';
import { systemClock, type IsoInstant } from '../../config/clock';
import { projectRoot } from '../../config/root';
import { openStore, type Store } from '../../store';
import type { RingKey } from '../../store/content';
import { informationRequest } from '../support/cases';
import { describeWithDatabase, protocol, startStore, type TestStore } from '../support/database';

const secret = 'a secret that is long enough for the record';
const at = '2026-04-09T09:00:00.000Z' as IsoInstant;
const k1: RingKey = { id: 'k1', key: Buffer.alloc(32, 1) };
const k2: RingKey = { id: 'k2', key: Buffer.alloc(32, 2) };
const k3: RingKey = { id: 'k3', key: Buffer.alloc(32, 3) };
const ringOf = (...keys: readonly RingKey[]): string => keys.map(({ id, key }) => `${id}:${key.toString('base64')}`).join(',');

describeWithDatabase('npm run keys:rotate', () => {
  let started: TestStore;
  /** The web before the rotation, the web with the new key first, and one that has only the new one. */
  let before: Store;
  let during: Store;
  let after: Store;

  const storeWith = (...contentKeys: readonly RingKey[]): Promise<Store> =>
    openStore(started.store.database, protocol, { linkSecret: secret, auditSecret: secret, contentKeys });
  beforeAll(async () => {
    started = await startStore();
    before = await storeWith(k1, k2);
    during = await storeWith(k2, k1);
    after = await storeWith(k2);
  }, 300_000);
  afterAll(async () => started.close());

  const env = (ring: string): NodeJS.ProcessEnv => ({
    MONGODB_URI: started.stack.env['MONGODB_URI'],
    AUDIT_SECRET: secret,
    CONTENT_KEYS: ring,
  });
  async function rotate(ring: string, args: readonly string[] = []) {
    const printed: string[] = [];
    const complained: string[] = [];
    const exitCode = await runKeysRotate(args, {
      env: env(ring),
      clock: systemClock,
      print: (line) => printed.push(line),
      complain: (line) => complained.push(line),
    });
    return { exitCode, printed, complained };
  }
  async function open(ref: string, store: Store): Promise<void> {
    await store.cases.open(informationRequest(ref, store));
  }
  const refOf = (number: number): string => `IR-2026-${String(number).padStart(4, '0')}`;

  /** Puts a note on record as a request does it: the document is read, and what is sealed with its key is stored later. */
  async function note(ref: string, key: string, store: Store): Promise<void> {
    const document = await store.cases.get(ref);
    if (document === null) throw new Error(`${ref} is not there.`);
    const sealed = sealEntry(document, key, { text: `note ${key} of ${ref}` }, store);
    await sleep(5);
    const by = { account: 'spoc', via: 'page', from: null } as const;
    await store.audit.append({ chain: ref, key, at, act: 'question-asked', by, facts: {}, sealed });
  }

  /** Opens all that all cases hold with a store; gives the cases for which it could not. */
  async function unreadableWith(store: Store, count: number): Promise<string[]> {
    const unreadable: string[] = [];
    for (let number = 1; number <= count; number += 1) {
      const ref = refOf(number);
      try {
        const document = await store.cases.get(ref);
        if (document === null) throw new Error('it is not there');
        readRequest(document, store);
        for (const entry of await store.audit.of(ref)) {
          if (readNote(document, entry, store) !== `note ${entry.key} of ${ref}`) throw new Error('another note');
        }
      } catch (error) {
        unreadable.push(`${ref}: ${String(error)}`);
      }
    }
    return unreadable;
  }

  test('500 cases, broken off in the middle, while cases are opened, read and answered all the time', async () => {
    let count = 0;
    for (; count < 500; ) await open(refOf((count += 1)), before);
    await started.store.database.collection('cases').updateMany({ _id: { $lt: refOf(200) as never } }, { $set: { ended: true } });

    const traffic = { isOver: false };
    const faults: string[] = [];
    const failing = (error: unknown): null => {
      faults.push(String(error));
      return null;
    };
    const opening = (async () => {
      while (!traffic.isOver) {
        await open(refOf((count += 1)), during).catch(failing);
        await sleep(10);
      }
    })();
    const reading = (async () => {
      for (let turn = 0; !traffic.isOver; turn += 1) {
        const document = await during.cases.get(refOf(1 + ((turn * 7) % 500))).catch(failing);
        await sleep(turn % 3);
        try {
          if (document !== null) readRequest(document, during);
        } catch (error) {
          failing(error);
        }
      }
    })();
    const answering = (async () => {
      for (let turn = 0; !traffic.isOver; turn += 1) await note(refOf(1 + ((turn * 11) % 500)), `n${turn}`, during).catch(failing);
    })();

    const command = spawn(process.execPath, ['--import', 'tsx', 'commands/keys-rotate.ts'], {
      cwd: projectRoot,
      env: { ...process.env, ...env(ringOf(k2, k1)) },
    });
    for await (const chunk of command.stdout) if (String(chunk).includes('100 done')) break;
    command.kill('SIGKILL');
    await once(command, 'exit');
    const halfway = await during.cases.countByRingKey();
    expect(halfway.get('k1')).toBeGreaterThan(0);
    expect(halfway.get('k2')).toBeGreaterThanOrEqual(100);

    const { exitCode, printed, complained } = await rotate(ringOf(k2, k1));
    traffic.isOver = true;
    await Promise.all([opening, reading, answering]);
    expect({ exitCode, complained, faults }).toEqual({ exitCode: 0, complained: [], faults: [] });
    expect(printed).toContain('100 done');
    expect(printed.at(-1)).toMatch(/^None is left under another key: .* the other keys can be taken out of CONTENT_KEYS/);
    expect([...(await during.cases.countByRingKey())]).toEqual([['k2', count]]);
    expect(count).toBeGreaterThan(500);
    const notes = (await Promise.all([...Array(500).keys()].map((each) => during.audit.of(refOf(each + 1))))).flat();
    expect(notes.length).toBeGreaterThan(20);
    // The old key is out of the ring now.
    expect(await unreadableWith(after, count)).toEqual([]);
    const acts = (await during.audit.of('accounts')).map(({ act, facts }) => ({ act, facts }));
    expect(acts).toEqual(Array(2).fill({ act: 'keys-rotated', facts: { to: 'k2', from: ['k1'] } }));
  }, 180_000);

  test('nothing to do: 0, and no act on record', async () => {
    const { exitCode, printed } = await rotate(ringOf(k2, k1));
    expect({ exitCode, printed: printed[0] }).toEqual({ exitCode: 0, printed: '0 keys wrapped with "k2".' });
    expect(await during.audit.of('accounts')).toHaveLength(2);
  });

  test('a web that still has the old key first goes on opening cases under it: they are counted, and taken next time', async () => {
    await open('IR-2027-0001', before);
    expect((await during.cases.countByRingKey()).get('k1')).toBe(1);
    expect((await rotate(ringOf(k2, k1))).exitCode).toBe(0);
    expect((await during.cases.countByRingKey()).has('k1')).toBe(false);
  });

  test('a key that cannot be opened: the case is named, the others are done, and the end is 1', async () => {
    await open('IR-2027-0002', await storeWith(k3));
    await open('IR-2027-0003', before);
    await open('IR-2027-0004', before);
    const cases = started.store.database.collection<{ _id: string; key: { sealed: string } }>('cases');
    const other = await cases.findOne({ _id: 'IR-2027-0003' });
    await cases.updateOne({ _id: 'IR-2027-0004' }, { $set: { 'key.sealed': other?.key.sealed ?? '' } });

    const { exitCode, printed, complained } = await rotate(ringOf(k2, k1));
    expect(exitCode).toBe(1);
    expect(complained.sort()).toEqual([
      expect.stringMatching(/^IR-2027-0002: .*the key "k3" is not in CONTENT_KEYS/),
      expect.stringMatching(/^IR-2027-0004: .*it was changed, moved, or sealed with another key/),
    ]);
    expect(printed).toEqual([
      '2 under "k1".',
      '1 under "k3".',
      '1 key wrapped with "k2".',
      '1 left under "k1": keep it in CONTENT_KEYS.',
      '1 left under "k3": keep it in CONTENT_KEYS.',
    ]);
    expect((await after.cases.get('IR-2027-0003'))?.key.ringKey).toBe('k2');
  });

  test('a key that was wrapped anew, or destroyed, meanwhile is left as it is', async () => {
    await open('IR-2027-0005', before);
    const document = await during.cases.get('IR-2027-0005');
    if (document === null) throw new Error('it is not there');
    const meanwhile = during.cipher.rewrap(document.key, document._id);
    expect(await during.cases.rewrap(document._id, document.key, meanwhile)).toBe(true);
    expect(await during.cases.rewrap(document._id, document.key, during.cipher.rewrap(document.key, document._id))).toBe(false);
    expect((await during.cases.get('IR-2027-0005'))?.key).toEqual(meanwhile);
  });

  test.each<[string, string, string[], RegExp]>([
    ['an argument', ringOf(k2), ['k1'], /npm run -s keys:rotate/],
    ['a ring that is no ring', 'k2:short', [], /CONTENT_KEYS must be id:base64-of-32-bytes/],
  ])('%s: 2 and what is wrong', async (_what, ring, args, words) => {
    const { exitCode, printed, complained } = await rotate(ring, args);
    expect({ exitCode, printed }).toEqual({ exitCode: 2, printed: [] });
    expect(complained[0]).toMatch(words);
  });
});
