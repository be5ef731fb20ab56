import { matches } from './parts.js'

const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
/** Dotted decimal without leading zeros (RFC 3986 section 3.2.2, RFC 6943 section 3.1.1). */
const IPV4 = `${OCTET}(?:\\.${OCTET}){3}`
const GROUP = '[0-9A-Fa-f]{1,4}'
const TAIL = `(?:${GROUP}:${GROUP}|${IPV4})`
/** Every compressed form: the grammar of RFC 3986 section 3.2.2, which is that of RFC 4291 section 2.2 without zones. */
const IPV6 = `(?:${[
  `(?:${GROUP}:){6}${TAIL}`,
  `::(?:${GROUP}:){5}${TAIL}`,
  ...[0, 1, 2, 3, 4].map((before) => `(?:(?:${GROUP}:){0,${before}}${GROUP})?::(?:${GROUP}:){${4 - before}}${TAIL}`),
  `(?:(?:${GROUP}:){0,5}${GROUP})?::${GROUP}`,
  `(?:(?:${GROUP}:){0,6}${GROUP})?::`,
].join('|')})`

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const HOSTNAME = `${LABEL}(?:\\.${LABEL})*`

const ESCAPED = '%[0-9A-Fa-f]{2}'
const UNRESERVED = "A-Za-z0-9._~!$&'()*+,;="
const SCHEME = '[A-Za-z][A-Za-z0-9+.-]*'
const PORT = '(?::[0-9]{0,5})?'

/** RFC 3986 section 3, with something behind the colon. */
const URI = (() => {
  const pchar = `(?:[${UNRESERVED}:@-]|${ESCAPED})`
  const authority = `(?:(?:[${UNRESERVED}:-]|${ESCAPED})*@)?(?:\\[${IPV6}\\]|(?:[${UNRESERVED}-]|${ESCAPED})*)${PORT}`
  const tail = `(?:[${UNRESERVED}:@/?-]|${ESCAPED})*`
  const path = `(?://${authority}(?:/${pchar}*)*|/?${pchar}+(?:/${pchar}*)*|/)`
  return `${SCHEME}:${path}(?:\\?${tail})?(?:#${tail})?`
})()

/**
 * An absolute address with a host, as the URL standard writes it: names and paths may hold other letters than ASCII, and
 * a host that ends in a number is an IPv4 address.
 */
const URL_PATTERN = (() => {
  const letter = '\\pL\\pM_'
  const label = `[${letter}\\pN](?:[${letter}\\pN-]*[${letter}\\pN])?`
  const last = `(?:[0-9]+-*)*[${letter}](?:[${letter}\\pN-]*[${letter}\\pN])?`
  const host = `(?:${IPV4}|\\[${IPV6}\\]|(?:${label}\\.)*${last}\\.?)`
  const other = '[^\\x00-\\x{9f}\\pZ\\pC]'
  const user = `(?:(?:[${UNRESERVED}:-]|${ESCAPED}|${other})*@)?`
  const rest = `(?:[${UNRESERVED}:@/?\\[\\]|-]|${ESCAPED}|${other})*`
  const path = `(?:/(?:[${UNRESERVED}:@/-]|${ESCAPED}|${other})*)?`
  return `${SCHEME}://${user}${host}${PORT}${path}(?:\\?${rest})?(?:#${rest})?`
})()

const BYTE = '[0-9A-Fa-f]{2}'
/** EUI-48 with colons, hyphens (IEEE 802) or in three groups with dots. */
const MAC = `${BYTE}(?::${BYTE}){5}|${BYTE}(?:-${BYTE}){5}|[0-9A-Fa-f]{4}(?:\\.[0-9A-Fa-f]{4}){2}`

/** HTML living standard, section “E-mail state”: a wilful violation of RFC 5322, without comments and quoted names. */
const EMAIL = `[a-zA-Z0-9.!#$%&'*+/=?^_\`{|}~-]{1,64}@${LABEL}(?:\\.${LABEL})*`

/** The local part has 64 octets at most and the path 254 (RFC 5321 section 4.5.3.1, erratum 1690 of RFC 3696). */
export const email = (text: string): string => `(length(${text}) <= 254 AND ${matches(text, EMAIL)})`
export const uri = (text: string): string => matches(text, URI)
export const url = (text: string): string => matches(text, URL_PATTERN)
/** RFC 1123 section 2.1: 253 characters at most, and the last label is no number, or the name would be an address. */
export const hostname = (text: string): string =>
  `(length(${text}) <= 253 AND ${matches(text, HOSTNAME)} AND NOT ${matches(text, '(?:.*\\.)?[0-9]+')})`
export const ipv4 = (text: string): string => matches(text, IPV4)
export const ipv6 = (text: string): string => matches(text, IPV6)
export const ip = (text: string): string => matches(text, `${IPV4}|${IPV6}`)
/** RFC 4632 section 3.1, RFC 4291 section 2.3. Bits behind the prefix may be set. */
export const cidr = (text: string): string =>
  matches(text, `${IPV4}/(?:3[0-2]|[12]?[0-9])|${IPV6}/(?:12[0-8]|1[01][0-9]|[1-9]?[0-9])`)
export const mac = (text: string): string => matches(text, MAC)
