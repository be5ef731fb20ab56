import type { FormatName } from '../contracts/data-checks.js'
import * as network from './formats/network.js'
import * as numbers from './formats/numbers.js'
import * as texts from './formats/texts.js'
import * as time from './formats/time.js'

interface Format {
  readonly condition: (text: string) => string
  readonly hint: string
}

const FORMATS: Readonly<Record<FormatName, Format>> = {
  email: { condition: network.email, hint: 'an e-mail address such as ada@example.org' },
  uuid: { condition: texts.uuid, hint: 'a UUID such as 018f3a5c-7d2e-7c1a-9b1f-0242ac120002' },
  url: { condition: network.url, hint: 'an absolute address with a host such as https://example.org/a?b=1' },
  uri: { condition: network.uri, hint: 'a URI such as mailto:ada@example.org or urn:isbn:9780306406157' },
  hostname: { condition: network.hostname, hint: 'the name of a host such as www.example.org' },
  ip: { condition: network.ip, hint: 'an IP address such as 192.0.2.1 or 2001:db8::1' },
  ipv4: { condition: network.ipv4, hint: 'an IPv4 address such as 192.0.2.1' },
  ipv6: { condition: network.ipv6, hint: 'an IPv6 address such as 2001:db8::1' },
  cidr: { condition: network.cidr, hint: 'a range of IP addresses such as 192.0.2.0/24 or 2001:db8::/32' },
  mac: { condition: network.mac, hint: 'a MAC address such as 00:00:5e:00:53:01' },
  date: { condition: time.date, hint: 'a day that exists such as 2024-02-29' },
  time: { condition: time.time, hint: 'a time such as 23:59:30 or 08:30:06.5+01:00' },
  datetime: { condition: time.datetime, hint: 'a date with a time such as 2024-02-29T23:59:30Z' },
  duration: { condition: time.duration, hint: 'an ISO 8601 duration such as P1DT12H or PT0.5S' },
  year: { condition: time.year, hint: 'a year of four digits such as 2024' },
  'year-month': { condition: time.yearMonth, hint: 'a month such as 2024-02' },
  country: { condition: texts.country, hint: 'a country of ISO 3166-1 in two capital letters such as NL' },
  'country-3': { condition: texts.country3, hint: 'a country of ISO 3166-1 in three capital letters such as NLD' },
  currency: { condition: texts.currency, hint: 'a currency of ISO 4217 such as EUR' },
  language: { condition: texts.language, hint: 'a language tag of BCP 47 such as nl or pt-BR' },
  phone: { condition: numbers.phone, hint: 'a telephone number of E.164 such as +31201234567' },
  iban: { condition: numbers.iban, hint: 'an IBAN whose check digits fit such as NL91 ABNA 0417 1643 00' },
  bic: { condition: numbers.bic, hint: 'a BIC of 8 or 11 characters such as ABNANL2A' },
  card: { condition: numbers.card, hint: 'a card number whose check digit fits such as 4111 1111 1111 1111' },
  isbn: { condition: numbers.isbn, hint: 'an ISBN whose check digit fits such as 978-0-306-40615-7 or 0-306-40615-2' },
  ean: { condition: numbers.ean, hint: 'an EAN of 13 or 8 digits whose check digit fits such as 4006381333931' },
  semver: { condition: texts.semver, hint: 'a semantic version such as 1.4.0 or 2.0.0-rc.1+build.5' },
  json: { condition: texts.json, hint: 'JSON such as {"a": [1, null]}' },
  base64: { condition: texts.base64, hint: 'padded Base64 such as aGVsbG8=' },
  hex: { condition: texts.hexOf(), hint: 'hexadecimal digits such as 3fab12' },
  md5: { condition: texts.hexOf(32), hint: '32 hexadecimal digits such as d41d8cd98f00b204e9800998ecf8427e' },
  sha1: { condition: texts.hexOf(40), hint: '40 hexadecimal digits such as da39a3ee5e6b4b0d3255bfef95601890afd80709' },
  sha256: {
    condition: texts.hexOf(64),
    hint: '64 hexadecimal digits such as e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  },
  latitude: { condition: numbers.latitude, hint: 'degrees from -90 to 90 such as 52.3702' },
  longitude: { condition: numbers.longitude, hint: 'degrees from -180 to 180 such as 4.8952' },
  percentage: { condition: numbers.percentage, hint: 'a number with a percent sign such as 12.5 %' },
  ascii: { condition: texts.ascii, hint: 'ASCII characters alone such as plain text' },
  slug: { condition: texts.slug, hint: 'lower-case words joined by hyphens such as first-post' },
}

/**
 * SQL that is true for a text that has the format, false for another, NULL for NULL. `text` is an SQL expression of type
 * VARCHAR that stands in it more than once: best a column.
 */
export const formatCondition = (format: FormatName, text: string): string => FORMATS[format].condition(text)

/** What a value of the format looks like, with an example: `an e-mail address such as ada@example.org`. */
export const formatHint = (format: FormatName): string => FORMATS[format].hint
