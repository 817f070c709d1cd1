/**
 * Compares the store with Temporal, both ways. They agree but for what is on its way, unless one of them was put back from
 * an older copy, or somebody has ended a workflow behind Concordat's back.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client, type WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter, defineSearchAttributeKey, SearchAttributeType, type Payload } from '@temporalio/common';
import type { Clock } from '../config/clock';
import type { Store } from '../store';
import type { AuditEntry } from '../store/audit';
import { referenceParts, workflowIdOf, type CaseDocument } from '../store/cases';
import { messageOf } from '../store/messages';
import {
  heardQuery,
  searchAttributeNames,
  statusQuery,
  tellSignal,
  type CaseMessage,
  type CaseProjection,
  type Heard,
  type WorkReport,
} from '../workflows/shared/contract';
import { differenceInWords, type Difference } from './differences';
import { notTakenIn } from './not-taken-in';
import { sideBySide } from './side-by-side';
import { workflowsOfCases } from './temporal';
import { unheardIn } from './unheard';

interface Dependencies {
  readonly client: Client;
  readonly store: Pick<Store, 'cases' | 'audit'>;
}

/** A workflow of a case: of one of its openings. */
interface Opening {
  readonly caseRef: string;
  readonly run: number;
  readonly status: string;
  readonly submission: string;
  readonly startedAt: number;
}

/** Work that people wait for goes first: a look at a case that sleeps has a worker read its whole history. */
const casesAtOnce = 4;

/** What was on its way at the first look has arrived by then. */
const settlesWithinMs = 3_000;

/**
 * Every difference. Looks twice at what seems to be one, some seconds apart: while people work, something is always on its way.
 * @throws when the database, Temporal, or every worker does not answer
 */
export async function compareStores(deps: Dependencies, stopping?: AbortSignal): Promise<readonly Difference[]> {
  const known = await openingsInTemporal(deps.client);
  const references = new Set(known.keys());
  for await (const { _id } of deps.store.cases.openCases()) references.add(_id);
  const suspected = await compareCases([...references], (caseRef) => Promise.resolve(known.get(caseRef) ?? []), deps, stopping);
  const suspects = new Set(suspected.flatMap((difference) => ('caseRef' in difference ? [difference.caseRef] : [])));
  if (suspects.size > 0) await sleep(settlesWithinMs, undefined, { signal: stopping });
  const openingsOf = (caseRef: string) => openingsNow(caseRef, known.get(caseRef) ?? [], deps);
  const differences = await compareCases([...suspects].sort(), openingsOf, deps, stopping);
  return [...differences, ...(await lostReferences(known.keys(), deps))];
}

/** Compares, and keeps what came of it for the health page and the alarms. @throws as `compareStores` */
export async function compareAndNote(
  deps: Dependencies & { readonly store: Pick<Store, 'signs'>; readonly clock: Clock },
  stopping?: AbortSignal,
): Promise<readonly Difference[]> {
  const differences = await compareStores(deps, stopping);
  const inWords = differences.map((difference) => differenceInWords(difference));
  await deps.store.signs.noteComparison(deps.clock.now(), inWords.map(({ caseRef, what }) => ({ caseRef, what })));
  return differences;
}

async function compareCases(
  references: readonly string[],
  openingsOf: (caseRef: string) => Promise<readonly Opening[]>,
  deps: Dependencies,
  stopping?: AbortSignal,
): Promise<Difference[]> {
  const found = await sideBySide(references, casesAtOnce, async (caseRef) => {
    stopping?.throwIfAborted();
    return compareCase(caseRef, await openingsOf(caseRef), deps);
  });
  return found.flat();
}

