import type { DataContract } from '../../shared/contracts/data-contract.js'
import type { ColumnProfile, DatasetProfile } from '../../shared/contracts/data-profile.js'
import { isTemporal } from '../../shared/data/column-types.js'
import type { ColumnDrift } from '../../shared/data/drift.js'
import type { FeaturePower } from '../../shared/data/power.js'
import type { ChartBlock } from '../../shared/report/blocks.js'
import { categoryPair, histogramPair, ranking } from '../../shared/report/charts/distribution.js'
import { clip, exactLine } from '../../shared/report/escape.js'
import type { Baseline } from './baseline.js'
import type { Gathered } from './gather.js'

/** More pictures make the page heavy, and nobody looks at them. */
const MOST_COLUMNS = 60
const MOST_VALUES = 12

const label = (text: string): string => clip(exactLine(text), 40)

export interface Charts {
  /** What a summary has room for. */
  readonly few: readonly ChartBlock[]
  /** And every column beside its baseline. */
  readonly all: readonly ChartBlock[]
}

/** Pictures of the first dataset. */
export function chartsOf({ evidence, leaks }: Gathered, contract: DataContract, baseline: Baseline): Charts {
  const { profile, drift } = evidence[0]
  const drifts = drift ?? []
  const before = baseline.state === 'found' ? baseline.profile.datasets : []
  const rankings = [powerChart(leaks.powers, contract.leakage['max-power']), driftChart(drifts, contract.drift.warn)]
  const few = rankings.filter((chart) => chart !== null)
  const columns = columnCharts(
    profile,
    drifts,
    before.find(({ name }) => name === profile.name),
  )
  return { few, all: [...few, ...columns] }
}

/** Power of the features, largest first; null when none was measured. */
function powerChart(powers: readonly FeaturePower[], threshold: number): ChartBlock | null {
  const items = powers.flatMap(({ feature, power }) => (power === null ? [] : [{ name: label(feature), value: power }]))
  if (items.length < 2) return null
  return ranking({
    title: 'What each feature alone tells about the label',
    measure: 'power (0 none, 1 all)',
    items,
    threshold,
  })
}

function driftChart(drifts: readonly ColumnDrift[], threshold: number): ChartBlock | null {
  const items = drifts.flatMap(({ column, psi }) => (psi === null ? [] : [{ name: label(column), value: psi }]))
  if (items.length < 2) return null
  return ranking({ title: 'Drift by column', measure: 'PSI', items, threshold })
}

/** One picture per column, those that drifted most first; at most sixty. */
function columnCharts(
  profile: DatasetProfile,
  drifts: readonly ColumnDrift[],
  baseline: DatasetProfile | undefined,
): ChartBlock[] {
  const index = new Map(drifts.map((drift) => [drift.column, drift]))
  return [...profile.columns]
    .sort((a, b) => (index.get(b.name)?.psi ?? -1) - (index.get(a.name)?.psi ?? -1))
    .flatMap((column) => columnChart(profile.name, column, index.get(column.name), baseline) ?? [])
    .slice(0, MOST_COLUMNS)
}

function columnChart(
  dataset: string,
  column: ColumnProfile,
  drift: ColumnDrift | undefined,
  baseline: DatasetProfile | undefined,
): ChartBlock | null {
  const before = baseline?.columns.find(({ name }) => name === column.name)
  const title = `${label(column.name)}, ${dataset} data`
  const pictured = drift !== undefined && drift.psi !== null && before !== undefined
  if (pictured && before.numeric !== null && drift.cells.length === before.numeric.histogram.counts.length + 1) {
    const cells = drift.cells.slice(0, -1)
    return histogram(
      title,
      column,
      before.numeric.histogram.edges,
      cells.map(({ current }) => current),
      cells.map((cell) => cell.baseline),
    )
  }
  if (pictured) return categories(title, column.name, drift.cells)
  if (column.numeric !== null && column.distinct > MOST_VALUES) {
    return histogram(title, column, column.numeric.histogram.edges, column.numeric.histogram.counts)
  }
  if (column.top.length === 0) return null
  const shown = column.top.slice(0, MOST_VALUES)
  const rest = column.otherCount + column.top.slice(MOST_VALUES).reduce((sum, { count }) => sum + count, 0)
  return categories(title, column.name, [
    ...shown.map(({ value, count }) => ({ label: value, current: count })),
    ...(rest > 0 ? [{ label: 'other values', current: rest }] : []),
    ...(column.missing > 0 ? [{ label: 'missing', current: column.missing }] : []),
  ])
}

/** Bins of no width stand for one value; a picture needs a width. */
function histogram(
  title: string,
  column: ColumnProfile,
  edges: readonly number[],
  current: readonly number[],
  before?: readonly number[],
): ChartBlock {
  const span = (edges.at(-1) ?? 0) - (edges[0] ?? 0)
  const wide = edges.map((edge, i) => (i > 0 && edge === edges[i - 1] ? edge + (span === 0 ? 1 : span / 100) : edge))
  return histogramPair({
    title,
    variable: label(column.name),
    dates: isTemporal(column.type),
    density: before === undefined,
    edges: wide,
    current: { name: 'these data', counts: current },
    ...(before === undefined ? {} : { baseline: { name: 'baseline', counts: before } }),
    note:
      before === undefined
        ? 'The area of a bar is its share of the rows.'
        : 'The bins hold equal parts of the baseline: bars off its level show where the data have moved.',
  })
}

function categories(
  title: string,
  name: string,
  cells: readonly { label: string; current: number; baseline?: number }[],
): ChartBlock {
  return categoryPair({
    title,
    variable: label(name),
    categories: cells.map((cell) => label(cell.label)),
    current: { name: 'these data', counts: cells.map(({ current }) => current) },
    ...(cells.some(({ baseline }) => baseline !== undefined)
      ? { baseline: { name: 'baseline', counts: cells.map(({ baseline = 0 }) => baseline) } }
      : {}),
  })
}
