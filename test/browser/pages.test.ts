/**
 * Every page in the states that people meet it in: empty, filled, with errors, overdue; wide and narrow, with large
 * text. A page that is added without its states fails the last test. With SCREENSHOTS=1 the pictures go to `screenshots/`,
 * to be looked at.
 */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { categoriesFor } from '../../api/cases/addressees';
import { projectRoot } from '../../config/root';
import { run } from '../../embedded/run';
import {
  cutOff,
  deadErrorLinks,
  describeInBrowser,
  photograph,
  scrollsSideways,
  seriousFindings,
  unlabelled,
  withoutVisibleFocus,
} from '../support/browser';
import { asking, fillDate, goOn } from './asking';
import { askUpToCheck, auditor, cspManager, housingSpoc, linkIn, officer, openLink, policeSpoc, probationSpoc, Stage } from './stage';

type Who = string | null;
interface Shown {
  /** As it is registered. */
  readonly route: string;
  readonly state: string;
  readonly as: Who;
  readonly open: (page: Page) => Promise<unknown>;
}

/** What is fetched and not looked at. */
const reviewSpoc = 'asb-review@thurrock.example';
const governance = 'governance-lead@thurrock.example';
const downloads = ['/cases/:ref/files/:file', '/t/:token/files/:file', '/disclosures.csv', '/cases/:ref/pack.pdf', '/cases/:ref/letters/people-concerned.pdf'];

