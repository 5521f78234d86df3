// Unit, core, engine and command-line tests. Electron's own tests run in Playwright (playwright.config.ts).
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: ['./test/setup/build.ts'],
    // Two files at once also on two cores: most of them wait for programs that they started.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    projects: [
      // Files of a worker share their modules: loading them anew took an eighth of the whole time. What a file changes in its process it puts back.
      { extends: true, test: { name: 'node', environment: 'node', isolate: false, include: ['test/**/*.test.ts'], exclude: ['test/renderer/**', 'test/desktop/**', 'test/ops/**'] } },
      // What a bundle's receivers do, with their own programs; needs Debian packages (scripts/system-packages.mjs).
      { extends: true, test: { name: 'ops', environment: 'node', include: ['test/ops/**/*.test.ts'] } },
      { extends: true, test: { name: 'renderer', environment: 'happy-dom', include: ['test/renderer/**/*.test.{ts,tsx}'] } },
    ],
  },
})
