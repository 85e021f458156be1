// Package testkit answers what a test of the register stands on: a real Postgres, a database of its own, and expected
// answers in files.
//
// One server serves a whole "go test ./..." although every package is a process of its own: the first process that
// needs it starts a keeper, the others attach, and the keeper ends some seconds after the last has gone, also when the
// run was killed. OSPO_TEST_DATABASE_URL names another server to use, with a role that may create databases.
//
// It is imported by tests only, mocks nothing, and knows nothing of the register's own tables.
//
// Start reading at DB.
package testkit
