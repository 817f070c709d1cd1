import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { LadderRole } from '../../config/policy';
import type {
  InformationRequestInput,
  InformationRequestResult,
} from '../../workflows/information-request/contract';
import { processes, type ProcessSlug } from '../../config/processes';
import { tellSignal } from '../../workflows/shared/contract';
import type {
  AnswerKind,
  CaseActivities,
  CaseMessage,
  CaseProjection,
  Notice,
  Recipient,
  TaskClock,
  TaskId,
  Word,
  WorkOrder,
  WorkReport,
} from '../../workflows/shared/contract';
import type { TimeSkipping } from '../support/time-skipping';

export const hour = 3_600_000;
export const day = 24 * hour;
export const at = (milliseconds: number): IsoInstant => new Date(milliseconds).toISOString() as IsoInstant;

/** The ladder of the shipped protocol, with its rungs in days from the due moment. */
export const ladder: readonly { step: string; afterDueDays: number; to: readonly LadderRole[] }[] = [
  { step: 'reminder', afterDueDays: -2.6, to: ['spoc'] },
  { step: 'due-today', afterDueDays: -0.6, to: ['spoc'] },
  { step: 'overdue', afterDueDays: 0.4, to: ['spoc'] },
  { step: 'escalate-deputy', afterDueDays: 2.4, to: ['spoc', 'deputy'] },
  { step: 'escalate-governance', afterDueDays: 4.4, to: ['governance-lead'] },
  { step: 'escalate-csp', afterDueDays: 7.4, to: ['csp-manager'] },
];

export function inputFor(
  caseRef: string,
  partners: readonly string[],
  dueAt: number,
  rungs = ladder.length,
): InformationRequestInput {
  return {
    schema: 1,
    caseRef,
    opener: 'thurrock',
    questionPausesClock: false,
    tasks: partners.map((partner, index) => ({
      id: `T${index + 1}`,
      partner,
      name: partner,
      clock: {
        version: 1,
        dueOn: at(dueAt - hour).slice(0, 10) as IsoDate,
        dueAt: at(dueAt),
        rungs: ladder.slice(0, rungs).map(({ step, afterDueDays, to }) => ({ step, at: at(dueAt + afterDueDays * day), to })),
        calendarVersion: 'test',
      },
    })),
  };
}

/** What was sent, one line a recipient: `T1 reminder spoc`. */
export type SentMail = `${TaskId} ${string} ${Recipient}`;

/** A message as it is written, before it has its number. */
export type Untold = CaseMessage extends infer Each ? (Each extends CaseMessage ? Omit<Each, 'seq' | 'at'> : never) : never;

/**
 * A world that keeps to the activities' contract: it holds answers, sends mail unless the mail server is down, and
 * drops a chase whose answer is stored, whose date has moved or whose next rung has come.
 */
export class World implements CaseActivities {
  readonly orders: WorkOrder[] = [];
  readonly sent: SentMail[] = [];
  readonly sentAt: number[] = [];
  /** What people have told the case, in its order. */
  readonly messages: CaseMessage[] = [];
  /** What the case has said to it. */
  readonly words: Word[] = [];
  /** Until this moment the mail server takes nothing. */
  mailDownUntil = 0;
  readonly withoutAddress = new Set<Recipient>();
  closeAfterMs = 5 * day;
  /** What happens while an order is carried out. */
  meanwhile: (order: WorkOrder) => void = () => undefined;

  constructor(private readonly now: () => Promise<number>) {}

