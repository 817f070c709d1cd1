import {
  defineSearchAttributeKey,
  SearchAttributeType,
  type SearchAttributeUpdatePair,
  type TypedSearchAttributes,
} from '@temporalio/common';
import type { CaseProjection, TaskState } from './contract';
import { searchAttributeNames as names } from './contract';

const stage = defineSearchAttributeKey(names.stage, SearchAttributeType.KEYWORD);
const overdue = defineSearchAttributeKey(names.overdue, SearchAttributeType.BOOL);
const openTasks = defineSearchAttributeKey(names.openTasks, SearchAttributeType.INT);
const dueAt = defineSearchAttributeKey(names.dueAt, SearchAttributeType.DATETIME);

const partners = defineSearchAttributeKey(names.partners, SearchAttributeType.KEYWORD_LIST);

/** The partners that a case has, once more of them are asked than when it was opened. */
export const partnersWith = (known: TypedSearchAttributes, tasks: readonly TaskState[]): SearchAttributeUpdatePair => ({
  key: partners,
  value: [...new Set([...(known.get(partners) ?? []), ...tasks.map(({ partner }) => partner)])],
});

/**
 * The attributes that changed, so that a wake that changes none adds no event to the history. A case that has ended is
 * known by its status in Temporal: its stage stays the last that it had while it was open.
 */
export function changedAttributes(before: CaseProjection, after: CaseProjection): SearchAttributeUpdatePair[] {
  const pairs: SearchAttributeUpdatePair[] = [];
  if (after.outcome === null && before.stage !== after.stage) pairs.push({ key: stage, value: after.stage });
  if (before.overdue !== after.overdue) pairs.push({ key: overdue, value: after.overdue });
  if (before.openTasks !== after.openTasks) pairs.push({ key: openTasks, value: after.openTasks });
  if (before.dueAt !== after.dueAt) pairs.push({ key: dueAt, value: after.dueAt === null ? null : new Date(after.dueAt) });
  return pairs;
}
