// What the engine does for each question of its contract. Importing this file loads the native libraries.
import { analyseLogs } from '../monitor/analysis/analyse-logs.ts'
import type { Handlers } from '../../../shared/contract-kit.ts'
import { hashDataset } from '../datasets/dataset-hash.ts'
import { pagePredictions } from '../datasets/prediction-page.ts'
import { profileDataset } from '../datasets/profile.ts'
import { readRows } from '../datasets/read-rows.ts'
import { readBoxes } from '../datasets/read-boxes.ts'
import { readImage } from '../images/read-image.ts'
import { readMasks } from '../images/read-masks.ts'
import { findModels } from '../onnx/model-find.ts'
import { readModel } from '../onnx/model-read.ts'
import { rewriteModel } from '../onnx/rewrite.ts'
import { pageDisagreements } from '../datasets/disagreement-rows.ts'
import { profileForWatching } from '../datasets/reference-profile.ts'
import { nearRows } from '../datasets/near-rows.ts'
import { browseRows } from '../datasets/row-browser.ts'
import { qualityOfRows } from '../datasets/quality.ts'
import { baselines } from './baselines.ts'
import { fairnessOfRun } from './fairness.ts'
import type { EngineContract } from './engine-contract.ts'
import { calibrateRun } from './calibrate.ts'
import { computeCustom } from './custom-metrics.ts'
import { evaluate } from './evaluate.ts'
import { explain } from './explain.ts'
import { diffModels } from './model-diff.ts'
import { graphNode, graphOverview, graphPage, graphTensor } from './model-graph.ts'
import { inferTensors } from './infer.ts'
import { probeProvider } from './probe.ts'
import { compareDevices } from './parity.ts'
import { compareRuns } from './compare-runs.ts'
import { groupDisagreements } from './disagreement-groups.ts'
import { proposeBinding } from './propose.ts'
import { runtimeFacts } from './session.ts'
import { sliceRun } from './slices.ts'
import { timeModel } from './speed.ts'
import { newestTime } from './newest-time.ts'
import { exploreThresholds } from './thresholds.ts'
import { stress } from './stress.ts'
import { occlude } from './occlusion.ts'
import { replayRollout } from '../monitor/decide/replay-rollout.ts'
import { writeRows } from '../monitor/decide/write-rows.ts'
import { sumSides } from '../monitor/decide/ab-sums.ts'
import { cutLog } from '../monitor/logs/cut-log.ts'
import { labelCoverage } from '../monitor/logs/label-coverage.ts'
import { lookAtLogs } from '../monitor/logs/look-logs.ts'
import { readLabels } from '../monitor/logs/read-labels.ts'
import { readLogs } from '../monitor/logs/read-logs.ts'

export const engineHandlers: Handlers<EngineContract> = {
  'engine.hello': () => {
    const { version, providers } = runtimeFacts()
    return { onnxruntime: version, node: process.versions.node, providers: [...providers], pid: process.pid }
  },
  'engine.memory': () => ({ residentBytes: process.memoryUsage.rss() }),
  'provider.probe': probeProvider,
  'model.read': readModel,
  'model.find': findModels,
  'model.rewrite': rewriteModel,
  'model.diff': diffModels,
  'graph.overview': graphOverview,
  'graph.page': graphPage,
  'graph.node': graphNode,
  'graph.tensor': graphTensor,
  'dataset.profile': profileDataset,
  'dataset.hash': hashDataset,
  'dataset.rows': readRows,
  'newest-time': newestTime,
  'dataset.image': readImage,
  'binding.propose': proposeBinding,
  'evaluate': evaluate,
  'predictions.page': pagePredictions,
  'predictions.masks': readMasks,
  'predictions.boxes': readBoxes,
  'explain': explain,
  'slices': sliceRun,
  'compare': compareRuns,
  'predictions.disagreements': pageDisagreements,
  'disagreements': groupDisagreements,
  'parity': compareDevices,
  'speed': timeModel,
  'thresholds': exploreThresholds,
  'calibrate': calibrateRun,
  'metrics.custom': computeCustom,
  'baselines': baselines,
  'quality': qualityOfRows,
  'predictions.rows': browseRows,
  'predictions.near': nearRows,
  'fairness': fairnessOfRun,
  'stress': stress,
  'occlusion': occlude,
  'reference': profileForWatching,
  'monitor.analyse': analyseLogs,
  'monitor.ab': sumSides,
  'monitor.rollout': replayRollout,
  'monitor.rows': writeRows,
  'logs.look': lookAtLogs,
  'logs.read': readLogs,
  'logs.readLabels': readLabels,
  'logs.labelCoverage': labelCoverage,
  'logs.cut': cutLog,
  'model.infer': inferTensors,
}
