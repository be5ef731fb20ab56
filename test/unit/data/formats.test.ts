import fc from 'fast-check'
import { FormatName } from '../../../shared/contracts/data-checks.js'
import { literal, literalList } from '../../../shared/data/engine/sql.js'
import { formatCondition, formatHint } from '../../../shared/data/formats.js'
import { OFFICIAL } from './formats-official.js'
import { type Bench, openBench } from './support.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench({ threads: 1 })
})
afterAll(() => bench.close())

/** Those of the texts that have the format, as the engine sees it. */
async function accepted(format: FormatName, texts: readonly string[]): Promise<string[]> {
  if (texts.length === 0) return []
  const { ok } = await bench.engine.columns(
    `SELECT ${formatCondition(format, 't')} AS ok FROM (SELECT unnest(${literalList(texts)}) AS t)`,
  )
  return texts.filter((_, i) => {
    expect([true, false]).toContain(ok?.[i])
    return ok?.[i] === true
  })
}

/** What is said otherwise than in the suite, and why. */
const DEVIATIONS: Readonly<Record<string, readonly string[]>> = {
  // The HTML living standard, not RFC 5321: dots anywhere, no quoted names, no addresses in brackets.
  email: [
    '"joe bloggs"@example.com',
    '"joe..bloggs"@example.com',
    '"joe@bloggs"@example.com',
    'joe.bloggs@[127.0.0.1]',
    'joe.bloggs@[IPv6:::1]',
    '.test@example.com',
    'test.@example.com',
    'te..st@example.com',
  ],
  // ISO 8601 local times have no offset.
  time: ['12:00:00', '12:00:00.52'],
}

describe('the official cases', () => {
  test.each(Object.entries(OFFICIAL))('of %s', async (name, { valid, invalid }) => {
    const all = [...valid, ...invalid]
    const found = await accepted(name as FormatName, all)
    const otherwise = all.filter((text) => found.includes(text) !== valid.includes(text))
    expect(otherwise.sort()).toEqual([...(DEVIATIONS[name] ?? [])].sort())
  })
})

interface Table {
  readonly source: string
  readonly valid: readonly string[]
  readonly invalid: readonly string[]
}

const long = (n: number, c = 'a') => c.repeat(n)

