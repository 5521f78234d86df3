// The real application in a real window. Started by scripts/test.mjs, which prepares Electron and a display.
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'test/desktop',
  testMatch: '*.spec.ts',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  // Two cores: one window at a time, so that times mean something.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  outputDir: '.build/test-results',
  reporter: [['list'], ['json', { outputFile: '.build/reports/playwright.json' }]],
})
