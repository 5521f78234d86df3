// The words of part (f) of docs/performance.md: the bundle's server beside a bare handler. Owns no measuring.

const whole = (n) => Math.round(n).toLocaleString('en')
const wanted = (met, words) => (met ? `${words} was wanted: met` : `**${words} was wanted: missed**`)

const lineText = ({ case: name, rows, bare, server, ratio, p99Ratio }) =>
  `| ${name}, ${rows} row${rows === 1 ? '' : 's'} a request | ${whole(bare.rate)} | ${whole(server.rate)} | ${ratio.toFixed(2)} | ${bare.p99.toFixed(1)} | ${server.p99.toFixed(1)} | ${p99Ratio.toFixed(2)} | ${whole(bare.cpu)} | ${whole(server.cpu)} |`

/** Why a small model starts slower than its bare load, from profiles of both processes. */
const startWords = `Most of it does not depend on the model. From profiles of both processes: Node itself 65 ms, as in the bare handler; reading the program and starting the model's process 50 ms; hashing the 50 MB of the bundle 50 ms, of which the runtime is 46 MB, and before that nothing of it may be loaded; then the runtime and the model in the second process 90 ms, and in the first one meanwhile the schemas 60 ms, signatures and agreement of model and manifest 40 ms, golden requests and listening 20 ms. So about 200 ms come on top of any model, and the ratio falls below 1.5 only for models that take more than some 400 ms to load.`

/** The section. `full`: the number of requests over which memory is to be looked at; `busy`: the sentence about other work on the machine. */
export function serveSection(f, full, busy) {
  const tables = f.lines.filter((l) => l.case === 'income')
  const pictures = f.lines.filter((l) => l.case !== 'income')
  const [first] = f.lines
  const { marks } = f.memory
  const early = marks[Math.floor(marks.length / 10)]
  const late = marks.at(-1)
  return `## (f) The server of a bundle

Two real bundles, exported as a user does it: a gradient boosting over 12 columns, 7 of them texts, and a convolutional network for pictures of 28 × 28. The server runs with everything on: batching, metrics, drift, prediction log at level 1 into files. Beside it a bare \`node:http\` handler that parses the same body with JSON.parse, runs the same model with onnxruntime-node in its own process and answers with JSON.stringify, with no check, limit or log. The same load in turn from \`wrk\`, ${first.connections} connections, ${first.repeats} windows of ${first.seconds} s each, after both were warm. Numbers are medians; a ratio is the median of the ratios of neighbouring windows.

| | bare, requests/s | server, requests/s | ratio | bare p99, ms | server p99, ms | ratio | bare, µs of processor a request | server, µs |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${f.lines.map(lineText).join('\n')}

Tables: ${wanted(tables.every((l) => l.ratio >= 0.85), 'at least 0.85 of the bare throughput')}; ${wanted(tables.every((l) => l.p99Ratio <= 1), 'no higher 99th percentile')}. Pictures, single rows at once: ${wanted(pictures.every((l) => l.ratio > 1), 'more than the bare handler')}.

| start to ready | bare, ms | server, ms | ratio |
| --- | --- | --- | --- |
${f.starts.map((s) => `| ${s.case} | ${whole(s.bare)} | ${whole(s.server)} | ${s.ratio.toFixed(2)} |`).join('\n')}

The server verifies every file of the bundle, starts a second process and answers the golden requests in that time; ${wanted(f.starts.every((s) => s.ratio <= 1.5), 'at most 1.5 times')}.
${startWords}

Memory of both processes of the server: ${whole(early.mb)} MB after ${whole(early.requests)} requests, ${whole(late.mb)} MB after ${whole(late.requests)}${f.requests === full ? '' : ` (the full size is ${whole(full)})`}.
${busy(f.load)}${f.ahead === true ? 'Other programs were kept behind: those measured here went first wherever the processors were wanted by both. Processes that hand work to each other feel such company more than one process alone, at the 99th percentile most of all.\n' : ''}`
}
