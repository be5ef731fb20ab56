import { visible } from './escape.js'

const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/**
 * Text for an XML 1.0 element: no markup, and none of the characters that no XML 1.0 document may hold, written or as a
 * reference (XML 1.0 §2.2, production Char). Those that nobody can see are written as `⟨U+0007⟩`, the rest is `\ufffd`.
 */
export const escapeXml = (text: string): string =>
  visible(text)
    .replace(forbidden, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character] ?? '')

/** The same for a quoted attribute, where a reader would turn line breaks and tabs into spaces. */
export const escapeXmlAttribute = (text: string): string =>
  escapeXml(text).replace(/[\t\n\r]/g, (character) => entities[character] ?? '')
