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
const warmUp = 10;
/** Of each shape, so many in a round, and so many of them at the same time. */
interface Shape {
  readonly partners: number;
  readonly cases: number;
  readonly atOnce: number;
}
/** `BENCH_SHAPES=1x50x200,40x3x6`: partners, at once, cases of a round. */
const shapes: readonly Shape[] = (process.env['BENCH_SHAPES'] ?? '1x50x200,1x200x400,40x50x50,40x200x200').split(',').map((written) => {
  const [partners = NaN, atOnce = NaN, cases = NaN] = written.split('x').map(Number);
  return { partners, atOnce, cases };
});
/** Who open the cases, in turn: no account may post more than 1,200 times a minute, and every answer is a post of whoever asked. */
const askers = [officer, 'housing.officer@thurrock.example', 'officer@essex-police.example'];

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
    const ours = (index: number) => completeCase(office, askers[index % askers.length] ?? officer, asked.slice(0, shape.partners));
    const of = `${shape.partners}-${shape.atOnce}`;
    const bare = (round: string) => (index: number) => completeBare(office, shape, `bare-${of}-${round}-${index}`);
    const what = `with ${shape.partners} ${shape.partners === 1 ? 'partner' : 'partners'}, ${shape.atOnce} at once`;
    progress(`  ${what}, warm-up`);
    await perSecond({ cases: warmUp, atOnce: warmUp }, ours);
    await perSecond({ cases: warmUp, atOnce: warmUp }, bare('warm-up'));
    const [own, bares]: [number[], number[]] = [[], []];
    for (let number = 1; number <= rounds; number += 1) {
      progress(`  ${what}, round ${number} of ${rounds}`);
      own.push(round(await perSecond(shape, ours)));
      bares.push(round(await perSecond(shape, bare(String(number)))));
      progress(`    ${own.at(-1)} a second, bare ${bares.at(-1)}`);
    }
    figures.push(
      { what: `cases completed, ${what}`, unit: 'a second', runs: own },
      { what: `bare cases completed, ${what}`, unit: 'a second', runs: bares },
      { what: `cases completed, as ratio to bare ones, ${what}`, unit: 'times', runs: [round(median(own) / median(bares))], atLeast: shape.partners === 1 ? 0.8 : 1.5 },
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

/** The answers come as by telephone, so that whoever asked puts them all on record. */
async function completeCase(office: Office, asker: string, asked: readonly string[]): Promise<void> {
  const opened = await office.post(asker, '/information-requests', {
    ...requestReceived(londonDateOf(systemClock.now())),
    asked: asked.map((partner) => ({ partner, categories: [manyPartnersShare] })),
  });
  const ref = String(opened['reference']);
  const keys = asked.map((_, index) => `${ref}/T${index + 1}/request/1/spoc`);
  await until('everybody asked has the mail', async () => (await office.mails(keys)).size === keys.length, 300_000);
  const now = systemClock.now();
  const answer = { givenByName: 'SPOC', givenHow: 'telephone', givenOn: londonDateOf(now), givenTime: londonTimeOf(now), kind: 'nothing-held' };
  await Promise.all(asked.map((_, index) => office.post(asker, `/cases/${ref}/tasks/T${index + 1}/recorded-answers`, answer)));
  await office.post(asker, `/cases/${ref}/confirmation`, {});
  await office.client.workflow.getHandle(ref).result();
}

async function completeBare({ client }: Office, { partners }: Shape, workflowId: string): Promise<void> {
  await startBareCase(client, workflowId, partners);
  const handle = client.workflow.getHandle(workflowId);
  await Promise.all(Array.from({ length: partners }, (_, partner) => handle.signal(bareAnswer, partner)));
  await handle.result();
}
