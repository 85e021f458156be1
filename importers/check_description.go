package importers

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"path"
	"path/filepath"

	"github.com/ospo-register/ospo/importers/codejson"
	"github.com/ospo-register/ospo/importers/codemeta"
	"github.com/ospo-register/ospo/importers/publiccode"
	"github.com/ospo-register/ospo/models"
)

// mostListed bounds the code.json of a whole agency, in bytes; the largest known has 5 MB.
const mostListed = 32 << 20

// describes says which description of software a document is, by the name of its file, else by the keys that only such a file has; "" for none.
func describes(name string, head []byte) models.DescriptionFormat {
	if len(head) == 0 {
		return ""
	}
	switch path.Base(filepath.ToSlash(name)) {
	case "publiccode.yml", "publiccode.yaml":
		return models.PublicCode
	case "code.json":
		return models.CodeJSON
	case "codemeta.json":
		return models.CodeMeta
	}
	has := func(keys ...string) bool {
		for _, k := range keys {
			if !bytes.Contains(head, []byte(`"`+k+`"`)) {
				return false
			}
		}
		return true
	}
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	switch json := len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '['); {
	case json && (has("spdxVersion") || has("bomFormat") || has("creationInfo")):
		return ""
	case json && has("@context") && (has("SoftwareSourceCode") || has("SoftwareApplication")):
		return models.CodeMeta
	case json && (has("permissions", "usageType") || has("releases", "measurementType") || has("releases", "agency") || has("projects", "agency") || has("projects", "agencyAcronym")):
		return models.CodeJSON
	case publiccode.Is(head):
		return models.PublicCode
	}
	return ""
}

// CheckDescription is Check for what is sent as a description of software: what is none by its keys is told what it lacks to be a publiccode.yml.
func CheckDescription(r io.Reader) CheckResult {
	result := CheckResult{Kind: Unknown, Verdict: models.Refused}
	digest := sha256.New()
	body := bufio.NewReaderSize(io.TeeReader(r, digest), headBytes)
	head, _ := body.Peek(headBytes) // what cannot be read shows when it is
	if result.DescriptionFormat = describes("", head); result.DescriptionFormat == "" {
		result.DescriptionFormat = models.PublicCode
	}
	result.describe(body, nil)
	if _, drained := io.Copy(io.Discard, body); drained == nil {
		result.SHA256 = hex.EncodeToString(digest.Sum(nil))
	}
	return result
}

// describe reads a description of the format that it was recognised as.
func (c *CheckResult) describe(body io.Reader, tree fs.FS) {
	most := int64(publiccode.MaxBytes)
	if c.DescriptionFormat != models.PublicCode {
		most = mostListed
	}
	content, err := io.ReadAll(io.LimitReader(body, most+1))
	if err == nil && int64(len(content)) > most && c.DescriptionFormat != models.PublicCode {
		err = models.Refuse(models.TooLarge, "description-too-large", "A code.json or codemeta.json of more than 32 MB is not read.")
	}
	if err != nil {
		c.refuse(err)
		return
	}
	c.Kind, c.Text = Description, publiccode.Text(content)
	switch {
	case c.DescriptionFormat == models.CodeJSON:
		c.list(codejson.Read(content))
	case c.DescriptionFormat == models.CodeMeta:
		c.Description, c.Remarks = codemeta.Read(content)
	case tree != nil:
		c.Description, c.Remarks = publiccode.ReadIn(content, tree)
	default:
		c.Description, c.Remarks = publiccode.Read(content)
	}
	if c.Description != nil {
		c.Descriptions = 1
		if c.Version == "" {
			c.Version = c.Description.FormatVersion
		}
	}
	if models.Valid(c.Remarks) {
		c.Verdict = models.Accepted
	}
}

// list takes what a code.json says of one piece of software, or of all that an agency lists.
func (c *CheckResult) list(file *codejson.File, remarks []models.Remark) {
	c.Remarks = remarks
	if file == nil {
		return
	}
	c.Version = file.Version
	if file.Kind == codejson.Repository && len(file.Descriptions) == 1 {
		c.Description = &file.Descriptions[0]
		return
	}
	c.Descriptions = len(file.Descriptions)
}
