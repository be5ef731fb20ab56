import type { ChartBlock } from '../blocks.js'
import { column } from '../blocks.js'
import { formatInteger, formatInterval, formatNumber, formatPercent, plural } from '../format.js'
import { mermaidCategories } from '../mermaid.js'
import { color } from '../svg-config.js'
import { type ChartText, chartBlock, finite, quantitative, sentence, size, thin, words } from './common.js'

export interface TimePoint {
  /** ISO 8601 date or date and time, read as UTC. */
  time: string
  /** Null when there was no data: the line has a gap. */
  value: number | null
  low?: number | null
  high?: number | null
  n?: number
}

export interface TimeSeries extends ChartText {
  /** What is measured: `click-through rate`. */
  measure: string
  points: readonly TimePoint[]
  /** `name` without its number: `objective`. */
  target?: { value: number; name: string }
  /** Deployments and the like: a vertical line with a label. At most twenty are drawn. */
  events?: readonly { time: string; label: string }[]
  /** Values are ratios: shown as percent. */
  percent?: boolean
}

/** A measure over time with its interval, the objective, and what happened meanwhile. Thinned to 500 points. */
export function timeSeries(input: TimeSeries): ChartBlock {
  const points = thin(input.points, 500)
  const values = points.map(({ time, value, low, high }) => ({ time: utc(time), value, low, high }))
  const events = (input.events ?? []).slice(0, 20)
  const { target } = input
  const show = input.percent === true ? formatPercent : formatNumber
  const x = {
    field: 'time',
    type: 'temporal',
    title: null,
    scale: { type: 'utc' },
    axis: { tickCount: 8, format: timeFormat(values.map((point) => point.time)) },
  }
  const scale = { zero: false, nice: true }
  const axis = input.percent === true ? { format: '.1~%' } : {}
  const y = (field: string) => quantitative(field, input.measure, { scale, axis })
  const band = values.filter((point) => finite(point.low) && finite(point.high))
  const legend = words(
    [
      band.length > 0 && 'band: interval',
      target !== undefined && `dashed: ${target.name}`,
      events.length > 0 && 'vertical lines: events',
    ],
    '; ',
  )
  return chartBlock(input, {
    description: describe(input, show),
    ...(legend === '' ? {} : { legend: `${sentence(legend)}.` }),
    spec: {
      ...size,
      layer: [
        ...(band.length === 0
          ? []
          : [
              {
                data: { values: band },
                mark: { type: 'area', opacity: 0.2, color: color.main },
                encoding: { x, y: y('low'), y2: { field: 'high' } },
              },
            ]),
        ...(target === undefined
          ? []
          : [
              {
                data: { values: [{ target: target.value }] },
                mark: { type: 'rule', color: color.bad, strokeDash: [5, 4], strokeWidth: 1.5 },
                encoding: { y: y('target') },
              },
            ]),
        ...(events.length === 0
          ? []
          : [
              {
                data: { values: events.map(({ time, label }) => ({ time: utc(time), label })) },
                encoding: { x },
                layer: [
                  { mark: { type: 'rule', color: color.other, strokeWidth: 1.5 } },
                  {
                    mark: { type: 'text', align: 'left', baseline: 'top', dx: 4, y: 0, fontSize: 11, limit: 160 },
                    encoding: { text: { field: 'label', type: 'nominal' } },
                  },
                ],
              },
            ]),
        {
          data: { values },
          mark: {
            type: 'line',
            strokeWidth: 2,
            color: color.main,
            invalid: 'break-paths-show-domains',
            point: points.length <= 60 ? { size: 30, color: color.main } : false,
          },
          encoding: { x, y: y('value') },
        },
      ],
    },
    xy: xyOf(input),
    data: {
      columns: [column('time'), column(input.measure, 'right'), column('interval', 'right'), column('rows', 'right')],
      rows: points.map((point) => [
        point.time,
        show(point.value),
        interval(point, input.percent === true),
        point.n === undefined ? '–' : formatInteger(point.n),
      ]),
    },
  })
}

function interval({ low, high }: TimePoint, percent: boolean): string {
  if (!finite(low) || !finite(high)) return '–'
  return percent ? `${formatInterval(low * 100, high * 100)} %` : formatInterval(low, high)
}

function timeFormat(times: readonly (number | null)[]): string {
  const known = times.filter(finite)
  const days = ((known.at(-1) ?? 0) - (known[0] ?? 0)) / 86_400_000
  if (days < 3) return '%m-%d %H:%M'
  return days < 300 ? '%m-%d' : '%Y-%m-%d'
}

/** Milliseconds, so that the zone of the machine plays no part. */
function utc(time: string): number | null {
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(time) || /^\d{4}-\d\d-\d\d$/.test(time) ? time : `${time}Z`
  const value = Date.parse(zoned)
  return Number.isNaN(value) ? null : value
}

function describe(input: TimeSeries, show: (value: number) => string): string {
  const known = input.points.filter((point) => finite(point.value))
  const first = known[0]
  const last = known.at(-1)
  const span =
    first === undefined || last === undefined
      ? 'no value'
      : `from ${show(first.value as number)} (${first.time}) to ${show(last.value as number)} (${last.time})`
  const events = (input.events ?? []).slice(0, 20)
  const gaps = input.points.length - known.length
  return words([
    `${input.measure}, ${plural(known.length, 'point')}, ${span}.`,
    gaps > 0 ? `${plural(gaps, 'point')} without data.` : '',
    input.target === undefined ? '' : `${sentence(input.target.name)}: ${show(input.target.value)}.`,
    events.length === 0 ? '' : `Events: ${events.map((event) => `${event.label} (${event.time})`).join(', ')}.`,
  ])
}

/** The last twelve points: bars, with the objective as the line. */
function xyOf(input: TimeSeries): ChartBlock['xy'] {
  const shown = input.points.slice(-mermaidCategories)
  if (shown.some((point) => !finite(point.value))) return undefined
  const factor = input.percent === true ? 100 : 1
  const unit = input.percent === true ? ', %' : ''
  const part = shown.length < input.points.length ? `last ${shown.length} of ${input.points.length} points` : 'time'
  const { target } = input
  return {
    x: { title: part, categories: shown.map((point) => shortTime(point.time, shown)) },
    y: { title: `${input.measure}${unit}` },
    bar: { name: input.measure, values: shown.map((point) => (point.value as number) * factor) },
    ...(target === undefined ? {} : { line: { name: target.name, values: shown.map(() => target.value * factor) } }),
  }
}

/** Without the year when all share it, without the time of day when there is none. */
function shortTime(time: string, all: readonly TimePoint[]): string {
  const year = time.slice(0, 5)
  const text = time.replace('T', ' ').replace(/(?::\d\d(?:\.\d+)?)?Z?$/, (end) => (time.length > 10 ? '' : end))
  return /^\d{4}-\d\d/.test(time) && all.every((point) => point.time.startsWith(year)) ? text.slice(5) : text
}
