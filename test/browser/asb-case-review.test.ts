/**
 * An ASB case review as people see it, on the whole stack with its real servers: opened, answered by the mail's link,
 * collated for the panel, decided, told. Each page is looked at by axe.
 */
import { describeInBrowser } from '../support/browser';
import { fillDate, goOn } from './asking';
import { follow, press, soundOf, text } from './looking';
import { linkIn, openLink, policeSpoc, probationSpoc, Stage } from './stage';

const reviewSpoc = 'asb-review@thurrock.example';
const looker = 'officer@thurrock.example';

describeInBrowser('an ASB case review in the browser', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start();
  }, 600_000);
  afterAll(async () => stage.stop());

  const isSound = soundOf('asb-case-review');

  test('from the application to the outcome', async () => {
    const asker = await stage.signedIn(reviewSpoc);
    await asker.goto(stage.url('/start'));
    await follow(asker, 'Open an ASB case review');
    await goOn(asker);
    await isSound(asker, 'application-with-errors');
    await fillDate(asker, 'When was the review applied for?', stage.today);
    await asker.getByLabel('Who applied?').fill('Test Applicant Quillfeather');
    await asker.getByLabel('Whom are the partners to look for?').fill('Test Person Quillfeather, 1 Example Close');
    await asker.getByLabel('What has happened?').fill('Loud nights since January');
    await goOn(asker);
    await isSound(asker, 'complaints');
    const first = asker.getByRole('group', { name: 'Complaint 1' });
    const [year = '', month = '', day = ''] = stage.today.split('-');
    for (const legend of ['When did it happen?', 'When was it complained of?']) {
      const group = first.getByRole('group', { name: legend });
      await group.getByLabel('Day').fill(day);
      await group.getByLabel('Month').fill(month);
      await group.getByLabel('Year').fill(year);
    }
    await goOn(asker);
    await asker.getByText('1 qualifying complaint, and 3 are required').waitFor();
    await isSound(asker, 'threshold');
    await asker.getByLabel('The review is carried out').check();
    await asker.getByLabel('Why is it carried out?').fill('A child lives there');
    await goOn(asker);
    await isSound(asker, 'whom');
    await asker.getByLabel('Essex Police', { exact: true }).check();
    await asker.getByLabel('The Probation Service', { exact: true }).check();
    await goOn(asker);
    await asker.getByLabel('What is the legal basis?').selectOption({ index: 1 });
    await isSound(asker, 'basis');
    await goOn(asker);
    await isSound(asker, 'when');
    // What a date belongs to that is chosen is asked once that is chosen, and the error stands there.
    const chosen = asker.getByRole('group', { name: 'Which date?' });
    expect(await chosen.isVisible()).toBe(false);
    await asker.getByLabel('A date that I choose').check();
    await goOn(asker);
    await asker.getByRole('link', { name: 'Enter the due date' }).waitFor();
    expect(await chosen.isVisible()).toBe(true);
    await isSound(asker, 'when-with-errors');
    await asker.getByRole('radio', { name: 'The day of the panel' }).check();
    await fillDate(asker, /^When does the panel meet/, stage.workingDaysFromToday(20));
    await goOn(asker);
    await asker.getByRole('heading', { name: 'Check your answers' }).waitFor();
    await isSound(asker, 'check');
    await press(asker, 'Open the review and ask');
    await asker.getByRole('heading', { name: 'Review opened' }).waitFor();
    await isSound(asker, 'sent');
    const caseRef = /CR-\d{4}-\d{4}/.exec(await text(asker))?.[0] ?? 'no reference';

    // Essex Police answers by the link in its mail, which says nothing of whom it is about.
    const police = await stage.newPage();
    const mail = await stage.mail(policeSpoc, `${caseRef} ASB case review: answer due`);
    expect(mail).not.toContain('Quillfeather');
    await openLink(stage, police, linkIn(mail), policeSpoc, caseRef);
    expect(await text(police)).toContain('1 Example Close');
    expect(await text(police)).not.toContain('Test Applicant');
    await isSound(police, 'answer');
    await police.getByLabel('We hold information, and share all of it').check();
    await police.getByLabel('The information', { exact: true }).fill('Three calls in March');
    await police.getByLabel('OFFICIAL-SENSITIVE').check();
    await press(police, 'Send answer');
    await police.getByRole('heading', { name: 'Answer received' }).waitFor();

    const probation = await stage.signedIn(probationSpoc);
    await probation.goto(stage.url('/'));
    await probation.getByRole('link', { name: `Answer ${caseRef}` }).click();
    await probation.getByLabel('Nil return: we hold nothing').check();
    await press(probation, 'Send answer');
    await probation.getByRole('heading', { name: 'Answer received' }).waitFor();
    await stage.mail(reviewSpoc, `${caseRef} All answers are in: the pack can go to the panel`);

    await asker.goto(stage.url(`/cases/${caseRef}`));
    await isSound(asker, 'case-collated');
    await press(asker, 'Collation board');
    await asker.getByText('2 of 2 have answered.').waitFor();
    await isSound(asker, 'board');
    await follow(asker, 'See the collated pack');
    expect(await text(asker)).toContain('Marked OFFICIAL-SENSITIVE');
    await isSound(asker, 'pack');
    const download = asker.waitForEvent('download');
    await follow(asker, 'Take it as a PDF');
    expect((await download).suggestedFilename()).toBe(`${caseRef} collated.pdf`);

    await asker.goto(stage.url(`/cases/${caseRef}/panel`));
    await isSound(asker, 'panel');
    await asker.goto(stage.url(`/cases/${caseRef}/schedule`));
    await isSound(asker, 'schedule');
    await asker.goto(stage.url(`/cases/${caseRef}/outcome`));
    await press(asker, 'Save what the panel decided');
    await isSound(asker, 'outcome-with-errors');
    await fillDate(asker, 'When did the panel meet?', stage.today);
    await asker.getByLabel('What did it find, and what does it recommend?').fill('The response was slow');
    await asker.getByLabel('What is to be done?').first().fill('Visit twice a week');
    await asker.getByLabel('Who does it?').first().selectOption({ label: 'Essex Police' });
    const due = asker.getByRole('group', { name: 'Action 1' });
    const [dueYear = '', dueMonth = '', dueDay = ''] = stage.workingDaysFromToday(10).split('-');
    await due.getByLabel('Day').fill(dueDay);
    await due.getByLabel('Month').fill(dueMonth);
    await due.getByLabel('Year').fill(dueYear);
    await press(asker, 'Save what the panel decided');
    await asker.getByText('What the panel decided is on record. The applicant has to be told.').waitFor();

    // Whoever has the action reads it by the link of its mail, and without an account.
    const owner = await stage.newPage();
    await openLink(stage, owner, linkIn(await stage.mail(policeSpoc, `${caseRef} Action 1 of the plan is to be done`)), policeSpoc, caseRef);
    expect(await text(owner)).toContain('Visit twice a week');
    await isSound(owner, 'action-by-link');
    await owner.close();

    await follow(asker, 'Letter to the applicant: the outcome');
    expect(await text(asker)).toContain('Visit twice a week');
    await isSound(asker, 'letter-outcome');
    await asker.goto(stage.url(`/cases/${caseRef}/letters/decision`));
    await isSound(asker, 'letter-decision');
    await asker.goto(stage.url('/'));
    await isSound(asker, 'to-do');
    await follow(asker, `Tell the applicant the outcome of ${caseRef}`);
    await asker.getByLabel('The outcome and the recommendations').check();
    await fillDate(asker, 'When?', stage.today);
    await asker.getByLabel('By letter').check();
    await isSound(asker, 'told');
    await press(asker, 'Save');
    await stage.shows(asker, `/cases/${caseRef}`, /Record what came of an action of the plan/);
    await isSound(asker, 'case-with-plan');
    await follow(asker, 'Record what came of an action of the plan');
    await isSound(asker, 'actions');
    await asker.getByLabel('Action 1: Visit twice a week').check();
    await asker.getByLabel('It was done', { exact: true }).check();
    await fillDate(asker, 'When was it done, or given up?', stage.today);
    await press(asker, 'Save');
    await stage.shows(asker, `/cases/${caseRef}`, /The case closes by itself at the end of/);
    await follow(asker, 'The applicant is not satisfied');
    await fillDate(asker, 'When did the applicant say so?', stage.today);
    await asker.getByLabel('Why is the applicant not satisfied?').fill('Nothing has changed');
    await asker.getByLabel('Who looks at it again?').fill('Community safety officer');
    await asker.getByLabel('Their sign-in address (optional)').fill(looker);
    await isSound(asker, 'not-satisfied');
    await press(asker, 'Have it looked at again');
    for (const who of [looker, reviewSpoc, 'csp-manager@thurrock.example']) await stage.mail(who, `${caseRef} The review is to be looked at again`);
    await stage.shows(asker, `/cases/${caseRef}`, /News that the applicant is not satisfied mailed to the person who was named for it/);
    await isSound(asker, 'case-looked-at-again');
    const named = await stage.signedIn(looker);
    await named.goto(stage.url('/'));
    await follow(named, `Look at it again, as the applicant is not satisfied of ${caseRef}`);
    await isSound(named, 'looked-at-again');
    await named.getByLabel('It stands as it was').check();
    await named.getByLabel('Why?').fill('All that could be done was done');
    await fillDate(named, 'When was the applicant told?', stage.today);
    await named.getByLabel('By letter').check();
    await press(named, 'Save');
    await named.getByText('What came of looking at it again is on record.').waitFor();
    await stage.shows(asker, `/cases/${caseRef}`, /Close the review/);
    await follow(asker, 'Close the review');
    await press(asker, 'Close the review');
    await stage.shows(asker, `/cases/${caseRef}`, /The case is closed: the review was carried out/);
    await isSound(asker, 'case-closed');
  }, 400_000);
});
