import { isIP } from 'node:net';

/**
 * Whether it is a host in its one usual form: a DNS name, an IPv4 address in four decimal parts, or an IPv6 address
 * without brackets. `2130706433`, `0x7f.1` and `0177.0.0.1` all lead many programs to the same place: no such riddles.
 */
export function isHostName(host: string): boolean {
  if (isIP(host) !== 0) return !host.includes('%');
  if (!/^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i.test(host) || host.includes('..')) return false;
  const url = parsed(`http://${host}/`);
  return url?.hostname === host.toLowerCase() && isIP(url.hostname) === 0;
}

/** Whether requests can be sent there and nothing is hidden in it: http or https, no user, no password. */
export function isHttpUrl(text: string): boolean {
  const url = parsed(text);
  if (!url || !/^https?:$/.test(url.protocol)) return false;
  return url.username === '' && url.password === '' && !text.includes('\\') && isHostName(hostOf(url));
}

/** The host of a URL, an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
