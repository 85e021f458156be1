package forge

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// guard decides where the client may go. What counts is the address that is dialled, not the name that was asked for: a name may lead
// elsewhere the second time (DNS rebinding), and a redirect is a new request.
type guard struct {
	private  bool
	ports    []int
	resolver *net.Resolver // nil: the system's
}

// never are networks that no public host lives in, by IANA's special-purpose registries (RFC 6890 and its updates). inside are those of
// them that AllowPrivate opens.
var (
	inside = prefixes("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
	never  = prefixes("0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "::/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
		"2002::/16", "3fff::/20", "5f00::/16", "fe80::/10", "fec0::/10", "ff00::/8", "fd00:ec2::/32", "100.100.100.200/32")
)

func prefixes(texts ...string) []netip.Prefix {
	var list []netip.Prefix
	for _, t := range texts {
		list = append(list, netip.MustParsePrefix(t))
	}
	return list
}

// errBlocked is beneath every refusal of the dialler.
var errBlocked = errors.New("this address is not asked")

// permits says why an address must not be dialled; nil when it may.
func (g *guard) permits(addr netip.Addr) error {
	addr = addr.Unmap().WithZone("")
	holds := func(p netip.Prefix) bool { return p.Contains(addr) }
	switch {
	case slices.ContainsFunc(never, holds):
		return fmt.Errorf("%w: %s is no address of a public host", errBlocked, addr)
	case slices.ContainsFunc(inside, holds) && !g.private:
		return fmt.Errorf("%w: %s is inside a private network", errBlocked, addr)
	}
	return nil
}

// checkURL refuses what can be refused before a name is looked up.
func (g *guard) checkURL(u *url.URL) *Problem {
	address := u.Redacted()
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	switch {
	case host == "":
		return blocked(address, "This is not a web address with a host.", "Give a full address that starts with https://.")
	case u.User != nil:
		return blocked(address, "The address has a name or password in it.", "Give it without; a token for a host is a setting of the register.")
	case u.Scheme == "http" && g.private && thisMachine(host):
	case u.Scheme != "https":
		return blocked(address, fmt.Sprintf("Only https is spoken, and this address starts with %s:.", u.Scheme), "Give an address that starts with https://.")
	}
	if port := u.Port(); port != "" && !g.private {
		if n, err := strconv.Atoi(port); err != nil || !slices.Contains(g.ports, n) {
			return blocked(address, fmt.Sprintf("Port %s is not asked.", port), "Serve the code on port 443.")
		}
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		if err := g.permits(addr); err != nil {
			return refused(address, err)
		}
	}
	return nil
}

func thisMachine(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

func refused(address string, err error) *Problem {
	p := blocked(address, "The address leads into a private network or to no public host at all, where the register does not go.",
		"Give an address that everyone on the internet can reach; whoever runs the register may allow addresses of its own network.")
	p.Err = err
	return p
}

// transport dials only what the guard permits, after names were looked up. It knows no proxy: behind one, nobody could tell what is dialled.
func (g *guard) transport() *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			d := net.Dialer{Timeout: 10 * time.Second, Resolver: g.resolver, Control: func(_, address string, _ syscall.RawConn) error {
				to, err := netip.ParseAddrPort(address)
				if err != nil {
					return fmt.Errorf("%w: %w", errBlocked, err)
				}
				return g.permits(to.Addr())
			}}
			return d.DialContext(ctx, network, address)
		},
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    4,
		MaxConnsPerHost:        4,
		IdleConnTimeout:        30 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  2 * time.Minute,
		MaxResponseHeaderBytes: 256 << 10,
	}
}