describeInBrowser('every page', () => {
  let stage: Stage;
  const pages = new Map<Who, Page>();
  const cases: Record<string, string> = {};
  const links: Record<string, string> = {};
  const seen = new Set<string>();

  beforeAll(async () => {
    stage = await Stage.start();
  }, 600_000);
  afterAll(async () => stage.stop());

  /** One window for each person: signing in takes long. */
  async function pageOf(who: Who): Promise<Page> {
    const known = pages.get(who);
    if (known !== undefined) return known;
    const page = who === null ? await stage.newPage() : await stage.signedIn(who);
    pages.set(who, page);
    return page;
  }

  const at = (path: string | (() => string)) => (page: Page) =>
    page.goto(stage.url(typeof path === 'string' ? path : path()));
  const press = (name: string) => (page: Page) => page.locator('main').getByRole('button', { name, exact: true }).click();
  /** One after the other. */
  const first =
    (...steps: ((page: Page) => Promise<unknown>)[]) =>
    async (page: Page): Promise<void> => {
      for (const step of steps) await step(page);
    };
  const onCase = (name: string, rest = '') => at(() => `/cases/${cases[name] ?? ''}${rest}`);
  const onLink = (name: string, rest = '') => at(() => `${links[name] ?? ''}${rest}`);
  const check = (label: string) => (page: Page) => page.getByLabel(label).check();
  const form = '/information-requests/new';
  const change = '/processor-changes/new';
  const [breach, lateBreach] = ['A breach, reported in time', 'A breach, reported late: its hours are over'];
  const access = {
    consulted: 'A subject access request: one originator has answered',
    stopped: 'A subject access request: proof of identity is awaited',
    late: 'A subject access request: the reply is late',
  };
  const information = {
    advised: 'An FOI request: one originator has given its advice',
    charged: 'An FOI request: a fee is awaited',
    again: 'An FOI request: an internal review is asked for',
    late: 'An EIR request: the reply is late',
  };
  const review = {
    collated: 'A review: collated, for the panel',
    met: 'A review: the panel has met, the applicant is to be told',
    planned: 'A review: the applicant was told, the plan is to be done',
    again: 'A review: the applicant is not satisfied',
    refused: 'A review that is not granted: the applicant is to be told',
    granted: 'A review that is granted after all: the partners are to be asked',
  };
  const tellOfDecision = () =>
    stage.post(reviewSpoc, `/cases/${cases[review.refused] ?? ''}/applicant-told`, { of: 'decision', toldOn: stage.today, how: 'letter' });
  const takeReviewBack = () =>
    stage.post(governance, `/cases/${cases[information.again] ?? ''}/internal-review/outcome`, { result: 'taken-back', toldOn: stage.today, text: 'By telephone' });
  const policeLead = 'governance-lead@essex-police.example';
  const lookFor = (name: string) => async (page: Page) => {
    await page.getByLabel('A subject access request').check();
    await page.getByLabel('Name of the person').fill(name);
    await press('Find')(page);
  };
  const settle = async (page: Page) => {
    await page.getByLabel('It was done', { exact: true }).check();
    await fillDate(page, 'When was it done, or given up?', stage.today);
    await press('Put this on record')(page);
  };
  const addressless = 'Sent today';

  async function holds({ route, state, as, open }: Shown): Promise<void> {
    const page = await pageOf(as);
    await page.setViewportSize({ width: 1280, height: 800 });
    await open(page);
    seen.add(route);
    const name = `${route} ${state}`.replaceAll(/[^\w]+/g, '-').replaceAll(/^-|-$/g, '') || 'home';
    const errors = await page.locator('.govuk-error-summary').count();
    const isThere = new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`).test(new URL(page.url()).pathname);
    const found: Record<string, unknown> = {
      isThere: isThere || route === 'none' || page.url(),
      headings: await page.locator('h1').count(),
      saysError: /^Error: /.test(await page.title()) === errors > 0 || 'the title',
      serious: await seriousFindings(page),
      unlabelled: await unlabelled(page),
      deadErrorLinks: await deadErrorLinks(page),
      withoutFocus: await withoutVisibleFocus(page),
    };
    for (const width of [1280, 768, 320]) {
      await page.setViewportSize({ width, height: 800 });
      found[`sideways${width}`] = await scrollsSideways(page);
      if (width !== 768) await photograph(page, name);
    }
    found['cutOff'] = await cutOff(page, 2);
    if (state.startsWith('error')) found['errorsExpected'] = errors > 0;
    expect(found).toEqual({
      isThere: true,
      headings: 1,
      saysError: true,
      serious: [],
      unlabelled: [],
      deadErrorLinks: [],
      withoutFocus: [],
      sideways1280: false,
      sideways768: false,
      sideways320: false,
      cutOff: [],
      ...(state.startsWith('error') && { errorsExpected: true }),
    });
  }

  const titled = (states: readonly Shown[]) => states.map((each) => [`${each.route}: ${each.state}`, each] as const);

  describe('before the first case', () => {
    const states: readonly Shown[] = [
      { route: '/sign-in', state: 'empty', as: null, open: at('/sign-in') },
      { route: '/sign-in', state: 'error', as: null, open: first(at('/sign-in'), press('Sign in')) },
      { route: '/', state: 'empty of who asks', as: officer, open: at('/') },
      { route: '/', state: 'empty of who is asked', as: policeSpoc, open: at('/') },
      { route: '/', state: 'empty of the CSP manager', as: cspManager, open: at('/') },
      { route: '/start', state: 'of who may start', as: officer, open: at('/start') },
      { route: '/start', state: 'of who may not', as: auditor, open: at('/start') },
      { route: '/cases', state: 'empty', as: officer, open: at('/cases') },
      { route: '/disclosures', state: 'empty', as: officer, open: at('/disclosures') },
      { route: '/tokens', state: 'empty', as: officer, open: at('/tokens') },
      { route: '/record/seals', state: 'empty', as: auditor, open: at('/record/seals') },
      { route: '/deadlines', state: 'empty', as: null, open: at('/deadlines') },
      { route: '/deadlines', state: 'with a clock chosen', as: null, open: first(at('/deadlines'), check('Environmental information request'), press('Add another pause')) },
      { route: '/deadlines', state: 'of a breach chosen', as: officer, open: first(at('/deadlines'), check('Personal data breach: telling the ICO')) },
      { route: '/deadlines', state: 'error', as: null, open: first(at('/deadlines'), press('Count the deadline')) },
      { route: '/deadlines', state: 'error of what the clock has not', as: null, open: at('/deadlines?clock=withdrawal&from=2026-02-03&extended=true&paused=2026-02-04/2026-02-05') },
      { route: '/deadlines', state: 'error in a pause', as: null, open: at('/deadlines?clock=subject-access&from=2026-02-03&paused=2026-02-09/2026-02-08') },
      { route: '/deadlines', state: 'filled over Christmas', as: null, open: at('/deadlines?clock=information-request&from=2026-12-18') },
      { route: '/deadlines', state: 'filled with pauses', as: officer, open: at('/deadlines?clock=subject-access&from=2026-09-03&paused=2026-09-04/2026-09-08&paused=2026-10-01/2026-10-06') },
      { route: '/deadlines', state: 'filled of a breach', as: null, open: at('/deadlines?clock=breach-ico&from=2026-03-27T16:00:00Z') },
      { route: '/protocol-health', state: 'at first', as: cspManager, open: at('/protocol-health') },
    ];
    test.each(titled(states))('%s', async (_title, shown) => holds(shown));
  });

  describe('with cases in every state', () => {
    beforeAll(async () => {
      await openCases();
    }, 300_000);

    const states: readonly Shown[] = [
      { route: '/', state: 'filled of who asks', as: officer, open: at('/') },
      { route: '/', state: 'filled and overdue of who is asked', as: policeSpoc, open: at('/') },
      { route: '/', state: 'filled of the CSP manager', as: cspManager, open: at('/') },
      { route: '/cases', state: 'filled and overdue', as: officer, open: at('/cases') },
      { route: '/cases', state: 'empty of what is filtered', as: officer, open: at('/cases?state=closed&waits=answer') },
      { route: '/cases', state: 'filtered', as: officer, open: first(at('/cases?overdue=yes'), (page) => page.getByText('Filters, 1 in use').click()) },
      { route: '/cases', state: 'error in a filter', as: officer, open: at('/cases?dueFrom=2026-02-30&q=nothing') },
      { route: form, state: '1 whom', as: officer, open: at(form) },
      { route: form, state: 'error 1 whom', as: officer, open: first(at(form), goOn) },
      { route: form, state: '2 what', as: officer, open: first(at(form), (page) => asking.whom(page, ['Essex Police', 'Changing Pathways']), goOn) },
      { route: form, state: 'error 2 what', as: officer, open: first(at(form), (page) => asking.whom(page, ['Essex Police', 'Changing Pathways']), goOn, check('Yes, for personal information'), goOn) },
      { route: form, state: '3 why', as: officer, open: toWhy },
      { route: form, state: 'error 3 why', as: officer, open: first(toWhy, goOn) },
      { route: form, state: '4 how', as: officer, open: first(toWhy, asking.why, goOn) },
      { route: form, state: 'error 4 how', as: officer, open: first(toWhy, asking.why, goOn, goOn) },
      { route: form, state: 'error 4 how long ago', as: officer, open: first(toWhy, asking.why, goOn, longAgo, goOn) },
      { route: form, state: '5 check', as: officer, open: (page) => askUpToCheck(stage, page, { asked: ['Essex Police', 'The Probation Service', 'Thurrock Council, Housing'] }) },
      { route: change, state: '1 what', as: officer, open: at(change) },
      { route: change, state: 'error 1 what', as: officer, open: first(at(change), goOn) },
      { route: change, state: '2 data', as: officer, open: first(toData) },
      { route: change, state: 'error 2 data', as: officer, open: first(toData, goOn) },
      { route: '/cases/:ref', state: 'of a change that was objected to', as: officer, open: onCase('objected') },
      { route: '/cases/:ref', state: 'of an objection, for the CSP manager', as: cspManager, open: onCase('objected') },
      { route: '/cases/:ref/decisions/:decision', state: 'empty', as: officer, open: onCase('objected', '/decisions/go-on') },
      { route: '/cases/:ref/decisions/:decision', state: 'error', as: officer, open: first(onCase('objected', '/decisions/go-on'), press('Go on in spite of the objection')) },
      { route: '/cases/:ref/tasks/:task/answer', state: 'of a change', as: probationSpoc, open: onCase('A change of processor, objected to', '/tasks/T2/answer') },
      { route: '/asb-case-reviews/new', state: 'empty', as: reviewSpoc, open: at('/asb-case-reviews/new') },
      { route: '/cases/:ref/board', state: 'filled of a review', as: reviewSpoc, open: onCase(review.collated, '/board') },
      { route: '/cases/:ref/pack', state: 'filled of a review', as: reviewSpoc, open: onCase(review.collated, '/pack') },
      { route: '/cases/:ref/panel', state: 'empty of a review', as: reviewSpoc, open: onCase(review.collated, '/panel') },
      { route: '/cases/:ref', state: 'of a review that is granted after all', as: reviewSpoc, open: onCase(review.granted) },
      { route: '/cases/:ref/asking', state: 'empty of a review', as: reviewSpoc, open: onCase(review.granted, '/asking') },
      { route: '/cases/:ref/schedule', state: 'filled of a review', as: reviewSpoc, open: onCase(review.collated, '/schedule') },
      { route: '/cases/:ref/outcome', state: 'empty of a review', as: reviewSpoc, open: onCase(review.collated, '/outcome') },
      { route: '/cases/:ref/applicant-told', state: 'empty of a review', as: reviewSpoc, open: onCase(review.met, '/applicant-told') },
      { route: '/cases/:ref/letters/decision', state: 'filled of a review', as: reviewSpoc, open: onCase(review.met, '/letters/decision') },
      { route: '/cases/:ref/letters/outcome', state: 'filled of a review', as: reviewSpoc, open: onCase(review.met, '/letters/outcome') },
      { route: '/cases/:ref/not-satisfied', state: 'empty of a review', as: reviewSpoc, open: onCase(review.planned, '/not-satisfied') },
      { route: '/cases/:ref/actions', state: 'empty of a review', as: reviewSpoc, open: onCase(review.planned, '/actions') },
      { route: '/cases/:ref/closing', state: 'filled of a review', as: reviewSpoc, open: first(tellOfDecision, onCase(review.refused, '/closing')) },
      { route: '/cases/:ref/looked-at-again', state: 'empty of a review', as: reviewSpoc, open: onCase(review.again, '/looked-at-again') },
      { route: '/withdrawals/new', state: 'empty', as: cspManager, open: at('/withdrawals/new') },
      { route: '/withdrawals/new', state: 'error', as: cspManager, open: first(at('/withdrawals/new'), press('Continue')) },
      { route: '/cases/:ref', state: 'of a withdrawal', as: cspManager, open: onCase('A withdrawal: the four weeks run') },
      { route: '/cases/:ref/withdrawal', state: 'of a withdrawal', as: cspManager, open: onCase('A withdrawal: the four weeks run', '/withdrawal') },
      { route: '/subject-access-requests/new', state: 'empty', as: governance, open: at('/subject-access-requests/new') },
      { route: '/subject-access-requests/new', state: 'error', as: governance, open: first(at('/subject-access-requests/new'), press('Continue')) },
      { route: '/cases/:ref', state: 'of a subject access request', as: governance, open: onCase(access.consulted) },
      { route: '/cases/:ref/items', state: 'filled', as: governance, open: onCase(access.consulted, '/items') },
      { route: '/cases/:ref/items', state: 'clock stands still', as: governance, open: onCase(access.stopped, '/items') },
      { route: '/cases/:ref/items', state: 'overdue', as: governance, open: onCase(access.late, '/items') },
      { route: '/cases/:ref/items', state: 'of an originator', as: policeSpoc, open: onCase(access.consulted, '/items') },
      { route: '/cases/:ref/items', state: 'of the CSP manager', as: cspManager, open: onCase(access.late, '/items') },
      { route: '/cases/:ref/items/new', state: 'empty', as: governance, open: onCase(access.late, '/items/new') },
      { route: '/cases/:ref/items/new', state: 'error', as: governance, open: first(onCase(access.late, '/items/new'), press('Add to the request')) },
      { route: '/cases/:ref/items/:item/decision', state: 'empty', as: governance, open: onCase(access.consulted, '/items/I1/decision') },
      { route: '/cases/:ref/items/:item/decision', state: 'cannot be disclosed', as: governance, open: onCase(access.consulted, '/items/I2/decision') },
      { route: '/cases/:ref/items/:item/originator', state: 'empty', as: governance, open: onCase(access.consulted, '/items/I2/originator') },
      { route: '/cases/:ref/tasks/:task/referral', state: 'empty', as: governance, open: onCase(access.consulted, '/tasks/T3/referral') },
      { route: '/cases/:ref/clock-stop', state: 'empty', as: governance, open: onCase(access.consulted, '/clock-stop') },
      { route: '/cases/:ref/clock-start', state: 'empty', as: governance, open: onCase(access.stopped, '/clock-start') },
      { route: '/cases/:ref/applicant-reply', state: 'empty', as: governance, open: onCase(access.consulted, '/applicant-reply') },
      { route: '/cases/:ref/applicant-letters/:letter', state: 'filled', as: governance, open: onCase(access.consulted, '/applicant-letters/reply') },
      { route: '/information-access-requests/new', state: 'empty', as: governance, open: at('/information-access-requests/new') },
      { route: '/information-access-requests/new', state: 'error', as: governance, open: first(at('/information-access-requests/new'), press('Continue')) },
      { route: '/cases/:ref', state: 'of an FOI request', as: governance, open: onCase(information.advised) },
      { route: '/cases/:ref/items', state: 'with advice', as: governance, open: onCase(information.advised, '/items') },
      { route: '/cases/:ref/items', state: 'fee awaited', as: governance, open: onCase(information.charged, '/items') },
      { route: '/cases/:ref/items', state: 'EIR, overdue', as: governance, open: onCase(information.late, '/items') },
      { route: '/cases/:ref/items/:item/decision', state: 'error with advice', as: governance, open: first(onCase(information.advised, '/items/I1/decision'), press('Record the decision')) },
      { route: '/cases/:ref/clock-stop', state: 'error of an FOI request', as: governance, open: first(onCase(information.advised, '/clock-stop'), press('Stop the clock')) },
      { route: '/cases/:ref/tasks/:task/extension', state: 'of an FOI request', as: governance, open: onCase(information.advised, '/tasks/T1/extension') },
      { route: '/cases/:ref/applicant-reply', state: 'empty of an FOI request', as: governance, open: onCase(information.advised, '/applicant-reply') },
      { route: '/cases/:ref/applicant-letters/:letter', state: 'of an FOI request', as: governance, open: onCase(information.advised, '/applicant-letters/reply') },
      { route: '/cases/:ref/applicant-letters/:letter', state: 'that more time is needed', as: governance, open: onCase(access.consulted, '/applicant-letters/extension') },
      { route: '/cases/:ref/items', state: 'with an internal review', as: governance, open: onCase(information.again, '/items') },
      { route: '/cases/:ref/internal-review/outcome', state: 'error', as: governance, open: first(onCase(information.again, '/internal-review/outcome'), press('Record it and close the request')) },
      { route: '/cases/:ref/internal-review', state: 'empty', as: governance, open: first(takeReviewBack, onCase(information.again, '/internal-review')) },
      { route: '/breaches/new', state: 'empty', as: officer, open: at('/breaches/new') },
      { route: '/breaches/new', state: 'error', as: officer, open: first(at('/breaches/new'), press('Continue')) },
      { route: '/cases/:ref', state: 'of a breach', as: officer, open: onCase(breach) },
      { route: '/cases/:ref/breach-room', state: 'of whoever reported it', as: officer, open: onCase(breach, '/breach-room') },
      { route: '/cases/:ref/breach-room', state: 'overdue', as: policeSpoc, open: onCase(lateBreach, '/breach-room') },
      { route: '/cases/:ref/breach-room', state: 'of the CSP manager', as: cspManager, open: onCase(lateBreach, '/breach-room') },
      { route: '/cases/:ref/letters/people-concerned', state: 'filled', as: officer, open: onCase('told', '/letters/people-concerned') },
      { route: '/cases/:ref/breach-partners', state: 'empty', as: officer, open: onCase(breach, '/breach-partners') },
      { route: '/cases/:ref/breach-partners', state: 'error', as: officer, open: first(onCase(breach, '/breach-partners'), press('Add and tell it now')) },
      { route: '/cases/:ref/breach-times', state: 'filled', as: officer, open: onCase(breach, '/breach-times') },
      { route: '/cases/:ref/breach-times', state: 'error', as: officer, open: first(onCase(breach, '/breach-times'), press('Propose the correction')) },
      { route: '/cases/:ref/breach-closing', state: 'empty', as: officer, open: onCase('told', '/breach-closing') },
      { route: '/cases/:ref/breach-closing', state: 'error', as: officer, open: first(onCase('told', '/breach-closing'), press('Close the breach')) },
      { route: '/cases/:ref/tasks/:task/call', state: 'empty', as: officer, open: onCase(lateBreach, '/tasks/T1/call') },
      { route: '/cases/:ref/tasks/:task/call', state: 'error', as: officer, open: first(onCase(lateBreach, '/tasks/T1/call'), press('Put on record')) },
      { route: '/cases/:ref/tasks/:task/answer', state: 'of a view on telling the people concerned', as: probationSpoc, open: first(onCase(lateBreach, '/breach-room'), (page) => page.getByRole('link', { name: /^Give your view/ }).click()) },
      { route: '/cases/:ref/tasks/:task/ico-information', state: 'empty', as: officer, open: first(onCase('told', '/breach-room'), (page) => page.getByRole('link', { name: /^Record that the ICO was told more/ }).click()) },
      { route: '/cases/:ref/tasks/:task/ico-information', state: 'error', as: officer, open: first(onCase('told', '/breach-room'), (page) => page.getByRole('link', { name: /^Record that the ICO was told more/ }).click(), press('Put on record')) },
      { route: '/cases/:ref/tasks/:task/ico-draft', state: 'filled', as: officer, open: first(onCase('told', '/breach-room'), (page) => page.getByRole('link', { name: /^Draft/ }).first().click()) },
      { route: '/cases/:ref/sent', state: 'of several partners', as: officer, open: onCase('busy', '/sent') },
      { route: '/cases/:ref', state: 'of several partners', as: officer, open: onCase('busy') },
      { route: '/cases/:ref', state: 'with the working open', as: officer, open: first(onCase('Overdue'), (page) => page.getByText('Why this date').first().click()) },
      { route: '/cases/:ref', state: 'overdue', as: officer, open: onCase('Overdue') },
      { route: '/cases/:ref', state: 'for the CSP manager to decide', as: cspManager, open: onCase('Escalated: the CSP manager decides') },
      { route: '/cases/:ref', state: 'of one who is asked', as: policeSpoc, open: onCase('busy') },
      { route: '/cases/:ref', state: 'answered', as: officer, open: onCase('answered') },
      { route: '/cases/:ref', state: 'withdrawn', as: officer, open: onCase('withdrawn') },
      { route: '/cases/:ref', state: 'closed', as: officer, open: onCase('Nothing held, confirmed') },
      { route: '/cases/:ref', state: 'just sent', as: officer, open: onCase(addressless) },
      { route: '/cases/:ref/confirmation', state: 'asked', as: officer, open: onCase('answered', '/confirmation') },
      { route: '/cases/:ref/withdrawal', state: 'empty', as: officer, open: onCase('busy', '/withdrawal') },
      { route: '/cases/:ref/withdrawal', state: 'error', as: officer, open: first(onCase('busy', '/withdrawal'), press('Withdraw the request')) },
      { route: '/cases/:ref/reopening', state: 'empty', as: officer, open: onCase('withdrawn', '/reopening') },
      { route: '/cases/:ref/reopening', state: 'error', as: officer, open: first(onCase('withdrawn', '/reopening'), press('Reopen the case')) },
      { route: '/cases/:ref', state: 'with a correction that waits, and more time', as: officer, open: onCase('moving') },
      { route: '/cases/:ref', state: 'with a correction, of one who is asked', as: policeSpoc, open: onCase('moving') },
      { route: '/cases/:ref', state: 'of a date that was corrected', as: officer, open: onCase('moved') },
      { route: '/cases/:ref/correction', state: 'empty', as: officer, open: onCase('busy', '/correction') },
      { route: '/cases/:ref/correction', state: 'error', as: officer, open: first(onCase('busy', '/correction'), press('Propose the correction')) },
      { route: '/cases/:ref/correction', state: 'error of a date to come', as: officer, open: first(onCase('busy', '/correction'), (page) => correct(page, 5), press('Propose the correction')) },
      { route: '/cases/:ref/correction', state: 'error refused', as: officer, open: first(onCase('asked', '/correction'), (page) => correct(page, -3), proposedMeanwhile, press('Propose the correction')) },
      { route: '/cases/:ref/correction/decision', state: 'empty', as: cspManager, open: onCase('moving', '/correction/decision') },
      { route: '/cases/:ref/correction/decision', state: 'error', as: cspManager, open: first(onCase('moving', '/correction/decision'), press('Decide')) },
      { route: '/cases/:ref/correction/decision', state: 'of whoever proposed it', as: officer, open: onCase('moving', '/correction/decision') },
      { route: '/cases/:ref/correction/decision', state: 'error refused', as: cspManager, open: first(onCase('asked', '/correction/decision'), check('It is not right: leave the dates as they are'), takenBackMeanwhile, press('Decide')) },
      { route: '/cases/:ref/tasks/:task/extension', state: 'empty', as: officer, open: onCase('busy', '/tasks/T2/extension') },
      { route: '/cases/:ref/tasks/:task/extension', state: 'error', as: officer, open: first(onCase('busy', '/tasks/T2/extension'), press('Give more time')) },
      { route: '/cases/:ref/tasks/:task/extension', state: 'error refused', as: officer, open: first(onCase('asked', '/tasks/T1/extension'), (page) => page.getByLabel('Why do you give more time?').fill('They wait for a record.'), extendedMeanwhile, press('Give more time')) },
      { route: '/cases/:ref/tasks/:task/decision', state: 'empty', as: cspManager, open: onCase('Escalated: the CSP manager decides', '/tasks/T1/decision') },
      { route: '/cases/:ref/tasks/:task/decision', state: 'error', as: cspManager, open: first(onCase('Escalated: the CSP manager decides', '/tasks/T1/decision'), press('Decide')) },
      { route: '/cases/:ref/tasks/:task/reply', state: 'empty', as: officer, open: onCase('busy', '/tasks/T2/reply') },
      { route: '/cases/:ref/tasks/:task/reply', state: 'error', as: officer, open: first(onCase('busy', '/tasks/T2/reply'), press('Send reply')) },
      { route: '/cases/:ref/tasks/:task/answer', state: 'empty', as: policeSpoc, open: onCase('asked', '/tasks/T1/answer') },
      { route: '/cases/:ref/tasks/:task/answer', state: 'with a question open', as: probationSpoc, open: onCase('busy', '/tasks/T2/answer') },
      { route: '/cases/:ref/tasks/:task/answer', state: 'in part', as: policeSpoc, open: first(onCase('asked', '/tasks/T1/answer'), check('We share part of it')) },
      { route: '/cases/:ref/tasks/:task/answer', state: 'error', as: policeSpoc, open: first(onCase('asked', '/tasks/T1/answer'), press('Send answer')) },
      { route: '/cases/:ref/tasks/:task/answer', state: 'error in part', as: policeSpoc, open: first(onCase('asked', '/tasks/T1/answer'), check('We share part of it'), check('Another marking'), press('Send answer')) },
      { route: '/cases/:ref/tasks/:task/answer', state: 'error of a file', as: policeSpoc, open: first(onCase('asked', '/tasks/T1/answer'), check('We share all of it'), addFiles) },
      { route: '/cases/:ref/tasks/:task/answer', state: 'correction', as: policeSpoc, open: onCase('busy', '/tasks/T1/answer') },
      { route: '/cases/:ref/tasks/:task/record-answer', state: 'empty', as: officer, open: onCase('busy', '/tasks/T3/record-answer') },
      { route: '/cases/:ref/tasks/:task/record-answer', state: 'error', as: officer, open: first(onCase('busy', '/tasks/T3/record-answer'), press('Record answer')) },
      { route: '/cases/:ref/tasks/:task/pass-on', state: 'empty', as: housingSpoc, open: onCase('busy', '/tasks/T3/pass-on') },
      { route: '/cases/:ref/tasks/:task/pass-on', state: 'error', as: housingSpoc, open: first(onCase('busy', '/tasks/T3/pass-on'), press('Pass on')) },
      { route: '/cases/:ref/tasks/:task/received', state: 'of an answer', as: policeSpoc, open: onCase('busy', '/tasks/T1/received') },
      { route: '/cases/:ref/tasks/:task/question', state: 'sent', as: probationSpoc, open: onCase('busy', '/tasks/T2/question') },
      { route: '/cases/:ref/record', state: 'filled', as: auditor, open: onCase('busy', '/record') },
      { route: '/cases/:ref/opening', state: 'empty', as: auditor, open: onCase('busy', '/opening') },
      { route: '/cases/:ref/opening', state: 'error', as: auditor, open: first(onCase('busy', '/opening'), press('Open the content')) },
      { route: '/cases/:ref/opened-content', state: 'filled', as: auditor, open: first(onCase('busy', '/opening'), openWithReason) },
      { route: '/record', state: 'filled', as: auditor, open: at('/record') },
      { route: '/record/chains/:chain', state: 'accounts', as: auditor, open: at('/record/chains/accounts') },
      { route: '/record/chains/:chain', state: 'directory', as: auditor, open: at('/record/chains/directory') },
      { route: '/directory', state: 'filled', as: officer, open: at('/directory') },
      { route: '/directory', state: 'filtered', as: officer, open: at('/directory?q=police') },
      { route: '/directory', state: 'empty', as: officer, open: at('/directory?q=nobody') },
      { route: '/directory/:partner', state: 'of teams', as: cspManager, open: at('/directory/thurrock') },
      { route: '/directory/:partner', state: 'with an absence', as: cspManager, open: at('/directory/probation') },
      { route: '/directory/:partner', state: 'without signature or address', as: officer, open: at('/directory/sericc') },
      { route: '/directory/:partner/contacts', state: 'filled', as: cspManager, open: at('/directory/essex-police/contacts') },
      { route: '/directory/:partner/contacts', state: 'error', as: cspManager, open: first(at('/directory/essex-police/contacts'), spoilContact, press('Save contacts')) },
      { route: '/directory/:partner/absences', state: 'filled', as: cspManager, open: at('/directory/probation/absences') },
      { route: '/directory/:partner/absences', state: 'error', as: cspManager, open: first(at('/directory/probation/absences'), press('Set absence')) },
      { route: '/directory/:partner/absences/:absence/end', state: 'asked', as: cspManager, open: first(at('/directory/probation'), (page) => page.getByRole('link', { name: /^(End|Take back)/ }).first().click()) },
      { route: '/protocol-health', state: 'filled', as: cspManager, open: at('/protocol-health') },
      { route: '/disclosures', state: 'filled', as: officer, open: at('/disclosures') },
      { route: '/disclosures', state: 'filtered', as: cspManager, open: first(at('/disclosures?from=essex-police'), (page) => page.getByText('Filters, 1 in use').click()) },
      { route: '/disclosures', state: 'error in a filter', as: officer, open: at('/disclosures?since=2026-02-30') },
      { route: '/persons', state: 'empty', as: policeLead, open: at('/persons') },
      { route: '/persons', state: 'error', as: policeLead, open: first(at('/persons'), press('Find')) },
      { route: '/persons', state: 'found', as: policeLead, open: first(at('/persons'), lookFor('Jordan Example')) },
      { route: '/persons', state: 'not found', as: policeLead, open: first(at('/persons'), lookFor('Nobody Known')) },
      { route: '/tokens/new', state: 'empty', as: officer, open: at('/tokens/new') },
      { route: '/tokens/new', state: 'error', as: officer, open: first(at('/tokens/new'), press('Make the token')) },
      { route: '/tokens/new', state: 'made', as: officer, open: first(at('/tokens/new'), makeToken) },
      { route: '/tokens', state: 'filled', as: officer, open: at('/tokens') },
      { route: '/tokens/:token/revocation', state: 'asked', as: officer, open: first(at('/tokens'), (page) => page.getByRole('link', { name: /^Revoke/ }).first().click()) },
      { route: '/t/:token', state: 'to be answered', as: null, open: onLink('asked') },
      { route: '/t/:token', state: 'answered', as: null, open: onLink('busy') },
      { route: '/t/:token', state: 'overdue', as: null, open: onLink('Overdue') },
      { route: '/t/:token', state: 'of a closed case', as: null, open: onLink('withdrawn') },
      { route: '/t/:token/code', state: 'asked', as: null, open: onLink('asked', '/code') },
      { route: '/t/:token/code', state: 'error', as: null, open: first(onLink('asked', '/code'), press('Continue')) },
      { route: '/t/:token/answer', state: 'empty', as: null, open: byLink('asked') },
      { route: '/t/:token/answer', state: 'error', as: null, open: first(onLink('asked', '/answer'), press('Send answer')) },
      { route: '/t/:token/pass-on', state: 'to nobody', as: null, open: onLink('asked', '/pass-on') },
      { route: '/t/:token/question', state: 'sent', as: null, open: onLink('asked', '/question') },
      { route: '/t/:token', state: 'of an action', as: null, open: onLink('planned') },
      { route: '/t/:token/action', state: 'empty', as: null, open: byLink('planned') },
      { route: '/t/:token/action', state: 'error', as: null, open: first(onLink('planned', '/action'), press('Put this on record')) },
      { route: '/t/:token/settled', state: 'of an action', as: null, open: first(onLink('planned', '/action'), settle) },
      { route: '/t/:token/decision', state: 'of a closed request', as: null, open: byLink('replied') },
      { route: '/t/:token/received', state: 'of an answer', as: null, open: first(byLink('busy'), onLink('busy', '/received')) },
      { route: 'none', state: 'not found', as: officer, open: at('/nowhere') },
      { route: 'none', state: 'not found by link', as: null, open: at('/t/nothing') },
    ];
    test.each(titled(states))('%s', async (_title, shown) => holds(shown));

    test('no page was left out', () => {
      const shown = stage.web.app.routes
        .filter(({ method, path }) => method === 'get' && !path.startsWith('/api/') && !downloads.includes(path))
        .map(({ path }) => path);
      expect([...new Set(shown)].filter((path) => !seen.has(path))).toEqual([]);
      expect(downloads.filter((path) => !stage.web.app.routes.some((route) => route.path === path))).toEqual([]);
    });
  });

  async function toWhy(page: Page): Promise<void> {
    await page.goto(stage.url(form));
    await asking.whom(page);
    await goOn(page);
    await asking.what(page);
    await goOn(page);
  }

  async function toData(page: Page): Promise<void> {
    await page.goto(stage.url(change));
    await page.getByLabel('Which processor is intended?').fill('Example Storage Ltd');
    await page.getByLabel('It is added').check();
    await page.getByLabel('What will it do with the data?').fill('Keeps the files of joint visits');
    await goOn(page);
  }

  async function longAgo(page: Page): Promise<void> {
    await asking.how(page, stage.workingDaysFromToday(-300));
  }

  async function addFiles(page: Page): Promise<void> {
    const file = (name: string, content: string) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
    await page.getByLabel('Choose files').setInputFiles([file('incidents.txt', 'Two in March'), file('photo.jpg', 'no picture')]);
    await press('Add file')(page);
  }

  async function correct(page: Page, workingDays: number): Promise<void> {
    await fillDate(page, 'On which day was the request received?', stage.workingDaysFromToday(workingDays));
    await page.getByLabel('Why is that the right day?').fill('The letter bears a stamp.');
  }

  /** What a colleague does while the page is open. */
  async function proposedMeanwhile(): Promise<void> {
    const [from, reason] = [stage.workingDaysFromToday(-4), 'The post book has it.'];
    await stage.post(officer, `/cases/${cases['asked'] ?? ''}/correction`, { from, reason });
  }
  async function takenBackMeanwhile(): Promise<void> {
    await stage.post(officer, `/cases/${cases['asked'] ?? ''}/correction/decision`, { decision: 'declined', reason: '' });
  }
  async function extendedMeanwhile(): Promise<void> {
    await stage.post(officer, `/cases/${cases['asked'] ?? ''}/tasks/T1/extension`, { reason: 'Asked for by telephone.' });
  }

  async function openWithReason(page: Page): Promise<void> {
    await page.getByLabel('Why do you need to see it?').fill('To check a complaint about this case');
    await press('Open the content')(page);
  }

  async function spoilContact(page: Page): Promise<void> {
    await page.getByLabel('Deputy').first().fill('no address');
  }

  async function makeToken(page: Page): Promise<void> {
    await page.getByLabel('What is the token for?').fill('Case management system');
    await page.getByLabel('A system, in my name').check();
    await page.getByLabel('cases:read').check();
    await fillDate(page, 'What is its last day?', stage.workingDaysFromToday(20));
    await press('Make the token')(page);
  }

  function byLink(name: string): (page: Page) => Promise<void> {
    return async (page) => openLink(stage, page, links[name] ?? '', policeSpoc, cases[name] ?? '');
  }

  /** The cases of the seed, and those that it has not: a busy one, and each way in which one can go on. */
  async function openCases(): Promise<void> {
    const { env } = stage.web.stack;
    const seeded = await run(process.execPath, ['--import', 'tsx', join(projectRoot, 'commands', 'seed.ts')], {
      timeoutMs: 120_000,
      env: { ...process.env, ...env, CONCORDAT_URL: env['PUBLIC_URL'] },
      cwd: projectRoot,
    });
    for (const [, ref = '', what = ''] of seeded.matchAll(/^([A-Z]{2}-\S+) {2}(.+?) {2}/gm)) cases[what] = ref;

    const open = async (name: string, asked: readonly object[], other: object = {}): Promise<string> => {
      const { reference } = await stage.post(officer, '/information-requests', {
        asked,
        identifiability: 'personal',
        personName: 'Jordan Example',
        personDetails: 'Born 1 January 1990, of 12 Example Street',
        information: 'Calls to the address since January, and any risk to those who visit.',
        purpose: 'To plan a visit safely.',
        legalBasis: 'public-task',
        channel: 'telephone',
        receivedOn: stage.today,
        means: 'concordat',
        ...other,
      });
      cases[name] = String(reference);
      return `/cases/${cases[name]}`;
    };
    const whom = (partner: string, team: string | null = null): object => {
      const categories = categoriesFor(stage.web.deps.protocol, { partner, team });
      const personal = categories.filter(({ sharedAs }) => sharedAs === 'personal').map(({ code }) => code);
      return { partner, team, ...(personal.length > 0 ? { categories: personal.slice(0, 2) } : { justification: 'It knows the home.' }) };
    };
    const [police, probation, housing] = [whom('essex-police'), whom('probation'), whom('thurrock', 'housing')];
    const urgent = { neededByOn: stage.workingDaysFromToday(3), urgentBecause: 'The visit is on that day.' };

    // Who has answered is not mailed the request any more: the link is taken before.
    const linkOf = async (name: string): Promise<void> => {
      links[name] = linkIn(await stage.mail(policeSpoc, `${cases[name] ?? ''} Information request`));
    };

    const busy = await open('busy', [police, probation, housing], urgent);
    await linkOf('busy');
    const part = { kind: 'shared-in-part', shared: 'Two calls in March, both closed.', ground: 'What concerns others.' };
    await stage.post(policeSpoc, `${busy}/tasks/T1/answers`, part);
    await stage.post(policeSpoc, `${busy}/tasks/T1/answers`, {
      ...part,
      shared: 'Three calls in March:\n2 March, noise\n9 March, noise\n17 March, threats. All are closed.',
      marking: 'official-sensitive',
      notToBePassedOn: true,
      handling: 'Delete it after the visit.',
      corrects: 1,
    });
    await stage.post(probationSpoc, `${busy}/tasks/T2/questions`, { text: 'Which of two brothers do you mean?' });

    links['planned'] = linkIn(await stage.mail(policeSpoc, `${cases[review.planned] ?? ''} Action 1 of the plan`));

    const { reference: replied } = await stage.post(governance, '/subject-access-requests', {
      applicant: 'Robin Applicant',
      asked: 'All since January',
      regime: 'uk-gdpr',
      receivedOn: stage.today,
      items: [{ originator: 'essex-police', description: 'A report of March' }],
    });
    cases['replied'] = String(replied);
    links['replied'] = await stage.until('the mail of the consultation', async () =>
      (await stage.web.mails())
        .filter(({ to, subject }) => to === policeSpoc && subject.startsWith(cases['replied'] ?? 'no reference'))
        .map(({ text }) => linkIn(text))
        .find((link) => link.startsWith('/t/')),
    );
    await stage.post(policeSpoc, `/cases/${cases['replied']}/tasks/T2/answers`, { kind: 'no-objection' });
    await stage.post(governance, `/cases/${cases['replied']}/items/I1/decision`, { decision: 'disclose', answerSeen: 'T2/1' });
    await stage.post(governance, `/cases/${cases['replied']}/applicant-reply`, { outcome: 'replied', repliedOn: stage.today, text: 'The report is enclosed.' });

    const answered = await open('answered', [police]);
    await stage.post(policeSpoc, `${answered}/tasks/T1/answers`, { kind: 'shared-in-full', shared: 'No calls but one.' });
    await open('asked', [police]);
    await linkOf('asked');
    const withdrawn = await open('withdrawn', [police, probation]);
    await linkOf('withdrawn');
    await stage.post(policeSpoc, `${withdrawn}/tasks/T1/answers`, { kind: 'nothing-held' });
    links['Overdue'] = await stage.until('a mail of the overdue case to a partner', async () =>
      (await stage.web.mails())
        .filter(({ subject }) => subject.startsWith(cases['Overdue'] ?? 'no reference'))
        .map(({ text }) => linkIn(text))
        .find((link) => link.startsWith('/t/')),
    );
    await stage.until('the withdrawal is taken', async () =>
      stage.post(officer, `${withdrawn}/withdrawal`, { reason: 'The visit was called off.' }).catch(() => undefined),
    );
    const moving = await open('moving', [police, probation], { receivedOn: stage.workingDaysFromToday(-2) });
    await stage.post(officer, `${moving}/tasks/T1/extension`, { reason: 'The custody record is not back yet.' });
    await stage.post(officer, `${moving}/correction`, {
      from: stage.workingDaysFromToday(-4),
      reason: 'The letter bears a stamp of that day.\nIt was entered two days later.',
    });
    const moved = await open('moved', [police, probation]);
    await stage.post(officer, `${moved}/correction`, { from: stage.workingDaysFromToday(-1), reason: 'It came by e-mail in the evening.' });
    await stage.post(cspManager, `${moved}/correction/decision`, { decision: 'confirmed', reason: 'The e-mail says so.' });
    await stage.post(cspManager, '/directory/probation/absences', {
      team: null,
      role: 'spoc',
      from: stage.today,
      until: stage.workingDaysFromToday(3),
    });
    const told = await stage.post(officer, '/processor-changes', {
      processor: 'Example Storage Ltd',
      change: 'addition',
      work: 'Keeps the files of joint visits, for all partners of the panel.',
      guarantees: 'A contract under Article 28, data kept in the United Kingdom.',
      categories: stage.web.deps.protocol.categories.slice(0, 3).map(({ code }) => code),
      beginsOn: stage.workingDaysFromToday(30),
    });
    cases['objected'] = String(told['reference']);
    for (const { id } of told['tasks'] as { readonly id: string }[]) {
      const given = { givenByName: 'A colleague', givenHow: 'telephone', givenOn: stage.today, givenTime: '00:00' };
      const said = id === 'T1' ? { kind: 'objection', ground: 'Nobody answers for a breach.' } : { kind: 'no-objection' };
      await stage.post(officer, `/cases/${cases['objected']}/tasks/${id}/recorded-answers`, { ...said, ...given });
    }
    const moment = { on: stage.today, time: '00:00' };
    const reported = await stage.post(officer, '/breaches', {
      detected: moment,
      aware: moment,
      what: 'A list went to a wrong address.',
      where: 'The mail system',
      owner: 'essex-police',
      controllers: ['essex-police'],
      categories: stage.web.deps.protocol.categories.slice(0, 1).map(({ code }) => code),
      regime: 'law-enforcement',
      effect: 'Distress of those who are on it.',
    });
    cases['told'] = String(reported['reference']);
    await stage.post(policeSpoc, `/cases/${cases['told']}/tasks/T2/answers`, { kind: 'told-ico', particulars: { toldAt: moment } });
    await stage.post(policeSpoc, `/cases/${cases['told']}/tasks/T3/answers`, {
      kind: 'tell',
      ground: 'Those who are on it may be in danger.',
      particulars: { when: 'Today', how: 'By telephone, then by letter', byWhom: 'Essex Police' },
    });
    const page = await pageOf(officer);
    await stage.shows(page, `/cases/${cases['objected']}`, /It is for your team to decide/);
    await stage.shows(page, answered, /Confirm and close/);
    await stage.shows(page, withdrawn, /The case is closed/);
  }
});

