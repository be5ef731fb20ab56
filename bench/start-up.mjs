/**
 * Start of a stage as the runner starts it: inputs parsed, plumbline.yml read and checked, outputs written. The stage is
 * stopped by a mistake in its configuration, so that its own work is not measured. The bar: 80 ms over `node -e 0`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at, filesBelow } from '../scripts/tools.mjs'
import { median, runToEnd, takeTurns } from './measure.mjs'

const BAR_MS = 80
const TURNS = Number(process.env.BENCH_TURNS ?? 15)

export const title = `median of ${TURNS} process starts, each over \`node -e 0\`; the bar is ${BAR_MS} ms`

/** Rows of the table, one for each stage. */
export async function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'))
  try {
    writeFileSync(join(folder, 'plumbline.yml'), 'model: strikes\ntask: binary\ntrain:\n  seed: not-a-number\n')
    const empty = { node: () => runToEnd([process.execPath, '-e', '0']) }
    const stages = stageNames().map((name) => [name, () => startStage(name, folder)])
    const times = await takeTurns({ ...empty, ...Object.fromEntries(stages) }, TURNS)
    const floor = median(times.node)
    return Object.entries(times).map(([name, values]) => {
      const ms = median(values)
      const over = ms - floor
      const verdict = name === 'node' ? '' : over <= BAR_MS ? 'within' : 'OVER'
      return { start: name, ms: ms.toFixed(1), over: over.toFixed(1), ratio: (ms / floor).toFixed(2), bar: verdict }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function stageNames() {
  return filesBelow(at('actions'))
    .filter((path) => path.endsWith('/action.yml'))
    .map((path) => path.split('/')[0])
}

function startStage(name, folder) {
  const output = join(folder, 'output')
  writeFileSync(output, '')
  runToEnd([process.execPath, at('dist', `${name}.js`)], {
    cwd: folder,
    env: { PATH: process.env.PATH, GITHUB_WORKSPACE: folder, GITHUB_OUTPUT: output, GITHUB_ACTIONS: 'true' },
    expected: [1],
  })
  if (!readFileSync(output, 'utf8').includes('verdict')) throw new Error(`${name} wrote no output`)
}
