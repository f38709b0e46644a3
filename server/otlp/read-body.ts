import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../../domain/index.ts';
import { parseJson } from '../http/json-body.ts';
import { decodeExport } from './metrics-protocol.ts';

/** Largest export, as sent and unpacked. */
export const BODY_LIMIT_BYTES = 2 * 1024 * 1024;

const unpack = promisify(gunzip);

/** The two encodings of the protocol. */
export const PROTOBUF = 'application/x-protobuf';
export const JSON_TYPE = 'application/json';

/** Whether a request came as protobuf; its answer has the same encoding. */
export function isProtobuf({ headers }: FastifyRequest): boolean {
  return (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase() === PROTOBUF;
}

/** The message that a request holds, in the form that it has in JSON; Problems `malformedBody`, `bodyTooLarge`, `unsupportedMediaType`. */
export async function readBody(request: FastifyRequest): Promise<unknown> {
  const bytes = await unpacked((request.body ?? Buffer.alloc(0)) as Buffer, request.headers['content-encoding']);
  if (!isProtobuf(request)) return parseJson(bytes);
  try {
    return decodeExport(bytes);
  } catch {
    throw new Problem('malformedBody', 'the bytes are no ExportMetricsServiceRequest');
  }
}

async function unpacked(bytes: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return bytes;
  if (encoding !== 'gzip') {
    throw new Problem('unsupportedMediaType', `Content-Encoding has to be gzip, not "${encoding.slice(0, 40)}"`);
  }
  try {
    return await unpack(bytes, { maxOutputLength: BODY_LIMIT_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new Problem('bodyTooLarge', `more than ${BODY_LIMIT_BYTES} bytes when unpacked`);
    }
    throw new Problem('malformedBody', 'the body is not gzip');
  }
}