  carryOut = async (order: WorkOrder): Promise<WorkReport> => {
    this.orders.push(order);
    this.words.push(...order.words);
    this.meanwhile(order);
    const now = await this.now();
    const deferred: Notice[] = [];
    const undeliverable: WorkReport['undeliverable'][number][] = [];
    for (const notice of order.notices) {
      const answered = this.messages.some((message) => message.type === 'answer' && message.task === notice.task);
      const superseded = notice.supersededAt !== undefined && Date.parse(notice.supersededAt) <= now;
      if (notice.chase && (answered || superseded || this.#isOfOldDate(notice))) continue;
      for (const to of notice.to) {
        if (this.withoutAddress.has(to)) undeliverable.push({ notice, to, reason: 'no-address' });
        else if (now < this.mailDownUntil) deferred.push({ ...notice, to: [to] });
        else {
          this.sent.push(`${notice.task} ${notice.step} ${to}`);
          this.sentAt.push(now);
        }
      }
    }
    const closeAt =
      order.closeAfter === undefined ? {} : { closeAt: at(Date.parse(order.closeAfter) + this.closeAfterMs) };
    const lastMessages = order.closes === undefined ? {} : { lastMessages: this.#waiting() };
    return { seq: order.projection.seq, deferred, undeliverable, ...closeAt, ...lastMessages };
  };

  #isOfOldDate({ task, step, clockVersion }: Notice): boolean {
    const isRung = ladder.some((rung) => rung.step === step);
    const moves = this.messages.filter((message) => message.type === 'clock-moved' && message.task === task);
    return isRung && moves.some((message) => message.type === 'clock-moved' && message.clock.version > clockVersion);
  }

  storedMessages = async (): Promise<readonly CaseMessage[]> => Promise.resolve(this.#waiting());

  #waiting(): CaseMessage[] {
    return this.messages.filter(({ seq }) => !this.words.some((word) => word.seq === seq));
  }

  /** Stores what people tell the case as the web does before it delivers it. */
  store(told: Untold, toldAt: number): CaseMessage {
    const message: CaseMessage = { seq: this.messages.length + 1, at: at(toldAt), ...told };
    this.messages.push(message);
    return message;
  }

  /** A first answer, or with a version the correction of one. */
  answer(task: TaskId, receivedAt: number, kind: AnswerKind = 'nothing-held', version = 1): CaseMessage {
    return this.store({ type: 'answer', task, answer: { version, kind, receivedAt: at(receivedAt) } }, receivedAt);
  }

  get lastState(): CaseProjection | undefined {
    return this.orders.at(-1)?.projection;
  }

  get events(): string[] {
    return this.orders.flatMap(({ events }) => events.map(({ event }) => event));
  }
}

export interface RunningCase<Result = InformationRequestResult> {
  readonly ref: string;
  readonly world: World;
  readonly handle: WorkflowHandle<() => Promise<Result>>;
  readonly openedAt: number;
  readonly dueAt: number;
}

/** Starts a case due some days from now (the server's time) and runs the test while a worker serves it. */
export async function withCase<Result = InformationRequestResult>(
  server: TimeSkipping,
  options: {
    /** Of which process; an information request if not given. */
    readonly process?: ProcessSlug;
    readonly dueInDays: number;
    readonly partners?: readonly string[];
    /** How many rungs of the ladder it has; all if not given. */
    readonly rungs?: number;
    /** What is different in its input. */
    readonly input?: (input: InformationRequestInput) => InformationRequestInput;
    readonly prepare?: (world: World) => void;
  },
  during: (running: RunningCase<Result>) => Promise<void>,
): Promise<void> {
  const { env } = server;
  const { prefix, workflowType } = processes[options.process ?? 'information-request'];
  const ref = `${prefix}-2026-${randomUUID().slice(0, 8)}`;
  const openedAt = await env.currentTimeMs();
  const dueAt = openedAt + options.dueInDays * day;
  const world = new World(() => env.currentTimeMs());
  options.prepare?.(world);
  const change = options.input ?? ((input) => input);
  await server.withWorker(ref, world, async () => {
    const handle = await env.client.workflow.start<() => Promise<Result>>(workflowType, {
      taskQueue: ref,
      workflowId: ref,
      args: [change(inputFor(ref, options.partners ?? ['essex-police'], dueAt, options.rungs))] as never,
    });
    try {
      await during({ ref, world, handle, openedAt, dueAt });
    } finally {
      // A worker does not stop while it works on a case that is terminated under it: let it come to rest first.
      await env.sleep(1_000);
      await handle.terminate('end of test').catch(() => undefined);
    }
  });
}

/** The clock of a task with another due moment. */
export function movedClock(dueAt: number, version: number): TaskClock {
  const clock = inputFor('any', ['any'], dueAt).tasks[0]?.clock;
  if (clock === undefined) throw new Error('There is no clock.');
  return { ...clock, version };
}

/** Brings what the world has stored to the case, as the web or the sweep does, and waits for its word. */
export async function tell<Result>({ handle, world }: Pick<RunningCase<Result>, 'handle' | 'world'>, message: CaseMessage): Promise<Word['rejection']> {
  const wordsOnIt = (): Word[] => world.words.filter(({ seq }) => seq === message.seq);
  const before = wordsOnIt().length;
  await handle.signal<[CaseMessage]>(tellSignal, message);
  for (let looks = 0; looks < 1_000; looks += 1) {
    const word = wordsOnIt().at(before);
    if (word !== undefined) return word.rejection;
    await sleep(10);
  }
  throw new Error(`The case has given no word on ${message.type}.`);
}