/** All that Temporal still has of cases, running or ended, by their references: of each opening its newest workflow. */
async function openingsInTemporal(client: Client): Promise<ReadonlyMap<string, readonly Opening[]>> {
  const known = new Map<string, Opening[]>();
  for await (const info of client.workflow.list({ query: workflowsOfCases })) {
    const opening = openingOf(info);
    const others = (known.get(opening.caseRef) ?? []).filter(({ run }) => run !== opening.run);
    const same = known.get(opening.caseRef)?.find(({ run }) => run === opening.run);
    known.set(opening.caseRef, [...others, same !== undefined && same.startedAt > opening.startedAt ? same : opening]);
  }
  return known;
}

const reference = defineSearchAttributeKey(searchAttributeNames.reference, SearchAttributeType.KEYWORD);

function openingOf(info: Pick<Awaited<ReturnType<WorkflowHandle['describe']>>, 'memo' | 'status' | 'startTime' | 'typedSearchAttributes' | 'workflowId'>): Opening {
  const { submission = '', run = 1 } = (info.memo ?? {}) as { readonly submission?: string; readonly run?: number };
  const caseRef = info.typedSearchAttributes.get(reference) ?? info.workflowId;
  return { caseRef, run, submission, status: info.status.name, startedAt: info.startTime.getTime() };
}

