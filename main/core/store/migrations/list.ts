// The explicit list of steps, numbered 1, 2, 3 … A shipped step never changes; a mistake is mended by a new step.
import { initial } from './0001-initial.ts'
import { stressTests } from './0002-stress-tests.ts'
import { deviceReports } from './0003-device-reports.ts'
import { customMetrics } from './0004-custom-metrics.ts'
import { whoAndWhy } from './0005-who-and-why.ts'
import { life } from './0006-life.ts'
import { ledger } from './0007-ledger.ts'
import { runReports } from './0008-run-reports.ts'
import { search } from './0009-search.ts'
import { personal } from './0010-personal.ts'
import { reviews } from './0011-reviews.ts'
import { wholeRuns } from './0012-whole-runs.ts'
import { retention } from './0013-retention.ts'
import { reviewCare } from './0014-review-care.ts'
import { deploymentsAndLogs } from './0015-deployments-and-logs.ts'
import { monitor } from './0016-monitor.ts'
import { studies } from './0017-studies.ts'

export interface Migration { readonly to: number; readonly sql: string }

export const migrations: readonly Migration[] = [
  { to: 1, sql: initial }, { to: 2, sql: stressTests }, { to: 3, sql: deviceReports }, { to: 4, sql: customMetrics }, { to: 5, sql: whoAndWhy }, { to: 6, sql: life },
  { to: 7, sql: ledger }, { to: 8, sql: runReports }, { to: 9, sql: search }, { to: 10, sql: personal }, { to: 11, sql: reviews }, { to: 12, sql: wholeRuns }, { to: 13, sql: retention }, { to: 14, sql: reviewCare },
  { to: 15, sql: deploymentsAndLogs }, { to: 16, sql: monitor }, { to: 17, sql: studies },
]
