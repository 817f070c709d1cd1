import { londonDateOf } from '../../calendar';
import { systemClock, type IsoDate, type IsoInstant } from '../../config/clock';
import type { CaseDocument } from '../../store/cases';
import type { InformationRequestInput } from '../../workflows/information-request/contract';
import { countBareEvents } from '../bare';
import type { Figure } from '../figures';
import { cspManager, officer, spoc, withOffice, type Office } from '../office';
import { until } from '../until';
import type { Row } from './row';

const runs = 3;
/** The ladder of the silent case: its rungs and its due moment come this far apart, in place of days. */
const rungMs = 4_000;
/** By then the sweep has found the case and its workflow runs. */
const firstRungMs = 15_000;

export const history: Row = {
  what: 'events in the history of a case with one partner, on the real server',
  run: ({ versions, progress }) =>
    withOffice(versions, async (office): Promise<Figure[]> => {
      const times = (count: (office: Office, run: number) => Promise<number>) =>
        Promise.all(Array.from({ length: runs }, (_, run) => count(office, run + 1)));
      progress('  answered in time');
      const atOnce = await times((one) => answeredAndConfirmed(one));
      const today = Date.parse(systemClock.now());
      const sixDaysAgo = londonDateOf(new Date(today - 6 * 86_400_000).toISOString() as IsoInstant);
      const later = await times((one) => answeredAndConfirmed(one, sixDaysAgo));
      progress('  silent');
      const silent = await times(silentToTheEnd);
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
        await bare(1),
        await bare(40),
      ];
    }),
};

/** @param receivedOn today if it is not given */
async function answeredAndConfirmed(office: Office, receivedOn?: IsoDate): Promise<number> {
  const ref = await office.openCase(receivedOn);
  await office.mailed(`${ref}/T1/request/1/spoc`);
  await office.post(spoc, `/cases/${ref}/tasks/T1/answers`, { kind: 'nothing-held' });
  await office.mailed(`${ref}/T1/answer-received-1/1/requester`);
  await office.post(officer, `/cases/${ref}/confirmation`, {});
  return eventsOf(office, ref);
}

/**
 * A real case, but for its ladder: seconds apart, since ten working days cannot be waited for. It is a copy of one that
 * was opened, under a reference and with a key of its own; the worker's sweep finds and starts it.
 */
async function silentToTheEnd(office: Office, run: number): Promise<number> {
  const opened = await office.cases.findOne({ _id: await office.openCase() });
  if (opened === null) throw new Error('The case that was opened is not in the database.');
  const ref = `${opened._id}-silent-${run}`;
  const { store } = await office.store();
  await office.cases.insertOne({ ...withShortLadder(opened, ref), key: store.cipher.newCaseKey(ref), content: {} });
  await until(
    'the ladder has ended',
    async () => (await office.cases.findOne({ _id: ref }))?.projection.stage === 'unanswered',
    120_000,
  );
  await office.mailed(`${ref}/T1/escalate-csp/1/csp-manager`);
  await office.post(cspManager, `/cases/${ref}/tasks/T1/decision`, { decision: 'left-unanswered', reason: 'Silent through every reminder.' });
  return eventsOf(office, ref);
}

function withShortLadder(opened: CaseDocument, ref: string): CaseDocument {
  const input = opened.startInput;
  const tasks = input.tasks.map((task) => {
    const { rungs, dueAt } = task.clock;
    const moments = [...new Set([...rungs.map(({ at }) => at), dueAt])].sort();
    const first = Date.parse(systemClock.now()) + firstRungMs;
    const soon = (at: string) => new Date(first + moments.indexOf(at as typeof dueAt) * rungMs).toISOString() as typeof dueAt;
    return { ...task, clock: { ...task.clock, dueAt: soon(dueAt), rungs: rungs.map((rung) => ({ ...rung, at: soon(rung.at) })) } };
  });
  const startInput: InformationRequestInput = { ...input, caseRef: ref, tasks };
  return { ...opened, _id: ref, submissionId: ref, startInput, startedAt: null, projection: { ...opened.projection, seq: 0 } };
}

async function eventsOf({ client }: Office, ref: string): Promise<number> {
  const handle = client.workflow.getHandle(ref);
  await handle.result();
  return (await handle.describe()).historyLength;
}
