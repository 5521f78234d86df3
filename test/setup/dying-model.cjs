// The model's process of server.cjs with the real runtime, which dies of a segmentation fault when a first value is 666 and hangs when it
// is 777. For tests of what becomes of the other requests.
const { join } = require('node:path')
const project = join(__dirname, '../..')
const { InferenceSession } = require(join(project, 'node_modules/onnxruntime-node'))
const run = InferenceSession.prototype.run
InferenceSession.prototype.run = function (feeds, ...rest) {
  const values = Object.values(feeds)[0].data
  for (let i = 0; i < values.length; i += 4) {
    if (values[i] === 666) process.kill(process.pid, 'SIGSEGV')
    if (values[i] === 777) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000)
    // Long enough for others to arrive meanwhile.
    if (values[i] === 555) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
  }
  return run.call(this, feeds, ...rest)
}
require(join(project, 'out/parts/server.cjs')).runModelProcess()
