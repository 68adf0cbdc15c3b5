import { test } from 'node:test';
import { runSuite } from '../support/suite.mjs';

test('conformance on native-asan', (t) => runSuite(t, 'native-asan'));
