package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ospo-register/ospo/bench/national"
	"github.com/ospo-register/ospo/store"
	"github.com/ospo-register/ospo/store/embedded"
)

// postgres is the server that is measured on: the machine's own or a private one.
type postgres struct {
	admin      string // a URL whose role may make databases
	private    *embedded.Server
	postmaster int // process id; the server must run on this machine
	version    string
}

// startPostgres starts a private server in dir, or takes the one at dsn.
func startPostgres(ctx context.Context, dsn, dir string) (*postgres, error) {
	p := &postgres{admin: dsn}
	if dsn == "" {
		server, err := embedded.Start(ctx, embedded.Options{Dir: dir})
		if err != nil {
			return nil, err
		}
		p.private, p.admin = server, server.AdminDSN()
	}
	err := p.with(ctx, p.admin, func(c *pgx.Conn) error {
		var backend int
		if err := c.QueryRow(ctx, `SELECT pg_backend_pid(), current_setting('server_version')`).Scan(&backend, &p.version); err != nil {
			return err
		}
		var err error
		if p.postmaster, err = parentOf(backend); err != nil {
			return fmt.Errorf("the server must run on this machine, to see what it costs: %w", err)
		}
		return nil
	})
	if err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

func (p *postgres) stop() {
	if p.private != nil {
		p.private.Stop()
	}
}

func (p *postgres) with(ctx context.Context, dsn string, do func(*pgx.Conn) error) error {
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	return do(c)
}

// dsn is the address of a database of ours, for the role that owns it.
func (p *postgres) dsn(database string) (string, error) {
	u, err := url.Parse(p.admin)
	if err != nil {
		return "", fmt.Errorf("the database address must be a URL: %w", err)
	}
	u.Path = "/" + database
	if p.private != nil {
		u.User = url.User(embedded.Role)
	}
	return u.String(), nil
}

// create makes a database anew.
func (p *postgres) create(ctx context.Context, database string) error {
	return p.with(ctx, p.admin, func(c *pgx.Conn) error {
		name, owner := pgx.Identifier{database}.Sanitize(), ""
		if p.private != nil {
			owner = " OWNER " + embedded.Role
		}
		_, err := c.Exec(ctx, `DROP DATABASE IF EXISTS `+name+` WITH (FORCE)`)
		if err == nil {
			_, err = c.Exec(ctx, `CREATE DATABASE `+name+owner)
		}
		return err
	})
}

// register is a database with a government in it.
type registerDB struct {
	national *national.National
	dsn      string
	store    *store.Store
	pool     *pgxpool.Pool // for what only a measurement may do
}

func (r *registerDB) close() {
	r.pool.Close()
	r.store.Close()
}

var errNotLoaded = errors.New("not loaded")

// open connects to a database that is there; errNotLoaded says that it is not, or does not hold this government whole.
func (p *postgres) open(ctx context.Context, database string, n *national.National, documents int) (*registerDB, error) {
	var there bool
	err := p.with(ctx, p.admin, func(c *pgx.Conn) error {
		return c.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, database).Scan(&there)
	})
	if err != nil || !there {
		return nil, errors.Join(err, errNotLoaded)
	}
	r, err := p.connect(ctx, database, n)
	if err != nil {
		return nil, err
	}
	var assets, deployments, sboms int
	err = r.pool.QueryRow(ctx, `SELECT (SELECT count(*) FROM assets), (SELECT count(*) FROM deployments), (SELECT count(*) FROM sboms)`).Scan(&assets, &deployments, &sboms)
	if err != nil || assets != n.Size.Assets || deployments != n.Size.Deployments || sboms < documents {
		r.close()
		return nil, errors.Join(err, errNotLoaded)
	}
	return r, nil
}

// connect opens and migrates a database.
func (p *postgres) connect(ctx context.Context, database string, n *national.National) (*registerDB, error) {
	dsn, err := p.dsn(database)
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if _, err := st.Migrate(ctx); err != nil {
		st.Close()
		return nil, err
	}
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		st.Close()
		return nil, err
	}
	return &registerDB{national: n, dsn: dsn, store: st, pool: pool}, nil
}

// found makes a database anew with everything of the government but its documents.
func (p *postgres) found(ctx context.Context, database string, n *national.National) (*registerDB, error) {
	if err := p.create(ctx, database); err != nil {
		return nil, err
	}
	r, err := p.connect(ctx, database, n)
	if err != nil {
		return nil, err
	}
	if err := r.load(ctx); err != nil {
		r.close()
		return nil, fmt.Errorf("filling the register: %w", err)
	}
	return r, nil
}
