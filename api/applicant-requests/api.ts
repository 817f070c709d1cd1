/** What is done by the API on a request of an applicant. */
import { z } from 'zod';
import { consultationOf, hasReply, itemsOf, type ItemOnRecord } from '../../dispatch/items';
import { mayDiscloseBy, undoneBy, waysUndone } from '../../dispatch/may-disclose';
import { itemDecisions } from '../../workflows/shared/contract';
import { recordView } from '../case-content';
import { noteIn } from '../cases/content';
import { answerName } from './advice';
import { mayOnCase, seesItem } from '../policy';
import { actOnCase, caseNow } from '../v1/cases';
import { route, type ApiDependencies, type ApiRoute } from '../v1/route';
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
  replySchema,
} from './acts';
import { startClock, startSchema, stopClock, stopSchema, stopSchemaFor } from './clock-acts';
import { decisionName, groundsIn, itemNames, itemText } from './content';
import type { Handling } from './handling';
import { handlingFrom } from './proposals';

const ofItem = { item: ['The id of the item', 'I1'] } as const;

const instant = z.string().meta({ format: 'date-time' });
const itemsSchema = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        originator: z.string().nullable().meta({ description: 'Code of the partner that it came from; null for the receiver’s own' }),
        task: z.string().nullable().meta({ description: 'The task by which its originator is consulted' }),
        description: z.string(),
        warnedAt: instant.nullable(),
        consultationEndsAt: instant.nullable(),
        answeredAt: instant.nullable(),
        answer: z.string().nullable().meta({ description: 'Its originator’s answer by its task and number, for `answerSeen` of a decision: `T2/1`. Null while there is none' }),
        mayBeDisclosed: z.boolean(),
        handling: z
          .object({
            case: z.string(),
            task: z.string(),
            answer: z.int(),
            marking: z.string(),
            notToBePassedOn: z.boolean(),
            notToBeRevealed: z.boolean(),
            words: z.string().meta({ description: 'What is written besides; empty where there is nothing, or you may not read it' }),
            hasMoreWords: z.boolean().meta({ description: 'Whether something is written besides that you may not read: whoever asked for it can, in that case' }),
            since: instant.meta({ description: 'When the conditions, or what was given, last came to be so: look again at what was decided before' }),
          })
          .nullable()
          .meta({
            description:
              'Of what another partner gave in a case: the conditions of the answer in force, with the case, the task and the number of that answer. ' +
              'To disclose what is not to be passed on or revealed needs a `reason`. Null where none are known, and for its originator',
          }),
        decision: z.object({ name: z.string().meta({ description: 'Its item and number, for `decisionSeen` of the next decision: `I1/2`' }), decision: z.enum(itemDecisions), at: instant, ground: z.string().nullable(), grounds: z.array(z.string()), reason: z.string() }).nullable(),
        undone: z.enum(waysUndone).nullable().meta({
          description:
            'Why the decision counts no more, for those who run the request or decide: the time of its originator was moved, or that has said something since. ' +
            'It is to be decided again before the reply. Null while it stands, and once the applicant has the reply',
        }),
      }),
    ),
  })
  .meta({ id: 'ItemsOfRequest' });

const handlingShown = (handling: Handling | null) => {
  if (handling === null) return null;
  const { of, codes, words, hasMoreWords, since } = handling;
  return { case: of.caseRef, task: of.task, answer: of.version, ...codes, words, hasMoreWords, since };
};

