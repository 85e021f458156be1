package packages

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestACPENameIsReadInBothNotations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"a formatted string stays as it is", "cpe:2.3:a:openssl:openssl:3.0.7:*:*:*:*:*:*:*", "cpe:2.3:a:openssl:openssl:3.0.7:*:*:*:*:*:*:*"},
		{"upper case becomes lower case", "CPE:2.3:a:Microsoft:Internet_Explorer:8.0.6001:Beta:*:*:*:*:*:*", "cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*"},
		{"quoted characters are kept", `cpe:2.3:a:\@npmcli\/map-workspaces:x\:y:2.0.4\+deb8u2:*:*:*:*:*:*:*`, `cpe:2.3:a:\@npmcli\/map-workspaces:x\:y:2.0.4\+deb8u2:*:*:*:*:*:*:*`},
		{"wildcards stand at the ends", `cpe:2.3:a:hp:insight_diagnostics:7.4.*:*:*:*:*:win2003:x64:*`, `cpe:2.3:a:hp:insight_diagnostics:7.4.*:*:*:*:*:win2003:x64:*`},
		{"question marks stand at the ends", `cpe:2.3:a:hp:insight:7.4??:*:*:en-us:-:win2003:x64:*`, `cpe:2.3:a:hp:insight:7.4??:*:*:en-us:-:win2003:x64:*`},
		{"a URI is filled up with any", "cpe:/a:microsoft:internet_explorer:8.0.6001:beta", "cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*"},
		{"a URI's wildcards are decoded", "cpe:/a:microsoft:internet_explorer:8.%02:sp%01", "cpe:2.3:a:microsoft:internet_explorer:8.*:sp?:*:*:*:*:*:*"},
		{"a URI's edition is unpacked", "cpe:/a:hp:insight_diagnostics:7.4.0.1570:-:~~online~win2003~x64~", "cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:-:*:*:online:win2003:x64:*"},
		{"a URI's percent signs are decoded", "cpe:/a:foo%5cbar:big%24money_2010", `cpe:2.3:a:foo\\bar:big\$money_2010:*:*:*:*:*:*:*:*`},
		{"a URI has seven parts at most", "cpe:/a:b:c:d:e:f:g:h", ""},
		{"a URI's packed edition has five attributes", "cpe:/a:b:c:d:e:~f", ""},
		{"a formatted string has eleven attributes", "cpe:2.3:a:openssl:openssl", ""},
		{"an attribute is never empty", "cpe:2.3:a::openssl:*:*:*:*:*:*:*:*", ""},
		{"the part is one of three", "cpe:2.3:x:openssl:openssl:*:*:*:*:*:*:*:*", ""},
		{"special characters need a backslash", "cpe:2.3:a:a/b:openssl:*:*:*:*:*:*:*:*", ""},
		{"a language is a language tag", "cpe:2.3:a:a:b:*:*:*:english!:*:*:*:*", ""},
		{"anything else is no CPE name", "openssl", ""},
		{"an endless text is no CPE name", "cpe:2.3:" + strings.Repeat("a", MaxPURLLength), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseCPE(c.text)
			if c.want == "" {
				if err == nil {
					t.Errorf("%q is accepted as %s", c.text, got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestASWHIDIsChecked(t *testing.T) {
	t.Parallel()
	const hash = "94a9ed024d3859793618152ea559a168bbcbb5e2"
	good := "swh:1:cnt:" + hash + ";origin=https://example.org/x.git;visit=swh:1:snp:" + hash + ";path=/a/b;lines=9-15"
	got, err := ParseSWHID(good)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{good, "swh:1:cnt:" + hash, "cnt", hash}, []string{got.String(), got.Core(), got.Object, got.Hash}); diff != "" {
		t.Error(diff)
	}
	for _, object := range []string{"dir", "rev", "rel", "snp"} {
		if _, err := ParseSWHID(" swh:1:" + object + ":" + hash + "\n"); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"", "swh:1:cnt:" + hash[1:], "swh:2:cnt:" + hash, "swh:1:ori:" + hash, "swh:1:cnt:" + strings.ToUpper(hash), "swh:1:cnt:" + hash + ";colour=red", "swh:1:cnt:" + hash + ";origin="} {
		if id, err := ParseSWHID(bad); err == nil || !strings.Contains(err.Error(), "Software Heritage") {
			t.Errorf("%q gives %v, %v", bad, id, err)
		}
	}
}

func FuzzParseCPE(f *testing.F) {
	for _, seed := range []string{"cpe:2.3:a:openssl:openssl:3.0.7:*:*:*:*:*:*:*", "cpe:/a:hp:insight:7:-:~~online~win2003~x64~", `cpe:2.3:a:\@a\/b:c:1\+2:*:*:*:*:*:*:*`, "cpe:/a:b%", "cpe:2.3:"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, err := ParseCPE(text)
		if err != nil {
			return
		}
		again, err := ParseCPE(name.String())
		if err != nil {
			if len(name.String()) > MaxPURLLength {
				return
			}
			t.Fatalf("%q becomes %q, which cannot be read: %v", text, name, err)
		}
		if again != name {
			t.Errorf("%q becomes %q, then %q", text, name, again)
		}
	})
}

func FuzzParseSWHID(f *testing.F) {
	f.Add("swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2;lines=1")
	f.Add("swh:1:")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := ParseSWHID(text)
		if err != nil {
			return
		}
		again, err := ParseSWHID(id.String())
		if err != nil || again.String() != id.String() {
			t.Errorf("%q becomes %q, then %v, %v", text, id, again, err)
		}
	})
}
