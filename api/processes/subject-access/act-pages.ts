/** A page for each act that only a subject access request knows. */
import { partnerName } from '../../../config/protocol-rules';
import { planInForce } from '../../../dispatch/clock';
import { itemsOf, replyTask, stopInForce } from '../../../dispatch/items';
import { mayDisclose, undecidedItems } from '../../../dispatch/may-disclose';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument } from '../../../store/cases';
import { recordView } from '../../case-content';
import type { CaseDependencies } from '../../cases/dependencies';
import type { WebDependencies } from '../../dependencies';
import { dateInputIn, dateOfParts } from '../../forms/fields';
import { actorOf } from '../../http/actor';
import type { Typed } from '../../http/held';
import type { Limits } from '../../http/limits';
import { NotFound } from '../../http/refusals';
import type { OnCase, OnTask, Routes } from '../../http/routes';
import { actPage } from '../../pages/acts';
import {
  addItems,
  addItemsSchema,
  changeOriginator,
  decideItem,
  decisionSchema,
  originatorSchema,
  recordReply,
  refer,
  referralSchema,
  replyOutcomes,
  replySchema,
  wasMadeOwnBy,
  whyNot,
  whyNotAlone,
} from './acts';
import { startClock, startSchema, stopClock, stopIn, stopSchema } from './clock-acts';
import { awaitings, decisionNames, itemText } from './content';
import { letterToApplicant } from './letter';
import { originatorOf, originatorsFor } from './originators';
import { words } from './words';

type Dependencies = WebDependencies & CaseDependencies;

const itemsOn = ({ _id }: Pick<CaseDocument, '_id'>): string => `/cases/${_id}/items`;

