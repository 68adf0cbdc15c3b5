// Servers on this machine only.
import http from 'node:http';

/**
 * Listens on 127.0.0.1. `close` also ends the connections that are open.
 * @param {http.RequestListener} handler
 * @param {number} [port] 0, the default, is any free port
 * @returns {Promise<{url: string, close: () => Promise<void>}>} the URL ends with a slash
 */
export async function serve(handler, port = 0) {
  const server = http.createServer(handler);
  await new Promise((resolve, reject) => {
    server.on('error', reject).listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
