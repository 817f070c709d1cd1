/**
 * A subject access request as people see it, on the whole stack with its real servers: the disclosure register proposes what
 * another partner gave, that partner is warned and answers by the link in its mail, the items are decided and the applicant
 * is replied to; a clock that waits for proof of identity. Each page is looked at by axe.
 */
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../support/browser';
import { fillDate, goOn } from './asking';
import { follow, press, soundOf, text } from './looking';
import { askUpToCheck, linkIn, officer, openLink, policeSpoc, probationSpoc, sendRequest, Stage } from './stage';

const governance = 'governance-lead@thurrock.example';
const person = 'Test Person Quillfeather';

describeInBrowser('a subject access request in the browser', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start();
  }, 600_000);
  afterAll(async () => stage.stop());

  const isSound = soundOf('subject-access');

  const section = (page: Page, number: number) => page.getByRole('region', { name: new RegExp(`^Item ${number}:`) });

  async function decide(page: Page, caseRef: string, item: number, choice: string, reason = ''): Promise<void> {
    await page.goto(stage.url(`/cases/${caseRef}/items/I${item}/decision`));
    await page.getByLabel(choice).check();
    await page.getByLabel('Why?').fill(reason);
    await press(page, 'Record the decision');
  }

  test('from the request to the reply', async () => {
    // What another partner gave is on the disclosure register.
    const asker = await stage.signedIn(officer);
    await askUpToCheck(stage, asker);
    const asked = await sendRequest(asker);
    await stage.mail(policeSpoc, asked);
    await stage.post(policeSpoc, `/cases/${asked}/tasks/T1/answers`, { kind: 'shared-in-full', shared: 'What the police hold' });

    const lead = await stage.signedIn(governance);
    await lead.goto(stage.url('/start'));
    await follow(lead, 'Record a subject access request');
    await isSound(lead, 'who');
    await goOn(lead);
    expect(await lead.title()).toMatch(/^Error: /);
    await isSound(lead, 'who-with-errors');
    await lead.getByLabel('Whose data is it about?').fill(person);
    await lead.getByLabel('What is asked for?', { exact: true }).fill('All that is held since January');
    await lead.getByLabel('UK GDPR, Article 15').check();
    await goOn(lead);
    await fillDate(lead, 'When was the request received?', stage.workingDaysFromToday(-2));
    await isSound(lead, 'clock');
    await goOn(lead);
    await lead.getByLabel(`Essex Police, in ${asked}`).check();
    const second = lead.getByRole('group', { name: 'Item 1' });
    await second.getByLabel('Where did it come from?').selectOption({ label: 'The Probation Service' });
    await goOn(lead);
    expect(await text(lead)).toContain('Enter what it is');
    await isSound(lead, 'items-with-errors');
    await second.getByLabel('What is it?').fill('Letter of the spring');
    const third = lead.getByRole('group', { name: 'Item 2' });
    await third.getByLabel('Where did it come from?').selectOption({ label: 'Your own organisation' });
    await third.getByLabel('What is it?').fill('Notes of a visit');
    await isSound(lead, 'items');
    await goOn(lead);
    await lead.getByRole('heading', { name: 'Check your answers' }).waitFor();
    await isSound(lead, 'check');
    await press(lead, 'Record the request');
    await lead.getByRole('heading', { name: 'Subject access request recorded' }).waitFor();
    await isSound(lead, 'sent');
    const caseRef = /SA-\d{4}-\d{4}/.exec(await text(lead))?.[0] ?? 'no reference';

    // Both originators are warned; the mail says nothing of the person or the items.
    const warning = await stage.mail(policeSpoc, `${caseRef} Subject access`);
    expect(warning).not.toMatch(/Quillfeather|Letter of the spring|What was given/);
    await stage.mail(probationSpoc, `${caseRef} Subject access`);
    await stage.shows(lead, `/cases/${caseRef}/items`, /Its mail server took the warning[^]*Its mail server took the warning/);
    await isSound(lead, 'items-of-the-case');
    expect(await section(lead, 1).innerText()).toContain('Cannot be disclosed now');
    await decide(lead, caseRef, 1, 'All of it');
    expect(await text(lead)).toContain('Its originator was warned and has not answered');
    await isSound(lead, 'refused');
    await decide(lead, caseRef, 2, 'Nothing: it is withheld', 'It would reveal an informant');
    await stage.shows(lead, `/cases/${caseRef}/items`, /Withheld/);
    await decide(lead, caseRef, 3, 'All of it');

    // The police answer by the link in their mail, and see their item only.
    const police = await stage.newPage();
    await openLink(stage, police, linkIn(warning), policeSpoc, caseRef);
    expect(await text(police)).toContain(`What was given in ${asked}`);
    expect(await text(police)).not.toContain('Letter of the spring');
    await police.getByLabel('We make representations').check();
    await isSound(police, 'answer');
    await press(police, 'Send answer');
    expect(await text(police)).toContain('Choose what you say of item 1');
    await police.getByRole('group', { name: 'Item 1' }).getByLabel('An exemption is claimed').check();
    await police.getByLabel('What do you say of item 1?').fill('Schedule 2, paragraph 2: it would prejudice an inquiry');
    await press(police, 'Send answer');
    await police.getByRole('heading', { name: 'Answer received' }).waitFor();
    await stage.shows(lead, `/cases/${caseRef}/items`, /An exemption is claimed[^]*prejudice an inquiry/);
    await isSound(lead, 'with-representations');

    // Another item turns up, which its originator deals with itself.
    await follow(lead, 'Add an item');
    await lead.getByLabel('Where did it come from?').selectOption({ label: 'The Probation Service' });
    await lead.getByLabel('What is it?').fill('A second letter');
    await isSound(lead, 'add-item');
    await press(lead, 'Add to the request');
    await lead.getByRole('heading', { name: `Items of ${caseRef}` }).waitFor();
    await section(lead, 4).getByRole('link', { name: 'Ask it to deal with its items itself' }).click();
    await lead.getByLabel('Why?').fill('It knows the file');
    await press(lead, 'Refer the items');
    await stage.mail(probationSpoc, `${caseRef} Subject access: items are referred to you`);
    await section(lead, 4).getByRole('link', { name: 'It came from somebody else' }).click();
    await lead.getByLabel('Where did it come from?').selectOption({ label: 'Your own organisation' });
    await lead.getByLabel('How do you know?').fill('It was written here');
    await isSound(lead, 'originator');
    await press(lead, 'Change where it came from');
    await stage.mail(probationSpoc, `${caseRef} You are not consulted any more`);

    // Whoever says that it is its own after all does not disclose it alone.
    await decide(lead, caseRef, 4, 'All of it');
    expect(await text(lead)).toContain('a second person has to decide');
    await isSound(lead, 'second-person');
    await decide(lead, caseRef, 4, 'Nothing: it is withheld', 'Exempt in any case');
    await decide(lead, caseRef, 1, 'A part of it', 'Names of others are left out');
    await stage.mail(policeSpoc, `${caseRef} It is decided what is disclosed`);
    await stage.shows(lead, `/cases/${caseRef}/items`, /Reply to the applicant/);
    await follow(lead, 'Letter: the reply');
    expect(await text(lead)).toContain('Notes of a visit');
    expect(await text(lead)).not.toContain('Letter of the spring');
    await isSound(lead, 'letter');
    await lead.goto(stage.url(`/cases/${caseRef}/applicant-reply`));
    await isSound(lead, 'reply');
    await lead.getByLabel('What is disclosed, as it was decided').check();
    await fillDate(lead, 'When did the reply go out?', stage.today);
    await lead.getByLabel('What does it say?').fill('The letter of today');
    await press(lead, 'Record it and close the request');
    await stage.shows(lead, `/cases/${caseRef}/items`, /The request is closed: the applicant has the reply/);
    await isSound(lead, 'closed');
    await stage.mail(policeSpoc, `${caseRef} The applicant has the reply`);
    await stage.shows(lead, `/cases/${caseRef}`, /the applicant has the reply/);
    await isSound(lead, 'case-closed');
  }, 300_000);

  test('a clock that waits for proof, and one that is stopped', async () => {
    const { reference } = await stage.post(governance, '/subject-access-requests', {
      applicant: person,
      asked: 'All that is held',
      regime: 'uk-gdpr',
      receivedOn: stage.workingDaysFromToday(-3),
      identity: 'awaited',
      items: [{ originator: 'essex-police', description: 'A report' }],
    });
    const caseRef = String(reference);
    const lead = await stage.signedIn(governance);
    await stage.shows(lead, `/cases/${caseRef}/items`, /The statutory clock stands still[^]*Proof of who the applicant is/);
    await isSound(lead, 'clock-stands');
    await follow(lead, 'Start the clock again');
    await isSound(lead, 'start');
    await fillDate(lead, 'When did it come?', stage.workingDaysFromToday(-1));
    await press(lead, 'Start the clock');
    await stage.shows(lead, `/cases/${caseRef}/items`, /The reply to the applicant is due/);
    await follow(lead, 'Stop the clock');
    await isSound(lead, 'stop');
    await fillDate(lead, 'When was the applicant asked?', stage.today);
    await press(lead, 'Stop the clock');
    await stage.shows(lead, `/cases/${caseRef}/items`, /The statutory clock stands still[^]*clarification/);
    await lead.goto(stage.url(`/cases/${caseRef}`));
    await isSound(lead, 'case');
  }, 300_000);
});
