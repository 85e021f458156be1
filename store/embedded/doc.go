// Package embedded answers where the register's own Postgres runs when nobody has given it one.
//
// It finds the Postgres programs of this machine, makes a private cluster in a directory, starts the server on a
// unix socket only, watches it, and stops it. The application connects as the role "ospo", which owns the database
// "ospo" and is no superuser.
//
// It never opens a TCP port, never deletes a cluster, never touches a cluster of another major version, and never
// downloads anything unless Fetch is called.
//
// Start reading at Start; the life of the server process is in supervise.go, what may be cleared away after a crash
// in leftover.go.
package embedded
