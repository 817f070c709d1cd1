/** What the traffic opens: cases of every process, each with a mark in its content by which it is told from any other. */
import { londonDateOf, londonTimeOf, workingDaysAfter } from '../../../calendar';
import { systemClock, type IsoDate, type IsoInstant } from '../../../config/clock';
import type { ProcessSlug } from '../../../config/processes';
import { bodies } from '../../api/fuzz/forms';
import { cspManager, officer, requestBody } from '../../api/support';
import { holidays } from '../../support/database';
import { present } from './kills';
import type { Chance } from './random';

/** Those whose answers come by account, by form and API; the first one's by API alone. */
export const holders = ['essex-police', 'probation'] as const;
/** Whose contact answers by the links in the mails: it has no account. */
export const linkHolder = 'mse-icb';
/** Who never answers, so that mail to them can be refused for good. */
export const silentPartners = ['sanctuary', 'swan', 'estuary', 'peabody', 'moat'] as const;
/** Who leaves the protocol, each once. */
const leaving = ['riverview', 'pathways', 'btuh', 'inclusion', 'savills'] as const;

/** What is asked of each that an information request may ask. */
const categories: Readonly<Record<string, string>> = {
  'essex-police': 'asb-incidents',
  probation: 'offender-management',
  [linkHolder]: 'mental-health',
  ...Object.fromEntries(silentPartners.map((code) => [code, 'linked-tenants-premises'])),
};

export const askedOf = (partner: string): { readonly partner: string; readonly categories: readonly string[] } => ({
  partner,
  categories: [categories[partner] ?? ''],
});

/** A case to be opened by the API. */
export interface Opening {
  readonly path: string;
  readonly by: string;
  readonly body: object;
  /** Who is asked, as far as whoever opens it says so. */
  readonly partners: readonly string[];
}

export const requestOf = (mark: string, partners: readonly string[], receivedOn: IsoDate): Opening => ({
  path: '/information-requests',
  by: officer,
  body: { ...requestBody, personName: mark, receivedOn, asked: partners.map(askedOf) },
  partners,
});

const today = (): IsoDate => londonDateOf(systemClock.now());
const workingDay = (workingDays: number): IsoDate => workingDaysAfter(today(), workingDays, 'england-and-wales', holidays);
export const minutesAgo = (minutes: number) => {
  const at = new Date(present() - minutes * 60_000).toISOString() as IsoInstant;
  // The second of the two, in the hour that comes twice in autumn.
  return { on: londonDateOf(at), time: londonTimeOf(at), occurrence: 'second' };
};

const governance = 'governance-lead@thurrock.example';
const example = (path: string): object => bodies[`/api/v1${path}`] ?? {};
const items = holders.map((originator) => ({ originator, description: 'What came from there' }));
const ofApplicant = (path: string, mark: string, more: object = {}): Opening => ({
  path,
  by: governance,
  body: { ...example(path), applicant: mark, receivedOn: today(), items, ...more },
  partners: holders,
});

/** One of each process; null where none can be opened any more. */
export class Openings {
  readonly #leaving: string[] = [...leaving];

  constructor(private readonly chance: Chance) {}

  readonly #of: Readonly<Record<ProcessSlug, (mark: string) => Opening | null>> = {
    'information-request': (mark) => {
      const asked = this.chance.shuffled([...holders, linkHolder, this.chance.oneOf(silentPartners)]);
      const receivedOn = this.chance.oneOf([today(), today(), workingDay(-20)]);
      return requestOf(mark, asked.slice(0, this.chance.between(1, asked.length)), receivedOn);
    },
    'processor-objection': (mark) => ({
      path: '/processor-changes',
      by: officer,
      body: { ...example('/processor-changes'), processor: mark, beginsOn: workingDay(40) },
      partners: holders,
    }),
    'asb-case-review': (mark) => ({
      path: '/asb-case-reviews',
      by: 'asb-review@thurrock.example',
      body: {
        appliedOn: today(),
        applicantName: mark,
        persons: 'Sam Example',
        behaviour: 'Loud nights',
        complaints: [60, 40, 20].map((ago) => ({ behaviourOn: workingDay(-ago - 2), complainedOn: workingDay(-ago) })),
        decision: 'granted',
        asked: holders.map((partner) => ({ partner })),
        unlistedReason: 'It works with the person concerned',
        legalBasis: 'public-task',
      },
      partners: holders,
    }),
    breach: (mark) => ({
      path: '/breaches',
      by: officer,
      body: { ...example('/breaches'), what: mark, detected: minutesAgo(90), aware: minutesAgo(80), owner: holders[0], controllers: [holders[0]], involved: [holders[1]] },
      partners: holders,
    }),
    withdrawal: (mark) => {
      const withdraws = this.#leaving.shift();
      if (withdraws === undefined) return null;
      return { path: '/withdrawals', by: cspManager, body: { withdraws, receivedOn: today(), notice: mark }, partners: [withdraws] };
    },
    'subject-access': (mark) => ofApplicant('/subject-access-requests', mark, { identity: today() }),
    'information-access': (mark) => ofApplicant('/information-access-requests', mark),
  };

  of(process: ProcessSlug, mark: string): Opening | null {
    return this.#of[process](mark);
  }
}

/** Their accounts. */
export const openers = [officer, 'asb-review@thurrock.example', cspManager, governance] as const;

/** As often as they come among ten: most of what is shared is asked for. */
export const often: readonly ProcessSlug[] = [
  'information-request',
  'information-request',
  'information-request',
  'information-request',
  'asb-case-review',
  'breach',
  'subject-access',
  'information-access',
  'processor-objection',
  'withdrawal',
];
