import type { AwsApi } from '../core/service.ts';
import { OPERATOR } from '../core/service.ts';
import type { StackTemplate } from './assembly.ts';
import { TemplateError, type TemplateParameter } from './template.ts';

/** A parameter of a stack that is being created. */
export interface ParameterValue {
  /** What the parameter was given: for an SSM parameter type, the name in the Parameter Store. */
  given: string;
  value: string | string[];
  fromSsm: boolean;
  noEcho: boolean;
}

const SSM_TYPE = /^AWS::SSM::Parameter::Value<(.+)>$/;

/**
 * CDK's bootstrap stack writes its version here and a rule of every template asks for a recent one. Nothing has to be
 * bootstrapped locally, so that any version beyond the newest does.
 */
const BOOTSTRAP_VERSION_NAME = /^\/cdk-bootstrap\/[^/]+\/version$/;
const BOOTSTRAP_VERSION = '1000';

/** The name in the Parameter Store that a parameter of a template reads, if it reads one. */
export function ssmNameOf(parameter: TemplateParameter, given: string | undefined): string | undefined {
  const name = String(given ?? parameter.Default ?? '');
  return SSM_TYPE.test(parameter.Type) && !BOOTSTRAP_VERSION_NAME.test(name) ? name : undefined;
}

/** The value of a parameter for which nothing has to be read. */
export function literalParameter(
  parameter: TemplateParameter,
  given: string | undefined,
): string | string[] | undefined {
  const text = given ?? parameter.Default;
  if (text === undefined) return undefined;
  if (!SSM_TYPE.test(parameter.Type)) return isList(parameter.Type) ? splitList(String(text)) : String(text);
  return BOOTSTRAP_VERSION_NAME.test(String(text)) ? BOOTSTRAP_VERSION : undefined;
}

/** Gives every parameter of a stack its value; those of an SSM type are read from the Parameter Store. */
export async function resolveParameters(stack: StackTemplate, api: AwsApi): Promise<Map<string, ParameterValue>> {
  const values = new Map<string, ParameterValue>();
  for (const [name, parameter] of Object.entries(stack.template.Parameters ?? {})) {
    const given = stack.parameters[name] ?? parameter.Default;
    if (given === undefined) throw new TemplateError(`${stack.name}: the parameter ${name} has no value.`);
    checkAllowed(stack.name, name, parameter, String(given));
    const ssmName = ssmNameOf(parameter, String(given));
    values.set(name, {
      given: String(given),
      value:
        literalParameter(parameter, String(given)) ??
        (await readSsm(api, parameter, `${stack.name}: ${name}`, ssmName)),
      fromSsm: SSM_TYPE.test(parameter.Type),
      noEcho: String(parameter.NoEcho) === 'true',
    });
  }
  return values;
}

async function readSsm(
  api: AwsApi,
  parameter: TemplateParameter,
  reader: string,
  name = '',
): Promise<string | string[]> {
  const value = await api
    .call<{ Parameter: { Value: string } }>('ssm', 'GetParameter', { Name: name }, { caller: OPERATOR })
    .then((output) => output.Parameter.Value)
    .catch((cause) => {
      throw new TemplateError(`${reader} reads the SSM parameter ${name}, which no stack has created before.`, {
        cause,
      });
    });
  return isList(SSM_TYPE.exec(parameter.Type)?.[1] ?? '') ? splitList(value) : value;
}

function checkAllowed(stack: string, name: string, parameter: TemplateParameter, given: string): void {
  const { AllowedValues, AllowedPattern } = parameter;
  if (AllowedValues && !AllowedValues.map(String).includes(given)) {
    throw new TemplateError(`${stack}: the parameter ${name} has to be one of ${AllowedValues.join(', ')}.`);
  }
  if (AllowedPattern && !new RegExp(`^(?:${AllowedPattern})$`).test(given)) {
    throw new TemplateError(`${stack}: the parameter ${name} does not match ${AllowedPattern}.`);
  }
}

function isList(type: string): boolean {
  return type === 'CommaDelimitedList' || type.startsWith('List<');
}

function splitList(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}
