/** What the browser tests play on: the whole stack with its real servers, a browser, and the people in front of it. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { londonDateOf, workingDaysAfter } from '../../calendar';
import { systemClock, type IsoDate } from '../../config/clock';
import { password, startWeb, type Web } from '../api/support';
import { launchBrowser } from '../support/browser';
import { asking, goOn } from './asking';

export const officer = 'officer@thurrock.example';
export const policeSpoc = 'spoc@essex-police.example';
export const probationSpoc = 'spoc@probation.example';
export const housingSpoc = 'spoc.housing@thurrock.example';
export const cspManager = 'csp-manager@thurrock.example';
export const auditor = 'auditor@thurrock.example';

export interface Window {
  readonly width?: number;
  readonly javaScript?: boolean;
}

export class Stage {
  private constructor(
    readonly web: Web,
    readonly browser: Browser,
  ) {}

  static async start(): Promise<Stage> {
    const web = await startWeb(systemClock, { parts: ['temporal', 'mongo', 'mail', 'worker', 'web'] });
    return new Stage(web, await launchBrowser());
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.web.close();
  }

  url(path: string): string {
    return new URL(path, this.web.stack.part('web').url).href;
  }

  get today(): IsoDate {
    return londonDateOf(systemClock.now());
  }

  workingDaysFromToday(workingDays: number): IsoDate {
    return workingDaysAfter(this.today, workingDays, 'england-and-wales', this.web.deps.holidays.current());
  }

  /** A browser window of somebody who has not signed in. */
  async newPage({ width = 1280, javaScript = true }: Window = {}): Promise<Page> {
    const context: BrowserContext = await this.browser.newContext({
      viewport: { width, height: 800 },
      javaScriptEnabled: javaScript,
    });
    return context.newPage();
  }

  async signedIn(username: string, window?: Window): Promise<Page> {
    const page = await this.newPage(window);
    await page.goto(this.url('/sign-in'));
    await page.getByLabel('E-mail address').fill(username);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    return page;
  }

  /** The text of the newest mail to an address with this in its subject, as soon as it is there. */
  async mail(to: string, subject: string, count = 1): Promise<string> {
    return this.until(`${count} mails to ${to} with "${subject}"`, async () => {
      const found = (await this.web.mails()).filter((mail) => mail.to === to && mail.subject.includes(subject));
      return found.length >= count ? found[0]?.text : undefined;
    });
  }

  /** Posts to the API as this person. @throws Error for what is not taken */
  async post(username: string, path: string, body: object = {}): Promise<Record<string, unknown>> {
    const token = await this.web.token(username);
    const response = await fetch(this.url(`/api/v1${path}`), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path} by ${username}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  }

  /** Opens a page again and again until it shows this. */
  async shows(page: Page, path: string, expected: RegExp): Promise<void> {
    await this.until(`${path} with ${String(expected)}`, async () => {
      await page.goto(this.url(path));
      return expected.test(await page.locator('main').innerText()) ? true : undefined;
    });
  }

  /** What is asked for again and again, until it is there. */
  async until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
    const deadline = Date.parse(systemClock.now()) + 30_000;
    for (;;) {
      const found = await ask();
      if (found !== undefined) return found;
      if (Date.parse(systemClock.now()) > deadline) throw new Error(`There never was: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** The path of the link in a mail. */
export const linkIn = (mail: string): string => /\/t\/[\w-]+/.exec(mail)?.[0] ?? 'no link in the mail';
export const codeIn = (mail: string): string => /\b\d{6}\b/.exec(mail)?.[0] ?? 'no code in the mail';

/** Opens the link of a mail and enters the code that it sends to the mailbox. */
export async function openLink(stage: Stage, page: Page, link: string, mailbox: string, caseRef: string): Promise<void> {
  const codes = (await stage.web.mails()).filter(({ subject }) => subject.includes(`${caseRef} Your one-time code`));
  await page.goto(stage.url(link));
  await page.getByRole('button', { name: 'Send me a code' }).click();
  const mail = await stage.mail(mailbox, `${caseRef} Your one-time code`, codes.filter(({ to }) => to === mailbox).length + 1);
  await page.getByLabel('Code').fill(codeIn(mail));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(/\/(answer|action|decision)$/);
}

/** Asks over all pages of the form, up to the one on which the answers are checked. */
export async function askUpToCheck(
  stage: Stage,
  page: Page,
  { asked, receivedOn = stage.today }: { asked?: readonly string[]; receivedOn?: IsoDate } = {},
): Promise<void> {
  await page.goto(stage.url('/information-requests/new'));
  await asking.whom(page, asked);
  await goOn(page);
  await asking.what(page);
  await goOn(page);
  await asking.why(page);
  await goOn(page);
  await asking.how(page, receivedOn);
  await goOn(page);
  await page.getByRole('heading', { name: 'Check your answers' }).waitFor();
}

/** Sends what is checked; returns the reference of the case. */
export async function sendRequest(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Send request' }).click();
  await page.getByRole('heading', { name: 'Request sent' }).waitFor();
  return /IR-\d{4}-\d{4}/.exec(await page.locator('main').innerText())?.[0] ?? 'no reference';
}
