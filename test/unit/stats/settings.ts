import type { IntervalSettings } from '../../../shared/stats/types.js'

/** Settings of intervals where a test asks for none of its own. */
export const DEFAULT_SETTINGS: IntervalSettings = { level: 0.95, seed: 'plumbline', replicates: 1000 }
