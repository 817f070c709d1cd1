/** A subject access request with a mark in everything that is written, by API: to the reply, and withdrawn. */
import { randomUUID } from 'node:crypto';
import { londonDateOf, londonTimeOf } from '../../../../calendar';
import { systemClock } from '../../../../config/clock';
import { cspManager, spoc } from '../../../api/support';
import { callApi, type Api } from '../traffic';
import type { Page } from '../web-session';
import { must, until, type World } from './world';

const governance = 'governance-lead@thurrock.example';

export async function subjectAccess(world: World): Promise<void> {
  const { marks, store } = world;
  const [lead, police, manager] = [await world.api(governance), await world.api(spoc), await world.api(cspManager)];
  const act = async (api: Api, path: string, body: object, ...statuses: number[]): Promise<Page> => {
    const key = `${marks.plain('Idempotency-Key')}-${randomUUID()}`;
    return must(`POST ${path}`, await callApi(api, path, { key, body }), ...(statuses.length === 0 ? [200, 201] : statuses));
  };
  const today = londonDateOf(systemClock.now());
  const open = async (name: string): Promise<string> => {
    const { location } = await act(lead, '/subject-access-requests', {
      applicant: marks.of(`whose data it is about, ${name}`),
      actsFor: marks.of(`who asks for them, ${name}`),
      contact: marks.of(`where the reply goes, ${name}`),
      asked: marks.long(`what is asked for, ${name}`),
      regime: 'uk-gdpr',
      receivedOn: today,
      items: [
        { originator: 'essex-police', description: marks.of(`what an item is, ${name}`) },
        { originator: 'probation', description: marks.of(`what another item is, ${name}`) },
      ],
    });
    return /SA-\d{4}-\d{4,}/.exec(location ?? '')?.[0] ?? 'no reference';
  };
  const replied = await open('replied to');
  const base = `/cases/${replied}`;
  await world.mail('spoc@essex-police.example', `${replied} Subject access: say by`);
  await world.mail('spoc@probation.example', `${replied} Subject access: say by`);
  await act(police, `${base}/tasks/T2/answers`, {
    kind: 'representations',
    particulars: { I1: { stance: 'exemption', words: marks.long('which exemption is claimed') } },
  });
  await act(lead, `${base}/items/I1/decision`, {
    decision: 'disclose-in-part',
    answerSeen: 'T2/1',
    reason: marks.long('why it is disclosed in part'),
    dpoAdvice: marks.long('advice of the data protection officer'),
  });
  await act(lead, `${base}/tasks/T3/referral`, { reason: marks.of('why items are referred') });
  await act(lead, `${base}/items`, { items: [{ originator: null, description: marks.of('what a further item is') }] });
  const now = { on: today, time: londonTimeOf(systemClock.now()), occurrence: 'second' };
  await act(manager, `${base}/tasks/T3/calls`, { called: now, how: 'telephone', text: marks.of('who was called on an item') });
  await act(lead, `${base}/items/I2/originator`, { originator: null, reason: marks.of('why the originator is another') });
  await act(lead, `${base}/items/I2/decision`, { decision: 'withhold', reason: marks.long('why it is withheld') });
  await act(lead, `${base}/items/I3/decision`, { decision: 'disclose', beforeTime: marks.long('why it cannot wait') });
  await act(lead, `${base}/clock-stop`, { since: today, text: marks.of('what the applicant is asked') });
  await act(lead, `${base}/clock-start`, { cameOn: today, text: marks.of('what the applicant has answered') });
  await act(lead, `${base}/applicant-reply`, { outcome: 'replied', repliedOn: today, text: marks.long('what the applicant is told') });
  await until('the request is closed', async () => ((await store.cases.get(replied))?.ended === true ? true : undefined));
  await world.mail('spoc@essex-police.example', `${replied} The applicant has the reply`);

  const withdrawn = await open('withdrawn');
  await act(lead, `/cases/${withdrawn}/tasks/T1/extension`, { reason: marks.of('why the time is extended') });
  await act(lead, `/cases/${withdrawn}/withdrawal`, { reason: marks.of('why a request was withdrawn, of subject access') });
  await act(lead, '/subject-access-requests', { applicant: marks.of('request that is refused') }, 422);
}
