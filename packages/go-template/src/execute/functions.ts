// The functions a template can call.
import type { GoFunction, GoValue } from '../values/values.ts';

export type FunctionTable = ReadonlyMap<string, GoFunction>;

/** A function of fixed parameters; `types` are its Go types. */
export function goFunction(parameters: readonly string[], call: (...args: never[]) => GoValue): GoFunction {
  return { parameters, call };
}

/** A function whose last parameter repeats. */
export function variadicFunction(
  parameters: readonly string[],
  call: (...args: never[]) => GoValue,
): GoFunction {
  return { parameters, variadic: true, call };
}

/** Go's name of a parameter type. */
export function typeName(parameter: string): string {
  return parameter === 'any' ? 'interface {}' : parameter;
}

/** Whether nil can be an argument. */
export function canBeNil(parameter: string): boolean {
  return parameter === 'any' || /^(?:\*|\[\]|map\[|func)/.test(parameter);
}
