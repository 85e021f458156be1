package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
)

func TestADocumentsPageSaysWhatItIsWhatItHoldsAndHowItWasRead(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	path := "/sboms/" + number(g.Current.ID)
	s.get(path).want(t, 200, "SBOM of <bdi>Case Desk 4.2.1</bdi>", "Current", "SPDX JSON 2.3", "example-builder-1.0", "Ministry of Health", hex.EncodeToString(g.Current.SHA256), "10 packages", "case-desk.spdx.json",
		"3 packages</a> no licence is known", path+"/packages?class=unknown", "<svg class=\"chart-bar\"", "MIT", "Download the original").without(t, "Withdraw this document", "from sample")
	s.as(g.Registrar.ID).get(path).want(t, 200, "Withdraw this document")
	s.as(g.Buyer.ID).get(path).want(t, 200).without(t, "Withdraw this document")
}

func TestFindingsAreGroupedByRuleWithWhatWasDoneAndTheCure(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	body := strings.Replace(string(sample.Document()), `"packages": [`, `"packages": [{"SPDXID":"SPDXRef-lodash","name":"twice","versionInfo":"1"},{"SPDXID":"SPDXRef-express","name":"again","versionInfo":"1"},`, 1)
	d := sample.SBOM(t, s.store, sample.Release(t, s.store, g.CaseDesk.ID, "5").ID, []byte(body))
	path := "/sboms/" + number(d.ID)
	s.get(path).want(t, 200, "The document could be read in part.", "Several elements have the same SPDXID", "Give every element an SPDXID of its own.", "2 places", `href="/rules#duplicate-spdxid"`)
	s.get(path+"/findings").want(t, 200, "Several elements have the same SPDXID")
	s.get(path+"/findings?rule=duplicate-spdxid").want(t, 200, "Places 1–2 of 2", "/packages/")
	s.get(path+"/findings?rule=no-such-rule").want(t, 404)
	s.get("/rules").want(t, 200, `id="duplicate-spdxid"`, "Give every element an SPDXID of its own.", "ospo check FILE")
}

func TestTheOriginalComesBackByteForByteAndIsNeverShownAsAPage(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	a := s.get("/sboms/"+number(g.Current.ID)+"/original").want(t, 200)
	sum := sha256.Sum256([]byte(a.Body))
	if hex.EncodeToString(sum[:]) != hex.EncodeToString(g.Current.SHA256) {
		t.Error("the original is not what was delivered")
	}
	for header, want := range map[string]string{"Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename=case-desk.spdx.json", "X-Content-Type-Options": "nosniff"} {
		if got := a.Header.Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
	hidden := sample.SBOM(t, s.store, sample.Release(t, s.store, g.Secret.ID, "1").ID, nil)
	for _, part := range []string{"", "/original", "/packages", "/packages/1", "/findings", "/history", "/withdraw"} {
		s.get("/sboms/"+number(hidden.ID)+part).want(t, 404)
		s.as(g.Registrar.ID).get("/sboms/"+number(hidden.ID)+part).want(t, 404)
	}
}

func TestPackagesAreFoundByNameAndLicence(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	path := "/sboms/" + number(g.Current.ID) + "/packages"
	s.get(path).want(t, 200, "10 packages, in the order of the document", "left-pad", "pkg:npm/express@4.18.2")
	s.get(path+"?q=PAD").want(t, 200, "1 package, in the order", "left-pad").without(t, "express")
	s.get(path+"?class=strong-copyleft").want(t, 200, "ghostview").without(t, "left-pad")
	s.get(path+"?q=nothing").want(t, 200, "No package matches.", "Show all packages")
	s.get(path+"?expression=zzz").want(t, 400, misunderstood, "zzz")
}

func TestAPackagesPageSaysWhyItIsThere(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	path := "/sboms/" + number(g.Current.ID) + "/packages/"
	s.get(path+"3").want(t, 200, "<h1>Why <bdi>openssl 3.0.2</bdi> is in <bdi>Case Desk 4.2.1</bdi></h1>", "It is a transitive dependency: it came along with others, 2 steps from the product.", "depends on it directly", "transitive, 2 steps", `<svg class="path"`, `role="img"`,
		"The product: <a", "libintake 2.0.0</bdi></a> <span class=\"quiet\">depends on it", "pdf-stamp 0.9.4")
	s.get(path+"0").want(t, 200, "It is the product itself.", "it depends on").without(t, "<svg class=\"path\"")
	s.get(path+"1").want(t, 200, "It is a direct dependency: the product itself names it.")
	for _, nowhere := range []string{"10", "-1", "x", "99999999999"} {
		s.get(path+nowhere).want(t, 404)
	}
}

func TestTheGraphPageSaysDirectAndTransitiveInItsWordsPictureAndTable(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	s.get("/sboms/"+number(g.Current.ID)+"/graph").want(t, 200, "direct dependencies, ", "are transitive ones, up to 2 steps from the product", ">Direct<", "Transitive, 2 steps",
		`<td data-label="Where it stands">direct dependency</td><td data-label="Distance">direct, 1 step</td>`, `<td data-label="Where it stands">transitive dependency, 2 steps</td><td data-label="Distance">transitive, 2 steps</td>`).
		without(t, "steps below", "steps away", "step below")
}

func TestASupersededDocumentLeadsToTheOneThatReplacedItAndStaysReadable(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	s.get("/sboms/"+number(g.Old.ID)).want(t, 200, "Superseded", "A newer document has taken its place.", `href="/sboms/`+number(g.Current.ID)+`"`)
	s.get("/sboms/"+number(g.Old.ID)+"/packages/3").want(t, 200, "openssl", "Superseded")
}

func TestADocumentIsWithdrawnWithAReasonThatTheHistoryKeeps(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	path := "/sboms/" + number(g.Current.ID)
	s.get(path+"/withdraw").want(t, 401, "Sign in")
	s.post(path+"/withdraw", "reason", "It is wrong.").want(t, 401)
	s.as(g.Buyer.ID).get(path+"/withdraw").want(t, 403, "Ask a registrar of the agency")
	s.as(g.Buyer.ID).post(path+"/withdraw", "reason", "It is wrong.").want(t, 403)
	registrar := s.as(g.Registrar.ID)
	registrar.get(path+"/withdraw").want(t, 200, "Why is it withdrawn?", "It stays readable")
	registrar.post(path+"/withdraw", "reason", "  ").want(t, 400, "There is a problem", "One sentence that will make sense to an auditor.")
	if a := registrar.post(path+"/withdraw", "reason", "Made for another build."); a.Status != 303 || a.Location != path {
		t.Errorf("withdrawing answers %d and leads to %q", a.Status, a.Location)
	}
	registrar.get(path).want(t, 200, "This document was withdrawn.", "The document is withdrawn.")
	registrar.get(path+"/history").want(t, 200, "Made for another build.", "Rosa Registrar")
	s.get(path+"/history").want(t, 200, "withdrew an SBOM document").without(t, "Rosa Registrar", "Made for another build.")
	registrar.get(path+"/withdraw").want(t, 409, "withdrawn already")
}
