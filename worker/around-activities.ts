import { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { logContext } from '../config/logger';

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

/** Every line that an activity logs says of which workflow it is: of a case, its reference (with the number of its run). */
export const namedInLogs: ActivityInboundCallsInterceptor = {
  execute: (input, next) => {
    const { workflowExecution } = Context.current().info;
    return logContext.run(workflowExecution === undefined ? {} : { workflowId: workflowExecution.workflowId }, () => next(input));
  },
};
