import { londonDateOf, londonTimeOf } from '../../calendar';
import { systemClock, type IsoDate, type IsoInstant } from '../../config/clock';
import { countBareEvents } from '../bare';
import { copyWithLadder } from '../copies';
import type { Figure } from '../figures';
import { withManyPartners } from '../many-partners';
import { cspManager, officer, spoc, withOffice, type Office } from '../office';
import { until } from '../until';
import type { Row } from './row';

const runs = 3;
const many = 40;
const reviewSpoc = 'asb-review@thurrock.example';
/** The ladder of the silent case: its rungs and its due moment come this far apart, in place of days. */
const rungMs = 4_000;
/** By then the sweep has found the case and its workflow runs. */
const firstRungMs = 15_000;

export const history: Row = {
  what: 'events in the histories of cases with one partner and with forty, on the real server',
  run: ({ versions, progress }) =>
    withManyPartners(many, (file, partners) => withOffice(versions, (office) => counted(office, partners, progress), { PROTOCOL_FILE: file })),
};

async function counted(office: Office, partners: readonly string[], progress: (line: string) => void): Promise<Figure[]> {

  const times = (count: (office: Office, run: number) => Promise<number>) =>
    Promise.all(Array.from({ length: runs }, (_, run) => count(office, run + 1)));
  progress('  answered in time');
  const atOnce = await times((one) => answeredAndConfirmed(one));
  const today = Date.parse(systemClock.now());
  const sixDaysAgo = londonDateOf(new Date(today - 6 * 86_400_000).toISOString() as IsoInstant);
  const later = await times((one) => answeredAndConfirmed(one, sixDaysAgo));
  progress('  silent');
  const silent = await times(silentToTheEnd);
  progress(`  reviews with ${many} partners`);
  const reviews = [];
  for (let run = 0; run < runs; run += 1) reviews.push(await reviewedToTheEnd(office, partners));
  progress('  bare');
  const bare = async (partners: number): Promise<Figure> => ({
    what: `bare case, ${partners} ${partners === 1 ? 'partner' : 'partners'}`,
    unit: 'events',
    runs: [await countBareEvents(office.client, office.server, partners)],
  });
  return [
    { what: 'answered six days after receipt, and confirmed', unit: 'events', runs: later, aim: 18 },
    { what: 'answered on the day of receipt, and confirmed', unit: 'events', runs: atOnce },
    { what: 'silent through the whole ladder, then closed', unit: 'events', runs: silent },
    {
      what: `review with ${many} partners whose answers come while no worker is there, collated`,
      unit: 'events',
      runs: reviews.map(({ collated }) => collated),
    },
    { what: 'the same, the panel held, the applicant told, closed', unit: 'events', runs: reviews.map(({ closed }) => closed), aim: 68 },
    await bare(1),
    await bare(many),
  ];
}

/** @param receivedOn today if it is not given */
async function answeredAndConfirmed(office: Office, receivedOn?: IsoDate): Promise<number> {
  const ref = await office.openCase(receivedOn);
  await office.mailed(`${ref}/T1/request/1/spoc`);
  await office.post(spoc, `/cases/${ref}/tasks/T1/answers`, { kind: 'nothing-held' });
  await office.mailed(`${ref}/T1/answer-received-1/1/requester`);
  await office.post(officer, `/cases/${ref}/confirmation`, {});
  return eventsOf(office, ref);
}

async function silentToTheEnd(office: Office, run: number): Promise<number> {
  const opened = await office.openCase();
  const ref = await copyWithLadder(office, opened, `${opened}-silent-${run}`, (moments) => {
    const first = Date.parse(systemClock.now()) + firstRungMs;
    return moments.map((_, index) => first + index * rungMs);
  });
  await until(
    'the ladder has ended',
    async () => (await office.cases.findOne({ _id: ref }))?.projection.stage === 'unanswered',
    120_000,
  );
  await office.mailed(`${ref}/T1/escalate-csp/1/csp-manager`);
  await office.post(cspManager, `/cases/${ref}/tasks/T1/decision`, { decision: 'left-unanswered', reason: 'Silent through every reminder.' });
  return eventsOf(office, ref);
}

async function eventsOf({ client }: Office, ref: string): Promise<number> {
  const handle = client.workflow.getHandle(ref);
  await handle.result();
  return (await handle.describe()).historyLength;
}

interface Reviewed {
  readonly ref: string;
  readonly collated: number;
  readonly closed: number;
}

/** Every answer is a post of its own. They come while no worker is there, as those of the bare case do: in one wake. */
export async function reviewedToTheEnd(office: Office, partners: readonly string[]): Promise<Reviewed> {
  const now = systemClock.now();
  const today = londonDateOf(now);
  const daysAgo = (days: number): IsoDate => londonDateOf(new Date(Date.parse(now) - days * 86_400_000).toISOString() as IsoInstant);
  const opened = await office.post(reviewSpoc, '/asb-case-reviews', {
    appliedOn: daysAgo(1),
    applicantName: 'Robin Applicant',
    persons: 'Sam Victim, born 1 January 1990',
    behaviour: 'Loud nights',
    complaints: [30, 20, 10].map((days) => ({ behaviourOn: daysAgo(days + 2), complainedOn: daysAgo(days) })),
    asked: partners.map((partner) => ({ partner })),
    legalBasis: 'public-task',
  });
  const ref = String(opened['reference']);
  const tasks = partners.map((_, index) => `T${index + 1}`);
  const requests = tasks.map((task) => `${ref}/${task}/request/1/spoc`);
  await until('everybody asked has the mail', async () => (await office.mails(requests)).size === requests.length);
  const answer = { givenByName: 'SPOC', givenHow: 'telephone', givenOn: today, givenTime: londonTimeOf(systemClock.now()), kind: 'nil-return' };
  await office.stack.part('worker').kill('SIGTERM');
  await Promise.all(tasks.map((task) => office.post(reviewSpoc, `/cases/${ref}/tasks/${task}/recorded-answers`, answer)));
  await office.stack.start('worker');
  const handle = office.client.workflow.getHandle(ref);
  const isQuiet = async () => (await office.cases.findOne({ _id: ref }))?.projection.openTasks === 0;
  await until('all answers have reached the case', isQuiet);
  const told = tasks.map((task) => `${ref}/${task}/answer-recorded-1/1/spoc`);
  await until('everybody has the mail about the answer', async () => (await office.mails(told)).size === told.length);
  const collated = (await handle.describe()).historyLength;
  await office.post(reviewSpoc, `/cases/${ref}/applicant-told`, { of: 'decision', toldOn: today, how: 'letter' });
  await office.post(reviewSpoc, `/cases/${ref}/outcome`, { heldOn: today, text: 'Nothing more is to be done.', actions: [] });
  await office.post(reviewSpoc, `/cases/${ref}/applicant-told`, { of: 'outcome', toldOn: today, how: 'letter' });
  await office.post(reviewSpoc, `/cases/${ref}/closing`, {});
  return { ref, collated, closed: await eventsOf(office, ref) };
}
