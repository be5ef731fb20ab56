import { createHmac } from 'node:crypto'
import type { Sensitivity } from '../../contracts/data-profile.js'

type Kind = Exclude<Sensitivity['kind'], 'declared'>

/** Share of the values of a column that have to match. */
const SHARE = 0.5
/** Fewer values do not tell a column. */
const FEWEST = 3

/** Names of columns, in words of lower case joined by one blank. */
const NAMES: readonly (readonly [Kind, RegExp])[] = [
  ['email', /(^| )e ?mail( addr(ess)?)?$/],
  ['phone', /(^| )(tele|mobile |cell )?(phone|telephone|fax)( (no|nr|number))?$|(^| )(mobile|cell) (no|nr|number)$/],
  ['card', /(^| )(credit |debit )?card (no|nr|num|number)$|(^| )ccn?$|(^| )(pan|iban)( number)?$/],
  [
    'national-id',
    /(^| )(ssn|nino|nhs number|social security( (no|nr|number))?|passport( (no|nr|number))?|(national|personal|tax) id( number)?|tax (no|nr|number)|ahv|avs|cpf|nif|dni|bsn|pesel|driver s? ?licen[cs]e( (no|nr|number))?)$/,
  ],
  [
    'person-name',
    /(^| )(first|last|given|family|middle|full|sur|maiden|fore|person|patient|customer|employee|contact|user) ?names?$|^(surname|forename|vorname|nachname|nom|prenom|apellidos?)$/,
  ],
]
/** May be the name of anything; it is one of people where nearly every row has another. */
const BARE_NAME = /^names?$/

const words = (name: string) =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** The kind of personal data that a name of a column speaks of; null for none. `unique`: most rows have a value of their own. */
export function kindOfName(name: string, unique: boolean): Kind | null {
  const spoken = words(name)
  if (unique && BARE_NAME.test(spoken)) return 'person-name'
  return NAMES.find(([, pattern]) => pattern.test(spoken))?.[0] ?? null
}

const EMAIL = /^[^\s@<>"]{1,64}@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u
/** A telephone number has a plus, or groups as people write them; a bare row of digits may be any number. */
const PHONE =
  /^(\+\d[\d ().\-/]{6,18}\d|\(\d{2,5}\) ?\d[\d \-/]{4,12}\d|0\d{1,4}[ \-/]\d[\d \-/]{4,12}\d|\d{3}[-. ]\d{3}[-. ]\d{4})$/
const CARD = /^\d{4}([ -]?)\d{4}\1\d{4}\1\d{1,7}$|^3[47]\d{2}([ -]?)\d{6}\2\d{5}$/
/** United States (SSN), United Kingdom (NINO), Switzerland (AHV), Spain (DNI), Brazil (CPF). */
const NATIONAL_ID =
  /^(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}$|^[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]$|^756\.\d{4}\.\d{4}\.\d{2}$|^\d{3}\.\d{3}\.\d{3}-\d{2}$/

const CAPITAL_Z = 90

/** The kind of personal data that one value looks like; null for none. */
export function kindOfValue(value: string): Kind | null {
  if (value.length < 6 || value.length > 254) return null
  if (value.includes('@')) return EMAIL.test(value) ? 'email' : null
  // The others have 9 to 22 signs and begin with a digit, a sign or a capital: most values are told by that.
  if (value.length < 9 || value.length > 22 || value.charCodeAt(0) > CAPITAL_Z) return null
  if (NATIONAL_ID.test(value) || isDni(value)) return 'national-id'
  if (CARD.test(value) && luhn(value)) return 'card'
  return isPhone(value) ? 'phone' : null
}

/** Nine digits at least, and no date. */
const isPhone = (value: string): boolean =>
  PHONE.test(value) && value.replace(/\D/g, '').length >= 9 && !/^\d{1,4}([-./ ])\d{1,2}\1\d{1,4}(\D|$)/.test(value)

/** A Spanish DNI: its letter is the number modulo 23. */
function isDni(value: string): boolean {
  const [, digits, letter] = /^(\d{8})-?([A-Z])$/.exec(value) ?? []
  return digits !== undefined && 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits) % 23] === letter
}

/** The check digit of card numbers (ISO/IEC 7812-1, annex B). */
export function luhn(text: string): boolean {
  const digits = text.replace(/\D/g, '')
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2
  }
  return digits.length > 0 && sum % 10 === 0
}

export interface Declared {
  readonly sensitive?: ReadonlyMap<string, 'hash' | 'omit' | 'none'> | undefined
  /** Secret of the keyed hash. A plain hash of a name or number is undone by trying all of them. */
  readonly hashKey?: string | undefined
}

/**
 * Whether the values of a column stay out of the profile. What is declared holds (`none`: they may stand there); a `hash`
 * without a key becomes `omit`. Else a name or half of the values that look like personal data leave them out.
 */
export function sensitivityOf(
  column: { readonly name: string; readonly text: boolean; readonly distinct: number; readonly present: number },
  values: Iterable<readonly [value: string, count: number]>,
  { sensitive, hashKey }: Declared,
): Sensitivity | null {
  const declared = sensitive?.get(column.name)
  if (declared === 'none') return null
  if (declared !== undefined) {
    const hash = declared === 'hash' && hashKey !== undefined
    const why =
      declared === 'hash' && !hash ? 'declared as hash, and there is no key: left out' : `declared as ${declared}`
    return { how: hash ? 'hash' : 'omit', by: 'declaration', kind: 'declared', reason: why }
  }
  const named = column.text ? kindOfName(column.name, column.distinct * 2 > column.present) : cardOrId(column.name)
  if (named !== null) return { how: 'omit', by: 'name', kind: named, reason: `its name speaks of ${SPOKEN[named]}` }
  const [matches, all] = matchesOf(values)
  const [kind, count] = [...matches].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0] ?? [null, 0]
  if (kind === null || count < FEWEST || count < SHARE * all) return null
  const share = `${Number(((100 * count) / all).toPrecision(3))} %`
  return { how: 'omit', by: 'values', kind, reason: `${share} of the values looked at look like ${SPOKEN[kind]}` }
}

const SPOKEN: Record<Kind, string> = {
  'person-name': 'names of people',
  email: 'e-mail addresses',
  phone: 'telephone numbers',
  card: 'numbers of cards or accounts',
  'national-id': 'numbers of persons',
}

/** A number may be that of a card or person by its name; the name of a person is text. */
function cardOrId(name: string): Kind | null {
  const kind = kindOfName(name, false)
  return kind === 'person-name' || kind === 'email' ? null : kind
}

function matchesOf(values: Iterable<readonly [string, number]>): [Map<Kind, number>, number] {
  const matches = new Map<Kind, number>()
  let all = 0
  for (const [value, count] of values) {
    all += count
    const kind = kindOfValue(value)
    if (kind !== null) matches.set(kind, (matches.get(kind) ?? 0) + count)
  }
  return [matches, all]
}

/** Keyed hash of a value: 16 hex digits of HMAC-SHA256 over column and value, so that columns cannot be joined. */
export const hashedValue = (key: string, column: string, value: string): string =>
  `hmac:${createHmac('sha256', key).update(`${column}\0${value}`).digest('hex').slice(0, 16)}`
