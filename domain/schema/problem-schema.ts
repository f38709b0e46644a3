import { Type } from 'typebox';

/** RFC 9457 problem document, with what to do about it. */
export const ProblemSchema = Type.Object({
  type: Type.String({ description: 'urn:rampwright:problem:<code>' }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  fix: Type.String({ description: 'What to do about it.' }),
  violations: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
  instance: Type.String({ description: 'Id of the request, as in the server log.' }),
});
