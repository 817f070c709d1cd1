import { layers } from './layers.mjs';

const names = Object.keys(layers);
const severity = 'error';

/** The layers' rules over the whole graph of imports; docs/architecture.md says why. */
export default {
  forbidden: [
    ...Object.entries(layers).map(([layer, { mayImport, mayImportTypesOf = [] }]) => ({
      name: `${layer} may import ${mayImport.join(', ') || 'nothing internal'}`,
      severity,
      from: { path: `^${layer}/` },
      to: { path: `^(${names.filter((name) => ![layer, ...mayImport, ...mayImportTypesOf].includes(name)).join('|')})/` },
    })),
    ...Object.entries(layers)
      .filter(([, { mayImportTypesOf }]) => mayImportTypesOf !== undefined)
      .map(([layer, { mayImportTypesOf }]) => ({
        name: `${layer} may import no more than types of ${mayImportTypesOf.join(', ')}`,
        severity,
        from: { path: `^${layer}/` },
        to: { path: `^(${mayImportTypesOf.join('|')})/`, dependencyTypesNot: ['type-only'] },
      })),
    {
      name: 'only the worker takes the workflows themselves; others take contracts and rules',
      severity,
      from: { pathNot: '^(workflows|worker)/' },
      to: { path: '^workflows/(index|.*/workflow)\\.ts$' },
    },
    {
      name: 'workflows use the Temporal packages for workflows only',
      severity,
      from: { path: '^workflows/' },
      to: { dependencyTypes: ['npm', 'core'], pathNot: '@temporalio/(workflow|common)' },
    },
    { name: 'the calendar does no I/O', severity, from: { path: '^calendar/' }, to: { dependencyTypes: ['core'], pathNot: '^crypto$' } },
    { name: 'no cycles', severity, from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
