import type { FastifyReply, FastifyRequest } from 'fastify';
import { FLOW_MS, type OidcFlow, readFlow, writeFlow } from '../oidc/oidc-flow.ts';
import { cookieOf, setCookie } from './cookies.ts';

/** The flow under way in the browser; undefined when there is none, or its time is over. */
export function flowOf(request: FastifyRequest, isSecure: boolean, nowMs: number): OidcFlow | undefined {
  return readFlow(cookieOf(request, nameOf(isSecure)), nowMs);
}

/** Has the browser keep a flow while its person is at the provider. */
export function keepFlow(reply: FastifyReply, flow: OidcFlow, isSecure: boolean): void {
  setCookie(reply, { name: nameOf(isSecure), value: writeFlow(flow), maxAgeSeconds: FLOW_MS / 1000, isSecure });
}

/** Has the browser forget its flow, which is good for one answer. */
export function dropFlow(reply: FastifyReply, isSecure: boolean): void {
  setCookie(reply, { name: nameOf(isSecure), value: '', maxAgeSeconds: 0, isSecure });
}

/** Browsers take the prefix from this very host only, so that no neighbour of its domain can plant a flow of theirs. */
function nameOf(isSecure: boolean): string {
  return isSecure ? '__Host-rampwright_sign_in' : 'rampwright_sign_in';
}
