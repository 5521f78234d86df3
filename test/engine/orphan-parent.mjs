// Starts an engine, gives it a long native call, tells its process id, and waits to be killed.
import { fork } from 'node:child_process'

const [, , engineFile, input] = process.argv
const engine = fork(engineFile, ['engine'], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
engine.on('message', (message) => {
  if (message.kind !== 'done' || message.id !== 1) return
  engine.send({ kind: 'call', id: 2, method: 'model.infer', input: JSON.parse(input) })
  process.send(engine.pid)
})
engine.send({ kind: 'call', id: 1, method: 'engine.hello', input: {} })
setInterval(() => undefined, 1000)
