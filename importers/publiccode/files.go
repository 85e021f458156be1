package publiccode

import (
	"errors"
	"fmt"
	"image/png"
	"io/fs"
	"path"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// mention is a file of the repository that the description names.
type mention struct {
	at   place
	path string
	logo bool
}

// ReadIn is Read for a file whose repository is at hand: it also finds out whether the files that it names are there, and whether a logo in PNG is one. The root of
// the tree is the folder that publiccode.yml lies in.
func ReadIn(content []byte, tree fs.FS) (*models.Description, []models.Remark) {
	return read(content, func(r *reader) {
		for _, m := range r.mentions {
			r.look(m, tree)
		}
	})
}

func (r *reader) look(m mention, tree fs.FS) {
	name := path.Clean(m.path)
	if !fs.ValidPath(name) {
		return // it leads out of the repository, which was said
	}
	file, err := tree.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		r.fail("missing-file", m.at, fmt.Sprintf("There is no file “%s” beside publiccode.yml. Write its path from the root of the repository, with capitals as they are.", shown(name)))
		return
	}
	if err != nil {
		r.warn("unreadable-file", m.at, fmt.Sprintf("The file “%s” cannot be opened, so that nothing is known of it.", shown(name)))
		return
	}
	defer file.Close()
	if m.logo && strings.EqualFold(path.Ext(name), ".png") {
		if _, err := png.DecodeConfig(file); err != nil {
			r.fail("not-a-picture", m.at, fmt.Sprintf("The file “%s” is not a picture in PNG, whatever its name says.", shown(name)))
		}
	}
}
