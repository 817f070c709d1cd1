/**
 * An information request as people see it, on the whole stack with its real servers: Chromium fills in the forms, the
 * mails are read, links are opened. The whole of it without JavaScript, which no page needs; the main parts with it.
 */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { formatDate, formatShortDate } from '../../calendar';
import { listedCase, reference, storeCases } from '../support/listed-cases';
import { describeInBrowser, photograph, seriousFindings } from '../support/browser';
import { asking, fillDate, goOn } from './asking';
import { follow, press, text } from './looking';
import {
  askUpToCheck,
  auditor,
  cspManager,
  housingSpoc,
  linkIn,
  officer,
  openLink,
  policeSpoc,
  probationSpoc,
  sendRequest,
  Stage,
} from './stage';

const policeMailbox = policeSpoc;
const form = '/information-requests/new';

describeInBrowser('an information request in the browser', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.start();
  }, 600_000);
  afterAll(async () => stage.stop());

  const errorsOf = async (page: Page): Promise<string[]> => {
    expect(await page.title()).toMatch(/^Error: /);
    return page.locator('.govuk-error-summary li').allInnerTexts();
  };

  describe('without JavaScript', () => {
    const noScript = { javaScript: false };
    let asker: Page;
    let police: Page;
    let manager: Page;
    let caseRef = '';
    let link = '';

    beforeAll(async () => {
      asker = await stage.signedIn(officer, noScript);
      manager = await stage.signedIn(cspManager, noScript);
      police = await stage.newPage(noScript);
    }, 120_000);

    test('an officer asks two partners and a team, with an error on each page, goes back, changes, checks and sends', async () => {
      await asker.goto(stage.url(form));
      await goOn(asker);
      expect(await errorsOf(asker)).toHaveLength(1);
      await asking.whom(asker, ['Essex Police', 'The Probation Service', 'Thurrock Council, Housing']);
      await goOn(asker);

      await asker.getByLabel('What do you ask for, in your words?').fill('Kept <b>as typed</b>');
      await goOn(asker);
      expect((await errorsOf(asker)).length).toBeGreaterThanOrEqual(4);
      expect(await asker.getByLabel('What do you ask for, in your words?').inputValue()).toBe('Kept <b>as typed</b>');
      await asking.what(asker);
      await goOn(asker);

      await goOn(asker);
      expect(await errorsOf(asker)).toHaveLength(2);
      await asking.why(asker);
      await goOn(asker);

      await fillDate(asker, 'When was the request received?', '2026-02-30' as typeof stage.today);
      await goOn(asker);
      expect((await errorsOf(asker)).join()).toMatch(/real date/);
      expect(await asker.getByRole('group', { name: 'When was the request received?' }).getByLabel('Day').inputValue()).toBe('30');
      await asking.how(asker, stage.today);

      // Back by the button, and what was typed on this page and that is still there.
      await press(asker, 'Back');
      expect(await asker.getByLabel('What is it needed for?').inputValue()).toBe('To plan a visit safely');
      await asker.getByLabel('What is it needed for?').fill('To plan two visits safely');
      await goOn(asker);
      expect(await asker.getByLabel('Telephone').first().isChecked()).toBe(true);
      await goOn(asker);

      expect(await text(asker)).toContain('To plan two visits safely');
      await asker.getByRole('button', { name: 'Change About whom' }).click();
      expect(await asker.getByLabel('Who is the request about?').inputValue()).toBe('Test Person Quillfeather');
      await asker.getByLabel('What else tells the person apart? (optional)').fill('Born 1 January 1990');
      await goOn(asker);
      expect(await text(asker)).toContain('Born 1 January 1990');

      caseRef = await sendRequest(asker);
      expect(await text(asker)).toContain(formatDate(stage.workingDaysFromToday(10)));
    });

    test('each gets a mail with nothing about the person; the link shows nothing before the code', async () => {
      const subject = `${caseRef} Information request`;
      const mail = await stage.mail(policeMailbox, subject);
      for (const each of [mail, await stage.mail(probationSpoc, subject), await stage.mail(housingSpoc, subject)]) {
        expect(each).toContain(formatDate(stage.workingDaysFromToday(10)));
        expect(each).not.toMatch(/Quillfeather|visit/);
      }
      link = linkIn(mail);
      await police.goto(stage.url(link));
      expect(await police.content()).not.toContain('Quillfeather');
      await openLink(stage, police, link, policeMailbox, caseRef);
      expect(await text(police)).toContain('Test Person Quillfeather');
    });

    test('a question goes back to the officer, whose reply is read on the page of the answer', async () => {
      await police.getByLabel('Ask a question first').check();
      await police.getByLabel('Your question').fill('Which of two brothers?');
      await press(police, 'Send answer');
      await police.getByRole('heading', { name: 'Question sent' }).waitFor();
      await stage.mail(officer, `${caseRef} Essex Police asks you a question`);
      await stage.shows(asker, `/cases/${caseRef}`, /Which of two brothers/);
      await press(asker, 'Reply to the question');
      await press(asker, 'Send reply');
      expect(await errorsOf(asker)).toEqual(['Enter your reply']);
      await asker.getByLabel('Your reply').fill('The younger one');
      await press(asker, 'Send reply');
      expect(await text(asker)).toContain('Your reply is received');
      await stage.shows(police, `${link}/answer`, /The younger one/);
    });

    test('the answer has a file and handling conditions, is corrected by the same link, and seen by the officer', async () => {
      await police.getByLabel('We share part of it').check();
      await police.getByLabel('Choose files').setInputFiles({ name: 'incidents.txt', mimeType: 'text/plain', buffer: Buffer.from('Two in March') });
      await press(police, 'Add file');
      expect(await text(police)).toContain('incidents.txt');
      await police.getByLabel('Not to be passed on').check();
      await press(police, 'Send answer');
      expect(await errorsOf(police)).toEqual(['Enter what you leave out and why']);
      expect(await text(police)).toContain('incidents.txt');
      await police.getByLabel('What is left out, and why').fill('What concerns others');
      await press(police, 'Send answer');
      await police.getByRole('heading', { name: 'Answer received' }).waitFor();

      await stage.shows(asker, `/cases/${caseRef}`, /Not to be passed on[\s\S]*incidents\.txt/);
      const coming = asker.waitForEvent('download');
      await follow(asker, 'incidents.txt').catch(() => undefined);
      expect(await readFile(await (await coming).path(), 'utf8')).toBe('Two in March');

      await police.goto(stage.url(`${link}/answer`));
      await police.getByLabel('The information').fill('There was a third one');
      await press(police, 'Send correction');
      await police.getByRole('heading', { name: 'Correction received' }).waitFor();
      await stage.shows(asker, `/cases/${caseRef}`, /version 2[\s\S]*There was a third one/);
    });

    test('a team passes its task on to another team, and the officer records what that one said by telephone', async () => {
      const housing = await stage.signedIn(housingSpoc, noScript);
      await housing.goto(stage.url('/'));
      await follow(housing, `Answer ${caseRef}`);
      await follow(housing, 'Pass it on');
      await press(housing, 'Pass on');
      expect(await errorsOf(housing)).toHaveLength(1);
      await housing.getByLabel('Adult Social Care', { exact: true }).check();
      await press(housing, 'Pass on');
      await housing.getByRole('heading', { name: 'Passed on' }).waitFor();
      await stage.mail('spoc.adult-social@thurrock.example', caseRef);

      await stage.shows(asker, `/cases/${caseRef}`, /Adult Social Care/);
      await asker.locator('section', { has: asker.getByRole('heading', { name: /Adult Social Care/ }) })
        .getByRole('link', { name: /telephone/ }).click();
      await press(asker, 'Record answer');
      expect((await errorsOf(asker)).length).toBeGreaterThanOrEqual(4);
      await asker.getByLabel('Who gave the answer?').fill('Duty manager');
      await asker.getByLabel('By telephone').check();
      await fillDate(asker, /On which day was it given/, stage.today);
      await asker.getByLabel('At what time?').fill('00:00');
      await asker.getByLabel('Nothing is held').check();
      await press(asker, 'Record answer');
      await asker.getByRole('heading', { name: 'Answer received' }).waitFor();
    });

    test('a SPOC who signs in answers from its tasks; the officer confirms, and the link is dead', async () => {
      const probation = await stage.signedIn(probationSpoc, noScript);
      await follow(probation, `Answer ${caseRef}`);
      await probation.getByLabel('We refuse').check();
      await probation.getByLabel('Why you refuse').fill('It would prejudice an investigation');
      await press(probation, 'Send answer');
      await probation.getByRole('heading', { name: 'Answer received' }).waitFor();

      await stage.shows(asker, `/cases/${caseRef}`, /Confirm and close/);
      await stage.mail(officer, `${caseRef} Answered`);
      await asker.getByRole('button', { name: 'Confirm and close' }).click();
      await asker.getByRole('button', { name: 'Confirm and close' }).click();
      expect(await text(asker)).toContain('You confirmed the answers');
      await stage.shows(asker, `/cases/${caseRef}`, /The case is closed/);
      await police.goto(stage.url(link));
      expect(await text(police)).toContain('This request is closed');
      expect(await police.content()).not.toContain('Quillfeather');
    });

    test('a request is withdrawn with a reason, and reopened', async () => {
      await askUpToCheck(stage, asker);
      const withdrawn = await sendRequest(asker);
      await stage.mail(policeMailbox, `${withdrawn} Information request`);
      await stage.shows(asker, `/cases/${withdrawn}`, /Withdraw the request/);
      await follow(asker, 'Withdraw the request');
      await asker.getByLabel('Why do you withdraw it?').fill('The visit was called off');
      await press(asker, 'Withdraw the request');
      await stage.shows(asker, `/cases/${withdrawn}`, /The case is closed[\s\S]*The visit was called off/);
      await follow(asker, 'Reopen the case');
      await asker.getByLabel('Why do you reopen it?').fill('The visit is on again');
      await press(asker, 'Reopen the case');
      expect(await text(asker)).toContain('You reopened the case');
      await stage.mail(policeMailbox, `${withdrawn} Information request`, 2);
      await stage.shows(asker, `/cases/${withdrawn}`, /Answer awaited|Due by/);
    });

    test('received long ago: opens overdue without a burst, and the CSP manager decides in the end', async () => {
      await askUpToCheck(stage, asker, { receivedOn: stage.workingDaysFromToday(-25) });
      expect(await text(asker)).toContain('overdue already');
      const overdue = await sendRequest(asker);
      await stage.shows(manager, `/cases/${overdue}`, /Decide/);
      const mails = (await stage.web.mails()).filter(({ subject }) => subject.startsWith(overdue));
      expect(new Set(mails.map(({ to }) => to)).size).toBe(mails.length);
      await manager.goto(stage.url('/'));
      await follow(manager, overdue);
      await press(manager, 'Decide');
      await manager.getByRole('heading', { name: /^What do you decide/ }).waitFor();
      await press(manager, 'Decide');
      expect(await errorsOf(manager)).toHaveLength(2);
      await manager.getByLabel('Leave it unanswered').check();
      await manager.getByLabel('Why?').fill('They were called twice');
      await press(manager, 'Decide');
      expect(await text(manager)).toContain('Your decision is recorded');
      await stage.shows(asker, `/cases/${overdue}`, /The case is closed[\s\S]*They were called twice/);
    });

    test('the CSP manager sets an absence, changes a contact, and sees what protocol health says of it', async () => {
      await manager.goto(stage.url('/directory/probation'));
      await press(manager, 'Set an absence');
      await manager.getByLabel('Who is away?').selectOption({ index: 1 });
      await fillDate(manager, 'First day away', stage.today);
      await fillDate(manager, 'Last day away', stage.today);
      await press(manager, 'Set absence');
      expect(await text(manager)).toMatch(/The absence is set[\s\S]*Away/i);
      await manager.goto(stage.url('/directory/probation/contacts'));
      await manager.getByLabel('Deputy').first().fill('');
      await press(manager, 'Save contacts');
      expect(await text(manager)).toMatch(/The contacts are saved[\s\S]*Missing/i);
      await manager.goto(stage.url('/protocol-health'));
      expect(await text(manager)).toContain('The Probation Service');
    });

    test('the register has what was shared, by filter, and as a file', async () => {
      await asker.goto(stage.url('/disclosures'));
      expect(await text(asker)).toContain(caseRef);
      await asker.getByText('Filters').first().click();
      await asker.getByLabel('Who gave').selectOption('The Probation Service');
      await press(asker, 'Apply filters');
      expect(await text(asker)).toContain('No disclosure that you can see matches the filters');
      await asker.goto(stage.url('/disclosures?from=essex-police'));
      const coming = asker.waitForEvent('download');
      await follow(asker, /CSV/).catch(() => undefined);
      const csv = await readFile(await (await coming).path(), 'utf8');
      expect(csv).toContain(caseRef);
      expect(csv).not.toContain('Quillfeather');
    });

    test('the cases are found by reference and filter, sorted, and paged', async () => {
      const others = Array.from({ length: 30 }, (_, index) => listedCase(reference(9_000 + index), stage.web.deps.store));
      await storeCases(stage.web.deps.store, others);
      await asker.goto(stage.url('/cases'));
      await asker.getByLabel('Find a case by its reference').fill(caseRef.toLowerCase());
      await press(asker, 'Find');
      expect(await text(asker)).toContain(caseRef);

      await asker.goto(stage.url('/cases'));
      await asker.getByText('Filters').first().click();
      await asker.getByLabel('Open or closed').selectOption('Closed');
      await press(asker, 'Apply filters');
      expect(asker.url()).toContain('state=closed');
      expect(await asker.locator('tbody tr').count()).toBe(2);
      await asker.goto(stage.url('/cases'));
      const firstOf = (page: Page) => page.locator('tbody th').first().innerText();
      const newest = await firstOf(asker);
      await asker.getByRole('navigation', { name: 'Order of the cases' }).getByRole('link').first().click();
      expect(asker.url()).toContain('sort=');
      await asker.goto(stage.url('/cases'));
      await asker.getByRole('link', { name: /Next/ }).click();
      expect(asker.url()).toContain('page=2');
      expect(await firstOf(asker)).not.toBe(newest);
      expect(await asker.locator('tbody tr').count()).toBeGreaterThan(5);
    });

    test('a token is made, shown once, and revoked', async () => {
      await asker.goto(stage.url('/tokens/new'));
      await asker.getByLabel('What is the token for?').fill('Case management');
      await asker.getByLabel('I do').check();
      await asker.getByLabel('cases:read').check();
      await fillDate(asker, 'What is its last day?', stage.workingDaysFromToday(5));
      await press(asker, 'Make the token');
      const token = /[\w-]{43}/.exec(await text(asker))?.[0] ?? '';
      const ask = async () => (await fetch(stage.url('/api/v1/cases'), { headers: { authorization: `Bearer ${token}` } })).status;
      expect(await ask()).toBe(200);
      await asker.goto(stage.url('/tokens'));
      expect(await asker.content()).not.toContain(token);
      await follow(asker, /^Revoke/);
      await press(asker, 'Revoke the token');
      expect(await text(asker)).toContain('The token is revoked');
      expect(await ask()).toBe(401);
    });

    test('the auditor reads the record, and content only with a reason that goes on it', async () => {
      const page = await stage.signedIn(auditor, noScript);
      await page.goto(stage.url(`/cases/${caseRef}`));
      expect(await page.content()).not.toContain('Quillfeather');
      await follow(page, /record/i);
      await follow(page, /with a reason/);
      await press(page, 'Open the content');
      expect(await errorsOf(page)).toHaveLength(1);
      await page.getByLabel('Why do you need to see it?').fill('A complaint about this request');
      await press(page, 'Open the content');
      expect(await text(page)).toContain('Test Person Quillfeather');
      await page.goto(stage.url(`/cases/${caseRef}/record`));
      expect(await text(page)).toMatch(/Auditor/);
    });
  });

  describe('with JavaScript', () => {
    test('asked, answered by the link with a code, confirmed', async () => {
      const asker = await stage.signedIn(officer);
      await askUpToCheck(stage, asker);
      const caseRef = await sendRequest(asker);
      const spoc = await stage.newPage();
      await openLink(stage, spoc, linkIn(await stage.mail(policeMailbox, `${caseRef} Information request`)), policeMailbox, caseRef);
      await spoc.getByLabel('We hold nothing').check();
      await press(spoc, 'Send answer');
      await spoc.getByRole('heading', { name: 'Answer received' }).waitFor();
      await stage.shows(asker, `/cases/${caseRef}`, /Confirm and close/);
      await asker.getByRole('button', { name: 'Confirm and close' }).click();
      await asker.getByRole('button', { name: 'Confirm and close' }).click();
      await stage.shows(asker, `/cases/${caseRef}`, /The case is closed/);
      expect(await seriousFindings(asker)).toEqual([]);
    });

    test('the inbox shows the mail, and the Temporal UI says in words what the case waits for, for whom, until when', async () => {
      const asker = await stage.signedIn(officer);
      await askUpToCheck(stage, asker);
      const caseRef = await sendRequest(asker);
      await stage.mail(policeMailbox, `${caseRef} Information request`);
      const other = await stage.newPage({ width: 1100 });
      await other.goto(stage.web.stack.part('mail').page ?? '');
      await other.getByText(`${caseRef} Information request`).first().click();
      await other.locator('iframe').last().contentFrame().getByRole('link').first().waitFor();
      await photograph(other, 'inbox-request');

      await other.goto(`${stage.web.stack.part('temporal').page ?? ''}/namespaces/concordat/workflows/${caseRef}`);
      // It goes on to the page of the run by itself; the words are on a tab of it.
      await other.waitForURL(/\/workflows\/IR-[^/]+\/[^/]+\/\w+/);
      await other.goto(other.url().replace(/\/[a-z-]+$/, '/user-metadata'));
      await findInFrames(other, `Information request ${caseRef}: Thurrock Council asks Essex Police`);
      await findInFrames(other, `waiting for the answer of Essex Police, due ${formatShortDate(stage.workingDaysFromToday(10))}`);
      await photograph(other, 'temporal-ui');
    });
  });
});

/** The Temporal UI shows Markdown in frames of its own. */
async function findInFrames(page: Page, words: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    for (const frame of page.frames()) {
      // A frame may be taken away while it is looked at.
      if ((await frame.getByText(words).count().catch(() => 0)) > 0) return;
    }
    await page.waitForTimeout(200);
  }
  throw new Error(`The page never showed "${words}".`);
}
