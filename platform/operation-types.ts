import type {
  Contract,
  JsonReply,
  Operation,
  Operations,
  ProblemReply,
  Schema,
} from './contract.ts';

type InputOf<S> = S extends Schema<infer I> ? I : never;
type OutputOf<S> = S extends { readonly _zod: { readonly output: infer O } } ? O : never;
type RequestOf<O extends Operation> = NonNullable<O['request']>;
type Part<O extends Operation, K extends string> =
  RequestOf<O> extends { readonly [key in K]: infer S } ? S : never;

type OptionalKeys<I> = { [K in keyof I]-?: undefined extends I[K] ? K : never }[keyof I];
/** Optional where the schema's input is, with the values of its output: a page with a default is an optional number. */
type Loose<I, O> = Omit<O, OptionalKeys<I> & keyof O> & {
  [K in OptionalKeys<I> & keyof O]?: O[K] | undefined;
};
type LooseOf<S> = [S] extends [never] ? unknown : Loose<InputOf<S>, OutputOf<S>>;
type StrictOf<S> = [S] extends [never] ? unknown : OutputOf<S>;
type SchemaOf<B> = B extends { readonly schema: infer S } ? S : never;
type BodySchema<O extends Operation> = SchemaOf<Part<O, 'body'>>;
type Flat<T> = { [K in keyof T]: T[K] };

/** What a caller passes: path and query parameters side by side, the body under `body`. */
export type Arguments<O extends Operation> = Flat<
  LooseOf<Part<O, 'params'>> &
    LooseOf<Part<O, 'query'>> &
    ([BodySchema<O>] extends [never] ? unknown : { body: InputOf<BodySchema<O>> }) &
    ([Part<O, 'ifMatch'>] extends [never] ? unknown : { ifMatch: number | '*' }) &
    ([Part<O, 'idempotencyKey'>] extends [never] ? unknown : { idempotencyKey?: string })
>;

/** What a handler gets: the same, decoded, defaults filled in; `ifMatch` is for `assertMatch`. */
export type Input<O extends Operation> = Flat<
  StrictOf<Part<O, 'params'>> &
    StrictOf<Part<O, 'query'>> &
    ([BodySchema<O>] extends [never] ? unknown : { body: OutputOf<BodySchema<O>> }) &
    ([Part<O, 'ifMatch'>] extends [never] ? unknown : { ifMatch: string | undefined })
>;

type DataOf<R> = R extends ProblemReply
  ? never
  : R extends JsonReply<infer S>
    ? OutputOf<S>
    : undefined;
type SuccessReplies<O extends Operation> = {
  [S in keyof O['responses']]: O['responses'][S] extends ProblemReply ? never : O['responses'][S];
}[keyof O['responses']];

/** What a successful call gives: the data of the replies that are no problems. */
export type Success<O extends Operation> = DataOf<SuccessReplies<O>>;

export type OperationsOf<C> = C extends Contract<infer O> ? O : Operations;
