/** How a command reaches Temporal. */
import { Connection } from '@temporalio/client';
import { temporalSettings, type TemporalSettings } from '../config/env';
import { temporalConnection } from '../config/temporal';
import { configuredPorts } from '../embedded/ports';

/** The server that the settings name, or that of the local stack. @throws SettingsFaults */
export const temporalOf = (env: NodeJS.ProcessEnv): TemporalSettings =>
  temporalSettings({ ...env, TEMPORAL_ADDRESS: env['TEMPORAL_ADDRESS'] || `127.0.0.1:${configuredPorts(env).temporal}` });

/** @throws Error in plain words if it does not answer within five seconds */
export async function connectTemporal(settings: TemporalSettings): Promise<Connection> {
  try {
    return await Connection.connect({ ...temporalConnection(settings), connectTimeout: 5_000 });
  } catch (error) {
    throw new Error(`Temporal does not answer at ${settings.TEMPORAL_ADDRESS}: start it, or set TEMPORAL_ADDRESS.`, { cause: error });
  }
}
