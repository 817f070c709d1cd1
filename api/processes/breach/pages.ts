/** The pages that report a personal data breach: what happened and when, whom it concerns, which data, the answers checked. */
import { partnerName } from '../../../config/protocol-rules';
import { byLawFrom } from '../../../dispatch/breach-hours';
import { planTask, policyFor, policyOf } from '../../../dispatch/clock';
import type { CaseDependencies } from '../../cases/dependencies';
import { whoByWhen } from '../../case-view';
import type { WebDependencies } from '../../dependencies';
import { momentInputIn, momentInputs, momentOfParts } from '../../forms/moments';
import { handlersOfSteps, type SteppedForm } from '../../forms/steps';
import { actorOf } from '../../http/actor';
import type { Typed } from '../../http/held';
import type { Limits } from '../../http/limits';
import type { Routes, SignedIn } from '../../http/routes';
import { actPagesOfBreach } from './act-pages';
import { awareAt, awareField, awareInput, awareOfTyped } from './awareness';
import { regimes, regimesInWords } from './content';
import { draftPage } from './draft';
import { letterPages } from './letter';
import type { BreachKind } from '../../../mail/letters/breach';
import { askedOf, breachSchema, reportBreach, type BreachForm } from './report';
import { roomPage } from './room';

type Dependencies = WebDependencies & CaseDependencies;

export function breachPages(routes: Routes, deps: Dependencies, limits: Limits): void {
  routes.signedIn('/breaches/new', 'open-breach', handlersOfSteps(newBreach(deps, limits), deps));
  roomPage(routes, deps);
  draftPage(routes, deps);
  letterPages(routes, deps);
  actPagesOfBreach(routes, deps, limits);
}

const wordsOf = (ticked: string | undefined): string[] => (ticked ?? '').split(' ').filter((word) => word !== '');

const controllersIn = (typed: Typed): string[] => wordsOf(typed['controllers[]']);

/** One time for all controllers, unless it was chosen to give one for each; where there is one controller, nothing is to be chosen. */
function awarenessOfTyped(typed: Typed): object {
  const controllers = controllersIn(typed);
  return typed['awareness'] === 'each' && controllers.length > 1
    ? { awareOf: awareOfTyped(typed, controllers) }
    : { aware: momentOfParts(typed, 'aware') };
}

function newBreach(deps: Dependencies, limits: Limits): SteppedForm<SignedIn, BreachForm> {
  const { protocol, holidays, clock } = deps;
  const partners = (ticked: string | undefined) =>
    protocol.organisations.map(({ code, name }) => ({ value: code, text: name, checked: wordsOf(ticked).includes(code) }));
  const policy = policyOf(protocol, 'breach');
  const planOf = (kind: BreachKind, from: BreachForm['detected']) =>
    planTask({ caseRef: '', from, version: 1, reason: 'opened' }, policyFor(policy, { kind }), { holidays: holidays.current() });
  return {
    steps: [
      {
        name: 'what',
        view: 'breach/new-what.njk',
        inputs: () => [...momentInputs('detected'), 'what', 'where'],
        present: () => ({}),
      },
      {
        name: 'whom',
        view: 'breach/new-whom.njk',
        inputs: () => ['owner', 'controllers[]', 'involved[]'],
        present: (_context, typed) => ({
          owners: protocol.organisations.map(({ code, name }) => ({ value: code, text: name, selected: typed['owner'] === code })),
          controllers: partners(typed['controllers[]']),
          involved: partners(typed['involved[]']),
        }),
      },
      {
        name: 'awareness',
        view: 'breach/new-awareness.njk',
        inputs: (typed) => ['awareness', ...momentInputs('aware'), ...controllersIn(typed).flatMap((code) => momentInputs(awareInput(code)))],
        present: (_context, typed) => ({
          controllers: controllersIn(typed).map((code) => ({ input: awareInput(code), name: partnerName(protocol, code) })),
        }),
      },
      {
        name: 'data',
        view: 'breach/new-data.njk',
        inputs: () => ['categories[]', 'regime', 'people', 'records', 'effect', 'measures'],
        present: (_context, typed) => ({
          regimes,
          categories: protocol.categories.map(({ code, name }) => ({
            value: code,
            text: name,
            checked: wordsOf(typed['categories[]']).includes(code),
          })),
        }),
      },
    ],
    check: {
      view: 'breach/check.njk',
      present: (_context, form) => {
        const nameOf = (code: string): string => partnerName(protocol, code);
        const told = askedOf(form).filter(({ kind }) => kind === 'acknowledge');
        return {
          form,
          owner: nameOf(form.owner),
          controllers: form.controllers.map((code) => ({ name: nameOf(code), byLaw: byLawFrom(awareAt(form, code)) })),
          told: told.map(({ partner }) => nameOf(partner)),
          categories: protocol.categories.filter(({ code }) => form.categories.includes(code)),
          regime: regimesInWords(form.regime, form.controllers, protocol),
          icoPlan: planOf('decide-ico', form.detected),
          cutOff: planOf('give-view', form.detected),
          telling: planOf('decide-telling', form.detected),
          daysAgo: Math.floor((Date.parse(clock.now()) - Date.parse(form.detected)) / 86_400_000),
          hoursOver: [
            ['24', planOf('acknowledge', form.detected)] as const,
            ['48', planOf('give-view', form.detected)] as const,
            ['72', planOf('decide-ico', form.detected)] as const,
          ].filter(([, { dueAt }]) => Date.parse(dueAt) <= Date.parse(clock.now())).map(([hours]) => hours),
          ...whoByWhen(told, planOf('acknowledge', form.detected), deps),
        };
      },
    },
    schema: () => breachSchema({ protocol, now: clock.now() }),
    read: (typed) => ({
      detected: momentOfParts(typed, 'detected'),
      ...awarenessOfTyped(typed),
      what: typed['what'] ?? '',
      where: typed['where'] ?? '',
      owner: typed['owner'] ?? '',
      controllers: controllersIn(typed),
      involved: wordsOf(typed['involved[]']),
      categories: wordsOf(typed['categories[]']),
      regime: typed['regime'],
      people: typed['people'] ?? '',
      records: typed['records'] ?? '',
      effect: typed['effect'] ?? '',
      measures: typed['measures'] ?? '',
    }),
    inputOf: (field, typed) => {
      const [name = '', part] = field.split('.');
      const each = awareField(field, typed);
      if (each !== undefined) return each;
      return name === 'detected' || name === 'aware' ? momentInputIn(typed, name, part) : name;
    },
    submit: async ({ account, request }, form, submissionId) => {
      await limits.count('posts', account._id);
      const by = actorOf(request, 'page', deps);
      const { _id } = await reportBreach(form, { account, by, submissionId }, deps);
      request.session.notice = 'breachReported';
      return `/cases/${_id}/breach-room`;
    },
  };
}
