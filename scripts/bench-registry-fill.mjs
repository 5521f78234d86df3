// A workspace of made-up history for benchmark (e), through the real schema and its triggers: models, versions, runs, numbers, aliases.
// The same numbers every time. Owns no measuring.
import Database from 'better-sqlite3'

/** Sizes of the whole: what the issue asks for. */
export const fullSize = { models: 400, versions: 10_000, runsEach: 10, metricsEach: 10, datasets: 20 }

const words = ['churn', 'fraud', 'demand', 'price', 'defect', 'credit', 'click', 'energy', 'yield', 'claims']
const places = ['north', 'south', 'west', 'east', 'retail', 'online', 'europe', 'asia', 'pilot', 'night']
const metrics = ['accuracy', 'balanced_accuracy', 'binary.f1', 'binary.precision', 'binary.recall', 'roc_auc', 'average_precision', 'log_loss', 'brier', 'ece_10']
const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'

/** A seeded stream of numbers from 0 to 1 (mulberry32). */
function stream(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const day = 86_400_000
const began = Date.UTC(2026, 0, 1)

function makeNames(random) {
  const tail = () => Array.from({ length: 11 }, () => alphabet[Math.floor(random() * 36)]).join('')
  const hex = () => Array.from({ length: 64 }, () => '0123456789abcdef'[Math.floor(random() * 16)]).join('')
  return { id: (kind, at) => `${kind}_${at.toString(36).padStart(9, '0')}${tail()}`, hex }
}

const graph = JSON.stringify({
  irVersion: 8, opsets: [{ domain: '', version: 17 }, { domain: 'ai.onnx.ml', version: 3 }], producerName: 'bench', producerVersion: '1', graphName: 'g', domain: '', modelVersion: '0', description: '', metadata: [],
  operators: [{ domain: '', type: 'MatMul', count: 3 }, { domain: '', type: 'Relu', count: 2 }], nodeCount: 5, subgraphNodeCount: 0, functionCount: 0, initializerCount: 6, parameterCount: 12_000, parameterBytes: 48_000,
  zipMaps: [], classLabels: ['no', 'yes'], vocabularies: [{ input: 'kind', values: Array.from({ length: 200 }, (_, i) => `category ${i}`) }],
})
const value = (name, shape) => ({ name, kind: 'tensor', dtype: 'float32', shape, text: `float32[${shape.join(', ')}]` })
const signature = JSON.stringify({ inputs: Array.from({ length: 12 }, (_, i) => value(`column ${i}`, ['N', 1])), outputs: [value('probabilities', ['N', 2])] })
const binding = JSON.stringify({
  schema: 'slipway.binding/1', task: 'binary-classification', inputs: [{ kind: 'columns', input: 'X', dtype: 'float32', columns: Array.from({ length: 12 }, (_, i) => `column ${i}`), missing: 'nan' }],
  outputs: [{ output: 'probabilities', role: 'probabilities' }], target: { kind: 'column', column: 'label' }, idColumn: null, classes: ['no', 'yes'].map((c) => ({ label: c, output: c })), positiveClass: 'yes', decision: { kind: 'argmax' }, rows: 'lenient',
})
const options = JSON.stringify({ provider: 'cpu', batchSize: null, threads: null, limit: null, sample: null, rows: null, excludeRecords: [], seed: 1 })
const firstRows = JSON.stringify({ ...JSON.parse(options), limit: 5000 })
const environment = JSON.stringify({ slipway: '0.1.0', runtime: '1.30.0', node: '20', platform: 'linux-x64', cpu: 'a', providerAsked: 'cpu', nodesByProvider: [], providerUsed: 'cpu', threads: 2, batchSizes: [1024], optimization: 'all', seed: 1 })
const account = JSON.stringify({ read: 10_000, scored: 10_000, leftOut: [], replaced: [] })
const curves = JSON.stringify([{ kind: 'roc', class: 'yes', auc: 0.9, falsePositiveRate: Array.from({ length: 60 }, (_, i) => i / 60), truePositiveRate: Array.from({ length: 60 }, (_, i) => Math.sqrt(i / 60)), threshold: Array.from({ length: 60 }, (_, i) => 1 - i / 60) }])
const column = (i) => ({ name: `column ${i}`, type: 'number', rows: 10_000, missing: 0, invalid: 0, distinct: 3, min: 0, max: 1, mean: 0.5, standardDeviation: 0.1, top: [], histogram: null })

/** Versions of each model: one very long line, a few long ones, many short ones. */
function versionCounts({ models, versions }) {
  const counts = Array.from({ length: models }, (_, i) => (i === 0 ? Math.floor(versions / 10) : i < 10 ? Math.floor(versions / 50) : 0))
  const left = versions - counts.reduce((a, b) => a + b, 0)
  return counts.map((n, i) => (n > 0 ? n : Math.floor(left / (models - 10)) + (i - 10 < left % (models - 10) ? 1 : 0)))
}

function statements(db) {
  const into = (table, columns) => db.prepare(`INSERT INTO ${table} (${columns}) VALUES (${columns.split(', ').map(() => '?').join(', ')})`)
  return {
    model: into('models', 'id, name, created_at'), dataset: into('datasets', 'id, name, kind, format, path, source_name, sha256, bytes, row_count, columns, classes, findings, copied, created_at'),
    version: into('versions', 'id, model_id, number, parent_id, sha256, content_sha256, bytes, source_name, files, signature, graph, needs_rewrite, created_at'), note: into('version_notes', 'version_id, revision, note, tags, created_at'),
    binding: into('bindings', 'version_id, revision, task, binding, guesses, created_at'), state: into('version_states', 'version_id, revision, state, action, reason, event_id, created_at'),
    event: into('events', 'id, at, verb, subject, sentence, facts'), alias: into('alias_moves', 'model_id, alias, revision, version_id, action, reason, event_id, created_at'), care: into('care_notes', 'model_id, version_id, revision, owners, links, event_id, created_at'),
    run: into('runs', 'id, version_id, dataset_id, dataset_sha256, model_sha256, task, status, owner, binding, guesses, options, created_at'), metric: into('run_metrics', 'run_id, metric, slice, position, value, low, high, n, reason'),
    done: db.prepare("UPDATE runs SET status = 'done', headline = ?, environment = ?, timing = ?, row_account = ?, curves = ?, notes = '[]', predictions_sha256 = ?, ended_at = ? WHERE id = ?"),
  }
}

/** What adds one thing after the other. Everything that is drawn comes from one stream, so the same calls give the same rows. */
function makeAdders(db, size) {
  const random = stream(7)
  const { id, hex } = makeNames(random)
  const add = statements(db)
  const pick = (list) => list[Math.floor(random() * list.length)]
  const event = (at, verb, subject) => {
    const name = id('event', at)
    add.event.run(name, at, verb, subject, 'Something was done.', '{}')
    return name
  }
  const datasets = Array.from({ length: size.datasets }, (_, i) => ({ id: id('dataset', began + i), name: `test set ${i}.csv`, sha256: hex() }))
  return { random, id, hex, add, pick, event, datasets, size }
}

function addRun({ random, id, hex, add, event, size }, version, data, at, quality) {
  const run = id('run', at)
  const limited = random() < 0.02
  const n = limited ? 5000 : 10_000
  add.run.run(run, version.id, data.id, data.sha256, version.sha256, 'binary-classification', 'queued', 'bench', binding, '[]', limited ? firstRows : options, at)
  for (let i = 0; i < size.metricsEach; i++) {
    const share = Math.min(0.999, Math.max(0.3, quality - i * 0.01 + (random() - 0.5) * 0.02))
    add.metric.run(run, metrics[i % metrics.length], i < metrics.length ? '' : `class:${i}`, i, share, share - 0.008, Math.min(1, share + 0.008), n, null)
  }
  add.done.run(JSON.stringify({ metric: 'accuracy', value: quality, n }), environment, '{"totalMs":10,"loadMs":2,"inferenceMs":5,"rowsPerSecond":1000}', account, curves, hex(), at + 5, run)
  event(at, 'run.evaluate', run)
}

function addVersion(adders, model, number, parent, at) {
  const { random, id, hex, add, pick, event, datasets, size } = adders
  const version = { id: id('version', at), sha256: hex(), number }
  const quality = 0.7 + 0.25 * random()
  add.version.run(version.id, model.id, number, parent, version.sha256, version.sha256, 20_000 + Math.floor(random() * 5e6), `${model.name}.onnx`, JSON.stringify([{ name: 'model.onnx', role: 'model', sha256: version.sha256, bytes: 48_000 }]), signature, graph, 0, at)
  event(at, 'version.import', version.id)
  add.binding.run(version.id, 1, 'binary-classification', binding, '[]', at)
  if (random() < 0.6) add.note.run(version.id, 1, random() < 0.5 ? `Trained on ${pick(words)} with ${pick(places)} features, seed ${number}` : '', JSON.stringify([...new Set([pick(words), random() < 0.1 ? 'prod' : pick(places)])]), at)
  const others = Array.from({ length: 4 }, () => 1 + Math.floor(random() * (size.datasets - 1)))
  for (let i = 0; i < size.runsEach; i++) addRun(adders, version, datasets[i < 2 ? 0 : others[i % 4]], at + 60_000 * (i + 1), quality)
  add.state.run(version.id, 1, 'evaluated', 'evaluate', 'Its first run finished.', null, at + 90_000)
  return version
}

function addModel(adders, i, count) {
  const { random, id, add, pick, event } = adders
  const model = { id: id('model', began + i), name: `${pick(words)} ${pick(places)} ${i}` }
  add.model.run(model.id, model.name, began + i)
  let parent = null
  for (let number = 1; number <= count; number++) parent = addVersion(adders, model, number, parent, began + Math.floor(random() * 300 * day) + number * 1000).id
  const at = began + 310 * day + i
  for (let revision = 1; revision <= 3; revision++) add.alias.run(model.id, 'champion', revision, parent, 'set', 'better', event(at, 'alias.set', model.id), at + revision)
  add.alias.run(model.id, 'challenger', 1, parent, 'set', 'tried', event(at, 'alias.set', model.id), at)
  add.care.run(model.id, '', 1, JSON.stringify([pick(['Ada', 'Grace', 'Edsger', 'Barbara'])]), '[]', event(at, 'model.care', model.id), at)
  return model
}

/** Fills the database of a workspace. Answers ids that the measuring asks about. */
export function fillRegistry(path, size) {
  const db = new Database(path)
  db.pragma('foreign_keys = ON')
  db.pragma('synchronous = OFF')
  db.pragma('cache_size = -262144')
  const adders = makeAdders(db, size)
  const { datasets, add } = adders
  const models = db.transaction(() => {
    for (const [i, d] of datasets.entries()) add.dataset.run(d.id, d.name, 'table', '{"kind":"jsonl"}', `/data/${i}.csv`, d.name, d.sha256, 1e6, 10_000, JSON.stringify(Array.from({ length: 13 }, (_, c) => column(c))), '[]', '[]', 0, began + i)
    return versionCounts(size).map((count, i) => addModel(adders, i, count))
  })()
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
  return { longest: models[0].id, dataset: datasets[0].id }
}
