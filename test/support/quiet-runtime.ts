import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

/** Leaves to a test's output what went wrong. Once per process, before anything else makes the runtime. */
export function quietRuntime(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  });
}
