/** A page for each act that only requests of an applicant know. */
import { partnerName } from '../../config/protocol-rules';
import { planInForce } from '../../dispatch/clock';
import { hasReply, itemsOf, replyTask, stopInForce, type ItemOnRecord } from '../../dispatch/items';
import { mayDiscloseBy, undecidedItems, undoneBy } from '../../dispatch/may-disclose';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument } from '../../store/cases';
import type { ItemDecision } from '../../workflows/shared/contract';
import { recordView } from '../case-content';
import { readNote } from '../cases/content';
import type { CaseDependencies } from '../cases/dependencies';
import type { WebDependencies } from '../dependencies';
import { dateInputIn, dateOfParts } from '../forms/fields';
import { actorOf } from '../http/actor';
import type { Typed } from '../http/held';
import type { Limits } from '../http/limits';
import { NotFound } from '../http/refusals';
import type { OnCase, OnTask, Routes } from '../http/routes';
import { actPage, type Standing } from '../pages/acts';
import { mayOnCase } from '../policy';
import {
  addItems,
  addItemsSchema,
  changeOriginator,
  decideItem,
  decisionSchema,
  rests,
  originatorSchema,
  recordReply,
  refer,
  referralSchema,
  replySchema,
  whyNot,
} from './acts';
import { startClock, startSchema, stopClock, stopIn, stopSchemaFor } from './clock-acts';
import { awaitings, decidedNames, decisionName, decisionNames, itemNames, itemText } from './content';
import { adviceNames, adviceOn } from './advice';
import { kindOf } from './kinds';
import { originatorOf, originatorsFor } from './originators';
import { isGivenOtherwise } from './handling';
import { handlingFrom, proposalsFor, tickedIn } from './proposals';

type Dependencies = WebDependencies & CaseDependencies;

const groundsInput = 'grounds[]';
const wordsOf = (ticked: string | undefined): string[] => (ticked ?? '').split(' ').filter((word) => word !== '');

const startsWithTheLast = 'The month counts from the day on which the last of it came, if that is later than the day it counts from now.';

const itemsOn = ({ _id }: Pick<CaseDocument, '_id'>): string => `/cases/${_id}/items`;

