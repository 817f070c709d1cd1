/**
 * Who may import whom. Lint and test/architecture read this one table; docs/architecture.md says why.
 * A layer is a runtime boundary: the workflow sandbox, the worker, the web.
 */
export const layers = {
  config: { mayImport: [] },
  calendar: { mayImport: ['config'] },
  // The sandbox: anything else by `import type` only.
  workflows: { mayImport: [], mayImportTypesOf: ['config'] },
  // Keeps copies of a case's state, whose shape is the workflow's: types only.
  store: { mayImport: ['config'], mayImportTypesOf: ['workflows'] },
  mail: { mayImport: ['config', 'calendar', 'store'] },
  // What is counted for whoever runs it, and the port where it is asked for.
  metrics: { mayImport: ['config', 'store'] },
  // From the store to the workflows: starts, deliveries, acts. Used by the web and by the worker's sweep.
  dispatch: { mayImport: ['config', 'calendar', 'store', 'workflows'] },
  activities: { mayImport: ['config', 'calendar', 'store', 'mail', 'dispatch', 'workflows'] },
  api: { mayImport: ['config', 'calendar', 'store', 'mail', 'metrics', 'dispatch', 'workflows'] },
  worker: { mayImport: ['config', 'calendar', 'store', 'mail', 'metrics', 'dispatch', 'activities', 'workflows'] },
  embedded: { mayImport: ['config', 'calendar', 'store', 'mail', 'metrics', 'dispatch', 'activities', 'workflows', 'api', 'worker'] },
  commands: { mayImport: ['config', 'calendar', 'store', 'mail', 'metrics', 'dispatch', 'activities', 'workflows', 'api', 'worker', 'embedded'] },
  bench: { mayImport: ['config', 'calendar', 'store', 'mail', 'metrics', 'dispatch', 'activities', 'workflows', 'api', 'worker', 'embedded'] },
};
