/** The breaches of `npm run seed`: one that was reported in time, one that was reported late and stands overdue. */
import { formatShortDate, londonDateOf } from '../calendar';
import type { IsoDate, IsoInstant } from '../config/clock';
import type { Protocol } from '../config/protocol';
import type { Post } from './seed-reviews';

interface Story {
  readonly what: string;
  /** On which day before today, and at what time: fixed for the day, so that a second run reports the same. */
  readonly daysAgo: number;
  readonly time: string;
  /** Whether its controllers became aware one after the other, by the hour; if not, all with the detection. */
  readonly isAwareApart?: boolean;
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
    isAwareApart: true,
    report: {
      what: 'A folder with minutes of the panel was left on a train.',
      where: 'The 8:05 to Grays',
      effect: 'Whoever finds it may learn the names of witnesses.',
    },
  },
];

/**
 * Reports the breaches; a line of the table for each. Of the one in time the owner acknowledges and decides early; of the
 * late one nobody does anything.
 */
export async function seedBreaches(
  { today, controllers, opener, owner, protocol }: {
    readonly today: IsoDate;
    readonly opener: Post;
    /** Whose the data were. */
    readonly owner: { readonly partner: string; readonly post: Post };
    /** Of the breached copy. */
    readonly controllers: readonly string[];
    readonly protocol: Protocol;
  },
): Promise<string[][]> {
  const rows: string[][] = [];
  for (const [index, { what, daysAgo, time, isAwareApart = false, report }] of stories.entries()) {
    const key = `seed-${today}-breach-${index}`;
    const at = { on: daysBefore(today, daysAgo), time };
    const breach = await opener('/breaches', key, {
      ...report,
      detected: at,
      ...(isAwareApart ? { awareOf: Object.fromEntries(controllers.map((code, hours) => [code, { ...at, time: hoursAfter(time, hours) }])) } : { aware: at }),
      owner: owner.partner,
      controllers,
      categories: protocol.categories.slice(0, 2).map(({ code }) => code),
      regime: 'uk-gdpr',
    });
    const reference = String(breach['reference']);
    const tasks = breach['tasks'] as { readonly id: string; readonly kind: string; readonly partner: string; readonly dueAt: IsoInstant }[];
    if (index === 0) {
      const taskOf = (kind: string): string => tasks.find((task) => task.kind === kind && task.partner === owner.partner)?.id ?? '';
      await owner.post(`/cases/${reference}/tasks/${taskOf('acknowledge')}/answers`, key, { kind: 'acknowledged' });
      await owner.post(`/cases/${reference}/tasks/${taskOf('decide-telling')}/answers`, key, {
        kind: 'tell',
        ground: 'The risk to them is high.',
        particulars: { when: 'Today', how: 'By telephone, then by letter', byWhom: 'The council' },
      });
    }
    const told = tasks.filter(({ kind }) => kind === 'acknowledge').map(({ partner }) => partner);
    const due = tasks[0] === undefined ? '' : formatShortDate(londonDateOf(tasks[0].dueAt));
    rows.push([reference, what, told.join(', '), due, String(breach['url'])]);
  }
  return rows;
}

/** So many hours after a time of the same day. */
const hoursAfter = (time: string, hours: number): string => time.replace(/^\d+/, (hour) => String(Number(hour) + hours).padStart(2, '0'));

/** So many days before a day. */
const daysBefore = (today: IsoDate, days: number): IsoDate =>
  new Date(Date.parse(`${today}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10) as IsoDate;
