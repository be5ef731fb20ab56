/** Bounds of a range while a foreign file is read: the tighter of two wins. */
export type Bound = number | string

export interface Bounds {
  min?: Bound
  max?: Bound
  'strict-min'?: boolean
  'strict-max'?: boolean
}

/** Adds a lower bound, unless there is a tighter one. Texts compare as texts: ISO dates. */
export function lower(bounds: Bounds, value: Bound, strict: boolean): void {
  const { min } = bounds
  if (min !== undefined && (min > value || (min === value && !strict))) return
  bounds.min = value
  if (strict) bounds['strict-min'] = true
  else delete bounds['strict-min']
}

/** Adds an upper bound, unless there is a tighter one. */
export function upper(bounds: Bounds, value: Bound, strict: boolean): void {
  const { max } = bounds
  if (max !== undefined && (max < value || (max === value && !strict))) return
  bounds.max = value
  if (strict) bounds['strict-max'] = true
  else delete bounds['strict-max']
}

export const bounded = ({ min, max }: Bounds): boolean => min !== undefined || max !== undefined
