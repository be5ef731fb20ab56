import { TestEnvironment } from 'jest-environment-node'

/** Native parts make and accept the typed arrays of the main realm, which are not those of jest's own. */
export default class extends TestEnvironment {
  constructor(...args) {
    super(...args)
    Object.assign(this.global, {
      Float32Array,
      Float64Array,
      Int8Array,
      Uint8Array,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      BigInt64Array,
      BigUint64Array,
    })
  }
}
