import { page } from '../core/page.ts';
import type { AnyOperation, Operation, PropertyShape } from '../core/service.ts';
import type { Target } from './model.ts';
import type { EventsState } from './state.ts';

/** The fields of a target that are modelled; the parameters of other kinds of targets are refused by name. */
export const TARGET_SHAPE: PropertyShape = {
  Id: true,
  Arn: true,
  RoleArn: true,
  Input: true,
  InputPath: true,
  InputTransformer: { InputPathsMap: true, InputTemplate: true },
  RetryPolicy: { MaximumRetryAttempts: true, MaximumEventAgeInSeconds: true },
  DeadLetterConfig: { Arn: true },
  SqsParameters: { MessageGroupId: true },
};

interface TargetsInput {
  Rule: string;
  EventBusName?: string;
}

interface ListInput extends TargetsInput {
  NextToken?: string;
  Limit?: number;
}

/** PutTargets, RemoveTargets and ListTargetsByRule. */
export function targetOperations({ buses, rules }: EventsState): Record<string, AnyOperation> {
  const resources = ({ Rule, EventBusName }: TargetsInput) => [buses.ruleArn(Rule, EventBusName)];

  const PutTargets: Operation<TargetsInput & { Targets: Target[] }, object> = {
    accepts: { Rule: true, EventBusName: true, Targets: TARGET_SHAPE },
    resources,
    run({ Rule, EventBusName, Targets }) {
      rules.putTargets(buses.rule(Rule, EventBusName), Targets);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
  };

  const RemoveTargets: Operation<TargetsInput & { Ids: string[] }, object> = {
    accepts: { Rule: true, EventBusName: true, Ids: true, Force: 'there are no managed rules here' },
    resources,
    run({ Rule, EventBusName, Ids }) {
      const { targets } = buses.rule(Rule, EventBusName);
      const missing = Ids.filter((id) => !targets.delete(id));
      const FailedEntries = missing.map((TargetId) => ({
        TargetId,
        ErrorCode: 'ResourceNotFoundException',
        ErrorMessage: `Rule ${Rule} does not have target with Id ${TargetId}`,
      }));
      return { FailedEntryCount: missing.length, FailedEntries };
    },
  };

  const ListTargetsByRule: Operation<ListInput, object> = {
    accepts: { Rule: true, EventBusName: true, NextToken: true, Limit: true },
    resources,
    run({ Rule, EventBusName, NextToken, Limit }) {
      const { items, nextToken } = page([...buses.rule(Rule, EventBusName).targets.values()], Limit, NextToken);
      return { Targets: items, NextToken: nextToken };
    },
  };

  return { PutTargets, RemoveTargets, ListTargetsByRule };
}
