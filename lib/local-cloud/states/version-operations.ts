import { page } from '../core/page.ts';
import type { AnyOperation, Operation } from '../core/service.ts';
import type { MachineVersions } from './machine-versions.ts';

interface ListInput {
  stateMachineArn: string;
  maxResults?: number;
  nextToken?: string;
}

const PAGE_SIZE = 100;

/** ListStateMachineVersions and ListStateMachineAliases. */
export function versionOperations(versions: MachineVersions): Record<string, AnyOperation> {
  const list = (name: string, member: string, arnsOf: (stateMachineArn: string) => string[]): Operation<ListInput> => ({
    requires: ['stateMachineArn'],
    accepts: { stateMachineArn: true, maxResults: true, nextToken: true },
    resources: ({ stateMachineArn }) => [stateMachineArn],
    run({ stateMachineArn, maxResults, nextToken }) {
      const { items, nextToken: next } = page(arnsOf(stateMachineArn), maxResults || PAGE_SIZE, nextToken);
      return { [name]: items.map((arn) => ({ [member]: arn })), nextToken: next };
    },
  });
  return {
    ListStateMachineVersions: list('stateMachineVersions', 'stateMachineVersionArn', (arn) => versions.versionsOf(arn)),
    ListStateMachineAliases: list('stateMachineAliases', 'stateMachineAliasArn', (arn) => versions.aliasesOf(arn)),
  };
}
