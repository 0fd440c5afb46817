/** RFC 9110, 7.6.1: these belong to one connection, and so does whatever `Connection` names. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

type HeaderValue = string | string[] | undefined;

/** The headers that go on to the next hop, names in lower case. */
export function endToEndHeaders(headers: Record<string, HeaderValue>): Record<string, string | string[]> {
  const named = String(headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const kept = Object.entries(headers).filter(([name, value]) => {
    return value !== undefined && !HOP_BY_HOP.has(name.toLowerCase()) && !named.includes(name.toLowerCase());
  });
  return Object.fromEntries(kept.map(([name, value]) => [name.toLowerCase(), value as string | string[]]));
}
