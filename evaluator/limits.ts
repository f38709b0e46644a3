/** Operators and lists inside one another, counted from the root of a rule. */
export const MAX_RULE_DEPTH = 16;

/** Operators, operands and list literals of one rule, shared rules expanded. */
export const MAX_RULE_NODES = 1000;

/** Values in one list literal of a rule. */
export const MAX_LIST_LITERAL_LENGTH = 1000;

/** UTF-16 code units of a string in a rule, or built by one; a longer result is null. */
export const MAX_TEXT_LENGTH = 4096;

/** Elements of a list built by `merge`; a longer result is null. */
export const MAX_MERGED_LENGTH = 10_000;

/**
 * What one evaluation may cost beyond reading each node of its rule once, in steps of a few nanoseconds: visits
 * of loops, and reading of lists and texts. A rule that needs more yields null from there on.
 */
export const MAX_STEPS = 200_000;

/** Steps that hashing one UTF-16 code unit costs; a longer bucketing value than the budget pays for is none. */
export const STEPS_PER_HASHED_CHARACTER = 2;

/** Keys in a path of `var`; a longer path leads nowhere. */
export const MAX_PATH_KEYS = 64;

/** UTF-8 bytes of one flag, or of one shared rule, as JSON. */
export const MAX_DEFINITION_BYTES = 65_536;

/** Variants of one flag. */
export const MAX_VARIANTS = 100;

/** Shared rules of one environment. */
export const MAX_EVALUATORS = 1000;

/** Entries of a flag's metadata. */
export const MAX_METADATA_ENTRIES = 100;

/** UTF-16 code units of a flag's key and of names of variants, metadata and shared rules. */
export const MAX_NAME_LENGTH = 256;

/** Objects and arrays inside one another in any definition. */
export const MAX_JSON_DEPTH = 64;
