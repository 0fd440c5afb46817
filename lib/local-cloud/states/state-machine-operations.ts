import { page } from '../core/page.ts';
import type { AnyOperation, Operation } from '../core/service.ts';
import { requireKind } from './arns.ts';
import type { Executions } from './executions.ts';
import type { LoggingConfiguration, StateMachine, StateMachineType } from './state-machine.ts';
import type { StateMachineFields, StateMachines, Tag } from './state-machines.ts';

const FIELDS = {
  definition: true,
  roleArn: true,
  loggingConfiguration: true,
  tracingConfiguration: true,
  encryptionConfiguration: true,
} as const;

interface StateMachineRef {
  stateMachineArn: string;
}

interface ListInput {
  maxResults?: number;
  nextToken?: string;
}

const onMachine = ({ stateMachineArn }: StateMachineRef) => [stateMachineArn];
const onAny = () => ['*'];

/** The actions on state machines. */
export function stateMachineOperations(machines: StateMachines, executions: Executions): Record<string, AnyOperation> {
  const createStateMachine: Operation<StateMachineFields> = {
    resources: onAny,
    accepts: { ...FIELDS, name: true, type: true, tags: true },
    run(input) {
      const machine = machines.create(input);
      return { stateMachineArn: machine.arn, creationDate: machine.createdAtMs / 1000 };
    },
  };

  const updateStateMachine: Operation<StateMachineRef & Partial<StateMachineFields>> = {
    resources: onMachine,
    accepts: { ...FIELDS, stateMachineArn: true },
    run({ stateMachineArn, ...fields }) {
      const machine = machines.update(stateMachineArn, fields);
      return { updateDate: machine.updatedAtMs / 1000, revisionId: machine.revisionId };
    },
  };

  const deleteStateMachine: Operation<StateMachineRef> = {
    resources: onMachine,
    run({ stateMachineArn }) {
      machines.delete(stateMachineArn);
      return {};
    },
  };

  const describeStateMachine: Operation<StateMachineRef> = {
    resources: onMachine,
    run({ stateMachineArn }) {
      const machine = machines.find(stateMachineArn);
      return { ...describe(machine), type: machine.type, status: 'ACTIVE', creationDate: machine.createdAtMs / 1000 };
    },
  };

  const describeStateMachineForExecution: Operation<{ executionArn: string }> = {
    resources: ({ executionArn }) => [executionArn],
    run({ executionArn }) {
      requireKind(executionArn, 'execution');
      const { machine } = executions.find(executionArn);
      return { ...describe(machine), updateDate: machine.updatedAtMs / 1000 };
    },
  };

  const listStateMachines: Operation<ListInput> = {
    resources: onAny,
    run({ maxResults = 100, nextToken }) {
      const list = machines.all().map(({ arn, name, type, createdAtMs }) => ({
        stateMachineArn: arn,
        name,
        type,
        creationDate: createdAtMs / 1000,
      }));
      const { items, nextToken: next } = page(list, maxResults || 100, nextToken);
      return { stateMachines: items, nextToken: next };
    },
  };

  const validateStateMachineDefinition: Operation<{
    definition: string;
    type?: StateMachineType;
    maxResults?: number;
  }> = {
    resources: onAny,
    run({ definition, type = 'STANDARD', maxResults = 100 }) {
      const { list } = machines.check(definition, 'under validation', type).diagnostics;
      const diagnostics = list.slice(0, maxResults || 100);
      return {
        result: list.length > 0 ? 'FAIL' : 'OK',
        diagnostics,
        truncated: diagnostics.length < list.length,
      };
    },
  };

  return {
    CreateStateMachine: createStateMachine,
    UpdateStateMachine: updateStateMachine,
    DeleteStateMachine: deleteStateMachine,
    DescribeStateMachine: describeStateMachine,
    DescribeStateMachineForExecution: describeStateMachineForExecution,
    ListStateMachines: listStateMachines,
    ValidateStateMachineDefinition: validateStateMachineDefinition,
    ...tagOperations(machines),
  };
}

function tagOperations(machines: StateMachines): Record<string, AnyOperation> {
  const tagResource: Operation<{ resourceArn: string; tags: Tag[] }> = {
    resources: ({ resourceArn }) => [resourceArn],
    run({ resourceArn, tags }) {
      machines.tag(resourceArn, tags);
      return {};
    },
  };
  const untagResource: Operation<{ resourceArn: string; tagKeys: string[] }> = {
    resources: ({ resourceArn }) => [resourceArn],
    run({ resourceArn, tagKeys }) {
      machines.untag(resourceArn, tagKeys);
      return {};
    },
  };
  const listTagsForResource: Operation<{ resourceArn: string }> = {
    resources: ({ resourceArn }) => [resourceArn],
    run: ({ resourceArn }) => ({ tags: machines.tagsOf(resourceArn) }),
  };
  return { TagResource: tagResource, UntagResource: untagResource, ListTagsForResource: listTagsForResource };
}

function describe(machine: StateMachine) {
  const { arn, name, definitionText, roleArn, logging, tracing, encryption, revisionId } = machine;
  const loggingConfiguration: LoggingConfiguration = { level: 'OFF', includeExecutionData: false, ...logging };
  return {
    stateMachineArn: arn,
    name,
    definition: definitionText,
    roleArn,
    loggingConfiguration,
    tracingConfiguration: { enabled: tracing },
    encryptionConfiguration: encryption,
    ...(revisionId && { revisionId }),
  };
}
