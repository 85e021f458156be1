package models

import (
	"bytes"
	"mime"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// MediaHead is how many bytes from the beginning of a file AgreedMedia looks at.
const MediaHead = 4096

const (
	anyMedia     = "application/octet-stream"
	plainMedia   = "text/plain"
	zipMedia     = "application/zip"
	oleMedia     = "application/x-ole-storage"
	programMedia = "application/x-executable"
)

// marks are how files of a kind begin.
var marks = []struct{ mark, media string }{
	{"%PDF-", "application/pdf"}, {"\x89PNG\r\n\x1a\n", "image/png"}, {"\xff\xd8\xff", "image/jpeg"}, {"GIF87a", "image/gif"}, {"GIF89a", "image/gif"}, {"II*\x00", "image/tiff"}, {"MM\x00*", "image/tiff"},
	{"PK\x03\x04", zipMedia}, {"PK\x05\x06", zipMedia}, {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", oleMedia}, {"\x1f\x8b", "application/gzip"}, {"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
	{"\xfd7zXZ\x00", "application/x-xz"}, {"\x28\xb5\x2f\xfd", "application/zstd"}, {`{\rtf`, "application/rtf"},
	{"MZ", programMedia}, {"\x7fELF", programMedia}, {"\xfe\xed\xfa\xce", programMedia}, {"\xfe\xed\xfa\xcf", programMedia}, {"\xce\xfa\xed\xfe", programMedia}, {"\xcf\xfa\xed\xfe", programMedia}, {"\xca\xfe\xba\xbe", programMedia},
}

// endings are the media types of files by how their names end, where a sender says none.
var endings = map[string]string{
	".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".tif": "image/tiff", ".tiff": "image/tiff", ".svg": "image/svg+xml",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".odt": "application/vnd.oasis.opendocument.text", ".ods": "application/vnd.oasis.opendocument.spreadsheet", ".odp": "application/vnd.oasis.opendocument.presentation",
	".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint", ".msg": "application/vnd.ms-outlook", ".rtf": "application/rtf",
	".zip": zipMedia, ".asice": "application/vnd.etsi.asic-e+zip", ".gz": "application/gzip", ".7z": "application/x-7z-compressed", ".xz": "application/x-xz", ".zst": "application/zstd",
	".csv": "text/csv", ".txt": plainMedia, ".md": "text/markdown", ".json": "application/json", ".xml": "application/xml", ".html": "text/html", ".htm": "text/html", ".yaml": "application/yaml", ".yml": "application/yaml",
	".eml": "message/rfc822", ".p7s": "application/pkcs7-signature", ".p7m": "application/pkcs7-mime", ".sig": "application/pgp-signature",
}

// sniffed is the media type that the beginning of a file shows, as coarse as it shows it.
func sniffed(head []byte) string {
	for _, m := range marks {
		if bytes.HasPrefix(head, []byte(m.mark)) && (m.media != programMedia || !isText(head)) {
			return m.media
		}
	}
	if len(head) > 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP" {
		return "image/webp"
	}
	if bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}) {
		return plainMedia // UTF-16 with its mark
	}
	if !isText(head) {
		return anyMedia
	}
	text := strings.ToLower(strings.TrimLeft(strings.TrimPrefix(string(head), "\uFEFF"), " \t\r\n"))
	for _, begin := range []string{"<!doctype html", "<html", "<head", "<body", "<script", "<iframe"} {
		if strings.HasPrefix(text, begin) {
			return "text/html"
		}
	}
	switch {
	case strings.HasPrefix(text, "<svg"), strings.HasPrefix(text, "<?xml") && strings.Contains(text, "<svg"):
		return "image/svg+xml"
	case strings.HasPrefix(text, "<?xml") && strings.Contains(text, "<html"):
		return "text/html"
	case strings.HasPrefix(text, "<?xml"):
		return "application/xml"
	}
	return plainMedia
}

