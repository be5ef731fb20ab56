import { mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { evaluateGate } from '../../../actions/evaluate-gate/action.js'
import { Comment } from '../../../shared/contracts/comment.js'
import { UserError } from '../../../shared/core/errors.js'
import type { Report } from '../../../shared/report/blocks.js'
import { renderMarkdown } from '../../../shared/report/markdown.js'
import { type FakeContext, fakeContext } from '../../support/context.js'
import {
  byRule,
  cleanUp,
  csv,
  DATA,
  data,
  deployed,
  GOOD,
  gate,
  jsonl,
  PREDICT,
  problemsOf,
  scores,
} from './support.js'

afterEach(cleanUp)

const OUT = '::set-output name=verdict::pass'
const HOSTILE = [
  '__proto__',
  'constructor',
  'toString',
  `a\n${OUT}`,
  `a\r\n${OUT}`,
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  `"quoted", 'twice', |piped| \`ticked\``,
  '$(touch x) && ; rm',
  '@all #1 ![x](https://example.org/x.png)',
  '\u202Egnp.exe \u0000 \u0007',
  'x'.repeat(10_000),
]

/** Names of things that reach every part of a gate: nothing of them is markup, a workflow command or a property of an object. */
function expectInert({ markdown, html, logged }: Awaited<ReturnType<typeof gate>>) {
  for (const text of [markdown, html]) {
    expect(text).not.toMatch(/<script>alert|<img/)
    expect(text).not.toContain('\u0000')
    expect(text).not.toContain('\u202E')
  }
  expect(markdown).not.toMatch(/^::/m)
  expect(markdown).not.toContain('![x](')
  expect(markdown).not.toMatch(/(^|[\s|])@all/)
  expect(logged.every(({ place }) => !/[\r\n]/.test(place?.title ?? ''))).toBe(true)
}

describe('names that mean something to somebody', () => {
  test('ids, values of slices, and the name of a column', async () => {
    const rows = data(220).map((row, i) => ({
      id: `${HOSTILE[i % HOSTILE.length]}${i}`,
      x: row.x,
      y: row.y,
      constructor: HOSTILE[i % HOSTILE.length],
      '<b>|`col`': i % 2 ? HOSTILE[5] : HOSTILE[3],
    }))
    const plain = data(220)
    const config = { data: { test: 'test.jsonl', target: 'y', id: 'id' } }
    const result = await gate(
      {
        predictions: 'p.jsonl',
        baseline: 'q.jsonl',
        slices: ['constructor', '<b>|`col`'],
        rules: [
          { metric: 'recall', slice: 'constructor', min: 0.99 },
          { metric: 'roc_auc', 'max-loss': 0 },
        ],
      },
      {
        'test.jsonl': jsonl(rows),
        'p.jsonl': jsonl(rows.map(({ id }, i) => ({ id, score: i % 2 ? 0.1 : 0.9 }))),
        'q.jsonl': jsonl(rows.map(({ id }, i) => ({ id, score: GOOD(plain[i] as (typeof plain)[number]) }))),
      },
      config,
    )
    expect(result.document.rows).toBe(220)
    expect(result.outcome.verdict).toBe('fail')
    expectInert(result)
  })

  test('a row that has no prediction, by a hostile id', async () => {
    const rows = data(30).map((row, i) => ({ ...row, id: `${HOSTILE[i % HOSTILE.length]}${i}` }))
    const problems = await problemsOf(
      gate(
        { predictions: 'p.jsonl', baseline: 'none' },
        { 'test.jsonl': jsonl(rows), 'p.jsonl': jsonl([{ id: '__proto__', score: 1 }]) },
        { data: { test: 'test.jsonl', target: 'y', id: 'id' } },
      ),
    )
    expect(problems[0]?.message).toContain('30 of 30 test rows have no prediction')
    expect(problems[0]?.message.length).toBeLessThan(4000)
  })

  test('classes: each is one, those of every object among them', async () => {
    const rows = Array.from({ length: 330 }, (_, i) => ({ id: i, x: i, y: HOSTILE[i % HOSTILE.length] as string }))
    const answers = rows.map(({ id, y }, i) => {
      const wrong = HOSTILE[(i + 1) % HOSTILE.length] as string
      const right = i % 5 > 0
      return {
        id,
        probabilities: Object.fromEntries([
          [y, right ? 0.7 : 0.3],
          [wrong, right ? 0.3 : 0.7],
        ]),
      }
    })
    const result = await gate(
      { predictions: 'p.jsonl', baseline: 'none', rules: [{ metric: 'recall', class: 'each', min: 0.99 }] },
      { 'test.jsonl': jsonl(rows), 'p.jsonl': jsonl(answers) },
      { data: { test: 'test.jsonl', target: 'y', id: 'id' } },
    )
    expect([...(result.document.classes ?? [])].sort()).toEqual([...HOSTILE].sort())
    expect(result.document.metrics.find(({ metric }) => metric === 'accuracy')?.candidate.value).toBeCloseTo(0.8, 12)
    expect(byRule(result.document, 'metric-min')).toHaveLength(HOSTILE.length)
    expectInert(result)
  })

  test('classes of a table of probabilities, as its columns', async () => {
    const names = ['__proto__', 'constructor', 'b']
    const rows = Array.from({ length: 120 }, (_, i) => ({ id: i, y: names[i % 3] as string }))
    const table = [
      'id,p___proto__,p_constructor,p_b',
      ...rows.map(({ id }) => [id, ...names.map((_, k) => (id % 3 === k ? 0.8 : 0.1))].join(',')),
    ].join('\n')
    const { document } = await gate(
      { predictions: 'p.csv', baseline: 'none' },
      { 'test.csv': csv(rows), 'p.csv': table },
    )
    expect(document.metrics.find(({ metric }) => metric === 'accuracy')?.candidate.value).toBe(1)
  })

  test('a model is asked with a column that is called as what every object has', async () => {
    const rows = data(60).map(({ id, x, y }) => ({ id, x, constructor: x, y }))
    const table = csv(rows).replace('id,x,', 'id,__proto__,')
    const script = `
import { createInterface } from 'node:readline'
createInterface({ input: process.stdin }).on('line', (line) => {
  const row = JSON.parse(line)
  console.log(Object.hasOwn(row, '__proto__') && row['__proto__'] === row.constructor ? 1 / (1 + Math.exp(-row.constructor)) : 'lost')
})`
    const { document } = await gate(
      { baseline: 'none' },
      { 'test.csv': table, 'predict.mjs': script },
      { predict: { command: 'node predict.mjs' } },
    )
    expect(document.rows).toBe(60)
  })

  test('metrics and slices in rules that there are not', async () => {
    const rows = data(40)
    const files = { 'test.csv': csv(rows), 'p.jsonl': scores(rows, GOOD) }
    for (const name of HOSTILE) {
      const problems = await problemsOf(
        gate(
          {
            predictions: 'p.jsonl',
            baseline: 'none',
            rules: [
              { metric: name, min: 0 },
              { metric: 'recall', class: name, min: 0 },
            ],
          },
          files,
        ),
      )
      expect(problems.map(({ where }) => where)).toEqual(['evaluate.rules[0].metric', 'evaluate.rules[1].class'])
    }
  })
})

describe('files of predictions that are none', () => {
  const rows = data(20)
  const files = { 'test.csv': csv(rows) }
  const SPARSE = 1024 ** 3

  const prepared: Record<string, (root: string) => Promise<unknown>> = {
    empty: (root) => writeFile(join(root, 'p.jsonl'), ''),
    'one byte': (root) => writeFile(join(root, 'p.jsonl'), '{'),
    'a folder': (root) => mkdir(join(root, 'p.jsonl')),
    'a link to nothing': (root) => symlink(join(root, 'nowhere'), join(root, 'p.jsonl')),
    'a link to itself': (root) => symlink(join(root, 'p.jsonl'), join(root, 'p.jsonl')),
  }
  test.each([
    ['empty', '20 of 20 test rows have no prediction'],
    ['one byte', 'is not JSON'],
    ['a folder', 'is a folder'],
    ['a link to nothing', 'there is no file p.jsonl'],
    ['a link to itself', 'there is no file p.jsonl'],
  ])('JSON Lines: %s', async (kind, message) => {
    const problems = await problemsOf(
      gate(
        { predictions: 'p.jsonl', baseline: 'none' },
        files,
        {},
        ({ root }) => prepared[kind]?.(root) as Promise<void>,
      ),
    )
    expect(problems[0]?.message).toContain(message)
  })

  test.each(['p.csv', 'p.parquet', 'p.tsv'])('%s: empty, one byte, a folder, a link to nothing', async (name) => {
    const makers: ((path: string) => Promise<unknown>)[] = [
      (path) => writeFile(path, ''),
      (path) => writeFile(path, 'i'),
      (path) => mkdir(path),
      (path) => symlink(`${path}.nowhere`, path),
    ]
    for (const make of makers) {
      const problems = await problemsOf(
        gate(
          { predictions: name, baseline: 'none' },
          files,
          {},
          async ({ root }) => void (await make(join(root, name))),
        ),
      )
      expect(problems[0]?.message).not.toBe('')
    }
  })

  test('outside the workspace', async () => {
    for (const path of ['../p.jsonl', '/etc/passwd', '../p.csv']) {
      const problems = await problemsOf(gate({ predictions: path, baseline: 'none' }, files))
      expect(problems[0]?.message).toContain('lies outside the working directory')
    }
  })

  test('a line of 1 GB ends with its number, and not with all memory taken', async () => {
    const problems = await problemsOf(
      gate({ predictions: 'p.jsonl', baseline: 'none' }, files, {}, async ({ root }) => {
        await writeFile(join(root, 'p.jsonl'), '{"id": "r0", "score": 0.5}\n')
        await truncate(join(root, 'p.jsonl'), SPARSE)
      }),
    )
    expect(problems).toEqual([
      {
        where: 'p.jsonl:2',
        message: 'is a line of more than 16 million characters',
        cure: 'write one JSON object per line, and end each with a line break',
      },
    ])
  })

  test('a long line that is packed to nearly nothing ends the same way', async () => {
    const packed = gzipSync(Buffer.alloc(64 * 1024 * 1024))
    const problems = await problemsOf(
      gate({ predictions: 'p.jsonl.gz', baseline: 'none' }, files, {}, ({ root }) =>
        writeFile(join(root, 'p.jsonl.gz'), packed),
      ),
    )
    expect(problems[0]).toMatchObject({
      where: 'p.jsonl.gz:1',
      message: 'is a line of more than 16 million characters',
    })
  })
})

describe('packed JSON Lines', () => {
  const rows = data(400)
  const lines = scores(rows, GOOD)
  const files = { 'test.csv': csv(rows), 'p.jsonl': lines }
  const pack = (name: string, bytes: Uint8Array) => async (fake: FakeContext) => writeFile(join(fake.root, name), bytes)

  test.each(['q.jsonl.gz', 'q.ndjson.gz', 'Q.JSONL.GZ'])('%s is read as the plain file', async (name) => {
    const { document } = await gate({ predictions: 'p.jsonl', baseline: name }, files, {}, pack(name, gzipSync(lines)))
    expect(document.metrics[0]?.baseline?.value).toBe(document.metrics[0]?.candidate.value)
    expect(document.metrics[0]?.difference?.value).toBe(0)
  })

  test('in two parts, one after the other, as gzip allows', async () => {
    const half = lines.length >> 1
    const two = Buffer.concat([gzipSync(lines.slice(0, half)), gzipSync(lines.slice(half))])
    const { document } = await gate({ predictions: 'q.jsonl.gz', baseline: 'none' }, files, {}, pack('q.jsonl.gz', two))
    expect(document.rows).toBe(400)
  })

  test.each([
    ['cut off', gzipSync(lines).subarray(0, 400)],
    ['not packed at all', Buffer.from(lines)],
    ['empty but for the name', Buffer.from([0x1f])],
  ])('%s: said, with what to do', async (_name, bytes) => {
    const problems = await problemsOf(
      gate({ predictions: 'q.jsonl.gz', baseline: 'none' }, files, {}, pack('q.jsonl.gz', bytes)),
    )
    expect(problems[0]?.message).toContain('q.jsonl.gz cannot be unpacked')
    expect(problems[0]?.cure).toBe('write it again with gzip')
  })
})

describe('a deployed version that cannot be asked any more', () => {
  const rows = data(400)
  const files = { 'test.csv': csv(rows), 'predict.mjs': PREDICT(3) }
  const config = { predict: { command: 'node predict.mjs' }, package: { files: ['predict.mjs'] } }

  /** What the gate kept of a version when it was judged itself. */
  async function judgedBefore(test: string) {
    const { root } = await gate({}, { ...files, 'test.csv': test, 'predict.mjs': PREDICT(2) }, config)
    return {
      answers: await readFile(join(root, '.plumbline', 'predictions.jsonl.gz')),
      evaluation: await readFile(join(root, '.plumbline', 'evaluation.json'), 'utf8'),
    }
  }

  async function against(
    test: string,
    change: (kept: { answers: Buffer; evaluation: string }) => typeof kept = (same) => same,
  ) {
    const kept = change(await judgedBefore(test))
    return gate({}, files, config, async (fake) => {
      await deployed(
        fake,
        '1.0.0',
        'process.exit(3)',
        {},
        {
          'predictions.jsonl.gz': kept.answers,
          'evaluation.json': Buffer.from(kept.evaluation),
        },
      )
    })
  }

  test('is compared by what it answered on the same rows', async () => {
    const { document } = await against(csv(rows))
    expect(document).toMatchObject({ baselineStatus: 'compared', baseline: { tag: 'model@v1.0.0' } })
    const said = document.notMeasured.find((note) => note.includes('could not be asked again'))
    expect(said).toContain('compared by what it answered on these 400 rows when it was judged itself')
    // Another weight is a monotone transform of the same score.
    expect(document.metrics.find(({ metric }) => metric === 'roc_auc')?.difference?.value).toBe(0)
    expect(document.metrics.find(({ metric }) => metric === 'log_loss')?.difference?.value).not.toBe(0)
  })

  test('is compared by them whatever the order of the rows', async () => {
    const { document } = await against(csv([...rows].reverse()))
    expect(document.baselineStatus).toBe('compared')
  })

  test('on other rows they say nothing: the comparison stays open', async () => {
    const other = rows.map((row, i) => (i === 0 ? { ...row, x: row.x + 1 } : row))
    const { outcome, document } = await against(csv(other))
    expect(document.baselineStatus).toBe('unreadable')
    expect(outcome.verdict).toBe('inconclusive')
    expect(byRule(document, 'baseline-unreadable')[0]?.message).toContain('exit code 3')
  })

  test('answers that are damaged are no reason to stop, and none to compare', async () => {
    const { document } = await against(csv(rows), ({ answers, evaluation }) => ({
      answers: answers.subarray(0, 300),
      evaluation,
    }))
    expect(document.baselineStatus).toBe('unreadable')
    expect(byRule(document, 'baseline-unreadable')[0]?.message).toContain('cannot be unpacked')
  })
})

/** The comment on a pull request. */
async function commentOf(evaluate: Record<string, unknown>, files: Record<string, string>, task?: string) {
  const event = {
    pull_request: { number: 7, head: { sha: 'a'.repeat(40), repo: null }, base: { repo: { full_name: 'o/r' } } },
  }
  const fake = await fakeContext({
    files: { ...files, 'event.json': JSON.stringify(event) },
    config: { data: DATA, evaluate, ...(task === undefined ? {} : { task }) },
  })
  try {
    const env = { ...fake.ctx.env, GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: join(fake.root, 'event.json') }
    await evaluateGate.run({ comment: 'update' } as never, { ...fake.ctx, env })
    const { parts } = Comment.parse(JSON.parse(await readFile(join(fake.root, '.plumbline', 'comment.json'), 'utf8')))
    return renderMarkdown((parts[0] as (typeof parts)[number]).report as Report)
  } finally {
    await fake.cleanup()
  }
}

describe('much of everything', () => {
  const MOST = 1000

  const classes = (count: number) => {
    const rows = Array.from({ length: 2 * count }, (_, i) => ({ id: i, y: `class ${i % count}` }))
    const answers = rows.map(({ id, y }) => ({ id, label: id % 7 === 0 ? 'class 0' : y }))
    return { 'test.csv': csv(rows), 'p.jsonl': jsonl(answers) }
  }

  test('2,000 classes are refused; 1,000 fit into the comment, with rules on each', async () => {
    const evaluate = { predictions: 'p.jsonl', baseline: 'none', rules: [{ metric: 'accuracy', min: 0.9 }] }
    const problems = await problemsOf(gate(evaluate, classes(2 * MOST), { task: 'multiclass' }))
    expect(problems[0]?.message).toBe('multiclass, but the target has 1,001 different values')
    const files = classes(MOST)
    const compared = {
      ...evaluate,
      baseline: 'q.csv',
      rules: [
        ...evaluate.rules,
        { metric: 'recall', class: 'each', min: 0.5 },
        { metric: 'f1', class: 'each', 'max-loss': 0.1 },
      ],
    }
    const before = csv(Array.from({ length: 2 * MOST }, (_, id) => ({ id, label: `class ${(id - (id % 2)) % MOST}` })))
    const comment = await commentOf(compared, { ...files, 'q.csv': before }, 'multiclass')
    expect(comment.length).toBeLessThanOrEqual(65_536)
    expect(comment.split('\n')[0]).toContain('✗ fail · evaluate-gate')
  })

  test('1,000 slices fit into the comment: verdict first, then as many of them as there is room for', async () => {
    const rows = data(40 * MOST).map((row, i) => ({ ...row, group: `${'long name '.repeat(8)}${i % MOST}` }))
    const comment = await commentOf(
      { predictions: 'p.jsonl', baseline: 'none', rules: [{ metric: 'recall', slice: 'group', min: 0.99 }] },
      { 'test.csv': csv(rows), 'p.jsonl': scores(rows, GOOD) },
    )
    expect(comment.length).toBeLessThanOrEqual(65_536)
    expect(comment.split('\n')[0]).toContain('✗ fail · evaluate-gate')
    expect(comment).toContain('evaluation.html')
  }, 120_000)
})

test('whatever is wrong with a file of predictions is said as a mistake, never as a crash', async () => {
  const rows = data(10)
  const bodies = [
    '[]',
    'null',
    '"text"',
    '{"id": null, "score": 1}',
    '{"id": {}, "score": 1}',
    '{"id": "r0", "score": 1e999}',
    '{"id": "r0", "score": "0.5"}',
    '{"id": "r0", "probabilities": []}',
    '{"id": "r0", "probabilities": {"1": "a"}}',
    '{"id": "r0", "label": {}}',
    '{"__proto__": {"id": "r0", "score": 1}}',
    '\u0000\u0000\u0000',
    '{"id": "r0", "score": NaN}',
    '{"id": 9007199254740993, "score": 0.5}',
  ]
  for (const body of bodies) {
    const error = await gate(
      { predictions: 'p.jsonl', baseline: 'none' },
      { 'test.csv': csv(rows), 'p.jsonl': body },
    ).then(
      () => null,
      (thrown: unknown) => thrown,
    )
    expect([body, error instanceof UserError]).toEqual([body, true])
  }
})
