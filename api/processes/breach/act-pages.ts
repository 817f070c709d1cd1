/** A page for each act that only a personal data breach knows. */
import type { Request } from 'express';
import { partnerName } from '../../../config/protocol-rules';
import { answerTo } from '../../../dispatch/items';
import type { CaseDocument } from '../../../store/cases';
import type { WebDependencies } from '../../dependencies';
import { waysGiven } from '../../cases/codes';
import type { CaseDependencies } from '../../cases/dependencies';
import { isCorrectable, openCorrection } from '../../cases/dates';
import { momentInputIn, momentOfParts, momentTyped } from '../../forms/moments';
import type { Typed } from '../../http/held';
import type { Limits } from '../../http/limits';
import type { OnTask, Routes } from '../../http/routes';
import { actPage } from '../../pages/acts';
import {
  addedSchema,
  addPartner,
  breachClosingSchema,
  breachTimesSchema,
  closeBreach,
  closings,
  decidesItself,
  icoInformationFor,
  informIco,
  proposeTimes,
} from './acts';
import { awareField, awareInput, awareOfTyped } from './awareness';
import { byLawOf, tasksOf, termsOf } from './content';
import { awaitsOwnDecision, decisionName, leftAsItIs, leftUndecided } from './own-decisions';
import { owingIcoMore } from './standing';
import { words } from './words';

type Dependencies = WebDependencies & CaseDependencies;

/** The input of a moment that an error leads to: `called`, `called.time`. */
const momentField =
  (...names: readonly string[]) =>
  (field: string, typed: Typed): string | undefined => {
    const [name = '', part] = field.split('.');
    return names.includes(name) ? momentInputIn(typed, name, part) : undefined;
  };

/** Before anything was typed. */
const isFirstShown = ({ method, typed }: Request): boolean => method === 'GET' && typed === undefined;

const room = ({ _id }: Pick<CaseDocument, '_id'>): string => `/cases/${_id}/breach-room`;

export function actPagesOfBreach(routes: Routes, deps: Dependencies, limits: Limits): void {
  const { clock, protocol } = deps;

  routes.onTask(
    '/cases/:ref/tasks/:task/ico-information',
    'inform-ico',
    actPage(
      {
        view: 'breach/ico-information.njk',
        fields: {
          givenByName: () => 'givenByName',
          givenHow: () => 'givenHow',
          given: (typed) => momentInputIn(typed, 'given'),
          informed: (typed) => momentInputIn(typed, 'informed'),
          text: () => 'text',
          isLast: () => 'isLast',
        },
        inputOf: momentField('informed', 'given'),
        schema: (context: OnTask) => icoInformationFor(context, clock.now()),
        read: (typed) => ({
          informed: momentOfParts(typed, 'informed'),
          text: typed['text'] ?? '',
          isLast: { yes: true, no: false }[typed['isLast'] ?? ''],
          givenByName: typed['givenByName'],
          givenHow: typed['givenHow'],
          given: momentOfParts(typed, 'given'),
        }),
        isPossible: ({ record }, { document, task }: OnTask) => !document.ended && answerTo(task, record)?.kind === 'told-ico',
        present: (_, context) => ({ name: partnerName(protocol, context.task.partner), isOwn: decidesItself(context), waysGiven }),
        carryOut: (acting, { task }) => informIco({ ...acting, task }, deps),
        notice: 'icoInformed',
        next: room,
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/breach-partners',
    'run-breach',
    actPage(
      {
        view: 'breach/add-partner.njk',
        fields: { partner: () => 'partner', as: () => 'as', aware: (typed) => momentInputIn(typed, 'aware'), reason: () => 'reason' },
        inputOf: momentField('aware'),
        schema: () => addedSchema(protocol, clock.now()),
        read: (typed) => ({
          partner: typed['partner'] ?? '',
          as: typed['as'],
          ...(typed['as'] === 'controller' ? { aware: momentOfParts(typed, 'aware') } : {}),
          reason: typed['reason'] ?? '',
        }),
        isPossible: (_, { document }) => !document.ended,
        present: (_, { document, request }, typed) => ({
          // Often it became aware just now, and is added for that.
          first: isFirstShown(request) ? momentTyped('aware', clock.now()) : undefined,
          partners: protocol.organisations
            .filter(({ code }) => !tasksOf(document, 'decide-ico').some(({ partner }) => partner === code))
            .map(({ code, name }) => ({ value: code, text: name, selected: typed['partner'] === code })),
        }),
        carryOut: (acting) => addPartner(acting, deps),
        notice: 'partnerAdded',
        next: room,
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/breach-times',
    'correct-breach-times',
    actPage(
      {
        view: 'breach/times.njk',
        fields: {
          detected: (typed) => momentInputIn(typed, 'detected'),
          awareOf: (typed) => momentInputIn(typed, 'detected'),
          from: (typed) => momentInputIn(typed, 'detected'),
          reason: () => 'reason',
        },
        inputOf: (field, typed) => awareField(field, typed) ?? momentField('detected')(field, typed),
        schema: () => breachTimesSchema(protocol, clock.now()),
        read: (typed) => ({
          detected: momentOfParts(typed, 'detected'),
          awareOf: awareOfTyped(typed, Object.keys(typed).flatMap((name) => /^aware-(.+)-day$/.exec(name)?.[1] ?? [])),
          reason: typed['reason'] ?? '',
        }),
        isPossible: ({ record }, { document }) =>
          isCorrectable(document, record, clock.now()) && openCorrection(document, record) === null,
        present: (_, { document, request }) => {
          const { detectedAt } = termsOf(document);
          const controllers = tasksOf(document, 'decide-ico').map((task) => ({
            input: awareInput(task.partner),
            name: partnerName(protocol, task.partner),
            awareAt: byLawOf(task).from,
          }));
          const before = [momentTyped('detected', detectedAt), ...controllers.map(({ input, awareAt }) => momentTyped(input, awareAt))];
          return {
            detectedAt,
            controllers,
            first: isFirstShown(request) ? before.reduce((all, each) => ({ ...all, ...each })) : undefined,
          };
        },
        carryOut: (acting) => proposeTimes(acting, deps),
        notice: 'proposed',
        next: room,
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/breach-closing',
    'run-breach',
    actPage(
      {
        view: 'breach/closing.njk',
        fields: { outcome: () => 'outcome', reason: () => 'reason' },
        schema: () => breachClosingSchema,
        read: (typed) => ({ outcome: typed['outcome'], reason: typed['reason'] ?? '' }),
        isPossible: (_, { document }) => !document.ended && !awaitsOwnDecision(document),
        present: ({ record, views }, { document }) => {
          const silent = views.filter(({ kind, status }) => kind === 'acknowledge' && (status === 'open' || status === 'unanswered'));
          return {
            silent: silent.map(({ partner }) => partnerName(protocol, partner)),
            undecided: leftUndecided(document, record).map((task) => decisionName(task, protocol)),
            // Of a breach that was opened before it waited for that.
            owing: owingIcoMore(document, record).map(({ partner }) => partnerName(protocol, partner)),
            leftAsItIs: leftAsItIs(document, record).map(({ partner }) => partnerName(protocol, partner)),
            closings: closings
              .filter((outcome) => outcome === 'no-breach' || silent.length === 0)
              .map((outcome) => ({ value: outcome, text: words.outcomes[outcome] })),
          };
        },
        carryOut: (acting) => closeBreach(acting, deps),
        notice: 'breachClosed',
        next: room,
      },
      deps,
      limits,
    ),
  );
}
