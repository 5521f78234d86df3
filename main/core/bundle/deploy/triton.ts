// For Triton: the texts that the warm-up of config.pbtxt reads, and deploy/triton/README.md with the exact command.
// Where Triton could not load the model there is no configuration, and the README says why instead.
import { slugOf } from '../../../../shared/slug.ts'
import { cell } from '../read/markdown.ts'
import { tritonFault } from '../contract-files.ts'
import type { BundleFacts } from '../facts.ts'
import { binary, markdown, type Planned, type Planner } from '../planned.ts'
import { quantities, resourcesOf } from './resources.ts'
import { warmUpFiles } from './triton-config.ts'
import { wayBack } from './ways-back.ts'

/** The oldest container of Triton that its files are written for: the one that KServe's stock runtime starts. */
export const oldestTriton = '23.05'

function runSection(facts: BundleFacts, engine: string): string {
  const slug = slugOf(facts.version.modelName)
  const { limits } = quantities(resourcesOf(facts))
  return `## Start

From the bundle's folder, verified before (\`node bin/verify.mjs --trust publisher.pub.pem\`; Triton itself checks no signature):

    docker run --rm --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \\
      --cpus ${limits.cpu} --memory ${limits.memory.replace('Mi', 'm')} \\
      -p 127.0.0.1:8000:8000 -p 127.0.0.1:8001:8001 -p 127.0.0.1:8002:8002 \\
      -v "$PWD/model/repository:/models:ro" nvcr.io/nvidia/tritonserver:${engine}-py3 \\
      tritonserver --model-repository=/models --model-control-mode=explicit --load-model=${slug} \\
      --disable-auto-complete-config --strict-readiness=true --exit-on-error=true

Name the image by digest in production: a tag is another image tomorrow.

| flag | why |
| --- | --- |
| \`--disable-auto-complete-config\` | \`config.pbtxt\` is complete; a word that Triton does not know stops the start instead of being guessed around |
| \`--model-control-mode=explicit\` | the folder is read when you say so, never by itself while files are half copied |
| \`--exit-on-error=true\` | a model that does not load ends the program, so that whoever supervises it notices |

${resourcesOf(facts).why.map((line) => `- ${line}`).join('\n')}

Then ask it what the export asked the model, with the answers that must come back:

    node bin/smoke.mjs http://127.0.0.1:8000

Ports: 8000 HTTP, 8001 gRPC, 8002 metrics. The model is \`${slug}\`, its version ${facts.serial}. \`model/io.json\` says what goes in and out.

## Next version, and back

For more than one version start Triton on a folder of your own and copy each bundle's \`model/repository/${slug}\` into it, so that the bundles stay as they were signed. Version folders lie side by side there, and the \`config.pbtxt\` that was copied last names the version that is served. Then load it, without a restart:

    curl --fail -X POST http://127.0.0.1:8000/v2/repository/models/${slug}/load

### Back

${wayBack(facts, 'triton')}

## What was checked

\`config.pbtxt\` was read by the reader of Google's protocol buffers and by a second, independent one, against the fields that Triton publishes. **No Triton server has loaded it.** It is written for Triton ${engine} and newer.
`
}

function readme(facts: BundleFacts, engine: string): string {
  const fault = tritonFault(facts)
  const head = '# Triton Inference Server\n\n'
  if (fault === null) return head + runSection(facts, engine)
  return `${head}There is no configuration for Triton in this bundle, because ${cell(fault)}. The bundle's own server serves this model (\`README.md\`, at the top).\n`
}

export const planTriton: Planner = (facts: BundleFacts): readonly Planned[] => {
  const choice = facts.targets.find((t) => t.target === 'triton')
  const repository = `model/repository/${slugOf(facts.version.modelName)}`
  return [
    ...(tritonFault(facts) === null ? warmUpFiles(facts).map(({ name, text }): Planned => ({ path: `${repository}/warmup/${name}`, role: 'contract', mediaType: binary, text })) : []),
    ...(choice === undefined ? [] : [{ path: 'deploy/triton/README.md', role: 'deploy', mediaType: markdown, text: readme(facts, choice.engine ?? oldestTriton) } satisfies Planned]),
  ]
}
