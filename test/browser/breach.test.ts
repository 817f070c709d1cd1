/**
 * A personal data breach as people see it, on the whole stack with its real servers: reported, acknowledged by the link of
 * the mail, told to the ICO, decided on, closed. Each page is looked at by axe, and at 320 pixels.
 */
import type { Page } from 'playwright-core';
import { londonDateOf, londonTimeOf } from '../../calendar';
import { systemClock, type IsoInstant } from '../../config/clock';
import { describeInBrowser } from '../support/browser';
import { fillDate, goOn } from './asking';
import { press, soundOf, text } from './looking';
import { cspManager, linkIn, officer, openLink, Stage } from './stage';

describeInBrowser('a personal data breach in the browser', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start();
  }, 600_000);
  afterAll(async () => stage.stop());

  const ago = (hours: number): IsoInstant => new Date(Date.parse(systemClock.now()) - hours * 3_600_000).toISOString() as IsoInstant;

  const isSound = soundOf('breach');

  async function fillMoment(page: Page, legend: string, at: IsoInstant): Promise<void> {
    await fillDate(page, legend, londonDateOf(at));
    await page.getByLabel(`At what time? ${legend}`).fill(londonTimeOf(at));
  }

  test('from the report to its closing', async () => {
    const reporter = await stage.signedIn(officer);
    await reporter.goto(stage.url('/start'));
    await reporter.getByRole('link', { name: 'Report a personal data breach' }).click();
    await isSound(reporter, 'what');
    await goOn(reporter);
    expect(await reporter.title()).toMatch(/^Error: /);
    await isSound(reporter, 'what-with-errors');
    await fillMoment(reporter, 'When was the breach detected?', ago(26));
    await reporter.getByLabel('What happened?').fill('A folder was left on a train');
    await reporter.getByLabel('Where did it happen?').fill('The 8:05 to Grays');
    await goOn(reporter);
    await isSound(reporter, 'whom');
    await reporter.getByLabel('Whose data was it?').selectOption('essex-police');
    const controllers = reporter.getByRole('group', { name: 'Who is the controller of the breached copy?' });
    for (const name of ['Essex Police', 'Thurrock Council']) await controllers.getByLabel(name, { exact: true }).check();
    await reporter.getByRole('group', { name: 'Which other partners are involved?' }).getByLabel('EPUT NHS').check();
    await goOn(reporter);
    // Several controllers: one time of all, or one of each.
    const own = reporter.getByLabel('At what time? When did Essex Police become aware of it?');
    const all = reporter.getByLabel('At what time? When did all of them become aware of it?');
    expect([await all.isVisible(), await own.isVisible()]).toEqual([true, false]);
    await isSound(reporter, 'awareness');
    await reporter.getByLabel('No, each at a time of its own').check();
    expect([await all.isVisible(), await own.isVisible()]).toEqual([false, true]);
    await goOn(reporter);
    expect(await text(reporter)).toContain('Enter the day on which Thurrock Council became aware');
    await isSound(reporter, 'awareness-with-errors');
    // The browser’s own way back shows each page as it was left, and posts nothing.
    await reporter.goBack();
    await reporter.getByRole('heading', { name: 'When did the controllers become aware?' }).waitFor();
    await reporter.goBack();
    await reporter.getByRole('heading', { name: 'Whom does it concern?' }).waitFor();
    expect(await controllers.getByLabel('Thurrock Council', { exact: true }).isChecked()).toBe(true);
    await controllers.getByLabel('Thurrock Council', { exact: true }).uncheck();
    await goOn(reporter);
    await fillMoment(reporter, 'When did Essex Police become aware of it?', ago(25));
    await isSound(reporter, 'awareness-of-one');
    await goOn(reporter);
    await isSound(reporter, 'data');
    await reporter.getByRole('group', { name: 'Which data are concerned?' }).getByRole('checkbox').first().check();
    await reporter.getByLabel('Law enforcement').check();
    await reporter.getByLabel('What is the likely effect on them?').fill('Somebody may learn where a witness lives');
    await goOn(reporter);
    await reporter.getByRole('heading', { name: 'Check your answers' }).waitFor();
    expect(await text(reporter)).toContain('The 24 hours have passed already');
    await isSound(reporter, 'check');
    await press(reporter, 'Report the breach');
    await reporter.getByRole('heading', { name: /Breach room/ }).waitFor();
    const caseRef = /PB-\d{4}-\d{4}/.exec(await text(reporter))?.[0] ?? 'no reference';
    await stage.shows(reporter, `/cases/${caseRef}/breach-room`, /Its mail server took the notice/);
    // One partner is told late, and one cannot be told by mail at all.
    for (const said of ['After the 24 hours', 'It has no usable address', 'Tell EPUT NHS']) expect(await text(reporter)).toContain(said);
    await isSound(reporter, 'room-overdue');
    await stage.mail(cspManager, `${caseRef} Not delivered: EPUT NHS cannot be reached by mail`);
    await stage.mail(cspManager, `${caseRef} Escalated: Essex Police has not acknowledged the breach`);

    // The breach address, at any hour, with a link that needs no account.
    const police = await stage.newPage();
    const mail = await stage.mail('breach@essex-police.example', `${caseRef} Personal data breach: acknowledge now`);
    expect(mail).not.toContain('folder');
    await openLink(stage, police, linkIn(mail), 'breach@essex-police.example', caseRef);
    expect(await text(police)).toContain('A folder was left on a train');
    await isSound(police, 'acknowledge');
    await press(police, 'Send answer');
    await police.getByRole('heading', { name: 'Answer received' }).waitFor();
    await stage.mail(officer, `${caseRef} Essex Police has acknowledged the breach`);

    // The CSP manager telephones, and records it; then that it acknowledged, and leaves its view.
    const manager = await stage.signedIn(cspManager);
    await manager.goto(stage.url(`/cases/${caseRef}/breach-room`));
    await isSound(manager, 'room-of-the-manager');
    await manager.getByRole('link', { name: 'Put a call on record with EPUT NHS' }).click();
    await press(manager, 'Put on record');
    await isSound(manager, 'call-with-errors');
    await fillMoment(manager, 'When were they told?', ago(0.05));
    await manager.getByLabel('By telephone').check();
    await manager.getByLabel('Who told whom?').fill('The CSP manager told the duty manager');
    await press(manager, 'Put on record');
    await manager.getByText('The call is on record').waitFor();

    // The governance lead has the tasks of a breach from the start.
    const lead = await stage.signedIn('governance-lead@essex-police.example');
    await lead.goto(stage.url(`/cases/${caseRef}/breach-room`));
    await lead.getByRole('link', { name: 'Record the decision of Essex Police' }).click();
    await lead.getByLabel('We have told the ICO').check();
    await press(lead, 'Send answer');
    await isSound(lead, 'ico-with-errors');
    await fillMoment(lead, 'When was the ICO told?', ago(0.05));
    await lead.getByLabel('Further information is told later, in phases').check();
    await press(lead, 'Send answer');
    await lead.getByRole('heading', { name: 'Answer received' }).waitFor();
    await lead.goto(stage.url(`/cases/${caseRef}/breach-room`));
    await lead.getByRole('link', { name: 'Draft of the notification to the ICO by Essex Police' }).click();
    expect(await text(lead)).toContain('section 67(4)(a)');
    await isSound(lead, 'draft');
    await lead.goto(stage.url(`/cases/${caseRef}/breach-room`));
    await lead.getByRole('link', { name: 'Decide (Essex Police)' }).click();
    await lead.getByLabel('The people concerned are not to be told').check();
    await lead.getByLabel('Reasons').fill('The folder was found, closed');
    await press(lead, 'Send answer');
    await lead.getByRole('heading', { name: 'Answer received' }).waitFor();

    await stage.post(officer, `/cases/${caseRef}/tasks/T2/recorded-answers`, {
      kind: 'acknowledged',
      givenByName: 'The duty manager',
      givenHow: 'telephone',
      givenOn: londonDateOf(ago(0.02)),
      givenTime: londonTimeOf(ago(0.02)),
    });
    // All is decided, and the ICO was told that more follows: the breach cannot be closed yet.
    await stage.shows(reporter, `/cases/${caseRef}/breach-room`, /Essex Police: to tell the ICO what is to follow/);
    await isSound(reporter, 'room-with-more-to-follow');
    expect(await reporter.getByRole('link', { name: 'Close the breach', exact: true }).count()).toBe(0);
    const informed = { on: londonDateOf(ago(0.02)), time: londonTimeOf(ago(0.02)) };
    await stage.post('governance-lead@essex-police.example', `/cases/${caseRef}/tasks/T3/ico-information`, { informed, isLast: true, text: 'The folder was found, closed' });
    await stage.mail(officer, `${caseRef} The breach can be closed`);
    await reporter.goto(stage.url(`/cases/${caseRef}`));
    await isSound(reporter, 'case');
    await reporter.goto(stage.url(`/cases/${caseRef}/breach-room`));
    await isSound(reporter, 'room-to-close');
    for (const [link, name] of [['Add a partner or a controller', 'add'], ['Correct the time of detection or awareness', 'times'], ['Close the breach', 'closing']] as const) {
      await reporter.goto(stage.url(`/cases/${caseRef}/breach-room`));
      if (!(await reporter.getByRole('link', { name: link, exact: true }).isVisible())) continue;
      await reporter.getByRole('link', { name: link, exact: true }).click();
      await isSound(reporter, name);
    }
    await reporter.getByLabel('It was dealt with').check();
    await reporter.getByLabel('Why?').fill('All is done');
    await press(reporter, 'Close the breach');
    await reporter.getByText('You closed the breach').waitFor();
    await stage.mail('breach@essex-police.example', `${caseRef} The breach is closed`);
    await reporter.goto(stage.url(`/cases/${caseRef}/reopening`));
    await isSound(reporter, 'reopening');
    for (const box of await reporter.getByRole('checkbox', { checked: true }).all()) await box.uncheck();
    await press(reporter, 'Reopen the case');
    await isSound(reporter, 'reopening-with-errors');
  }, 300_000);
});
