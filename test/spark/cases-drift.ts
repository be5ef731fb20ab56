import type { DatasetProfile } from '../../shared/contracts/data-profile.js'
import type { DataEngine } from '../../shared/data/engine/engine.js'
import { mergeProfileStates, writeProfileState } from '../../shared/data/profile-state.js'
import { DIGEST_OF } from '../../shared/data/spark/remote.js'
import { fakeContext } from '../support/context.js'
import { contract, csv } from '../unit/validate-data/support.js'
import type { Both } from './support.js'

const WORDS = ['late', 'parcel', 'refund', 'broken', 'screen', 'thanks', 'again', 'never', 'order', 'shop', 'colour']
const day = (from: string, i: number) => new Date(Date.parse(from) + i * 86_400_000).toISOString().slice(0, 10)
const sentence = (i: number, shift: number) =>
  Array.from({ length: 6 }, (_, k) => WORDS[(i * (k + 3) + k * k + shift) % WORDS.length]).join(' ')

/** Two rows a day; `shift` moves what is drawn. */
const table = (rows: number, from: string, shift: number) =>
  csv(
    'id,at,x,w,color,text,y',
    Array.from({ length: rows }, (_, i) => [
      i + shift * 1000,
      day(from, Math.floor(i / 2)),
      i % 19 === 0 ? '' : ((i * 37) % 101) / 4 + shift * 3,
      (i * 7919) % 13,
      shift > 0 && i % 5 === 0 ? 'violet' : (['red', 'green', 'blue'][i % 3] as string),
      `${sentence(i, shift)} ${i % 50}`,
      (i * 31 + shift) % 3 === 0 ? 'yes' : 'no',
    ]),
  )

