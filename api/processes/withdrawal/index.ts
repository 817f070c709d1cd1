import { z } from 'zod';
import { partnerName } from '../../../config/protocol-rules';
import { termsOf } from '../../../dispatch/notice-of-withdrawal';
import type { WebProcess } from '../process';
import { readWithdrawal } from './content';
import { givenBy, obligationsIn, sharedWith } from './obligations';
import { disclosureRows, withdrawalRows, words } from './words';

const obligation = z.object({
  task: z.string(),
  part: z.int().optional(),
  holds: z.string(),
  of: z.string().nullable(),
  disclosures: z.int(),
  openCases: z.array(z.string()),
});

/** Withdrawal of a partner (protocol section 13), as the web shows it. */
export const withdrawal: WebProcess = {
  words,
  isConfirmed: false,
  isWithdrawable: ({ projection }) => projection.stage === 'notice-running',
  decisionsOf: () => [],
  rows: async (document, seen, { store, protocol }) =>
    withdrawalRows(document, readWithdrawal(document, store), await sharedWith(termsOf(document).withdraws, store), seen, protocol),
  content: async (document, { tasks, all }, { store }) => {
    const { notice } = readWithdrawal(document, store);
    const { withdraws, receivedOn, lastDay, formerFrom } = termsOf(document);
    const shared = await sharedWith(withdraws, store);
    const obligations = obligationsIn(document, shared).filter(({ task }) => all || tasks.includes(task));
    return { request: { withdraws, receivedOn, lastDay, formerFrom, notice, obligations, ...(all ? { opened: shared.opened } : {}) }, justifications: {} };
  },
  contentSchema: z
    .object({
      withdraws: z.string(),
      receivedOn: z.string().meta({ format: 'date' }),
      lastDay: z.string().meta({ format: 'date' }),
      formerFrom: z.string().meta({ format: 'date' }),
      notice: z.string(),
      obligations: z.array(obligation),
      opened: z.array(z.string()).optional().meta({ description: 'The open cases that the partner which withdraws has opened itself' }),
    })
    .meta({ id: 'WithdrawalContent' }),
  // Whoever settles its part by a link, as a former partner has to, cannot look at the register itself.
  alongside: (document, task, _record, { store, protocol }) => {
    const from = givenBy(task, termsOf(document));
    const to = task.partner;
    return {
      title: 'What the disclosure register shows',
      names: from === null ? [] : [`disclosures/${from}/${to}`],
      rows: async () => (from === null ? [] : disclosureRows(await store.disclosures.list({ partners: null, from, to }), protocol)),
    };
  },
  countsAlongside: async (document, task, { store }) => {
    const from = givenBy(task, termsOf(document));
    return from === null ? 0 : store.disclosures.count({ partners: null, from, to: task.partner });
  },
  contradictedBy: async ({ kind, givenAt }, document, task, { store, protocol }) => {
    const { partner } = task;
    const from = givenBy(task, termsOf(document));
    if (kind !== 'nothing-held' || from === null) return null;
    const times = await store.disclosures.count({ partners: null, from, to: partner, before: givenAt });
    return times === 0 ? null : `By the disclosure register ${partnerName(protocol, partner)} was given something by ${partnerName(protocol, from)} ${timesInWords(times)}`;
  },
  neededByOn: () => null,
};

const timesInWords = (times: number): string => (times === 1 ? 'once' : `${times} times`);
