package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// table is a table of the page.
type table struct {
	title string
	note  string
	head  []string
	rows  [][]string
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", t.title)
	if t.note != "" {
		fmt.Fprintf(&b, "%s\n\n", t.note)
	}
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(t.head)
	rule := make([]string, len(t.head))
	for i := range rule {
		rule[i] = "---"
	}
	line(rule)
	for _, r := range t.rows {
		line(r)
	}
	return b.String()
}

// goalsTable is what was asked for and what was found.
func (b *bench) goalsTable() table {
	t := table{title: "Goals", head: []string{"measure", "against", "must", "goal", "measured (least to most)", "", "how"}}
	for _, g := range b.goals {
		shown, verdict, note := "not measured in this run", "–", ""
		if f := g.measured; f != nil {
			shown, note = f.show(g.unit), f.note
			switch {
			case g.wish.kept(f.value):
				verdict = "goal met"
			case g.must.kept(f.value):
				verdict = "must met"
			default:
				verdict = "**missed**"
			}
		}
		t.row(g.what, g.against, g.must.show(g.unit), g.wish.show(g.unit), shown, verdict, note)
	}
	return t
}

func (b *bench) report() error {
	g := b.goalsTable()
	fmt.Fprintln(b.out, g.markdown())
	if b.opts.Out == "" {
		return nil
	}
	if len(b.opts.Only) > 0 {
		return b.renew()
	}
	var page strings.Builder
	fmt.Fprintf(&page, "# Performance\n\nWritten by `go run ./bench run --out docs/performance.md` on %s; do not edit it by hand. Sizes: %s.\n\n", b.begun.UTC().Format("2 January 2006"), sizesOf(b))
	fmt.Fprintf(&page, "Machine: %s. Postgres %s, settings as the register's private server has them. Load average of the machine: %s when the run began, %s when it ended; the run itself makes two to three. "+
		"What is above that is other work, which spoils times and p99 before it spoils ratios and CPU.\n\n", machine(), b.server.version, b.busy, loadAverage())
	page.WriteString(g.markdown())
	page.WriteString("\n" + explained + "\n## Figures behind the goals\n\n")
	for i := range b.tables {
		page.WriteString(b.tables[i].markdown() + "\n")
	}
	if len(b.notes) > 0 {
		page.WriteString("## Notes of this run\n\n")
		for _, n := range b.notes {
			page.WriteString("- " + n + "\n")
		}
	}
	return os.WriteFile(b.opts.Out, []byte(page.String()), 0o644)
}

// renew puts the tables of this run in the place of those of an earlier one on its page, and leaves everything else as it is.
func (b *bench) renew() error {
	old, err := os.ReadFile(b.opts.Out)
	if err != nil {
		return fmt.Errorf("a run of only some measures renews a page that is there: %w", err)
	}
	page := string(old)
	for i := range b.tables {
		before, rest, found := strings.Cut(page, "### "+b.tables[i].title+"\n")
		if !found { // it is new
			before, rest, found = strings.Cut(page, "## Notes of this run")
			if !found {
				return fmt.Errorf("%s has no table “%s” to renew", b.opts.Out, b.tables[i].title)
			}
			page = before + b.tables[i].markdown() + "\n## Notes of this run" + rest
			continue
		}
		end := strings.Index(rest, "\n##")
		if end < 0 {
			end = len(rest)
		}
		page = before + b.tables[i].markdown() + rest[end:]
	}
	return os.WriteFile(b.opts.Out, []byte(page), 0o644)
}

func sizesOf(b *bench) string {
	var names []string
	for _, s := range b.sizes {
		names = append(names, fmt.Sprintf("%s (%d agencies, %d pieces of software, %d deployments, %d documents)", s.Name, s.Agencies, s.Assets, s.Deployments, s.Documents))
	}
	return strings.Join(names, ", ")
}

// machine names what was measured on.
func machine() string {
	model := "unknown processor"
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(b)) {
			if rest, ok := strings.CutPrefix(line, "model name"); ok {
				model = strings.Trim(rest, "\t\n :")
				break
			}
		}
	}
	memory := ""
	if b, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kib uint64
		if _, err := fmt.Sscanf(string(b), "MemTotal: %d kB", &kib); err == nil {
			memory = fmt.Sprintf(", %.0f GiB of memory", float64(kib)/(1<<20))
		}
	}
	return fmt.Sprintf("%d cores of %s%s, %s %s, %s", runtime.NumCPU(), model, memory, runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// loadAverage is how many wanted to run on the machine in the last minute.
func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(b), " ")
	return first
}

// explained says what the words of the table mean and where the limits come from.
const explained = `
## How to read this

- **Pairs.** A baseline is measured in the same run, in turn with what it is compared to (A B A B …), at least five times. The value is the median of the rounds' ratios;
  in brackets the least and the most. Compare runs by these ratios, never by bare times.
- **CPU** is user and system time of the program's process and of all processes of the Postgres server, read from the kernel's accounts; what Postgres does in the background meanwhile counts too.
  Other work on the machine makes wall time worse; CPU time much less so.
- **The program** that ingests is a process in which nothing but the register runs; documents come to it through pipes, and go through the same journey as an upload. It checks, keeps the
  original, interns components and licences, writes rollups and the event, in one durable transaction a document. “Warm” is the second half of the documents.
- **The floor** of ingest is what the bytes cost by themselves: copying and hashing them, finding every string, hashing each component, compressing the original, and Postgres keeping 72 bytes
  a package. It was 3.25 µs on the machine on which the goals were set, and is measured anew in each run.
- **Over HTTP** means cmd/ospo as it is shipped, in a process of its own, on the loopback interface, asked by keep-alive connections of a lean client that takes part in the same cores. The bare
  handlers run in a process of their own as well.
- **The government is invented.** Package names follow a Zipf law (1.05 over 60,000 names, 1.6 over 24 versions), documents hold 50 to 5,000 packages, log-uniform. A quarter of the
  software is built or open; nine tenths of that have a document. Real documents repeat one another more within an agency, and say more of each package.
`
