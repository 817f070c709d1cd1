/**
 * An FOI request as people see it, on the whole stack with its real servers: the form, the advice of a partner by the link in its
 * mail, a decision with an exemption and the public interest, the letter, the reply; and a fee that is awaited. Each page is
 * looked at by axe.
 */
import { describeInBrowser } from '../support/browser';
import { fillDate, goOn } from './asking';
import { follow, press, soundOf, text } from './looking';
import { linkIn, openLink, policeSpoc, Stage } from './stage';

const governance = 'governance-lead@thurrock.example';
const person = 'Test Person Quillfeather';

describeInBrowser('an FOI request in the browser', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start();
  }, 600_000);
  afterAll(async () => stage.stop());

  const isSound = soundOf('information-access');

  test('from the request to the reply', async () => {
    const lead = await stage.signedIn(governance);
    await lead.goto(stage.url('/start'));
    await follow(lead, 'Record an FOI or EIR request');
    await lead.getByLabel('Freedom of Information Act 2000').check();
    await goOn(lead);
    expect(await lead.title()).toMatch(/^Error: /);
    await isSound(lead, 'what-with-errors');
    await lead.getByLabel('What is asked for?', { exact: true }).fill('Figures of calls since January');
    await lead.getByLabel('Who asks?').fill(person);
    await goOn(lead);
    await fillDate(lead, 'Date received', stage.workingDaysFromToday(-2));
    await isSound(lead, 'clock');
    await goOn(lead);
    const first = lead.getByRole('group', { name: 'Item 1' });
    await first.getByLabel('Where did it come from?').selectOption({ label: 'Essex Police' });
    await first.getByLabel('What is it?').fill('Table of the spring');
    await isSound(lead, 'items');
    await goOn(lead);
    await lead.getByRole('heading', { name: 'Check your answers' }).waitFor();
    await isSound(lead, 'check');
    await press(lead, 'Record the request');
    await lead.getByRole('heading', { name: 'FOI or EIR request recorded' }).waitFor();
    await isSound(lead, 'sent');
    const caseRef = /IA-\d{4}-\d{4}/.exec(await text(lead))?.[0] ?? 'no reference';

    // The police give their advice by the link in their mail: it says nothing of the person, nor does the page.
    const asked = await stage.mail(policeSpoc, `${caseRef} FOI or EIR: say by`);
    expect(asked).not.toMatch(/Quillfeather|Table of the spring/);
    await stage.shows(lead, `/cases/${caseRef}/items`, /Its mail server took the mail/);
    await isSound(lead, 'items-of-the-case');
    const police = await stage.newPage();
    await openLink(stage, police, linkIn(asked), policeSpoc, caseRef);
    expect(await text(police)).toContain('Table of the spring');
    expect(await text(police)).not.toContain('Quillfeather');
    await police.getByLabel('We make representations').check();
    await police.getByRole('group', { name: 'Item 1' }).getByLabel('An exemption is claimed').check();
    await police.getByLabel('What do you say of item 1?').fill('Section 31: it would show where patrols are');
    await isSound(police, 'advice');
    await press(police, 'Send answer');
    await police.getByRole('heading', { name: 'Answer received' }).waitFor();
    await stage.shows(lead, `/cases/${caseRef}/items`, /An exemption is claimed/);

    // Whoever decides sees the advice above the decision, and has to name the exemption and weigh the public interest.
    await lead.goto(stage.url(`/cases/${caseRef}/items/I1/decision`));
    expect(await text(lead)).toContain('it would show where patrols are');
    await lead.getByLabel('A part of it').check();
    await lead.getByLabel('Section 31: Law enforcement').check();
    await lead.getByLabel('Why?').fill('Places are left out');
    await press(lead, 'Record the decision');
    expect(await text(lead)).toContain('Enter how the public interest was weighed');
    await isSound(lead, 'decision-with-errors');
    await lead.getByLabel('How was the public interest weighed?').fill('Safety outweighs');
    await press(lead, 'Record the decision');
    await stage.mail(policeSpoc, `${caseRef} It is decided what is disclosed`);
    await stage.shows(lead, `/cases/${caseRef}/items`, /Reply to the applicant/);
    await isSound(lead, 'decided');
    await follow(lead, 'Letter: the reply');
    expect(await text(lead)).toContain('section 31 (Law enforcement)');
    await isSound(lead, 'letter');
    await lead.goto(stage.url(`/cases/${caseRef}/tasks/T1/extension`));
    await isSound(lead, 'extension');
    await lead.goto(stage.url(`/cases/${caseRef}/applicant-reply`));
    await isSound(lead, 'reply');
    await lead.getByLabel('What was decided on each item').check();
    await fillDate(lead, 'When did the reply go out?', stage.today);
    await lead.getByLabel('What does it say?').fill('The letter of today');
    await press(lead, 'Record it and close the request');
    await stage.shows(lead, `/cases/${caseRef}/items`, /The request is closed: what was asked for was disclosed in part/);
    await stage.mail(policeSpoc, `${caseRef} The applicant has the reply`);
  }, 300_000);

  test('a fee that is awaited', async () => {
    const { reference } = await stage.post(governance, '/information-access-requests', {
      asked: 'All reports on the river',
      regime: 'eir',
      receivedOn: stage.workingDaysFromToday(-3),
      items: [{ originator: null, description: 'A report' }],
    });
    const caseRef = String(reference);
    const lead = await stage.signedIn(governance);
    await lead.goto(stage.url(`/cases/${caseRef}/clock-stop`));
    await press(lead, 'Stop the clock');
    await isSound(lead, 'stop-with-errors');
    await lead.getByLabel('To pay a fee').check();
    await fillDate(lead, 'When was the applicant asked?', stage.workingDaysFromToday(-1));
    await press(lead, 'Stop the clock');
    await stage.shows(lead, `/cases/${caseRef}/items`, /The statutory clock stands still[^]*It can be paid until the end of/);
    await isSound(lead, 'fee-awaited');
    await follow(lead, 'Start the clock again');
    expect(await text(lead)).toContain('The days from the notice until it came are left out');
  }, 300_000);
});
