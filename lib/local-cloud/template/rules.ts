import { evaluateCondition } from './conditions.ts';
import type { Scope } from './intrinsics.ts';
import { type Template, TemplateError } from './template.ts';

/** Checks the `Rules` section: assertions about the parameters, made before anything is created. */
export function checkRules(stackName: string, template: Template, scope: Scope): void {
  for (const [name, rule] of Object.entries(template.Rules ?? {})) {
    if (rule.RuleCondition !== undefined && !evaluateCondition(rule.RuleCondition, scope)) continue;
    for (const { Assert, AssertDescription } of rule.Assertions) {
      if (evaluateCondition(Assert, scope)) continue;
      throw new TemplateError(
        `${stackName}: the rule ${name} is not met: ${AssertDescription ?? JSON.stringify(Assert)}`,
      );
    }
  }
}
