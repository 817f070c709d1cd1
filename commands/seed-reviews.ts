/** The ASB case reviews of `npm run seed`: in each state that a newcomer wants to look at. */
import { formatShortDate, workingDaysAfter } from '../calendar';
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate } from '../config/clock';
import type { Protocol } from '../config/protocol';

/** Posts to the API under a key, as somebody. */
export type Post = (path: string, key: string, body: object) => Promise<Record<string, unknown>>;

interface Setting {
  readonly today: IsoDate;
  readonly holidays: BankHolidays;
  readonly protocol: Protocol;
  readonly reviewSpoc: Post;
  /** Partners that answer, each as its contact. */
  readonly holders: readonly { readonly partner: string; readonly post: Post }[];
  /** A partner that stays silent. */
  readonly silent: string;
  /** Who looks at one again, by the sign-in address. */
  readonly looker: string;
}

interface Story {
  readonly what: string;
  readonly decision: 'granted' | 'not-granted';
  readonly isSilent?: true;
  /** What is recorded of it, in this order. */
  readonly then?: readonly ('outcome' | 'told' | 'told-decision' | 'not-satisfied' | 'changed')[];
}

const stories: readonly Story[] = [
  { what: 'A review: one holds, one has nothing, one is silent', decision: 'granted', isSilent: true },
  { what: 'A review: collated, for the panel', decision: 'granted' },
  { what: 'A review: the panel has met, the applicant is to be told', decision: 'granted', isSilent: true, then: ['outcome'] },
  { what: 'A review: the applicant was told, the plan is to be done', decision: 'granted', then: ['outcome', 'told'] },
  { what: 'A review: the applicant is not satisfied', decision: 'granted', then: ['outcome', 'told', 'not-satisfied'] },
  { what: 'A review that is not granted: the applicant is to be told', decision: 'not-granted' },
  { what: 'A review that is granted after all: the partners are to be asked', decision: 'not-granted', then: ['told-decision', 'not-satisfied', 'changed'] },
];

/** Opens them; a line of the table for each. */
export async function seedReviews({ today, holidays, protocol, reviewSpoc, holders, silent, looker }: Setting): Promise<string[][]> {
  const day = (workingDays: number): IsoDate => workingDaysAfter(today, workingDays, 'england-and-wales', holidays);
  const rows: string[][] = [];
  for (const [index, story] of stories.entries()) {
    const key = `seed-${today}-review-${index}`;
    const asked = [...holders.slice(0, 2).map(({ partner }) => partner), ...(story.isSilent === true ? [silent] : [])];
    const isGranted = story.decision === 'granted';
    // One complaint alone where it is not granted: three that qualify oblige.
    const complaints = [20, 12, 4].slice(isGranted ? 0 : 2);
    const opened = await reviewSpoc('/asb-case-reviews', key, {
      appliedOn: day(-1),
      applicantName: `Robin Example ${index + 1}`,
      persons: `Robin Example ${index + 1}, born 1 January 1990, 1 Example Close; Jordan Example, 2 Example Close`,
      behaviour: 'Loud nights, threats and damage at the shared entrance since January.',
      complaints: complaints.map((ago) => ({ behaviourOn: day(-ago - 2), complainedOn: day(-ago), complainedTo: 'Housing team' })),
      decision: story.decision,
      decisionReason: isGranted ? '' : 'It was one evening, and the landlord has settled it.',
      asked: isGranted ? asked.map((partner) => ({ partner })) : [],
      unlistedReason: 'It works with the persons concerned.',
      legalBasis: protocol.legalBases.find(({ regime }) => regime !== 'article-9')?.code,
      ...(isGranted ? { due: 'panel', panelOn: day(15) } : {}),
    });
    const reference = String(opened['reference']);
    const path = `/cases/${reference}`;
    if (isGranted) {
      for (const [number, { post }] of holders.slice(0, 2).entries()) {
        const holds = { kind: 'holds', shared: 'Three calls since January, all to the shared entrance.', marking: 'official-sensitive', notToBeRevealed: true };
        await post(`${path}/tasks/T${number + 1}/answers`, key, number === 0 ? holds : { kind: 'nil-return' });
      }
    }
    for (const act of story.then ?? []) await reviewSpoc(...recorded(act, { path, key, today, dueOn: day(20), owner: holders[0]?.partner ?? silent, looker }));
    const tasks = opened['tasks'] as { readonly dueOn: IsoDate }[];
    const due = tasks[0] === undefined ? '' : formatShortDate(tasks[0].dueOn);
    rows.push([reference, story.what, isGranted ? asked.join(', ') : 'nobody', due, String(opened['url'])]);
  }
  return rows;
}

interface Said {
  readonly path: string;
  readonly key: string;
  readonly today: IsoDate;
  readonly dueOn: IsoDate;
  readonly owner: string;
  readonly looker: string;
}

function recorded(act: NonNullable<Story['then']>[number], { path, key, today, dueOn, owner, looker }: Said): Parameters<Post> {
  switch (act) {
    case 'outcome': {
      const actions = [{ what: 'Visit the entrance twice a week, at night.', owner, dueOn }];
      return [`${path}/outcome`, key, { heldOn: today, text: 'The response was slow. Visits are to be regular.', actions }];
    }
    case 'told':
      return [`${path}/applicant-told`, key, { of: 'outcome', toldOn: today, how: 'letter' }];
    case 'told-decision':
      return [`${path}/applicant-told`, `${key}-decision`, { of: 'decision', toldOn: today, how: 'letter' }];
    case 'changed':
      return [`${path}/looked-at-again`, key, { result: 'changed', text: 'It was no single evening.', toldOn: today, how: 'letter' }];
    case 'not-satisfied':
      return [
        `${path}/not-satisfied`,
        key,
        { receivedOn: today, text: 'Nothing has changed yet.', looksAgain: 'Community safety officer', account: looker },
      ];
  }
}
