import { join } from 'node:path';
import { loadBankHolidays, type BankHolidays } from './bank-holidays';
import { loadProtocol, type Protocol } from './protocol';
import { projectRoot } from './root';

/** Everything that is wrong with the settings, the protocol file and the bank holidays, said at once. */
export class ConfigurationFaults extends Error {
  constructor(messages: readonly string[]) {
    super(messages.join('\n\n'));
    this.name = 'ConfigurationFaults';
  }
}

export interface Configuration<Settings> {
  readonly settings: Settings;
  readonly protocol: Protocol;
  /** Those of the file: the feed may have brought others since. */
  readonly holidays: BankHolidays;
}

/**
 * Reads what a part needs to start. Nothing is served on a configuration that has a fault.
 * @throws ConfigurationFaults
 */
export function loadConfiguration<Settings>(
  parseSettings: (source: NodeJS.ProcessEnv) => Settings,
  source: NodeJS.ProcessEnv,
): Configuration<Settings> {
  const faults: string[] = [];
  const attempt = <T>(load: () => T): T | undefined => {
    try {
      return load();
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  // The paths are read from the raw variables, so that a file's faults are told together with those of the settings.
  const settings = attempt(() => parseSettings(source));
  const protocol = attempt(() => loadProtocol(source['PROTOCOL_FILE'] || shipped('config/protocols/thurrock.yaml')));
  const holidays = attempt(() => loadBankHolidays(source['BANK_HOLIDAYS_FILE'] || shipped('config/bank-holidays.json')));
  if (settings === undefined || protocol === undefined || holidays === undefined) throw new ConfigurationFaults(faults);
  return { settings, protocol, holidays };
}

const shipped = (path: string): string => join(projectRoot, path);
