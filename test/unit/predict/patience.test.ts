import { patiently, retryAfter, wasCut } from '../../../shared/predict/patience.js'

// RFC 9110, 10.2.3: seconds, or an HTTP date.
test.each<[text: string | null, seconds: number | null]>([
  [null, null],
  ['', null],
  ['0', 0],
  ['120', 120],
  [' 3 ', 3],
  ['Fri, 31 Dec 1999 23:59:59 GMT', 0],
  ['Sat, 01 Jan 2000 00:00:10 GMT', 10],
  ['soon', null],
])('retry-after %j is %j seconds', (text, seconds) => {
  expect(retryAfter(text, Date.UTC(2000, 0, 1))).toBe(seconds)
})

test('a cut connection is known by the code of any cause', () => {
  const coded = (code: string) => Object.assign(new Error('socket'), { code })
  expect(wasCut(new Error('x', { cause: new TypeError('fetch failed', { cause: coded('UND_ERR_SOCKET') }) }))).toBe(
    true,
  )
  expect(wasCut(coded('ECONNRESET'))).toBe(true)
  expect(wasCut(coded('ECONNREFUSED'))).toBe(false)
  expect(wasCut(null)).toBe(false)
  const own = new Error('its own cause') as Error & { cause: unknown }
  own.cause = own
  expect(wasCut(own)).toBe(false)
})

const reply = (status: number, after?: string) => ({
  status,
  headers: new Headers(after === undefined ? {} : { 'retry-after': after }),
})

test.each<[name: string, replies: ReturnType<typeof reply>[], asked: number, status: number]>([
  ['an answer', [reply(200)], 1, 200],
  ['a refusal that will not pass', [reply(400, '0')], 1, 400],
  ['one that passes', [reply(502, '0'), reply(504, '0'), reply(200)], 3, 200],
  ['one that does not', Array.from({ length: 9 }, () => reply(503, '0')), 4, 503],
])('%s', async (_name, replies, asked, status) => {
  let n = 0
  const waits: string[] = []
  const last = await patiently('http://m', async () => replies[n++] as ReturnType<typeof reply>, {
    seconds: 5,
    onWait: (said) => waits.push(said),
  })
  expect([n, last.status]).toEqual([asked, status])
  expect(waits).toHaveLength(asked - 1)
})

test('waits together take no longer than there is patience for', async () => {
  const ask = (after?: string) =>
    patiently('http://m', async () => reply(429, after), { seconds: 0.2, onWait: () => undefined })
  await expect(ask('1')).rejects.toThrow('http://m answered with HTTP status 429 and asks to wait 1 seconds')
  expect((await ask()).status).toBe(429)
  const cut = async () => {
    throw Object.assign(new Error('cut'), { code: 'ECONNRESET' })
  }
  await expect(patiently('http://m', cut, { seconds: 0.2, onWait: () => undefined })).rejects.toThrow('cut')
})
