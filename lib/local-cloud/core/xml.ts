// Parsers turn a carriage return into a line feed unless it is written as a reference.
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' };

export interface XmlOptions {
  namespace?: string;
  /** Lists repeat their own element instead of holding elements named `member`. */
  flattened?: boolean;
}

/**
 * Writes an object in the XML of the Query protocol. A `Map` becomes `entry` elements with `key` and `value`; absent
 * values are left out.
 */
export function writeXml(root: string, content: object, { namespace, flattened = false }: XmlOptions = {}): string {
  const attribute = namespace ? ` xmlns="${escapeText(namespace)}"` : '';
  return `<?xml version="1.0"?>\n<${root}${attribute}>${new XmlWriter(flattened).fields(content)}</${root}>`;
}

class XmlWriter {
  readonly #flattened: boolean;

  constructor(flattened: boolean) {
    this.#flattened = flattened;
  }

  fields(content: object): string {
    return Object.entries(content)
      .map(([name, value]) => this.#member(name, value))
      .join('');
  }

  #member(name: string, value: unknown): string {
    if (!Array.isArray(value)) return this.#element(name, value);
    if (this.#flattened) return value.map((item) => this.#element(name, item)).join('');
    return `<${name}>${value.map((item) => this.#element('member', item)).join('')}</${name}>`;
  }

  #element(name: string, value: unknown): string {
    if (value === undefined || value === null) return '';
    return `<${name}>${this.#value(value)}</${name}>`;
  }

  #value(value: unknown): string {
    if (value instanceof Date) return value.toISOString();
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
    if (value instanceof Map)
      return [...value].map(([key, held]) => this.#element('entry', { key, value: held })).join('');
    return typeof value === 'object' && value !== null ? this.fields(value) : escapeText(String(value));
  }
}

function escapeText(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => ENTITIES[character] as string);
}
