/** What `plumbline contract` and `plumbline profile` stand on. */
export { readOptions } from './contract.js'
export { checkContractVersion, diffContracts } from './diff/diff.js'
export { convertContract } from './formats/convert/convert.js'
export { readContract } from './formats/read-contract.js'
export { withHints } from './reading.js'
