import { Accumulator } from './numeric.js'

/** The naive forecast of a series: each value is that of so many rows before. */
export interface NaiveScale {
  /** Values of the series. */
  readonly rows: number
  /** Mean absolute error of the forecast; NaN when no value has one so many rows before it. */
  readonly scale: number
}

/**
 * In-sample errors of the (seasonal) naive forecast, the scale of MASE: mean |yₜ − yₜ₋ₘ| over t > m with m the rows of a
 * season (Hyndman and Koehler 2006).
 * @param seasonality m, 1 or more
 */
export class NaiveErrors {
  readonly #season: Float64Array
  readonly #done: NaiveScale[] = []
  #series = -1
  #rows = 0
  #errors = new Accumulator()

  constructor(seasonality: number) {
    this.#season = new Float64Array(seasonality)
  }

  /** Adds the next value of a series, in the order of time; series come one after the other, from 0. */
  add(series: number, value: number): void {
    if (series !== this.#series) this.#close(series)
    const place = this.#rows % this.#season.length
    if (this.#rows >= this.#season.length) this.#errors.add(Math.abs(value - (this.#season[place] as number)))
    this.#season[place] = value
    this.#rows += 1
  }

  /** Scale of each series, by its number. */
  scales(): readonly NaiveScale[] {
    this.#close(-1)
    return this.#done
  }

  #close(next: number): void {
    if (this.#series >= 0) {
      const forecasts = Math.max(0, this.#rows - this.#season.length)
      this.#done[this.#series] = { rows: this.#rows, scale: this.#errors.sum / forecasts }
    }
    this.#series = next
    this.#rows = 0
    this.#errors = new Accumulator()
  }
}
