/** The subject access requests of `npm run seed`: one under way, one whose clock stands still, one that is late. */
import { formatShortDate, workingDaysAfter } from '../calendar';
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate } from '../config/clock';
import type { Post } from './seed-reviews';

interface Setting {
  readonly today: IsoDate;
  readonly holidays: BankHolidays;
  /** The governance lead of the partner that received them. */
  readonly lead: Post;
  /** A partner that answers, with whoever answers for it, and one that stays silent. */
  readonly answers: { readonly partner: string; readonly post: Post };
  readonly silent: string;
}

export async function seedAccess({ today, holidays, lead, answers, silent }: Setting): Promise<string[][]> {
  const before = (workingDays: number): IsoDate => workingDaysAfter(today, -workingDays, 'england-and-wales', holidays);
  const rows: string[][] = [];
  const open = async (what: string, name: string, more: object): Promise<string> => {
    const opened = await lead('/subject-access-requests', `seed-${today}-access-${name}`, {
      applicant: `Alex Example ${name}`,
      asked: 'Everything that is held since January',
      regime: 'uk-gdpr',
      items: [
        { originator: answers.partner, description: 'A report of the spring' },
        { originator: silent, description: 'A letter about the tenancy' },
        { originator: null, description: 'Notes of two visits' },
      ],
      ...more,
    });
    const reference = String(opened['reference']);
    const [reply] = opened['tasks'] as { readonly dueOn: IsoDate }[];
    rows.push([reference, what, [answers.partner, silent].join(', '), formatShortDate(reply?.dueOn ?? today), String(opened['url'])]);
    return `/cases/${reference}`;
  };
  const consulted = await open('A subject access request: one originator has answered', 'one', { receivedOn: before(3) });
  await answers.post(`${consulted}/tasks/T2/answers`, `seed-${today}-access`, {
    kind: 'representations',
    particulars: { I1: { stance: 'exemption', words: 'Schedule 2, paragraph 2: it would prejudice an inquiry that is not closed.' } },
  });
  await lead(`${consulted}/items/I3/decision`, `seed-${today}-access-decision`, { decision: 'disclose' });
  await open('A subject access request: proof of identity is awaited', 'two', { receivedOn: before(2), identity: 'awaited' });
  await open('A subject access request: the reply is late', 'three', { receivedOn: before(26) });
  return rows;
}
