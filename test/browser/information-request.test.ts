/**
 * An information request as people see it: Chromium fills the form, reads the real inbox, answers by the link, on the
 * whole stack with its real servers.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { formatDate, formatShortDate, londonDateOf, workingDaysAfter } from '../../calendar';
import { loadBankHolidays } from '../../config/bank-holidays';
import { systemClock, type IsoDate } from '../../config/clock';
import { projectRoot } from '../../config/root';
import { startStack, type Stack } from '../../embedded/stack';
import { chromiumPath, launchBrowser, noBrowser, photograph, scrollsSideways, seriousFindings } from '../support/browser';

const password = 'concordat-demo-only';
const holidays = loadBankHolidays(join(projectRoot, 'config', 'bank-holidays.json'));
const today = londonDateOf(systemClock.now());
const workingDaysFromToday = (workingDays: number): IsoDate =>
  workingDaysAfter(today, workingDays, 'england-and-wales', holidays);

const inBrowser = chromiumPath === undefined ? describe.skip : describe;

inBrowser(`in the browser${chromiumPath === undefined ? ` (${noBrowser})` : ''}`, () => {
  let stack: Stack;
  let browser: Browser;
  let home: string;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'concordat-browser-'));
    stack = await startStack({ home, ports: 'free', env: process.env });
    browser = await launchBrowser();
  }, 600_000);

  afterAll(async () => {
    await browser.close();
    await stack.stop();
    await rm(home, { recursive: true, force: true });
  });

  const url = (path: string): string => new URL(path, stack.part('web').url).href;

  async function newPage(width = 1100): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 800 } });
    return context.newPage();
  }

  async function signedIn(username: string, width?: number): Promise<Page> {
    const page = await newPage(width);
    await page.goto(url('/sign-in'));
    await page.getByLabel('E-mail address').fill(username);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    return page;
  }

  /** Opens the newest mail to an address whose subject matches, on the inbox page itself. */
  async function openMail(page: Page, to: string, subject: RegExp): Promise<string> {
    const inbox = new URL(stack.part('mail').page ?? '');
    const deadline = Date.parse(systemClock.now()) + 20_000;
    for (;;) {
      const list = (await (await fetch(new URL('/api/email', inbox))).json()) as {
        id: string;
        subject: string;
        to: { address: string }[];
      }[];
      const mail = list.toReversed().find((each) => each.to[0]?.address === to && subject.test(each.subject));
      if (mail !== undefined) {
        await page.goto(inbox.href);
        await page.getByText(mail.subject).first().click();
        const frame = page.locator('iframe').last().contentFrame();
        await frame.getByRole('heading').first().waitFor();
        return (await frame.locator('body').innerHTML()).replaceAll('&amp;', '&');
      }
      if (Date.parse(systemClock.now()) > deadline) throw new Error(`No mail to ${to} with ${String(subject)}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  const linkIn = (mail: string): string => /href="(?<link>[^"]+)"/.exec(mail)?.groups?.['link'] ?? 'no link in the mail';

  async function fillForm(page: Page, receivedOn: IsoDate): Promise<void> {
    const [year = '', month = '', day = ''] = receivedOn.split('-');
    await page.getByLabel('Which partner do you ask?').selectOption('essex-police');
    await page.getByLabel('Day').fill(day);
    await page.getByLabel('Month').fill(month);
    await page.getByLabel('Year').fill(year);
    await page.getByLabel('Telephone').check();
    await page.getByLabel('Who is the request about?').fill('Test Person Quillfeather');
    await page.getByLabel('What do you ask for?').fill('Incidents at the address since January');
    await page.getByLabel('What is it needed for?').fill('To plan a visit safely');
    await page.getByLabel('What is the legal basis?').selectOption({ index: 1 });
  }

  async function send(page: Page, receivedOn: IsoDate): Promise<string> {
    await page.goto(url('/information-requests/new'));
    await fillForm(page, receivedOn);
    await page.getByRole('button', { name: 'Send request' }).click();
    await page.getByRole('heading', { name: 'Request sent' }).waitFor();
    return /IR-\d{4}-\d{4}/.exec(await page.locator('main').innerText())?.[0] ?? 'no reference';
  }

  async function statusOf(page: Page, caseRef: string, expected: RegExp): Promise<void> {
    for (let attempt = 0; attempt < 50; attempt += 1) {
      await page.goto(url(`/cases/${caseRef}`));
      if (expected.test(await page.locator('main').innerText())) return;
      await page.waitForTimeout(200);
    }
    throw new Error(`${caseRef} never showed ${String(expected)}:\n${await page.locator('main').innerText()}`);
  }

  /** The Temporal UI shows Markdown in frames of its own. */
  async function findInFrames(page: Page, text: string): Promise<void> {
    for (let attempt = 0; attempt < 50; attempt += 1) {
      for (const frame of page.frames()) {
        // A frame may be taken away while it is looked at.
        if ((await frame.getByText(text).count().catch(() => 0)) > 0) return;
      }
      await page.waitForTimeout(200);
    }
    throw new Error(`The page never showed "${text}".`);
  }

  test('each error stands at its field and in the summary, and what was typed stays', async () => {
    const page = await signedIn('officer@thurrock.example');
    await page.goto(url('/information-requests/new'));
    await page.getByLabel('Day').fill('30');
    await page.getByLabel('Month').fill('2');
    await page.getByLabel('Year').fill('2026');
    await page.getByLabel('What do you ask for?').fill('Kept <b>as typed</b>');
    await page.getByRole('button', { name: 'Send request' }).click();
    const summary = page.getByRole('alert');
    await summary.getByText('There is a problem').waitFor();
    expect(await page.title()).toMatch(/^Error/);
    const errors = await summary.getByRole('link').all();
    expect(errors.length).toBeGreaterThanOrEqual(5);
    for (const error of errors) {
      const field = (await error.getAttribute('href'))?.slice(1) ?? '';
      expect(await page.locator(`[id="${field}"]`).count()).toBe(1);
    }
    expect(await page.getByLabel('What do you ask for?').inputValue()).toBe('Kept <b>as typed</b>');
    expect(await page.getByLabel('Day').inputValue()).toBe('30');
    expect(await seriousFindings(page)).toEqual([]);
    await photograph(page, 'form-errors');
  });

  test('asked, mailed, answered by the link with a code, told, confirmed', async () => {
    const officer = await signedIn('officer@thurrock.example');
    const caseRef = await send(officer, today);
    const due = formatDate(workingDaysFromToday(10));
    expect(await officer.locator('main').innerText()).toContain(due);
    await photograph(officer, 'sent');

    const spoc = await newPage();
    const mail = await openMail(spoc, 'spoc@essex-police.example', new RegExp(`${caseRef} Information request`));
    await photograph(spoc, 'inbox-request');
    expect(mail).toContain(due);
    expect(mail).not.toContain('Quillfeather');
    const link = linkIn(mail);
    await spoc.goto(link);
    expect(await spoc.content()).not.toContain('Quillfeather');
    await photograph(spoc, 'link');
    expect(await seriousFindings(spoc)).toEqual([]);
    await spoc.getByRole('button', { name: 'Send me a code' }).click();
    await spoc.getByLabel('Code').waitFor();

    const codeMail = await openMail(await newPage(), 'spoc@essex-police.example', /code/i);
    const code = /\b\d{6}\b/.exec(codeMail.replaceAll(/#\w+|<style.*?<\/style>/g, ''))?.[0] ?? '';
    await spoc.getByLabel('Code').fill(code);
    await spoc.getByRole('button', { name: 'Continue' }).click();
    await spoc.getByText('Test Person Quillfeather').waitFor();
    await photograph(spoc, 'answer');
    expect(await seriousFindings(spoc)).toEqual([]);
    await spoc.getByLabel('We share part of it').check();
    await spoc.getByLabel('The information you share, and what you leave out and why').fill('Two incidents, both in March');
    await spoc.getByRole('button', { name: 'Send answer' }).click();
    await spoc.getByRole('heading', { name: 'Answer received' }).waitFor();

    await statusOf(officer, caseRef, /Confirm and close/);
    expect(await officer.locator('main').innerText()).toContain('Two incidents, both in March');
    await photograph(officer, 'case-answered');
    await openMail(await newPage(), 'officer@thurrock.example', new RegExp(`${caseRef} Answered`));
    await officer.getByRole('button', { name: 'Confirm and close' }).click();
    await officer.getByRole('button', { name: 'Confirm and close' }).click();
    await statusOf(officer, caseRef, /The case is closed/);

    await spoc.goto(link);
    expect(await spoc.locator('main').innerText()).toMatch(/answered/i);
    expect(await spoc.content()).not.toContain('Quillfeather');
  });

  test('received 16 working days ago: opens overdue, on the governance lead’s rung, without a burst', async () => {
    const officer = await signedIn('officer@thurrock.example');
    const caseRef = await send(officer, workingDaysFromToday(-16));
    await openMail(await newPage(), 'governance-lead@essex-police.example', new RegExp(`${caseRef} Overdue`));
    await statusOf(officer, caseRef, /Overdue/);
    await photograph(officer, 'case-overdue');
    expect(await seriousFindings(officer)).toEqual([]);
    const inbox = (await (await fetch(new URL('/api/email', stack.part('mail').page))).json()) as { subject: string }[];
    expect(inbox.filter(({ subject }) => subject.startsWith(caseRef))).toHaveLength(2);

    const narrow = await signedIn('officer@thurrock.example', 320);
    for (const path of ['/', '/cases', `/cases/${caseRef}`, '/information-requests/new']) {
      await narrow.goto(url(path));
      expect([path, await scrollsSideways(narrow)]).toEqual([path, false]);
      await photograph(narrow, `narrow${path.replaceAll('/', '-')}`.replace(caseRef, 'case'));
    }
  });

  test('the Temporal UI says in words what the case waits for, for whom, until when', async () => {
    const officer = await signedIn('officer@thurrock.example');
    const caseRef = await send(officer, today);
    const ui = await newPage();
    await ui.goto(`${stack.part('temporal').page ?? ''}/namespaces/concordat/workflows/${caseRef}`);
    // It goes on to the page of the run by itself; the words are on a tab of it.
    await ui.waitForURL(/\/workflows\/IR-[^/]+\/[^/]+\/\w+/);
    await ui.goto(ui.url().replace(/\/[a-z-]+$/, '/user-metadata'));
    const due = formatShortDate(workingDaysFromToday(10));
    await findInFrames(ui, `Information request ${caseRef}: Thurrock Council asks Essex Police`);
    await findInFrames(ui, `waiting for the answer of Essex Police, due ${due}`);
    await photograph(ui, 'temporal-ui');
  });
});
