/**
 * The hard stop (protocol section 5): an item that came from another partner is not disclosed before that originator was
 * warned, and has answered or had its time. Asked wherever a decision or a reply is put on record, on the condition that the
 * record is still the one that was asked about. Where an originator is only asked for its advice (an FOI or EIR request), nothing
 * is forbidden, but what is disclosed before it has had its time needs a reason all the same, and is told to it at once.
 */
import { definitionOf } from '../config/processes';
import type { IsoInstant } from '../config/clock';
import type { AuditEntry } from '../store/audit';
import type { CaseDocument, CaseItem } from '../store/cases';
import { planInForce, wasRefused } from './clock';
import { consultationOf, discloses, itemsOf, replyOnRecord, replyTask, stopInForce, type DisclosureGround, type ItemOnRecord } from './items';

interface Asked {
  readonly document: CaseDocument;
  readonly record: readonly AuditEntry[];
  readonly now: IsoInstant;
}

export type MayDisclose =
  | {
      readonly ground: DisclosureGround;
      /** Whether it has to be said why it is disclosed before the originator's time has run out. */
      readonly needsReason: boolean;
    }
  | { readonly ground: null; readonly because: 'not-warned' | 'time-left' | 'own-word'; readonly until?: IsoInstant };

/**
 * Whether an item may be disclosed at a moment, and on what ground:
 * - it is the receiver's own;
 * - its originator was warned and has answered, be it that its case has not heard of the answer yet;
 * - its originator was warned while it had time, and that has run out by the clock in force;
 * - its originator was warned only after its time had run out: with a reason;
 * - its originator was warned, and the statutory date comes before its time runs out: with a reason.
 * Withholding needs none of this.
 */
export function mayDisclose(item: CaseItem, { document, record, now }: Asked): MayDisclose {
  const consultation = consultationOf(item, document, record);
  if (consultation === null) return { ground: 'own', needsReason: false };
  const { plan, told, answer } = consultation;
  if (answer !== null) return { ground: 'answered', needsReason: false };
  const isAdvice = definitionOf(document.process).hardStop !== true;
  if (told === null) return isAdvice ? { ground: 'advice-awaited', needsReason: true } : { ground: null, because: 'not-warned' };
  if (Date.parse(plan.dueAt) <= Date.parse(now)) {
    const hadTime = Date.parse(told.at) < Date.parse(plan.dueAt);
    return hadTime ? { ground: 'silent', needsReason: false } : { ground: 'warned-late', needsReason: true };
  }
  const statutory = planInForce(replyTask(document), record);
  // While the clock stands still the date is later than it seems.
  const comesFirst = stopInForce(record) === null && Date.parse(statutory.dueAt) <= Date.parse(plan.dueAt);
  if (!comesFirst && isAdvice) return { ground: 'advice-awaited', needsReason: true };
  return comesFirst ? { ground: 'statutory-date-first', needsReason: true } : { ground: null, because: 'time-left', until: plan.dueAt };
}

/**
 * Whether an account may decide to disclose an item. Whoever has said that it is the receiver's own after all, that its originator
 * was warned by telephone, or what that has answered, has lifted the hard stop, and does not use it alone: their own word counts
 * for others only. Nor does whoever took it from an originator use the silence of the one that they named in its place. Where advice binds nobody there is nothing to lift.
 */
export function mayDiscloseBy(account: string | null, item: ItemOnRecord, { record, ...asked }: Asked): MayDisclose {
  const may = mayDisclose(item, { ...asked, record });
  if (may.ground === null || definitionOf(asked.document.process).hardStop !== true) return may;
  const withoutOwnWord = mayDisclose(item, { ...asked, record: record.filter((entry) => !isWordOf(account, entry)) });
  const isOwnWord =
    withoutOwnWord.ground === null ||
    (withoutOwnWord.ground === 'own' && wasMadeOwnBy(account, item)) ||
    (withoutOwnWord.ground !== 'own' && withoutOwnWord.ground !== 'answered' && wasTakenAwayBy(account, item, record));
  return isOwnWord ? { ground: null, because: 'own-word' } : withoutOwnWord;
}

/** What whoever runs a request says of an originator: that it was told, or what it has answered. */
const isWordOf = (account: string | null, { act, by, facts }: AuditEntry): boolean =>
  by.account === account && (act === 'call-recorded' || (act === 'answer-received' && facts['recordedBy'] === 'requester'));

/** Whether an account has said of an item that came from a partner that it is the receiver's own. */
const wasMadeOwnBy = (account: string | null, { originator, since }: ItemOnRecord): boolean =>
  originator === null && since !== null && ((since.facts['moved'] ?? []) as readonly string[]).length > 0 && since.by.account === account;

/** Whether an account has ever said of an item that it did not come from the partner that it was thought to have come from. */
const wasTakenAwayBy = (account: string | null, { id }: ItemOnRecord, record: readonly AuditEntry[]): boolean =>
  record.some(
    (entry) =>
      entry.act === 'items-changed' &&
      entry.by.account === account &&
      ((entry.facts['moved'] ?? []) as readonly string[]).length > 0 &&
      (entry.facts['items'] as unknown as readonly { readonly id: string }[]).some((item) => item.id === id) &&
      !wasRefused(record, entry),
  );

/** Why a decision to disclose counts no more. */
export const waysUndone = ['time-moved', 'answered-since'] as const;
export type Undone = (typeof waysUndone)[number];

/**
 * What has undone the decision to disclose an item: the time on which it rests was moved and has not run out by the new date; or
 * its originator has said something since, which nobody has read who decides. Null where it stands, or none was made.
 * @param until what is said later undoes nothing: the moment of a reply that has gone out
 */
export function undoneBy(item: ItemOnRecord, asked: Asked, until: IsoInstant = asked.now): Undone | null {
  const { decided } = item;
  if (decided === null || !discloses(decided.decision)) return null;
  const answer = consultationOf(item, asked.document, asked.record)?.answer ?? null;
  if (answer !== null && answer.seq > decided.entry.seq && Date.parse(answer.recordedAt) <= Date.parse(until)) return 'answered-since';
  if (definitionOf(asked.document.process).hardStop !== true) return null;
  const may = mayDiscloseBy(decided.entry.by.account, item, asked);
  return may.ground === null || (may.needsReason && decided.entry.facts['exceptional'] !== true) ? 'time-moved' : null;
}

/**
 * The items that are still to be decided before the applicant can be replied to: also those whose decision was undone.
 * @param until as that of `undoneBy`
 */
export const undecidedItems = (asked: Asked, until?: IsoInstant): readonly ItemOnRecord[] =>
  itemsOf(asked.document, asked.record).filter((item) => item.decided === null || undoneBy(item, asked, until) !== null);

/** A request as its reply found it, once that is on record: what comes later undoes nothing that was sent. */
function asReplied(asked: Asked): { readonly asked: Asked; readonly until: IsoInstant } {
  const { record, now } = asked;
  const reply = replyOnRecord(record);
  return reply === undefined ? { asked, until: now } : { asked: { ...asked, record: record.slice(0, record.indexOf(reply)), now: reply.at }, until: reply.facts['repliedAt'] as IsoInstant };
}

/** What has undone a decision; of a request that was replied to, what had by then. */
export function undoneAsReplied(item: ItemOnRecord, whole: Asked): Undone | null {
  const { asked, until } = asReplied(whole);
  return undoneBy(item, asked, until);
}

/** The items that are undecided; of a request that was replied to, those that were then. */
export function undecidedAsReplied(whole: Asked): readonly ItemOnRecord[] {
  const { asked, until } = asReplied(whole);
  return undecidedItems(asked, until);
}
