// Asks one of Gatehouse's services whether it is well; exits 0 if it is. Used by docker-compose.yml.
//   node health.mjs grpc://127.0.0.1:9001          (grpc.health.v1.Health/Check)
//   node health.mjs http://127.0.0.1:9000/health   (any 2xx)

import { connect } from 'node:http2';

/** Below the 5 s after which Docker gives up. */
const TIMEOUT_MS = 4_000;

/** An empty HealthCheckRequest: no compression, no bytes. */
const REQUEST = Buffer.alloc(5);
/** A HealthCheckResponse that says SERVING: field 1, varint 1. */
const SERVING = Buffer.from([0, 0, 0, 0, 2, 0x08, 0x01]);

/** gRPC over HTTP/2 by hand, because loading a gRPC library every few seconds costs more than the service checked. */
function isServing(authority) {
  return new Promise((resolve, reject) => {
    const session = connect(`http://${authority}`).on('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => resolve(Buffer.concat(chunks).equals(SERVING)));
    stream.end(REQUEST);
  });
}

const url = new URL(process.argv[2] ?? '');
setTimeout(() => process.exit(1), TIMEOUT_MS);
try {
  const well = url.protocol === 'grpc:' ? await isServing(url.host) : (await fetch(url)).ok;
  process.exit(well ? 0 : 1);
} catch (error) {
  console.error(`${url}: ${error.cause?.message ?? error.message}`);
  process.exit(1);
}
