// Everything the worker registers: named re-exports only, one per process.
export { informationRequest } from './information-request/workflow';
export { watchdog } from './watchdog/workflow';
