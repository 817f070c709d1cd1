/** What of the protocol, its contacts and its clocks is wrong, or soon will be. */
import type { WebDependencies } from '../dependencies';
import type { Routes } from '../http/routes';
import { protocolHealth, urgencies } from '../processes/protocol-health';

export function protocolHealthRoutes(routes: Routes, deps: WebDependencies): void {
  const { store, protocol, holidays, clock } = deps;
  routes.signedIn('/protocol-health', 'see-protocol-health', {
    get: async ({ response }) => {
      const [entries, watchdog] = await Promise.all([store.directory.all(), store.signs.watchdog()]);
      const findings = protocolHealth({ protocol, entries, holidays, watchdog, now: clock.now() });
      response.render('pages/protocol-health.njk', {
        groups: urgencies
          .map((urgency) => ({ urgency, findings: findings.filter((finding) => finding.urgency === urgency) }))
          .filter((group) => group.findings.length > 0),
        watchdog,
      });
    },
  });
}
