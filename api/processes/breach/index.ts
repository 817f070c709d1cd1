import { z } from 'zod';
import { wasRefused } from '../../../dispatch/clock';
import { answerTo } from '../../../dispatch/items';
import { partnerName } from '../../../config/protocol-rules';
import type { BreachInput } from '../../../workflows/breach/contract';
import type { WebProcess } from '../process';
import { readBreach, regimes, tasksOf, termsOf } from './content';
import { toldOfEnd } from './standing';
import { awaitsOwnDecision, decisionName, isLeavable, leftAsItIs, leftUndecided, neverDecided } from './own-decisions';
import { particulars } from './particulars';
import { saidBy } from './said';
import { breachRows, words } from './words';

const instant = z.string().meta({ format: 'date-time' });

/** Personal data breach (protocol section 10), as the web shows it. */
export const breach: WebProcess = {
  words,
  isConfirmed: false,
  isWithdrawable: (document) => !awaitsOwnDecision(document),
  isLeavable,
  whyNoAnswer: (kind, task, record) =>
    kind === 'not-told-ico' && record.some((entry) => entry.act === 'ico-informed' && entry.task === task.id && !wasRefused(record, entry))
      ? 'It is on record that the ICO was told more since. That cannot be undone: correct what was told, and say what is wrong in it.'
      : null,
  reopeningTellsBesides: () => 'Everybody who was told of the breach is told that it is open again.',
  reopenedWith: (document, record, _given, { protocol }) => ({
    input: { ownDecisions: true, toldOfEnd: toldOfEnd(document) } satisfies Partial<BreachInput>,
    mustAsk: neverDecided(document, record).map((task) => ({ id: task.id, name: decisionName(task, protocol) })),
  }),
  decisionsOf: () => [],
  rows: (document, _seen, { store, protocol }) => breachRows(document, readBreach(document, store), { protocol }),
  content: (document, _seen, { store }) => ({ request: { ...readBreach(document, store), ...termsOf(document) }, justifications: {} }),
  contentSchema: z
    .object({
      what: z.string(),
      where: z.string(),
      effect: z.string(),
      people: z.string(),
      records: z.string(),
      measures: z.string(),
      detectedAt: instant,
      owner: z.string(),
      controllers: z.array(z.string()),
      involved: z.array(z.string()),
      categories: z.array(z.string()),
      regime: z.enum(Object.keys(regimes) as [keyof typeof regimes, ...(keyof typeof regimes)[]]),
    })
    .meta({ id: 'BreachContent' }),
  particulars,
  alongside: (document, { id, kind }, record, deps) => {
    const isConsulted = kind === 'give-view' || kind === 'decide-telling';
    const consulted = isConsulted ? [...tasksOf(document, 'decide-telling'), ...tasksOf(document, 'give-view')] : [];
    const others = consulted.flatMap((task) => {
      const answer = task.id === id ? null : answerTo(task, record);
      return answer === null ? [] : [{ task, answer }];
    });
    return {
      names: others.map(({ task, answer }) => `${task.id}/answer/${answer.version}`),
      rows: () =>
        others.map(({ task, answer }) => {
          const said = saidBy(document, task, answer, deps);
          return task.kind === 'decide-telling' ? { ...said, key: `${said.key}, which decides` } : said;
        }),
    };
  },
  casePage: {
    view: 'breach/case.njk',
    locals: (document, record, _account, { protocol }) => ({
      undecided: leftUndecided(document, record).map((task) => decisionName(task, protocol)),
      leftAsItIs: leftAsItIs(document, record).map(({ partner }) => partnerName(protocol, partner)),
    }),
  },
  neededByOn: () => null,
};
