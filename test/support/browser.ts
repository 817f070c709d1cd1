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

/** `describe` where there is a browser; elsewhere it skips, and the name says why. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (chromiumPath === undefined) describe.skip(`${name} (${noBrowser})`, tests);
  else describe(name, tests);
}

export async function launchBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(noBrowser);
  const flags =
    '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
    '--disable-component-update --disable-sync';
  return chromium.launch({ executablePath: chromiumPath, args: flags.split(' ') });
}

/**
 * With SCREENSHOTS=1, keeps a picture of the whole page in `screenshots/`, which is not committed, to be looked at. Not by
 * default: the pictures of all pages take a minute.
 */
export async function photograph(page: Page, name: string): Promise<void> {
  if (process.env['SCREENSHOTS'] !== '1') return;
  const folder = join(projectRoot, 'screenshots');
  await mkdir(folder, { recursive: true });
  const { width } = page.viewportSize() ?? { width: 0 };
  await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
}

/**
 * Serious accessibility findings of the page as it stands, in words. The legacy mode puts the findings together in the
 * page itself; the other opens a tab for that, to look into frames of other origins (there are none), and takes thrice as
 * long.
 */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** Whether the page is wider than its window, so that one must scroll sideways to read it. */
export async function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
}

/** What stands out at the right of the window, or is cut off in its box, with all text this many times as large. */
export async function cutOff(page: Page, zoom: number): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const all = [...document.body.querySelectorAll('*')];
    const sizes = all.map((each) => parseFloat(getComputedStyle(each).fontSize));
    all.forEach((each, at) => { each.style.fontSize = sizes[at] * ${zoom} + 'px'; });
    const isHidden = (each) => each.closest('.govuk-visually-hidden, .govuk-skip-link, thead, details:not([open]) > :not(summary)');
    const found = all.filter((each) => {
      if (isHidden(each) || each.getClientRects().length === 0) return false;
      const { overflowX } = getComputedStyle(each);
      const isCut = overflowX !== 'visible' && each.scrollWidth > each.clientWidth + 1 && !/INPUT|SELECT|TEXTAREA/.test(each.tagName);
      return isCut || each.getBoundingClientRect().right > innerWidth + 1;
    }).map((each) => each.tagName + '.' + each.className + ': ' + each.textContent.trim().slice(0, 60));
    all.forEach((each) => { each.style.fontSize = ''; });
    return found;
  })()`);
}

/** What can be reached by Tab and does not look different when it has the focus. */
export async function withoutVisibleFocus(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const looks = (each) => [each, each.nextElementSibling, each.parentElement].filter(Boolean).map((one) => {
      const own = getComputedStyle(one), before = getComputedStyle(one, '::before');
      return [own.outline, own.boxShadow, own.backgroundColor, own.borderColor, before.boxShadow, before.outline].join();
    }).join('|') + (each.labels?.[0] ? getComputedStyle(each.labels[0], '::before').boxShadow : '');
    const found = [];
    for (const each of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
      if (each.getClientRects().length === 0) continue;
      document.activeElement?.blur();
      const before = looks(each);
      each.focus();
      if (document.activeElement === each && looks(each) === before) found.push(each.outerHTML.slice(0, 120));
    }
    document.activeElement?.blur();
    scrollTo(0, 0);
    return found;
  })()`);
}

/** Links of the error summary that lead to no input, or to one that cannot be seen. */
export async function deadErrorLinks(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`[...document.querySelectorAll('.govuk-error-summary a')].filter((link) => {
    const input = document.getElementById(link.getAttribute('href').slice(1));
    return !input || input.getClientRects().length === 0 || !input.matches('input:not([type=hidden]), select, textarea, [tabindex]');
  }).map((link) => link.getAttribute('href') + ' ' + link.textContent)`);
}

/** Inputs that nothing names. */
export async function unlabelled(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
    .filter((each) => ![...each.labels].some((label) => label.textContent.trim() !== ''))
    .map((each) => each.outerHTML.slice(0, 120))`);
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