export const applicantRequestApi = (deps: ApiDependencies): readonly ApiRoute[] => {
  const { store, clock, protocol } = deps;
  const asItStands = caseNow(deps);
  return [
    route({
      method: 'get',
      path: '/cases/:ref/items',
      access: 'see-items',
      scope: 'content:read',
      summary: 'The items of a request of an applicant, as far as you may see them',
      answers: { 200: ['The items', itemsSchema] },
      handle: async ({ document, account, by }) => {
        const record = await store.audit.of(document._id);
        const seen = itemsOf(document, record).filter((item) => seesItem(account, document, item));
        await recordView(document, by, seen.flatMap(itemNames), deps);
        const isOpen = !document.ended && !hasReply(record);
        const isOwn = mayOnCase(account, 'run-applicant-request', document) || mayOnCase(account, 'decide-item', document);
        const texts = seen.map((item) => itemText(document, item, record, store));
        const handlingFor = mayOnCase(account, 'run-applicant-request', document) ? await handlingFrom(texts, { account, by, receiver: document.openedBy.partner }, deps) : () => null;
        const shown = (item: ItemOnRecord, index: number) => {
          const consultation = consultationOf(item, document, record);
          const { decided } = item;
          const description = texts[index] ?? '';
          return {
            id: item.id,
            originator: item.originator,
            task: item.task,
            description,
            warnedAt: consultation?.told?.at ?? null,
            consultationEndsAt: consultation?.plan.dueAt ?? null,
            answeredAt: consultation?.answer?.receivedAt ?? null,
            answer: consultation === null || consultation.answer === null ? null : answerName(consultation),
            mayBeDisclosed: mayDiscloseBy(account._id, item, { document, record, now: clock.now() }).ground !== null,
            undone: isOpen && isOwn ? undoneBy(item, { document, record, now: clock.now() }) : null,
            handling: handlingShown(handlingFor(description)),
            decision: decided === null ? null : { name: decisionName(item) ?? '', decision: decided.decision, at: decided.at, ground: decided.ground, grounds: [...groundsIn(decided.entry)], reason: noteIn(document, decided.entry, store)?.text ?? '' },
          };
        };
        return { status: 200, body: { items: seen.map(shown) } };
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/items',
      access: 'run-applicant-request',
      summary: 'Put further items on record',
      description: 'Each partner that one of them came from is warned at once.',
      body: addItemsSchema(protocol).meta({ id: 'FurtherItems' }),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await addItems({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/items/:item/originator',
      parameters: ofItem,
      access: 'run-applicant-request',
      summary: 'Say that an item came from somebody else',
      description: 'That partner is warned, and what was decided on the item counts no more.',
      body: originatorSchema(protocol).meta({ id: 'ItemOriginator' }),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await changeOriginator({ ...body, item: String(viewer.request.params['item']), document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/items/:item/decision',
      parameters: ofItem,
      access: 'decide-item',
      summary: 'Decide what is disclosed of an item',
      description:
        'Of subject access: refused, if any of it is disclosed, until its originator was warned and has answered or had its time; where ' +
        'the statutory date comes first, with `beforeTime`. Of an FOI or EIR request advice binds nobody: before it has come, with `beforeTime`. ' +
        'Where its originator has answered, `answerSeen` names the answer that was read; where it is decided, `decisionSeen` that decision.',
      body: decisionSchema.meta({ id: 'ItemDecision' }),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await decideItem({ ...body, item: String(viewer.request.params['item']), document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/tasks/:task/referral',
      access: 'refer-items',
      summary: 'Ask an originator to deal with its items itself',
      description: 'No clock stops for that.',
      body: referralSchema.meta({ id: 'Referral' }),
      handle: async ({ document, task, by, submissionId, body, ...viewer }) => {
        await refer({ ...body, document, task, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/clock-stop',
      access: 'run-applicant-request',
      summary: 'Stop the statutory clock while something is awaited of the applicant',
      body: stopSchema.meta({ id: 'ClockStop' }),
      bodyFor: ({ document }) => stopSchemaFor(document),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await stopClock({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/clock-start',
      access: 'run-applicant-request',
      summary: 'Start the statutory clock again: what was awaited of the applicant has come',
      body: startSchema.meta({ id: 'ClockStart' }),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await startClock({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/applicant-reply',
      access: 'run-applicant-request',
      summary: 'Put on record that the applicant was replied to',
      description: 'It ends the case. Refused while an item is undecided.',
      body: replySchema.meta({ id: 'ApplicantReply' }),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        const decides = mayOnCase(viewer.account, 'decide-item', document);
        await recordReply({ ...body, decides, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
  ];
};
