/** One element with text; nothing for undefined. `name` must already be a legal name. */
export function element(name: string, value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  return `<${name}>${typeof value === 'string' ? escapeText(value) : value}</${name}>`;
}

/**
 * A map's key as an element name, the way of XStream's XmlFriendlyNameCoder: `_` is doubled, `$`
 * becomes `_-`, and what no name may hold `_.` and four hex digits. A colon is escaped too, though
 * XStream leaves it: parsers that know namespaces refuse a prefix that nobody declared.
 */
export function encodeName(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9.-]*$/.test(name)) return name;
  // oxlint-disable-next-line unicorn/prefer-spread -- by UTF-16 unit, as Java counts
  return name
    .split('')
    .map((unit, index) => {
      if (unit === '_') return '__';
      if (unit === '$') return '_-';
      const legal = index === 0 ? NAME_START.test(unit) : NAME_UNIT.test(unit);
      return legal ? unit : `_.${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
    })
    .join('');
}

/** The reverse; a lone `_` survives. */
export function decodeName(name: string): string {
  return name.replaceAll(/__|_-|_\.([0-9a-fA-F]{4})/g, (escape, hex: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return escape === '__' ? '_' : '$';
  });
}

const NAME_START =
  /[A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD]/;
const NAME_UNIT =
  /[-.0-9A-Za-z\u00B7\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u037D\u037F-\u1FFF\u200C-\u200D\u203F\u2040\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD]/;

/** What XML 1.0 cannot hold at all becomes U+FFFD, so that one client's value breaks no other's list. */
function escapeText(text: string): string {
  const safe = text.isWellFormed() ? text : text.toWellFormed();
  if (!SPECIAL.test(safe)) return safe;
  return safe.replaceAll(SPECIALS, (unit) => ESCAPES[unit] ?? '\uFFFD');
}

// oxlint-disable-next-line no-control-regex -- these are what must not pass
const SPECIAL = /[&<>"'\r\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;
const SPECIALS = new RegExp(SPECIAL, 'g');
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#xd;',
};
