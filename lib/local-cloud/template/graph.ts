/** Thrown for a cycle; `path` starts and ends with the same node. */
export class CycleError extends Error {
  override readonly name = 'CycleError';
  readonly path: string[];

  constructor(path: string[]) {
    super(path.join(' -> '));
    this.path = path;
  }
}

/** The nodes so that each comes after all it depends on, and otherwise in the order given. */
export function inDependencyOrder(
  nodes: Iterable<string>,
  dependenciesOf: (node: string) => Iterable<string>,
): string[] {
  const ordered = new Set<string>();
  const path: string[] = [];
  const visit = (node: string) => {
    if (ordered.has(node)) return;
    if (path.includes(node)) throw new CycleError([...path.slice(path.indexOf(node)), node]);
    path.push(node);
    for (const dependency of dependenciesOf(node)) visit(dependency);
    path.pop();
    ordered.add(node);
  };
  for (const node of nodes) visit(node);
  return [...ordered];
}
