// An engine process that misbehaves on purpose, each time in the way that the asked method names.
// `binding.propose` talks nonsense, `dataset.hash` answers against the contract, `dataset.rows` eats memory, `dataset.image` never answers.
const say = (message) => process.send(message)

function eat() {
  const kept = []
  for (;;) kept.push(new Array(1_000_000).fill(Math.random()))
}

process.on('message', ({ kind, id, method }) => {
  if (kind !== 'call') return
  switch (method) {
    case 'engine.hello': return say({ kind: 'done', id, value: { onnxruntime: '0', node: process.versions.node, providers: ['cpu'], pid: process.pid } })
    case 'engine.memory': return say({ kind: 'done', id, value: { residentBytes: 1 } })
    case 'binding.propose':
      for (const nonsense of [null, 42, 'done', [], { kind: 'done' }, { kind: 'progress', id, value: { step: 7 } }, { kind: 'fail', id: 'x' }, { kind: 'event', name: 'jobs', value: 1 }, { kind: 'done', id: id + 1000, value: 1 }]) say(nonsense)
      return say({ kind: 'fail', id, error: { code: 'dataset.empty', details: { file: 'a.csv' }, message: 'made up words' } })
    case 'dataset.hash': return say({ kind: 'done', id, value: { sha256: 'no hash', bytes: -1 } })
    case 'dataset.rows': return eat()
    case 'provider.probe': return process.exit(3)
    default:
  }
})
