/** The change of processor with a mark in everything that is written, by API: objected to, gone on with, and withdrawn. */
import { randomUUID } from 'node:crypto';
import { londonDateOf, workingDaysAfter } from '../../../../calendar';
import { systemClock } from '../../../../config/clock';
import { officer, spoc } from '../../../api/support';
import { holidays } from '../../../support/database';
import { callApi, type Api } from '../traffic';
import type { Page } from '../web-session';
import { must, until, type World } from './world';

export async function processorObjection(world: World): Promise<void> {
  const { marks, store } = world;
  const [asking, police] = [await world.api(officer), await world.api(spoc)];
  const act = async (api: Api, path: string, body: object, ...statuses: number[]): Promise<Page> => {
    const key = `${marks.plain('Idempotency-Key')}-${randomUUID()}`;
    return must(`POST ${path}`, await callApi(api, path, { key, body }), ...(statuses.length === 0 ? [200, 201] : statuses));
  };
  const today = londonDateOf(systemClock.now());
  const open = async (): Promise<string> => {
    const { location } = await act(asking, '/processor-changes', {
      processor: marks.of('processor'),
      change: 'addition',
      work: marks.long('work of the processor'),
      guarantees: marks.long('guarantees of the processor'),
      categories: ['asb-incidents'],
      beginsOn: workingDaysAfter(today, 30, 'england-and-wales', holidays),
    });
    return /PC-\d{4}-\d{4,}/.exec(location ?? '')?.[0] ?? 'no reference';
  };

  const decided = await open();
  await world.mail(spoc, `${decided} Change of processor`);
  await act(police, `/cases/${decided}/tasks/T1/answers`, { kind: 'objection', ground: marks.long('ground of an objection') });
  const document = await store.cases.get(decided);
  for (const { id } of document?.tasks.slice(1) ?? []) {
    await act(asking, `/cases/${decided}/tasks/${id}/recorded-answers`, {
      kind: 'no-objection',
      givenByName: marks.of('who gave an answer, of a change'),
      givenHow: 'telephone',
      givenOn: today,
      givenTime: '00:00',
    });
  }
  const reason = marks.of('reason to go on');
  await until('the case is to be decided', async () =>
    (await store.cases.get(decided))?.projection.stage === 'objected' ? true : undefined,
  );
  await act(asking, `/cases/${decided}/decision`, { decision: 'go-on', reason });
  await world.mail(spoc, `${decided} The change of processor goes on`);

  const withdrawn = await open();
  await world.mail(spoc, `${withdrawn} Change of processor`);
  await act(asking, `/cases/${withdrawn}/withdrawal`, { reason: marks.of('why a change was withdrawn') });
  await world.mail(spoc, `${withdrawn} Withdrawn`);
  await act(asking, '/processor-changes', { processor: marks.of('processor that is refused'), change: 'addition' }, 422);
}
