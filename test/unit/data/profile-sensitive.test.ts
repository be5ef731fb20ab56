import { createHmac } from 'node:crypto'
import { kindOfName, kindOfValue, luhn } from '../../../shared/data/profile/sensitive.js'
import { shapeOf } from '../../../shared/data/profile/shapes.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

test.each([
  ['email', 'email'],
  ['E-Mail Address', 'email'],
  ['customerEmail', 'email'],
  ['phone_number', 'phone'],
  ['mobile no', 'phone'],
  ['ssn', 'national-id'],
  ['Passport Number', 'national-id'],
  ['credit_card_number', 'card'],
  ['iban', 'card'],
  ['firstName', 'person-name'],
  ['Last Name', 'person-name'],
  ['surname', 'person-name'],
  ['name', null],
  ['Airport: Name', null],
  ['phoneme', null],
  ['product_name', null],
  ['emailed', null],
  ['company', null],
])('a column named %s speaks of %s', (name, kind) => {
  expect(kindOfName(name, false)).toBe(kind)
})

test('a column named name is one of people where nearly every row has another', () => {
  expect(kindOfName('Name', true)).toBe('person-name')
})

test.each([
  ['ann@example.org', 'email'],
  ['ann.o’hara+x@mail.example.co.uk', 'email'],
  ['@handle', null],
  ['+41 44 668 18 00', 'phone'],
  ['(020) 7946 0958', 'phone'],
  ['555-123-4567', 'phone'],
  ['01-02-2024', null],
  ['2024-02-03', null],
  ['192.168.100.1', null],
  ['1234567890', null],
  ['12.5', null],
  // Test numbers that card networks publish: Visa, American Express.
  ['4111 1111 1111 1111', 'card'],
  ['378282246310005', 'card'],
  ['4111 1111 1111 1112', null],
  ['078-05-1120', 'national-id'],
  ['000-12-3456', null],
  ['756.9217.0769.85', 'national-id'],
  // The specimen DNI, and one with another letter.
  ['12345678Z', 'national-id'],
  ['12345678A', null],
  // The shortest and the longest of each kind; 4222222222222 is the usual example of a card number of 13 digits.
  ['4222222222222', 'card'],
  ['4111-1111-1111-1111', 'card'],
  ['0 4 668180', null],
  ['044 6681800', 'phone'],
  ['+4144668180', 'phone'],
  ['a@b.ch', 'email'],
  [`${'a'.repeat(64)}@${'b'.repeat(60)}.ch`, 'email'],
  ['+41 44 668 18 00@', null],
  ['d41d8cd98f00b204e9800998ecf8427e', null],
  ['4111 1111 1111 1111 1111 1111', null],
])('%s looks like %s', (value, kind) => {
  expect(kindOfValue(value)).toBe(kind)
})

test('the check digit is that of ISO/IEC 7812', () => {
  // The example of the standard's usual explanation: 7992739871 has the check digit 3.
  expect([luhn('79927398713'), luhn('79927398710'), luhn('')]).toEqual([true, false, false])
})

test.each([
  ['AB-123', 'AA-999'],
  ['2024-02-03', '9+-99-99'],
  ['Zürich', 'Aa+'],
  ['a\u0000b\n', 'a a '],
  ['', ''],
  ['𝔸1', 'A9'],
  [`${'a1'.repeat(100)}`, `${'a9'.repeat(20)}…`],
])('the shape of %j is %j', (text, shape) => {
  expect(shapeOf(text)).toBe(shape)
})

const rows = (values: readonly string[]) => values.map((value, i) => `${i},${value}`).join('\n')

test('values that look like addresses are left out by themselves, and the profile says why', async () => {
  const mails = Array.from({ length: 40 }, (_, i) => `user${i % 7}@example.org`)
  await bench.write('mail.csv', `id,contact\n${rows([...mails, 'none', 'none'])}\n`)
  const profile = await bench.profile('mail.csv', { slices: ['contact'] })
  expect(profile.columns[1]).toMatchObject({
    distinct: 8,
    top: [],
    otherCount: 42,
    sensitive: {
      how: 'omit',
      by: 'values',
      kind: 'email',
      reason: '95.2 % of the values looked at look like e-mail addresses',
    },
  })
  expect(profile.slices?.[0]?.reason).toBe('its values stay out of the profile')
  expect(JSON.stringify(profile)).not.toContain('@')
})

test('few of them among others are no reason', async () => {
  await bench.write('mixed.csv', `id,note\n${rows(['a', 'a', 'b', 'b', 'x@example.org', 'x@example.org'])}\n`)
  const [, column] = (await bench.profile('mixed.csv')).columns
  expect([column?.sensitive, column?.top.length]).toEqual([null, 3])
})

test('card numbers written as integers are seen, and nothing of their size stands there', async () => {
  const cards = ['4111111111111111', '4012888888881881', '5555555555554444', '5105105105105100']
  await bench.write('card.csv', `id,number\n${rows([...cards, ...cards])}\n`)
  const [, column] = (await bench.profile('card.csv')).columns
  expect(column).toMatchObject({ type: 'integer', numeric: null, top: [], sensitive: { kind: 'card', by: 'values' } })
  expect(column?.counts).toBeUndefined()
  expect(JSON.stringify(column)).not.toContain('4111')
})

test('what is declared holds: left out, hashed with a key, or listed', async () => {
  await bench.write('ward.csv', `id,ward,surname\n${rows(['a,x', 'a,x', 'b,y'])}\n`)
  const profile = async (sensitive: ['hash' | 'omit' | 'none', 'hash' | 'omit' | 'none'], hashKey?: string) => {
    const [ward, surname] = sensitive
    const options = { sensitive: new Map([['ward', ward] as const, ['surname', surname] as const]), hashKey }
    return (await bench.profile('ward.csv', options)).columns.slice(1)
  }
  const [omitted, listed] = await profile(['omit', 'none'])
  expect([omitted?.top, omitted?.patterns, omitted?.counts]).toEqual([[], undefined, undefined])
  expect([listed?.sensitive, listed?.top[0]]).toEqual([null, { value: 'x', count: 2 }])
  const [hashed] = await profile(['hash', 'omit'], 'secret')
  const digest = createHmac('sha256', 'secret').update('ward\0a').digest('hex').slice(0, 16)
  expect(hashed?.top[0]).toEqual({ value: `hmac:${digest}`, count: 2 })
  const [unkeyed] = await profile(['hash', 'omit'])
  expect(unkeyed).toMatchObject({
    top: [],
    sensitive: { how: 'omit', reason: 'declared as hash, and there is no key: left out' },
  })
})
