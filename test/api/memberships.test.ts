/** Who is a partner on a day: the protocol file with the notices of withdrawal laid over it. */
import { formerSince } from '../../api/memberships';
import { Memberships } from '../../dispatch/memberships';
import type { Clock, IsoDate, IsoInstant } from '../../config/clock';
import { takesPart } from '../../config/protocol-rules';
import type { Partner, Protocol } from '../../config/protocol-types';

const day = (text: string) => text as IsoDate;
const clockAt = (now: string): Clock => ({ now: () => now as IsoInstant });
const fileOf = (...partners: Partial<Partner>[]): Protocol => ({ organisations: partners }) as unknown as Protocol;

/** @param notices who leaves, and the first day as a former partner; those of now */
function inForce(file: Protocol, notices: () => readonly (readonly [string, string])[]) {
  const memberships = new Memberships({
    cases: { withdrawals: () => Promise.resolve(notices().map(([partner, formerFrom]) => ({ partner, formerFrom: day(formerFrom) }))) },
  } as unknown as ConstructorParameters<typeof Memberships>[0]);
  return { memberships, protocol: memberships.inForce(file) };
}
const partner = ({ organisations }: Protocol, code: string): Partner => {
  const found = organisations.find((each) => each.code === code);
  if (found === undefined) throw new Error(`There is no ${code}.`);
  return found;
};

const signed = { code: 'police', signedFrom: day('2022-01-01') };

test('a notice holds as soon as it is read, for what was made of the protocol before', async () => {
  let notices: readonly (readonly [string, string])[] = [];
  const { memberships, protocol } = inForce(fileOf(signed, { ...signed, code: 'fire' }), () => notices);
  await memberships.refresh();
  const police = partner(protocol, 'police');
  expect(police.withdrawnOn).toBeUndefined();
  notices = [['police', '2026-05-08']];
  await memberships.refresh();
  expect([day('2026-05-07'), day('2026-05-08')].map((on) => takesPart(police, on))).toEqual([true, false]);
  expect(takesPart(partner(protocol, 'fire'), day('2026-06-01'))).toBe(true);
  notices = [];
  await memberships.refresh();
  expect(takesPart(police, day('2026-06-01'))).toBe(true);
});

test.each<[string, string | undefined, readonly string[], string | undefined]>([
  ['the file alone', '2026-04-01', [], '2026-04-01'],
  ['the notice, where it comes first', '2026-07-01', ['2026-05-08'], '2026-05-08'],
  ['the file, where it comes first', '2026-04-01', ['2026-05-08'], '2026-04-01'],
  ['of two notices the earlier day', undefined, ['2026-05-20', '2026-05-08'], '2026-05-08'],
])('%s says since when', async (_, withdrawnOn, notices, expected) => {
  const file = fileOf({ ...signed, ...(withdrawnOn === undefined ? {} : { withdrawnOn: day(withdrawnOn) }) });
  const { memberships, protocol } = inForce(file, () => notices.map((on) => ['police', on]));
  await memberships.refresh();
  expect(partner(protocol, 'police').withdrawnOn).toBe(expected);
});

test('whoever has signed anew since is a partner again', async () => {
  const { memberships, protocol } = inForce(fileOf({ ...signed, signedFrom: day('2027-01-11') }), () => [['police', '2026-05-08']]);
  await memberships.refresh();
  expect(takesPart(partner(protocol, 'police'), day('2027-01-11'))).toBe(true);
});

test('until it gives notice again', async () => {
  const notices = [['police', '2026-05-08'], ['police', '2028-03-01']] as const;
  const { memberships, protocol } = inForce(fileOf({ ...signed, signedFrom: day('2027-01-11') }), () => notices);
  await memberships.refresh();
  expect(partner(protocol, 'police').withdrawnOn).toBe('2028-03-01');
});

test('what was read last holds while the database is away', async () => {
  let answers = true;
  const memberships = new Memberships({
    cases: {
      withdrawals: () => (answers ? Promise.resolve([{ partner: 'police', formerFrom: day('2026-05-08') }]) : Promise.reject(new Error('away'))),
    },
  } as unknown as ConstructorParameters<typeof Memberships>[0]);
  await memberships.refresh();
  answers = false;
  await expect(memberships.refresh()).rejects.toThrow('away');
  expect(partner(memberships.inForce(fileOf(signed)), 'police').withdrawnOn).toBe('2026-05-08');
});

test.each([
  ['2026-05-07T22:59:59.999Z', undefined],
  ['2026-05-07T23:00:00.000Z', '2026-05-08'],
])('at %s, by the day in London', async (now, since) => {
  const { memberships, protocol } = inForce(fileOf(signed), () => [['police', '2026-05-08']]);
  await memberships.refresh();
  expect(formerSince({ partner: 'police' }, { protocol, clock: clockAt(now) })).toBe(since);
});
