/** The ASB case review with a mark in everything that is personal, to each of its ends; its pack by page and as a PDF. */
import { randomUUID } from 'node:crypto';
import { londonDateOf, workingDaysAfter } from '../../../../calendar';
import { systemClock } from '../../../../config/clock';
import { spoc } from '../../../api/support';
import { holidays } from '../../../support/database';
import { callApi, type Api } from '../traffic';
import type { Page } from '../web-session';
import { must, type World } from './world';

const reviewSpoc = 'asb-review@thurrock.example';
const today = londonDateOf(systemClock.now());
const workingDay = (workingDays: number): string => workingDaysAfter(today, workingDays, 'england-and-wales', holidays);

const act = async ({ marks }: World, api: Api, path: string, body: object, ...statuses: number[]): Promise<Page> =>
  must(
    `POST ${path}`,
    await callApi(api, path, { key: `${marks.plain('Idempotency-Key of a review')}-${randomUUID()}`, body }),
    ...(statuses.length === 0 ? [200, 201] : statuses),
  );

function applicationOf({ marks }: World, more: object = {}): object {
  return {
    appliedOn: today,
    applicantName: marks.of('applicant'),
    applicantContact: marks.of('how the applicant is reached'),
    victimName: marks.of('victim'),
    persons: marks.long('whom to look for'),
    behaviour: marks.long('behaviour'),
    complaints: [{ behaviourOn: today, complainedOn: today, complainedTo: marks.of('to whom it was complained') }],
    decision: 'granted',
    decisionReason: marks.of('reason of the threshold decision'),
    asked: [{ partner: 'essex-police' }, { partner: 'probation' }],
    allReason: marks.of('why everybody is asked'),
    unlistedReason: marks.of('why those without categories are asked'),
    legalBasis: 'public-task',
    ...more,
  };
}

async function open(world: World, api: Api, more: object = {}): Promise<string> {
  const { location } = await act(world, api, '/asb-case-reviews', applicationOf(world, more));
  const reference = /CR-\d{4}-\d{4,}/.exec(location ?? '')?.[0];
  if (reference === undefined) throw new Error(`No reference in ${location ?? 'nothing'}`);
  return reference;
}

export async function asbCaseReview(world: World): Promise<void> {
  const { marks } = world;
  const api = await world.api(reviewSpoc);
  const police = await world.api(spoc);

  await act(world, api, '/asb-case-reviews', applicationOf(world, { decisionReason: '', victimName: marks.of('victim, refused') }), 422);

  const reference = await open(world, api);
  const path = `/cases/${reference}`;
  // An answer that comes before it would leave the mail unsent, and its claim given back.
  await world.mail(spoc, `${reference} ASB case review`);
  await act(world, police, `${path}/tasks/T1/answers`, {
    kind: 'holds-part-withheld',
    shared: marks.long('what a partner holds'),
    ground: marks.of('what is withheld'),
    handling: marks.of('handling of what is held'),
  });
  await act(world, api, `${path}/panel`, { members: ['csp-manager@thurrock.example'] });
  await act(world, api, `${path}/schedule`, { panelOn: workingDay(40), due: 'keep', reason: marks.of('reason of another date') });
  await act(world, api, `${path}/outcome`, {
    heldOn: today,
    text: marks.long('what the panel found'),
    actions: [{ what: marks.of('action'), owner: 'essex-police', dueOn: workingDay(20) }],
  });
  await act(world, api, `${path}/applicant-told`, { of: 'outcome', toldOn: today, how: 'letter', text: marks.of('what the applicant was told') });
  await act(world, api, `${path}/not-satisfied`, {
    receivedOn: today,
    text: marks.of('why the applicant is not satisfied'),
    looksAgain: marks.of('who looks at it again'),
    account: 'officer@thurrock.example',
  });
  await act(world, api, `${path}/looked-at-again`, { result: 'stands', text: marks.of('what came of it'), toldOn: today, how: 'letter' });

  await act(world, api, `${path}/actions`, { action: 'action-1', result: 'done', on: today, text: marks.of('what came of an action') });

  const session = await world.signedIn(reviewSpoc);
  for (const page of ['', '/board', '/pack', '/pack.pdf', '/letters/decision', '/letters/outcome']) must(`the page ${page}`, await session.request(`${path}${page}`), 200);
  await act(world, api, `${path}/closing`, {});
  await act(world, api, `${path}/outcome`, { heldOn: today, text: marks.of('what was found too late'), actions: [] }, 409);

  const notGranted = await open(world, api, { decision: 'not-granted', asked: [], legalBasis: '' });
  await act(world, api, `/cases/${notGranted}/applicant-told`, { of: 'decision', toldOn: today, how: 'email', text: marks.of('what was said of the decision') });
  await act(world, api, `/cases/${notGranted}/not-satisfied`, { receivedOn: today, text: marks.of('why not satisfied with the decision'), looksAgain: marks.of('who looks at the decision again') });
  await act(world, api, `/cases/${notGranted}/looked-at-again`, { result: 'changed', text: marks.of('why it is granted'), toldOn: today, how: 'letter' });
  await act(world, api, `/cases/${notGranted}/asking`, { asked: [{ partner: 'probation' }], unlistedReason: marks.of('why these are asked'), legalBasis: 'public-task' });
  const withdrawn = await open(world, api);
  await act(world, api, `/cases/${withdrawn}/withdrawal`, { reason: marks.of('reason of the withdrawal of a review') });
}
