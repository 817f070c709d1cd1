/**
 * A change of processor as people see it, on the whole stack with its real servers: the form is filled in, the mail's link
 * opened, an objection made, the objection decided on. Each page is looked at by axe.
 */
import { describeInBrowser } from '../support/browser';
import { fillDate, goOn } from './asking';
import { press, soundOf, text } from './looking';
import { cspManager, linkIn, officer, openLink, policeSpoc, probationSpoc, Stage } from './stage';

describeInBrowser('a change of processor in the browser', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start();
  }, 600_000);
  afterAll(async () => stage.stop());

  const isSound = soundOf('processor-change');

  test('from the form to the decision', async () => {
    const asker = await stage.signedIn(officer);
    await asker.goto(stage.url('/start'));
    await asker.getByRole('link', { name: 'Tell of a change of processor' }).click();
    await isSound(asker, 'what');
    await goOn(asker);
    expect(await asker.title()).toMatch(/^Error: /);
    await isSound(asker, 'what-with-errors');
    await asker.getByLabel('Which processor is intended?').fill('Example Storage Ltd');
    await asker.getByLabel('It takes the place of another').check();
    await asker.getByLabel('Which one does it take the place of?').selectOption({ index: 1 });
    await asker.getByLabel('What will it do with the data?').fill('Keeps the files of joint visits');
    await goOn(asker);
    await isSound(asker, 'data');
    await asker.getByRole('group', { name: 'With which data will it work?' }).getByRole('checkbox').first().check();
    await asker.getByLabel('How are the data protected?').fill('A contract, data in the United Kingdom');
    await fillDate(asker, 'From when is it to process data?', stage.workingDaysFromToday(30));
    await goOn(asker);
    await asker.getByRole('heading', { name: 'Check your answers' }).waitFor();
    await isSound(asker, 'check');
    await press(asker, 'Send notice');
    await asker.getByRole('heading', { name: 'Notice sent' }).waitFor();
    await isSound(asker, 'sent');
    const caseRef = /PC-\d{4}-\d{4}/.exec(await text(asker))?.[0] ?? 'no reference';

    // Essex Police objects by the link in its mail.
    const police = await stage.newPage();
    const mail = await stage.mail(policeSpoc, `${caseRef} Change of processor`);
    expect(mail).not.toContain('Example Storage');
    await openLink(stage, police, linkIn(mail), policeSpoc, caseRef);
    expect(await text(police)).toContain('Example Storage Ltd');
    await isSound(police, 'answer');
    await police.getByLabel('We object').check();
    await police.getByLabel('Why you object').fill('Nobody answers for a breach');
    await press(police, 'Send answer');
    await police.getByRole('heading', { name: 'Answer received' }).waitFor();
    await isSound(police, 'received');

    // It is mailed at once to whoever opened it and to the CSP manager, who reads it.
    await stage.mail(officer, `${caseRef} Essex Police objects`);
    await stage.mail(cspManager, `${caseRef} Essex Police objects to a change of processor`);
    const manager = await stage.signedIn(cspManager);
    await manager.goto(stage.url(`/cases/${caseRef}`));
    expect(await text(manager)).toContain('Nobody answers for a breach');
    await isSound(manager, 'case-of-the-manager');

    // The others do not object: one signed in, the rest by telephone.
    const probation = await stage.signedIn(probationSpoc);
    await probation.goto(stage.url('/'));
    await probation.getByRole('link', { name: `Answer ${caseRef}` }).click();
    await probation.getByLabel('We do not object').check();
    await press(probation, 'Send answer');
    await probation.getByRole('heading', { name: 'Answer received' }).waitFor();
    for (const task of ['T3', 'T4']) {
      await stage.post(officer, `/cases/${caseRef}/tasks/${task}/recorded-answers`, {
        kind: 'no-objection',
        givenByName: 'A colleague',
        givenHow: 'telephone',
        givenOn: stage.today,
        givenTime: '00:00',
      });
    }
    await stage.mail(officer, `${caseRef} The change of processor is to be decided`);

    await stage.shows(asker, `/cases/${caseRef}`, /It is for your team to decide/);
    await isSound(asker, 'case-to-decide');
    await press(asker, 'Go on in spite of the objection');
    await isSound(asker, 'decision');
    await asker.getByLabel('Why do you go on?').fill('The contract was put right');
    await press(asker, 'Go on in spite of the objection');
    await asker.getByText('Your decision is recorded').waitFor();
    await isSound(asker, 'case-going-on');
    await stage.mail(policeSpoc, `${caseRef} The change of processor goes on`);
    await police.goto(stage.url(`${linkIn(mail)}/answer`));
    expect(await text(police)).toContain('The contract was put right');
    await isSound(police, 'answer-after-the-decision');
  }, 300_000);
});
