import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { GracefulShutdownPeriodExpiredError, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createActivities, tellOfLateAnswer, tellOfMovedDates, type Dependencies } from '../activities';
import { systemClock } from '../config/clock';
import { loadConfiguration } from '../config/configuration';
import { workerSettings } from '../config/env';
import { createLogger, type Logger } from '../config/logger';
import { taskQueue } from '../config/processes';
import { takesWork, temporalConnection } from '../config/temporal';
import { Dispatch } from '../dispatch';
import { smtpTransport } from '../mail';
import { healthServer, Metrics } from '../metrics';
import { openStore } from '../store';
import { CurrentBankHolidays } from '../store/bank-holidays';
import { connectDatabase } from '../store/database';
import { heartbeat, namedInLogs } from './around-activities';
import { bundleWorkflows } from './build-bundle';
import { compareStoresOnce } from './compare-stores';
import { prepareNamespace } from './namespace';
import { ensureSchedules, takeFeedIfOld } from './schedules';
import { sweepRegularly, tellOfMovedDatesRegularly, tidyFilesRegularly } from './sweep';
import { temporalMetrics } from './temporal-metrics';

/** Work in hand gets this long to end when the worker is told to stop; Temporal gives the rest to another worker. */
const graceTime = '15 seconds';
/** An activity that does not heed that, as one that waits for a database that is away, is left behind: another worker does it again. */
const forceTime = '17 seconds';
/** What the worker does beside Temporal's work gets this long to end, after that. */
const settlesWithinMs = 2_000;

async function main(): Promise<void> {
  const { settings, protocol, holidays: fileHolidays } = loadConfiguration(workerSettings, process.env);
  const logger = createLogger('worker', settings.LOG_LEVEL);
  const ofTemporal = await temporalMetrics();
  Runtime.install({ logger: sdkLogger(logger), shutdownSignals: [], telemetryOptions: ofTemporal.telemetryOptions });

  const database = await connectDatabase(settings.MONGODB_URI);
  const store = await openStore(database, protocol, {
    linkSecret: settings.LINK_SECRET,
    auditSecret: settings.AUDIT_SECRET,
    contentKeys: settings.CONTENT_KEYS,
  });
  const holidays = new CurrentBankHolidays(store.bankHolidays, fileHolidays);
  await holidays.reload();
  const stopReloading = holidays.keepCurrent((err) => logger.warn({ err }, 'the bank holidays could not be read again'));
  const { TEMPORAL_NAMESPACE: namespace } = settings;
  const connection = await Connection.connect(temporalConnection(settings));
  await prepareNamespace(connection, namespace);
  const client = new Client({ connection, namespace });
  await ensureSchedules(client);

  const transport = smtpTransport(settings.SMTP_URL, settings.MAIL_FROM);
  const clock = systemClock;
  const deps: Dependencies = {
    store,
    transport,
    client,
    clock,
    logger,
    protocol,
    holidays,
    bankHolidaysUrl: settings.BANK_HOLIDAYS_URL,
    publicUrl: settings.PUBLIC_URL,
    operatorEmail: settings.OPERATOR_EMAIL,
    isGivenUp: () => Context.current().cancellationSignal.aborted,
  };
  const native = await NativeConnection.connect(temporalConnection(settings));
  const worker = await Worker.create({
    connection: native,
    namespace,
    taskQueue,
    workflowBundle:
      settings.WORKFLOW_BUNDLE === undefined
        ? { code: await bundleWorkflows() }
        : { codePath: settings.WORKFLOW_BUNDLE },
    activities: createActivities(deps),
    interceptors: { activity: [() => ({ inbound: namedInLogs }), () => ({ inbound: heartbeat })] },
    maxCachedWorkflows: settings.WORKER_CACHED_WORKFLOWS,
    ...takesWork,
    shutdownGraceTime: graceTime,
    shutdownForceTime: forceTime,
  });

  const dispatch = new Dispatch({ ...deps, tellOfLateAnswer: (entry) => tellOfLateAnswer(entry, deps) });
  const metrics = new Metrics('worker', { store, clock });
  const stopSweep = sweepRegularly(dispatch, settings.SWEEP_EVERY_MS, logger, metrics);
  const stopTelling = tellOfMovedDatesRegularly(() => tellOfMovedDates(deps), settings.SWEEP_EVERY_MS, logger);
  const stopTidying = tidyFilesRegularly(store, clock, logger);
  const stopComparing = compareStoresOnce(deps, settings.COMPARE_AFTER_MS, logger);
  const inside = {
    ready: async () => {
      const state = worker.getState();
      const isThere = await store.database.ping().then(() => true, () => false);
      return { isReady: isThere && state === 'RUNNING', found: { worker: state, database: isThere ? 'answers' : 'does not answer' } };
    },
    metrics: async () => {
      metrics.set('concordat_worker_polls', worker.getState() === 'RUNNING' ? 1 : 0);
      return metrics.text(await ofTemporal.read());
    },
  };
  const health = await healthServer(inside, settings.WORKER_HEALTH_HOST, settings.WORKER_HEALTH_PORT);
  const told = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => told.abort());
  if (settings.BANK_HOLIDAYS_URL !== undefined) {
    // Nothing waits for it: the bank holidays known until now are in force meanwhile.
    takeFeedIfOld(client, store, clock).catch((err: unknown) => logger.warn({ err }, 'the feed of bank holidays is left to its Schedule'));
  }
  logger.info({ taskQueue, namespace, protocol: protocol.name }, 'the worker is ready');
  const running = worker.run();
  const shutDown = (): void => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  if (told.signal.aborted) shutDown();
  else told.signal.addEventListener('abort', shutDown);
  await running.catch((err: unknown) => {
    if (!(err instanceof GracefulShutdownPeriodExpiredError)) throw err;
    logger.warn({ err }, 'work was left behind; another worker, or the next start, does it');
  });

  const settled = Promise.all([stopSweep(), stopTelling(), stopTidying(), stopComparing()]);
  await Promise.race([settled, sleep(settlesWithinMs)]);
  stopReloading();
  health.close();
  health.closeAllConnections();
  transport.close();
  await Promise.race([Promise.allSettled([native.close(), connection.close(), database.close()]), sleep(settlesWithinMs)]);
  logger.info('the worker has stopped');
}

function sdkLogger(logger: Logger): NonNullable<Parameters<typeof Runtime.install>[0]['logger']> {
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;
  return {
    log: (level, message, meta) => logger[levels[level]]({ temporal: meta }, message),
    trace: (message, meta) => logger.trace({ temporal: meta }, message),
    debug: (message, meta) => logger.debug({ temporal: meta }, message),
    info: (message, meta) => logger.debug({ temporal: meta }, message),
    warn: (message, meta) => logger.warn({ temporal: meta }, message),
    error: (message, meta) => logger.error({ temporal: meta }, message),
  };
}

main().then(
  // What is still waited for by then may take as long as a database is away.
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`The worker cannot go on.\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