export function actPagesOfRequests(routes: Routes, deps: Dependencies, limits: Limits): void {
  const { protocol, clock, store } = deps;
  const idIn = ({ request }: OnCase): string => String(request.params['item']);
  /** The item of the address, as the record has it. */
  const itemOf = (context: OnCase, record: readonly AuditEntry[]) => {
    const item = itemsOf(context.document, record).find(({ id }) => id === idIn(context));
    if (item === undefined) throw new NotFound();
    return item;
  };
  const shown = async (context: OnCase, record: readonly AuditEntry[], more: (item: ItemOnRecord) => readonly string[] = () => []) => {
    const item = itemOf(context, record);
    const by = actorOf(context.request, 'page', deps);
    await recordView(context.document, by, [`${item.id}/item`, ...more(item)], deps);
    const text = itemText(context.document, item, record, store);
    return {
      item,
      number: item.id.slice(1),
      text,
      handling: (await handlingFrom([text], { account: context.account, by, receiver: context.document.openedBy.partner }, deps))(text) ?? undefined,
      originator: item.originator === null ? undefined : partnerName(protocol, item.originator),
    };
  };
  /** The items of which something was corrected after they were decided on, by their numbers, with how they are to be handled now. */
  const givenOtherwise = async ({ account, document, request }: Pick<OnCase, 'account' | 'document' | 'request'>, record: readonly AuditEntry[]) => {
    const items = itemsOf(document, record).map((item) => ({ item, text: itemText(document, item, record, store) }));
    const handlingOf = await handlingFrom(items.map(({ text }) => text), { account, by: actorOf(request, 'page', deps), receiver: document.openedBy.partner }, deps);
    return items.map(({ item, text }) => ({ item, number: item.id.slice(1), handling: handlingOf(text) })).filter(({ item, handling }) => isGivenOtherwise(item, handling));
  };
  const isOpen = ({ record }: Standing, { document }: OnCase): boolean => !document.ended && !hasReply(record);

  routes.onCase(
    '/cases/:ref/items/new',
    'run-applicant-request',
    actPage(
      {
        view: 'applicant-requests/add-item.njk',
        fields: { items: () => 'item' },
        inputOf: (field) => (field.startsWith('items') ? (field.endsWith('originator') ? 'originator' : 'item') : undefined),
        schema: () => addItemsSchema(protocol),
        // What was ticked is enough; without it the one item is asked for.
        read: (typed) => {
          const ticked = tickedIn(typed);
          const isTyped = (typed['item'] ?? '').trim() !== '' || (typed['originator'] ?? '') !== '';
          return { items: [...ticked, ...(isTyped || ticked.length === 0 ? [{ originator: originatorOf(typed['originator']), description: typed['item'] ?? '' }] : [])] };
        },
        isPossible: isOpen,
        present: async ({ record }, context, typed) => {
          const { document } = context;
          const name = kindOf(document).isAbout(document, store);
          const known = itemsOf(document, record).map((item) => ({ description: itemText(document, item, record, store) }));
          return { originators: originatorsFor(context, deps), proposals: name === null ? undefined : await proposalsFor(context, { name, typed, known }, deps) };
        },
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
        view: 'applicant-requests/decide.njk',
        fields: {
          decision: () => 'decision',
          decisionConfirmed: () => 'decisionConfirmed',
          grounds: () => groundsInput,
          reason: () => 'reason',
          publicInterest: () => 'publicInterest',
          dpoAdvice: () => 'dpoAdvice',
          beforeTime: () => 'beforeTime',
          answerSeen: () => 'decision',
          decisionSeen: () => 'decision',
          conditionsSeen: () => 'decision',
        },
        schema: () => decisionSchema,
        read: (typed) => ({
          decision: typed['decision'],
          decisionConfirmed: typed['decisionConfirmed'] === 'yes',
          grounds: rests(typed['decision'] as ItemDecision) ? wordsOf(typed[groundsInput]) : [],
          publicInterest: typed['publicInterest'] ?? '',
          reason: typed['reason'] ?? '',
          dpoAdvice: typed['dpoAdvice'] ?? '',
          beforeTime: typed['beforeTime'] ?? '',
          answerSeen: typed['answerSeen'] || undefined,
          decisionSeen: typed['decisionSeen'] || undefined,
          conditionsSeen: typed['conditionsSeen'] || undefined,
        }),
        isPossible: isOpen,
        present: async ({ record }, context) => {
          const what = await shown(context, record, (item) => [...decidedNames(item), ...adviceNames(item, context.document, record)]);
          const { decided } = what.item;
          const may = mayDiscloseBy(context.account._id, what.item, { document: context.document, record, now: clock.now() });
          const kind = kindOf(context.document);
          return {
            ...what,
            decisions: kind.decisions,
            grounds: kind.groundsOf(context.document),
            isAdvice: may.ground === 'advice-awaited',
            advice: adviceOn(what.item, context.document, record, store),
            hardStop: may.ground === null ? whyNot(may) : undefined,
            needsReason: may.ground !== null && may.needsReason,
            decisionSeen: decisionName(what.item),
            conditionsSeen: what.handling?.since,
            isGivenOtherwise: isGivenOtherwise(what.item, what.handling ?? null),
            before: decided === null ? undefined : {
              name: decisionNames[decided.decision],
              at: decided.at,
              reason: readNote(context.document, decided.entry, store),
              undone: undoneBy(what.item, { document: context.document, record, now: clock.now() }),
            },
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
    'run-applicant-request',
    actPage(
      {
        view: 'applicant-requests/originator.njk',
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
        view: 'applicant-requests/refer.njk',
        fields: { reason: () => 'reason' },
        schema: () => referralSchema,
        read: (typed) => ({ reason: typed['reason'] ?? '' }),
        isPossible: isOpen,
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
    'run-applicant-request',
    actPage(
      {
        view: 'applicant-requests/stop.njk',
        fields: { awaiting: () => 'awaiting', since: dayField('since'), text: () => 'text' },
        schema: ({ document }) => stopSchemaFor(document),
        read: (typed) => ({ ...(typed['awaiting'] === undefined ? {} : { awaiting: typed['awaiting'] }), since: dateOfParts(typed, 'since'), text: typed['text'] ?? '' }),
        isPossible: (standing, context) => isOpen(standing, context) && stopInForce(standing.record) === null,
        present: ({ record }, { document }) => ({ plan: planInForce(replyTask(document), record), of: kindOf(document) }),
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
    'run-applicant-request',
    actPage(
      {
        view: 'applicant-requests/start.njk',
        fields: { cameOn: dayField('cameOn'), text: () => 'text' },
        schema: () => startSchema,
        read: (typed) => ({ cameOn: dateOfParts(typed, 'cameOn'), text: typed['text'] ?? '' }),
        isPossible: (standing, context) => isOpen(standing, context) && stopInForce(standing.record) !== null,
        present: ({ record }, { document }) => {
          const stop = stopInForce(record);
          if (stop === null) return {};
          const { awaiting, ...known } = stopIn(stop, record);
          return { ...known, what: awaitings[awaiting], startNote: kindOf(document).startNotes[awaiting] ?? startsWithTheLast };
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
    'run-applicant-request',
    actPage(
      {
        view: 'applicant-requests/reply.njk',
        fields: { outcome: () => 'outcome', outcomeConfirmed: () => 'outcomeConfirmed', repliedOn: dayField('repliedOn'), text: () => 'text' },
        schema: () => replySchema,
        read: (typed) => ({ outcome: typed['outcome'], outcomeConfirmed: typed['outcomeConfirmed'] === 'yes', repliedOn: dateOfParts(typed, 'repliedOn'), text: typed['text'] ?? '' }),
        isPossible: isOpen,
        present: async ({ record }, context) => ({
          otherwise: (await givenOtherwise(context, record)).map(({ number }) => number),
          undecided: undecidedItems({ document: context.document, record, now: clock.now() }).map(({ id }) => id.slice(1)),
          plan: planInForce(replyTask(context.document), record),
          replies: kindOf(context.document).replies,
        }),
        carryOut: (acting, { account, document }) => recordReply({ ...acting, decides: mayOnCase(account, 'decide-item', document) }, deps),
        notice: 'replyRecorded',
        next: itemsOn,
      },
      deps,
      limits,
    ),
  );

  routes.onCase('/cases/:ref/applicant-letters/:letter', 'run-applicant-request', {
    get: async (context) => {
      const { document, request, response } = context;
      const found = kindOf(document).letters.find(({ name }) => name === request.params['letter']);
      if (found === undefined) throw new NotFound();
      const record = await store.audit.of(document._id);
      const items = itemsOf(document, record).flatMap(itemNames);
      await recordView(document, actorOf(request, 'page', deps), ['request', ...items, `letter/${found.name}`], deps);
      const letter = found.write({ document, record, now: clock.now() }, deps);
      const isClosed = document.ended || hasReply(record);
      const otherwise = isClosed || found.name !== 'reply' ? [] : await givenOtherwise(context, record);
      response.render('applicant-requests/letter.njk', { caseRef: document._id, letter, isReply: found.name !== 'extension', isClosed, otherwise });
    },
  });
}
