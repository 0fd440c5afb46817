import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { ACKNOWLEDGED, acknowledgedWildcards } from './acknowledged.ts';

/** Lets cdk-nag look at all stacks of the app when it is synthesized. */
export function checkPolicies(app: App, stage: string): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  Validations.of(app).acknowledge(...ACKNOWLEDGED, ...acknowledgedWildcards(stage));
}
