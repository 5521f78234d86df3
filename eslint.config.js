// Lint: the import law, the size law, and the few type-aware rules that catch real mistakes. No exemptions file.
import tseslint from 'typescript-eslint'

const outside = (...patterns) => ({ patterns: patterns.map(([group, message]) => ({ group, message })) })
const law = (files, ...patterns) => ({ files, rules: { 'no-restricted-imports': ['error', outside(...patterns)] } })

const noElectron = [['electron', 'electron/*'], 'Electron is imported in main/desktop only']
const noNode = [['node:*'], 'no Node here']
const noReact = [['react', 'react-dom', 'react/*', 'react-dom/*', '@tanstack/*', 'radix-ui', 'echarts', 'echarts/*', 'lucide-react'], 'React and its libraries belong to the renderer']
const natives = {
  sqlite: [['better-sqlite3'], 'the database is opened in main/core/store only'],
  ort: [['onnxruntime-node', 'onnxruntime-common'], 'ONNX Runtime is imported in engine/session.ts only'],
  duckdb: [['@duckdb/*'], 'DuckDB is imported in main/core/datasets only'],
  canvas: [['@napi-rs/canvas'], 'the image decoder is imported in main/core/images only'],
  fastify: [['fastify'], 'the HTTP server is imported in main/core/serve only'],
}
const allNatives = Object.values(natives)
const without = (...names) => Object.entries(natives).filter(([name]) => !names.includes(name)).map(([, rule]) => rule)
const noFaces = [['**/cli/**', '**/desktop/**', '**/renderer/**'], 'the core does not know its faces']
const coreDoorOnly = [['**/core/**', '!**/core/core.ts'], 'the core has one door: main/core/core.ts']
const uiLibraries = [['radix-ui', 'echarts', 'echarts/*', 'lucide-react', '@tanstack/react-table', '@tanstack/react-virtual'], 'component and chart libraries are wrapped in renderer/ui']

const size = { 'max-lines': ['error', { max: 300 }], 'max-lines-per-function': ['error', { max: 60 }] }
const plain = {
  'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'no default exports' }],
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
  law(['shared/**'], noNode, noElectron, noReact, ...allNatives, [['yaml', 'yauzl', 'commander'], 'shared imports zod only'], [['**/main/**', '**/renderer/**', '**/test/**'], 'shared imports shared only']),
  law(['main/core/**'], noElectron, noReact, noFaces, ...allNatives),
  law(['main/core/store/**'], noElectron, noReact, noFaces, ...without('sqlite')),
  law(['main/core/datasets/**'], noElectron, noReact, noFaces, ...without('duckdb')),
  law(['main/core/images/**'], noElectron, noReact, noFaces, ...without('canvas')),
  law(['main/core/engine/session.ts'], noElectron, noReact, noFaces, ...without('ort')),
  law(['main/core/serve/**'], noElectron, noReact, noFaces, ...without('fastify')),
  law(['main/cli/**'], noElectron, noReact, ...allNatives, coreDoorOnly, [['**/desktop/**', '**/renderer/**'], 'the command line knows the core alone']),
  law(['main/desktop/**'], noReact, ...allNatives, coreDoorOnly, [['**/cli/**', '**/renderer/**'], 'the desktop knows the core alone']),
  law(['renderer/**'], noNode, noElectron, ...allNatives, uiLibraries, [['**/main/**', '**/test/**'], 'the renderer knows shared alone']),
  law(['renderer/ui/**'], noNode, noElectron, ...allNatives, [['**/main/**', '**/test/**', '**/features/**'], 'ui knows no feature']),
  law(['renderer/bridge/**'], noNode, noElectron, ...allNatives, uiLibraries, [['**/main/**', '**/test/**', '**/features/**', '**/ui/**'], 'the bridge knows no feature']),
  { files: ['test/**', '*.config.ts', '**/*.config.ts'], rules: { 'max-lines-per-function': 'off', 'no-restricted-syntax': 'off', 'no-new-func': 'off' } },
)
