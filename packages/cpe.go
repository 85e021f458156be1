package packages

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// CPE is the name of a product in the Common Platform Enumeration 2.3. Each attribute is as in a formatted string: lower case, special characters behind a
// backslash, "*" for any and "-" for "does not apply". Source: NIST IR 7695, 6.1 and 6.2.
type CPE struct {
	Part      string // "a" application, "o" operating system, "h" hardware
	Vendor    string
	Product   string
	Version   string
	Update    string
	Edition   string
	Language  string
	SWEdition string
	TargetSW  string
	TargetHW  string
	Other     string
}

// cpeAttributes are the names of the attributes in the order of the formatted string.
var cpeAttributes = []string{"part", "vendor", "product", "version", "update", "edition", "language", "sw_edition", "target_sw", "target_hw", "other"}

var (
	// cpeValue is an attribute of a formatted string: "*", "-", or a text with wildcards at its ends only.
	cpeValue    = regexp.MustCompile(`^(?:[*-]|(?:\?+|\*)?(?:[a-z0-9_.-]|\\[!-/:-@\[-` + "`" + `{-~])+(?:\?+|\*)?)$`)
	cpeLanguage = regexp.MustCompile(`^(?:[*-]|[a-z]{2,3}(?:-(?:[a-z]{2}|[0-9]{3}))?)$`)
)

// ParseCPE checks a CPE name, either a 2.3 formatted string ("cpe:2.3:a:vendor:product:…") or a 2.2 URI ("cpe:/a:vendor:product:…"), and gives its attributes.
func ParseCPE(text string) (CPE, error) {
	text = strings.TrimSpace(text)
	lower := strings.ToLower(text)
	var values []string
	switch {
	case len(text) > MaxPURLLength:
		return CPE{}, fmt.Errorf("the CPE name has %d bytes; at most %d are read", len(text), MaxPURLLength)
	case strings.HasPrefix(lower, "cpe:2.3:"):
		values = splitCPE(lower[len("cpe:2.3:"):])
		if len(values) != len(cpeAttributes) {
			return CPE{}, fmt.Errorf("%q has %d attributes after cpe:2.3; a formatted string has %d, with * for any", clip(text), len(values), len(cpeAttributes))
		}
	case strings.HasPrefix(lower, "cpe:/"):
		var err error
		if values, err = fromCPEURI(lower[len("cpe:/"):]); err != nil {
			return CPE{}, fmt.Errorf("%q is not a CPE 2.2 URI: %w", clip(text), err)
		}
	default:
		return CPE{}, fmt.Errorf("%q is not a CPE name; write cpe:2.3:a:vendor:product:version:*:*:*:*:*:*:*", clip(text))
	}
	for i, value := range values {
		if err := checkCPE(cpeAttributes[i], value); err != nil {
			return CPE{}, fmt.Errorf("%q is not a CPE name: %w", clip(text), err)
		}
	}
	return CPE{
		Part: values[0], Vendor: values[1], Product: values[2], Version: values[3], Update: values[4], Edition: values[5],
		Language: values[6], SWEdition: values[7], TargetSW: values[8], TargetHW: values[9], Other: values[10],
	}, nil
}

func checkCPE(attribute, value string) error {
	switch {
	case value == "":
		return fmt.Errorf("its %s is empty; write * for any", attribute)
	case attribute == "part" && !slices.Contains([]string{"a", "o", "h", "*", "-"}, value):
		return fmt.Errorf("its part is %q; it must be a, o or h", value)
	case attribute == "language" && !cpeLanguage.MatchString(value):
		return fmt.Errorf("its language %q is not a language tag such as en or en-us", value)
	case !cpeValue.MatchString(value):
		return fmt.Errorf(`its %s %q holds a character that needs a backslash in front, or a wildcard in the middle`, attribute, value)
	}
	return nil
}

// splitCPE cuts at colons that have no backslash in front.
func splitCPE(text string) []string {
	var values []string
	start := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case ':':
			values = append(values, text[start:i])
			start = i + 1
		}
	}
	return append(values, text[start:])
}

// fromCPEURI gives the attributes of a 2.2 URI as those of a formatted string. The edition may hold five packed attributes between "~".
func fromCPEURI(text string) ([]string, error) {
	parts := strings.Split(text, ":")
	if len(parts) > 7 {
		return nil, fmt.Errorf("it has %d parts; there are at most 7", len(parts))
	}
	values := make([]string, len(cpeAttributes))
	for i := range values {
		values[i] = "*"
	}
	for i, part := range parts {
		if i == 5 && strings.HasPrefix(part, "~") {
			packed := strings.Split(part[1:], "~")
			if len(packed) != 5 {
				return nil, fmt.Errorf("its edition packs %d attributes; there are 5", len(packed))
			}
			for j, target := range []int{5, 7, 8, 9, 10} {
				value, err := fromCPEURIValue(packed[j])
				if err != nil {
					return nil, err
				}
				values[target] = value
			}
			continue
		}
		value, err := fromCPEURIValue(part)
		if err != nil {
			return nil, err
		}
		values[i] = value
	}
	return values, nil
}

func fromCPEURIValue(value string) (string, error) {
	if value == "" {
		return "*", nil
	}
	if value == "-" {
		return "-", nil
	}
	value = strings.NewReplacer("%01", "\x01", "%02", "\x02").Replace(value)
	decoded, err := url.PathUnescape(value)
	if err != nil {
		return "", fmt.Errorf("%q has a broken percent sign", value)
	}
	var b strings.Builder
	for i := 0; i < len(decoded); i++ {
		switch c := decoded[i]; {
		case c == 1:
			b.WriteByte('?')
		case c == 2:
			b.WriteByte('*')
		case isDigit(c), isASCIILetter(c), c == '_', c == '.', c == '-':
			b.WriteByte(c)
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return strings.ToLower(b.String()), nil
}

// String is the name as a 2.3 formatted string.
func (c CPE) String() string {
	return "cpe:2.3:" + strings.Join([]string{
		c.Part, c.Vendor, c.Product, c.Version, c.Update, c.Edition, c.Language, c.SWEdition, c.TargetSW, c.TargetHW, c.Other,
	}, ":")
}
