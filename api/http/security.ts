import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Everything from our own origin, nothing inline, in nobody's frame; HSTS only where the visitor comes over TLS. */
export function securityHeaders(publicUrl: string): RequestHandler {
  const secure = publicUrl.startsWith('https://');
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    strictTransportSecurity: secure ? { maxAge: 31_536_000 } : false,
  });
}

/** Pages and API answers may hold what only this person may see: no copy stays in a shared computer's cache. */
export const noCopies: RequestHandler = (request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  // Nobody has a copy to compare with, so "not changed" is never the answer.
  delete request.headers['if-none-match'];
  delete request.headers['if-modified-since'];
  next();
};
