/** The FOI and EIR requests of `npm run seed`: one with advice, one whose fee is awaited, one that is late. */
import { formatShortDate, workingDaysAfter } from '../calendar';
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate } from '../config/clock';
import type { Post } from './seed-reviews';

interface Setting {
  readonly today: IsoDate;
  readonly holidays: BankHolidays;
  /** The governance lead of the public authority that received them. */
  readonly lead: Post;
  /** A partner that gives its advice, with whoever answers for it, and one that stays silent. */
  readonly answers: { readonly partner: string; readonly post: Post };
  readonly silent: string;
}

export async function seedInformation({ today, holidays, lead, answers, silent }: Setting): Promise<string[][]> {
  const before = (workingDays: number): IsoDate => workingDaysAfter(today, -workingDays, 'united-kingdom', holidays);
  const rows: string[][] = [];
  const open = async (what: string, name: string, more: object): Promise<string> => {
    const opened = await lead('/information-access-requests', `seed-${today}-information-${name}`, {
      applicant: `Robin Example ${name}`,
      asked: 'The number of complaints about noise in each ward since January, and the reports on them',
      regime: 'foi',
      items: [
        { originator: answers.partner, description: 'Figures of calls about noise' },
        { originator: silent, description: 'A report on the estate' },
        { originator: null, description: 'Our own register of complaints' },
      ],
      ...more,
    });
    const reference = String(opened['reference']);
    const [reply] = opened['tasks'] as { readonly dueOn: IsoDate }[];
    rows.push([reference, what, [answers.partner, silent].join(', '), formatShortDate(reply?.dueOn ?? today), String(opened['url'])]);
    return `/cases/${reference}`;
  };
  const advised = await open('An FOI request: one originator has given its advice', 'one', { receivedOn: before(3) });
  await answers.post(`${advised}/tasks/T2/answers`, `seed-${today}-information`, {
    kind: 'representations',
    particulars: { I1: { stance: 'exemption', words: 'Section 31: the figures by street would show where patrols are.' } },
  });
  await lead(`${advised}/items/I3/decision`, `seed-${today}-information-decision`, { decision: 'disclose' });
  const charged = await open('An FOI request: a fee is awaited', 'two', { receivedOn: before(4) });
  await lead(`${charged}/clock-stop`, `seed-${today}-information-fee`, { awaiting: 'fees-notice', since: before(2), text: 'Copies of 900 pages' });
  await open('An EIR request: the reply is late', 'three', { receivedOn: before(24), regime: 'eir', applicant: '' });
  return rows;
}
