//! Nothing here: the suites are in e2e/.
