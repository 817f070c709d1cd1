/**
 * The requests of applicants of `npm run seed`: subject access (one under way, one whose clock stands still, one that is late), and
 * FOI and EIR (one with advice, one whose fee is awaited, one that is looked at again, one that is late).
 */
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

/** A set of requests of one process. */
class Requests {
  /** What the seed prints of each. */
  readonly rows: string[][] = [];

  constructor(
    private readonly path: string,
    private readonly name: string,
    private readonly common: object,
    private readonly setting: Setting,
  ) {}

  key(what: string): string {
    return `seed-${this.setting.today}-${this.name}-${what}`;
  }

  /** @returns the path of the case */
  async open(what: string, name: string, more: object): Promise<string> {
    const { lead, answers, silent, today } = this.setting;
    const opened = await lead(this.path, this.key(name), { ...this.common, ...more });
    const reference = String(opened['reference']);
    const [reply] = opened['tasks'] as { readonly dueOn: IsoDate }[];
    this.rows.push([reference, what, [answers.partner, silent].join(', '), formatShortDate(reply?.dueOn ?? today), String(opened['url'])]);
    return `/cases/${reference}`;
  }

  /** The first originator claims an exemption, and what is the receiver's own is decided. */
  async advise(path: string, words: string): Promise<void> {
    const { lead, answers } = this.setting;
    const answer = { kind: 'representations', particulars: { I1: { stance: 'exemption', words } } };
    await answers.post(`${path}/tasks/T2/answers`, this.key('answer'), answer);
    await lead(`${path}/items/I3/decision`, this.key('decision'), { decision: 'disclose' });
  }
}

export async function seedAccess(setting: Setting): Promise<string[][]> {
  const { today, holidays, answers, silent } = setting;
  const before = (workingDays: number): IsoDate => workingDaysAfter(today, -workingDays, 'england-and-wales', holidays);
  const common = {
    asked: 'Everything that is held since January',
    regime: 'uk-gdpr',
    items: [
      { originator: answers.partner, description: 'A report of the spring' },
      { originator: silent, description: 'A letter about the tenancy' },
      { originator: null, description: 'Notes of two visits' },
    ],
  };
  const requests = new Requests('/subject-access-requests', 'access', common, setting);
  const about = (name: string) => ({ applicant: `Alex Example ${name}` });
  const consulted = await requests.open('A subject access request: one originator has answered', 'one', { ...about('one'), receivedOn: before(3) });
  await requests.advise(consulted, 'Schedule 2, paragraph 2: it would prejudice an inquiry that is not closed.');
  await requests.open('A subject access request: proof of identity is awaited', 'two', { ...about('two'), receivedOn: before(2), identity: 'awaited' });
  await requests.open('A subject access request: the reply is late', 'three', { ...about('three'), receivedOn: before(26) });
  return requests.rows;
}

/** @param setting whose lead is of a public authority */
export async function seedInformation(setting: Setting): Promise<string[][]> {
  const { today, holidays, lead, answers, silent } = setting;
  const before = (workingDays: number): IsoDate => workingDaysAfter(today, -workingDays, 'united-kingdom', holidays);
  const common = {
    asked: 'The number of complaints about noise in each ward since January, and the reports on them',
    regime: 'foi',
    items: [
      { originator: answers.partner, description: 'Figures of calls about noise' },
      { originator: silent, description: 'A report on the estate' },
      { originator: null, description: 'Our own register of complaints' },
    ],
  };
  const requests = new Requests('/information-access-requests', 'information', common, setting);
  const by = (name: string) => ({ applicant: `Robin Example ${name}` });
  const advised = await requests.open('An FOI request: one originator has given its advice', 'one', { ...by('one'), receivedOn: before(3) });
  await requests.advise(advised, 'Section 31: the figures by street would show where patrols are.');
  const charged = await requests.open('An FOI request: a fee is awaited', 'two', { ...by('two'), receivedOn: before(4) });
  await lead(`${charged}/clock-stop`, requests.key('fee'), { awaiting: 'fees-notice', since: before(2), text: 'Copies of 900 pages' });
  const again = await requests.open('An FOI request: an internal review is asked for', 'four', { ...by('four'), receivedOn: before(12), items: [] });
  await lead(`${again}/applicant-reply`, requests.key('refusal'), { outcome: 'refused-cost', repliedOn: today, text: 'It would take some 60 hours to read all reports' });
  await lead(`${again}/internal-review`, requests.key('review'), { receivedOn: today, text: 'A table of the figures would do', looksAgain: 'The monitoring officer' });
  await requests.open('An EIR request: the reply is late', 'three', { receivedOn: before(24), regime: 'eir' });
  return requests.rows;
}
