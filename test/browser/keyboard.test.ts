/** The main parts by keyboard only: nothing needs a mouse, and Tab goes through a page in the order in which it reads. */
import type { Page } from 'playwright-core';
import { password } from '../api/support';
import { describeInBrowser } from '../support/browser';
import { codeIn, linkIn, officer, policeSpoc, Stage } from './stage';

interface Focused {
  readonly name: string;
  readonly kind: string;
  /** From the top of the page, in CSS pixels. */
  readonly top: number;
}

describeInBrowser('by keyboard only', () => {
  let stage: Stage;
  let page: Page;
  let caseRef = '';

  beforeAll(async () => {
    stage = await Stage.start();
    page = await stage.newPage();
  }, 600_000);
  afterAll(async () => stage.stop());

  /** What has the focus, by the words that a person reads at it. */
  const focused = (on: Page): Promise<Focused> =>
    on.evaluate<Focused>(`(() => {
      const each = document.activeElement;
      const group = each.matches('[type=radio], [type=checkbox]') ? '' : each.closest('fieldset')?.querySelector('legend')?.textContent ?? '';
      const words = [...(each.labels ?? [])].map((label) => label.textContent).join(' ') || each.textContent;
      return {
        name: (group + ' ' + words).replace(/\\s+/g, ' ').trim(),
        kind: each.tagName.toLowerCase(),
        top: each.getBoundingClientRect().top + scrollY,
      };
    })()`);

  /** Presses Tab until this has the focus. */
  async function tabTo(on: Page, name: RegExp): Promise<void> {
    const passed: string[] = [];
    for (let presses = 0; presses < 120; presses += 1) {
      await on.keyboard.press('Tab');
      const { name: found } = await focused(on);
      if (name.test(found)) return;
      passed.push(found);
    }
    throw new Error(`Tab never led to ${String(name)}, only to:\n${passed.join('\n')}`);
  }

  async function typeInto(on: Page, name: RegExp, words: string): Promise<void> {
    await tabTo(on, name);
    await on.keyboard.type(words);
  }

  async function tick(on: Page, name: RegExp): Promise<void> {
    await tabTo(on, name);
    await on.keyboard.press('Space');
  }

  /** A radio group has one stop; the arrows go on from there. */
  async function choose(on: Page, first: RegExp, name: RegExp): Promise<void> {
    await tabTo(on, first);
    await on.keyboard.press('Space');
    for (let presses = 0; presses < 20 && !name.test((await focused(on)).name); presses += 1) {
      await on.keyboard.press('ArrowDown');
    }
    expect((await focused(on)).name).toMatch(name);
  }

  async function enter(on: Page, name: RegExp): Promise<void> {
    await tabTo(on, name);
    await Promise.all([on.waitForEvent('framenavigated'), on.keyboard.press('Enter')]);
    await on.waitForLoadState();
  }

  test('the skip link is the first stop and leads past the navigation', async () => {
    await page.goto(stage.url('/sign-in'));
    await page.keyboard.press('Tab');
    expect((await focused(page)).name).toBe('Skip to main content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect((await focused(page)).name).toBe('E-mail address');
    await page.keyboard.type(officer);
    await typeInto(page, /^Password$/, password);
    await Promise.all([page.waitForURL(stage.url('/')), page.keyboard.press('Enter')]);
  });

  test('Tab goes down each page as it reads', async () => {
    for (const path of ['/', '/cases', '/information-requests/new', '/directory', '/tokens/new']) {
      await page.goto(stage.url(path));
      const stops: Focused[] = [];
      for (;;) {
        await page.keyboard.press('Tab');
        const stop = await focused(page);
        // After the last stop it begins anew.
        if (stop.kind === 'body' || stop.name === stops[0]?.name || stops.length > 120) break;
        stops.push(stop);
      }
      expect(stops.length).toBeGreaterThan(5);
      // Links of one line stand a few pixels higher or lower than each other.
      const up = stops.slice(2).filter(({ top }, index) => top < (stops[index + 1]?.top ?? 0) - 25);
      expect([path, up]).toEqual([path, []]);
    }
  });

  test('a request is asked over all pages, an error corrected from the summary', async () => {
    await page.goto(stage.url('/'));
    await enter(page, /^Start a case$/);
    await enter(page, /^Ask for information$/);
    await enter(page, /^Continue$/);
    // The summary has the focus; its link is next.
    await enterAt(page, /^Choose/);
    await tick(page, /^Essex Police$/);
    await enter(page, /^Continue$/);
    await choose(page, /^Yes, for personal/, /^Yes, for personal/);
    await typeInto(page, /^Who is the request about/, 'Jordan Example');
    await tick(page, /^Incidents of anti-social behaviour/);
    await typeInto(page, /in your words/, 'Calls since January');
    await enter(page, /^Continue$/);
    await typeInto(page, /^What is it needed for/, 'To visit safely');
    await tabTo(page, /^What is the legal basis/);
    await page.keyboard.press('ArrowDown');
    await enter(page, /^Continue$/);
    await choose(page, /^Telephone$/, /^Telephone$/);
    const [year = '', month = '', day = ''] = stage.today.split('-');
    await typeInto(page, /received\? Day/, day);
    await typeInto(page, /received\? Month/, month);
    await typeInto(page, /received\? Year/, year);
    await tabTo(page, /^Why is it urgent/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await enter(page, /^Continue$/);
    await enter(page, /^Send request$/);
    await page.getByRole('heading', { name: 'Request sent' }).waitFor();
    caseRef = /IR-\d{4}-\d{4}/.exec(await page.locator('main').innerText())?.[0] ?? 'no reference';
  });

  test('it is answered by the link, with the code', async () => {
    const spoc = await stage.newPage();
    await spoc.goto(stage.url(linkIn(await stage.mail(policeSpoc, `${caseRef} Information request`))));
    await enter(spoc, /^Send me a code$/);
    const code = codeIn(await stage.mail(policeSpoc, `${caseRef} Your one-time code`));
    await typeInto(spoc, /^Code$/, code);
    await Promise.all([spoc.waitForURL(/\/answer$/), spoc.keyboard.press('Enter')]);
    await choose(spoc, /^We share all of it/, /^We hold nothing/);
    await enter(spoc, /^Send answer$/);
    await spoc.getByRole('heading', { name: 'Answer received' }).waitFor();
  });

  test('the list is filtered, the case found in it and confirmed', async () => {
    await stage.shows(page, `/cases/${caseRef}`, /Confirm and close/);
    await page.goto(stage.url('/cases'));
    await tabTo(page, /^Filters/);
    await page.keyboard.press('Enter');
    await tabTo(page, /^Waits for/);
    await page.keyboard.type('The answers');
    await enter(page, /^Apply filters$/);
    expect(page.url()).toContain('waits=confirmation');
    await enter(page, new RegExp(`^${caseRef}$`));
    await enter(page, /^Confirm and close$/);
    await enter(page, /^Confirm and close$/);
    await stage.shows(page, `/cases/${caseRef}`, /The case is closed/);
  });

  async function enterAt(on: Page, name: RegExp): Promise<void> {
    await tabTo(on, name);
    await on.keyboard.press('Enter');
  }
});
