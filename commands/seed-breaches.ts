/** The breaches of `npm run seed`: one that was reported in time, one that was reported late and stands overdue. */
import type { IsoDate, IsoInstant } from '../config/clock';
import type { Protocol } from '../config/protocol';

interface Story {
  readonly what: string;
  /** On which day before today, and at what time: fixed for the day, so that a second run reports the same. */
  readonly daysAgo: number;
  readonly time: string;
  readonly report: { readonly what: string; readonly where: string; readonly effect: string; readonly people?: string; readonly measures?: string };
}

const stories: readonly Story[] = [
  {
    what: 'A breach, reported in time',
    daysAgo: 0,
    time: '00:00',
    report: {
      what: 'An e-mail with a list of addresses went to a wrong distribution list.',
      where: 'The mail system of the council',
      effect: 'Readers of the list may learn where families live that asked for protection.',
      people: 'About 12',
      measures: 'The recipients were asked to delete it.',
    },
  },
  {
    what: 'A breach, reported late: its hours are over',
    daysAgo: 4,
    time: '10:00',
    report: {
      what: 'A folder with minutes of the panel was left on a train.',
      where: 'The 8:05 to Grays',
      effect: 'Whoever finds it may learn the names of witnesses.',
    },
  },
];

/** Posts as somebody: path, idempotency key, body. */
type Post = (path: string, key: string, body: object) => Promise<Record<string, unknown>>;

/** What a row of the printed table says of a case. */
export interface SeededBreach {
  readonly reference: string;
  readonly what: string;
  readonly told: readonly string[];
  readonly dueAt: IsoInstant;
  readonly url: string;
}

/**
 * Reports the breaches: the data were those of the first partner, the others are controllers of the breached copy. Of the
 * one in time the owner acknowledges and decides early; of the late one nobody does anything.
 */
export async function seedBreaches(
  { today, partners, opener, owner, protocol }: {
    readonly today: IsoDate;
    readonly partners: readonly [string, ...string[]];
    readonly opener: Post;
    readonly owner: Post;
    readonly protocol: Protocol;
  },
): Promise<SeededBreach[]> {
  const [first, ...others] = partners;
  const made: SeededBreach[] = [];
  for (const [index, { what, daysAgo, time, report }] of stories.entries()) {
    const key = `seed-${today}-breach-${index}`;
    const at = { on: daysBefore(today, daysAgo), time };
    const breach = await opener('/breaches', key, {
      ...report,
      detected: at,
      aware: at,
      owner: first,
      controllers: others.length === 0 ? [first] : others,
      categories: protocol.categories.slice(0, 2).map(({ code }) => code),
      regime: 'uk-gdpr',
    });
    const reference = String(breach['reference']);
    const tasks = breach['tasks'] as { readonly id: string; readonly kind: string; readonly partner: string; readonly dueAt: IsoInstant }[];
    if (index === 0) {
      const taskOf = (kind: string): string => tasks.find((task) => task.kind === kind && task.partner === first)?.id ?? '';
      await owner(`/cases/${reference}/tasks/${taskOf('acknowledge')}/answers`, key, { kind: 'acknowledged' });
      await owner(`/cases/${reference}/tasks/${taskOf('decide-telling')}/answers`, key, {
        kind: 'tell',
        ground: 'The risk to them is high.',
        particulars: { when: 'Today', how: 'By telephone, then by letter', byWhom: 'The council' },
      });
    }
    const told = tasks.filter(({ kind }) => kind === 'acknowledge').map(({ partner }) => partner);
    const [{ dueAt } = { dueAt: '' as IsoInstant }] = tasks;
    made.push({ reference, what, told, dueAt, url: String(breach['url']) });
  }
  return made;
}

/** So many days before a day. */
const daysBefore = (today: IsoDate, days: number): IsoDate =>
  new Date(Date.parse(`${today}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10) as IsoDate;
