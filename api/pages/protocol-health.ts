/** What of the protocol, its contacts and its clocks is wrong, or soon will be. */
import type { WebDependencies } from '../dependencies';
import type { Routes } from '../http/routes';
import { lookAtHealth, urgencies } from '../processes/protocol-health';

export function protocolHealthRoutes(routes: Routes, deps: WebDependencies): void {
  routes.signedIn('/protocol-health', 'see-protocol-health', {
    get: async ({ response }) => {
      const { findings, watchdog } = await lookAtHealth(deps);
      response.render('pages/protocol-health.njk', {
        groups: urgencies
          .map((urgency) => ({ urgency, findings: findings.filter((finding) => finding.urgency === urgency) }))
          .filter((group) => group.findings.length > 0),
        watchdog,
      });
    },
  });
}
