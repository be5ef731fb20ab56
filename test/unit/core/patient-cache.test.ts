import { patientCache } from '../../../shared/core/patient-cache.js'

/** A cache whose calls take so many seconds each and give this, or throw. */
function slow(seconds: number, gives: boolean | Error) {
  let time = 0
  const calls: string[] = []
  const said: string[] = []
  const call = (name: string) => async () => {
    calls.push(name)
    time += seconds * 1000
    if (gives instanceof Error) throw gives
    return gives
  }
  const log = { info: (message: string) => void said.push(message) }
  return { cache: patientCache({ restore: call('restore'), save: call('save') }, log, () => time), calls, said }
}

test('one that took long for nothing is not asked again, and that is said once', async () => {
  const { cache, calls, said } = slow(30, false)
  expect([await cache.restore('a', 'k'), await cache.save('a', 'k'), await cache.restore('b', 'l')]).toEqual([
    false,
    false,
    false,
  ])
  expect(calls).toEqual(['restore'])
  expect(said).toEqual(['The cache does not answer: this step goes on without it.'])
})

test('one that took long and gave is asked again, as one that had nothing soon', async () => {
  for (const { cache, calls } of [slow(30, true), slow(1, false)]) {
    await cache.restore('a', 'k')
    await cache.save('a', 'k')
    expect(calls).toEqual(['restore', 'save'])
  }
})

test('what it throws is a line in the log', async () => {
  const { cache, said } = slow(1, new Error('tar is not there'))
  expect(await cache.restore('a', 'k')).toBe(false)
  expect(await cache.save('a', 'k')).toBe(false)
  expect(said).toEqual(['The cache is not read: tar is not there', 'The cache is not written: tar is not there'])
})
