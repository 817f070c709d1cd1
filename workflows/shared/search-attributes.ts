import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributeUpdatePair } from '@temporalio/common';
import type { CaseProjection } from './contract';
import { searchAttributeNames as names } from './contract';

const stage = defineSearchAttributeKey(names.stage, SearchAttributeType.KEYWORD);
const overdue = defineSearchAttributeKey(names.overdue, SearchAttributeType.BOOL);
const openTasks = defineSearchAttributeKey(names.openTasks, SearchAttributeType.INT);
const dueAt = defineSearchAttributeKey(names.dueAt, SearchAttributeType.DATETIME);

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
