#include "harness.h"

WASIO_MAIN(conformance::run_tests)
