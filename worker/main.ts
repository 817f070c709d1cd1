import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createActivities, tellOfLateAnswer, tellOfMovedDates, type Dependencies } from '../activities';
import { systemClock } from '../config/clock';
import { loadConfiguration } from '../config/configuration';
import { workerSettings } from '../config/env';
import { createLogger, type Logger } from '../config/logger';
import { taskQueue } from '../config/processes';
import { temporalConnection } from '../config/temporal';
import { Dispatch } from '../dispatch';
import { smtpTransport } from '../mail';
import { openStore } from '../store';
import { CurrentBankHolidays } from '../store/bank-holidays';
import { connectDatabase } from '../store/database';
import { bundleWorkflows } from './build-bundle';
import { healthServer } from './health';
import { heartbeat } from './heartbeat';
import { prepareNamespace } from './namespace';
import { ensureSchedules, takeFeedIfOld } from './schedules';
import { sweepRegularly, tellOfMovedDatesRegularly, tidyFilesRegularly } from './sweep';

/** Work in hand gets this long to end when the worker is told to stop; Temporal gives the rest to another worker. */
const graceTime = '15 seconds';

async function main(): Promise<void> {
  const { settings, protocol, holidays: fileHolidays } = loadConfiguration(workerSettings, process.env);
  const logger = createLogger('worker', settings.LOG_LEVEL);
  Runtime.install({ logger: sdkLogger(logger), shutdownSignals: [] });

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
    interceptors: { activity: [() => ({ inbound: heartbeat })] },
    maxCachedWorkflows: settings.WORKER_CACHED_WORKFLOWS,
    // A killed worker's cases wait this long before another one may take them up.
    stickyQueueScheduleToStartTimeout: '2 seconds',
    workflowTaskPollerBehavior: { type: 'autoscaling' },
    activityTaskPollerBehavior: { type: 'autoscaling' },
    shutdownGraceTime: graceTime,
  });

  const dispatch = new Dispatch({ ...deps, tellOfLateAnswer: (entry) => tellOfLateAnswer(entry, deps) });
  const stopSweep = sweepRegularly(dispatch, settings.SWEEP_EVERY_MS, logger);
  const stopTelling = tellOfMovedDatesRegularly(() => tellOfMovedDates(deps), settings.SWEEP_EVERY_MS, logger);
  const stopTidying = tidyFilesRegularly(store, clock, logger);
  const health = await healthServer(worker, store, settings.WORKER_HEALTH_HOST, settings.WORKER_HEALTH_PORT);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
    });
  }
  if (settings.BANK_HOLIDAYS_URL !== undefined) {
    // Nothing waits for it: the bank holidays known until now are in force meanwhile.
    takeFeedIfOld(client, store, clock).catch((err: unknown) => logger.warn({ err }, 'the feed of bank holidays is left to its Schedule'));
  }
  logger.info({ taskQueue, namespace, protocol: protocol.name }, 'the worker is ready');
  await worker.run();

  health.close();
  await stopSweep();
  await stopTelling();
  await stopTidying();
  stopReloading();
  transport.close();
  await native.close();
  await connection.close();
  await database.close();
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

main().catch((error: unknown) => {
  process.stderr.write(`The worker cannot go on.\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
