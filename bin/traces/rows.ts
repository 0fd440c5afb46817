import type { Node, Segment } from './tree.ts';

/** A line of the waterfall. */
export interface Row {
  depth: number;
  /** `order/place-order`, `DynamoDB PutItem`. */
  name: string;
  /** What more there is to say: `POST /api/v1/orders 202`, `order.created`. */
  detail: string;
  /** Milliseconds from the beginning of the trace. */
  fromMs: number;
  lengthMs: number;
  outcome: 'ok' | 'error' | 'fault' | 'under way';
}

/**
 * The lines of a trace, in the order of a tree. What Lambda says of an invocation and what the function says of it are
 * one line.
 */
export function rowsOf(trees: Node[]): Row[] {
  const beganAt = Math.min(...trees.flatMap(allOf).map(({ segment }) => segment.start_time));
  return trees.flatMap((tree) => rowsBelow(tree, { depth: 0, beganAt, starts: [] }));
}

interface Place {
  depth: number;
  beganAt: number;
  /** Of environments that this work has waited for. */
  starts: Segment[];
}

function rowsBelow(node: Node, { depth, beganAt, starts }: Place): Row[] {
  const inner = innerOf(node);
  if (inner) {
    const cold = node.children.map(({ segment }) => segment).filter(({ name }) => name === 'Initialization');
    return rowsBelow(inner, { depth, beganAt, starts: [...starts, ...cold] });
  }
  const own = rowOf(node.segment, { depth, beganAt, starts });
  return [own, ...node.children.flatMap((child) => rowsBelow(child, { depth: depth + 1, beganAt, starts: [] }))];
}

/** What says the same better: of Lambda's segment that of the function, and of that the function's own words. */
function innerOf({ segment, children }: Node): Node | undefined {
  if (!segment.origin?.startsWith('AWS::Lambda') || segment.annotations) return undefined;
  const told = children.filter(({ segment: { name } }) => name !== 'Initialization');
  const [only, ...others] = told;
  if (!only || others.length > 0) return undefined;
  const isSame = only.segment.origin === 'AWS::Lambda::Function' || only.segment.name === 'handler';
  if (isSame && only.segment.name === 'handler') only.segment.name = segment.name;
  return isSame ? only : undefined;
}

function rowOf(segment: Segment, { depth, beganAt, starts }: Place): Row {
  const { start_time, end_time = start_time, error, fault, in_progress } = segment;
  const outcome = fault ? 'fault' : error ? 'error' : in_progress ? 'under way' : 'ok';
  const coldMs = starts.reduce((sum, { start_time: from, end_time: until = from }) => sum + (until - from) * 1000, 0);
  const details = [detailOf(segment), coldMs > 0 && `cold start ${Math.round(coldMs)} ms`, exceptionOf(segment)];
  return {
    depth,
    name: nameOf(segment),
    detail: details.filter(Boolean).join(', '),
    fromMs: (start_time - beganAt) * 1000,
    lengthMs: (end_time - start_time) * 1000,
    outcome,
  };
}

function detailOf({ http, annotations, aws }: Segment): string {
  if (http?.request) return [http.request.method, http.request.url, http.response?.status].filter(Boolean).join(' ');
  if (annotations?.event_type) return String(annotations.event_type);
  return aws?.table_name ? resourceName(String(aws.table_name)).id : '';
}

function exceptionOf({ cause }: Segment): string {
  return cause?.exceptions?.[0]?.type ?? '';
}

/** `order/place-order` of `Bazaar-dev-Order-PlaceOrderC1FF4CFE-FCW4XDDLEUWW`. */
export function nameOf({ name, origin, annotations, aws, namespace }: Segment): string {
  const operation = String(aws?.operation ?? '');
  if (namespace === 'aws') return operation.includes(':') ? operation : `${name} ${operation}`.trim();
  const { stack, id } = resourceName(name);
  if (!stack) return name;
  const service = annotations?.service ?? stack.split('-').slice(2).join('-').toLowerCase();
  return origin === 'AWS::StepFunctions::StateMachine' ? `${service} saga` : `${service}/${id}`;
}

/** What CloudFormation makes a name of: the stack, a logical id, and something random. */
function resourceName(name: string): { stack: string; id: string } {
  const [, stack = '', id] = /^(.*)-([A-Za-z0-9]+?)(?:[0-9A-F]{8})?-[A-Z0-9]{8,}$/.exec(name) ?? [];
  return id ? { stack, id: kebab(id) } : { stack: '', id: name };
}

function kebab(text: string): string {
  return text.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}

function allOf(node: Node): Node[] {
  return [node, ...node.children.flatMap(allOf)];
}
