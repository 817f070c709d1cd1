import type { Clock, IsoInstant } from '../config/clock';
import { processSlugs, type ProcessSlug } from '../config/processes';
import type { Store } from '../store';
import type { WaitingFigures } from '../store/audit';
import type { MailFigures } from '../store/mail-ledger';

/** How the clocks stand, over all cases. Numbers and moments only. */
export interface CaseFigures {
  readonly readAt: IsoInstant;
  readonly open: Readonly<Record<ProcessSlug, { readonly open: number; readonly overdue: number }>>;
  readonly notStarted: number;
  /** Cases that should have woken and did not. */
  readonly late: { readonly count: number; readonly oldest: Date | null };
  readonly waiting: Readonly<Record<'answer' | 'other', WaitingFigures>>;
  readonly mails: MailFigures;
  readonly watchdog: { readonly lookedAt: IsoInstant; readonly stuck: number } | null;
  /** How many differences the last comparison with Temporal has found. */
  readonly differences: number;
  readonly sealedAt: IsoInstant | null;
}

/** A worker may be this late without anything being wrong: rungs of one moment are done one after the other. */
const lateAfterMs = 60_000;

/** However often it is asked, the database is read no more often than this. */
const freshMs = 15_000;

/**
 * Reads how the clocks stand, from indexes and in bounds: not more often than every quarter of a minute, and once for all
 * who ask meanwhile.
 */
export class CaseFiguresReader {
  readonly #store: Store;
  readonly #clock: Clock;
  #last: CaseFigures | undefined;
  #reading: Promise<CaseFigures> | undefined;

  constructor({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  /** @throws if the database does not answer: old figures would look like good ones */
  async read(): Promise<CaseFigures> {
    const last = this.#last;
    if (last !== undefined && Date.parse(this.#clock.now()) - Date.parse(last.readAt) < freshMs) return last;
    this.#reading ??= this.#readAnew().finally(() => {
      this.#reading = undefined;
    });
    return (this.#last = await this.#reading);
  }

  async #readAnew(): Promise<CaseFigures> {
    const { cases, audit, mailLedger, signs, auditSeals } = this.#store;
    const readAt = this.#clock.now();
    const perProcess = processSlugs.map(async (process) => {
      const openOnes = { partners: null, process, ended: false } as const;
      const counts = { open: await cases.count(openOnes), overdue: await cases.count({ ...openOnes, overdueAt: readAt }) };
      return [process, counts] as const;
    });
    const [open, notStarted, late, waiting, mails, sign, comparison, [seal]] = await Promise.all([
      Promise.all(perProcess),
      cases.countNotStarted(),
      cases.lateFigures(new Date(Date.parse(readAt) - lateAfterMs)),
      audit.waitingFigures(),
      mailLedger.figures(readAt),
      signs.watchdog(),
      signs.comparison(),
      auditSeals.latest(1),
    ]);
    return {
      readAt,
      open: Object.fromEntries(open) as CaseFigures['open'],
      notStarted,
      late,
      waiting,
      mails,
      watchdog: sign === null ? null : { lookedAt: sign.lookedAt, stuck: sign.stuck.length },
      differences: comparison?.differences.length ?? 0,
      sealedAt: seal?.at ?? null,
    };
  }
}
