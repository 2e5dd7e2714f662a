import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const TAURI = {
  group: ['@tauri-apps/*'],
  message: 'Only src/ipc/ knows Tauri: everything else talks to the Backend interface.',
};
const FEATURE_INSIDE = {
  regex: '^(\\.\\./)+(features/)?(onboarding|inbox|conversation|composer|requester|handset|search|session|settings|palette)/(?!index)',
  message: "A feature is entered by its index only; its inside is nobody else's business.",
};
const FEATURE_FROM_BELOW = {
  regex: 'features/|/app/',
  message: 'ui/ and lib/ and ipc/ lie below the features and must not know them.',
};

export default ts.config(
  { ignores: ['dist/', 'dist-design/', 'node_modules/', 'src/ipc/bindings.ts', 'src/features/topics/file.gen.ts'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    rules: {
      'no-undef': 'off',
      'no-console': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'svelte/no-at-html-tags': 'error',
      'svelte/button-has-type': 'error',
      'svelte/require-each-key': 'error',
      // Stores keep their private, unreactive state in plain collections on purpose.
      'svelte/prefer-svelte-reactivity': 'off',
      // Reads the reason after the code as more codes; svelte-check reports needless ignores anyway.
      'svelte/no-unused-svelte-ignore': 'off',
    },
  },
  { files: ['src/**'], ignores: ['src/ipc/**'], rules: { 'no-restricted-imports': ['error', { patterns: [TAURI] }] } },
  {
    files: ['src/features/**', 'src/app/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [TAURI, FEATURE_INSIDE] }] },
  },
  {
    files: ['src/ui/**', 'src/lib/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [TAURI, FEATURE_FROM_BELOW] }] },
  },
  { files: ['src/ipc/**'], rules: { 'no-restricted-imports': ['error', { patterns: [FEATURE_FROM_BELOW] }] } },
  { files: ['e2e/**'], rules: { 'no-console': 'off' } },
);
