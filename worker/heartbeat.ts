import { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';

/**
 * Gives a sign while an activity works, so that a killed worker's activity is taken over within seconds. Not while a local
 * one does, which is taken over with its workflow task.
 */
export const heartbeat: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    const context = Context.current();
    if (context.info.isLocal) return next(input);
    const beat = setInterval(() => context.heartbeat(), 1_000);
    try {
      return await next(input);
    } finally {
      clearInterval(beat);
    }
  },
};
