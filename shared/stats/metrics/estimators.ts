/** How values become intervals: each kind of estimator in a file of its own. */
export { bounds, perSample, scoreOf } from './estimators/common.js'
export { meanLoss } from './estimators/mean-loss.js'
export { proportion } from './estimators/proportion.js'
export { blocksInOrder, ofWeightedRows } from './estimators/ranked.js'
export { type BlockSums, blockTotals, ofSums, type SumsOfRows } from './estimators/sums.js'
