/** What each form of the pages posts when it is filled in rightly, by the path of its route. */
import { filledForm, requestBody } from '../support';

type Form = Readonly<Record<string, string>>;

const date = (name: string, day: string, month: string, year: string): Form => ({
  [`${name}-day`]: day,
  [`${name}-month`]: month,
  [`${name}-year`]: year,
});

const answer: Form = {
  kind: 'shared-in-part',
  'categories[]': 'asb-incidents',
  shared: 'Two reports in March',
  ground: 'A live investigation',
  leftOut: 'Names of others',
  marking: 'other',
  markingWords: 'Restricted',
  notToBePassedOn: 'yes',
  handling: 'By hand only',
  corrects: '0',
  question: 'Which Jordan Example?',
};
const passOn: Form = { to: 'team/builders' };

export const forms: Readonly<Record<string, Form>> = {
  '/sign-in': { username: 'nobody@example.org', password: 'not the right one', next: '/cases' },
  '/sign-out': {},
  '/form-again': { held: JSON.stringify({ path: '/information-requests/new', fields: { step: 'whom', 'asked[]': 'probation' } }) },
  '/tokens/new': { name: 'A test', kind: 'system', 'scope-cases-read': 'yes', ...date('expiresOn', '1', '7', '2026') },
  '/tokens/:token/revocation': {},
  '/information-requests/new': filledForm,
  '/processor-changes/new': {
    step: 'check',
    processor: 'Example Storage Ltd',
    change: 'replacement',
    replaces: 'sericc',
    work: 'Keeps the files of joint visits',
    guarantees: 'A contract',
    'categories[]': 'asb-incidents violence-incidents',
    ...date('beginsOn', '1', '7', '2026'),
  },
  '/directory/:partner/contacts': {
    version: '1',
    'contacts.spoc': 'spoc@essex-police.example',
    'contacts.deputy': 'deputy@essex-police.example',
    'contacts.governance-lead': '',
    'contacts.breach': 'breach@essex-police.example',
  },
  '/directory/:partner/absences': { who: 'spoc', ...date('from', '1', '6', '2026'), ...date('until', '3', '6', '2026') },
  '/directory/:partner/absences/:absence/end': {},
  '/cases/:ref/confirmation': {},
  '/cases/:ref/withdrawal': { reason: 'Not needed any more' },
  '/cases/:ref/decisions/:decision': { reason: 'The contract was put right' },
  '/cases/:ref/reopening': { 'ask-T1': 'yes', reason: 'More is known now' },
  '/cases/:ref/correction': { ...date('from', '24', '3', '2026'), reason: 'It came two days before' },
  '/cases/:ref/correction/decision': { decision: 'declined', reason: 'It did not' },
  '/cases/:ref/tasks/:task/extension': { reason: 'They are short of staff' },
  '/cases/:ref/panel': { members: 'officer@essex-police.example' },
  '/cases/:ref/schedule': { ...date('panelOn', '10', '6', '2026'), due: 'panel', reason: 'A member is ill' },
  '/cases/:ref/outcome': {
    ...date('heldOn', '9', '4', '2026'),
    text: 'The response was slow',
    'action1-what': 'Visit twice a week',
    'action1-owner': 'probation',
    ...date('action1-dueOn', '1', '6', '2026'),
  },
  '/cases/:ref/applicant-told': { of: 'outcome', ...date('toldOn', '9', '4', '2026'), how: 'letter', text: 'By hand' },
  '/cases/:ref/not-satisfied': { ...date('receivedOn', '9', '4', '2026'), text: 'Too little', looksAgain: 'Head of housing', account: '', ...date('dueOn', '1', '7', '2026') },
  '/cases/:ref/looked-at-again': { result: 'stands', text: 'It was enough', ...date('toldOn', '9', '4', '2026'), how: 'letter' },
  '/cases/:ref/actions': { action: 'action-1', result: 'done', ...date('on', '9', '4', '2026'), text: 'Visited' },
  '/cases/:ref/closing': {},
  '/cases/:ref/opening': { reason: 'A complaint about this case' },
  '/cases/:ref/tasks/:task/answer': answer,
  '/cases/:ref/tasks/:task/record-answer': {
    ...answer,
    givenByName: 'Robin Example',
    givenHow: 'telephone',
    ...date('givenOn', '15', '4', '2026'),
    givenTime: '14:05',
  },
  '/cases/:ref/tasks/:task/pass-on': passOn,
  '/cases/:ref/tasks/:task/reply': { text: 'The one born in 1990' },
  '/cases/:ref/tasks/:task/decision': { decision: 'asked-again', reason: 'They are back next week' },
  '/t/:token': {},
  '/t/:token/code': { code: '123456' },
  '/t/:token/answer': answer,
  '/t/:token/pass-on': passOn,
};

