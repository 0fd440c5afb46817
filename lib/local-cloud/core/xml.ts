const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Writes an object in the XML of the Query protocol: lists have `member` elements, absent values are left out. */
export function writeXml(root: string, content: object, namespace?: string): string {
  const attribute = namespace ? ` xmlns="${escapeText(namespace)}"` : '';
  return `<?xml version="1.0"?>\n<${root}${attribute}>${writeFields(content)}</${root}>`;
}

function writeFields(content: object): string {
  return Object.entries(content)
    .map(([name, value]) => writeElement(name, value))
    .join('');
}

function writeElement(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  return `<${name}>${writeValue(value)}</${name}>`;
}

function writeValue(value: unknown): string {
  if (Array.isArray(value)) return value.map((element) => writeElement('member', element)).join('');
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return typeof value === 'object' && value !== null ? writeFields(value) : escapeText(String(value));
}

function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] as string);
}
