// The command line: the table of commands and its global options. Plain Node; never Electron.
import { Command, CommanderError } from 'commander'
import { registerBinding } from './binding.ts'
import { registerCompare } from './compare.ts'
import { registerDataset } from './dataset.ts'
import { registerDevices } from './devices.ts'
import { registerEvaluate } from './evaluate.ts'
import { registerExport } from './export.ts'
import { registerGate } from './gate.ts'
import { registerHistory } from './history.ts'
import { registerImport } from './import.ts'
import { registerInspect } from './inspect.ts'
import { slipwayVersion } from './open-session.ts'
import { registerVerify } from './verify.ts'

const registrations = [
  registerImport, registerInspect, registerDataset, registerBinding, registerEvaluate, registerCompare, registerGate, registerExport, registerVerify, registerHistory, registerDevices,
]

/** The whole program, ready to parse. */
export function buildProgram(): Command {
  const program = new Command('slipway')
    .description('From a model file on your disk to a verified, signed deployment bundle.')
    .version(slipwayVersion)
    .option('--workspace <folder>', 'the workspace to use (or SLIPWAY_WORKSPACE)')
    .option('--json', 'print the answer as JSON, exactly as the contract defines it')
    .option('--quiet', 'no progress on stderr')
    .showHelpAfterError('(add --help for an example)')
    .addHelpText('after', '\nExit codes: 0 yes · 1 the check said no · 2 your input · 3 your machine · 4 the engine · 5 Slipway · 130 interrupted\n')
  for (const register of registrations) register(program)
  const strict = (command: Command): void => {
    command.exitOverride()
    for (const child of command.commands) strict(child)
  }
  strict(program)
  return program
}

// A reader such as `head` that has seen enough closes the pipe; that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => { process.exit(error.code === 'EPIPE' ? 0 : 3) })

try {
  await buildProgram().parseAsync(process.argv)
} catch (thrown) {
  if (!(thrown instanceof CommanderError)) throw thrown
  // Commander has said what is wrong; asking for help or the version is no failure.
  process.exitCode = thrown.exitCode === 0 ? 0 : 2
}
