// Lint: the import law, the size law, and the few type-aware rules that catch real mistakes. No exemptions file.
import { builtinModules } from 'node:module'
import tseslint from 'typescript-eslint'

const outside = (...patterns) => ({ patterns: [...patterns, bareNode].map(([where, message]) => (Array.isArray(where) ? { group: where, message } : { regex: where, message })) })
// Relative paths and packages named one by one: what is not shipped (a builder, a test tool) is on no list.
const only = (...packages) => [`^(?!\\.{1,2}/|node:|(?:${packages.join('|')})(?:/|$))`, `the packages here are ${packages.join(', ')}`]
const bareNode = [`^(?:${builtinModules.filter((name) => !name.startsWith('_')).join('|')})$`, 'Node’s own modules have node: before their name']
const law = (files, ...patterns) => ({ files, rules: { 'no-restricted-imports': ['error', outside(...patterns)] } })

const noElectron = [['electron', 'electron/*'], 'Electron is imported in main/desktop only']
const noNode = [['node:*'], 'no Node here']
const noReact = [['react', 'react-dom', 'react/*', 'react-dom/*', '@tanstack/*', 'radix-ui', 'echarts', 'echarts/*', 'lucide-react'], 'React and its libraries belong to the renderer']
const natives = {
  sqlite: [['better-sqlite3'], 'the database is opened in main/core/store only'],
  ort: [['onnxruntime-node', 'onnxruntime-common'], 'ONNX Runtime is imported in engine/session.ts only'],
  duckdb: [['@duckdb/*'], 'DuckDB is imported in main/core/datasets only'],
  canvas: [['@napi-rs/canvas'], 'the image decoder is imported in main/core/images only'],
  fastify: [['fastify', 'prom-client'], 'the HTTP server and its metrics are imported in main/core/serve only'],
  age: [['age-encryption'], 'encryption for recipients is imported in main/core/bundle only'],
}
const allNatives = Object.values(natives)
const without = (...names) => Object.entries(natives).filter(([name]) => !names.includes(name)).map(([, rule]) => rule)
const coreOnly = only('zod', 'yaml', 'yauzl', 'better-sqlite3', 'onnxruntime-node', 'onnxruntime-common', '@duckdb/node-api', '@napi-rs/canvas', 'fastify', 'prom-client', 'age-encryption')
const noFaces = [['**/cli/**', '**/desktop/**', '**/renderer/**'], 'the core does not know its faces']
const coreDoorOnly = [['**/core/**', '!**/core/core.ts'], 'the core has one door: main/core/core.ts']
const uiLibraries = [['radix-ui', 'echarts', 'echarts/*', 'lucide-react', '@tanstack/react-table', '@tanstack/react-virtual'], 'component and chart libraries are wrapped in renderer/ui']

const size = { 'max-lines': ['error', { max: 300 }], 'max-lines-per-function': ['error', { max: 60 }] }
const noDefaults = ['ExportDefaultDeclaration', 'ExportAllDeclaration[exported.name="default"]', 'ExportSpecifier[exported.name="default"]', 'ExportSpecifier[exported.value="default"]'].map((selector) => ({ selector, message: 'no default exports' }))
const noPatterns = { selector: ':matches(MemberExpression[object.type="MetaProperty"][property.name=/^glob/], MemberExpression[object.type="MetaProperty"][property.value=/^glob/])', message: 'imports name one file each: no import.meta.glob' }
const noRequire = { selector: ':matches(ImportSpecifier[imported.name="createRequire"], MemberExpression[property.name="createRequire"], ImportDeclaration[source.value=/^(node:)?module$/] > ImportNamespaceSpecifier, ImportDeclaration[source.value=/^(node:)?module$/] > ImportDefaultSpecifier, ImportExpression[source.value=/^(node:)?module$/], Identifier[name="getBuiltinModule"], Literal[value="getBuiltinModule"])', message: 'createRequire would pass by the import law' }
/** These only ask where a package lies, or for its version. */
const locating = ['main/core/bundle/bundle-parts.ts', 'main/core/steps/runtime-version.ts', 'main/core/store/binding-check.ts']
const plain = {
  'no-restricted-syntax': ['error', ...noDefaults, noPatterns, noRequire],
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-eval': 'error', 'no-new-func': 'error', 'no-debugger': 'error', 'prefer-const': 'error', 'no-var': 'error',
}

