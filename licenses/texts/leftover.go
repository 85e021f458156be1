package texts

import (
	"crypto/sha256"
	"strings"
	"sync"
	"unicode"

	"github.com/ospo-register/ospo/licenses"
)

// exact finds the listed licence whose words the text has, all of them and no others.
func exact(text string) (id string, ok bool) {
	hash, ok := hashOf(text)
	if !ok {
		return "", false
	}
	id, ok = theHashes()[hash]
	return id, ok
}

// theHashes knows every listed text by the hash of its words. Of several identifiers with the same text the shortest stands: of the GNU licences the
// one that ends in "-only", of the SIL Open Font License the one that says nothing of reserved names.
var theHashes = sync.OnceValue(func() map[[sha256.Size]byte]string {
	hashes := map[[sha256.Size]byte]string{}
	frames := map[int][]byte{}
	for _, license := range licenses.All() {
		at, ok := index()[strings.ToLower(license.ID)]
		if !ok || license.Deprecated && license.Successor != "" {
			continue
		}
		if frames[at.frame] == nil {
			frames[at.frame], _ = unpackFrame(at)
		}
		if at.end > len(frames[at.frame]) {
			continue
		}
		hash, ok := hashOf(string(frames[at.frame][at.start:at.end]))
		if before, taken := hashes[hash]; ok && (!taken || shorter(license.ID, before)) {
			hashes[hash] = license.ID
		}
	}
	return hashes
})

func shorter(id, than string) bool {
	return len(id) < len(than) || len(id) == len(than) && id < than
}

// hashOf is the hash of the words of a text without its copyright lines; false when there are none.
func hashOf(text string) (hash [sha256.Size]byte, ok bool) {
	sum := sha256.New()
	words := appendWords(nil, text, 0, len(text))
	for _, w := range words {
		sum.Write([]byte(w.text))
		sum.Write([]byte{0})
	}
	sum.Sum(hash[:0])
	return hash, len(words) > 0
}

func between(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// isCopyright reports whether a line says who holds the rights, and nothing of what one may do.
func isCopyright(line string) bool {
	line = strings.ToLower(strings.TrimLeftFunc(line, func(r rune) bool { return r != '(' && r != '©' && between(r) }))
	for _, begin := range []string{"copyright", "(c) ", "©", "portions copyright", "all rights reserved"} {
		if strings.HasPrefix(line, begin) {
			return len(line) < 300 && !condition(line)
		}
	}
	return false
}

// maxLeftover is how many words besides copyright lines may be left over in a certain text: a title, a name, an address.
const maxLeftover = 25

// word is one word of a text in lower case and where it stands.
type word struct {
	text       string
	start, end int
}

// leftover are the words outside the parts and outside copyright lines.
func leftover(text string, parts []Part) []word {
	var out []word
	at := 0
	for _, part := range parts {
		out = appendWords(out, text, at, part.Start)
		at = part.End
	}
	return appendWords(out, text, at, len(text))
}

// appendWords adds the words of text[start:end] but for those of copyright lines.
func appendWords(out []word, text string, start, end int) []word {
	for line := range strings.Lines(text[start:end]) {
		if !isCopyright(line) {
			at := 0
			for at < len(line) {
				from := strings.IndexFunc(line[at:], func(r rune) bool { return !between(r) })
				if from < 0 {
					break
				}
				from += at
				to := len(line)
				if n := strings.IndexFunc(line[from:], between); n >= 0 {
					to = from + n
				}
				out = append(out, word{strings.ToLower(line[from:to]), start + from, start + to})
				at = to
			}
		}
		start += len(line)
	}
	return out
}

// harmless reports whether what is left over is too little to change what the parts mean.
func harmless(left []word) bool {
	for _, w := range left {
		if conditions[w.text] {
			return false
		}
	}
	return len(left) <= maxLeftover
}

// condition reports whether a line has a word by which licences condition, except, forbid or offer a choice.
func condition(line string) bool {
	for word := range strings.FieldsFuncSeq(line, between) {
		if conditions[strings.ToLower(word)] {
			return true
		}
	}
	return false
}

// conditions are such words in the languages in which most licences for software are written.
var conditions = set("not no nor never must shall should may might can cannot only except exception exceptions exempt unless without provided condition conditions " +
	"prohibit prohibited forbidden forbid restrict restricted restriction restrictions limited limit exclude excluded excluding require required requires " +
	"commercial noncommercial military nuclear weapons evil academic educational research personal internal evaluation trial fee fees royalty pay payment " +
	"permission permissions permitted permit grant granted patent patents trademark warranty additional addition supplement supplemental amended modified " +
	"or either dual choice choose option optionally alternatively alternative instead whichever later version versions " +
	"excepted excludes prohibits forbids restricts solely merely until expires consent purchase subscription denied government army " +
	"nicht nur kein keine muss müssen darf dürfen verboten untersagt oder wahlweise außer ausgenommen lediglich ausschließlich sofern kommerziell kommerzielle gewerblich gewerbliche " +
	"pas ne seulement interdit interdite sauf ou doit doivent peut uniquement exclusivement commerciale commerciales hors " +
	"niet alleen geen verboden moet mag tenzij of uitsluitend behalve mits commercieel commerciële no solo sólo solamente únicamente salvo excepto prohibido prohibida comerciales debe puede o " +
	"oppure vietato vietata deve può tranne soltanto eccetto esclusivamente commerciali somente apenas exceto não proibido comercial")

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, word := range strings.Fields(words) {
		out[word] = true
	}
	return out
}
