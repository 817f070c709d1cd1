import { planClock } from '../../calendar';
import { clocks } from '../../config/clocks';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { clockSettings } from '../../config/protocol-rules';
import { answerId, type AnswerDocument } from '../../store/answers';
import type { CaseDocument } from '../../store/cases';
import type { Store } from '../../store';
import type { InformationRequestInput } from '../../workflows/information-request/contract';
import { openRequest, projectionOf } from '../../workflows/information-request/rules';
import { holidays, protocol } from './database';

/** Thursday 26 March 2026: an information request received then is due on Monday 13 April 2026. */
export const received = '2026-03-26' as IsoDate;
export const openedAt = '2026-03-26T10:00:00.000Z' as IsoInstant;

/** An information request of Thurrock Council to Essex Police as the web stores it, not started yet. */
export function informationRequest(
  caseRef: string,
  { cipher }: Pick<Store, 'cipher'>,
  { openedBy = 'thurrock-officer', asked = 'essex-police' }: { openedBy?: string; asked?: string } = {},
): CaseDocument {
  const plan = planClock(
    {
      clock: 'information-request',
      from: received,
      ladder: protocol.ladders['information-request'],
      spreadKey: caseRef,
    },
    { holidays, settings: { ...clocks, 'information-request': clockSettings(protocol, 'information-request') } },
  );
  const { dueOn, dueAt, rungs, calendarVersion } = plan;
  if (dueOn === undefined) throw new Error('The clock of an information request has a due date.');
  const startInput: InformationRequestInput = {
    schema: 1,
    caseRef,
    opener: 'thurrock',
    tasks: [
      { id: 'T1', partner: asked, name: asked, clock: { version: 1, dueOn, dueAt, rungs, calendarVersion } },
    ],
  };
  const projection = projectionOf(openRequest(startInput, Date.parse(openedAt)));
  const key = cipher.newCaseKey(caseRef);
  return {
    _id: caseRef,
    schema: 1,
    process: 'information-request',
    title: `Thurrock Council asks ${asked}`,
    submissionId: `form of ${caseRef}`,
    openedAt,
    openedBy: { account: openedBy, partner: 'thurrock', teams: ['environment'] },
    partners: ['thurrock', asked],
    tasks: [{ id: 'T1', partner: asked, plans: [{ ...plan, version: 1, reason: 'opened' }], linkGeneration: 1 }],
    startInput,
    startedAt: null,
    key,
    content: { request: cipher.seal(key, caseRef, 'request', JSON.stringify({ personName: 'Jordan Example' })) },
    projection,
    timeline: [],
    mailedSeq: 0,
    nextWakeAt: projection.nextWakeAt === null ? null : new Date(projection.nextWakeAt),
    ended: false,
  };
}

/** An answer to its task as the web stores it, not delivered yet. */
export function answerTo({ _id, key }: CaseDocument, { cipher }: Pick<Store, 'cipher'>, receivedAt: string): AnswerDocument {
  return {
    _id: answerId(_id, 'T1'),
    submissionId: `answer form of ${_id}`,
    caseRef: _id,
    task: 'T1',
    kind: 'nothing-held',
    receivedAt: receivedAt as IsoInstant,
    receivedBy: { via: 'link', account: null },
    sealed: cipher.seal(key, _id, 'answers/T1', 'Nothing held'),
    deliveredAt: null,
  };
}
