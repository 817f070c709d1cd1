import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../config/clock';
import { loadConfiguration } from '../config/configuration';
import { loadDemoAccounts } from '../config/demo-accounts';
import { webSettings } from '../config/env';
import { createLogger } from '../config/logger';
import { projectRoot } from '../config/root';
import { Dispatch } from '../dispatch';
import { temporalClient } from '../dispatch/temporal';
import { smtpTransport } from '../mail';
import { healthServer, Metrics } from '../metrics';
import { openStore } from '../store';
import { CurrentBankHolidays } from '../store/bank-holidays';
import { connectDatabase } from '../store/database';
import { enterDemoAccounts } from './accounts/demo-accounts';
import { createApp } from './app';
import { Background } from './background';
import { readiness } from './http/health';
import { ensureLimitIndexes, Limits } from './http/limits';
import { sessionStore } from './http/session';
import { Stopping } from './stopping';

/** What is still being brought to Temporal by then, the worker's sweep brings over. */
const settlesWithinMs = 3_000;

/** Made by `npm ci` (its `prepare`) and by `npm run build`; pages without it would confuse. */
function checkStyles(): void {
  if (!existsSync(join(projectRoot, 'dist', 'public', 'concordat.css'))) {
    throw new Error('The style sheet is missing. Make it with: npm run build:css');
  }
}

async function main(): Promise<void> {
  const { settings, protocol, holidays: fileHolidays } = loadConfiguration(webSettings, process.env);
  if (settings.DEMO_ACCOUNTS !== undefined) loadDemoAccounts(settings.DEMO_ACCOUNTS, protocol);
  const logger = createLogger('web', settings.LOG_LEVEL);
  checkStyles();

  const database = await connectDatabase(settings.MONGODB_URI);
  const store = await openStore(database, protocol, {
    linkSecret: settings.LINK_SECRET,
    auditSecret: settings.AUDIT_SECRET,
    contentKeys: settings.CONTENT_KEYS,
  });
  await ensureLimitIndexes({ store });
  await enterDemoAccounts({ settings, protocol, store });
  const holidays = new CurrentBankHolidays(store.bankHolidays, fileHolidays);
  await holidays.reload();
  const stopReloading = holidays.keepCurrent((err) => logger.warn({ err }, 'the bank holidays could not be read again'));

  const clock = systemClock;
  const client = temporalClient(settings);
  const transport = smtpTransport(settings.SMTP_URL, settings.MAIL_FROM);
  const dispatch = new Dispatch({ client, store, clock, logger, holidays, protocol });
  const deps = { settings, protocol, holidays, store, client, dispatch, transport, clock, logger };
  const background = new Background(logger);
  const sessions = sessionStore({ store });
  const metrics = new Metrics('web', deps);
  const app = createApp(deps, { sessions, limits: new Limits(deps), background, metrics });

  const stopping = new Stopping();
  const inside = {
    ready: async () => {
      const { isReady, found } = await readiness(deps);
      return { isReady: isReady && !stopping.isStopping, found };
    },
    metrics: () => metrics.text(),
  };
  const watched = await healthServer(inside, settings.WEB_HEALTH_HOST, settings.WEB_HEALTH_PORT);
  const server = stopping.serverOf(app.express);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.PORT, settings.HOST, resolve);
  });
  logger.info({ host: settings.HOST, port: settings.PORT, protocol: protocol.name }, 'the web is ready');

  const stop = async (): Promise<void> => {
    const cutOff = await stopping.stop(server);
    if (cutOff > 0) logger.warn({ cutOff }, 'requests took too long to be waited for');
    stopReloading();
    await Promise.race([background.settled(), sleep(settlesWithinMs)]);
    watched.close();
    watched.closeAllConnections();
    transport.close();
    await client.connection.close();
    // Closes the database's connection too, which it shares.
    await sessions.close();
    await database.close();
    logger.info('the web has stopped');
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'the web did not stop cleanly');
          process.exit(1);
        },
      );
    });
  }
}

main().catch((error: unknown) => {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const message = error instanceof Error ? error.message : String(error);
  const advice = code === 'EADDRINUSE' ? ' Set PORT or WEB_HEALTH_PORT, whichever it is, to a free one, or stop what uses it.' : '';
  process.stderr.write(`The web cannot go on.\n${message}${advice}\n`);
  process.exit(1);
});
