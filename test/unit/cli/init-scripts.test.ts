import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MODEL_SCRIPT, PREDICT_SCRIPT, prepareScript, TABLE_SCRIPT, trainScript } from '../../../cli/init/scripts.js'

/** Rows whose target follows from two features, with missing cells, quotes and a comma in a name. */
function rowsOf(task: 'binary' | 'multiclass' | 'regression') {
  return Array.from({ length: 400 }, (_, i) => {
    const x = (i * 37) % 101
    const color = ['red', 'green, "bright"', 'blue'][(i * 7) % 3] as string
    const level = x / 50 + (color === 'red' ? 1 : 0)
    const target =
      task === 'regression'
        ? level.toFixed(3)
        : task === 'binary'
          ? String(level > 1.2)
          : level > 1.8
            ? 'high'
            : level > 0.8
              ? 'mid'
              : 'low'
    return { 'x 1': i % 17 === 0 ? '' : String(x), color, target }
  })
}

const quote = (cell: string) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

describe('scripts that init writes', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-init-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const node = (script: string, input = '') => {
    const result = spawnSync(process.execPath, [script], {
      cwd: folder,
      encoding: 'utf8',
      input,
      env: { ...process.env, PLUMBLINE_SEED: '7', PLUMBLINE_PARAMS: '{"trees": 60}' },
    })
    expect(result.stderr).toBe('')
    expect(result.status).toBe(0)
    return result.stdout
  }

  test.each(['binary', 'multiclass', 'regression'] as const)(
    'prepare, train and predict work for %s, and training twice gives the same bytes',
    async (task) => {
      const rows = rowsOf(task)
      await writeFile(
        join(folder, 'all.csv'),
        ['x 1,color,target', ...rows.map((row) => Object.values(row).map(quote).join(','))].join('\r\n'),
      )
      const facts = {
        train: 'data/train.csv',
        delimiter: null,
        target: 'target',
        task,
        positive: task === 'binary' ? 'true' : null,
        features: ['x 1', 'color'],
      }
      const files = {
        'table.mjs': TABLE_SCRIPT,
        'model.mjs': MODEL_SCRIPT,
        'predict.mjs': PREDICT_SCRIPT,
        'train.mjs': trainScript(facts),
        'prepare.mjs': prepareScript({
          source: 'all.csv',
          delimiter: null,
          train: 'data/train.csv',
          test: 'data/test.csv',
          time: null,
          id: 'id',
          numbered: true,
        }),
      }
      for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text)

      node('prepare.mjs')
      const test = (await readFile(join(folder, 'data/test.csv'), 'utf8')).trimEnd().split('\n')
      expect(test[0]).toBe('id,x 1,color,target')
      expect(test.length - 1).toBeGreaterThan(50)
      node('train.mjs')
      const first = await readFile(join(folder, 'model/model.json'))
      node('train.mjs')
      expect(await readFile(join(folder, 'model/model.json'))).toEqual(first)

      const asked = [...rows.slice(0, 100), { 'x 1': null, color: 'never seen' }, {}]
      const answers = node('predict.mjs', asked.map((row) => JSON.stringify(row)).join('\n'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(answers).toHaveLength(asked.length)
      const right = rows.slice(0, 100).filter((row, i) => {
        const answer = answers[i]
        if (task === 'regression') return Math.abs(answer - Number(row.target)) < 0.3
        return task === 'binary' ? answer > 0.5 === (row.target === 'true') : answer.label === row.target
      })
      expect(right.length).toBeGreaterThan(85)
    },
  )
})
