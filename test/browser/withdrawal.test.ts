/**
 * A withdrawal as people see it, on the whole stack with its real servers: the notice is put on record, everybody is told,
 * one settles its part by the link in its mail, and the notice is taken back; another one ends the access of its partner at
 * once. Each page is looked at by axe.
 */
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../support/browser';
import { fillDate, goOn } from './asking';
import { press, soundOf, text } from './looking';
import { cspManager, linkIn, officer, openLink, policeSpoc, probationSpoc, Stage } from './stage';

describeInBrowser('a withdrawal in the browser', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start();
  }, 600_000);
  afterAll(async () => stage.stop());

  const isSound = soundOf('withdrawal');

  async function notice(page: Page, partner: string, workingDaysAgo: number): Promise<string> {
    await page.getByLabel('Which partner withdraws?').selectOption({ label: partner });
    await fillDate(page, 'When was the notice received?', stage.workingDaysFromToday(-workingDaysAgo));
    await page.getByLabel('What does the notice say? (optional)').fill('It shares by another agreement');
    await goOn(page);
    if (workingDaysAgo > 20) {
      await isSound(page, 'long-ago');
      await page.getByLabel('The date is right').check();
      await goOn(page);
    }
    await page.getByRole('heading', { name: 'Check your answers' }).waitFor();
    await isSound(page, `check-${workingDaysAgo}`);
    await press(page, 'Record notice');
    await page.getByRole('heading', { name: 'Notice recorded' }).waitFor();
    return /WD-\d{4}-\d{4}/.exec(await text(page))?.[0] ?? 'no reference';
  }

  test('from the notice to its taking back', async () => {
    const manager = await stage.signedIn(cspManager);
    await manager.goto(stage.url('/start'));
    await manager.getByRole('link', { name: 'Record a notice of withdrawal' }).click();
    await isSound(manager, 'notice');
    await goOn(manager);
    expect(await manager.title()).toMatch(/^Error: /);
    await isSound(manager, 'notice-with-errors');
    const caseRef = await notice(manager, 'Essex Police', 1);
    await isSound(manager, 'sent');

    // Everybody is told, and the partner that leaves as well.
    const mail = await stage.mail(probationSpoc, `${caseRef} Essex Police withdraws from the protocol`);
    expect(mail).not.toContain('another agreement');
    await stage.mail(policeSpoc, `${caseRef} Essex Police withdraws from the protocol`);
    const probation = await stage.newPage();
    await openLink(stage, probation, linkIn(mail), probationSpoc, caseRef);
    expect(await text(probation)).toContain('Say what became of what was shared');
    await isSound(probation, 'answer');
    await probation.getByLabel('We have destroyed it').check();
    await probation.getByLabel('The destruction record, or why you keep it').fill('Two files, shredded by the records officer');
    await press(probation, 'Send answer');
    await probation.getByRole('heading', { name: 'Answer received' }).waitFor();

    await stage.mail(cspManager, `${caseRef} Settled by The Probation Service`);
    await stage.shows(manager, `/cases/${caseRef}`, /shredded by the records officer/);
    await isSound(manager, 'case');
    await manager.getByRole('link', { name: 'Record that the notice was taken back' }).click();
    await isSound(manager, 'taken-back');
    await manager.getByLabel('Why?').fill('It stays after all');
    await press(manager, 'Record that the notice was taken back');
    await stage.mail(policeSpoc, `${caseRef} Taken back: the partner stays`);
    await stage.shows(manager, `/cases/${caseRef}`, /the notice was taken back/);
    await isSound(manager, 'case-closed');
  }, 300_000);

  test('a notice whose four weeks are over ends the access of its partner at once', async () => {
    const police = await stage.signedIn(policeSpoc);
    const manager = await stage.signedIn(cspManager);
    await manager.goto(stage.url('/withdrawals/new'));
    const caseRef = await notice(manager, 'Essex Police', 40);
    await stage.mail(probationSpoc, `${caseRef} The last day is over`);
    await police.goto(stage.url('/cases'));
    await police.getByRole('heading', { name: 'Sign in' }).waitFor();
    await police.getByLabel('E-mail address').fill(policeSpoc);
    await police.getByLabel('Password', { exact: true }).fill('concordat-demo-only');
    await press(police, 'Sign in');
    expect(await text(police)).toContain('Your organisation has withdrawn from the protocol');
    await isSound(police, 'no-access');
    // Its own part goes on, by its link.
    const link = linkIn(await stage.mail(policeSpoc, `${caseRef} Essex Police withdraws from the protocol`));
    await openLink(stage, police, link, policeSpoc, caseRef);
    await police.getByLabel('We hold nothing').check();
    await press(police, 'Send answer');
    await police.getByRole('heading', { name: 'Answer received' }).waitFor();
    // Nobody asks it anything new.
    const asker = await stage.signedIn(officer);
    await asker.goto(stage.url('/information-requests/new'));
    expect(await text(asker)).not.toContain('Essex Police');
    await stage.shows(manager, `/cases/${caseRef}`, /it is a former partner/);
    await isSound(manager, 'case-of-a-former-partner');
  }, 300_000);
});
