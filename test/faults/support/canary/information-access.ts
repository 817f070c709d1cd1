/** FOI and EIR requests with a mark in everything that is written, by API: to the reply, refused as a whole, and withdrawn. */
import { randomUUID } from 'node:crypto';
import { londonDateOf } from '../../../../calendar';
import { systemClock } from '../../../../config/clock';
import { spoc } from '../../../api/support';
import { callApi, type Api } from '../traffic';
import type { Page } from '../web-session';
import { must, until, type World } from './world';

const governance = 'governance-lead@thurrock.example';

export async function informationAccess(world: World): Promise<void> {
  const { marks, store } = world;
  const [lead, police] = [await world.api(governance), await world.api(spoc)];
  const act = async (api: Api, path: string, body: object, ...statuses: number[]): Promise<Page> => {
    const key = `${marks.plain('Idempotency-Key')}-${randomUUID()}`;
    return must(`POST ${path}`, await callApi(api, path, { key, body }), ...(statuses.length === 0 ? [200, 201] : statuses));
  };
  const today = londonDateOf(systemClock.now());
  const open = async (name: string, regime: 'foi' | 'eir'): Promise<string> => {
    const { location } = await act(lead, '/information-access-requests', {
      applicant: marks.of(`who asks for information, ${name}`),
      contact: marks.of(`where the reply on information goes, ${name}`),
      asked: marks.long(`what information is asked for, ${name}`),
      regime,
      receivedOn: today,
      items: [
        { originator: 'essex-police', description: marks.of(`what an item of information is, ${name}`) },
        { originator: 'probation', description: marks.of(`what another item of information is, ${name}`) },
      ],
    });
    return /IA-\d{4}-\d{4,}/.exec(location ?? '')?.[0] ?? 'no reference';
  };
  const replied = await open('replied to', 'foi');
  const base = `/cases/${replied}`;
  await world.mail('spoc@essex-police.example', `${replied} FOI or EIR: say by`);
  await world.mail('spoc@probation.example', `${replied} FOI or EIR: say by`);
  await act(police, `${base}/tasks/T2/answers`, {
    kind: 'representations',
    particulars: { I1: { stance: 'exemption', words: marks.long('which exemption of FOIA is advised') } },
  });
  await act(lead, `${base}/items/I1/decision`, {
    decision: 'disclose-in-part',
    answerSeen: 'T2/1',
    grounds: ['s31', 's40'],
    reason: marks.long('why information is disclosed in part'),
    publicInterest: marks.long('how the public interest was weighed'),
    dpoAdvice: marks.long('advice of an officer on information'),
  });
  await act(lead, `${base}/items`, { items: [{ originator: null, description: marks.of('what a further item of information is') }] });
  await act(lead, `${base}/items/I3/decision`, { decision: 'not-held', reason: marks.of('where information was looked for') });
  await act(lead, `${base}/items/I2/decision`, { decision: 'disclose', beforeTime: marks.long('why advice cannot be waited for') });
  await act(lead, `${base}/clock-stop`, { awaiting: 'fees-notice', since: today, text: marks.of('which fee the applicant is asked for') });
  await act(lead, `${base}/clock-start`, { cameOn: today, text: marks.of('which fee has come') });
  await act(lead, `${base}/applicant-reply`, { outcome: 'replied', repliedOn: today, text: marks.long('what the applicant is told of information') });
  await until('the request is closed', async () => ((await store.cases.get(replied))?.ended === true ? true : undefined));
  await world.mail('spoc@essex-police.example', `${replied} The applicant has the reply`);

  await act(lead, `${base}/internal-review`, { receivedOn: today, text: marks.long('why the applicant is not satisfied with information'), looksAgain: marks.of('who looks at a reply again') });
  await until('the reply is looked at again', async () => ((await store.cases.get(replied))?.projection.stage === 'looked-at-again' ? true : undefined));
  await act(lead, `${base}/internal-review/outcome`, { result: 'changed', toldOn: today, text: marks.long('what came of looking at a reply again') });
  await world.mail('spoc@essex-police.example', `${replied} An internal review has changed the reply`);

  const refused = await open('refused', 'foi');
  await act(lead, `/cases/${refused}/applicant-reply`, { outcome: 'refused-cost', repliedOn: today, text: marks.of('why it would cost too much') });
  const withdrawn = await open('withdrawn', 'eir');
  await act(lead, `/cases/${withdrawn}/tasks/T1/extension`, { reason: marks.of('why the time for information is extended') });
  await act(lead, `/cases/${withdrawn}/withdrawal`, { reason: marks.of('why a request was withdrawn, of information') });
  await act(lead, '/information-access-requests', { applicant: marks.of('request for information that is refused') }, 422);
}
