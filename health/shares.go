package health

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// absenceFactor is the fewest people who made at least half of the commits (CHAOSS, Contributor Absence Factor). Merges and programs are left out: neither
// would be missed if a person left.
func (h *history) absenceFactor(m *models.Measurement) {
	h.windowed(m, "people")
	if m.Why = h.unread(); m.Why != "" {
		return
	}
	made := map[string]int{}
	total := 0
	for _, c := range h.counted(m) {
		made[c.Author]++
		total++
	}
	if total == 0 {
		m.Why = "Nobody committed anything since " + date(h.since) + "."
		return
	}
	n := half(made, total)
	m.Input = fmt.Sprintf("%s of %s since %s, without merges and programs.", count(total, "commit"), people(len(made)), date(h.since))
	set(m, float64(n))
}

// elephantFactor is the fewest organisations whose people made at least half of the commits (CHAOSS, Elephant Factor). An organisation is a mail domain; an address
// of a public mail service belongs to none.
func (h *history) elephantFactor(m *models.Measurement) {
	h.windowed(m, "organisations")
	if m.Why = h.unread(); m.Why != "" {
		return
	}
	made := map[string]int{}
	total, known := 0, 0
	for _, c := range h.counted(m) {
		total++
		if c.Domain != "" && !publicMail(c.Domain) {
			made[c.Domain]++
			known++
		}
	}
	m.Input = fmt.Sprintf("%s since %s, without merges and programs; %s from addresses of %s, the others from public mail services or without an address.",
		sentence(count(total, "commit")), date(h.since), number(known), count(len(made), "organisation"))
	switch {
	case total == 0:
		m.Why = "Nobody committed anything since " + date(h.since) + "."
	case known*2 < total:
		m.Why = "Most commits are from addresses of public mail services or without an address, which tell no organisation."
	default:
		set(m, float64(half(made, known)))
	}
}

// counted are the commits of the window that people wrote. Shares can be told from a shorter window than the usual one, which is then said.
func (h *history) counted(m *models.Measurement) []Commit {
	if h.short() {
		m.WindowDays = days(h.Now.Sub(h.oldest))
	}
	return slices.DeleteFunc(slices.Clone(h.within), func(c Commit) bool { return c.Merge || c.Bot })
}

// half is the fewest whose shares make at least half.
func half(made map[string]int, total int) int {
	var shares []int
	for _, n := range made {
		shares = append(shares, n)
	}
	slices.Sort(shares)
	slices.Reverse(shares)
	sum := 0
	for i, n := range shares {
		if sum += n; sum*2 >= total {
			return i + 1
		}
	}
	return len(shares)
}

// publicMail reports whether a domain gives addresses to everybody, or hides them.
func publicMail(domain string) bool {
	return strings.Contains(domain, "noreply") || slices.Contains(mailServices, domain) || slices.ContainsFunc(mailFamilies, func(f string) bool { return strings.HasPrefix(domain, f) })
}

// mailFamilies begin the domains of services that have one for each country.
var mailFamilies = []string{"yahoo.", "hotmail.", "outlook.", "live.", "gmx.", "ymail."}

var mailServices = []string{"gmail.com", "googlemail.com", "icloud.com", "me.com", "mac.com", "msn.com", "aol.com", "proton.me", "protonmail.com", "protonmail.ch", "pm.me", "tutanota.com",
	"tutanota.de", "tuta.io", "mail.com", "mail.ru", "yandex.ru", "yandex.com", "qq.com", "163.com", "126.com", "foxmail.com", "web.de", "t-online.de", "freenet.de", "posteo.de", "posteo.net", "mailbox.org",
	"fastmail.com", "fastmail.fm", "free.fr", "orange.fr", "laposte.net", "libero.it", "virgilio.it", "ziggo.nl", "xs4all.nl", "kpnmail.nl", "home.nl", "seznam.cz", "wp.pl", "o2.pl", "riseup.net",
	"disroot.org", "zoho.com", "hey.com", "localhost.localdomain", "example.com"}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return number(n) + " people"
}
