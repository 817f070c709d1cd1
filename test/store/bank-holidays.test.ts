/** The bank holidays in force: versions that stay, one of them in force, each change on record before it is made. */
import { setTimeout as sleep } from 'node:timers/promises';
import { bankHolidaysOf, perDivision, type Division } from '../../config/bank-holidays';
import type { IsoInstant } from '../../config/clock';
import { CurrentBankHolidays, type BankHolidayVersions } from '../../store/bank-holidays';
import { withHoliday } from '../calendar/support';
import { describeWithDatabase, holidays as file, startStore, type TestStore } from '../support/database';

const at = '2026-04-09T09:00:00.000Z' as IsoInstant;
const later = '2026-04-10T09:00:00.000Z' as IsoInstant;
const by = { account: null, via: 'concordat', from: null } as const;
const oneOff = withHoliday('scotland', '2026-06-15', 'World Cup');

describeWithDatabase('the bank holidays in the store', () => {
  let running: TestStore;
  let versions: BankHolidayVersions;

  beforeAll(async () => {
    running = await startStore();
    versions = running.store.bankHolidays;
  }, 300_000);
  afterAll(() => running.close());
  beforeEach(async () => {
    for (const name of ['bank_holidays', 'bank_holidays_state', 'audit', 'audit_heads']) {
      await running.store.database.collection(name).deleteMany({});
    }
  });

  const change = async (after = oneOff, before = file) =>
    versions.change(await versions.state(), { before, after }, { at, by });
  const onRecord = async () => (await running.store.audit.of('calendar')).map(({ act, facts }) => ({ act, facts }));

  it('begins with those of the file, and nothing is known of a refresh', async () => {
    const source = new CurrentBankHolidays(versions, file);
    expect(await source.reload()).toBe(file);
    expect(await versions.state()).toEqual({
      version: null,
      changes: 0,
      refreshedAt: null,
      attemptedAt: null,
      failingSince: null,
      failure: null,
    });
  });

  it('keeps a version as it was, and puts the days of the change on record', async () => {
    expect(await change()).toBe(true);
    expect(await versions.state()).toMatchObject({ version: oneOff.version, changes: 1 });
    expect(await versions.byVersion(oneOff.version)).toEqual(oneOff);
    expect(await onRecord()).toEqual([
      {
        act: 'bank-holidays-changed',
        facts: { version: oneOff.version, before: file.version, added: ['scotland/2026-06-15'], removed: [] },
      },
    ]);
  });

  it('is in force at once where it is asked for, and elsewhere when that looks again', async () => {
    const source = new CurrentBankHolidays(versions, file);
    await change();
    expect(source.current()).toBe(file);
    const stop = source.keepCurrent(() => undefined, 20);
    for (let tries = 0; tries < 100 && source.current() === file; tries += 1) await sleep(20);
    stop();
    expect(source.current().version).toBe(oneOff.version);
  });

  it('keeps what was in force while the database is away, and says so', async () => {
    await change();
    const source = new CurrentBankHolidays(versions, file);
    await source.reload();
    const before = source.current();
    const away = jest.spyOn(versions, 'state').mockRejectedValue(new Error('away'));
    const faults: unknown[] = [];
    const stop = source.keepCurrent((fault) => faults.push(fault), 20);
    for (let tries = 0; tries < 100 && faults.length === 0; tries += 1) await sleep(20);
    stop();
    away.mockRestore();
    expect(faults[0]).toEqual(new Error('away'));
    expect(source.current()).toBe(before);
  });

  it('goes on with those of the file where the stored ones end', async () => {
    const days = (division: Division) => [...file.divisions[division]].filter(([on]) => on < '2027');
    await change(bankHolidaysOf(perDivision((division) => new Map(days(division)))));
    const source = new CurrentBankHolidays(versions, file);
    expect(await source.reload()).toEqual(file);
  });

  it('is changed by one of two that saw the same', async () => {
    const seen = await versions.state();
    const other = withHoliday('england-and-wales', '2026-06-15', 'World Cup');
    expect(await versions.change(seen, { before: file, after: oneOff }, { at, by })).toBe(true);
    expect(await versions.change(seen, { before: file, after: other }, { at, by })).toBe(false);
    expect(await versions.state()).toMatchObject({ version: oneOff.version, changes: 1 });
  });

  it('goes back to an earlier version as a new change', async () => {
    await change(oneOff, file);
    await change(file, oneOff);
    expect(await versions.state()).toMatchObject({ version: file.version, changes: 2 });
    expect(await onRecord()).toMatchObject([
      { facts: { added: ['scotland/2026-06-15'] } },
      { facts: { removed: ['scotland/2026-06-15'] } },
    ]);
  });

  it('is not changed if that cannot be put on record', async () => {
    const unwritable = jest.spyOn(running.store.audit, 'append').mockRejectedValue(new Error('not on record'));
    await expect(change()).rejects.toThrow('not on record');
    unwritable.mockRestore();
    expect(await versions.state()).toMatchObject({ version: null, changes: 0 });
  });

  it('knows since when no refresh went well, and forgets it after one that did', async () => {
    await versions.noteFailure({ kind: 'unreachable', reason: 'it answers 500' }, at);
    await versions.noteFailure({ kind: 'refused', reason: 'it is empty' }, later);
    expect(await versions.state()).toMatchObject({
      refreshedAt: null,
      attemptedAt: later,
      failingSince: at,
      failure: { kind: 'refused', reason: 'it is empty' },
    });
    await versions.noteRefresh(later);
    expect(await versions.state()).toMatchObject({ refreshedAt: later, failingSince: null, failure: null });
    await versions.noteFailure({ kind: 'refused', reason: 'it is empty' }, later);
    expect(await versions.state()).toMatchObject({ refreshedAt: later, failingSince: later });
  });

  it('names a version that it has not', async () => {
    await expect(versions.byVersion('none')).rejects.toThrow('The bank holidays of version none are not in the database.');
  });
});
