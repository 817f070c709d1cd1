import type { Page } from 'playwright-core';
import type { IsoDate } from '../../config/clock';

/** Fills in the pages of the form that asks, each without going on from it. */
export const asking = {
  whom: async (page: Page, names: readonly string[] = ['Essex Police']): Promise<void> => {
    for (const name of names) await page.getByLabel(name, { exact: true }).check();
  },
  what: async (page: Page, person = 'Test Person Quillfeather'): Promise<void> => {
    await page.getByLabel('Yes, for personal information').check();
    await page.getByLabel('Who is the request about?').fill(person);
    for (const group of await page.getByRole('group', { name: /^What do you ask .+ for\?$/ }).all()) {
      await group.getByRole('checkbox').first().check();
    }
    for (const why of await page.getByLabel(/^Why do you ask/).all()) await why.fill('It works with the family');
    await page.getByLabel('What do you ask for, in your words?').fill('Incidents at the address since January');
  },
  why: async (page: Page): Promise<void> => {
    await page.getByLabel('What is it needed for?').fill('To plan a visit safely');
    await page.getByLabel('What is the legal basis?').selectOption({ index: 1 });
  },
  how: async (page: Page, receivedOn: IsoDate): Promise<void> => {
    await page.getByLabel('Telephone').first().check();
    await fillDate(page, 'When was the request received?', receivedOn);
    await page.getByRole('group', { name: 'How is the answer to be given?' }).getByRole('radio').first().check();
  },
};

export async function fillDate(page: Page, legend: string | RegExp, on: IsoDate): Promise<void> {
  const [year = '', month = '', day = ''] = on.split('-');
  const group = page.getByRole('group', { name: legend });
  await group.getByLabel('Day').fill(day);
  await group.getByLabel('Month').fill(month);
  await group.getByLabel('Year').fill(year);
}

export const goOn = (page: Page): Promise<void> => page.getByRole('button', { name: 'Continue' }).click();
