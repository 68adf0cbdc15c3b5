// Real headless Chromium, and a server for its pages.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import puppeteer from 'puppeteer-core';
import sirv from 'sirv';
import { serve } from '../../tools/serve.mjs';
import { tools } from '../../tools/setup/index.mjs';
import { PROGRAM_HANGS_MS } from '../../tools/testing/limits.mjs';

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
 * Starts a browser with a fresh profile. `close` ends it and removes the profile.
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
      timeout: PROGRAM_HANGS_MS,
      protocolTimeout: 0, // a page's main may run for as long as it prints
    });
    const newPage = browser.newPage.bind(browser);
    browser.newPage = async () => {
      const page = await newPage();
      page.setDefaultTimeout(PROGRAM_HANGS_MS);
      return page;
    };
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
 * Serves a folder on a free port of this machine. Requests for which `handler` returns true are
 * answered by it.
 *
 * @typedef {import('node:http').IncomingMessage} Request
 * @typedef {import('node:http').ServerResponse} Response
 * @param {string} folder
 * @param {(request: Request, response: Response) => boolean | void} [handler]
 */
export async function serveFolder(folder, handler = () => false) {
  const files = sirv(folder, { dev: true });
  return serve((request, response) => {
    if (handler(request, response)) return;
    files(request, response, () => {
      response.writeHead(404, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>Not found</title>');
    });
  });
}
