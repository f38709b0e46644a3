/** What the server says is wrong with a request (RFC 9457), or that it could not be asked. */
export class ApiProblem extends Error {
  /** 0: no answer at all. */
  readonly status: number;
  /** "revisionMismatch"; "unreachable" without an answer. */
  readonly code: string;
  readonly detail: string;
  readonly fix: string;
  readonly violations: readonly { readonly path: string; readonly message: string }[];

  constructor(problem: Partial<Omit<ApiProblem, 'name'>> & { readonly status: number; readonly title?: string }) {
    super(problem.title ?? 'The server did not answer as expected');
    this.status = problem.status;
    this.code = problem.code ?? 'unknown';
    this.detail = problem.detail ?? '';
    this.fix = problem.fix ?? '';
    this.violations = problem.violations ?? [];
  }
}

/** The problem in an answer that is no success. */
export async function problemIn(response: Response): Promise<ApiProblem> {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const code =
    String(body['type'] ?? '')
      .split(':')
      .at(-1) ?? 'unknown';
  return new ApiProblem({ ...body, status: response.status, code });
}

/** The problem of a server that cannot be reached. */
export function unreachable(): ApiProblem {
  return new ApiProblem({
    status: 0,
    code: 'unreachable',
    title: 'The server cannot be reached',
    fix: 'See that it runs and that the network is there; the page tries again by itself.',
  });
}

/** What was thrown, as a problem; a fault of this page is shown as one, too. */
export function asProblem(error: unknown): ApiProblem {
  return error instanceof ApiProblem ? error : new ApiProblem({ status: 0, code: 'internal', detail: String(error) });
}
