// The conformance suite on each host of tests/support/hosts.mjs.
import { test } from 'node:test';
import { HOSTS } from './support/hosts.mjs';
import { reportSuite } from './support/suite.mjs';
import { currentHost } from './support/tables.mjs';

const host = currentHost();

test(`conformance on ${host}`, async (t) => {
  await reportSuite(t, await HOSTS[host].prepare('conformance'));
});
