import { Type } from 'typebox';
import { NameSchema, ReasonTextSchema, ShareSchema, TimestampMsSchema } from './names.ts';

const exact = { additionalProperties: false } as const;

const reason = Type.Optional(ReasonTextSchema);
const WhySchema = Type.String({ minLength: 1, maxLength: 1000, description: 'Why, for the history.' });
const OwnerSchema = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'Whom to ask about it; default: the key.',
});
const UntilSchema = {
  ...TimestampMsSchema,
  description: 'When it ends by itself, ms since 1970; 90 days away at most.',
};

const overrideFreeze = Type.Optional(
  Type.Boolean({
    description: 'In spite of freezes; needs a reason, and a key that has the scope "override" too. Default: false.',
  }),
);

/** Body of a verb that says all by itself. */
export const PlainVerbSchema = Type.Union([Type.Null(), Type.Object({ reason }, exact)]);

/** Body of `start`, `resume`, `complete` and `retry`, which go forward. */
export const ForwardSchema = Type.Union([Type.Null(), Type.Object({ reason, overrideFreeze }, exact)]);

/** Body of `advance`. */
export const AdvanceSchema = Type.Union([
  Type.Null(),
  Type.Object(
    {
      reason,
      overrideFreeze,
      force: Type.Optional(
        Type.Boolean({ description: 'Go to the next stage whatever the gates say; needs a reason. Default: false.' }),
      ),
    },
    exact,
  ),
]);

/** Body of `jump`. */
export const JumpSchema = Type.Object({ coverage: ShareSchema, reason: WhySchema, overrideFreeze }, exact);

/** Body of `pin`. */
export const PinSchema = Type.Object(
  {
    coverage: Type.Optional({ ...ShareSchema, description: 'Share out of 100 000; default: where it is.' }),
    owner: Type.Optional(OwnerSchema),
    reason: WhySchema,
    untilMs: UntilSchema,
  },
  exact,
);

/** Body of `override`. */
export const OverrideSchema = Type.Object(
  { metric: NameSchema, owner: Type.Optional(OwnerSchema), reason: WhySchema, untilMs: UntilSchema },
  exact,
);

/** Body of `restore`. */
export const RestoreSchema = Type.Object({ metric: NameSchema, reason }, exact);

/** Body of `mode`. */
export const ModeSchema = Type.Object({ mode: Type.Enum(['off', 'advise', 'automatic']), reason }, exact);

const VOTE = {
  beyond: Type.Optional({ ...ShareSchema, description: 'Which checkpoint; default: the next one.' }),
  untilMs: Type.Optional({ ...UntilSchema, description: 'When it stops counting, ms since 1970; default: in a week.' }),
};

/** Body of `approve`. */
export const ApproveSchema = Type.Union([Type.Null(), Type.Object({ reason, ...VOTE }, exact)]);

/** Body of `decline`. */
export const DeclineSchema = Type.Object({ reason: WhySchema, ...VOTE }, exact);

/** Body of `confirm` and `reject`. */
export const OpinionSchema = Type.Union([
  Type.Null(),
  Type.Object(
    {
      generation: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'Default: the newest that was rolled back.' }),
      ),
      reason,
    },
    exact,
  ),
]);
