package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// metrics counts requests and watches the database's connections and the deliveries, for Prometheus.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics(st *store.Store) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "ospo_http_request_seconds", Help: "Time to answer a request, by route, method and status.",
		Buckets: []float64{.001, .003, .01, .03, .1, .3, 1, 3, 10, 30},
	}, []string{"route", "method", "status"})}
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		gauge("ospo_db_connections_used", "Database connections in use.", func() float64 { return float64(st.Pool().AcquiredConns()) }),
		gauge("ospo_db_connections_open", "Database connections open.", func() float64 { return float64(st.Pool().TotalConns()) }),
		gauge("ospo_db_connections_most", "Database connections allowed.", func() float64 { return float64(st.Pool().MaxConns()) }),
		deliveries{st})
	return m
}

// deliveries reads how many deliveries are under way or were given up, when it is asked. Where the database does not answer
// soon it has nothing to say, and all other figures are there.
type deliveries struct{ store *store.Store }

var deliveryCount = prometheus.NewDesc("ospo_deliveries", "Documents handed in, by state: waiting, reading, or failed (given up in the last 24 hours and not tried again).", []string{"state"}, nil)

// Describe implements prometheus.Collector.
func (deliveries) Describe(to chan<- *prometheus.Desc) { to <- deliveryCount }

// Collect implements prometheus.Collector.
func (d deliveries) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	n, err := d.store.DeliveryCounts(ctx, time.Now().Add(-24*time.Hour))
	if err != nil {
		return
	}
	for state, count := range map[models.DeliveryState]int64{models.DeliveryWaiting: n.Waiting, models.DeliveryReading: n.Reading, models.DeliveryFailed: n.Failed} {
		to <- prometheus.MustNewConstMetric(deliveryCount, prometheus.GaugeValue, float64(count), string(state))
	}
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// loggedPath is the path of a request, but for one whose path is itself a secret.
func loggedPath(c *gin.Context) string {
	if c.Param("token") != "" || c.Param("link") != "" {
		return c.FullPath()
	}
	return secrets.ReplaceAllString(c.Request.URL.Path, "…")
}

// secrets are what must not be read in a log, also where an address is mistyped.
var secrets = regexp.MustCompile(`(` + register.LinkPrefix + `|` + register.TokenPrefix + `)[^/]*`)

var requestID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// watch gives every request an id, catches panics, counts and logs.
func (m *metrics) watch(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		start := time.Now()
		id := c.GetHeader("X-Request-Id")
		if !requestID.MatchString(id) {
			id = rand.Text()
		}
		c.Header("X-Request-Id", id)
		c.Request = c.Request.WithContext(register.WithRequest(c.Request.Context(), id))
		defer func() {
			p := recover()
			brokenOff := p == http.ErrAbortHandler //nolint:errorlint // the value itself is what net/http looks for
			if p != nil && !brokenOff {
				log.Error("panic", "request", id, "route", c.FullPath(), "panic", p, "stack", string(debug.Stack()))
				if !c.Writer.Written() {
					c.Data(http.StatusInternalServerError, "text/plain; charset=utf-8", []byte("Something went wrong on our side. Please tell the operator this number: "+id+"\n"))
				}
				c.Abort()
			}
			route := c.FullPath()
			if route == "" {
				route = "none"
			}
			took, status := time.Since(start), c.Writer.Status()
			m.requests.WithLabelValues(route, c.Request.Method, strconv.Itoa(status)).Observe(took.Seconds())
			level := slog.LevelInfo
			switch {
			case status == http.StatusServiceUnavailable && c.Writer.Header().Get("Retry-After") != "": // busy, which passes
				level = slog.LevelWarn
			case status >= http.StatusInternalServerError:
				level = slog.LevelError
			}
			log.Log(c.Request.Context(), level, "request", "request", id, "method", c.Request.Method, "route", route, "path", loggedPath(c), "status", status, "bytes", c.Writer.Size(), "ms", float64(took.Microseconds())/1000)
			if brokenOff { // so that the connection is, too, and nobody takes a part for the whole
				panic(http.ErrAbortHandler)
			}
		}()
		c.Next()
	}
}