/** As Temporal has them at this moment: its lists lag behind. */
async function openingsNow(caseRef: string, listed: readonly Opening[], { client, store }: Dependencies): Promise<readonly Opening[]> {
  const document = await store.cases.get(caseRef);
  const runs = new Set([...listed.map(({ run }) => run), ...(document === null ? [] : [document.run])]);
  const found: Opening[] = [];
  for (const run of [...runs].sort((a, b) => a - b)) {
    try {
      found.push(openingOf(await client.workflow.getHandle(workflowIdOf({ _id: caseRef, run })).describe()));
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  return found;
}

async function compareCase(caseRef: string, openings: readonly Opening[], deps: Dependencies): Promise<Difference[]> {
  const document = await deps.store.cases.get(caseRef);
  const found: Difference[] = [];
  for (const opening of openings) {
    if (document === null || opening.run > document.run) found.push(await unknownToStore(opening, deps));
    else if (opening.submission !== document.submissionId) found.push({ kind: 'other-case', caseRef });
    else if (opening.status === 'RUNNING') found.push(...(await compareWithRunning(opening, deps)));
    else if (opening.run === document.run && !document.ended) {
      found.push(
        opening.status === 'COMPLETED'
          ? await behindItsWorkflow(document, deps)
          : { kind: 'no-workflow', caseRef, document, endedAs: opening.status },
      );
    }
  }
  if (document === null || document.ended || document.startedAt === null) return found;
  const hasOne = openings.some(({ run }) => run === document.run);
  return hasOne ? found : [...found, { kind: 'no-workflow', caseRef, document, endedAs: null }];
}

async function unknownToStore({ caseRef, run, status }: Opening, { client }: Dependencies): Promise<Difference> {
  const handle = client.workflow.getHandle(workflowIdOf({ _id: caseRef, run }));
  const title = (await (await handle.describe()).staticSummary()) ?? '';
  const known = await handle.query<CaseProjection>(statusQuery).catch(() => null);
  return { kind: 'no-case', caseRef, run, title, isRunning: status === 'RUNNING', known };
}

async function compareWithRunning({ caseRef, run }: Opening, deps: Dependencies): Promise<Difference[]> {
  const { client, store } = deps;
  const handle = client.workflow.getHandle(workflowIdOf({ _id: caseRef, run }));
  let heard: Heard & Pick<CaseProjection, 'seq'>;
  try {
    heard = await handle.query(heardQuery);
  } catch (error) {
    return [{ kind: 'no-word', caseRef, because: error instanceof Error ? error.message : String(error) }];
  }
  const record = await store.audit.of(caseRef);
  // After the workflow: whatever that has said was recorded before.
  const document = await store.cases.get(caseRef);
  if (document === null) return [];
  const isOfNow = document.run === run;
  const unheard = unheardIn(record, heard).filter(({ entry }) => !entry.waiting || entry.toldAt !== null);
  const found: Difference[] = [];
  if (unheard.length > 0 || !isOfNow || heard.seq < document.projection.seq) {
    found.push({ kind: 'workflow-behind', caseRef, run, unheard });
  }
  if (isOfNow && (heard.seq > document.projection.seq || lostNumbers(heard, record).length > 0)) {
    found.push(await behindItsWorkflow(document, deps));
  }
  const missing = isOfNow ? notTakenIn(document, record) : [];
  if (missing.length > 0) found.push({ kind: 'not-taken-in', caseRef, entries: missing });
  return found;
}

/** The numbers under which a case has heard something, and the record neither has what it could have heard nor says that it is lost. */
function lostNumbers({ numbers }: Heard, record: readonly AuditEntry[]): number[] {
  const accountedFor = new Set(
    record.flatMap((entry) => {
      if (entry.act === 'act-lost') return [entry.facts['number'] as number];
      return messageOf(entry) === null ? [] : [entry.seq];
    }),
  );
  return numbers.filter((number) => !accountedFor.has(number));
}

/** Reads what a workflow knows that the store does not; also of one that has ended. */
async function behindItsWorkflow(document: CaseDocument, { client, store }: Dependencies): Promise<Difference> {
  const { _id: caseRef } = document;
  const handle = client.workflow.getHandle(workflowIdOf(document));
  const [known, heard, record] = await Promise.all([
    handle.query<CaseProjection>(statusQuery),
    handle.query<Heard>(heardQuery),
    store.audit.of(caseRef),
  ]);
  const numbers = lostNumbers(heard, record);
  const told = numbers.length === 0 ? new Map<number, CaseMessage>() : await messagesIn(handle);
  const lost = numbers.sort((a, b) => a - b).map((number) => ({ number, message: told.get(number) ?? null }));
  return { kind: 'store-behind', caseRef, document, known, lost };
}

/** What a workflow was told, by the numbers: its history keeps it, when the store has lost it. */
async function messagesIn(handle: WorkflowHandle): Promise<ReadonlyMap<number, CaseMessage>> {
  const { events } = await handle.fetchHistory();
  return new Map((events ?? []).flatMap(toldBy).map((message) => [message.seq, message]));
}

type HistoryEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/** Most come by a signal; some a case has found itself, by an activity of its own task or another one. */
function toldBy({
  workflowExecutionSignaledEventAttributes: signal,
  markerRecordedEventAttributes: ofOwnTask,
  activityTaskCompletedEventAttributes: ofAnother,
}: HistoryEvent): readonly CaseMessage[] {
  const payloadsIn = (part: { readonly payloads?: readonly Payload[] | null } | null | undefined) => part?.payloads ?? [];
  if (signal?.signalName === tellSignal) return payloadsIn(signal.input).map((payload) => defaultPayloadConverter.fromPayload<CaseMessage>(payload));
  return [...payloadsIn(ofOwnTask?.details?.['result']), ...payloadsIn(ofAnother?.result)].flatMap((payload) => {
    const result = defaultPayloadConverter.fromPayload<readonly CaseMessage[] | WorkReport>(payload);
    return 'deferred' in result ? (result.lastMessages ?? []) : result;
  });
}

/** The series of references of which Temporal knows a higher one than the store has given. */
async function lostReferences(references: Iterable<string>, { store }: Dependencies): Promise<Difference[]> {
  const highest = new Map<string, number>();
  for (const caseRef of references) {
    const { series, number } = referenceParts(caseRef);
    highest.set(series, Math.max(number, highest.get(series) ?? 0));
  }
  const given = await store.cases.lastReferences();
  return [...highest].flatMap(([series, known]): Difference[] => {
    const last = given.get(series) ?? 0;
    return known > last ? [{ kind: 'references-lost', series, last, known }] : [];
  });
}
