import type { Config } from '../../../shared/contracts/config.js'
import type { Context } from '../../../shared/core/context.js'
import { UserError } from '../../../shared/core/errors.js'
import { digestOfJson } from '../../../shared/core/hash.js'
import { VERSION } from '../../../shared/core/version.js'
import { type Dataset, loadDataset } from '../../../shared/data/dataset.js'
import { declaredTypes } from '../../../shared/data/declared.js'
import { daysOf, rowsOfSeason, type Season } from '../../../shared/data/drift/season.js'
import type { DataEngine } from '../../../shared/data/engine/engine.js'
import { dropRows } from '../../../shared/data/engine/row-store.js'
import { profileTable } from '../../../shared/data/profile.js'
import { type DateFormats, dateFormats, withTimes } from '../date-columns.js'
import type { SourceHints } from '../formats/builder.js'
import { withHints } from '../reading.js'
import { featuresOf } from '../task.js'
import type { Baseline, BaselineOptions } from './baseline.js'

export type DatasetBaseline = Extract<Config['data']['baseline'], { data: unknown }>

/**
 * Another dataset as baseline of every dataset that is judged: it is profiled in the same way, and its rows stay in the engine. With
 * `season` only the rows of the same time one season earlier. Throws UserError for data that cannot be read, and for a season
 * without `data.time`.
 */
export async function fromDataset(
  ctx: Context,
  { data, season }: DatasetBaseline,
  { loaded, judged: now }: Pick<BaselineOptions, 'loaded' | 'judged'> = {},
): Promise<Baseline> {
  const { config } = ctx
  const engine = await ctx.data()
  const types = loaded === undefined ? new Map() : declaredTypes(loaded.contract)
  const formats = loaded === undefined ? new Map() : dateFormats(loaded.contract)
  const hints = loaded?.source ?? {}
  ctx.log.progress('reading the baseline data')
  const all = await loadDataset(engine, ctx.files, 'baseline', withHints(data, hints), {
    types,
    key: 'data.baseline.data',
  })
  const names = all.files.map(({ name }) => name)
  const source = names.length === 1 ? (names[0] as string) : `${names[0]} and ${names.length - 1} more`
  const part =
    season === undefined
      ? { dataset: all, words: '' }
      : await seasonOf(ctx, engine, all, season, { types, formats, hints, judged: now })
  if (part.dataset.rows === 0) {
    return { state: 'no-rows', reason: `${source} has no rows${part.words}` }
  }
  const { id } = config.data
  const profile = await profileTable(engine, part.dataset, id === undefined ? {} : { id })
  const judged = (['train', 'test'] as const).filter((name) => config.data[name] !== undefined)
  return {
    state: 'found',
    profile: {
      schema: 'plumbline.data-profile/1',
      createdAt: ctx.now().toISOString(),
      plumblineVersion: VERSION,
      run: ctx.run,
      verdict: 'pass',
      summary: 'the baseline, profiled in this run',
      inputs: [...all.files],
      checks: [],
      target: config.data.target ?? null,
      features: featuresOf(config, profile),
      // A part of a file is not that file, even if it is the one that is judged.
      datasets: judged.map((name) => ({ ...profile, name, files: season === undefined ? profile.files : [] })),
    },
    source: `${source}${part.words}`,
    digest: digestOfJson({ files: all.files.map(({ digest }) => digest), part: part.words }),
    rows: part.dataset,
  }
}

async function seasonOf(
  ctx: Context,
  engine: DataEngine,
  baseline: Dataset,
  season: Season,
  { types, formats, hints, judged: read }: SeasonOptions,
): Promise<{ dataset: Dataset; words: string }> {
  const { time } = ctx.config.data
  const judged = ctx.config.data.train === undefined ? 'test' : 'train'
  const source = ctx.config.data[judged]
  if (time === undefined || source === undefined) {
    throw new UserError('a season needs `data.time`, the column with the time of a row', {
      where: 'data.baseline.season',
      cure: 'add `time: <column>` under `data`, or leave out `season`',
    })
  }
  const now =
    read === undefined
      ? await loadDataset(engine, ctx.files, judged, withHints(source, hints), { types })
      : await read()
  const days = await daysOf(engine, await withTimes(engine, now, formats), time)
  if (read === undefined) await dropRows(engine, now.table, now.columns.length)
  const dated = await withTimes(engine, baseline, formats)
  const found = days === null ? null : await rowsOfSeason(engine, dated, time, days, season)
  if (found === null) {
    const which = days === null ? `the ${judged} data` : 'the baseline'
    throw new UserError(`${which} has no dates in ${JSON.stringify(time)}`, {
      where: 'data.baseline.season',
      cure: 'name a column of dates in `data.time`, or leave out `season`',
    })
  }
  return { dataset: { ...found.dataset, columns: baseline.columns }, words: `, from ${found.from} to ${found.to}` }
}

interface SeasonOptions {
  readonly types: ReadonlyMap<string, Dataset['columns'][number]['type']>
  readonly formats: DateFormats
  readonly hints: SourceHints
  readonly judged: BaselineOptions['judged']
}
