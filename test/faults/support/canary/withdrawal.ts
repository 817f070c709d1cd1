/** A withdrawal with a mark in everything that is written, by API: settled by one, left by others, and taken back. */
import { randomUUID } from 'node:crypto';
import { londonDateOf } from '../../../../calendar';
import { systemClock } from '../../../../config/clock';
import { cspManager } from '../../../api/support';
import { callApi, type Api } from '../traffic';
import type { Page } from '../web-session';
import { must, type World } from './world';

export async function withdrawal(world: World): Promise<void> {
  const { marks, store } = world;
  const manager = await world.api(cspManager);
  const act = async (api: Api, path: string, body: object, ...statuses: number[]): Promise<Page> => {
    const key = `${marks.plain('Idempotency-Key')}-${randomUUID()}`;
    return must(`POST ${path}`, await callApi(api, path, { key, body }), ...(statuses.length === 0 ? [200, 201] : statuses));
  };
  const today = londonDateOf(systemClock.now());
  const { location } = await act(manager, '/withdrawals', {
    withdraws: 'riverview',
    receivedOn: today,
    notice: marks.long('what a notice of withdrawal says'),
  });
  const reference = /WD-\d{4}-\d{4,}/.exec(location ?? '')?.[0] ?? 'no reference';
  const document = await store.cases.get(reference);
  const [settled] = document?.tasks ?? [];
  await act(manager, `/cases/${reference}/tasks/${settled?.id ?? ''}/recorded-answers`, {
    kind: 'destroyed',
    ground: marks.long('a destruction record'),
    givenByName: marks.of('who gave an answer, of a withdrawal'),
    givenHow: 'telephone',
    givenOn: today,
    givenTime: '00:00',
  });
  await act(manager, `/cases/${reference}/withdrawal`, { reason: marks.of('why a notice was taken back') });
  await act(manager, '/withdrawals', { withdraws: 'nobody', receivedOn: today, notice: marks.long('a notice that is refused') }, 422);
}
