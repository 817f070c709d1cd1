import { accessSync, constants } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { chromium, type Browser, type Page } from 'playwright-core';
import { projectRoot } from '../../config/root';

/** CHROMIUM_PATH, or one of the usual names on the PATH; undefined on a machine without one. */
export const chromiumPath = process.env['CHROMIUM_PATH'] ?? onPath('chromium', 'chromium-browser', 'google-chrome');

/** For the name of tests that are skipped where there is no browser. */
export const noBrowser = 'no Chromium on this machine: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH';

export async function launchBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(noBrowser);
  const flags =
    '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
    '--disable-component-update --disable-sync';
  return chromium.launch({ executablePath: chromiumPath, args: flags.split(' ') });
}

/** Keeps a picture of the whole page in `screenshots/`, which is not committed, to be looked at. */
export async function photograph(page: Page, name: string): Promise<void> {
  const folder = join(projectRoot, 'screenshots');
  await mkdir(folder, { recursive: true });
  const { width } = page.viewportSize() ?? { width: 0 };
  await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
}

/** Serious accessibility findings of the page as it stands, in words. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** Whether the page is wider than its window, so that one must scroll sideways to read it. */
export async function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
}

function onPath(...names: string[]): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
