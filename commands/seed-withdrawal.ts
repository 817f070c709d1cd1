/** The withdrawal of `npm run seed`: notice was given today, and its four weeks run. */
import { formatShortDate } from '../calendar';
import type { IsoDate } from '../config/clock';
import type { Post } from './seed-reviews';

interface Setting {
  readonly today: IsoDate;
  /** Who may leave, the first one first; whoever has given notice on an earlier day is passed over. */
  readonly partners: readonly string[];
  readonly manager: Post;
}

export async function seedWithdrawal({ today, partners, manager }: Setting): Promise<string[][]> {
  for (const withdraws of partners) {
    const body = { withdraws, receivedOn: today, notice: 'It shares by another agreement from next month.' };
    const opened = await manager('/withdrawals', `seed-${today}-withdrawal-${withdraws}`, body).catch((error: unknown) => {
      if (/has given notice already|is a former partner/.test(String(error))) return null;
      throw error;
    });
    if (opened === null) continue;
    const [first] = opened['tasks'] as { readonly dueOn: IsoDate }[];
    return [[String(opened['reference']), 'A withdrawal: the four weeks run', withdraws, formatShortDate(first?.dueOn ?? today), String(opened['url'])]];
  }
  return [];
}