const TABLES: Readonly<Record<FormatName, Table>> = {
  email: {
    source: 'HTML living standard 4.10.5.1.5 (pattern); RFC 5321 4.5.3.1 (64 and 254 octets)',
    valid: ['a@b', "o'neil+tag@example.co.uk", `${long(64)}@example.org`, `a@${long(63)}.org`, 'x@1.example'],
    invalid: [
      '',
      '@',
      'a@',
      '@b',
      'a b@c.de',
      'a@b c',
      'a@b@c',
      'a@-b.org',
      'a@b-.org',
      'a@b..org',
      'a@.org',
      'a@b_c.org',
      'ü@example.org',
      'a@exämple.org',
      'a@b.org\n',
      ' a@b.org',
      `${long(65)}@example.org`,
      `a@${long(64)}.org`,
      `a@${`${long(60)}.`.repeat(4)}${long(12)}`,
    ],
  },
  uuid: {
    source: 'RFC 9562 sections 4, 5.9, 5.10, appendix A',
    valid: [
      'C232AB00-9414-11EC-B3C8-9F6BDECED846',
      '5df41881-3aed-3515-88a7-2f4a814cf09e',
      '017F22E2-79B0-7CC3-98C4-DC0C0C07398F',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
    ],
    invalid: [
      '{5df41881-3aed-3515-88a7-2f4a814cf09e}',
      'urn:uuid:5df41881-3aed-3515-88a7-2f4a814cf09e',
      '5df41881-3aed-3515-88a7-2f4a814cf09',
    ],
  },
  url: {
    source: 'URL standard (WHATWG) 3.5, 4.3; RFC 3986 section 3',
    valid: [
      'https://example.org',
      'http://user:pw@example.org:8080/a/b.html?x=1&y=%20#top',
      'ftp://ftp.is.co.za/rfc/rfc1808.txt',
      'http://localhost/',
      'https://münchen.de/straße',
      'http://[2001:db8::7]:80/',
      'http://192.0.2.1/',
      's3://my_bucket/key',
      'https://en.wikipedia.org/wiki/Caf%C3%A9_(x)',
      'https://example.org?q=a[]=1',
      'https://3m.example.org.',
    ],
    invalid: [
      '',
      'example.org',
      '//example.org',
      'http://',
      'http:///a',
      'http://?x',
      'http:// a',
      'http://a b.org',
      'http://999.1.1.1/',
      'http://1.2.3/',
      'http://-a.org',
      'http://a..org',
      'http://example.org/a b',
      'http://example.org/%zz',
      'http://a:b:c',
      'http://a:123456',
      'mailto:a@b.org',
      '1http://a.org',
      'http://[::1',
      'javascript:alert(1)',
      'http://a.org/\n',
    ],
  },
  uri: {
    source: 'RFC 3986 section 1.1.2',
    valid: [
      'ftp://ftp.is.co.za/rfc/rfc1808.txt',
      'http://www.ietf.org/rfc/rfc2396.txt',
      'ldap://[2001:db8::7]/c=GB?objectClass?one',
      'mailto:John.Doe@example.com',
      'news:comp.infosystems.www.servers.unix',
      'tel:+1-816-555-1212',
      'telnet://192.0.2.16:80/',
      'urn:oasis:names:specification:docbook:dtd:xml:4.1.2',
      'file:///etc/hosts',
      'javascript:alert(1)',
    ],
    invalid: ['', 'a:', ':a', '1a:b', 'http://ä.org', 'a:%2', 'a:b c', 'a:"b"', 'a:<b>', 'a:b#c#d', 'http://[::g]/'],
  },
  hostname: {
    source: 'RFC 1123 section 2.1, RFC 1035 section 2.3.4, RFC 3696 section 2',
    valid: ['a', 'EXAMPLE.org', '3com.com', 'xn--bcher-kva.example', `${`${long(62)}.`.repeat(4)}a`],
    invalid: [
      'a.',
      '.a',
      'a..b',
      '123',
      '192.0.2.1',
      '999.1.1.1',
      'a.123',
      'a b',
      'bücher.example',
      'a\n',
      `${`${long(62)}.`.repeat(4)}abc`,
    ],
  },
  ip: {
    source: 'RFC 4291 section 2.2, RFC 5952',
    valid: ['0.0.0.0', '255.255.255.255', '::', '2001:db8:0:0:8:800:200c:417a', '::FFFF:129.144.52.38'],
    invalid: ['', '999.1.1.1', '1.2.3', '01.2.3.4', ':', ':::', '1.2.3.4/24', '::1%eth0', '[::1]', '1.2.3.4:80'],
  },
  ipv4: {
    source: 'RFC 3986 section 3.2.2; 999.1.1.1 is what a well-known pattern takes',
    valid: ['0.0.0.0', '8.8.8.8', '249.250.199.200', '255.255.255.255'],
    invalid: ['999.1.1.1', '256.0.0.1', '1.1.1.260', '1.2.3.4 ', '1.2.3.4\n', '1,2,3,4', '::1', '+1.2.3.4', '00.0.0.0'],
  },
  ipv6: {
    source: 'RFC 4291 section 2.2; RFC 5952 section 1',
    valid: [
      'ABCD:EF01:2345:6789:ABCD:EF01:2345:6789',
      '2001:DB8:0:0:8:800:200C:417A',
      '2001:DB8::8:800:200C:417A',
      'FF01::101',
      '::1',
      '::',
      '0:0:0:0:0:0:13.1.68.3',
      '::13.1.68.3',
      '::FFFF:129.144.52.38',
      '1::',
      '1:2:3:4:5:6:7::',
      '::2:3:4:5:6:7:8',
      '1::3:4:5:6:7:8',
    ],
    invalid: [
      '1:2:3:4:5:6:7:8:9',
      '1::2::3',
      '1:2:3:4:5:6:7:8::',
      '::1:2:3:4:5:6:7:8',
      '1:2:3:4:5:6:7:1.2.3.4',
      'g::',
      '1.2.3.4',
      '::1.2.3',
      '1:::2',
    ],
  },
  cidr: {
    source: 'RFC 4632 section 3.1, RFC 4291 section 2.3',
    valid: [
      '10.0.0.0/8',
      '0.0.0.0/0',
      '192.0.2.1/32',
      '2001:0DB8:0000:CD30::/60',
      '2001:0DB8:0:CD30::/60',
      '::/0',
      '::1/128',
    ],
    invalid: ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0/', '999.1.1.1/8', '::/129', '::/-1', '10.0.0.0/8/8'],
  },
  mac: {
    source: 'RFC 7042 section 2.1 (documentation addresses), IEEE 802 section 8.1',
    valid: ['00:00:5E:00:53:00', '00-00-5e-00-53-ff', '0000.5e00.53ff'],
    invalid: [
      '00:00:5E:00:53',
      '00:00:5E:00:53:00:00',
      '00:00-5E:00:53:00',
      '00005E005300',
      'g0:00:5E:00:53:00',
      '0:0:5E:0:53:0',
    ],
  },
  date: {
    source: 'RFC 3339 section 5.6 and 5.7, appendix C (leap years)',
    valid: ['0000-02-29', '0001-01-01', '1600-02-29', '2000-02-29', '2024-02-29', '9999-12-31'],
    invalid: [
      '',
      '1900-02-29',
      '2100-02-29',
      '2023-02-29',
      '2024-00-01',
      '2024-01-00',
      '2024-06-31',
      '24-01-01',
      '2024/01/01',
      '2024-01-01T00:00:00Z',
      '2024-01-01 ',
      '+2024-01-01',
    ],
  },
  time: {
    source: 'RFC 3339 section 5.6, ISO 8601-1 5.3.1.2',
    valid: ['00:00', '23:59', '23:59:59', '23:59:60', '23:59:60.5Z', '08:30:06+05', '01:29:60+01:30'],
    invalid: [
      '',
      '24:00',
      '8:30',
      '12:60',
      '12:00:61',
      '12:00:60',
      '00:29:60+01:30',
      '12:00:',
      '12:00:00.',
      '12:00 Z',
      '12.00',
      '12:00:00+1',
    ],
  },
  datetime: {
    source: 'RFC 3339 section 5.8',
    valid: [
      '1985-04-12T23:20:50.52Z',
      '1996-12-19T16:39:57-08:00',
      '1990-12-31T23:59:60Z',
      '1990-12-31T15:59:60-08:00',
      '1937-01-01T12:00:27.87+00:20',
      '2024-02-29 12:00',
      '2024-02-29T12:00:00',
    ],
    invalid: [
      '2023-02-29T12:00:00Z',
      '2024-02-29',
      '2024-02-29T',
      '2024-02-29T25:00:00Z',
      '2024-02-29  12:00',
      '2024-02-29T12:00:60Z',
      '20240229T120000Z',
    ],
  },
  duration: {
    source: 'ISO 8601-1 5.5.2; RFC 3339 appendix A',
    valid: ['P1Y2M3DT4H5M6S', 'P3Y6M', 'PT0.5S', 'PT1,5H', 'P0Y', 'P1.5D', 'P1YT1S', 'P10W'],
    invalid: [
      '',
      'P',
      'PT',
      'P1',
      '1Y',
      'P1S',
      'PT1Y',
      'P1.5Y2M',
      'PT1.5H2M',
      'P-1D',
      '-P1D',
      'p1d',
      'P1H',
      'P1W1D',
      'P 1D',
    ],
  },
  year: {
    source: 'ISO 8601-1 5.2.1',
    valid: ['0000', '1999', '2024'],
    invalid: ['', '24', '20245', '-2024', '２０２４', '2024 '],
  },
  'year-month': {
    source: 'ISO 8601-1 5.2.2.1',
    valid: ['2024-01', '2024-12'],
    invalid: ['2024-00', '2024-13', '2024-1', '202401', '2024-01-01'],
  },
  country: {
    source: 'ISO 3166-1; UK, EL and XK are reserved or user-assigned, AN and CS withdrawn',
    valid: ['NL', 'GB', 'SS', 'TL', 'BQ', 'NA'],
    invalid: ['', 'nl', 'UK', 'EL', 'XK', 'AN', 'CS', 'YU', 'ZZ', 'EU', 'NLD', ' NL'],
  },
  'country-3': {
    source: 'ISO 3166-1; ROM became ROU in 2002, ZAR and TMP are withdrawn',
    valid: ['NLD', 'ROU', 'COD', 'SSD', 'TLS'],
    invalid: ['nld', 'NL', 'ROM', 'ZAR', 'TMP', 'XKX', 'ANT', 'YUG'],
  },
  currency: {
    source: 'ISO 4217 list one; list three holds the withdrawn ones',
    valid: ['EUR', 'USD', 'XCG', 'VES', 'ZWG', 'SLE', 'MRU', 'XAU', 'XXX'],
    invalid: ['', 'eur', 'DEM', 'HRK', 'BGN', 'ANG', 'ZWL', 'VEF', 'SLL', 'BTC', 'RMB', '€'],
  },
  language: {
    source: 'RFC 5646 appendix A',
    valid: [
      'de',
      'zh-Hant',
      'zh-Hans-CN',
      'sr-Latn-RS',
      'sl-rozaj',
      'sl-rozaj-biske',
      'de-CH-1901',
      'es-419',
      'zh-cmn-Hans-CN',
      'de-CH-x-phonebk',
      'en-US-u-islamcal',
      'EN-us',
      'fil',
      'yue-HK',
      'en-a-myext-b-another',
    ],
    invalid: [
      '',
      'd',
      'xx',
      'english',
      'en_US',
      'en-',
      '-en',
      'de-419-DE',
      'a-DE',
      'deu',
      'en-US-',
      'en-x',
      'x-whatever',
    ],
  },
  phone: {
    source: 'ITU-T E.164 section 6: 15 digits at most; UK 020 7946 is kept for drama (Ofcom)',
    valid: ['+442079460000', '+14155552671', '+2901234', '+123456789012345'],
    invalid: [
      '',
      '442079460000',
      '+04420794600',
      '+1234567890123456',
      '+44 20 7946 0000',
      '+123',
      '0014155552671',
      '+1415555267a',
    ],
  },
  iban: {
    source: 'SWIFT IBAN registry, examples of the countries; ECBS 204 for the printed form',
    valid: [
      'AL47212110090000000235698741',
      'AT611904300234573201',
      'BE68539007547034',
      'BE68 5390 0754 7034',
      'BR1800360305000010009795493C1',
      'CH9300762011623852957',
      'DE89370400440532013000',
      'DE89 3704 0044 0532 0130 00',
      'FR1420041010050500013M02606',
      'GB29NWBK60161331926819',
      'LC55HEMM000100010012001200023015',
      'MT84MALT011000012345MTLCAST001S',
      'NL91ABNA0417164300',
      'NO9386011117947',
      'SC18SSCB11010000000000001497USD',
      'SA0380000000608010167519',
      'XK051212012345678906',
      'RU0304452522540817810538091310419',
    ],
    invalid: [
      '',
      'DE89370400440532013001',
      'DE88370400440532013000',
      'DE8937040044053201300',
      'DE893704004405320130000',
      'gb29nwbk60161331926819',
      'GB29 NWBK6016 1331 9268 19',
      'GB29NWBK60161331926819 ',
      'GB29-NWBK-6016-1331-9268-19',
      'US64SVBKUS6S3300958879',
      'GB290WBK60161331926819',
      'NL91ABNA0417164300X',
      'DE00370400440532013000',
    ],
  },
  bic: {
    source: 'ISO 9362; ISO 20022 type BICFIDec2014Identifier',
    valid: ['DEUTDEFF', 'DEUTDEFF500', 'NEDSZAJJXXX', 'DABADKKK', 'UNCRITMM', 'NCBVXKPRXXX'],
    invalid: [
      '',
      'DEUTDEF',
      'DEUTDEFF5',
      'DEUTDEFF50',
      'DEUTDEFF5000',
      'deutdeff',
      'DEUTUKFF',
      'DEUTZZFF',
      'DEUT DEFF',
    ],
  },
  card: {
    source:
      'ISO/IEC 7812-1 annex B; 79927398713 is the worked example of the formula (11 digits: too short); test numbers of PayPal and Stripe',
    valid: [
      '4111111111111111',
      '4111 1111 1111 1111',
      '4111-1111-1111-1111',
      '5555555555554444',
      '378282246310005',
      '30569309025904',
      '6011000990139424',
      '3530111333300000',
      '4222222222222',
      '6304000000000000',
      '5019717010103742',
      '6759649826438453',
    ],
    invalid: [
      '',
      '4111111111111112',
      '79927398713',
      '0000000000000000',
      '41111111111111111111',
      '4111  1111 1111 1111',
      ' 4111111111111111',
      '4111111111111111 ',
      'x4111111111111111',
      '4111111111111111x',
      '4111.1111.1111.1111',
      '1234567812345678',
    ],
  },
  isbn: {
    source: 'ISBN users’ manual, 7th edition, sections 4 and 5 and its examples; 979-0 is ISMN',
    valid: [
      '978-0-306-40615-7',
      '9780306406157',
      '0-306-40615-2',
      '0306406152',
      '080442957X',
      '0-8044-2957-x',
      '978 92 95055 02 5',
      '979-10-90636-07-1',
      '9788175257665',
    ],
    invalid: [
      '',
      '978-0-306-40615-8',
      '0-306-40615-3',
      '08044295700',
      '97803064061570',
      '979-0-2600-0043-8',
      '9772434561006',
      '0804X42957',
      '978--0306406157',
      '-9780306406157',
      'X306406152',
    ],
  },
  ean: {
    source: 'GS1 General Specifications 7.9 and its examples',
    valid: ['4006381333931', '73513537', '96385074', '5901234123457', '9780306406157', '0012345678905'],
    invalid: ['', '4006381333932', '73513536', '400638133393', '40063813339311', '4006-381333931', '036000291452'],
  },
  semver: {
    source: 'semver.org items 2, 9, 10, and the list of cases that its FAQ links to',
    valid: [
      '0.0.4',
      '1.2.3',
      '10.20.30',
      '1.1.2-prerelease+meta',
      '1.1.2+meta-valid',
      '1.0.0-alpha.beta.1',
      '1.0.0-alpha0.valid',
      '1.0.0-rc.1+build.1',
      '1.2.3----RC-SNAPSHOT.12.9.1--.12+788',
      '99999999999999999999999.999999999999999999.99999999999999999',
      '1.0.0-0A.is.legal',
      '1.0.0+0.build.1-rc.10000aaa-kk-0.1',
    ],
    invalid: [
      '',
      '1',
      '1.2',
      '1.2.3-0123',
      '1.2.3-0123.0123',
      '1.1.2+.123',
      '+invalid',
      '-invalid',
      'alpha',
      '01.1.1',
      '1.01.1',
      '1.1.01',
      '1.2.3.DEV',
      '1.2-SNAPSHOT',
      '1.0.0-alpha..',
      'v1.2.3',
      '9.8.7+meta+meta',
      '1.2.3-',
    ],
  },
  json: {
    source: 'RFC 8259; names of the cases y_ and n_ of JSONTestSuite',
    valid: [
      '{}',
      '[]',
      ' {"a": [1, -0.5e+3, true, false, null, "\\u00e9\\n,]"]} ',
      '"x"',
      '0',
      'null',
      '{"a":{"b":[[]]}}',
      '"\\"NaN,]"',
      '["[1,]"]',
      '{"nan":1}',
    ],
    invalid: [
      '',
      ' ',
      '{',
      '[1,]',
      '{"a":1,}',
      "{'a':1}",
      '{a:1}',
      '[1 2]',
      '01',
      '+1',
      '1.',
      '.5',
      'NaN',
      '[NaN]',
      '[Infinity]',
      '-Infinity',
      '[-inf]',
      '[1] x',
      '"a',
      '["\\x41"]',
      '["\t"]',
      '[1]//c',
      'True',
      '[,1]',
      '{"a"}',
    ],
  },
  base64: {
    source: 'RFC 4648 section 10',
    valid: ['Zg==', 'Zm8=', 'Zm9v', 'Zm9vYg==', 'Zm9vYmE=', 'Zm9vYmFy', 'ab+/'],
    invalid: ['', 'Z', 'Zg', 'Zg=', 'Zg===', '====', 'Zm9v\n', 'Zm9-', 'Zm9_', 'Zg==Zg==', 'Z g='],
  },
  hex: {
    source: 'RFC 4648 section 8',
    valid: ['0', '666F6F', 'deadBEEF'],
    invalid: ['', '0x1f', 'xyz', '12 34', '1g'],
  },
  md5: {
    source: 'RFC 1321 appendix A.5',
    valid: ['d41d8cd98f00b204e9800998ecf8427e', '0CC175B9C0F1B6A831C399E269772661'],
    invalid: [
      '',
      'd41d8cd98f00b204e9800998ecf8427',
      'd41d8cd98f00b204e9800998ecf8427ee',
      'g41d8cd98f00b204e9800998ecf8427e',
    ],
  },
  sha1: {
    source: 'RFC 3174 section 7.3 (abc)',
    valid: ['a9993e364706816aba3e25717850c26c9cd0d89d'],
    invalid: ['a9993e364706816aba3e25717850c26c9cd0d89', 'd41d8cd98f00b204e9800998ecf8427e'],
  },
  sha256: {
    source: 'FIPS 180-2 appendix B.1 (abc)',
    valid: ['ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    invalid: [
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a',
      'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    ],
  },
  latitude: {
    source: 'ISO 6709',
    valid: ['0', '-90', '+90.0', '52.3702', '.5', '9e1', '90.'],
    invalid: ['', '90.0001', '-91', '52,37', '52° N', 'nan', 'inf', '1e999', '0x1', '1_0', '5 2'],
  },
  longitude: { source: 'ISO 6709', valid: ['180', '-180.0', '4.8952'], invalid: ['180.01', '-181', 'NaN', ''] },
  percentage: {
    source: 'SI brochure 5.4.7 (space before the sign) and everyday use',
    valid: ['12%', '12.5 %', '12,5 %', '-3%', '+150%', '.5%', '12\u202f%', '−1 %'],
    invalid: ['', '12', '%', '%12', '12%%', '1.2.3%', '12  %', 'a%', '12.%'],
  },
  ascii: { source: 'RFC 20', valid: ['', 'a', '~\t\n', '\u0000', '\u007f'], invalid: ['é', 'a\u0080', '😀', '\u00a0'] },
  slug: {
    source: 'usage: lower-case letters, digits, single hyphens',
    valid: ['a', 'first-post', '2024-01', 'a1-b2'],
    invalid: ['', '-a', 'a-', 'a--b', 'A', 'a_b', 'a b', 'é'],
  },
}

describe('tables', () => {
  test('there is one for every format', () => {
    expect(Object.keys(TABLES)).toEqual([...FormatName.options])
  })

  test.each(Object.entries(TABLES))('of %s', async (name, { valid, invalid }) => {
    const format = name as FormatName
    expect(await accepted(format, valid)).toEqual([...valid])
    expect(await accepted(format, invalid)).toEqual([])
  })

  test('a missing text has no verdict', async () => {
    const select = FormatName.options.map((format, i) => `${formatCondition(format, 't')} AS f${i}`)
    const [row = {}] = await bench.engine.all(`SELECT ${select.join(', ')} FROM (SELECT NULL::VARCHAR AS t)`)
    expect(Object.values(row).filter((value) => value !== null)).toEqual([])
  })

  test('a hint has an example that has the format', async () => {
    for (const format of FormatName.options) {
      const [, examples = ''] = / such as (.*)$/.exec(formatHint(format)) ?? []
      const texts = format === 'json' || format === 'ascii' ? [examples] : examples.split(' or ')
      expect([format, await accepted(format, texts)]).toEqual([format, texts])
    }
  })
})

describe('properties', () => {
  const run = { numRuns: 20 }
  const many = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 40, maxLength: 40 })
  const wholly = async (format: FormatName, texts: readonly string[]) =>
    expect(await accepted(format, texts)).toEqual([...texts])

  test('what is made to have a format has it', async () => {
    const made: [FormatName, fc.Arbitrary<string>][] = [
      ['uuid', fc.uuid()],
      ['ipv4', fc.ipV4()],
      ['ipv6', fc.ipV6()],
      ['ip', fc.oneof(fc.ipV4(), fc.ipV6())],
      ['url', fc.webUrl({ withFragments: true, withQueryParameters: true })],
      ['uri', fc.webUrl({ withFragments: true, withQueryParameters: true })],
      ['hostname', fc.domain()],
      ['email', fc.emailAddress()],
      ['json', fc.json()],
      ['base64', fc.base64String({ minLength: 4 })],
      [
        'datetime',
        fc
          .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') })
          .map((date) => date.toISOString()),
      ],
    ]
    for (const [format, texts] of made)
      await fc.assert(
        fc.asyncProperty(many(texts), (all) => wholly(format, all)),
        run,
      )
  })

  test('a day exists as the calendar of JavaScript says', async () => {
    const day = fc.tuple(
      fc.integer({ min: 1, max: 9999 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
    )
    await fc.assert(
      fc.asyncProperty(many(day), async (days) => {
        const texts = days.map(
          ([y, m, d]) => `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`,
        )
        const exists = days.map(([y, m, d]) => {
          const date = new Date(0)
          date.setUTCFullYear(y, m - 1, d)
          return date.getUTCMonth() === m - 1 && date.getUTCDate() === d
        })
        expect(await accepted('date', texts)).toEqual(texts.filter((_, i) => exists[i]))
      }),
      run,
    )
  })

  test('a JSON text is one that JSON.parse reads', async () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '1',
      '-',
      '0',
      '.5',
      'e3',
      'true',
      'null',
      'NaN',
      'Infinity',
      ' ',
      '\n',
      '\\',
      '\\u00e9',
      '\u0001',
      '/**/',
      "'",
      'é',
    )
    const text = fc.oneof(
      fc.array(piece, { maxLength: 6 }).map((parts) => parts.join('')),
      fc.json(),
    )
    await fc.assert(
      fc.asyncProperty(many(text), async (texts) => {
        const reads = (one: string) => {
          try {
            JSON.parse(one)
            return true
          } catch {
            return false
          }
        }
        expect(await accepted('json', texts)).toEqual(texts.filter(reads))
      }),
      { numRuns: 50 },
    )
  })

  /** Luhn by its words: from the right every second digit is doubled, and the digits of the products are added up. */
  const luhn = (digits: string) =>
    [...digits]
      .reverse()
      .reduce(
        (sum, d, i) => sum + [...String(i % 2 ? Number(d) * 2 : Number(d))].reduce((s, c) => s + Number(c), 0),
        0,
      ) %
      10 ===
    0
  const weighed = (digits: string) =>
    [...digits].reverse().reduce((sum, d, i) => sum + Number(d) * (i % 2 ? 3 : 1), 0) % 10 === 0
  const digits = (min: number, max: number) =>
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((all) => all.join(''))

  test('check digits are those of the formulas, over random numbers', async () => {
    const isbn10 = (text: string) =>
      [...text].reduce((sum, d, i) => sum + (d === 'X' ? 10 : Number(d)) * (10 - i), 0) % 11 === 0
    await fc.assert(
      fc.asyncProperty(many(digits(12, 19)), many(digits(13, 13)), many(digits(9, 9)), async (cards, eans, books) => {
        expect(await accepted('card', cards)).toEqual(cards.filter((card) => luhn(card) && /[1-9]/.test(card)))
        expect(await accepted('ean', eans)).toEqual(eans.filter(weighed))
        const all = books.flatMap((book) => [...'0123456789X'].map((check) => book + check))
        expect(await accepted('isbn', all)).toEqual(all.filter(isbn10))
      }),
      run,
    )
  })

  test('of all check digits of an IBAN one fits: mod 97 by whole numbers', async () => {
    const bban = fc.tuple(fc.constantFrom('GB', 'IE'), fc.stringMatching(/^[A-Z]{4}[0-9]{14}$/))
    await fc.assert(
      fc.asyncProperty(bban, async ([country, account]) => {
        const all = Array.from({ length: 100 }, (_, i) => `${country}${String(i).padStart(2, '0')}${account}`)
        const number = BigInt([...`${account}${country}00`].map((c) => (c >= 'A' ? c.charCodeAt(0) - 55 : c)).join(''))
        const check = String(98n - (number % 97n)).padStart(2, '0')
        expect(await accepted('iban', all)).toEqual([`${country}${check}${account}`])
      }),
      run,
    )
  })

  test('hostile texts are decided, and break no query', async () => {
    const texts = [
      "'; DROP TABLE t; --",
      '\u0000',
      'a\u0000b',
      '::set-output name=x::y',
      '<script>alert(1)</script>',
      '%',
      '%%s',
      '\\',
      '\n',
      '\r\n',
      '\ud800',
      long(100_000),
      long(100_000, '1'),
      long(5_000, '('),
      `${long(50_000, '[')}${long(50_000, ']')}`,
      '1e99999',
      '\u202e',
      '٣',
      'x',
      '$1',
      '\\1',
      '{}'.repeat(1000),
    ].map((text) => text.replace(/\p{Surrogate}/gu, '\ufffd'))
    for (const format of FormatName.options) {
      const found = await accepted(format, texts)
      expect(found.every((text) => texts.includes(text))).toBe(true)
    }
  })

  test('a condition stands in a filter, an aggregate and a negation', async () => {
    const iban = formatCondition('iban', 't')
    const [row = {}] = await bench.engine.all(
      `SELECT count(*) FILTER (WHERE ${iban}) AS good, count(*) FILTER (WHERE NOT ${iban}) AS bad, count(t) AS n FROM (SELECT unnest([${literal('NL91ABNA0417164300')}, ${literal('NL91ABNA0417164301')}, NULL, 'x']) AS t)`,
    )
    expect(row).toEqual({ good: 1, bad: 2, n: 3 })
  })
})
