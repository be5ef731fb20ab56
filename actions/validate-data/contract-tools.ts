/** What `plumbline contract` stands on. */
export { checkContractVersion, diffContracts } from './diff/diff.js'
export { convertContract } from './formats/convert/convert.js'
export { readContract } from './formats/read-contract.js'
