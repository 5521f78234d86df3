// How often a window without drift raises an alarm, over 10 to 200 columns and 200 to 100,000 rows, and how surely a planted shift of a stated size is found.
// The suite looks at a few windows; `npm run false-alarms` at 1,000 without drift and 600 with it.
import { describe, expect, it } from 'vitest'
import { detectablePsi, powerOfPsi } from '../../shared/drift/detectable.ts'
import { judgeWindow } from '../../shared/drift/judge-window.ts'
import { falseAlarm } from '../../shared/drift/limits.ts'
import { binomialUpTo } from '../../shared/statistics/distributions.ts'
import { simulateWindow, truePsi } from './simulated-windows.ts'

const windows = Number(process.env['FALSE_ALARM_WINDOWS'] ?? 60)
const told = process.env['FALSE_ALARM_WINDOWS'] !== undefined
const settings = [10, 50, 200].flatMap((columns) => [200, 1000, 10_000, 100_000].map((rows) => ({ columns, rows, profile: rows === 1000 ? 1000 : 4000 })))

describe('windows without drift', () => {
  it(`raise an alarm in at most ${falseAlarm * 100} % of ${windows} windows`, { timeout: 3_600_000 }, () => {
    let [alarms, seen] = [0, 0]
    const each = settings.map((setting, s) => {
      const here = Math.ceil(windows / settings.length)
      let own = 0
      for (let i = 0; i < here; i++) if (judgeWindow(simulateWindow({ ...setting, shift: 0 }, 1_000_003 * s + i)).verdict === 'drift') own++
      alarms += own
      seen += here
      return { columns: setting.columns, rows: setting.rows, windows: here, alarms: own }
    })
    if (told) console.table([...each, { columns: NaN, rows: NaN, windows: seen, alarms }])
    // So many or more alarms would come in fewer than one of a thousand simulations, were the rate as stated.
    const chance = 1 - binomialUpTo(alarms - 1, seen, falseAlarm)
    expect(chance, `${alarms} alarms in ${seen} windows`).toBeGreaterThan(0.001)
  })
})

describe('a planted shift', () => {
  // Sizes in standard deviations of one column among so many, which the stated chance finds with at least 9 in 10.
  const planted = [
    { columns: 10, rows: 200, profile: 4000, shift: 0.75 }, { columns: 10, rows: 1000, profile: 4000, shift: 0.45 }, { columns: 10, rows: 10_000, profile: 4000, shift: 0.4 },
    { columns: 200, rows: 200, profile: 4000, shift: 0.8 }, { columns: 200, rows: 1000, profile: 4000, shift: 0.5 }, { columns: 200, rows: 100_000, profile: 4000, shift: 0.4 },
  ]
  it('is found as surely as stated, and named', { timeout: 3_600_000 }, () => {
    const repeats = Math.ceil(windows / 10)
    const table = planted.map((setting, s) => {
      const stated = powerOfPsi({ freedom: 19, features: setting.columns, reference: setting.profile }, setting.rows, truePsi(setting.shift, 20))
      let found = 0
      for (let i = 0; i < repeats; i++) {
        const report = judgeWindow(simulateWindow(setting, 7_000_003 * (s + 1) + i))
        if (report.columns.find((c) => c.column === 'column 0')?.verdict === 'drift') found++
      }
      return { ...setting, psi: Number(truePsi(setting.shift, 20).toFixed(3)), stated: Number(stated.toFixed(3)), found, of: repeats }
    })
    if (told) console.table(table)
    for (const row of table) {
      expect(row.stated, JSON.stringify(row)).toBeGreaterThan(0.9)
      expect(binomialUpTo(row.found, row.of, Math.min(0.999, row.stated)), JSON.stringify(row)).toBeGreaterThan(0.001)
    }
  })

  it('the size that can be found shrinks with rows, and grows with columns', () => {
    const at = (features: number, rows: number): number => detectablePsi({ freedom: 19, features, reference: 4000 }, rows)!
    expect(at(10, 200)).toBeGreaterThan(at(10, 1000))
    expect(at(200, 200)).toBeGreaterThan(at(10, 200))
    // Never below what counts as drift at all.
    expect(at(10, 100_000)).toBeGreaterThanOrEqual(0.1)
    expect(detectablePsi({ freedom: 0, features: 1, reference: 10 }, 100)).toBeNull()
  })
})
