/** Someone with a browser of their own: cookies by origin, and nothing followed that a test does not follow. */
export class Visitor {
  readonly #cookies = new Map<string, Map<string, string>>();

  /** Goes to an address; a redirect is an answer like any other. */
  async go(address: string): Promise<Response> {
    const { origin } = new URL(address);
    const kept = this.cookies(origin);
    const cookie = [...kept].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [, name, value, more] = /^([^=]+)=([^;]*)(.*)$/.exec(set)!;
      if (value === '' || /max-age=0|expires=Thu, 01 Jan 1970/i.test(more!)) kept.delete(name!);
      else kept.set(name!, value!);
    }
    return response;
  }

  /** Follows redirects from an address until one leads to what `isEnd` says; returns that address. */
  async follow(address: string, isEnd: (address: string) => boolean): Promise<string> {
    for (let at = address, steps = 0; steps < 12; steps++) {
      const response = await this.go(at);
      const location = response.headers.get('location');
      if (location === null) throw new Error(`${at} answers ${response.status}: ${await response.text()}`);
      at = new URL(location, at).href;
      if (isEnd(at)) return at;
    }
    throw new Error(`${address} leads round in circles`);
  }

  /** Cookies of a server, to be looked at and changed. */
  cookies(origin: string): Map<string, string> {
    const known = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, known);
    return known;
  }
}
