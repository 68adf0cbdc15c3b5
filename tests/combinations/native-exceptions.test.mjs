import { test } from 'node:test';
import { runSuite } from '../support/suite.mjs';

test('conformance on native-exceptions', (t) => runSuite(t, 'native-exceptions'));
