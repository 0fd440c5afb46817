import type { Resource } from '../core/service.ts';
import type { KnownType } from './support.ts';

interface NoEffect {
  reason: string;
  /** The property that names the resource, which is then what `Ref` gives. */
  nameProperty?: string;
}

/**
 * Resource types that are accepted without anything being created, because a system behaves the same without them
 * on one machine. A service that models one of them takes precedence.
 */
const NO_EFFECT: Record<string, NoEffect> = {
  'AWS::CDK::Metadata': { reason: 'tells AWS which CDK constructs are in use' },
  'AWS::CloudFormation::WaitConditionHandle': { reason: 'is a placeholder; a wait condition itself is refused' },
  'AWS::CloudWatch::Dashboard': { reason: 'is a page of the AWS console', nameProperty: 'DashboardName' },
  'AWS::ApplicationAutoScaling::ScalableTarget': { reason: 'scales capacity, of which one machine has no more' },
  'AWS::ApplicationAutoScaling::ScalingPolicy': { reason: 'scales capacity, of which one machine has no more' },
  'AWS::Budgets::Budget': { reason: 'watches the bill', nameProperty: 'BudgetName' },
  'AWS::ResourceGroups::Group': { reason: 'is a view of the AWS console', nameProperty: 'Name' },
};

/** The types above as handlers. */
export function noEffectTypes(): KnownType[] {
  return Object.entries(NO_EFFECT).map(([type, { nameProperty }]) => ({
    type,
    properties: {},
    acceptsAnyProperty: true,
    create: (resource: Resource) => ({
      ref: String((nameProperty && resource.properties[nameProperty]) ?? resource.generatedName()),
    }),
  }));
}

export function hasNoEffect(type: string): boolean {
  return Object.hasOwn(NO_EFFECT, type);
}