export function driftCases(both: Both): void {
  test('drift against a dataset, by day, slice, word and in common, is that of DuckDB', async () => {
    const files = {
      'train.csv': table(300, '2024-06-01', 1),
      'base.csv': table(400, '2024-01-01', 0),
      'data-contract.yml': contract('extra-columns: allow\ndrift: { method: auto, max-share: 0.5 }'),
    }
    const data = {
      train: 'train.csv',
      id: 'id',
      time: 'at',
      target: 'y',
      slices: ['color'],
      baseline: { data: 'base.csv' },
    }
    const [expected, found] = await both.validate(files, data)
    expect(expected.validation.checks.filter(({ rule }) => /drift/.test(rule)).length).toBeGreaterThan(5)
    expect(found.validation.checks).toEqual(expected.validation.checks)
    expect(found.profile.datasets).toEqual(expected.profile.datasets)
  })

  test('drift against the same season a year before, and by numbers that are asked for, is that of DuckDB', async () => {
    const files = {
      'train.csv': table(200, '2024-06-01', 1),
      'base.csv': table(800, '2023-05-01', 0),
      'data-contract.yml': contract('extra-columns: allow\ndrift: { method: psi }'),
    }
    const data = { train: 'train.csv', time: 'at', target: 'y', baseline: { data: 'base.csv', season: 'year' } }
    const [expected, found] = await both.validate(files, data)
    expect(found.validation.checks).toEqual(expected.validation.checks)
  })

  test('drift against several profiles put together, of slices too, is that of DuckDB', async () => {
    const profiles: Record<string, string> = {}
    for (const [name, from, rows] of [
      ['one', '2024-01-01', 200],
      ['two', '2024-03-01', 260],
    ] as const) {
      const data = { train: 'train.csv', id: 'id', time: 'at', target: 'y', slices: ['y'] }
      const { profile } = await both.validateOn(both.duckdb, { 'train.csv': table(rows, from, 0) }, data)
      profiles[`profiles/${name}.json`] = JSON.stringify(profile)
    }
    const files = {
      ...profiles,
      // Of two years, so that each slice has rows enough to be dated.
      'train.csv': table(1240, '2024-03-01', 1),
      'data-contract.yml': contract('extra-columns: allow\ndrift: { method: auto, max-share: 0.5 }'),
    }
    const baseline = { files: 'profiles/*.json' }
    const data = { train: 'train.csv', id: 'id', time: 'at', target: 'y', slices: ['y'], baseline }
    const [expected, found] = await both.validate(files, data)
    const slices = expected.validation.checks.find(({ rule }) => rule === 'slice-drift')
    expect(slices).toMatchObject({ verdict: 'fail', details: { means: 0, since: expect.any(String) } })
    expect(JSON.stringify(expected.validation.checks)).toContain('7 quantiles of each of 2 profiles')
    expect(found.validation.checks).toEqual(expected.validation.checks)
    expect(found.profile.datasets).toEqual(expected.profile.datasets)
  })

  test('states of data at an address merge to the profile of all of them, whoever wrote them', async () => {
    const text = table(140, '2024-01-01', 0)
    const [head = '', ...lines] = text.trimEnd().split('\n')
    const part = (from: number, to?: number) => `${[head, ...lines.slice(from, to)].join('\n')}\n`
    const fake = await fakeContext({ files: { 'a.csv': part(0, 60), 'b.csv': part(60) } })
    try {
      const options = { id: 'id', target: 'y', slices: ['color'] }
      const write = (engine: DataEngine, source: string, path: string) =>
        writeProfileState(engine, fake.ctx.files, { name: 'train', source, options, shard: null }, path)
      const at = (path: string) => `file://${fake.ctx.files.resolve(path)}`
      await write(both.duckdb, 'a.csv', 'a.parquet')
      await write(both.duckdb, 'b.csv', 'b.parquet')
      const { files: _, ...expected } = (await merged(['a.parquet', 'b.parquet'])).profile
      await write(both.spark, at('a.csv'), 'far-a.parquet')
      await write(both.spark, at('b.csv'), 'far-b.parquet')
      for (const states of [
        ['far-b.parquet', 'far-a.parquet'],
        ['far-a.parquet', 'b.parquet'],
      ]) {
        const { files, ...found } = (await merged(states)).profile
        expect(found).toEqual(expected)
        expect(files.map(({ name }) => name)).toContain(at('a.csv').replace('///', '/'))
        expect(files.some(({ digestOf }) => digestOf === DIGEST_OF)).toBe(true)
      }
      // A state itself lies here: where only Spark writes, nobody could put it together.
      await expect(write(both.spark, at('a.csv'), at('state.parquet'))).rejects.toMatchObject({
        problems: [
          { message: expect.stringContaining('is an address, and states of profiles are files of this machine') },
        ],
      })
      await expect(merged([at('a.parquet')])).rejects.toMatchObject({ name: 'UserError' })
      function merged(paths: string[]) {
        return mergeProfileStates(both.duckdb, fake.ctx.files, paths)
      }
    } finally {
      await fake.cleanup()
    }
  })

  test.each(['csv', 'jsonl'] as const)(
    'states that both engines wrote of %s merge to the same profile',
    async (format) => {
      const text = table(120, '2024-01-01', 0)
      const [head = '', ...lines] = text.trimEnd().split('\n')
      const names = head.split(',')
      const written = (part: readonly string[]) =>
        format === 'csv'
          ? `${[head, ...part].join('\n')}\n`
          : part
              .map((line) => {
                const entries = line.split(',').map((cell, i) => [names[i], cell === '' ? null : Number(cell) || cell])
                return `${JSON.stringify(Object.fromEntries(entries))}\n`
              })
              .join('')
      const fake = await fakeContext({
        files: { [`a.${format}`]: written(lines.slice(0, 50)), [`b.${format}`]: written(lines.slice(50)) },
      })
      try {
        const options = { id: 'id', target: 'y', slices: ['color'] }
        const source = [`a.${format}`, `b.${format}`]
        const profiles: DatasetProfile[] = []
        for (const [one, other] of [
          [both.duckdb, both.duckdb],
          [both.spark, both.duckdb],
          [both.spark, both.spark],
        ] as const) {
          for (const [engine, index] of [
            [one, 1],
            [other, 2],
          ] as const) {
            const input = { name: 'train', source, options, shard: { index, of: 2 } }
            await writeProfileState(engine, fake.ctx.files, input, `${index}.parquet`)
          }
          profiles.push((await mergeProfileStates(both.duckdb, fake.ctx.files, ['1.parquet', '2.parquet'])).profile)
        }
        const [expected, mixed, spark] = profiles
        expect(mixed).toEqual(expected)
        expect(spark).toEqual(expected)
      } finally {
        await fake.cleanup()
      }
    },
  )
}