export default tseslint.config(
  { ignores: ['out/**', 'dist/**', '.build/**', 'node_modules/**', 'resources/**', 'test/fixtures/**'] },
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: { allowDefaultProject: ['*.config.ts'] }, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': 'error',
      ...size, ...plain,
    },
  },
  { files: ['scripts/**/*.mjs'], rules: { ...size, ...plain, 'no-unused-vars': 'error' } },
  law(['shared/**'], only('zod'), noNode, noElectron, noReact, ...allNatives, [['yaml', 'yauzl', 'commander'], 'shared imports zod only'], [['**/main/**', '**/renderer/**', '**/test/**'], 'shared imports shared only']),
  law(['main/core/**'], coreOnly, noElectron, noReact, noFaces, ...allNatives),
  law(['main/core/store/**'], coreOnly, noElectron, noReact, noFaces, ...without('sqlite')),
  law(['main/core/datasets/**'], coreOnly, noElectron, noReact, noFaces, ...without('duckdb')),
  law(['main/core/images/**'], coreOnly, noElectron, noReact, noFaces, ...without('canvas')),
  law(['main/core/engine/session.ts'], coreOnly, noElectron, noReact, noFaces, ...without('ort')),
  law(['main/core/serve/**'], coreOnly, noElectron, noReact, noFaces, ...without('fastify')),
  law(['main/core/bundle/**'], coreOnly, noElectron, noReact, noFaces, ...without('age')),
  law(['main/cli/**'], only('commander'), noElectron, noReact, ...allNatives, coreDoorOnly, [['**/desktop/**', '**/renderer/**'], 'the command line knows the core alone']),
  law(['main/desktop/**'], only('electron'), noReact, ...allNatives, coreDoorOnly, [['**/cli/**', '**/renderer/**'], 'the desktop knows the core alone']),
  // The packaged application is also the command line: there its binary is no plain Node.
  law(['main/desktop/command-line.ts'], only('electron'), noReact, ...allNatives, coreDoorOnly, [['**/cli/**', '!**/cli/entry.ts', '**/renderer/**'], 'the desktop starts the command line as a whole']),
  law(['renderer/**'], only('react', 'react-dom', '@tanstack/react-query', 'zod'), noNode, noElectron, ...allNatives, uiLibraries, [['**/main/**', '**/test/**'], 'the renderer knows shared alone']),
  law(['renderer/ui/**'], only('react', 'react-dom', 'radix-ui', 'echarts', 'lucide-react', '@tanstack/react-table', '@tanstack/react-virtual', '@tanstack/react-query'), noNode, noElectron, ...allNatives, [['**/main/**', '**/test/**', '**/features/**'], 'ui knows no feature']),
  law(['renderer/bridge/**'], only('react', '@tanstack/react-query', 'zod'), noNode, noElectron, ...allNatives, uiLibraries, [['**/main/**', '**/test/**', '**/features/**', '**/ui/**'], 'the bridge knows no feature']),
  { files: locating, rules: { 'no-restricted-syntax': ['error', ...noDefaults, noPatterns] } },
  { files: ['test/**', '*.config.ts', '**/*.config.ts'], rules: { 'max-lines-per-function': 'off', 'no-restricted-syntax': 'off', 'no-new-func': 'off' } },
  {
    files: ['{shared,main,renderer,test}/**/*.{mts,cts,mjs,cjs,js,jsx}'], ignores: ['test/engine/*.mjs'],
    languageOptions: { parser: tseslint.parser },
    rules: { ...size, 'no-restricted-syntax': ['error', { selector: 'Program', message: 'sources end in .ts or .tsx, which every law looks at' }, ...noDefaults] },
  },
)
