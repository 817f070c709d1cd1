import { performance } from 'node:perf_hooks';
import { londonDateOf, londonTimeOf } from '../../calendar';
import { systemClock } from '../../config/clock';
import { bareAnswer } from '../bare/workflow';
import { startBareCase, withBareWorker } from '../bare';
import { median, round, type Figure } from '../figures';
import { manyPartnersShare, withManyPartners } from '../many-partners';
import { officer, requestReceived, withOffice, type Office } from '../office';
import { until } from '../until';
import type { Row } from './row';

const rounds = 3;
/** Of each shape, so many in a round, and so many of them at the same time. */
interface Shape {
  readonly partners: number;
  readonly cases: number;
  readonly atOnce: number;
}
const shapes: readonly Shape[] = [
  { partners: 1, cases: 60, atOnce: 10 },
  { partners: 40, cases: 6, atOnce: 3 },
];

/**
 * From the form to the closed case: opened, everybody asked by mail, every answer told to the requester by mail,
 * confirmed; against the bare workflow with as many partners, on the same server, in turns.
 */
export const completed: Row = {
  what: 'cases completed a second, with 1 and with 40 partners, with bare ones between',
  run: ({ versions, progress }): Promise<Figure[]> =>
    withManyPartners(40, (file, asked) =>
      withOffice(versions, (office) => withBareWorker(office.server, () => measured(office, asked, progress)), {
        PROTOCOL_FILE: file,
      }),
    ),
};

async function measured(office: Office, asked: readonly string[], progress: (line: string) => void): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const shape of shapes) {
    const ours = () => completeCase(office, asked.slice(0, shape.partners));
    const bare = (round: string) => (index: number) => completeBare(office, shape, `bare-${shape.partners}-${round}-${index}`);
    progress(`  ${shape.partners} partners, warm-up`);
    await perSecond({ ...shape, cases: shape.atOnce }, ours);
    await perSecond({ ...shape, cases: shape.atOnce }, bare('warm-up'));
    const [own, bares]: [number[], number[]] = [[], []];
    for (let number = 1; number <= rounds; number += 1) {
      progress(`  ${shape.partners} partners, round ${number} of ${rounds}`);
      own.push(round(await perSecond(shape, ours)));
      bares.push(round(await perSecond(shape, bare(String(number)))));
    }
    const what = `with ${shape.partners} ${shape.partners === 1 ? 'partner' : 'partners'}`;
    figures.push(
      { what: `cases completed, ${what}`, unit: 'a second', runs: own },
      { what: `bare cases completed, ${what}`, unit: 'a second', runs: bares },
      { what: `cases completed, as ratio to bare ones, ${what}`, unit: 'times', runs: [round(median(own) / median(bares))] },
    );
  }
  return figures;
}

async function perSecond({ cases, atOnce }: Pick<Shape, 'cases' | 'atOnce'>, complete: (index: number) => Promise<void>): Promise<number> {
  const left = Array.from({ length: cases }, (_, index) => index);
  const began = performance.now();
  const lane = async (): Promise<void> => {
    for (let index = left.shift(); index !== undefined; index = left.shift()) await complete(index);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return cases / ((performance.now() - began) / 1_000);
}

/** The answers come as by telephone, so that one account puts them all on record. */
async function completeCase(office: Office, asked: readonly string[]): Promise<void> {
  const opened = await office.post(officer, '/information-requests', {
    ...requestReceived(londonDateOf(systemClock.now())),
    asked: asked.map((partner) => ({ partner, categories: [manyPartnersShare] })),
  });
  const ref = String(opened['reference']);
  const keys = asked.map((_, index) => `${ref}/T${index + 1}/request/1/spoc`);
  await until('everybody asked has the mail', async () => (await office.mails(keys)).size === keys.length);
  const now = systemClock.now();
  const answer = { givenByName: 'SPOC', givenHow: 'telephone', givenOn: londonDateOf(now), givenTime: londonTimeOf(now), kind: 'nothing-held' };
  await Promise.all(asked.map((_, index) => office.post(officer, `/cases/${ref}/tasks/T${index + 1}/recorded-answers`, answer)));
  await office.post(officer, `/cases/${ref}/confirmation`, {});
  await office.client.workflow.getHandle(ref).result();
}

async function completeBare({ client }: Office, { partners }: Shape, workflowId: string): Promise<void> {
  await startBareCase(client, workflowId, partners);
  const handle = client.workflow.getHandle(workflowId);
  await Promise.all(Array.from({ length: partners }, (_, partner) => handle.signal(bareAnswer, partner)));
  await handle.result();
}
