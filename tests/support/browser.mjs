// Real headless Chromium, and a server of files for its pages.
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import puppeteer from 'puppeteer-core';
import sirv from 'sirv';
import { tools } from '../../tools/setup/index.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * A browser with a fresh profile; `close` ends it and removes the profile.
 *
 * @returns {Promise<{browser: import('puppeteer-core').Browser, close(): Promise<void>}>}
 */
export async function launchBrowser() {
  const profile = await mkdtemp(path.join(os.tmpdir(), 'wasio-chromium-'));
  const remove = () => rm(profile, { recursive: true, force: true, maxRetries: 5 });
  try {
    const browser = await puppeteer.launch({
      executablePath: tools().chrome,
      args: FLAGS,
      userDataDir: profile,
    });
    return {
      browser,
      async close() {
        await browser.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Serves a folder at `url`, on a free port of this machine. What `handler` answers, by returning true,
 * is not looked for in the folder.
 *
 * @param {string} folder
 * @param {(request: http.IncomingMessage, response: http.ServerResponse) => boolean | void} [handler]
 * @returns {Promise<{url: string, close(): Promise<void>}>}
 */
export async function serveFolder(folder, handler = () => false) {
  const files = sirv(folder, { dev: true });
  const server = http.createServer((request, response) => {
    if (handler(request, response)) return;
    files(request, response, () => {
      response.writeHead(404, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>Not found</title>');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}/`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