// isText reports whether bytes can be text of an encoding that leaves ASCII as it is.
func isText(head []byte) bool {
	for len(head) > 0 && !utf8.FullRune(head[max(0, len(head)-utf8.UTFMax):]) {
		head = head[:len(head)-1] // a letter that was cut in two
	}
	return !slices.ContainsFunc(head, func(b byte) bool {
		return b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1b
	})
}

// AgreedMedia is the media type that a file is kept under: what its sender says when the bytes do not speak against it, else what the name or the bytes say. head is the first MediaHead
// bytes of the file, or all. Programs are refused, and so is a file that says to be what it is not.
func AgreedMedia(claimed, filename string, head []byte) (string, error) {
	is := sniffed(head)
	if is == programMedia {
		return "", Refuse(Invalid, "program", "“"+filename+"” is a program. Programs are not kept with a decision: attach what documents it, or pack it into an archive.")
	}
	says, _, err := mime.ParseMediaType(claimed)
	if err != nil || slices.Contains([]string{anyMedia, "binary/octet-stream", "application/x-www-form-urlencoded", "application/force-download"}, says) {
		says = endings[strings.ToLower(path.Ext(filename))]
	}
	if says = canonicalMedia(says); says == "" || says == anyMedia {
		return is, nil
	}
	if !agrees(is, says) {
		return "", &Error{Kind: Invalid, Code: "media-differs", Detail: "“" + filename + "” says that it is " + says + ", but its bytes are " + inMedia(is) + ". Send it under its own name and type, or save it anew with the program that it is from.",
			Fields: []FieldError{{Field: "media", Code: "differs", Detail: "The bytes are " + inMedia(is) + "."}}}
	}
	return says, nil
}

func inMedia(media string) string {
	if media == anyMedia {
		return "of no kind that is known by its beginning"
	}
	return media
}

func canonicalMedia(media string) string {
	switch media {
	case "image/jpg", "image/pjpeg":
		return "image/jpeg"
	case "application/x-zip-compressed":
		return zipMedia
	case "text/xml":
		return "application/xml"
	case "text/rtf":
		return "application/rtf"
	case "application/xhtml+xml":
		return "text/html"
	case "application/x-gzip":
		return "application/gzip"
	}
	return media
}

// agrees reports whether a file whose bytes are of one kind may be of the other.
func agrees(is, says string) bool {
	switch {
	case is == says:
		return true
	case is == zipMedia:
		return strings.HasPrefix(says, "application/vnd.openxmlformats-") || strings.HasPrefix(says, "application/vnd.oasis.opendocument.") || strings.HasSuffix(says, "+zip") ||
			strings.Contains(strings.ToLower(says), "macroenabled") || says == "application/java-archive"
	case is == oleMedia:
		return says == "application/msword" || strings.HasPrefix(says, "application/vnd.ms-") || says == "application/vnd.visio"
	case is == "application/gzip":
		return strings.HasSuffix(says, "tar") || says == "application/x-tgz"
	case is == "text/html", is == "image/svg+xml":
		return is == "image/svg+xml" && says == "application/xml"
	case is == "application/xml":
		return strings.HasSuffix(says, "+xml") && says != "image/svg+xml" || says == plainMedia
	case is == plainMedia, is == anyMedia:
		return !marked(says)
	}
	return false
}

// marked reports whether files of a media type have a beginning of their own, so that a file without it is not of that type.
func marked(media string) bool {
	return media == "image/webp" || media == "application/msword" || strings.HasPrefix(media, "application/vnd.openxmlformats-") || strings.HasPrefix(media, "application/vnd.oasis.opendocument.") || strings.HasPrefix(media, "application/vnd.ms-") ||
		slices.ContainsFunc(marks, func(m struct{ mark, media string }) bool { return m.media == media })
}

// Shown is the media type that an attachment is handed out as: what a browser might run is bytes to it.
func (a *Attachment) Shown() string {
	if a.Media == "text/html" || strings.HasSuffix(a.Media, "xml") || strings.Contains(a.Media, "javascript") {
		return anyMedia
	}
	return a.Media
}
