/** The next part of a list, and the token to ask for what follows it. */
export interface Page<T> {
  items: T[];
  nextToken?: string;
}

/** Cuts a list as the paginated actions do; the token says where the next page begins. */
export function page<T>(items: T[], limit?: number, token?: string): Page<T> {
  const start = token ? Number(Buffer.from(token, 'base64url').toString()) || 0 : 0;
  const end = start + (limit ?? items.length);
  const nextToken = end < items.length ? Buffer.from(String(end)).toString('base64url') : undefined;
  return { items: items.slice(start, end), nextToken };
}
