import { together } from '../../../shared/core/together.js'

const later = <T>(milliseconds: number, value: T) =>
  new Promise<T>((resolve) => setTimeout(resolve, milliseconds, value))

test('both answers', async () => {
  expect(await together(later(2, 'a'), Promise.resolve(1))).toEqual(['a', 1])
})

test('the first error, when both have ended', async () => {
  let ended = false
  const slow = later(20, null).then(() => {
    ended = true
  })
  await expect(together(Promise.reject(new Error('first')), slow)).rejects.toThrow('first')
  expect(ended).toBe(true)
  const both = together(
    later(5, null).then(() => Promise.reject(new Error('first'))),
    Promise.reject(new Error('second')),
  )
  await expect(both).rejects.toThrow('first')
})
