// /format_query and /parse_query: a query as text and as a tree, without running it.
import { type Expr, exprToJson, parseExpr, prettyPrint } from '@prometheus-ts/promql';
import { type ApiAnswer, dataAnswer } from './answer.ts';
import type { ApiContext, ApiRequest } from './context.ts';
import { invalidParameter } from './errors.ts';

export function formatQuery(context: ApiContext, request: ApiRequest): ApiAnswer {
  return dataAnswer(prettyPrint(parsed(context, request)));
}

export function parseQuery(context: ApiContext, request: ApiRequest): ApiAnswer {
  return dataAnswer(exprToJson(parsed(context, request)));
}

function parsed(context: ApiContext, request: ApiRequest): Expr {
  try {
    return parseExpr(request.form.get('query'), context.parseOptions);
  } catch (error) {
    throw invalidParameter('query', error as Error);
  }
}
