import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { type FlagDefinition, Problem, type Violation } from '../../domain/index.ts';
import { KeySchema, NameSchema } from '../../domain/schema/index.ts';
import { type CompiledSnapshot, checkFlag, compileSnapshot, explain } from '../../evaluator/index.ts';
import { type Dependencies, knownScope, readPublished } from './dependencies.ts';
import { lostVariants } from './lost-variants.ts';
import { readContext } from './ofrep/read-context.ts';

const reading = { access: 'admin', needs: 'read' } as const;
const FlagParams = Type.Object({ environment: NameSchema, flag: KeySchema });
const ViolationSchema = Type.Object({ path: Type.String(), message: Type.String() });
const StepSchema = Type.Unknown({
  description: 'Recursive: operator, operands (null: a rule itself), value, steps, and the bucket of a fractional.',
});
const ExplanationAnswer = Type.Object({
  flag: KeySchema,
  version: Type.Integer({ description: 'Version of the environment that was asked.' }),
  value: Type.Optional(Type.Unknown()),
  variant: Type.Optional(Type.String()),
  reason: Type.String(),
  errorCode: Type.Optional(Type.String()),
  errorMessage: Type.Optional(Type.String()),
  exposure: Type.Optional(
    Type.Object({ rollout: NameSchema, generation: Type.Integer(), unit: Type.String(), variant: Type.String() }),
  ),
  parts: Type.Array(
    Type.Object({
      kind: Type.String({ description: 'targeting, or of a rollout: unit, control, audience, choice.' }),
      rollout: Type.Optional(NameSchema),
      value: Type.String(),
      steps: Type.Array(StepSchema),
    }),
  ),
  isCut: Type.Boolean({ description: 'There were more than 500 steps.' }),
});

/** Trying a flag out: what is wrong with a definition that is not saved yet, and how an evaluation comes to its answer. */
export const flagTrialRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/environments/:environment/flags/:flag/check',
      {
        config: reading,
        schema: {
          summary: 'What is wrong with a definition; nothing is saved',
          description: 'An empty list means that PUT would take it, unless somebody changes something in between.',
          params: FlagParams,
          body: Type.Unknown({ description: "A flag definition in flagd's format." }),
          response: { 200: Type.Object({ violations: Type.Array(ViolationSchema) }) },
        },
      },
      async (request) => {
        const { environment, flag } = request.params;
        const state = await readPublished(deps, await knownScope(deps, request, environment));
        const violations = checkFlag(flag, request.body, state.flagSet.$evaluators);
        return { violations: violations.length > 0 ? [...violations] : lost(state, flag, request.body) };
      },
    );

    app.post(
      '/environments/:environment/flags/:flag/explain',
      {
        config: reading,
        schema: {
          summary: 'Evaluate a flag in a context, with every step that led to the answer',
          description: 'With "definition", that one instead of the saved one. Nothing is counted as an exposure.',
          params: FlagParams,
          body: Type.Object(
            { context: Type.Optional(Type.Unknown()), definition: Type.Optional(Type.Unknown()) },
            { additionalProperties: false },
          ),
          response: { 200: ExplanationAnswer },
        },
      },
      async (request) => {
        const { environment, flag } = request.params;
        const { snapshot, compiled } = await deps.publisher.require(await knownScope(deps, request, environment));
        const context = readContext(request.body);
        if (typeof context === 'string') {
          throw new Problem('invalidRequest', 'the context cannot be used', [{ path: '/context', message: context }]);
        }
        const { definition } = request.body;
        const asked =
          definition === undefined ? compiled : withDefinition(snapshot, flag, definition as FlagDefinition);
        if (!asked.flags.has(flag)) throw new Problem('flagNotFound', `"${flag}" in environment "${environment}"`);
        const { details, parts, isCut } = explain(asked, flag, context, deps.clock.nowMs());
        const { exposure, flagKey: _, flagMetadata: __, ...answer } = details;
        return {
          flag,
          version: snapshot.version,
          ...answer,
          ...(exposure && { exposure: { ...exposure, ...named(exposure.rollout) } }),
          parts: parts.map((part) => ({ ...part, steps: [...part.steps] })),
          isCut,
        };
      },
    );
  };

function lost(state: Parameters<typeof lostVariants>[0], flag: string, definition: unknown): Violation[] {
  return lostVariants(state, flag, definition as FlagDefinition).map((message) => ({ path: '/variants', message }));
}

function named({ rollout, generation }: { readonly rollout: string; readonly generation: number }) {
  return { rollout, generation };
}

/** The environment with one flag only, as it is about to be. */
function withDefinition(
  snapshot: Parameters<typeof compileSnapshot>[0],
  flag: string,
  definition: FlagDefinition,
): CompiledSnapshot {
  return compileSnapshot({ ...snapshot, flagSet: { ...snapshot.flagSet, flags: { [flag]: definition } } });
}
