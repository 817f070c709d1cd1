import { Router } from 'express';
import type { WebDependencies } from '../dependencies';

type PartState = 'answers' | 'does not answer';

async function state(check: Promise<unknown>): Promise<PartState> {
  return check.then(
    () => 'answers',
    () => 'does not answer',
  );
}

/**
 * Whether the web can take cases and answers, for which it needs the database only. Temporal is told of, and the web goes
 * on without it: what is stored meanwhile is brought over by the sweep.
 */
export async function readiness({ store, client, clock }: Pick<WebDependencies, 'store' | 'clock' | 'client'>): Promise<{
  readonly isReady: boolean;
  readonly found: object;
}> {
  const deadline = Date.parse(clock.now()) + 2_000;
  const [database, temporal] = await Promise.all([
    state(store.database.ping()),
    state(client.withDeadline(deadline, () => client.workflowService.getSystemInfo({}))),
  ]);
  const isReady = database === 'answers';
  const sign = isReady ? await store.signs.watchdog().catch(() => null) : null;
  const found = {
    status: isReady ? 'ready' : 'not ready',
    parts: { database, temporal },
    watchdog: { lookedAt: sign?.lookedAt ?? null, stuckCases: sign?.stuck.length ?? null },
  };
  return { isReady, found };
}

/** `/health/live`: the process runs. `/health/ready`: see `readiness`. For whoever distributes requests to several webs. */
export function health(deps: Pick<WebDependencies, 'store' | 'clock' | 'client'>): Router {
  const router = Router();
  router.get('/live', (_request, response) => {
    response.json({ status: 'live' });
  });
  router.get('/ready', async (_request, response) => {
    const { isReady, found } = await readiness(deps);
    response.status(isReady ? 200 : 503).json(found);
  });
  return router;
}
