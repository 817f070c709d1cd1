/** A personal data breach with a mark in everything that is written, by API: to its closing, and withdrawn. */
import { randomUUID } from 'node:crypto';
import { londonDateOf, londonTimeOf } from '../../../../calendar';
import { systemClock, type IsoInstant } from '../../../../config/clock';
import { cspManager, officer, spoc } from '../../../api/support';
import { callApi, type Api } from '../traffic';
import type { Page } from '../web-session';
import { must, until, type World } from './world';

export async function breach(world: World): Promise<void> {
  const { marks, store } = world;
  const [reporter, police, manager] = [await world.api(officer), await world.api(spoc), await world.api(cspManager)];
  const act = async (api: Api, path: string, body: object, ...statuses: number[]): Promise<Page> => {
    const key = `${marks.plain('Idempotency-Key')}-${randomUUID()}`;
    return must(`POST ${path}`, await callApi(api, path, { key, body }), ...(statuses.length === 0 ? [200, 201] : statuses));
  };
  const minutesAgo = (minutes: number) => {
    const at = new Date(Date.parse(systemClock.now()) - minutes * 60_000).toISOString() as IsoInstant;
    return { on: londonDateOf(at), time: londonTimeOf(at), occurrence: 'second' };
  };
  const open = async (detected = minutesAgo(90)): Promise<string> => {
    const { location } = await act(reporter, '/breaches', {
      detected,
      awareOf: { 'essex-police': minutesAgo(80) },
      what: marks.long('what happened in a breach'),
      where: marks.of('where a breach happened'),
      owner: 'essex-police',
      controllers: ['essex-police'],
      involved: [],
      categories: ['asb-incidents'],
      regime: 'law-enforcement',
      people: marks.of('how many people a breach concerns'),
      records: marks.of('how many records a breach concerns'),
      effect: marks.long('effect of a breach'),
      measures: marks.long('measures after a breach'),
    });
    return /PB-\d{4}-\d{4,}/.exec(location ?? '')?.[0] ?? 'no reference';
  };

  const closed = await open();
  const tasks = `/cases/${closed}/tasks`;
  // An answer that comes before the mail would leave it unsent, and its claim given back.
  const asked = (partner: string, reference: string, what: string) =>
    world.mail(`breach@${partner}.example`, `${reference} Personal data breach: ${what}`);
  await asked('essex-police', closed, 'acknowledge now');
  await asked('essex-police', closed, 'decide whether to tell the ICO');
  await asked('essex-police', closed, 'you decide whether the people concerned are told');
  await act(manager, `${tasks}/T1/calls`, { called: minutesAgo(5), how: 'telephone', text: marks.of('who was called') });
  await act(police, `${tasks}/T1/answers`, { kind: 'acknowledged' });
  await act(police, `${tasks}/T2/answers`, {
    kind: 'told-ico',
    particulars: { toldAt: minutesAgo(4), reference: marks.of('reference of the ICO'), moreToFollow: true },
  });
  await act(reporter, `${tasks}/T2/ico-information`, {
    informed: minutesAgo(3),
    isLast: false,
    text: marks.long('what the ICO was told by what a controller said'),
    givenByName: marks.of('who said what the ICO was told'),
    givenHow: 'telephone',
    given: minutesAgo(3),
  });
  await act(police, `${tasks}/T2/ico-information`, { informed: minutesAgo(3), isLast: true, text: marks.long('what the ICO was told later') });
  await act(reporter, `/cases/${closed}/breach-partners`, { partner: 'probation', as: 'involved', reason: marks.of('why a partner is added') });
  await asked('probation', closed, 'acknowledge now');
  await asked('probation', closed, 'should the people concerned be told?');
  for (const id of ['T4', 'T5']) {
    const given = minutesAgo(1);
    await act(reporter, `${tasks}/${id}/recorded-answers`, {
      ...(id === 'T4' ? { kind: 'acknowledged' } : { kind: 'do-not-tell', ground: marks.of('why the people concerned are not told') }),
      givenByName: marks.of('who answered in a breach'),
      givenHow: 'telephone',
      givenOn: given.on,
      givenTime: given.time,
    });
  }
  // Once the owner has decided, nobody who is added is asked for a view.
  await act(police, `${tasks}/T3/answers`, {
    kind: 'tell',
    ground: marks.long('why the people concerned are told'),
    particulars: {
      when: marks.of('when the people concerned are told'),
      how: marks.of('how the people concerned are told'),
      byWhom: marks.of('who tells the people concerned'),
    },
  });
  await until('the breach can be closed', async () =>
    (await store.cases.get(closed))?.projection.stage === 'to-close' ? true : undefined,
  );
  await act(reporter, `/cases/${closed}/breach-closing`, { outcome: 'dealt-with', reason: marks.of('why a breach is closed') });
  await world.mail('breach@essex-police.example', `${closed} The breach is closed`);

  // Its 72 hours are over: the ICO is told why.
  const withdrawn = await open(minutesAgo(80 * 60));
  await asked('essex-police', withdrawn, 'decide whether to tell the ICO');
  await act(police, `/cases/${withdrawn}/tasks/T2/answers`, {
    kind: 'told-ico',
    particulars: { toldAt: minutesAgo(2), reference: marks.of('reference of the ICO, late'), delay: marks.long('reasons for the delay'), moreToFollow: true },
  });
  await act(manager, `/cases/${withdrawn}/tasks/T2/decision`, { decision: 'left-as-it-is', reason: marks.of('why nobody waits for what was to follow') });
  await act(police, `/cases/${withdrawn}/tasks/T3/answers`, { kind: 'do-not-tell', ground: marks.of('why nobody is told of a mistake') });
  await act(reporter, `/cases/${withdrawn}/breach-times`, { detected: minutesAgo(70), awareOf: { 'essex-police': minutesAgo(70) }, reason: marks.of('why a time is wrong') });
  await act(manager, `/cases/${withdrawn}/correction/decision`, { decision: 'confirmed', reason: marks.of('why a time is right') });
  await act(reporter, `/cases/${withdrawn}/withdrawal`, { reason: marks.of('why a breach was withdrawn') });
  await world.mail('breach@essex-police.example', `${withdrawn} The breach was reported by mistake`);
  await act(reporter, '/breaches', { what: marks.of('breach that is refused') }, 422);
}
