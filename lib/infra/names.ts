/** `place-order` becomes `PlaceOrder`: construct ids are written like class names. */
export function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Where one stack leaves an id for the others. Read at deployment, so stacks never lock each other. */
export function parameterName(stage: string, service: string, id: string): string {
  return `/bazaar/${stage}/${service}/${id}`;
}

/** An alarm that deployments of other stacks look at too, before whoever has it is deployed. */
export function alarmName(stage: string, service: string, id: string): string {
  return `bazaar-${stage}-${service}-${id}`;
}
