import type { Account } from '../core/account.ts';
import type { ResourceType } from '../core/service.ts';
import type { Sampling } from './sampling.ts';

const ONLY_BY_SERVICE = 'Lambda, the only service here that decides, has nothing of a request to compare it with';

/** `AWS::XRay::SamplingRule` */
export function samplingRuleType(sampling: Sampling, account: Account): ResourceType {
  return {
    type: 'AWS::XRay::SamplingRule',
    properties: {
      SamplingRule: {
        RuleName: true,
        Priority: true,
        ReservoirSize: true,
        FixedRate: true,
        ServiceName: true,
        ServiceType: true,
        Version: true,
        Host: ONLY_BY_SERVICE,
        HTTPMethod: ONLY_BY_SERVICE,
        URLPath: ONLY_BY_SERVICE,
        ResourceARN: ONLY_BY_SERVICE,
      },
      Tags: 'tags group resources in the AWS console',
    },
    create({ properties: { SamplingRule } }) {
      const RuleARN = account.arn('xray', `sampling-rule/${SamplingRule.RuleName}`);
      sampling.put({ ...SamplingRule, RuleARN });
      return { ref: RuleARN, attributes: { RuleARN } };
    },
  };
}
