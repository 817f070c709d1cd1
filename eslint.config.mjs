import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { layers } from './layers.mjs';

/** What a layer must not import, as one rule per layer from the table in layers.mjs. */
const layering = Object.entries(layers).map(([layer, { mayImport, mayImportTypesOf = [] }]) => ({
  files: [`${layer}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [true, false].map((allowTypeImports) => ({
          group: Object.keys(layers)
            .filter((other) => other !== layer && !mayImport.includes(other))
            .filter((other) => mayImportTypesOf.includes(other) === allowTypeImports)
            .map((other) => `../**/${other}/**`),
          allowTypeImports,
          message: `${layer}/ may import ${mayImport.join(', ') || 'nothing internal'} (docs/architecture.md).`,
        })).filter(({ group }) => group.length > 0),
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist/', '.concordat/', 'node_modules/', 'coverage/', 'screenshots/'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.mjs', '.*.mjs', '*.cjs', 'api/public/*.js'] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/prefer-readonly': 'error',
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Only config/clock.ts reads the clock: take a Clock.',
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Only config/clock.ts reads the clock: take a Clock.',
        },
      ],
    },
  },
  { files: ['config/clock.ts'], rules: { 'no-restricted-syntax': 'off' } },
  ...layering,
  { files: ['**/*.mjs', '**/*.cjs', 'api/public/*.js'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['**/*.cjs', 'api/public/**/*.js'],
    languageOptions: { globals: { module: 'writable', require: 'readonly', document: 'readonly', history: 'readonly', location: 'readonly' } },
  },
);