const jsonAnswer = {
  kind: 'shared-in-part',
  shared: 'Two reports in March',
  ground: 'A live investigation',
  marking: 'official',
  handling: 'By hand only',
};

/** What the API takes, by the path of its route: what a schema alone does not say is right in it. */
export const bodies: Readonly<Record<string, object>> = {
  '/api/v1/information-requests': requestBody,
  '/api/v1/processor-changes': {
    processor: 'Example Storage Ltd',
    change: 'addition',
    work: 'Keeps the files of joint visits',
    guarantees: 'A contract',
    categories: ['asb-incidents'],
    beginsOn: '2026-07-01',
  },
  '/api/v1/cases/:ref/panel': { members: ['officer@essex-police.example'] },
  '/api/v1/cases/:ref/schedule': { panelOn: '2026-06-10', due: 'panel', reason: 'A member is ill' },
  '/api/v1/cases/:ref/outcome': {
    heldOn: '2026-04-09',
    text: 'The response was slow',
    actions: [{ what: 'Visit twice a week', owner: 'probation', dueOn: '2026-06-01' }],
  },
  '/api/v1/cases/:ref/applicant-told': { of: 'outcome', toldOn: '2026-04-09', how: 'letter', text: 'By hand' },
  '/api/v1/cases/:ref/not-satisfied': { receivedOn: '2026-04-09', text: 'Too little', looksAgain: 'Head of housing', account: '', dueOn: '2026-07-01' },
  '/api/v1/cases/:ref/looked-at-again': { result: 'stands', text: 'It was enough', toldOn: '2026-04-09', how: 'letter' },
  '/api/v1/cases/:ref/actions': { action: 'action-1', result: 'done', on: '2026-04-09', text: 'Visited' },
  '/api/v1/cases/:ref/closing': {},
  '/api/v1/cases/:ref/decision': { decision: 'go-on', reason: 'The contract was put right' },
  '/api/v1/cases/:ref/confirmation': {},
  '/api/v1/cases/:ref/withdrawal': { reason: 'Not needed any more' },
  '/api/v1/cases/:ref/correction': { from: '2026-03-24', reason: 'It came two days before' },
  '/api/v1/cases/:ref/correction/decision': { decision: 'declined', reason: 'It did not' },
  '/api/v1/cases/:ref/tasks/:task/extension': { reason: 'They are short of staff' },
  '/api/v1/cases/:ref/reopening': { tasks: ['T1'], reason: 'More is known now' },
  '/api/v1/cases/:ref/tasks/:task/decision': { decision: 'asked-again', reason: 'They are back next week' },
  '/api/v1/cases/:ref/tasks/:task/reply': { text: 'The one born in 1990' },
  '/api/v1/cases/:ref/tasks/:task/answers': jsonAnswer,
  '/api/v1/cases/:ref/tasks/:task/recorded-answers': {
    ...jsonAnswer,
    givenByName: 'Robin Example',
    givenHow: 'telephone',
    givenOn: '2026-04-15',
    givenTime: '14:05',
  },
  '/api/v1/cases/:ref/tasks/:task/questions': { text: 'Which Jordan Example?' },
  '/api/v1/cases/:ref/tasks/:task/assignments': { team: 'builders' },
  '/api/v1/directory/:partner/contacts': {
    version: 1,
    contacts: { spoc: 'spoc@partner.example', deputy: null, 'governance-lead': null, breach: 'breach@partner.example' },
  },
  '/api/v1/directory/:partner/absences': { team: null, role: 'spoc', from: '2026-06-01', until: '2026-06-03' },
  '/api/v1/directory/:partner/absences/:absence/end': {},
};

/** What the lists can be asked by. */
export const queries: Readonly<Record<string, Form>> = {
  '/cases': { q: 'IR-2026-0001', state: 'open', stage: 'answered', waits: 'reply', partner: 'essex-police', side: 'asked', dueFrom: '2026-04-01', 'dueUntil-day': '1', overdue: 'yes', openedBy: 'my-team', sort: 'newest', page: '2' },
  '/disclosures': { from: 'essex-police', to: 'thurrock', category: 'asb-incidents', since: '2026-04-01', until: '2026-05-01', case: 'IR-2026-0003', page: '2' },
  '/disclosures.csv': { from: 'essex-police', case: 'ir 2026 3' },
  '/directory': { q: 'police' },
  // Page and API take the same.
  '/deadlines': { clock: 'subject-access', from: '2026-01-31', extended: 'true', paused: '2026-02-10/2026-02-14' },
  '/sign-in': { next: '/cases?page=2' },
  '/record/seals': { before: '2026-04-01' },
  '/record/chains/:chain': { before: '20' },
  '/cases/:ref/record': { before: '20' },
};