export function actPagesOfSubjectAccess(routes: Routes, deps: Dependencies, limits: Limits): void {
  const { protocol, clock, store } = deps;
  const idIn = ({ request }: OnCase): string => String(request.params['item']);
  /** The item of the address, as the record has it. */
  const itemOf = (context: OnCase, record: readonly AuditEntry[]) => {
    const item = itemsOf(context.document, record).find(({ id }) => id === idIn(context));
    if (item === undefined) throw new NotFound();
    return item;
  };
  const shown = async (context: OnCase, record: readonly AuditEntry[]) => {
    const item = itemOf(context, record);
    await recordView(context.document, actorOf(context.request, 'page', deps), [`${item.id}/item`], deps);
    return {
      item,
      number: item.id.slice(1),
      text: itemText(context.document, item, record, store),
      originator: item.originator === null ? undefined : partnerName(protocol, item.originator),
    };
  };
  const isOpen = (_: unknown, { document }: OnCase): boolean => !document.ended;

  routes.onCase(
    '/cases/:ref/items/new',
    'run-subject-access',
    actPage(
      {
        view: 'subject-access/add-item.njk',
        fields: { items: () => 'item' },
        inputOf: (field) => (field.startsWith('items') ? (field.endsWith('originator') ? 'originator' : 'item') : undefined),
        schema: () => addItemsSchema(protocol),
        read: (typed) => ({ items: [{ originator: originatorOf(typed['originator']), description: typed['item'] ?? '' }] }),
        isPossible: isOpen,
        present: (_, context) => ({ originators: originatorsFor(context, deps) }),
        carryOut: (acting) => addItems(acting, deps),
        notice: 'itemAdded',
        next: itemsOn,
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/items/:item/decision',
    'decide-item',
    actPage(
      {
        view: 'subject-access/decide.njk',
        fields: { decision: () => 'decision', reason: () => 'reason', dpoAdvice: () => 'dpoAdvice', beforeTime: () => 'beforeTime' },
        schema: () => decisionSchema,
        read: (typed) => ({
          decision: typed['decision'],
          reason: typed['reason'] ?? '',
          dpoAdvice: typed['dpoAdvice'] ?? '',
          beforeTime: typed['beforeTime'] ?? '',
        }),
        isPossible: isOpen,
        present: async ({ record }, context) => {
          const what = await shown(context, record);
          const may = mayDisclose(what.item, { document: context.document, record, now: clock.now() });
          return {
            ...what,
            hardStop: may.ground === null ? whyNot(may) : wasMadeOwnBy(what.item, context.account._id) ? whyNotAlone : undefined,
            needsReason: may.ground !== null && may.needsReason,
            before: what.item.decided === null ? undefined : decisionNames[what.item.decided.decision],
          };
        },
        carryOut: (acting, context) => decideItem({ ...acting, item: idIn(context) }, deps),
        notice: 'itemDecided',
        next: itemsOn,
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/items/:item/originator',
    'run-subject-access',
    actPage(
      {
        view: 'subject-access/originator.njk',
        fields: { originator: () => 'originator', reason: () => 'reason' },
        schema: () => originatorSchema(protocol),
        read: (typed) => ({ originator: originatorOf(typed['originator']), reason: typed['reason'] ?? '' }),
        isPossible: isOpen,
        present: async ({ record }, context) => ({ ...(await shown(context, record)), originators: originatorsFor(context, deps) }),
        carryOut: (acting, context) => changeOriginator({ ...acting, item: idIn(context) }, deps),
        notice: 'originatorChanged',
        next: itemsOn,
      },
      deps,
      limits,
    ),
  );

  routes.onTask(
    '/cases/:ref/tasks/:task/referral',
    'refer-items',
    actPage(
      {
        view: 'subject-access/refer.njk',
        fields: { reason: () => 'reason' },
        schema: () => referralSchema,
        read: (typed) => ({ reason: typed['reason'] ?? '' }),
        isPossible: (_, { document }) => !document.ended,
        present: (_, { task }: OnTask) => ({ name: partnerName(protocol, task.partner) }),
        carryOut: (acting, { task }) => refer({ ...acting, task }, deps),
        notice: 'referred',
        next: itemsOn,
      },
      deps,
      limits,
    ),
  );

  const dayField = (name: string) => (typed: Typed) => dateInputIn(typed, name);

  routes.onCase(
    '/cases/:ref/clock-stop',
    'run-subject-access',
    actPage(
      {
        view: 'subject-access/stop.njk',
        fields: { since: dayField('since'), text: () => 'text' },
        schema: () => stopSchema,
        read: (typed) => ({ since: dateOfParts(typed, 'since'), text: typed['text'] ?? '' }),
        isPossible: ({ record }, { document }) => !document.ended && stopInForce(record) === null,
        present: ({ record }, { document }) => ({ plan: planInForce(replyTask(document), record) }),
        carryOut: (acting) => stopClock(acting, deps),
        notice: 'clockStopped',
        next: itemsOn,
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/clock-start',
    'run-subject-access',
    actPage(
      {
        view: 'subject-access/start.njk',
        fields: { cameOn: dayField('cameOn'), text: () => 'text' },
        schema: () => startSchema,
        read: (typed) => ({ cameOn: dateOfParts(typed, 'cameOn'), text: typed['text'] ?? '' }),
        isPossible: ({ record }, { document }) => !document.ended && stopInForce(record) !== null,
        present: ({ record }) => {
          const stop = stopInForce(record);
          return stop === null ? {} : { ...stopIn(stop), what: awaitings[stopIn(stop).awaiting] };
        },
        carryOut: (acting) => startClock(acting, deps),
        notice: 'clockStarted',
        next: itemsOn,
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/applicant-reply',
    'run-subject-access',
    actPage(
      {
        view: 'subject-access/reply.njk',
        fields: { outcome: () => 'outcome', repliedOn: dayField('repliedOn'), text: () => 'text' },
        schema: () => replySchema,
        read: (typed) => ({ outcome: typed['outcome'], repliedOn: dateOfParts(typed, 'repliedOn'), text: typed['text'] ?? '' }),
        isPossible: isOpen,
        present: ({ record }, { document }) => ({
          undecided: undecidedItems({ document, record, now: clock.now() }).map(({ id }) => id.slice(1)),
          plan: planInForce(replyTask(document), record),
          outcomes: replyOutcomes.map((outcome) => ({ value: outcome, text: words.outcomes[outcome] })),
        }),
        carryOut: (acting) => recordReply(acting, deps),
        notice: 'replyRecorded',
        next: itemsOn,
      },
      deps,
      limits,
    ),
  );

  routes.onCase('/cases/:ref/applicant-letter', 'run-subject-access', {
    get: async ({ document, request, response }) => {
      const record = await store.audit.of(document._id);
      const names = itemsOf(document, record).map(({ id }) => `${id}/item`);
      await recordView(document, actorOf(request, 'page', deps), ['request', ...names], deps);
      const letter = letterToApplicant({ document, record, now: clock.now() }, deps);
      response.render('subject-access/letter.njk', { caseRef: document._id, letter });
    },
  });
}
