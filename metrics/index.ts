export { definitions, type MetricName } from './definitions';
export { Metrics } from './metrics';
export { healthServer } from './server';
