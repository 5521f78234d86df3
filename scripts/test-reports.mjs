// What the reports of Vitest and Playwright say: counts, and the failed tests by name with their first line. A missing report is one failure.
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { project } from './prepare.mjs'

export const reports = join(project, '.build/reports')

const readReport = (name) => (existsSync(join(reports, name)) ? JSON.parse(readFileSync(join(reports, name), 'utf8')) : null)
const missing = (name) => ({ passed: 0, failed: 1, skipped: 0, failures: [`${name} was not written`] })
// Colours of a terminal have no place in a line that is read later.
const firstLines = (text) => (text ?? '').replaceAll(/\u001B\[[0-9;]*m/g, '').split('\n').map((line) => line.trim()).filter((line) => line !== '').slice(0, 3).join(' | ').slice(0, 600)

/** @returns counts and failures of a Vitest JSON report; a file that could not be loaded is one failure. */
export function vitestCounts(name) {
  const report = readReport(name)
  if (report === null) return missing(name)
  const failures = report.testResults.flatMap((file) => {
    const path = relative(project, file.name)
    if (file.status === 'failed' && file.assertionResults.length === 0) return [`${path}: ${firstLines(file.message)}`]
    return file.assertionResults.filter((test) => test.status === 'failed').map((test) => `${path}: ${test.fullName}: ${firstLines(test.failureMessages[0])}`)
  })
  return { passed: report.numPassedTests, failed: failures.length, skipped: report.numPendingTests + report.numTodoTests, failures }
}

/** @returns counts and failures of Playwright's JSON report. */
export function playwrightCounts() {
  const report = readReport('playwright.json')
  if (report === null) return missing('playwright.json')
  const specs = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specs)]
  const failures = report.suites.flatMap(specs).filter((spec) => !spec.ok)
    .map((spec) => `${spec.file}: ${spec.title}: ${firstLines(spec.tests[0]?.results.at(-1)?.error?.message)}`)
  return { passed: report.stats.expected + report.stats.flaky, failed: report.stats.unexpected + report.errors.length, skipped: report.stats.skipped, failures }
}
