/** What the letters to an applicant have alike, whatever law the request is answered by. */
import { formatDate, londonDateOf } from '../../calendar';
import type { IsoDate } from '../../config/clock';
import { partnerName } from '../../config/protocol-rules';
import { planInForce, planTask, policyFor } from '../../dispatch/clock';
import { replyTask } from '../../dispatch/items';
import { undecidedAsReplied } from '../../dispatch/may-disclose';
import { NotPossible } from '../cases/acts';
import { extensionOf } from '../cases/dates';
import type { Block, BlockDocument } from '../documents/blocks';
import type { LetterDependencies, WrittenAt } from './kind';

export const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
export const heading = (text: string): Block => ({ kind: 'heading', level: 2, text });

/** A letter with its head. @param to the lines of the address, of which some may be empty */
export function letter(
  title: string,
  { document, now, to }: Pick<WrittenAt, 'document' | 'now'> & { readonly to: readonly string[] },
  blocks: readonly Block[],
  { protocol }: Pick<LetterDependencies, 'protocol'>,
): BlockDocument {
  const rows = [
    { key: 'To', text: to.filter((line) => line !== '').join('\n') || '[Where the letter goes]' },
    { key: 'From', text: partnerName(protocol, document.openedBy.partner) },
    { key: 'Date', text: formatDate(londonDateOf(now)) },
    { key: 'Our reference', text: document._id },
  ];
  return { title, foot: document._id, blocks: [{ kind: 'heading', level: 1, text: title }, { kind: 'facts', rows }, ...blocks] };
}

/**
 * Which items of a reply are not decided, by their ids: what was decided on them and does not stand is not to be sent. With what
 * the letter says while that is so, or nothing is on record, so that nobody sends it.
 */
export function undecidedIn(at: WrittenAt, hasItems: boolean): { readonly open: ReadonlySet<string>; readonly notYet: readonly Block[] } {
  const open = new Set(undecidedAsReplied(at).map(({ id }) => id));
  const notYet = !hasItems
    ? '[No item is on record. Put on record what you hold, item by item, before you send this letter. If you hold nothing, say so here.]'
    : open.size > 0
      ? `[Not every item is decided: ${[...open].map((id) => `item ${id.slice(1)}`).join(', ')}. Decide on the rest before you send this letter.]`
      : '';
  return { open, notYet: notYet === '' ? [] : [paragraph(notYet)] };
}

/**
 * Until when the reply is due without an extension, and with it; the latter is null where a day is to be chosen and is not yet.
 * @throws Refusal 409 where the time cannot be extended any more
 */
export function extensionDates({ document, record, now }: WrittenAt, deps: Pick<LetterDependencies, 'holidays'>): { readonly ordinary: IsoDate; readonly extended: IsoDate | null } {
  const reply = replyTask(document);
  const plan = planInForce(reply, record);
  const { from, paused, version, reason } = plan;
  const counted = planTask({ caseRef: document._id, from, paused, version, reason }, policyFor(document.policy, reply), { holidays: deps.holidays.current() });
  if (plan.dueOn === undefined || counted.dueOn === undefined) throw new Error('A statutory clock ends on a day.');
  if (plan.extended || plan.dueFor !== undefined) return { ordinary: counted.dueOn, extended: plan.dueOn };
  const extension = extensionOf(document, reply, record, now, deps);
  if ('refused' in extension) throw new NotPossible(extension.refused);
  return { ordinary: counted.dueOn, extended: extension.plan.extended ? (extension.plan.dueOn ?? null) : null };
}
