/** What a browser test does on every page: read it, press and follow what is in it, and hold it against axe at both widths. */
import type { Page } from 'playwright-core';
import { photograph, scrollsSideways, seriousFindings } from '../support/browser';

export const text = (page: Page): Promise<string> => page.locator('main').innerText();
export const press = (page: Page, name: string): Promise<void> =>
  page.locator('main').getByRole('button', { name, exact: true }).click();
/** The first link of this name. */
export const follow = (page: Page, name: string | RegExp): Promise<void> =>
  page.locator('main').getByRole('link', { name }).first().click();

/** Holds the pages of a process against axe and a narrow window, and photographs them: see `photograph`. */
export const soundOf =
  (process: string) =>
  async (page: Page, name: string): Promise<void> => {
    expect([name, await seriousFindings(page)]).toEqual([name, []]);
    await page.setViewportSize({ width: 320, height: 800 });
    expect([name, await scrollsSideways(page)]).toEqual([name, false]);
    await photograph(page, `${process}-${name}`);
    await page.setViewportSize({ width: 1280, height: 800 });
    await photograph(page, `${process}-${name}`);
  };
