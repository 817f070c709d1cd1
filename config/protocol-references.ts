import { z } from 'zod';
import { shown, type FaultAt, type FilePath } from './yaml-file';

// What ties one part of a protocol file to another. The checks look at the file through `view`, in which whatever has
// the wrong shape is simply absent: so they run, and report, beside the faults of shape.

const word = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const list = <T extends z.ZodType>(item: T) => z.array(item).catch([]);
const entry = <T extends z.ZodRawShape>(shape: T) => z.object(shape).partial().catch({} as never);

const rung = entry({ step: word, offset: z.record(z.string(), z.number()).catch({}) });

const view = entry({
  versionOn: word,
  reviewOn: word,
  contactPoint: entry({ partner: word }),
  organisations: list(
    entry({
      code: word,
      signed: flag,
      signedOn: word,
      signedNote: word,
      withdrawnOn: word,
      teams: list(entry({ code: word })),
    }),
  ),
  categories: list(entry({ code: word, sharedBy: list(word) })),
  legalBases: list(entry({ code: word })),
  statutes: list(entry({ code: word, repealed: flag, note: word })),
  rights: list(entry({ code: word })),
  ladders: z.record(z.string(), list(rung)).catch({}),
  retention: entry({ partners: z.record(z.string(), z.unknown()).catch({}) }),
});
type View = z.infer<typeof view>;

/** Every reference in the file that leads nowhere, every code that is there twice, every order that is wrong. */
export function referenceFaults(raw: unknown): FaultAt[] {
  const file = view.parse(raw);
  return [
    ...repeatedCodes(file),
    ...unknownPartners(file),
    ...signatures(file),
    ...withdrawals(file),
    ...repeals(file),
    ...Object.entries(file.ladders ?? {}).flatMap(([process, rungs]) => ladder(['ladders', process], rungs)),
  ];
}

function repeatedCodes(file: View): FaultAt[] {
  const lists: [FilePath, readonly { code?: string | undefined }[] | undefined][] = [
    [['organisations'], file.organisations],
    [['categories'], file.categories],
    [['legalBases'], file.legalBases],
    [['statutes'], file.statutes],
    [['rights'], file.rights],
    ...(file.organisations ?? []).map(({ teams }, at): [FilePath, typeof teams] => [
      ['organisations', at, 'teams'],
      teams,
    ]),
  ];
  return lists.flatMap(([path, entries]) =>
    repeated((entries ?? []).map((item) => item.code)).map((at) => ({
      path: [...path, at, 'code'],
      expected: 'a code that is there once',
      found: `${shown(entries?.[at]?.code)} a second time`,
    })),
  );
}

/** The places of values that stand earlier in the list as well. */
function repeated(values: readonly (string | undefined)[]): number[] {
  return values.flatMap((value, at) => (value !== undefined && values.indexOf(value) < at ? [at] : []));
}

function unknownPartners(file: View): FaultAt[] {
  const teams = new Map(
    (file.organisations ?? []).map((partner) => [partner.code, (partner.teams ?? []).map((team) => team.code)]),
  );
  const inquire = (path: FilePath, value: string | undefined): FaultAt[] => {
    if (value === undefined) return [];
    const [partner = '', team] = value.split('/');
    if (!teams.has(partner)) return [{ path, expected: 'the code of one of the organisations', found: shown(value) }];
    if (team === undefined || teams.get(partner)?.includes(team)) return [];
    return [{ path, expected: `a team of ${partner}`, found: shown(value) }];
  };
  return [
    ...inquire(['contactPoint', 'partner'], file.contactPoint?.partner),
    ...(file.categories ?? []).flatMap(({ sharedBy = [] }, at) => [
      ...sharedBy.flatMap((sharer, nth) => inquire(['categories', at, 'sharedBy', nth], sharer)),
      ...repeated(sharedBy).map((nth) => ({
        path: ['categories', at, 'sharedBy', nth],
        expected: 'each sharer once',
        found: `${shown(sharedBy[nth])} a second time`,
      })),
    ]),
    ...Object.keys(file.retention?.partners ?? {}).flatMap((partner) =>
      inquire(['retention', 'partners', partner], partner),
    ),
  ];
}

function signatures({ organisations = [], versionOn, reviewOn }: View): FaultAt[] {
  const faults: FaultAt[] = [];
  if (versionOn && reviewOn && reviewOn < versionOn) {
    faults.push({ path: ['reviewOn'], expected: `a day on or after versionOn (${versionOn})`, found: shown(reviewOn) });
  }
  organisations.forEach(({ signed, signedOn, signedNote }, at) => {
    const path = ['organisations', at, 'signedOn'];
    if (signedOn && signed === false) {
      faults.push({ path, expected: 'no date, since signed is false', found: shown(signedOn) });
    }
    if (signedOn && reviewOn && signedOn > reviewOn) {
      faults.push({ path, expected: `a day up to the review (reviewOn, ${reviewOn})`, found: shown(signedOn) });
    }
    if (signed !== undefined && !signedOn && !signedNote) {
      const path = ['organisations', at, 'signedNote'];
      faults.push({ path, expected: 'what the protocol shows in place of a date', found: shown(signedNote) });
    }
  });
  return faults;
}

function withdrawals({ organisations = [], versionOn }: View): FaultAt[] {
  return organisations.flatMap(({ signed, signedOn, withdrawnOn }, at): FaultAt[] => {
    if (withdrawnOn === undefined) return [];
    const path = ['organisations', at, 'withdrawnOn'];
    if (signed === false) return [{ path, expected: 'no date, since signed is false', found: shown(withdrawnOn) }];
    // An undated signature counts from the version that bears it.
    const [from, whence] = signedOn ? [signedOn, 'signedOn'] : [versionOn, 'versionOn'];
    if (from === undefined || withdrawnOn > from) return [];
    return [{ path, expected: `a day after its signature counts (${whence}, ${from})`, found: shown(withdrawnOn) }];
  });
}

function repeals({ statutes = [] }: View): FaultAt[] {
  return statutes.flatMap(({ repealed, note }, at) =>
    repealed && !note
      ? [{ path: ['statutes', at, 'note'], expected: 'what repealed it and what replaced it', found: shown(note) }]
      : [],
  );
}

function ladder(path: FilePath, rungs: NonNullable<View['ladders']>[string]): FaultAt[] {
  const steps = rungs.map(({ step }) => step);
  const offsets = rungs.map(({ offset = {} }) => Object.values(offset)[0]);
  return [
    ...repeated(steps).map((at) => ({
      path: [...path, at, 'step'],
      expected: 'each step of a ladder once',
      found: `${shown(steps[at])} a second time`,
    })),
    ...offsets.flatMap((offset, at) => {
      const before = offsets[at - 1];
      if (offset === undefined || before === undefined || offset > before) return [];
      const expected = `more than the ${before} of the rung before, in the order they fire`;
      return [{ path: [...path, at, 'offset'], expected, found: String(offset) }];
    }),
  ];
}
