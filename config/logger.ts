import pino, { type Logger } from 'pino';

export type { Logger };

/**
 * JSON lines on standard output. Nothing personal is ever passed to it: references, ids and enumerations only. The
 * redaction is the second line of defence, for headers that a request carries and errors that quote them.
 */
export function createLogger(name: string, level: string): Logger {
  return pino({
    name,
    level,
    redact: {
      paths: ['req.headers', 'res.headers', 'headers', 'err.config', 'err.response', '*.password', '*.token', '*.code'],
      remove: true,
    },
    serializers: { err: pino.stdSerializers.err },
  });
}
