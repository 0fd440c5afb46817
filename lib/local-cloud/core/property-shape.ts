import type { PropertyShape } from './service.ts';

/**
 * The path of the first property that the shape does not know, such as `RedrivePolicy.maxReceives`, or undefined
 * when all are known. The elements of an array are compared with the shape of the array.
 */
export function findUnknownProperty(value: unknown, shape: PropertyShape, path = ''): string | undefined {
  if (Array.isArray(value)) {
    return first(value, (element, index) => findUnknownProperty(element, shape, `${path}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return first(Object.entries(value), ([name, nested]) => {
    const here = path ? `${path}.${name}` : name;
    if (nested === undefined) return undefined;
    const known = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (known === undefined) return here;
    return typeof known === 'object' ? findUnknownProperty(nested, known, here) : undefined;
  });
}

function first<T>(items: T[], find: (item: T, index: number) => string | undefined): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found) return found;
  }
  return undefined;
}
