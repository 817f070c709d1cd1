/** The bank holidays that the official feed has brought: every version of them, which is in force, how the refresh goes. */
import type { Collection } from 'mongodb';
import { changesBetween, dayCode, extendedBy, type DayOff } from '../config/bank-holiday-changes';
import {
  bankHolidaysOf,
  divisions,
  perDivision,
  type BankHolidayRefresh,
  type BankHolidays,
  type BankHolidaySource,
} from '../config/bank-holidays';
import type { IsoInstant } from '../config/clock';
import type { Actor, Audit, AuditEntry } from './audit';
import { isDuplicate, type Database } from './database';

/** One set of bank holidays. Never changed: a date says which version it was counted with. */
interface VersionDocument {
  readonly _id: string;
  readonly enteredAt: IsoInstant;
  readonly days: readonly DayOff[];
}

/** Which version is in force, and how the refresh goes: one document. */
export interface BankHolidayState extends BankHolidayRefresh {
  /** Null while the file's are in force. */
  readonly version: string | null;
  /** How often the version has changed: whoever changes it says what was seen. */
  readonly changes: number;
}

/** Who changes the bank holidays, when; and why, where a person does. */
interface ChangeAct {
  readonly at: IsoInstant;
  readonly by: Actor;
  /** Readable in the record, as it concerns no case. */
  readonly reason?: string;
}

type StateDocument = BankHolidayState & { readonly _id: 'in-force' };

const _id = 'in-force';
const atFirst: BankHolidayState = {
  version: null,
  changes: 0,
  refreshedAt: null,
  attemptedAt: null,
  failingSince: null,
  failure: null,
};

export class BankHolidayVersions {
  readonly #versions: Collection<VersionDocument>;
  readonly #states: Collection<StateDocument>;
  readonly #audit: Audit;

  constructor(database: Database, audit: Audit) {
    this.#versions = database.collection('bank_holidays');
    this.#states = database.collection('bank_holidays_state');
    this.#audit = audit;
  }

  async state(): Promise<BankHolidayState> {
    return (await this.#states.findOne({ _id }, { projection: { _id: 0 } })) ?? atFirst;
  }

  /** @throws Error for a version that was never stored */
  async byVersion(version: string): Promise<BankHolidays> {
    const found = await this.#versions.findOne({ _id: version });
    if (found === null) throw new Error(`The bank holidays of version ${version} are not in the database.`);
    const daysOf = (division: (typeof divisions)[number]) => found.days.filter((day) => day.division === division);
    return bankHolidaysOf(perDivision((division) => new Map(daysOf(division).map(({ on, title }) => [on, title]))));
  }

  /**
   * Takes what follows from a feed, and notes that one was had that may be used.
   * @param seen what it was worked out from
   * @returns whether it brought a change
   * @throws Error if somebody else changed them since; NotOnRecord
   */
  async take(
    seen: Pick<BankHolidayState, 'changes'>,
    { before, after }: { readonly before: BankHolidays; readonly after: BankHolidays },
    act: ChangeAct,
  ): Promise<boolean> {
    const isChanged = after.version !== before.version;
    if (isChanged && !(await this.change(seen, { before, after }, act))) {
      throw new Error('Somebody else changed the bank holidays meanwhile.');
    }
    await this.noteRefresh(act.at);
    return isChanged;
  }

  /**
   * Puts other bank holidays in force: first the change is put on record, then it is made.
   * @param seen what the change was worked out from
   * @returns false if somebody else changed them since: then they are as that one left them
   * @throws NotOnRecord
   */
  async change(
    { changes }: Pick<BankHolidayState, 'changes'>,
    { before, after }: { readonly before: BankHolidays; readonly after: BankHolidays },
    { at, by, reason }: ChangeAct,
  ): Promise<boolean> {
    const { version } = after;
    const days = divisions.flatMap((division) =>
      [...after.divisions[division]].map(([on, title]) => ({ division, on, title })),
    );
    await this.#versions.updateOne({ _id: version }, { $setOnInsert: { enteredAt: at, days } }, { upsert: true });
    const { added, removed } = changesBetween(before, after);
    await this.#audit.append({
      chain: 'calendar',
      key: `bank-holidays/${changes + 1}/${version}`,
      at,
      act: 'bank-holidays-changed',
      by,
      facts: {
        version,
        before: before.version,
        added: added.map(dayCode),
        removed: removed.map(dayCode),
        ...(reason === undefined ? {} : { reason }),
      },
    });
    await this.#begin();
    const { matchedCount } = await this.#states.updateOne({ _id, changes }, { $set: { version, changes: changes + 1 } });
    return matchedCount === 1;
  }

  /** Whether a day, by its code, was a bank holiday once and then taken out: what the record last says of it. */
  async wasTakenOut(code: string): Promise<boolean> {
    const changes = await this.#audit.of('calendar', 'bank-holidays-changed');
    const has = (entry: AuditEntry, list: 'added' | 'removed') => (entry.facts[list] as readonly string[]).includes(code);
    const last = changes.findLast((entry) => has(entry, 'added') || has(entry, 'removed'));
    return last !== undefined && has(last, 'removed');
  }

  /** Notes that the feed was had and may be used. */
  async noteRefresh(at: IsoInstant): Promise<void> {
    await this.#begin();
    const now = { refreshedAt: at, attemptedAt: at, failingSince: null, failure: null };
    await this.#states.updateOne({ _id }, { $set: now });
  }

  /** Notes that it was not; the bank holidays in force stay. */
  async noteFailure(failure: NonNullable<BankHolidayRefresh['failure']>, at: IsoInstant): Promise<void> {
    await this.#begin();
    await this.#states.updateOne({ _id, failingSince: null }, { $set: { failingSince: at } });
    await this.#states.updateOne({ _id }, { $set: { attemptedAt: at, failure } });
  }

  async #begin(): Promise<void> {
    try {
      await this.#states.updateOne({ _id }, { $setOnInsert: atFirst }, { upsert: true });
    } catch (error) {
      // Another worker was at it in the same moment.
      if (!isDuplicate(error)) throw error;
    }
  }
}

/**
 * The bank holidays in force, at hand without asking the database. Those of the file where the feed has brought none,
 * and for what lies before and after the feed's (docs/adr/0018).
 */
export class CurrentBankHolidays implements BankHolidaySource {
  readonly #versions: BankHolidayVersions;
  readonly #file: BankHolidays;
  #version: string | null = null;
  #current: BankHolidays;

  /** @param file in force until the first `reload` */
  constructor(versions: BankHolidayVersions, file: BankHolidays) {
    this.#versions = versions;
    this.#file = file;
    this.#current = file;
  }

  current(): BankHolidays {
    return this.#current;
  }

  /** Takes what is in force now, and gives it. After any fault what was in force before stays. */
  async reload(): Promise<BankHolidays> {
    const { version } = await this.#versions.state();
    if (version !== this.#version) {
      this.#current = version === null ? this.#file : extendedBy(this.#file, await this.#versions.byVersion(version));
      this.#version = version;
    }
    return this.#current;
  }

  /** Takes what is in force again and again: another process may have changed it. @returns what ends that */
  keepCurrent(onFault: (error: unknown) => void, everyMs = 30_000): () => void {
    const timer = setInterval(() => void this.reload().catch(onFault), everyMs).unref();
    return () => clearInterval(timer);
  }
}
