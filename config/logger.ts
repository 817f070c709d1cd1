import { AsyncLocalStorage } from 'node:async_hooks';
import pino, { type Logger } from 'pino';

export type { Logger };

/** What a line of the log belongs to: ids that a search joins. */
export interface LogContext {
  requestId?: string;
  caseRef?: string;
  workflowId?: string;
}

/** Every line that is written within `run` says what it belongs to, however deep the code is that writes it; its own word comes first. */
export const logContext = new AsyncLocalStorage<LogContext>();

/** From here on, the lines of this request belong to a case. */
export function noteCase(caseRef: string): void {
  const context = logContext.getStore();
  if (context !== undefined) context.caseRef = caseRef;
}

/**
 * JSON lines on standard output. Nothing personal is ever passed to it: references, ids and enumerations only. The
 * redaction is the second line of defence, for headers that a request carries and errors that quote them.
 * @param destination a test reads there what was written
 */
export function createLogger(name: string, level: string, destination?: pino.DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    name,
    level,
    redact: {
      paths: ['req.headers', 'res.headers', 'headers', 'err.config', 'err.response', '*.password', '*.token', '*.code'],
      remove: true,
    },
    mixin: () => ({ ...logContext.getStore() }),
    serializers: { err: pino.stdSerializers.err },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
