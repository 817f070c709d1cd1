/** `npm run pictures`: takes the pictures of the README anew, from a stack of its own with the cases of the seed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { londonDateOf } from '../../calendar';
import { systemClock } from '../../config/clock';
import { loadDemoAccounts } from '../../config/demo-accounts';
import { loadProtocol } from '../../config/protocol';
import { projectRoot } from '../../config/root';
import { run } from '../../embedded/run';
import { startStack, type Stack } from '../../embedded/stack';
import { launchBrowser } from '../support/browser';
import { asking, goOn } from './asking';

const config = (...path: string[]): string => join(projectRoot, 'config', ...path);
const { password } = loadDemoAccounts(config('demo-accounts.yaml'), loadProtocol(config('protocols', 'thurrock.yaml')));

async function main(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'concordat-pictures-'));
  const stack = await startStack({ home, ports: 'free' });
  const browser = await launchBrowser();
  try {
    const seeded = await seed(stack);
    const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
    await signIn(page, stack);
    await form(page, stack);
    await overdueCase(page, stack, caseOf(seeded, 'Overdue'));
    await caseOfSeveral(page, stack, caseOf(seeded, 'Three asked, one has answered'));
    await register(page, stack);
    await mail(page, stack, caseOf(seeded, 'Due tomorrow'));
    await temporalUi(page, stack, caseOf(seeded, 'Due tomorrow'));
  } finally {
    await browser.close();
    await stack.stop();
    await rm(home, { recursive: true, force: true });
  }
}

/** Returns what the seed printed: a line for each case. */
async function seed({ env }: Stack): Promise<string> {
  const command = ['--import', 'tsx', join(projectRoot, 'commands', 'seed.ts')];
  return run(process.execPath, command, {
    timeoutMs: 60_000,
    env: { ...process.env, ...env, CONCORDAT_URL: env['PUBLIC_URL'] },
    cwd: projectRoot,
  });
}

/** The reference of the case that shows this. */
function caseOf(seeded: string, what: string): string {
  const found = new RegExp(`^(\\S+) +${what}  `, 'm').exec(seeded)?.[1];
  if (found === undefined) throw new Error(`The seed has no case "${what}":\n${seeded}`);
  return found;
}

const web = ({ env }: Stack, path: string): string => `${env['PUBLIC_URL'] ?? ''}${path}`;

async function signIn(page: Page, stack: Stack): Promise<void> {
  await page.goto(web(stack, '/sign-in'));
  await page.getByLabel('E-mail address').fill('officer@thurrock.example');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** The page on which the answers are checked, of a request to two partners and a team. */
async function form(page: Page, stack: Stack): Promise<void> {
  await page.goto(web(stack, '/information-requests/new'));
  await asking.whom(page, ['Thurrock Council, Housing', 'Essex Police', 'The Probation Service']);
  await goOn(page);
  await asking.what(page, 'Jordan Example');
  await goOn(page);
  await asking.why(page);
  await goOn(page);
  await asking.how(page, londonDateOf(systemClock.now()));
  await goOn(page);
  await takeDownTo(page.locator('.concordat-footer'), 'form');
}

async function overdueCase(page: Page, stack: Stack, caseRef: string): Promise<void> {
  await page.goto(web(stack, `/cases/${caseRef}`));
  await page.getByText('What is sent if no answer comes').click();
  await takeDownTo(page.getByRole('heading', { name: 'What was asked' }), 'case');
}

async function caseOfSeveral(page: Page, stack: Stack, caseRef: string): Promise<void> {
  await page.goto(web(stack, `/cases/${caseRef}`));
  await takeDownTo(page.getByRole('heading', { name: 'What was asked' }), 'case-of-several');
}

async function register(page: Page, stack: Stack): Promise<void> {
  await page.goto(web(stack, '/disclosures'));
  await takeDownTo(page.locator('.concordat-footer'), 'register');
}

async function mail(page: Page, stack: Stack, caseRef: string): Promise<void> {
  await page.goto(stack.part('mail').page ?? '');
  // Only the newest of its many mails are on the page before it is searched.
  await page.getByPlaceholder(/search/i).first().fill(`${caseRef} Information request`);
  await page.getByText(`${caseRef} Information request`).first().click();
  await page.locator('iframe').last().contentFrame().getByRole('link').first().waitFor();
  await take(page, 'mail', 740);
}

async function temporalUi(page: Page, stack: Stack, caseRef: string): Promise<void> {
  await page.goto(`${stack.part('temporal').page ?? ''}/namespaces/concordat/workflows/${caseRef}`);
  // It goes on to the page of the run by itself; the words are on a tab of it, in frames of their own.
  await page.waitForURL(/\/workflows\/IR-[^/]+\/[^/]+\/\w+/);
  await page.goto(page.url().replace(/\/[a-z-]+$/, '/user-metadata'));
  for (let attempt = 0; attempt < 50; attempt += 1) {
    // A frame may be replaced while it is asked.
    const ask = (frame: Frame): Promise<number> => frame.getByText('Wakes next').count().catch(() => 0);
    const counts = await Promise.all(page.frames().map(ask));
    if (counts.some((count) => count > 0)) {
      await take(page, 'temporal-ui', 950);
      return;
    }
    await page.waitForTimeout(200);
  }
  throw new Error('The Temporal UI never showed what the case waits for.');
}

/** The page from its top down to an element, which is not on it. */
async function takeDownTo(element: Locator, name: string): Promise<void> {
  const page = element.page();
  const top = (await element.boundingBox())?.y ?? 0;
  await take(page, name, Math.floor(top + (await page.evaluate<number>('scrollY'))) - 10);
}

async function take(page: Page, name: string, height: number): Promise<void> {
  const path = join(projectRoot, 'docs', 'pictures', `${name}.png`);
  await page.setViewportSize({ width: 1100, height });
  await page.evaluate('document.activeElement?.blur(); scrollTo(0, 0)');
  await page.mouse.move(0, 0);
  await page.screenshot({ path });
  process.stdout.write(`${path}\n`);
}

void main();
