/** A node of the tree that the dotted names of a form describe. */
interface Node {
  text?: string;
  children: Map<string, Node>;
}

/**
 * Reads the fields of the Query protocol: `Entries.member.1.Id=a` is `{ Entries: [{ Id: 'a' }] }`, flattened lists
 * (`Attribute.1.Name`) are lists too, and `Tags.entry.1.key` with `.value` is a map; SNS writes `Name` and `Value` in
 * some of its maps. All values stay text.
 */
export function readForm(fields: URLSearchParams): Record<string, unknown> {
  const root: Node = { children: new Map() };
  for (const [name, text] of fields) {
    if (name === 'Action' || name === 'Version' || name.startsWith('X-Amz-')) continue;
    insert(root, name.split('.'), text);
  }
  return structure(root);
}

function insert(root: Node, path: string[], text: string): void {
  let node = root;
  for (const segment of path) {
    const child = node.children.get(segment) ?? { children: new Map() };
    node.children.set(segment, child);
    node = child;
  }
  node.text = text;
}

function value(node: Node): unknown {
  if (node.children.size === 0) return node.text;
  const [only] = node.children.size === 1 ? node.children : [];
  if (only?.[0] === 'member') return list(only[1]);
  if (only?.[0] === 'entry') return map(only[1]);
  return [...node.children.keys()].every((name) => /^\d+$/.test(name)) ? list(node) : structure(node);
}

function structure(node: Node): Record<string, unknown> {
  return Object.fromEntries([...node.children].map(([name, child]) => [name, value(child)]));
}

function list(node: Node): unknown[] {
  return numbered(node).map(value);
}

function map(node: Node): Record<string, unknown> {
  const entries = numbered(node).map(({ children }): [string, unknown] => {
    const key = children.get('key') ?? children.get('Name');
    const held = children.get('value') ?? children.get('Value');
    return [key?.text ?? '', held && value(held)];
  });
  return Object.fromEntries(entries);
}

function numbered(node: Node): Node[] {
  return [...node.children].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);
}
