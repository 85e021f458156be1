package register_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// Whoever takes the job the moment it is there must find the delivery free, or it is read by nobody until it is looked for again.
func TestADeliveryIsFreeWhenItsJobIsInTheQueue(t *testing.T) {
	dsn := testkit.OwnDSN(t)
	s, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	f := &fixture{t: t, s: s, r: register.New(s)}
	f.health = f.agency("health", nil)
	release := f.release(f.asset("Desk", f.health, models.VisiblePublic), "1.0")
	handed := f.deliver(system, register.Handover{Door: models.DoorAPI, Target: models.Target{ReleaseID: release.ID}, Async: register.Always}, document)
	f.must2(f.s.BeginReading(ctx, handed.Delivery.ID, time.Now())) // and the program was killed
	db, err := pgx.Connect(ctx, dsn)
	f.must(err)
	defer func() { f.must(db.Close(ctx)) }()
	_, err = db.Exec(ctx, `DELETE FROM river_job`)
	f.must(err)
	_, err = db.Exec(ctx, `CREATE FUNCTION must_be_free() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		IF EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) THEN
			RAISE EXCEPTION 'the delivery is held while its job is queued'; END IF; RETURN NEW; END $$;
		CREATE TRIGGER must_be_free BEFORE INSERT ON river_job FOR EACH ROW EXECUTE FUNCTION must_be_free()`)
	f.must(err)
	if n, err := f.r.At(time.Now().Add(time.Hour)).ResumeDeliveries(ctx); err != nil || n != 1 {
		t.Errorf("%d are taken up, %v", n, err)
	}
}
