import type { Check } from '../../../shared/contracts/common.js'
import type { DatasetProfile } from '../../../shared/contracts/data-profile.js'
import type { ChartBlock } from '../../../shared/report/blocks.js'
import { ranking } from '../../../shared/report/charts/distribution.js'
import { clip, exactLine } from '../../../shared/report/escape.js'

const label = (text: string): string => clip(exactLine(text), 40)

/** A drift that was measured: its kind of index, its number, what was compared. */
export interface MeasuredDrift {
  readonly kind: string
  readonly index: number
  readonly check: Check
}

/** What was measured of drift, in the order of the checks. The kind is `method` or `measure` of the details. */
export function measuredDrifts(checks: readonly Check[]): MeasuredDrift[] {
  return checks.flatMap((check) => {
    const { rule, measured, details } = check
    if (rule !== 'drift' || typeof measured !== 'number' || !Number.isFinite(measured)) return []
    return [{ kind: label(String(details.method ?? details.measure ?? 'index')), index: measured, check }]
  })
}

/** Pictures that a summary has room for: what each feature tells of the label, and how far each column has moved. */
export function summaryCharts(
  checks: readonly Check[],
  profiles: readonly DatasetProfile[],
  limits: { readonly power: number },
): ChartBlock[] {
  const powers = (profiles[0]?.power ?? []).flatMap(({ feature, power }) =>
    power === null ? [] : [{ name: label(feature), value: power }],
  )
  const drifts = measuredDrifts(checks)
  const kinds = [...new Set(drifts.map(({ kind }) => kind))]
  return [
    ...(powers.length < 2
      ? []
      : [
          ranking({
            title: 'What each feature alone tells about the label',
            measure: 'power (0 none, 1 all)',
            items: powers,
            threshold: limits.power,
          }),
        ]),
    ...kinds.flatMap((kind) => {
      const items = drifts
        .filter((one) => one.kind === kind)
        .map(({ check, index }) => ({ name: label(check.subject), value: index }))
      return items.length < 2 ? [] : [ranking({ title: 'Drift by column', measure: kind, items })]
    }),
  ]
}
