package spdx

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v2"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// readYAML turns YAML into the JSON that says the same and reads that. The library does so too, but refuses a document for a bare
// version (1.10), reads the supplier "A & B" as "A \u0026 B", and takes 15 s and 2 GB for 50,000 packages; see library_test.go.
func readYAML(in *sbom.Input, b *builder) (*models.SBOMDocument, error) {
	data, err := in.All(b.Limits.MarkupBytes, b.Notes)
	if err != nil {
		return nil, err
	}
	root, err := b.decodeYAML(data)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	enc := jsontext.NewEncoder(&out)
	if err := root.write(enc, b.Limits.Depth); err != nil {
		return nil, err
	}
	return readJSON(&out, b, false)
}

// yamlValue is one value of a YAML document. Scalars keep the text in which they were written.
type yamlValue struct {
	members  map[string]yamlValue
	elements []yamlValue
	text     string
	kind     yamlKind
}

type yamlKind uint8

const (
	yamlNull yamlKind = iota
	yamlText
	yamlList
	yamlObject
)

// UnmarshalYAML is called by the decoder, which expands aliases within its own bounds.
func (v *yamlValue) UnmarshalYAML(decode func(any) error) error {
	if decode(&v.elements) == nil {
		v.kind = yamlList
		return nil
	}
	if decode(&v.members) == nil {
		v.kind = yamlObject
		return nil
	}
	v.kind = yamlText
	return decode(&v.text)
}

const yamlRetries = 4

var yamlErrorLine = regexp.MustCompile(`line (\d+)`)

// decodeYAML reads the first document. Where the syntax is broken it tries again with what stands before.
func (b *builder) decodeYAML(data []byte) (yamlValue, error) {
	for retry := 0; ; retry++ {
		root, err := firstYAML(data, b.Notes)
		if err == nil {
			return root, nil
		}
		var refusal *models.Error
		at := yamlErrorLine.FindStringSubmatch(err.Error())
		if errors.As(err, &refusal) || at == nil || retry == yamlRetries {
			return yamlValue{}, sbom.NotAnSBOM(fmt.Sprintf("The file looks like YAML but cannot be read (%v). Correct it, or export the SBOM as SPDX JSON.", err))
		}
		line, _ := strconv.Atoi(at[1])
		before := headLines(data, line-1)
		if len(before) == len(data) || len(bytes.TrimSpace(before)) == 0 {
			return yamlValue{}, sbom.NotAnSBOM(fmt.Sprintf("The file looks like YAML but cannot be read (%v). Correct it, or export the SBOM as SPDX JSON.", err))
		}
		b.Notes.Add("broken-off", linePlace(line).Of(""), "The document cannot be read from line %d on (%v); what came before was kept.", line, err)
		data = before
	}
}

// firstYAML decodes one document, and notes when there are more.
func firstYAML(data []byte, notes *sbom.Findings) (root yamlValue, err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("the decoder failed within: %v", caught)
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&root); err != nil {
		return root, err
	}
	var more yamlValue
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		notes.Add("trailing-data", "", "The file has a second YAML document; it was not read.")
	}
	return root, nil
}

// headLines gives the first so many lines.
func headLines(data []byte, count int) []byte {
	end := 0
	for range count {
		next := bytes.IndexByte(data[end:], '\n')
		if next < 0 {
			return data
		}
		end += next + 1
	}
	return data[:end]
}

func (v *yamlValue) write(enc *jsontext.Encoder, depth int) error {
	if depth == 0 {
		return sbom.TooLarge("sbom-too-deep", "The document nests objects and lists too deeply. No SBOM needs that; export it again.")
	}
	switch v.kind {
	case yamlNull:
		return enc.WriteToken(jsontext.Null)
	case yamlText:
		return enc.WriteToken(jsontext.String(v.text))
	case yamlList:
		return v.writeList(enc, depth)
	}
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	names := make([]string, 0, len(v.members))
	for name := range v.members {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := enc.WriteToken(jsontext.String(name)); err != nil {
			return err
		}
		member := v.members[name]
		if err := member.write(enc, depth-1); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

func (v *yamlValue) writeList(enc *jsontext.Encoder, depth int) error {
	if err := enc.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	for i := range v.elements {
		if err := v.elements[i].write(enc, depth-1); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndArray)
}
