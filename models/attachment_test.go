package models_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

func TestAFileIsKeptUnderTheMediaTypeThatItsBytesBear(t *testing.T) {
	const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	for _, tc := range []struct {
		name, claimed, filename, head, want, code string
	}{
		{"a PDF under its own type", "application/pdf", "need.pdf", "%PDF-1.7\n", "application/pdf", ""},
		{"a PDF that curl sends as a form", "application/x-www-form-urlencoded", "need.pdf", "%PDF-1.7\n", "application/pdf", ""},
		{"a PDF of which nothing is said", "", "", "%PDF-1.7\n", "application/pdf", ""},
		{"a page that says to be a PDF", "application/pdf", "need.pdf", "<!DOCTYPE html><script>", "", "media-differs"},
		{"a page that says to be text", "text/plain", "need.txt", " \n<HTML>", "", "media-differs"},
		{"a page that says to be a picture by its name", "", "need.png", "<html>", "", "media-differs"},
		{"a page as such", "text/html; charset=utf-8", "need.html", "<!doctype html>", "text/html", ""},
		{"a page that begins with a comment", "text/html", "need.html", "<!-- saved --><html>", "text/html", ""},
		{"a drawing that says to be XML", "text/xml", "x.xml", "<?xml version='1.0'?><svg xmlns='x'>", "application/xml", ""},
		{"a drawing that says to be a picture of another kind", "image/png", "x.png", "<svg>", "", "media-differs"},
		{"a document of an office program", docx, "a.docx", "PK\x03\x04..", docx, ""},
		{"a document of an office program by its name", "application/octet-stream", "a.DOCX", "PK\x03\x04..", docx, ""},
		{"a text that says to be a document of an office program", docx, "a.docx", "hello", "", "media-differs"},
		{"an old document of an office program", "application/msword", "a.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword", ""},
		{"an archive that says to be a picture", "image/jpeg", "a.jpg", "PK\x03\x04", "", "media-differs"},
		{"a table", "text/csv", "a.csv", "a;b\n1;2\n", "text/csv", ""},
		{"a table with letters of an old encoding", "text/csv", "a.csv", "Gr\xf6\xdfe;b\n", "text/csv", ""},
		{"JSON", "", "a.json", `{"a":1}`, "application/json", ""},
		{"text in UTF-16", "text/plain", "a.txt", "\xff\xfeh\x00i\x00", "text/plain", ""},
		{"a signature", "", "a.p7s", "\x30\x82\x01\x00\x00", "application/pkcs7-signature", ""},
		{"bytes that nobody knows", "", "a.dat", "\x00\x01\x02", "application/octet-stream", ""},
		{"bytes that are no picture", "image/png", "a.png", "\x00\x01\x02", "", "media-differs"},
		{"a program", "application/pdf", "need.pdf", "MZ\x90\x00\x03", "", "program"},
		{"a program of another system", "", "tool", "\x7fELF\x02\x01\x01\x00", "", "program"},
		{"a text that begins like a program", "text/plain", "a.txt", "MZ is short for ministry\n", "text/plain", ""},
		{"an empty name", "text/plain", "", "hello", "text/plain", ""},
	} {
		got, err := models.AgreedMedia(tc.claimed, tc.filename, []byte(tc.head))
		if tc.code != "" {
			if !models.HasCode(err, tc.code) {
				t.Errorf("%s: got %q, %v, want the refusal %s", tc.name, got, err, tc.code)
			}
			continue
		}
		if err != nil || got != tc.want {
			t.Errorf("%s: got %q, %v, want %q", tc.name, got, err, tc.want)
		}
	}
}

func TestWhatABrowserMightRunIsHandedOutAsBytes(t *testing.T) {
	for media, want := range map[string]string{"text/html": "application/octet-stream", "image/svg+xml": "application/octet-stream", "application/xml": "application/octet-stream", "application/javascript": "application/octet-stream",
		"application/pdf": "application/pdf", "text/csv": "text/csv"} {
		if got := (&models.Attachment{Media: media}).Shown(); got != want {
			t.Errorf("%s is shown as %s, want %s", media, got, want)
		}
	}
}

func TestEveryMistakeInAnAttachmentIsReportedAtOnce(t *testing.T) {
	one := int64(1)
	for _, tc := range []struct {
		name string
		a    models.Attachment
		want []string
	}{
		{"an empty one", models.Attachment{}, []string{"title", "filename", "type", "tier"}},
		{"one in odd words", models.Attachment{Title: strings.Repeat("x", 301), Filename: "a", Type: "evaluation report", Tier: "secret", Language: "English", Part: "../x"}, []string{"title", "tier", "type", "language", "part"}},
		{"a redacted form for the agency alone, of what it supersedes", models.Attachment{Title: "a", Filename: "a", Type: "x_tco", Tier: models.VisibleAgency, SupersedesID: &one, RedactsID: &one}, []string{"redactsId", "tier"}},
		{"a good one", models.Attachment{Title: "a", Filename: "a.pdf", Type: "technicalSpecifications", Tier: models.VisiblePublic, Language: "en", Part: "cost/nextcloud"}, nil},
	} {
		if diff := cmp.Diff(tc.want, fields(tc.a.Validate())); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
}
